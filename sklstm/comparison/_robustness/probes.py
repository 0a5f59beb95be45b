"""Probes: the same documents once more, as they might have been written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real

import numpy as np

from sklstm.text import perturbations as room
from sklstm.utils import as_list, check_documents, plain, shown

# They act on whole texts, or are met in a text throughout or not at all.
AT_FULL_STRENGTH = (
    "drop_spaces",
    "drop_punctuation",
    "widen_characters",
    "to_traditional",
    "add_emoji",
    "prepend_neutral",
    "append_neutral",
    "reorder_clauses",
    "keep_first_half",
    "keep_second_half",
)
# What decides the label may stand in the other half.
MAY_CHANGE_THE_LABEL = ("keep_first_half", "keep_second_half")
STRENGTHS = (0.05, 0.2)
SAME, OTHER = "same label", "other label"


@dataclass(frozen=True)
class Probe:
    """Documents changed in one way.

    Parameters
    ----------
    name : str
        Of the perturbation.

    strength : float
        Of the perturbation; NaN where it has none.

    documents : list of str of length n_samples
        In the order of the untouched ones.

    touched : ndarray of shape (n_samples,), bool
        Which of them differ from the untouched ones.

    expects : {"same label", "other label"} or None
        What a model is expected to say of those that are touched.
    """

    name: str
    strength: float
    documents: list
    touched: np.ndarray
    expects: str | None


def make_probes(documents, perturbations, strengths, random_state, name):
    """Perturb documents in each way and at each strength.

    Parameters
    ----------
    documents : list of str
        Untouched.

    perturbations : None, str, callable, sequence of them, or dict of str to callable
        As `sklstm.robustness` takes them; None takes all.

    strengths : float, sequence of float, or dict of str to them
        As `sklstm.robustness` takes them.

    random_state : int
        Decides what is drawn.

    name : str
        Who speaks in messages.

    Returns
    -------
    list of Probe
    """
    chosen = _by_name(perturbations, name)
    _check_names_of_strengths(strengths, chosen, name)
    shares = {
        key: _strengths_of(key, perturb, strengths, name)
        for key, perturb in chosen.items()
    }
    return [
        _probe(
            key,
            strength,
            documents,
            _perturbed(perturb, documents, strength, random_state, key, name),
            _expectation(perturb),
        )
        for key, perturb in chosen.items()
        for strength in shares[key]
    ]


def make_opposites(documents, sides, random_state):
    """Turn documents against their labels.

    Parameters
    ----------
    documents : list of str
        Untouched.

    sides : list of {-1, 0, 1}
        What the label of each says.

    random_state : int
        Decides what is drawn.

    Returns
    -------
    list of Probe
    """
    negated = room.negate(documents, polarity=sides)
    contradicted = room.add_opposite_clause(documents, sides, random_state=random_state)
    return [
        _probe("negate", np.nan, documents, negated, OTHER),
        _probe("add_opposite_clause", np.nan, documents, contradicted, OTHER),
    ]


def _probe(name, strength, documents, changed, expects):
    pairs = zip(documents, changed, strict=True)
    touched = np.array([one != other for one, other in pairs], dtype=bool)
    return Probe(name, strength, changed, touched, expects)


def _perturbed(perturb, documents, strength, random_state, key, name):
    changed = perturb(list(documents), strength=strength, random_state=random_state)
    changed = check_documents(changed, key)
    if len(changed) != len(documents):
        raise ValueError(
            f"{name} expects perturbations to give a document for each that they get; "
            f"{key} made {len(changed)} of {len(documents)}."
        )
    return changed


def _by_name(perturbations, name):
    if perturbations is None:
        return dict(room.PERTURBATIONS)
    if isinstance(perturbations, dict):
        return {key: _function(one, name) for key, one in perturbations.items()}
    if isinstance(perturbations, str) or callable(perturbations):
        perturbations = [perturbations]
    subject = f"{name} expects perturbations as names or functions"
    functions = [_function(one, name) for one in as_list(perturbations, subject)]
    return _numbered({id(one): one for one in functions}.values())


def _numbered(functions):
    """Name functions; lambdas, and others of one name, get a number behind it."""
    by_name, counts = {}, Counter()
    for one in functions:
        name = getattr(one, "__name__", repr(one))
        counts[name] += 1
        by_name[f"{name} ({counts[name]})" if counts[name] > 1 else name] = one
    return by_name


def _function(perturbation, name):
    perturbation = plain(perturbation)
    if callable(perturbation):
        return perturbation
    if perturbation in room.PERTURBATIONS:
        return room.PERTURBATIONS[perturbation]
    raise ValueError(
        f"{name} expects perturbations as functions or names of "
        f"{', '.join(room.PERTURBATIONS)}; got {shown(perturbation)}."
    )


def _check_names_of_strengths(strengths, chosen, name):
    if not isinstance(strengths, dict):
        return
    for key in strengths:
        if plain(key) not in chosen:
            raise ValueError(
                f"{name} expects strengths of the perturbations that are tried, "
                f"{', '.join(map(str, chosen))}; got one of {shown(key)}."
            )


def _own_name(perturb):
    """Name of a perturbation of this package; None of another's."""
    names = (name for name, own in room.PERTURBATIONS.items() if own is perturb)
    return next(names, None)


def _strengths_of(key, perturb, strengths, name):
    is_whole = _own_name(perturb) in AT_FULL_STRENGTH
    if isinstance(strengths, dict):
        strengths = strengths.get(key, 1.0 if is_whole else STRENGTHS)
    elif is_whole:
        return [1.0]
    strengths = plain(strengths)
    is_several = isinstance(strengths, Iterable) and not isinstance(strengths, str)
    shares = [plain(share) for share in (strengths if is_several else [strengths])]
    for share in shares:
        if not isinstance(share, Real) or not 0 <= share <= 1:
            raise ValueError(
                f"{name} expects strengths from 0 to 1; got {shown(share)}."
            )
    return [float(share) for share in shares]


def _expectation(perturb):
    """Say what is known of our own; nobody knows what another's function does."""
    own_name = _own_name(perturb)
    return None if own_name in (None, *MAY_CHANGE_THE_LABEL) else SAME
