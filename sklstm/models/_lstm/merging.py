"""Equal samples become one sample with their weights added."""

from hashlib import blake2b

import numpy as np


def merge_equal_samples(sequences, targets, weights):
    """Merge samples of equal content and label, in an order of their content.

    A data set, the same with its rows shuffled, and one that repeats rows where the
    other weighs them all come out the same, and so do the models trained on them.

    Parameters
    ----------
    sequences : Sequences
    targets : ndarray of shape (n_samples,), int64
        Label codes.

    weights : ndarray of shape (n_samples,), float64
        Samples of weight zero are left out.

    Returns
    -------
    rows : ndarray of shape (n_merged,)
        One row of `sequences` for each distinct sample.

    targets : ndarray of shape (n_merged,), int64
    weights : ndarray of shape (n_merged,), float64
    """
    rows = np.flatnonzero(weights)
    digests = np.empty(len(rows), dtype="S16")
    for i, row in enumerate(rows):
        digests[i] = _digest(sequences, row, targets[row])
    _, first, group = np.unique(digests, return_index=True, return_inverse=True)
    merged = rows[first]
    return merged, targets[merged], np.bincount(group, weights=weights[rows])


def _digest(sequences, row, target):
    steps = slice(sequences.offsets[row], sequences.offsets[row + 1])
    digest = blake2b(digest_size=16, person=b"%d" % target)
    for part in (*sequences.codes, sequences.channels):
        if part is not None:
            digest.update(part[steps])
    if sequences.static is not None:
        digest.update(sequences.static[row])
    return digest.digest()
