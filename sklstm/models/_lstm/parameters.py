"""What LSTMClassifier takes, beyond the ranges of its parameters."""

from sklstm.nn._pooling import POOLINGS
from sklstm.utils import as_list, find_labelled, plain, shown


def check_complete(X_val, y_val, sample_weight_val):
    """Refuse samples that are held out without labels, and the reverse."""
    if (X_val is None) != (y_val is None):
        given, other = ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
        raise ValueError(
            f"LSTMClassifier expects X_val and y_val together; got {given} alone. Pass "
            f"{other}, too."
        )
    if X_val is None and sample_weight_val is not None:
        raise ValueError(
            "LSTMClassifier expects sample_weight_val with X_val and y_val; got it "
            "alone."
        )


def check_no_class(missing_label, classes):
    """Refuse a missing label among the labels that may ever come."""
    classes = as_list(classes, "LSTMClassifier expects classes as a list of labels")
    missing_label = plain(missing_label)
    if not find_labelled(classes, classes, missing_label, "LSTMClassifier").all():
        raise ValueError(
            f"LSTMClassifier expects missing_label to be no class; {missing_label!r} "
            "is among classes."
        )


def pooling_names(parameter, pooling):
    """List the poolings that a parameter of this name asks for."""
    subject = f"LSTMClassifier expects {parameter} to be one or several of {POOLINGS}"
    names = [pooling] if isinstance(pooling, str) else as_list(pooling, subject)
    if not names or not set(names) <= set(POOLINGS):
        raise ValueError(f"{subject}; got {shown(pooling)}.")
    return tuple(names)


def input_pooling_names(pooling):
    """List the poolings of the inputs; none for None."""
    return () if pooling is None else pooling_names("input_pooling", pooling)
