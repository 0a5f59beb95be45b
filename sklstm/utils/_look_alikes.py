"""Labels that are two classes to a program and one to its reader."""

import unicodedata
import warnings
from collections import Counter

from sklstm.utils._validation import estimator_name


def look_alikes(labels):
    """Group labels that differ in what cannot be seen, in case, or in width.

    Parameters
    ----------
    labels : iterable, or mapping of label to count
        Those that are no str are left out.

    Returns
    -------
    list of list of (str, int)
        Of each group, its labels and how often they occur, by falling count.
    """
    groups = {}
    for label, count in Counter(labels).most_common():
        if isinstance(label, str):
            groups.setdefault(_appearance(label), []).append((str(label), count))
    return [group for group in groups.values() if len(group) > 1]


def describe_look_alikes(groups):
    """Write groups of labels in one line, with what cannot be seen written out."""
    return "; ".join(
        " and ".join(f"{label!r} ({count})" for label, count in group[:5])
        for group in groups[:3]
    )


def warn_of_look_alikes(labels, estimator):
    """Warn of labels that look alike.

    Parameters
    ----------
    labels : iterable, or mapping of label to count
        Of all samples.

    estimator : estimator instance or str
        Who speaks in the message.
    """
    groups = look_alikes(labels)
    if groups:
        warnings.warn(
            f"{estimator_name(estimator)} takes labels that look alike for classes of "
            f"their own: {describe_look_alikes(groups)}. Give them one spelling first.",
            stacklevel=4,
        )


def _appearance(label):
    """Give what a reader sees of a label."""
    folded = unicodedata.normalize("NFKC", label)
    spaced = "".join(" " if char.isspace() else char for char in folded)
    seen = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf"))
    seen = " ".join(seen.split())
    # Single letters may well be classes by their case.
    return seen if len(seen) == 1 else seen.casefold()
