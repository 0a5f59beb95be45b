"""Checks for estimators whose input is documents or token sequences.

scikit-learn's `~sklearn.utils.estimator_checks.check_estimator` feeds numbers; on an
estimator that takes text it runs a single check. This is the battery for those, in its
manner: `check_text_estimator` for one estimator, `parametrize_with_text_checks` for
pytest.

Examples
--------
>>> from sklstm import TokenEncoder
>>> from sklstm.utils.estimator_checks import check_text_estimator
>>> results = check_text_estimator(TokenEncoder(), input="tokens")
>>> {result["status"] for result in results}
{'passed'}
"""

import copy
import inspect
import io
import pickle
import re
from functools import partial

import joblib
import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags

from sklstm.utils._check_tools import (
    assert_defined,
    assert_refused,
    assert_same,
    assert_same_outputs,
    clone_seeded,
    fit_anew,
    global_random_states,
    methods_of,
    n_rows,
    outputs_of,
    plain_params,
    take,
)
from sklstm.utils._text_samples import containers_of, make_text_samples

__all__ = ["check_text_estimator", "parametrize_with_text_checks"]


def check_text_estimator(estimator, *, input="documents", expected_failed_checks=None):
    """Run every check on an estimator that takes text.

    Parameters
    ----------
    estimator : estimator instance
        A transformer, a classifier or a model of likelihoods; it is cloned. Give it
        small sizes: it is fitted some thirty times.

    input : {"documents", "tokens"}, default="documents"
        What it takes: a sequence of str, or a list of list of str.

    expected_failed_checks : dict of str to str, default=None
        Names of checks that the estimator is known to fail, and why.

    Returns
    -------
    list of dict
        For each check ``check_name``, ``status`` ("passed" or "xfail") and
        ``exception`` (None where it passed).

    Raises
    ------
    AssertionError
        If a check fails that was not expected to, or passes that was expected to fail.

    See Also
    --------
    parametrize_with_text_checks : The same as one test for each check.
    """
    expected = expected_failed_checks or {}
    results = []
    for check in _checks_of(estimator, input):
        check_name = _check_name(check)
        exception = None
        try:
            check(estimator)
        except Exception as exc:
            if check_name not in expected:
                raise
            exception = exc
        if check_name in expected and exception is None:
            raise AssertionError(
                f"{check_name} was expected to fail on {type(estimator).__name__}, but "
                "it passes. Take it off expected_failed_checks."
            )
        status = "passed" if exception is None else "xfail"
        results.append(
            {"check_name": check_name, "status": status, "exception": exception}
        )
    return results


def parametrize_with_text_checks(
    estimators, *, input="documents", expected_failed_checks=None
):
    """Decorate a pytest test so that it runs once for each estimator and check.

    Parameters
    ----------
    estimators : list of estimator instances
        Transformers or classifiers; see `check_text_estimator`.

    input : {"documents", "tokens"}, default="documents"
        What they take.

    expected_failed_checks : callable, default=None
        Takes an estimator, returns a dict of names of checks that it is known to fail
        and why. They become ``xfail(strict=True)``.

    Returns
    -------
    pytest.mark.parametrize
        With the arguments ``estimator`` and ``check``; the test calls
        ``check(estimator)``.

    See Also
    --------
    check_text_estimator : The same without pytest.

    Examples
    --------
    >>> from sklstm import TokenCountVectorizer, TokenEncoder
    >>> from sklstm.utils.estimator_checks import parametrize_with_text_checks
    >>> @parametrize_with_text_checks(
    ...     [TokenCountVectorizer(), TokenEncoder()], input="tokens"
    ... )
    ... def test_text_estimator(estimator, check):
    ...     check(estimator)
    """
    import pytest

    cases = []
    for estimator in estimators:
        expected = expected_failed_checks(estimator) if expected_failed_checks else {}
        for check in _checks_of(estimator, input):
            name = _check_name(check)
            marks = ()
            if name in expected:
                marks = pytest.mark.xfail(reason=expected[name], strict=True)
            case_id = f"{_short_repr(estimator)}-{name}"
            cases.append(pytest.param(estimator, check, marks=marks, id=case_id))
    return pytest.mark.parametrize("estimator, check", cases)


