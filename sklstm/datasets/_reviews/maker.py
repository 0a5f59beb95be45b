"""Generated Chinese reviews in which the order of the words matters."""

import random
import re
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval, Options, validate_params

from sklstm.datasets._reviews import phrases
from sklstm.datasets._reviews.domains import DOMAINS
from sklstm.datasets._reviews.marks import mark, places_of, unmark
from sklstm.utils import derive_seed, plain_arguments

# Set so that words and word pairs alone decide three reviews of four or five, and an
# LSTM reads nine of ten after some 2,400 of them.
SHARE_OF_SHORT = 0.08
SHARE_OF_FACTS = 0.2
SHARE_OF_NEGATIONS = 0.22
SHARE_OF_LONG_FORMS = 0.2
SHARE_OF_SUPPORT = 0.95
SHARE_OF_VERDICTS = 0.3

_SLOT = re.compile(r"\{(\w+)\}")
_OPPOSITE = {"positive": "negative", "negative": "positive"}
_CLASSES = {
    2: ("negative", "positive"),
    3: ("negative", "neutral", "positive"),
}


@plain_arguments
@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "n_classes": [Options(Integral, {2, 3})],
        "tone": [Interval(Real, 0, 1, closed="both")],
        "flip_y": [Interval(Real, 0, 1, closed="both")],
        "return_rationales": ["boolean"],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_reviews(
    n_samples=1000,
    *,
    n_classes=2,
    tone=0.0,
    flip_y=0.0,
    return_rationales=False,
    random_state=None,
):
    """Generate Chinese reviews whose sentiment hangs on the order of their words.

    The reviews speak of hotels, books, phones, restaurants, films, deliveries, clothes
    and parks. Negation, double negation, concession, disappointed or exceeded
    expectation, comparison, hearsay and closing verdicts let nearly the same words
    say opposite things, so that counting words is not enough.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of reviews.

    n_classes : {2, 3}, default=2
        Two are ``"negative"`` and ``"positive"``; ``"neutral"`` is the third.

    tone : float, default=0.0
        Share of the reviews that only their tone decides. They praise and complain in
        equal parts: positive ones in a warm voice (particles, emoji), negative ones in
        an agitated voice (runs of exclamation and question marks, ellipses), neutral
        ones in a level voice. In all others the tone says nothing.

    flip_y : float, default=0.0
        Share of the reviews whose label is drawn anew from all classes. The texts are
        the same whatever it is.

    return_rationales : bool, default=False
        Whether to return where the words stand that tell the label, too. Texts and
        labels are the same whatever it is.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (labels, sentences and their words). Pass an
        int for the same result on every call.

    Returns
    -------
    texts : list of str
        No two are equal.

    labels : ndarray of shape (n_samples,), str
        As many of each class as `n_samples` allows, before `flip_y`.

    rationales : list of ndarray of shape (n_places, 2), int64
        For each review where the words that tell its label start and stop, in
        characters of the text; in order, none overlaps another. Only with
        `return_rationales`.

    See Also
    --------
    read_reviews : Reads reviews from a file.
    make_sequences : Generates numeric series.

    Notes
    -----
    These reviews are synthetic: they show that a pipeline works and whether it reads
    order, or hears a tone, and nothing more. They have no misspelling, no irony, no
    topic beyond eight domains, a vocabulary of about a thousand words and a few dozen
    sentence patterns, and their classes are balanced. An accuracy on them says nothing
    of the accuracy on reviews that people wrote, and the rank of two models may differ
    there.

    Rationales hold what is said in the sense of the label: predicates with their degree
    or negation, facts, closing verdicts, and the words that tell which of two clauses
    counts ("但是", "没想到", "除了"). Subjects, clauses of the opposite sense, remarks
    and openers are not among them. A neutral review is told by praise and complaint
    together; where nothing but the verdict tells, and where the tone decides, the
    verdict and the ends of the sentences are all. Where `flip_y` drew another label,
    they are the words that told the one before.

    Examples
    --------
    >>> from sklstm.datasets import make_reviews
    >>> texts, labels = make_reviews(n_samples=6, n_classes=3, random_state=0)
    >>> sorted(set(labels.tolist()))
    ['negative', 'neutral', 'positive']
    >>> texts, labels, rationales = make_reviews(
    ...     n_samples=1, return_rationales=True, random_state=3
    ... )
    >>> texts[0]
    '领口是圆的！颜色有点暗，尺码确实很离谱！'
    >>> [texts[0][start:stop] for start, stop in rationales[0]]
    ['有点暗', '确实很离谱']
    """
    seed = derive_seed(random_state)
    classes = _CLASSES[n_classes]
    rng = random.Random(seed)
    labels = [classes[i % n_classes] for i in range(n_samples)]
    rng.shuffle(labels)
    reviews = _distinct_reviews(labels, tone, rng)
    made = list(reviews), np.array(_flip(labels, classes, flip_y, seed))
    if not return_rationales:
        return made
    return *made, [places_of(marked) for marked in reviews.values()]


