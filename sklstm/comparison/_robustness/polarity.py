"""Which of two labels praises and which blames."""

from sklstm.utils import plain, shown

# (negative, positive), compared without regard to case.
_PAIRS = (
    ("0", "1"),
    ("-1", "1"),
    ("false", "true"),
    ("neg", "pos"),
    ("negative", "positive"),
    ("bad", "good"),
    ("差评", "好评"),
    ("差", "好"),
    ("负面", "正面"),
    ("负向", "正向"),
    ("负", "正"),
    ("消极", "积极"),
    ("贬", "褒"),
    ("贬义", "褒义"),
    ("不满意", "满意"),
    ("不推荐", "推荐"),
)
_NEUTRAL = ("neutral", "中性", "中立", "中评", "一般")


def find_polarity(classes, polarity, name):
    """Tell the sides of labels, where they can be told.

    Parameters
    ----------
    classes : sequence of labels
        Every label.

    polarity : dict of label to {-1, 0, 1}, or None
        As the user has it. None looks at the labels: two of a known pair, with or
        without a neutral third.

    name : str
        Who speaks in messages.

    Returns
    -------
    sides : dict of label to {-1, 0, 1}, or None
        None where they cannot be told.
    reason : str
        Why, in a sentence; empty otherwise.

    Raises
    ------
    ValueError
        If `polarity` names no label, or a side is none.
    """
    classes = [plain(label) for label in classes]
    if polarity is not None:
        return _check(polarity, classes, name), ""
    by_text = {str(label).strip().casefold(): label for label in classes}
    neutral = {by_text[text]: 0 for text in _NEUTRAL if text in by_text}
    for negative, positive in _PAIRS:
        if negative in by_text and positive in by_text:
            sides = {by_text[negative]: -1, by_text[positive]: 1, **neutral}
            if len(sides) == len(classes):
                return sides, ""
    listed = ", ".join(map(shown, classes[:5])) + (", …" if len(classes) > 5 else "")
    return None, (
        f"Negations and contrary clauses were left out: which of the labels {listed} "
        "praise and which blame cannot be told. Say it with polarity={label: 1 or -1}."
    )


def _check(polarity, classes, name):
    subject = f"{name} expects polarity as a dict of labels to -1, 0 or 1"
    if not isinstance(polarity, dict):
        raise TypeError(f"{subject}; got {type(polarity).__name__}.")
    sides = {plain(label): plain(side) for label, side in polarity.items()}
    for label, side in sides.items():
        if label not in classes:
            raise ValueError(f"{subject}; {shown(label)} is no label of y.")
        if side not in (-1, 0, 1):
            raise ValueError(f"{subject}; that of {shown(label)} is {shown(side)}.")
    return {label: sides.get(label, 0) for label in classes}
