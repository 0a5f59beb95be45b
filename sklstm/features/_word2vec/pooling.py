"""One vector for each token sequence."""

import numpy as np
from scipy.sparse import csr_array

_CHUNK = 2**16  # tokens


def pool_vectors(pooling, codes, lengths, vectors, idf):
    """Pool the vectors of the tokens of each sequence.

    Parameters
    ----------
    pooling : {"mean", "max", "idf"}
        Mean, largest value, or mean weighted by `idf`.

    codes : ndarray of shape (n_tokens,)
        Sequences of tokens, one after the other.

    lengths : ndarray of shape (n_samples,)
        Tokens of each sequence. The result of an empty one is zero.

    vectors : ndarray of shape (n_codes, vector_size), float32

    idf : ndarray of shape (n_codes,)
        Weight of each code.

    Returns
    -------
    ndarray of shape (n_samples, vector_size), float32
    """
    if pooling == "max":
        return _max_vectors(codes, lengths, vectors)
    weights = idf[codes] if pooling == "idf" else np.ones(len(codes))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    totals = np.concatenate([[0.0], np.cumsum(weights)])
    totals = np.diff(totals[offsets])
    weights /= np.repeat(np.where(totals > 0, totals, 1.0), lengths)
    shape = (len(lengths), len(vectors))
    mixture = csr_array((weights.astype(np.float32), codes, offsets), shape=shape)
    return mixture @ vectors


def _max_vectors(codes, lengths, vectors):
    pooled = np.zeros((len(lengths), vectors.shape[1]), dtype=np.float32)
    filled = np.flatnonzero(lengths)
    if not len(filled):
        return pooled
    ends = np.cumsum(lengths[filled])
    # Chunk by chunk: the vectors of all tokens together would not fit.
    chunks = np.searchsorted(ends, np.arange(_CHUNK, ends[-1] + 1, _CHUNK))
    for rows in np.split(np.arange(len(filled)), np.unique(chunks)):
        if len(rows):
            first = ends[rows[0]] - lengths[filled[rows[0]]]
            starts = ends[rows] - lengths[filled[rows]] - first
            part = vectors[codes[first : ends[rows[-1]]]]
            pooled[filled[rows]] = np.maximum.reduceat(part, starts, axis=0)
    return pooled
