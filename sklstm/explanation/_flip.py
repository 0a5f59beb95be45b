"""flip: the fewest words without which the model decides otherwise."""

import warnings

import numpy as np

from sklstm.explanation._counterfactual import Counterfactual
from sklstm.explanation._model import fitted_classifier, reads_series
from sklstm.explanation._reading import read_samples
from sklstm.explanation._samples import MOST_PARTS
from sklstm.explanation._scores import class_scores
from sklstm.sequences import Sequences
from sklstm.utils import is_frame, plain, plain_arguments, shown

_NAME = "flip"
# Words of all variants that are asked about before parts leave without being weighed
# anew against each other.
_MOST_ASKED = 1_000_000
# Words in memory at a time.
_AT_ONCE = 500_000


@plain_arguments
def flip(model, sample, *, target=None, baseline=0.0):
    """Find the fewest words without which a model decides otherwise.

    Words leave one after the other, each time the one without which the predicted
    class loses most; then they come back one after the other as long as the new label
    stays. So no word of the answer can be left in its place, though a smaller set of
    other words may exist: to find it, all sets would have to be tried.

    Parameters
    ----------
    model : fitted classifier
        Whatever `explain` takes.

    sample : str, or another single sample
        One document, one token sequence, one series, one row of a table; the latter as
        a frame where the model was fitted on one.

    target : label, default=None
        Label that is wanted; None is content with any but the predicted one.

    baseline : float or array-like of shape (n_channels,), default=0.0
        What takes the place of the numbers of a channel, or of a column of a table,
        where they are left out.

    Returns
    -------
    Counterfactual
        ``found`` is False where the label stays whatever leaves.

    Raises
    ------
    ValueError
        If the model does not know `target`, or predicts it already.

    See Also
    --------
    explain : What each word contributes.

    Notes
    -----
    What leaves is cut out of the token sequence where the model has one, and out of
    the text elsewhere. In a sample of more than 500 words neighbours leave together, in
    500 runs of equal length, and come back word by word where no more than 500 have
    left. Once the variants that were asked about have a million words, what remains is
    put in the order of what it said last, and as much leaves from the beginning of that
    order as it takes.

    A text that lacks words is one that nobody wrote: the answer tells on what the
    decision rests, not how people would put the opposite.

    References
    ----------
    .. [1] Martens, D. & Provost, F. (2014). Explaining data-driven document
       classifications. Management Information Systems Quarterly 38(1), 73-99.

    Examples
    --------
    >>> from sklstm import flip, make_naive_bayes_pipeline
    >>> texts = ["房间很好", "服务很好", "早餐好吃", "房间很吵", "服务很差", "早餐难吃"]
    >>> labels = ["positive"] * 3 + ["negative"] * 3
    >>> model = make_naive_bayes_pipeline().fit(texts, labels)
    >>> found = flip(model, "服务真的很好")
    >>> found.words, found.label_before, found.label_after
    (('很', '好'), 'positive', 'negative')
    >>> found.text
    '服务真的'
    """
    model = fitted_classifier(model)
    samples = read_samples(model, _only(sample, model), baseline)
    if len(samples) != 1:
        raise ValueError(
            f"{_NAME} expects a single sample; got {len(samples)}. Pass one at a time."
        )
    search = _Search(samples, target)
    return _conclude(samples, search.run(), target)


def _only(sample, model):
    """Put one sample into a container; a frame is one, unless it is a series."""
    if isinstance(sample, Sequences) or (is_frame(sample) and not reads_series(model)):
        return sample
    return sample[np.newaxis] if isinstance(sample, np.ndarray) else [sample]


