"""Whether a document is written like those that a model was trained on."""

import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

_FEWEST_DOCUMENTS = 2  # one stray document does not make its language known
_PRIOR = 5  # pairs; without it the shortest documents alone would set the limit
_QUANTILE = 0.99


@dataclass(frozen=True)
class TrainingProfile:
    """Pairs of adjacent characters that training documents share.

    A pair is rare where fewer than two training documents have it. The rarity of a
    document is the share of its pairs that are rare, drawn towards the mean share of
    training documents as by five more pairs. A document is unlike training where its
    rarity is above that of 99 in 100 training documents, each judged by the others.

    Parameters
    ----------
    pairs : str
        Those that are not rare, sorted, one behind the other.

    expected : float
        Share of rare pairs in training documents, each judged by the others.

    limit : float
        Rarity that 99 in 100 of them do not exceed.

    Notes
    -----
    Characters are compared after NFKC, without white space, and equal documents count
    as one. A document of one character has no pair, and is never unlike training.
    """

    pairs: str
    expected: float
    limit: float

    @classmethod
    def learn(cls, documents):
        """Read training documents.

        Parameters
        ----------
        documents : iterable of str

        Returns
        -------
        TrainingProfile
        """
        documents = dict.fromkeys(map(_normalized, documents))
        counts = Counter()
        for document in documents:
            counts.update(set(_pairs(document)))
        # A document's own pairs do not speak for it.
        rare = {pair for pair, n in counts.items() if n <= _FEWEST_DOCUMENTS}
        tallies = [_tally(document, rare.__contains__) for document in documents]
        n_rare, n_pairs = np.array(tallies, dtype=float).reshape(-1, 2).T
        expected = float(n_rare.sum() / max(n_pairs.sum(), 1))
        rarity = _rarity(n_rare, n_pairs, expected)
        limit = float(np.quantile(rarity, _QUANTILE)) if len(rarity) else 1.0
        shared = (pair for pair, n in counts.items() if n >= _FEWEST_DOCUMENTS)
        return cls("".join(sorted(shared)), expected, limit)

    def unlike(self, documents):
        """Tell which documents are unlike those of training.

        Parameters
        ----------
        documents : iterable of str

        Returns
        -------
        ndarray of shape (n_samples,), bool
        """
        shared = set(map("".join, zip(self.pairs[::2], self.pairs[1::2], strict=True)))
        tallies = [
            _tally(_normalized(document), lambda pair: pair not in shared)
            for document in documents
        ]
        n_rare, n_pairs = np.array(tallies, dtype=float).reshape(-1, 2).T
        return _rarity(n_rare, n_pairs, self.expected) > self.limit


def _normalized(document):
    return "".join(unicodedata.normalize("NFKC", document).split())


def _pairs(text):
    return map("".join, pairwise(text))


def _tally(text, is_rare):
    """Count the rare pairs, and all."""
    return sum(map(is_rare, _pairs(text))), max(len(text) - 1, 0)


def _rarity(n_rare, n_pairs, expected):
    return (n_rare + _PRIOR * expected) / (n_pairs + _PRIOR)
