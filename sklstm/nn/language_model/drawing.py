"""Sequences drawn from a language model."""

import numpy as np
import torch

from sklstm.nn.language_model.likelihood import n_rows_at_once, probabilities


def draw(network, n_samples, max_length, rng):
    """Draw sequences, each symbol given those before it, until the end is drawn.

    Parameters
    ----------
    network : LanguageModelNetwork
        In evaluation mode; its forward model draws.

    n_samples : int
    max_length : int
        Time steps after which a sequence ends in any case.

    rng : numpy.random.Generator

    Returns
    -------
    codes : ndarray of shape (n_steps,), int32
    lengths : ndarray of shape (n_samples,), int64
    """
    n_at_once = n_rows_at_once(network)
    parts = [
        _draw_some(network, min(n_at_once, n_samples - start), max_length, rng)
        for start in range(0, n_samples, n_at_once)
    ]
    codes = [sample for part in parts for sample in part]
    lengths = np.array([len(sample) for sample in codes], dtype=np.int64)
    return np.concatenate([np.empty(0, np.int32), *codes]).astype(np.int32), lengths


def _draw_some(network, n_samples, max_length, rng):
    """Draw sequences side by side; give a list of arrays."""
    drawn = np.full((n_samples, max_length), network.n_codes)
    going_on = np.arange(n_samples)
    states = network.readouts[0].begin.expand(n_samples, -1)
    memories = [None] * len(network.lstm.forward_layers)
    for t in range(max_length):
        codes = _draw_symbols(probabilities(network, states), rng)
        drawn[going_on, t] = codes.numpy(force=True)
        stays = (codes != network.n_codes).nonzero().squeeze(1)
        going_on = going_on[stays.numpy(force=True)]
        if not len(going_on):
            break
        memories = [_of_rows(memory, stays) for memory in memories]
        states, memories = _step(network, codes[stays], memories)
    lengths = (drawn != network.n_codes).sum(axis=1)
    return [row[:length] for row, length in zip(drawn, lengths, strict=True)]


def _draw_symbols(shares, rng):
    """Draw one symbol of each row of probabilities."""
    bounds = shares.double().cumsum(dim=1)
    places = torch.from_numpy(rng.random((len(shares), 1))).to(bounds.device)
    drawn = torch.searchsorted(bounds, places * bounds[:, -1:], right=True)
    return drawn.squeeze(1).clamp_(max=shares.shape[1] - 1)


def _step(network, codes, memories):
    """Read one code a sequence; give the states (B, H) and what each layer keeps."""
    steps = network.tables[0](codes).unsqueeze(0)  # (1, B, E)
    kept = []
    for layer, memory in zip(network.lstm.forward_layers, memories, strict=True):
        steps, memory = layer(steps, memory)
        kept.append(memory)
    return steps[0], kept


def _of_rows(memory, rows):
    return memory and tuple(part.index_select(1, rows) for part in memory)