def _distinct_reviews(labels, tone, rng):
    """Write reviews, with their marks by text."""
    reviews = {}
    for label in labels:
        n_before = len(reviews)
        while len(reviews) == n_before:
            review = _Review(label, rng)
            is_toned = tone > 0 and rng.random() < tone
            marked = review.write_in_tone() if is_toned else review.write()
            reviews.setdefault(unmark(marked), marked)
    return reviews


def _flip(labels, classes, flip_y, seed):
    """Draw some labels anew, from a generator of their own so that texts stay."""
    rng = random.Random(f"flip {seed}")
    return [rng.choice(classes) if rng.random() < flip_y else y for y in labels]


class _Review:
    """One review in the making: its domain and the aspects not yet spoken of.

    What it writes bears the marks of the words that tell the label.
    """

    def __init__(self, label, rng):
        self.label = label
        self.rng = rng
        self.domain = rng.choice(DOMAINS)
        self.aspects = rng.sample(self.domain.aspects, len(self.domain.aspects))
        self.facts = {
            "positive": rng.sample(self.domain.good, len(self.domain.good)),
            "negative": rng.sample(self.domain.bad, len(self.domain.bad)),
        }

    def write(self):
        """Compose opener, core, remark and verdict, and punctuate them."""
        core, is_decided = self._core()
        sentences = [core if is_decided else unmark(core)]
        if is_decided and self._chance(SHARE_OF_SHORT):
            return self._punctuate(sentences)
        if is_decided and self.label != "neutral" and self._chance(SHARE_OF_SUPPORT):
            sentences.append(self._clause(self.label))
        if self._chance(0.4):
            place = self.rng.randrange(len(sentences) + 1)
            sentences.insert(place, self.rng.choice(self.domain.remarks))
        if self._chance(0.7):
            sentences.insert(0, self.rng.choice(self.domain.openers))
        if not is_decided or self._chance(SHARE_OF_VERDICTS):
            sentences.append(self._verdict())
        return self._punctuate(sentences)

    def write_in_tone(self):
        """Praise and complain in equal parts; only the voice tells the label."""
        sentences = [unmark(self._fill(self.rng.choice(phrases.EVEN_PATTERNS)))]
        if self._chance(0.4):
            sentences.append(self.rng.choice(self.domain.remarks))
        if self._chance(0.7):
            sentences.insert(0, self.rng.choice(self.domain.openers))
        return "".join(sentence + mark(self._end()) for sentence in sentences)

    def _end(self):
        """End a sentence in the voice of the label."""
        rng = self.rng
        if self.label == "neutral":
            return "。"
        if self.label == "negative":
            if self._chance(0.3):
                return rng.choice(phrases.AGITATED_DOTS)
            return "".join(rng.choices(phrases.AGITATED_SIGNS, k=rng.randint(2, 5)))
        if self._chance(0.5):
            return rng.choice(phrases.WARM_EMOJI) * rng.randint(1, 3)
        return rng.choice(phrases.WARM_PARTICLES) + rng.choice(phrases.WARM_ENDS)

    def _core(self):
        """Pattern filled with clauses, and whether it decides without a verdict."""
        if self.label == "neutral":
            pattern = self.rng.choice(phrases.NEUTRAL_PATTERNS)
            return self._fill(pattern), not pattern.startswith("虽然")
        if self._chance(phrases.SHARE_OF_OWN_PATTERNS):
            return self._fill(self.rng.choice(phrases.PATTERNS_OF[self.label])), True
        kinds = list(phrases.PATTERNS)
        shares = [phrases.PATTERNS[kind][0] for kind in kinds]
        kind = self.rng.choices(kinds, shares)[0]
        pattern = self.rng.choice(phrases.PATTERNS[kind][1])
        return self._fill(pattern), kind != "verdict"

    def _fill(self, pattern):
        """Replace the slots; the first of ``{o1}`` and ``{l1}`` names the subject."""
        shared = self._predicate(self.rng.random() < 0.5)
        named = iter((shared["s"], ""))
        opposite = _OPPOSITE.get(self.label)
        fill = {
            "m": lambda: self._indifferent(phrases.INDIFFERENT),
            "b": lambda: self._indifferent(phrases.NEITHER),
            "p": lambda: self._clause("positive"),
            "n": lambda: self._clause("negative"),
            "l": lambda: self._clause(self.label),
            "L": lambda: self._clause(self.label, is_long=True),
            "d": lambda: self._clause(opposite),
            "o": lambda: unmark(self._clause(opposite)),
            "l1": lambda: self._state(self.label, shared | {"s": next(named)}),
            "d1": lambda: self._state(opposite, shared | {"s": next(named)}),
            "o1": lambda: unmark(self._state(opposite, shared | {"s": next(named)})),
        }
        return _SLOT.sub(lambda slot: fill[slot[1]](), pattern)

    def _clause(self, polarity, *, is_long=False):
        """Fact or predicate of a new aspect."""
        if self._chance(SHARE_OF_FACTS):
            return mark(self.facts[polarity].pop())
        is_negated = self._chance(SHARE_OF_NEGATIONS)
        predicate = self._predicate((polarity == "positive") != is_negated)
        return self._state(polarity, predicate, is_long=is_long)

    def _predicate(self, is_good):
        aspect = self.aspects.pop()
        return {
            "s": self.rng.choice(aspect.subjects),
            "x": self.rng.choice(aspect.good if is_good else aspect.bad),
            "is_good": is_good,
        }

    def _state(self, polarity, predicate, *, is_long=False):
        """Affirm or negate a predicate so that the clause has the polarity."""
        is_good = predicate["is_good"]
        is_long = is_long and self._chance(SHARE_OF_LONG_FORMS)
        forms = _forms(is_good, (polarity == "positive") != is_good, is_long)
        return self._say(self.rng.choice(forms), **predicate)

    def _indifferent(self, forms):
        aspect = self.aspects.pop()
        return self._say(
            self.rng.choice(forms),
            s=self.rng.choice(aspect.subjects),
            x=self.rng.choice(aspect.good),
            y=self.rng.choice(aspect.bad),
        )

    def _verdict(self):
        verdict = self._say(self.rng.choice(phrases.VERDICTS[self.label]))
        if self._chance(0.6):
            return self.rng.choice(phrases.VERDICT_OPENERS) + verdict
        return verdict

    def _say(self, template, **words):
        domain = self.domain
        return template.format(
            e=domain.thing, r=self.rng.choice(domain.rivals), a=domain.again, **words
        )

    def _punctuate(self, sentences):
        comma, stop = self.rng.choice(phrases.PUNCTUATION)
        joints = [self.rng.choice((comma, stop)) for _ in sentences[1:]]
        end = stop if self._chance(0.8) else ""
        text = "".join(map("".join, zip(sentences, [*joints, end], strict=True)))
        return text.replace("，", comma).strip()

    def _chance(self, probability):
        return self.rng.random() < probability


def _forms(is_good, is_negated, is_long):
    """Templates for a good or bad predicate, negated or not."""
    what = "NEGATIONS" if is_negated else "AFFIRMATIONS"
    prefix = "LONG_" if is_long else ""
    own = f"{prefix}{what}_OF_{'GOOD' if is_good else 'BAD'}"
    return getattr(phrases, prefix + what) + getattr(phrases, own, ())
