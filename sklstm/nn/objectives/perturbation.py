"""Small changes of what an LSTM reads, in the direction that matters most."""

import torch

# Below it a norm is none: a sequence without time steps, a gradient of zero.
_LEAST = 1e-12


def along(direction, steps, is_step, share):
    r"""Scale a direction to a share of the norm of what is read.

    Features are normalised first, for a network could escape a perturbation of fixed
    norm by making its vectors longer: with :math:`s_f` the standard deviation of
    feature :math:`f` over the time steps of the batch, the perturbation of
    :math:`x / s` has the norm :math:`\epsilon \sqrt{T F}`: that of :math:`T` normalised
    time steps of :math:`F` features, times :math:`\epsilon`.

    Parameters
    ----------
    direction : Tensor of shape (T, B, F)
        In the space of the normalised features.

    steps : Tensor of shape (T, B, F)
    is_step : Tensor of shape (T, B), bool
    share : float
        :math:`\epsilon`.

    Returns
    -------
    Tensor of shape (T, B, F)
        To be added to `steps`; zero where a sequence is padded.

    References
    ----------
    .. [1] Miyato, Dai, Goodfellow: "Adversarial Training Methods for Semi-Supervised
       Text Classification", ICLR 2017.
    """
    direction = direction * is_step.unsqueeze(2)
    norms = direction.square().sum(dim=(0, 2)).sqrt().clamp(min=_LEAST)  # (B,)
    n_values = is_step.sum(dim=0) * steps.shape[2]
    scale = share * n_values.sqrt() / norms
    return direction * scale.unsqueeze(1) * spread(steps, is_step)


def spread(steps, is_step):
    """Compute each feature's standard deviation over the time steps, (F,)."""
    steps, is_step = steps.detach(), is_step.unsqueeze(2)
    n_steps = is_step.sum().clamp(min=1)
    mean = (steps * is_step).sum(dim=(0, 1)) / n_steps
    square = ((steps - mean).square() * is_step).sum(dim=(0, 1)) / n_steps
    return square.sqrt()


def random_direction(steps, generator):
    """Draw directions to all sides, of the shape of `steps`."""
    noise = torch.empty_like(steps, requires_grad=False)
    return noise.normal_(generator=generator)