class _Search:
    """The search for parts of one sample that can leave."""

    def __init__(self, samples, target):
        self._samples = samples
        self._target = target
        self._n_asked = 0
        self._run_of = samples.parts(0)
        self._n_units = len(self._run_of)
        self._classes = samples.rest.classes_
        self._label = plain(samples.rest.predict(samples.whole())[0])
        self._check_target()
        wanted = self._label if target is None else target
        self._column = list(map(plain, self._classes)).index(wanted)

    def run(self):
        """Find which units stay; None where the label does, whatever leaves."""
        n_runs = self._samples.n_parts(0)
        keep = self._leave(n_runs) if n_runs else None
        if keep is None:
            return None
        keep = self._come_back(keep)[self._run_of]
        if n_runs < self._n_units and (~keep).sum() <= MOST_PARTS:
            self._run_of = np.arange(self._n_units)
            keep = self._come_back(keep)
        return keep

    def _check_target(self):
        if self._target is None:
            return
        if self._target not in list(map(plain, self._classes)):
            raise ValueError(
                f"{_NAME} expects target among the classes of the model, "
                f"{shown(self._classes)}; got {shown(self._target)}."
            )
        if self._target == self._label:
            raise ValueError(
                f"{_NAME} expects another target than the predicted label; the model "
                f"predicts {shown(self._label)} already."
            )

    def _leave(self, n_runs):
        """Let parts leave, each time the one that counts most; None if in vain."""
        keep = np.ones(n_runs, dtype=bool)
        while keep.any() and self._n_asked < _MOST_ASKED:
            keeps, places = _each_flipped(keep, np.flatnonzero(keep))
            gains = self._gains(keeps)
            keep = keeps[np.argmax(gains)]
            if self._is_other(keep[None])[0]:
                return keep
        if not keep.any():
            return None
        return self._leave_in_order(keep, places[np.argsort(-gains, kind="stable")])

    def _leave_in_order(self, keep, order):
        """Let parts leave without weighing them anew: as many as it takes."""
        keeps = _prefixes_flipped(keep, order[keep[order]])
        places = np.flatnonzero(self._is_other(keeps))
        return keeps[places[0]] if len(places) else None

    def _come_back(self, keep):
        """Put parts back until none of those that are left out can be."""
        while True:
            keeps, places = _each_flipped(keep, np.flatnonzero(~keep))
            can = self._is_other(keeps)
            if not can.any():
                return keep
            gains = self._gains(keeps[can])
            order = places[can][np.argsort(-gains, kind="stable")]
            keeps = _prefixes_flipped(keep, order)
            can = np.flatnonzero(self._is_other(keeps))
            keep = keeps[can[-1] if len(can) else 0]

    def _gains(self, keeps):
        """Tell how near variants are to the other label: the margin that it has."""
        self._n_asked += len(keeps) * self._n_units
        scores = self._ask(keeps, class_scores)
        own = scores[:, self._column]
        margins = own - np.delete(scores, self._column, axis=1).max(axis=1)
        return -margins if self._target is None else margins

    def _is_other(self, keeps):
        labels = self._ask(keeps, lambda model, X: model.predict(X))
        wanted = self._label if self._target is None else self._target
        return (labels == wanted) != (self._target is None)

    def _ask(self, keeps, question):
        size = max(1, _AT_ONCE // self._n_units)
        answers = []
        for start in range(0, len(keeps), size):
            units = keeps[start : start + size, self._run_of]
            variants = self._samples.variants([0] * len(units), units)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # nobody wrote the variants
                answers.append(np.asarray(question(self._samples.rest, variants)))
        return np.concatenate(answers)


def _each_flipped(keep, places):
    """Change one part at a time."""
    keeps = np.repeat(keep[None], len(places), axis=0)
    keeps[np.arange(len(places)), places] ^= True
    return keeps, places


def _prefixes_flipped(keep, order):
    """Change the first part of an order, the first two, and so on."""
    keeps = np.repeat(keep[None], len(order), axis=0)
    for number, place in enumerate(order):
        keeps[number:, place] ^= True
    return keeps


def _conclude(samples, keep, target):
    names, rest = _names(samples), samples.rest
    whole = np.ones(len(names), dtype=bool)
    keeps = np.array([whole, whole if keep is None else keep])
    variants = samples.variants([0, 0], keeps)
    before, after = map(plain, rest.predict(variants))
    has_probabilities = hasattr(rest, "predict_proba")
    probabilities = rest.predict_proba(variants) if has_probabilities else (None, None)
    return Counterfactual(
        found=keep is not None,
        label_before=before,
        label_after=after,
        classes=rest.classes_,
        probabilities_before=probabilities[0],
        probabilities_after=probabilities[1],
        removed=~keeps[1],
        tokens=names,
        are_words=samples.tokens[0] is not None,
        all_spans=samples.spans[0],
        document=samples.documents[0],
        target=target,
    )


def _names(samples):
    """Give the words, or names of time steps and features, a name for each unit."""
    if samples.tokens[0] is not None:
        return tuple(samples.tokens[0])
    n_units = len(samples.parts(0))
    laid_out = samples.lay_out(0, np.zeros(1), np.zeros((n_units, 1)))
    places = np.ndindex(laid_out.contributions.shape[:2])
    steps = tuple(f"step {step}, channel {channel}" for step, channel in places)
    return (*steps, *laid_out.static_names)