def _checks_of(estimator, input):
    """Bind the checks that apply to the estimator to the samples of its door."""
    samples = make_text_samples(input)
    checks = list(_ALL)
    if get_tags(estimator).requires_fit:
        checks += _LEARNERS
    if is_classifier(estimator):
        checks += _CLASSIFIERS
    if hasattr(estimator, "transform"):
        checks += _TRANSFORMERS
    return [partial(_run, check, samples) for check in checks]


def _run(check, samples, estimator):
    check(estimator, samples)


def _check_name(check):
    return check.args[0].__name__


def _short_repr(estimator):
    return re.sub(r"\s+", "", repr(estimator))[:60]


def check_constructor_stores(estimator, samples):
    """Hold the constructor to storing its parameters, as they are, and no more."""
    signature = inspect.signature(type(estimator)).parameters.values()
    kinds = {parameter.kind for parameter in signature}
    assert not kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    given = estimator.get_params(deep=False)
    defaults = {
        parameter.name: parameter.default
        for parameter in signature
        if parameter.default is not parameter.empty
    }
    for params in (given, given | defaults):
        built = type(estimator)(**params)
        assert set(vars(built)) == set(params), (
            f"the constructor sets {set(vars(built)) ^ set(params)} beside its "
            "parameters"
        )
        for name, value in params.items():
            assert getattr(built, name) is value, f"the constructor changes {name!r}"


def check_params_survive_fit(estimator, samples):
    """Hold ``fit`` to leaving parameters alone and ending what it learns in ``_``."""
    estimator = clone_seeded(estimator)
    before = plain_params(estimator)
    names = set(vars(estimator))
    assert estimator.fit(samples.X, samples.y) is estimator, "fit returns self"
    after = plain_params(estimator)
    changed = [name for name, value in before.items() if after[name] is not value]
    assert not changed, f"fit changes the parameters {changed}"
    added = set(vars(estimator)) - names
    public = [name for name in added if not (name.endswith("_") or name[0] == "_")]
    assert not public, f"fit sets {public}, which do not end in an underscore"


def check_clone_and_set_params(estimator, samples):
    """Clone, before and after fit, to an unfitted equal; set what was got."""
    estimator = clone_seeded(estimator)
    fitted = clone(estimator).fit(samples.X, samples.y)
    for copied in (clone(estimator), clone(fitted)):
        assert set(vars(copied)) == set(vars(estimator)), "a clone is not fitted"
        assert repr(copied) == repr(estimator), "a clone has the same parameters"
    assert estimator.set_params(**estimator.get_params()) is estimator
    assert estimator._repr_html_()


def check_fit_twice(estimator, samples):
    """Forget the first fit in the second."""
    once = fit_anew(estimator, samples)
    twice = clone_seeded(estimator).fit(samples.X[:10], samples.y[:10])
    twice.fit(samples.X, samples.y)
    assert_same_outputs(twice, once, samples.X, "fitted twice")


def check_input_unchanged(estimator, samples):
    """Leave what was passed as it was."""
    X, y = copy.deepcopy((samples.X, samples.y))
    fitted = clone_seeded(estimator).fit(X, y)
    outputs_of(fitted, X)
    assert X == samples.X, "fit, transform or predict changes X"
    assert np.array_equal(y, samples.y), "fit changes y"


def check_containers(estimator, samples):
    """Give the same result for every container of the same samples."""
    fitted = fit_anew(estimator, samples)
    expected = outputs_of(fitted, samples.X)
    for name, make in containers_of(samples.X).items():
        for method, output in expected.items():
            actual = getattr(fitted, method)(make())
            assert_same(actual, output, f"{method} of a {name}")


def check_containers_in_fit(estimator, samples):
    """Learn the same from every container of the same samples."""
    fitted = fit_anew(estimator, samples)
    containers = containers_of(samples.X)
    names = ["object ndarray", *list(containers)[-2:]]
    if not isinstance(estimator, Pipeline):  # a Pipeline reads X once a step
        names.append("generator")
    for name in names:
        other = clone_seeded(estimator).fit(containers[name](), samples.y)
        assert_same_outputs(other, fitted, samples.X, f"fitted on a {name}")


