"""How good explanations are: words left out, and words that are known to decide.

Contributions are one array a review, with a number for each of its words: what it adds
to the class that the model predicts. Of a curve, the share of the review's words that
is gone (or that stays), the most contributing first, is one axis and the probability of
that class the other [1]_ [2]_; comprehensiveness and sufficiency are the mean loss of
it without the top 1, 5, 10, 20 and 50 percent, and with them alone [3]_.

References
----------
.. [1] Samek et al.: "Evaluating the Visualization of What a Deep Neural Network Has
   Learned", IEEE Transactions on Neural Networks and Learning Systems, 2017.
.. [2] Petsiuk et al.: "RISE: Randomized Input Sampling for Explanation of Black-box
   Models", BMVC 2018.
.. [3] DeYoung et al.: "ERASER: A Benchmark to Evaluate Rationalized NLP Models", ACL
   2020.
"""

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve

SHARES = np.linspace(0, 1, 21)
TOP = (0.01, 0.05, 0.1, 0.2, 0.5)
# No text holds it: private use.
UNKNOWN = "\uf8ff\uf8fe"


def leave_out(words, is_gone):
    """Leave words out of a review."""
    return [word for word, gone in zip(words, is_gone, strict=True) if not gone]


def make_unknown(words, is_gone):
    """Put a word that no model knows in the place of words."""
    return [
        UNKNOWN if gone else word for word, gone in zip(words, is_gone, strict=True)
    ]


REMOVALS = {"left out": leave_out, "made unknown": make_unknown}


def measure_faithfulness(predict, words, columns, contributions, remove):
    """Areas under deletion and insertion curve, comprehensiveness and sufficiency.

    Parameters
    ----------
    predict : callable
        Probabilities of shape (n_reviews, n_classes) of lists of words.

    words : list of list of str
    columns : ndarray of shape (n_reviews,)
        The predicted class of each.

    contributions : list of ndarray of shape (n_words_i,)
    remove : callable
        One of `REMOVALS`.

    Returns
    -------
    tuple of float
        Means of the reviews.
    """

    def probabilities(shares, inserts):
        variants = [
            remove(row, is_gone != inserts)
            for row, given in zip(words, contributions, strict=True)
            for is_gone in tops(given, shares)
        ]
        answers = predict(variants).reshape(len(words), len(shares), -1)
        return answers[np.arange(len(words)), :, columns]

    areas = [
        np.trapezoid(probabilities(SHARES, inserts), SHARES, axis=1).mean()
        for inserts in (False, True)
    ]
    whole = probabilities((0.0,), False)
    losses = [(whole - probabilities(TOP, inserts)).mean() for inserts in (False, True)]
    return *areas, *losses


def tops(contributions, shares):
    """Mark the words that contribute most, for each share of them."""
    n_words = len(contributions)
    ranks = np.empty(n_words, dtype=int)
    ranks[np.argsort(-contributions, kind="stable")] = np.arange(n_words)
    # A share of 1 % is one word at least; 0.15 * 20 is three, not four.
    return [ranks < np.ceil(share * n_words - 1e-9) for share in shares]


def find_rationales(texts, spans, rationales):
    """Mark the words of which a rationale holds one half at least.

    Parameters
    ----------
    texts : list of str
    spans : list of ndarray of shape (n_words_i, 2)
    rationales : list of ndarray of shape (n_places_i, 2)

    Returns
    -------
    list of ndarray of shape (n_words_i,), bool
    """
    marks = []
    for text, own, places in zip(texts, spans, rationales, strict=True):
        before = np.zeros(len(text) + 1)
        for start, stop in places:
            before[start + 1 : stop + 1] = 1
        before = before.cumsum()
        n_inside = before[own[:, 1]] - before[own[:, 0]]
        marks.append(2 * n_inside >= own[:, 1] - own[:, 0])
    return marks


def f1_of_as_many(contributions, truths):
    """Mean F1 of as many words as the rationale has, those that contribute most."""
    shares = [
        truth[tops(given, (truth.mean(),))[0]].mean()
        for given, truth in zip(contributions, truths, strict=True)
    ]
    return float(np.mean(shares))


def average_precision(contributions, truths):
    """Mean area under the curve of precision and recall."""
    pairs = zip(truths, contributions, strict=True)
    return float(np.mean([average_precision_score(*pair) for pair in pairs]))


def hits(contributions, truths):
    """Share of the reviews whose first word is one that decides."""
    pairs = zip(truths, contributions, strict=True)
    return float(np.mean([truth[given.argmax()] for truth, given in pairs]))


def f1_beyond(threshold, contributions, truths):
    """F1 of the words of all reviews that contribute a share of the most at least."""
    return f1_score(np.concatenate(truths), relative(contributions) >= threshold)


def find_threshold(contributions, truths):
    """Find the threshold of `f1_beyond` that is best on some reviews."""
    precision, recall, thresholds = precision_recall_curve(
        np.concatenate(truths), relative(contributions)
    )
    harmonic = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return thresholds[harmonic[:-1].argmax()]


def relative(contributions):
    """Contributions of all reviews, as shares of the largest of their review."""
    largest = [max(np.abs(given).max(), 1e-12) for given in contributions]
    return np.concatenate(
        [given / most for given, most in zip(contributions, largest, strict=True)]
    )
