"""One model on one fold: fit, predict, score."""

import importlib
import pickle
import signal
import threading
import traceback
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.pipeline import Pipeline
from sklearn.utils import _safe_indexing
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _num_samples

from sklstm.comparison._classes import calibration_error
from sklstm.comparison._robustness.answers import Answers
from sklstm.comparison._robustness.plan import Plan
from sklstm.comparison._unlabelled import Marking
from sklstm.comparison._weights import takes_weights, weight_parameter
from sklstm.utils import shown


@dataclass
class FoldResult:
    """What came of one model on one fold."""

    name: str
    fold: int
    n_train: int
    n_test: int
    scores: dict = field(default_factory=dict)
    score_errors: dict = field(default_factory=dict)
    fit_seconds: float = np.nan
    predict_seconds: float = np.nan
    model_bytes: float = np.nan
    predictions: np.ndarray | None = None
    probabilities: np.ndarray | None = None
    error: str | None = None
    traceback: str | None = None
    n_unlabelled: int = 0
    calibration_error: float = np.nan
    warnings: list = field(default_factory=list)
    answers: Answers | None = None

    @property
    def finished(self):
        """Whether the model was fitted and has predicted."""
        return self.error is None

    @property
    def message(self):
        """All that went wrong, in one line; empty where nothing did."""
        errors = [f"{name}: {text}" for name, text in self.score_errors.items()]
        return "; ".join([*errors, *([self.error] if self.error else [])])

    def fail(self, exc):
        """Keep an exception as text: exceptions of others need not pickle."""
        self.error = f"{type(exc).__name__}: {exc}"
        self.traceback = "".join(traceback.format_exception(exc))
        return self


@dataclass
class FoldTask:
    """One model and one fold, to be run anywhere."""

    name: str
    fold: int
    train: np.ndarray
    test: np.ndarray
    model: object
    shared_steps: list = field(default_factory=list)
    shared_seconds: float = 0.0
    shared_error: Exception | None = None
    marking: Marking | None = None
    plan: Plan | None = None


@dataclass
class FoldData:
    """The samples of a comparison as the models' own steps take them.

    Samples without a label stand behind the others, and only where a model learns from
    them: `X` and `sample_weight` may be longer than `y`.
    """

    X: object
    y: np.ndarray
    classes: np.ndarray
    sample_weight: np.ndarray | None
    n_samples: int
    modules: tuple = ()


def modules_of(classifiers):
    """Name the modules that the models and their parts come from.

    A worker that loads torch for its second model only has grown so much that loky
    takes it for leaking memory and replaces it. So every worker loads all modules
    first.

    Parameters
    ----------
    classifiers : iterable of classifier
        Unfitted.

    Returns
    -------
    tuple of str
    """
    names = {
        type(part).__module__
        for classifier in classifiers
        for part in (classifier, *_parameters(classifier).values())
        if hasattr(part, "fit")
    }
    return tuple(sorted(names))


def _parameters(classifier):
    return classifier.get_params() if hasattr(classifier, "get_params") else {}


def run_fold(task, data, scorers):
    """Fit, predict and score one model on one fold; never raises, and never warns.

    Parameters
    ----------
    task : FoldTask
        Its model is cloned.

    data : FoldData
        All samples.

    scorers : dict of str to Scorer
        What to score by.

    Returns
    -------
    FoldResult
        What was warned of is in it.
    """
    with collected_warnings() as caught:
        result = _run_fold(task, data, scorers)
    result.warnings = [(str(one.message), one.category) for one in caught]
    return result


@contextmanager
def collected_warnings():
    """Keep what is warned of, so that it can be said once, after the progress bar.

    Whom Python warns belongs to the process: of threads side by side none can tell
    which of them was warned. Scores that are not defined in a fold are no news: the
    classes that it lacks or that a model never predicts are told otherwise.
    """
    if threading.current_thread() is not threading.main_thread():
        yield []
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore", UndefinedMetricWarning)
        warnings.filterwarnings("ignore", "y_pred contains classes not in y_true")
        yield caught