def check_row_by_row(estimator, samples):
    """Give row i its result whatever the order and the company."""
    fitted = fit_anew(estimator, samples)
    mixed = samples.X + samples.wordless + samples.unseen
    shuffled = np.random.RandomState(0).permutation(len(mixed))
    for method, whole in outputs_of(fitted, mixed).items():
        for rows in (shuffled, np.arange(3), np.array([1])):
            actual = getattr(fitted, method)([mixed[row] for row in rows])
            expected = take(whole, rows)
            assert_same(actual, expected, f"{method} of the rows {rows.tolist()}")


def check_empty_and_unseen(estimator, samples):
    """Answer samples without a token, or without one that was seen."""
    fitted = fit_anew(estimator, samples)
    assert_defined(fitted, samples.wordless + samples.unseen)


def check_odd_code_points(estimator, samples):
    """Answer lone surrogates, NUL, emoji, marks and full-width letters."""
    fitted = fit_anew(estimator, samples)
    assert_defined(fitted, samples.odd)


def check_no_samples(estimator, samples):
    """Refuse no samples in fit; answer with none afterwards."""
    assert_refused(clone_seeded(estimator).fit, [], [], what="no samples")
    fitted = fit_anew(estimator, samples)
    for method in methods_of(fitted):
        output = getattr(fitted, method)([])
        assert n_rows(output) == 0, f"{method} of no samples returns {output!r}"


def check_wrong_containers_refused(estimator, samples):
    """Refuse what is no sequence of samples: a lone str, bytes, a set, None, ..."""
    fitted = fit_anew(estimator, samples)
    lone = "".join(samples.X[0])
    wrong = [lone, lone.encode(), set(lone), dict.fromkeys(lone), None, 3]
    wrong.append(np.array([[lone, lone]], dtype=object))
    for X in wrong:
        what = f"a {type(X).__name__}"
        assert_refused(clone_seeded(estimator).fit, X, samples.y, what=what)
        for method in methods_of(fitted):
            assert_refused(getattr(fitted, method), X, what=f"{what} in {method}")


def check_wrong_elements_refused(estimator, samples):
    """Refuse an element of the wrong kind and name its row and type."""
    fitted = fit_anew(estimator, samples)
    for wrong in (None, np.nan, 3, 2.5, True, "好".encode("gb18030")):
        X = [*samples.X[:2], wrong, *samples.X[3:]]
        naming = ("row 2", type(wrong).__name__)
        what = f"a {type(wrong).__name__} in row 2"
        assert_refused(
            clone_seeded(estimator).fit, X, samples.y, what=what, naming=naming
        )
        for method in methods_of(fitted):
            call = getattr(fitted, method)
            assert_refused(call, X, what=f"{what} in {method}", naming=naming)


def check_other_door_refused(estimator, samples):
    """Refuse token sequences for documents, and documents for token sequences."""
    fit = clone_seeded(estimator).fit
    X = samples.other_door
    assert_refused(fit, X, samples.y, what="samples of the other door", naming="row 0")


def check_serialisation(estimator, samples):
    """Survive pickle, joblib and a deep copy, before and after fit."""
    estimator = clone_seeded(estimator)
    pickle.loads(pickle.dumps(estimator))
    fitted = fit_anew(estimator, samples)
    file = io.BytesIO()
    joblib.dump(fitted, file)
    file.seek(0)
    copies = {
        "pickled": pickle.loads(pickle.dumps(fitted)),
        "joblib-dumped": joblib.load(file),
        "deep-copied": copy.deepcopy(fitted),
    }
    for name, copied in copies.items():
        assert_same_outputs(copied, fitted, samples.X, name)


def check_same_seed_same_bytes(estimator, samples):
    """Give the same bytes for the same seed and leave the global generators alone."""
    hashes = set()
    for _ in range(2):
        before = global_random_states()
        hashes.add(joblib.hash(outputs_of(fit_anew(estimator, samples), samples.X)))
        assert global_random_states() == before, "a global random generator was used"
        np.random.uniform()  # the second fit finds another global state
    assert len(hashes) == 1, "two fits with the same random_state differ"


def check_grid_search(estimator, samples):
    """Score alike in a GridSearchCV of one and of two processes."""
    estimator = clone_seeded(estimator)
    if not hasattr(estimator, "score"):
        steps = [("estimator", estimator), ("dummy", DummyClassifier())]
        estimator = Pipeline(steps)
    scores = []
    for n_jobs in (1, 2):
        search = GridSearchCV(estimator, {}, cv=2, n_jobs=n_jobs, error_score="raise")
        search.fit(samples.X, samples.y)
        scores.append(search.cv_results_["mean_test_score"])
    assert_same(scores[0], scores[1], "scores of one and of two processes")


