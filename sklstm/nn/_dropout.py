"""Dropout that draws from a generator of its own."""

import torch


def dropout(values, rate, generator):
    """Zero each value with probability `rate` and scale the others up.

    Parameters
    ----------
    values : Tensor
    rate : float
        In [0, 1); 0 changes nothing and draws nothing.

    generator : torch.Generator
        On the device of `values`.

    Returns
    -------
    Tensor
        Of the shape of `values`.
    """
    return values * _mask(values.shape, values, rate, generator) if rate else values


def locked_dropout(steps, rate, generator):
    """Drop the same features at every time step of a sequence.

    Parameters
    ----------
    steps : Tensor of shape (T, B, F)
    rate : float
        In [0, 1).

    generator : torch.Generator
        On the device of `steps`.

    Returns
    -------
    Tensor of shape (T, B, F)

    References
    ----------
    .. [1] Gal, Ghahramani: "A Theoretically Grounded Application of Dropout in
       Recurrent Neural Networks", NeurIPS 2016.
    """
    return steps * _mask(steps.shape[1:], steps, rate, generator) if rate else steps


def _mask(shape, like, rate, generator):
    keep = torch.empty(shape, dtype=like.dtype, device=like.device)
    return keep.bernoulli_(1 - rate, generator=generator).div_(1 - rate)
