"""Changes after which a review must be read otherwise: negation, and a contrary end."""

import unicodedata

from sklearn.utils import check_consistent_length
from sklearn.utils._param_validation import validate_params

from sklstm.text.perturbations._changing import draws_of, pick
from sklstm.text.perturbations._judgements import turn_round
from sklstm.text.perturbations._units import clauses, says_something
from sklstm.utils import as_list, check_documents, derive_seed, plain_arguments, shown

_CONTRARY = {
    1: (
        "但是总的来说非常失望",
        "但是其实很差，不推荐",
        "但是我很不满意，不会再来了",
        "但是整体太糟糕了，很后悔",
    ),
    -1: (
        "但是总的来说非常满意",
        "但是其实很好，值得推荐",
        "但是我很喜欢，下次还会再来",
        "但是整体很棒，非常满意",
    ),
}


def negate(documents, *, polarity=None):
    """Let each judgement of a Chinese review say its opposite.

    很好 becomes 不好, 太贵了 becomes 不贵, and 不满意, which is negated already,
    becomes 很满意.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    polarity : sequence of {-1, 0, 1} of shape (n_samples,), default=None
        What each review says: 1 praises, and only words of praise are negated; -1
        blames, and only words of blame are. 0 leaves the text as it is. None negates
        both kinds in every text.

    Returns
    -------
    list of str
        In the order of `documents`; a text to which no rule applies is the same.

    Raises
    ------
    ValueError
        If `polarity` has another length, or another value.

    See Also
    --------
    add_opposite_clause : Says the opposite at the end.

    Notes
    -----
    A list of some hundred words, behind an adverb of degree or at the end of their
    clause. Clauses that deny, ask, wish, compare or suppose stay as they are, since one
    more negation may make nonsense of them.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.negate(["房间很干净，太吵了。", "我不满意"])
    ['房间不干净，不吵。', '我很满意']
    >>> perturbations.negate(["房间很干净，太吵了。"], polarity=[1])
    ['房间不干净，太吵了。']
    """
    documents = check_documents(documents, "negate")
    if polarity is None:
        sides = [(1, -1)] * len(documents)
    else:
        polarity = _check_polarity(polarity, documents, "negate")
        sides = [(side,) if side else () for side in polarity]
    return [
        "".join(turn_round(body, wanted) + end for body, end in clauses(text))
        for text, wanted in zip(documents, sides, strict=True)
    ]


@plain_arguments
@validate_params({"random_state": ["random_state"]}, prefer_skip_nested_validation=True)
def add_opposite_clause(documents, polarity, *, random_state=None):
    """End Chinese reviews with 但是 and a judgement against what they say.

    Parameters
    ----------
    documents : sequence of str
        Texts of shape (n_samples,).

    polarity : sequence of {-1, 0, 1} of shape (n_samples,)
        What each review says: 1 praises, -1 blames; 0 leaves the text as it is.

    random_state : int, RandomState instance or None, default=None
        Decides which of four clauses a text gets, together with the text alone. Pass
        an int for the same result on every call.

    Returns
    -------
    list of str
        In the order of `documents`; a text that says nothing is the same.

    Raises
    ------
    ValueError
        If `polarity` has another length, or another value.

    See Also
    --------
    negate : Says the opposite word by word.

    Examples
    --------
    >>> from sklstm.text import perturbations
    >>> perturbations.add_opposite_clause(["房间很好。"], [1], random_state=0)
    ['房间很好，但是其实很差，不推荐。']
    """
    documents = check_documents(documents, "add_opposite_clause")
    polarity = _check_polarity(polarity, documents, "add_opposite_clause")
    seed = derive_seed(random_state)
    return [
        _contradict(text, side, draws_of(text, seed).random())
        for text, side in zip(documents, polarity, strict=True)
    ]


def _contradict(text, side, draw):
    if not side or not says_something(text):
        return text
    length = len(text)
    while text[length - 1].isspace() or unicodedata.category(text[length - 1]) == "Po":
        length -= 1
    return f"{text[:length]}，{pick(_CONTRARY[side], draw)}。"


def _check_polarity(polarity, documents, name):
    subject = f"{name} expects polarity as -1, 0 or 1 for each document"
    polarity = as_list(polarity, subject)
    check_consistent_length(documents, polarity)
    for row, side in enumerate(polarity):
        if side not in (-1, 0, 1):
            raise ValueError(f"{subject}; row {row} is {shown(side)}.")
    return polarity