def check_not_fitted(estimator, samples):
    """Say that fit comes first."""
    for method in methods_of(estimator):
        try:
            getattr(clone_seeded(estimator), method)(samples.X)
        except NotFittedError:
            continue
        raise AssertionError(f"{method} before fit does not raise NotFittedError")


def check_nothing_to_learn(estimator, samples):
    """Refuse to learn from samples without a single token."""
    X = samples.wordless * 4
    y = samples.y[: len(X)]
    assert_refused(clone_seeded(estimator).fit, X, y, what="samples without tokens")


def check_fit_transform(estimator, samples):
    """Return from ``fit_transform`` what ``fit`` and ``transform`` return."""
    expected = fit_anew(estimator, samples).transform(samples.X)
    for X in (samples.X, containers_of(samples.X)["generator"]()):
        if isinstance(estimator, Pipeline) and X is not samples.X:
            continue  # a Pipeline reads X once a step
        actual = clone_seeded(estimator).fit_transform(X, samples.y)
        assert_same(actual, expected, f"fit_transform of a {type(X).__name__}")


def check_pipeline_positions(estimator, samples):
    """Do the same first, in the middle and last in a Pipeline."""
    alone = clone_seeded(estimator).fit_transform(samples.X, samples.y)
    nothing = FunctionTransformer()
    for before, after in ((0, 1), (1, 1), (1, 0)):
        parts = [clone(nothing)] * before + [clone_seeded(estimator)]
        parts += [clone(nothing)] * after
        steps = [(f"step_{i}", part) for i, part in enumerate(parts)]
        pipeline = Pipeline(steps).fit(samples.X, samples.y)
        assert_same(pipeline.transform(samples.X), alone, f"step {before} of Pipeline")


def check_feature_names(estimator, samples):
    """Name each column of a feature matrix, all names different."""
    fitted = fit_anew(estimator, samples)
    output = fitted.transform(samples.X)
    if len(getattr(output, "shape", ())) != 2:
        return  # no feature matrix
    names = fitted.get_feature_names_out()
    assert len(names) == output.shape[1], (
        f"{len(names)} feature names for {output.shape[1]} columns"
    )
    assert len(set(names)) == len(names), "feature names are not unique"
    assert all(isinstance(name, str) for name in names), "feature names are str"


def check_labels(estimator, samples):
    """Return the labels that came, whatever their type, columns by `classes_`."""
    for labels in (["差", "好"], [7, 3], [True, False]):
        y = np.array(labels)[(samples.y == "positive").astype(int)]
        fitted = clone_seeded(estimator).fit(samples.X, y)
        predicted = fitted.predict(samples.X)
        assert np.array_equal(fitted.classes_, np.unique(y)), "classes_ are sorted"
        assert set(predicted) <= set(y), f"predict returns {set(predicted) - set(y)}"
        if hasattr(fitted, "predict_proba"):
            best = fitted.predict_proba(samples.X).argmax(axis=1)
            assert np.array_equal(fitted.classes_[best], predicted)


def check_X_y_of_different_length(estimator, samples):
    """Refuse more samples than labels."""
    y = samples.y[:-1]
    assert_refused(clone_seeded(estimator).fit, samples.X, y, what="one label too few")


_ALL = (
    check_constructor_stores,
    check_params_survive_fit,
    check_clone_and_set_params,
    check_fit_twice,
    check_input_unchanged,
    check_containers,
    check_containers_in_fit,
    check_row_by_row,
    check_empty_and_unseen,
    check_odd_code_points,
    check_no_samples,
    check_wrong_containers_refused,
    check_wrong_elements_refused,
    check_other_door_refused,
    check_serialisation,
    check_same_seed_same_bytes,
    check_grid_search,
)
_LEARNERS = (check_not_fitted, check_nothing_to_learn)
_TRANSFORMERS = (check_fit_transform, check_pipeline_positions, check_feature_names)
_CLASSIFIERS = (check_labels, check_X_y_of_different_length)
