"""How the models do on each class, how sure they may be, and where they are wrong."""

import numpy as np
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from sklstm.utils import plain

_N_BINS = 10


def class_rows(y, classes, codes, probabilities):
    """One row for each model and class, out of fold.

    Parameters
    ----------
    y : ndarray of shape (n_samples,)
        Labels.

    classes : ndarray of shape (n_classes,)
        Every label.

    codes : dict of str to ndarray of shape (n_samples,), int
        By model, the place of the predicted label in `classes`; -1 where none is.

    probabilities : dict of str to ndarray of shape (n_samples, n_classes)
        Of the models that have any.

    Returns
    -------
    list of dict
        ``model``, ``class``, ``precision``, ``recall``, ``f1``, ``average_precision``,
        ``support`` (samples of the class that were tested) and ``predicted`` (samples
        that the model takes for it).
    """
    rows = []
    for name, predicted in codes.items():
        tested = predicted >= 0
        if not tested.any():
            continue
        true = np.searchsorted(classes, y[tested])
        numbers = precision_recall_fscore_support(
            true, predicted[tested], labels=np.arange(len(classes)), zero_division=0.0
        )
        counts = np.bincount(predicted[tested], minlength=len(classes))
        for place, (precision, recall, f1, support) in enumerate(
            zip(*numbers, strict=True)
        ):
            rows.append(
                {
                    "model": name,
                    "class": plain(classes[place]),
                    "precision": float(precision) if counts[place] else np.nan,
                    "recall": float(recall) if support else np.nan,
                    "f1": float(f1),
                    "average_precision": _average_precision(
                        true == place, probabilities.get(name), tested, place
                    ),
                    "support": int(support),
                    "predicted": int(counts[place]),
                }
            )
    return rows


def _average_precision(is_class, probabilities, tested, place):
    if probabilities is None or not is_class.any():
        return np.nan
    return float(average_precision_score(is_class, probabilities[tested, place]))


def calibration_error(is_right, confidence):
    """Compute the expected calibration error of the predicted class.

    Parameters
    ----------
    is_right : ndarray of shape (n_samples,), bool
        Whether the predicted class is the label.

    confidence : ndarray of shape (n_samples,)
        Probability of the predicted class.

    Returns
    -------
    float
        Mean distance between confidence and accuracy over ten bins of equal size; 0 is
        perfect. Where a bin has few samples, chance adds to it.

    References
    ----------
    .. [1] Guo, C., Pleiss, G., Sun, Y. & Weinberger, K. Q. (2017). On calibration of
       modern neural networks. ICML.
    """
    order = np.argsort(confidence, kind="stable")
    bins = np.array_split(order, min(_N_BINS, len(order)))
    gaps = [len(b) * abs(is_right[b].mean() - confidence[b].mean()) for b in bins]
    return float(sum(gaps) / len(order))


def prediction_rows(comparison, model):
    """One row for each sample that was tested, the surest mistakes of a model first.

    Parameters
    ----------
    comparison : Comparison
        What to tell about.

    model : str
        Decides the order: its mistakes by falling certainty, then what it has right,
        by rising certainty.

    Returns
    -------
    list of dict
        ``row``, ``label``, for each model ``predicted <model>`` and ``probability
        <model>`` (of that label; NaN where the model has none), and ``text`` where
        samples are texts.
    """
    codes = comparison._codes
    true = np.searchsorted(comparison.classes_, comparison.y)
    certainty = np.nan_to_num(comparison._beliefs[model].max(axis=1))
    is_wrong = codes[model] != true
    order = np.lexsort((np.where(is_wrong, -certainty, certainty), ~is_wrong))
    tested = order[codes[model][order] >= 0]
    texts = comparison._samples.documents
    return [_prediction_row(comparison, row, texts) for row in tested.tolist()]


def _prediction_row(comparison, row, texts):
    cells = {"row": row, "label": plain(comparison.y[row])}
    for name, codes in comparison._codes.items():
        label, probability = None, np.nan
        if codes[row] >= 0:
            label = plain(comparison.classes_[codes[row]])
            known = comparison.out_of_fold_probabilities_.get(name)
            probability = np.nan if known is None else float(known[row, codes[row]])
        cells[f"predicted {name}"] = label
        cells[f"probability {name}"] = probability
    return cells if texts is None else {**cells, "text": texts[row]}
