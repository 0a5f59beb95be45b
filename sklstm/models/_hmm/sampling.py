"""Draw sequences from hidden Markov models."""

import numpy as np


def draw_states(start, transition, lengths, rng):
    """Draw the states of sequences.

    Parameters
    ----------
    start : ndarray of shape (n_states,)
    transition : ndarray of shape (n_states, n_states)
    lengths : ndarray of shape (n_samples,)
    rng : Generator

    Returns
    -------
    ndarray of shape (lengths.sum(),)
        One sequence after the other.
    """
    n_timesteps = int(lengths.max(initial=0))
    states = np.zeros((len(lengths), n_timesteps), dtype=np.int64)
    # A sum of probabilities may end below one by rounding: the last state takes the
    # rest.
    thresholds = np.cumsum(np.vstack([start, transition]), axis=1)[:, :-1]
    before = np.zeros(len(lengths), dtype=np.int64)  # row 0 is the start
    for t in range(n_timesteps):
        draws = rng.random(len(lengths))[:, np.newaxis]
        states[:, t] = (draws >= thresholds[before]).sum(axis=1)
        before = states[:, t] + 1
    return states[np.arange(n_timesteps) < lengths[:, np.newaxis]]


def draw_symbols(states, probabilities, rng):
    """Draw a symbol for each state.

    Parameters
    ----------
    states : ndarray of shape (n_steps,)
    probabilities : ndarray of shape (n_states, n_symbols)
    rng : Generator

    Returns
    -------
    ndarray of shape (n_steps,)
    """
    symbols = np.zeros(len(states), dtype=np.int64)
    for state in np.unique(states):
        inside = states == state
        row = probabilities[state] / probabilities[state].sum()
        symbols[inside] = rng.choice(len(row), size=inside.sum(), p=row)
    return symbols


def draw_vectors(states, means, covariances, rng):
    """Draw a vector for each state.

    Parameters
    ----------
    states : ndarray of shape (n_steps,)
    means : ndarray of shape (n_states, n_channels)
    covariances : ndarray of shape (n_states, n_channels), or with a third axis
        Variances, or whole matrices.

    rng : Generator

    Returns
    -------
    ndarray of shape (n_steps, n_channels)
    """
    noise = rng.standard_normal((len(states), means.shape[1]))
    if covariances.ndim == 2:
        return means[states] + noise * np.sqrt(covariances[states])
    roots = np.linalg.cholesky(covariances)
    return means[states] + np.einsum("nij,nj->ni", roots[states], noise)
