"""Documents that stand in a collection more than once, word for word or nearly."""

import unicodedata
from numbers import Real

import numpy as np
from sklearn.utils._param_validation import Interval, validate_params

from sklstm.datasets._near import group_near
from sklstm.utils import iter_documents, plain_arguments


@plain_arguments
@validate_params(
    {
        "documents": "no_validation",
        "similarity": [Interval(Real, 0, 1, closed="right")],
    },
    prefer_skip_nested_validation=True,
)
def find_duplicates(documents, *, similarity=0.5):
    """Give documents that are equal, or nearly equal, one number.

    What trains a model must not test it: a text that stands in both folds is
    remembered, not judged. The numbers are `groups` for scikit-learn's splitters.

    Parameters
    ----------
    documents : sequence of str, or iterable of str
        Documents of shape (n_documents,).

    similarity : float, default=0.5
        Share of the runs of six characters that two documents must have in common to
        be nearly equal, above 0. With 1, only equal documents have one number.

    Returns
    -------
    ndarray of shape (n_documents,), int
        Numbers of the groups, from 0 on, in the order in which they first appear.

    See Also
    --------
    read_reviews : Reads labelled documents from a file.

    Notes
    -----
    Compared are letters and digits alone (`str.isalnum`) after NFKC, without regard to
    case: punctuation, white space, emoji and combining marks tell no documents apart.
    Documents without any letter or digit are equal if nothing but the white space
    around them differs, after NFKC; empty ones are equal.

    Two documents are nearly equal if they share `similarity` of the distinct runs of
    six characters of the one with fewer runs, so that a document that is a part of
    another is found. If that one has less than 20 runs, they must share as much of the
    runs of the other, too: two or three stock phrases ("the quality is good, the
    delivery was fast") are half of a short review, and would chain a thousand of 49,000
    shopping reviews, of different things, into one group. A document of less than six
    characters is nearly equal to none.

    Groups are closed: if the first is near to the second and the second to the third,
    all three have one number, although the first and the third may share little.

    Nothing is drawn or approximated, and all pairs are not compared: documents are
    held against those alone that share one of their rare runs [1]_ [2]_, and not
    against each other once they are in one group. On one core 100,000 reviews take less
    than half a minute, even if all end with the same sentence, and less than 100 bytes
    of memory for each character. Where runs of six characters are never rare, as in
    texts of four letters, the time grows with the number of pairs.

    References
    ----------
    .. [1] Bayardo, R. J., Ma, Y., & Srikant, R. (2007). Scaling up all pairs similarity
       search. WWW, 131-140.

    .. [2] Xiao, C., Wang, W., Lin, X., & Yu, J. X. (2008). Efficient similarity joins
       for near duplicate detection. WWW, 131-140.

    Examples
    --------
    >>> from sklstm.datasets import find_duplicates
    >>> find_duplicates(["房间很干净！", "等了两个小时", "房间 很干净", "👍", "👍 "])
    array([0, 1, 0, 2, 2])

    >>> longer = "前台的服务态度很好，下次还会来"
    >>> find_duplicates([longer, "前台服务态度很好下次还会来。"])
    array([0, 0])
    """
    numbers = {}
    rows = [
        numbers.setdefault(_compared(document), len(numbers))
        for document in iter_documents(documents, "find_duplicates")
    ]
    groups = np.arange(len(numbers))
    if similarity < 1:
        readable = [text if text.isalnum() else "" for text in numbers]
        groups = _by_appearance(group_near(readable, similarity))
    return groups[np.array(rows, dtype=np.int64)]


def _compared(document):
    """Letters and digits of a document; where there is none, what there is."""
    text = unicodedata.normalize("NFKC", document).casefold()
    return "".join(filter(str.isalnum, text)) or text.strip()


def _by_appearance(groups):
    """Give groups new numbers, in the order in which they first appear."""
    _, firsts, groups = np.unique(groups, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(firsts))[groups]
