"""What the checks of `sklstm.utils.estimator_checks` fit, call and compare."""

import sys

import numpy as np
from scipy import sparse
from sklearn.base import clone

_METHODS = (
    "transform",
    "predict",
    "predict_proba",
    "decision_function",
    "score_samples",
)
_TOLERANCE = 1e-5  # float32


def clone_seeded(estimator):
    """Clone with every ``random_state``, nested ones too, set to 0."""
    estimator = clone(estimator)
    names = [name for name in estimator.get_params() if name.endswith("random_state")]
    return estimator.set_params(**dict.fromkeys(names, 0))


def fit_anew(estimator, samples):
    return clone_seeded(estimator).fit(samples.X, samples.y)


def plain_params(estimator):
    """Parameters, nested ones too, that are neither estimators nor lists of them."""
    return {
        name: value
        for name, value in estimator.get_params().items()
        if not hasattr(value, "get_params") and not isinstance(value, list)
    }


def methods_of(estimator):
    return [method for method in _METHODS if hasattr(estimator, method)]


def outputs_of(fitted, X):
    return {method: getattr(fitted, method)(X) for method in methods_of(fitted)}


def assert_refused(call, *args, what, naming=()):
    """Expect a TypeError or ValueError whose message holds the words of `naming`."""
    try:
        call(*args)
    except (TypeError, ValueError) as exc:
        missing = [word for word in np.atleast_1d(naming) if word not in str(exc)]
        assert not missing, f"{what} is refused without naming {missing}: {exc}"
    except Exception as exc:
        raise AssertionError(f"{what} ends in {type(exc).__name__}: {exc}") from exc
    else:
        raise AssertionError(f"{what} is not refused")


def assert_defined(fitted, X):
    """Expect one finite row for each sample; probabilities sum to one."""
    for method, output in outputs_of(fitted, X).items():
        assert n_rows(output) == len(X), f"{method} loses rows"
        for part in _arrays_in(output):
            is_defined = part.dtype.kind != "f" or np.isfinite(part).all()
            assert is_defined, f"{method} is not finite"
        if method == "predict_proba":
            np.testing.assert_allclose(output.sum(axis=1), 1, rtol=_TOLERANCE)


def assert_same_outputs(actual, expected, X, what):
    for method, output in outputs_of(expected, X).items():
        assert_same(getattr(actual, method)(X), output, f"{method} when {what}")


def assert_same(actual, expected, what):
    """Compare lists, matrices and containers of arrays; floats to 1e-5."""
    message = f"{what} differs from what it should be"
    assert type(actual) is type(expected), message
    if isinstance(expected, list | str) or expected is None:
        assert actual == expected, message
        return
    for one, other in zip(_arrays_in(actual), _arrays_in(expected), strict=True):
        if other.dtype.kind == "f":
            np.testing.assert_allclose(one, other, _TOLERANCE, _TOLERANCE, err_msg=what)
        else:
            np.testing.assert_array_equal(one, other, err_msg=what)


def _arrays_in(output):
    """Arrays of numbers or labels that make up an output."""
    if sparse.issparse(output):
        return [output.toarray()]
    if hasattr(output, "__array__"):
        return [np.asarray(output)]
    if isinstance(output, tuple):
        return [array for part in output for array in _arrays_in(part)]
    if hasattr(output, "__dict__"):  # a container of arrays, such as Sequences
        return [array for part in vars(output).values() for array in _arrays_in(part)]
    return []


def take(output, rows):
    return [output[row] for row in rows] if isinstance(output, list) else output[rows]


def n_rows(output):
    shape = getattr(output, "shape", None)
    return shape[0] if shape else len(output)


def global_random_states():
    """Bytes of the state of NumPy's generator, and of torch's where it is loaded."""
    states = [np.random.get_state()[1].tobytes(), np.random.get_state()[2]]
    if "torch" in sys.modules:
        states.append(sys.modules["torch"].get_rng_state().numpy().tobytes())
    return states
