"""How a perturbation goes over documents, and what it draws for each of them."""

import random
import zlib
from numbers import Real

from sklearn.utils._param_validation import Interval, validate_params

from sklstm.utils import check_documents, derive_seed, plain_arguments

_CONSTRAINTS = {
    "strength": [Interval(Real, 0, 1, closed="both")],
    "random_state": ["random_state"],
}


def perturbation(function):
    """Let a function check its ``strength`` and ``random_state``.

    Parameters
    ----------
    function : callable
        A public perturbation.

    Returns
    -------
    callable
    """
    check = validate_params(_CONSTRAINTS, prefer_skip_nested_validation=True)
    return plain_arguments(check(function))


def perturb(change, documents, strength, random_state, name):
    """Change documents one by one, each with a generator of its own.

    Parameters
    ----------
    change : callable
        Takes a text that is not empty, the strength and a `random.Random`; gives the
        changed text.

    documents : sequence of str
        Door D0.

    strength : float
        In [0, 1].

    random_state : int, RandomState instance or None
        What is drawn hangs on it and on the text alone, not on the other documents.

    name : str
        Who speaks in messages.

    Returns
    -------
    list of str
    """
    documents = check_documents(documents, name)
    seed = derive_seed(random_state)
    return [
        change(text, strength, draws_of(text, seed)) if text else text
        for text in documents
    ]


def draws_of(text, seed):
    checksum = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    return random.Random(seed << 32 | checksum)


def choose(places, strength, rng):
    """Draw a share of places; a greater share has all those of a smaller one.

    Parameters
    ----------
    places : sequence of int
        What may be drawn.

    strength : float
        Share. Where it is no whole number of places, chance decides between the two
        nearest, so that the share is right on average.

    rng : random.Random
        Where the draws come from.

    Returns
    -------
    list of (int, float)
        Places, and for each a number in [0, 1) that further choices hang on.
    """
    n_chosen = _n_chosen(len(places), strength, rng)
    ranked = sorted((rng.random(), rng.random(), place) for place in places)
    return [(place, draw) for _, draw, place in ranked[:n_chosen]]


def choose_pairs(places, strength, rng):
    """Draw pairs of neighbours, of which no two share a member.

    Parameters
    ----------
    places : sequence of int
        The first members of all pairs; the second ones stand behind them.

    strength : float
        Share of the members that are in a pair that is drawn, as far as pairs fit.

    rng : random.Random
        Where the draws come from.

    Returns
    -------
    list of int
        First members. A greater share has all those of a smaller one.
    """
    n_members = len({*places, *(place + 1 for place in places)})
    n_chosen = _n_chosen(n_members / 2, strength, rng)
    chosen, taken = [], set()
    for _, place in sorted((rng.random(), place) for place in places):
        if len(chosen) == n_chosen:
            break
        if place not in taken and place + 1 not in taken:
            chosen.append(place)
            taken.update((place, place + 1))
    return chosen


def is_chosen(strength, rng):
    """Whether a whole document is among the share that is touched.

    Parameters
    ----------
    strength : float
        Share of the documents.

    rng : random.Random
        The document's own.

    Returns
    -------
    bool
    """
    return rng.random() < strength


def _n_chosen(n_places, strength, rng):
    return int(strength * n_places + rng.random())


def pick(options, draw):
    """Choose one of several with a number that was drawn before.

    Parameters
    ----------
    options : sequence
        Not empty.

    draw : float
        In [0, 1).

    Returns
    -------
    object
    """
    return options[int(draw * len(options))]
