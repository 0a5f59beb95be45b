"""What flip gives: the words without which a model decides otherwise."""

from dataclasses import dataclass

import numpy as np

from sklstm.display import _html as html
from sklstm.display._text_table import shorten, showable, shown_name
from sklstm.display._wrapping import wrap
from sklstm.explanation._model_style import KIND, PAGE_STYLE, STYLE
from sklstm.explanation._model_words import ModelWords
from sklstm.explanation._text import percent

_MOST_NAMED = 12  # words in a sentence
_MOST_COLUMNS = 400  # of what is left


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """The words without which a model decides otherwise.

    Attributes
    ----------
    found : bool
        Whether there are such words.

    label_before, label_after : label
        What the model predicts of the sample, and of what is left of it; the same
        where nothing was found.

    classes : ndarray of shape (n_classes,)
        Labels in the order of the probabilities.

    probabilities_before, probabilities_after : ndarray of shape (n_classes,) or None
        None where the model gives none.

    removed : ndarray of shape (n_tokens,), bool
        Which words leave.

    tokens : tuple of str
        All words of the sample, or names of time steps and features.

    are_words : bool
        Which of both.

    all_spans : ndarray of shape (n_tokens, 2) or None
        Where they start and stop in the document, in characters; None where the sample
        is no document.

    document : str or None
        As it was given.

    target : label or None
        Label that was wanted.

    See Also
    --------
    flip : Makes it.
    """

    found: bool
    label_before: object
    label_after: object
    classes: np.ndarray
    probabilities_before: np.ndarray | None
    probabilities_after: np.ndarray | None
    removed: np.ndarray
    tokens: tuple
    are_words: bool = True
    all_spans: np.ndarray | None = None
    document: str | None = None
    target: object = None

    @property
    def words(self):
        """The words that leave, a tuple of str."""
        return tuple(self.tokens[place] for place in np.flatnonzero(self.removed))

    @property
    def spans(self):
        """Where they stand, an ndarray of shape (size, 2), or None."""
        return None if self.all_spans is None else self.all_spans[self.removed]

    @property
    def size(self):
        """How many words leave."""
        return int(self.removed.sum())

    @property
    def share(self):
        """Share of all words that they are; 0 where there are none."""
        return self.size / max(len(self.tokens), 1)

    @property
    def text(self):
        """What is left of the document, or the words that are left of other samples."""
        if self.all_spans is None:
            return tuple(self.tokens[place] for place in np.flatnonzero(~self.removed))
        return "".join(text for text, is_removed in self._pieces() if not is_removed)

    def to_text(self, width=80, *, language="en"):
        """Say what leaves and what is left, for a terminal.

        Parameters
        ----------
        width : int, default=80
            Columns of a line.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        str
        """
        say = ModelWords(language)
        lines = wrap(self._answer(say), width)
        if self.found:
            lines += wrap(say("flip rest", text=self._rest(say)), width)
        return "\n".join(lines)

    def to_html(self, path=None, *, language="en"):
        """Write one self-contained page: what leaves is struck through.

        Parameters
        ----------
        path : str or path, default=None
            File to write, in UTF-8; None writes none.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        str or None
            The page, where there is no `path`.
        """
        say = ModelWords(language)
        body = html.framed(KIND, STYLE, self.parts(say))
        page = html.page(say.language, say("flip title"), body, PAGE_STYLE)
        return html.deliver(page, path)

    def parts(self, say):
        """Make pieces of a page.

        Parameters
        ----------
        say : ModelWords
            Of one language.

        Returns
        -------
        list of str
            HTML that needs the style of explanations.
        """
        answer = html.paragraph(self._answer(say), "flip")
        cut = "".join(_piece(*each) for each in self._pieces())
        return [answer, f'<div class="document" dir="auto">{cut}</div>']

    def _repr_html_(self):
        return html.framed(KIND, STYLE, self.parts(ModelWords()))

    def __str__(self):
        return self.to_text()

    def __repr__(self):
        if not self.found:
            return f"Counterfactual(found=False, label={self.label_before!r})"
        return (
            f"Counterfactual({self.label_before!r} -> {self.label_after!r}, "
            f"words={list(self.words[:_MOST_NAMED])!r}, "
            f"size={self.size} of {len(self.tokens)})"
        )

    def _answer(self, say):
        before = _sure(self.label_before, self.classes, self.probabilities_before, say)
        if not self.found and self.target is None:
            return say("flip none", before=before)
        if not self.found:
            target = say("label of", label=shown_name(self.target))
            return say("flip no target", before=before, target=target)
        after = _sure(self.label_after, self.classes, self.probabilities_after, say)
        named = [shown_name(word) for word in self.words[:_MOST_NAMED]]
        more = ["…"] if self.size > _MOST_NAMED else []
        return say(
            "flip found" if self.are_words else "flip found steps",
            n=self.size,
            total=len(self.tokens),
            words=say.list(named + more),
            before=before,
            after=after,
        )

    def _rest(self, say):
        rest = self.text if isinstance(self.text, str) else " ".join(self.text)
        return shorten(showable(rest), _MOST_COLUMNS) or say("flip nothing")

    def _pieces(self):
        """Cut the sample into what stays and what leaves, as (text, is_removed)."""
        if self.all_spans is None:
            for token, is_removed in zip(self.tokens, self.removed, strict=True):
                yield token, bool(is_removed)
                yield " ", False
            return
        start = 0
        for left, right in self.spans:
            yield self.document[start:left], False
            yield self.document[max(left, start) : right], True
            start = max(start, right)
        yield self.document[start:], False


def _sure(label, classes, probabilities, say):
    name = shown_name(label)
    if probabilities is None:
        return say("label of", label=name)
    column = int(np.flatnonzero(classes == label)[0])
    return say("sure", label=name, probability=percent(probabilities[column]))


def _piece(text, is_removed):
    text = html.escaped(text)
    return f"<del>{text}</del>" if is_removed and text else text
