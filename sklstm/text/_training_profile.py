"""Whether a document is written like those that a model was trained on."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

import numpy as np

_FEWEST_DOCUMENTS = 2  # one stray document does not make its language known
_PRIOR = 5  # runs; without it the shortest documents alone would set the limit
_QUANTILE = 0.99
_FIRST_IDEOGRAPH = "\u2e80"  # alphabets stand below


@dataclass(frozen=True)
class TrainingProfile:
    """Runs of characters that training documents share.

    At each character begins a run: of four where all are letters of an alphabet,
    digits and punctuation, else of two. A run is rare where fewer than two training
    documents have it. The rarity of a document is the share of its runs that are rare,
    drawn towards the mean share of training documents as by five more runs. A document
    is unlike training where its rarity is above that of 99 in 100 training documents,
    each judged by the others.

    Parameters
    ----------
    runs : str
        Those that are not rare, sorted, with blanks between them.

    expected : float
        Share of rare runs in training documents, each judged by the others.

    limit : float
        Rarity that 99 in 100 of them do not exceed.

    Notes
    -----
    Characters are compared after NFKC, without white space, and equal documents count
    as one. A document of one character has no run, and is never unlike training.

    An alphabet has few pairs: by these alone, three English reviews among 3,000 Chinese
    ones would make all of English known.
    """

    runs: str
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
            counts.update(set(_runs(document)))
        # A document's own runs do not speak for it.
        rare = {run for run, n in counts.items() if n <= _FEWEST_DOCUMENTS}
        tallies = [_tally(document, rare.__contains__) for document in documents]
        n_rare, n_runs = np.array(tallies, dtype=float).reshape(-1, 2).T
        expected = float(n_rare.sum() / max(n_runs.sum(), 1))
        rarity = _rarity(n_rare, n_runs, expected)
        limit = float(np.quantile(rarity, _QUANTILE)) if len(rarity) else 1.0
        shared = (run for run, n in counts.items() if n >= _FEWEST_DOCUMENTS)
        return cls(" ".join(sorted(shared)), expected, limit)

    def unlike(self, documents):
        """Tell which documents are unlike those of training.

        Parameters
        ----------
        documents : iterable of str

        Returns
        -------
        ndarray of shape (n_samples,), bool
        """
        shared = set(self.runs.split(" "))
        tallies = [
            _tally(_normalized(document), lambda run: run not in shared)
            for document in documents
        ]
        n_rare, n_runs = np.array(tallies, dtype=float).reshape(-1, 2).T
        return _rarity(n_rare, n_runs, self.expected) > self.limit


def _normalized(document):
    return "".join(unicodedata.normalize("NFKC", document).split())


def _runs(text):
    for start in range(len(text) - 1):
        run = text[start : start + 4]
        yield run if len(run) == 4 and max(run) < _FIRST_IDEOGRAPH else run[:2]


def _tally(text, is_rare):
    """Count the rare runs, and all."""
    return sum(map(is_rare, _runs(text))), max(len(text) - 1, 0)


def _rarity(n_rare, n_runs, expected):
    return (n_rare + _PRIOR * expected) / (n_runs + _PRIOR)