def _run_fold(task, data, scorers):
    rows = np.arange(len(data.y))  # a mask of the labelled ones fits no other
    train, test = rows[task.train], rows[task.test]
    result = FoldResult(task.name, task.fold, len(train), len(test))
    if task.marking is not None:
        result.n_unlabelled = data.n_samples - len(data.y)
    for module in data.modules:
        # What cannot be loaded is the trouble of the model that needs it.
        with suppress(Exception):
            importlib.import_module(module)
    if task.shared_error is not None:
        return result.fail(task.shared_error)
    try:
        model = _fit(task, data, train, result)
        X_test = _safe_indexing(data.X, test)
        answers = _predict(model, X_test, data.classes, result)
        _add_shared_seconds(result, task.shared_seconds, data.n_samples)
        result.model_bytes = _pickled_size((task.shared_steps, model))
        score_fold(answers, X_test, test, data, scorers, result)
        _ask(task, model, result)
    except Exception as exc:
        return result.fail(exc)
    return result


def _fit(task, data, train, result):
    n_unlabelled = result.n_unlabelled
    rows = np.append(train, np.arange(data.n_samples - n_unlabelled, data.n_samples))
    weight = None if data.sample_weight is None else data.sample_weight[rows]
    model, result.fit_seconds = fit_clone(
        task.model, _safe_indexing(data.X, rows), data.y[train], weight, task.marking
    )
    return model


def fit_clone(classifier, X, y, sample_weight, marking=None):
    """Fit a clone; one that answers Ctrl-C by keeping what it has is not fitted.

    Parameters
    ----------
    classifier : classifier
        Unfitted.

    X : indexable of length n_samples
        Samples; those without a label stand behind the others.

    y : ndarray of shape (n_labelled,)
        Labels.

    sample_weight : ndarray of shape (n_samples,) or None
        Weights.

    marking : Marking or None, default=None
        How it is told of samples without a label.

    Returns
    -------
    model : classifier
        Fitted.

    seconds : float
        Wall-clock time of ``fit``.
    """
    model, fit_params = clone(classifier), {}
    if sample_weight is not None:
        fit_params[weight_parameter(classifier)] = sample_weight
    if marking is not None:
        n_unlabelled = _num_samples(X) - len(y)
        model = marking.tell(model, X, y, n_unlabelled)
        y = marking.mark(y, n_unlabelled)
    start = perf_counter()
    with interrupts_end_it():
        model.fit(X, y, **fit_params)
    return model, perf_counter() - start


@contextmanager
def interrupts_end_it():
    """Raise KeyboardInterrupt after the body if it swallowed one.

    A model may answer Ctrl-C by keeping its best epoch so far: good for a lone fit, but
    a fold cut short is no finished fold.
    """
    handler = signal.getsignal(signal.SIGINT)
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or not callable(handler):
        yield
        return
    interrupts = []

    def remember(number, frame):
        interrupts.append(number)
        handler(number, frame)

    signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if interrupts:
        raise KeyboardInterrupt


def _predict(model, X_test, classes, result):
    start = perf_counter()
    predictions = _one_each(model.predict(X_test), result.n_test)
    result.predict_seconds = perf_counter() - start
    probabilities = None
    if hasattr(model, "predict_proba"):
        columns = _places(model.classes_, classes)
        known = _checked_probabilities(model.predict_proba(X_test), model, result)
        # log_loss judges by the precision whether a row sums to one.
        shape = (len(predictions), len(classes))
        probabilities = np.zeros(shape, dtype=known.dtype)
        probabilities[:, columns] = known
    result.predictions = _places(predictions, classes)
    result.probabilities = probabilities
    predictions = classes[result.predictions]
    return FittedClassifier(model, classes, predictions, probabilities)


def _one_each(predictions, n_test):
    predictions = np.asarray(predictions)
    if predictions.shape != (n_test,):
        raise ValueError(
            f"its predictions have the shape {predictions.shape}, not ({n_test},)"
        )
    return predictions


def _checked_probabilities(probabilities, model, result):
    """Refuse what would take down the tables of all models."""
    probabilities = np.asarray(probabilities)
    if probabilities.dtype.kind != "f":
        probabilities = probabilities.astype(float)
    shape = (result.n_test, len(model.classes_))
    if probabilities.shape != shape:
        raise ValueError(
            f"its probabilities have the shape {probabilities.shape}, not {shape}"
        )
    rows = np.flatnonzero(~np.isfinite(probabilities).all(axis=1))
    if len(rows):
        raise ValueError(
            f"its probabilities are not finite in {len(rows)} of {result.n_test} rows"
        )
    return probabilities


def _places(labels, classes):
    """Index of each label among the classes; one that is none is no answer."""
    places = np.searchsorted(classes, labels)
    strange = classes[places % len(classes)] != labels
    if np.any(strange):
        stranger = shown(np.asarray(labels)[strange][0])
        raise ValueError(f"it takes {stranger} for a class, which is no label of y")
    return places


def _add_shared_seconds(result, seconds, n_samples):
    """Charge a fold with its share of the steps that ran once for all samples."""
    n_fitted = result.n_train + result.n_unlabelled
    result.fit_seconds += seconds * n_fitted / n_samples
    result.predict_seconds += seconds * result.n_test / n_samples


def _ask(task, model, result):
    """Put perturbed documents to a model; what goes wrong costs these answers alone."""
    if task.plan is None:
        return
    steps = [(name, clone(step, safe=False)) for name, step in task.shared_steps]
    try:
        result.answers = task.plan.ask(Pipeline([*steps, ("classify last", model)]))
    except Exception as exc:
        result.score_errors["robustness"] = f"{type(exc).__name__}: {exc}"


def _pickled_size(fitted):
    try:
        return len(pickle.dumps(fitted))
    except Exception:  # a lambda, a lock: the model works but cannot be stored
        return np.nan


def score_fold(answers, X_test, test, data, scorers, result):
    """Score by every scorer; one that fails leaves NaN and its error.

    Parameters
    ----------
    answers : FittedClassifier
        What a model says of the test fold.

    X_test : indexable of length n_test
        Its samples.

    test : ndarray of shape (n_test,), int
        Their rows.

    data : FoldData
        Labels and weights.

    scorers : dict of str to Scorer
        What to score by.

    result : FoldResult
        Gets the scores.
    """
    if answers.probabilities is not None:
        result.calibration_error = calibration_error(
            answers.predictions == data.y[test], answers.probabilities.max(axis=1)
        )
    for name, scorer in scorers.items():
        extra = {}
        if data.sample_weight is not None and takes_weights(scorer.score):
            extra["sample_weight"] = data.sample_weight[test]
        model = answers if scorer.by_name else answers.whole
        try:
            score = scorer.score(model, X_test, data.y[test], **extra)
            result.scores[name] = float(score)
        except Exception as exc:
            result.scores[name] = np.nan
            result.score_errors[name] = f"{type(exc).__name__}: {exc}"


class FittedClassifier:
    """A fitted classifier that answers about the test fold from memory.

    Each of scikit-learn's scorers would predict anew. A class that the training fold
    lacked has a column of zeros.
    """

    def __init__(self, model, classes, predictions, probabilities):
        self.model = model
        self.classes_ = classes
        self.predictions = predictions
        self.probabilities = probabilities

    @property
    def whole(self):
        """What a scorer of the user's is given, which may ask for anything."""
        return self.model

    def predict(self, X):
        return self.predictions

    @available_if(lambda self: self.probabilities is not None)
    def predict_proba(self, X):
        return self.probabilities

    def __getattr__(self, name):
        return getattr(self.model, name)
