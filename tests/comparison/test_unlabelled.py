"""Samples without a label: to the models that can use them, never to a test fold."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin, clone
from sklearn.ensemble import BaggingClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, LeaveOneGroupOut, RandomizedSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier

from sklstm import Sequences, compare_classifiers
from sklstm.comparison._joining import join_samples
from sklstm.comparison._text_report import score_table
from sklstm.comparison._unlabelled import find_markings
from sklstm.comparison._words import Words
from sklstm.utils import is_missing, shown


def documents(numbers):
    return [f"评论{n}" for n in numbers]


def tokens(numbers):
    return [["评论", str(n)] for n in numbers]


def objects(samples):
    array = np.empty(len(samples), dtype=object)
    for row, sample in enumerate(samples):
        array[row] = sample
    return array


def matrix(numbers):
    return np.column_stack([numbers, np.ones(len(numbers))])


def series(numbers):
    return [np.array([n, *[0.5] * (n % 3)]) for n in numbers]


def string_array(numbers):
    return np.array(documents(numbers), dtype=np.dtypes.StringDType())


def read_documents(X):
    return [int(text.removeprefix("评论")) for text in X]


def read_column(X):
    return read_documents(np.asarray(X)[:, 0])


def read_tokens(X):
    return [int(number) for _, number in X]


def read_series(X):
    return [int(np.ravel(sample)[0]) for sample in X]


def read_rows(X):
    return np.asarray(X)[:, 0].astype(int).tolist()


# Name -> what makes it of numbers, and what reads them from it.
CONTAINERS = {
    "list": (documents, read_documents),
    "tuple": (lambda n: tuple(documents(n)), read_documents),
    "str array": (lambda n: np.array(documents(n)), read_documents),
    "object array": (lambda n: objects(documents(n)), read_documents),
    "object column": (lambda n: objects(documents(n))[:, np.newaxis], read_column),
    "pandas Series": (lambda n: pd.Series(documents(n), index=n), read_documents),
    "categories": (lambda n: pd.Series(documents(n), dtype="category"), read_documents),
    "pandas column": (lambda n: pd.DataFrame({"text": documents(n)}), read_column),
    "polars Series": (lambda n: pl.Series("text", documents(n)), read_documents),
    "polars column": (lambda n: pl.DataFrame({"text": documents(n)}), read_column),
    "tokens": (tokens, read_tokens),
    "object array of tokens": (lambda n: objects(tokens(n)), read_tokens),
    "Series of tokens": (lambda n: pd.Series(tokens(n)), read_tokens),
    "series": (series, read_series),
    "Sequences": (lambda n: Sequences.from_arrays(series(n)), read_series),
    "matrix": (matrix, read_rows),
    "list of rows": (lambda n: matrix(n).tolist(), read_rows),
    "cube": (lambda n: np.stack([matrix(n)] * 2, axis=2), read_series),
    "sparse": (
        lambda n: sparse.csr_array(matrix(n)),
        lambda X: read_rows(X.toarray()),
    ),
    "pandas frame": (
        lambda n: pd.DataFrame(matrix(n), index=n, columns=["number", "one"]),
        read_rows,
    ),
    "polars frame": (lambda n: pl.DataFrame(matrix(n), ["number", "one"]), read_rows),
}
if hasattr(np.dtypes, "StringDType"):  # NumPy 2
    CONTAINERS |= {
        "StringDType": (string_array, read_documents),
        "StringDType column": (lambda n: string_array(n)[:, np.newaxis], read_column),
    }


RNG = np.random.default_rng(0)
N, MORE = range(24), range(100, 109)
LABELS = {
    "int": ([3, 7], -1),
    "int with -1": ([-1, 1], -2),
    "bool": ([False, True], -1),
    "float": ([1.0, 2.0], -1),
    "str": (["bad", "good"], ""),
    "empty str": (["", "good"], "?????"),
    "objects": (np.array(["bad", "good"], dtype=object), ""),
}


def same(label, marker):
    return not is_missing(marker) and label == marker


class Spy(ClassifierMixin, BaseEstimator):
    """Answers the first class and records what it was given."""

    fits, tests = [], []
    learns = False

    def __init__(self, read=None, alpha=0):
        self.read = read
        self.alpha = alpha

    def fit(self, X, y, sample_weight=None):
        Spy.fits.append((self, self.read(X), y, sample_weight))
        marker = self.missing_label if self.learns else None
        labels = [x for x in y.tolist() if not (is_missing(x) or same(x, marker))]
        self.classes_ = np.unique(np.array(labels, dtype=y.dtype))
        return self

    def predict(self, X):
        Spy.tests.append((self, self.read(X)))
        return np.repeat(self.classes_[:1], len(self.read(X)))

    def predict_proba(self, X):
        return np.tile([0.75, 0.25], (len(self.predict(X)), 1))


class Learner(Spy):
    """Is told which label is none by a parameter."""

    learns = True

    def __init__(self, read=None, alpha=0, missing_label=None):
        super().__init__(read, alpha)
        self.missing_label = missing_label


class Spreading(LabelSpreading):
    """Records what it was given, for scikit-learn's own convention."""

    def fit(self, X, y):
        Spy.fits.append((self, read_rows(X), y, None))
        return super().fit(X, y)


@pytest.fixture(autouse=True)
def nothing_recorded():
    Spy.fits, Spy.tests = [], []


def searched(classifier, **grid):
    return GridSearchCV(classifier, grid or {"alpha": [1, 2]}, cv=2)


def given_to(kind, **parameters):
    """What fits of a kind of model received, by their parameters."""
    return [
        (numbers, y, weight)
        for model, numbers, y, weight in Spy.fits
        if type(model) is kind
        and all(getattr(model, name) == value for name, value in parameters.items())
    ]


def labels_of(kind, numbers=N):
    classes, marker = LABELS[kind]
    return np.asarray(classes)[np.array(numbers) % 2], marker


def compare(classifiers, X, y, **options):
    return compare_classifiers(classifiers, X, y, cv=2, scoring="accuracy", **options)


def check_fit(fit, y, marker):
    """Hold what one fit received to what it may receive."""
    model, numbers, given, _ = fit
    labelled = [n for n in numbers if n in N]
    assert numbers == labelled + list(MORE) * model.learns
    assert given[: len(labelled)].tolist() == y[labelled].tolist()
    assert given[len(labelled) :].tolist() == [marker] * len(MORE) * model.learns


@pytest.mark.parametrize(
    ("container", "labels"),
    [*((name, "str") for name in CONTAINERS), *(("matrix", kind) for kind in LABELS)],
)
def test_who_gets_what(container, labels):
    make, read = CONTAINERS[container]
    y, marker = labels_of(labels)
    classifiers = {
        "supervised": Spy(read),
        "in a Pipeline": make_pipeline("passthrough", Spy(read)),
        "learns": Learner(read),
        "last step": make_pipeline("passthrough", Learner(read)),
        "searched": searched(Learner(read)),
        "searched last step": make_pipeline(searched(Learner(read))),
    }
    comparison = compare(classifiers, make(N), y, unlabelled=make(MORE))
    assert comparison.errors_ == {}
    n_unlabelled = [0, 0, *[len(MORE)] * 4]
    assert list(comparison.n_unlabelled_.values()) == n_unlabelled
    shown = [row["n_unlabelled"] for row in comparison.rows()]
    assert shown == [*n_unlabelled, *[0] * (len(shown) - 6)]
    assert {row["n_train"] for row in comparison.fold_rows()} == {12}
    # Two folds; two candidates in two inner folds and once more make a search.
    assert len(Spy.fits) == 2 * (4 + 2 * 5)
    for fit in Spy.fits:
        check_fit(fit, y, marker)
    assert {n for _, numbers in Spy.tests for n in numbers} == set(N)
    said = {type(x) for x in comparison.out_of_fold_predictions_["learns"].tolist()}
    assert said == {type(x) for x in y.tolist()}


@pytest.mark.parametrize(
    ("labels", "marker"),
    [
        ("int", np.nan),
        ("int", -1),
        ("int", np.int64(0)),
        ("int", ""),
        ("bool", np.nan),
        ("str", "none"),
        ("str", np.nan),
        ("str", -1),
        ("objects", pd.NA),
    ],
)
def test_a_marker_that_is_set_stays(labels, marker):
    y, _ = labels_of(labels)
    learner = Learner(read_rows, missing_label=marker)
    comparison = compare({"set": learner}, matrix(N), y, unlabelled=matrix(MORE))
    assert comparison.n_unlabelled_ == {"set": len(MORE)}
    assert comparison.errors_ == {}
    for model, numbers, given, _ in Spy.fits:
        assert is_missing(marker) or model.missing_label == marker
        assert numbers[12:] == list(MORE)
        assert given[:12].tolist() == y[numbers[:12]].tolist()
        assert {shown(x) for x in given[12:].tolist()} == {shown(marker)}


def test_the_models_themselves_stay_as_they_are():
    mine = {"learns": Learner(read_rows), "search": searched(Learner(read_rows))}
    texts, more = matrix(N).tolist(), matrix(MORE).tolist()
    compare(mine, texts, labels_of("str")[0], unlabelled=more)
    assert mine["learns"].missing_label is None
    assert mine["search"].cv == 2
    assert (texts, more) == (matrix(N).tolist(), matrix(MORE).tolist())


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_self_training_by_hand(n_jobs):
    X, more = RNG.normal(size=(40, 3)), RNG.normal(size=(30, 3))
    y = np.where(X[:, 0] + 0.3 * RNG.normal(size=40) > 0, "yes", "no")
    model = SelfTrainingClassifier(LogisticRegression(), threshold=0.6)
    classifiers = {"alone": model, "last": make_pipeline("passthrough", model)}
    comparison = compare(classifiers, X, y, unlabelled=more, n_jobs=n_jobs)
    for train, test in comparison.splits_:
        labels = np.array([*y[train], *[-1] * 30], dtype=object)
        fitted = clone(model).fit(np.vstack([X[train], more]), labels)
        for said in comparison.out_of_fold_predictions_.values():
            assert said[test].tolist() == fitted.predict(X[test]).tolist()
        beliefs = comparison.out_of_fold_probabilities_["last"][test]
        np.testing.assert_allclose(beliefs, fitted.predict_proba(X[test]))


@pytest.mark.parametrize("labels", ["int", "bool"])
def test_spreading_gets_what_has_no_label(labels):
    y, _ = labels_of(labels)
    comparison = compare({"s": Spreading()}, matrix(N), y, unlabelled=matrix(MORE))
    assert comparison.errors_ == {}
    for _, numbers, given, _ in Spy.fits:
        assert numbers[12:] == list(MORE)
        assert given[12:].tolist() == [-1] * 9
    said = comparison.out_of_fold_predictions_["s"]
    assert said.dtype == y.dtype


@pytest.mark.parametrize(
    ("classifier", "labels", "message"),
    [
        (
            SelfTrainingClassifier(MultinomialNB()),
            "int with -1",
            "-1, the marker of SelfTrainingClassifier in model 'x', is one",
        ),
        (Spreading(), "int with -1", "the marker of Spreading in model 'x', is one"),
        (Spreading(), "str", "'x' unlabelled samples: Spreading .* sorts the labels"),
        (Learner(missing_label=3), "int", "3, missing_label of model 'x', is one"),
        (Learner(missing_label=1), "bool", "1, missing_label of model 'x', is one"),
        (searched(Learner(missing_label="bad")), "str", "Give that class another"),
        (make_pipeline(Learner(missing_label="")), "empty str", "'', missing_label"),
    ],
)
def test_a_marker_that_is_a_class_is_refused_before_the_folds(
    classifier, labels, message
):
    classifiers = {"x": classifier, "spy": Spy()}
    with pytest.raises(ValueError, match=message):
        compare(classifiers, matrix(N), labels_of(labels)[0], unlabelled=matrix(MORE))
    assert Spy.fits == []


def pipeline_with(classifier):
    return Pipeline([("none", "passthrough"), ("classify", classifier)])


CANNOT = {
    "supervised": Spy(),
    "ensemble": BaggingClassifier(Learner()),
    "stack": StackingClassifier([("a", Learner()), ("b", Learner())]),
    "search of ensembles": searched(BaggingClassifier(Learner()), n_estimators=[2]),
    "search in a search": searched(searched(Learner()), cv=[2]),
    "search of markers": searched(Learner(), missing_label=[-1, -2]),
    "search of classifiers": searched(
        pipeline_with(Learner()), classify=[Learner(), Spy()]
    ),
    "random search of steps": RandomizedSearchCV(
        pipeline_with(Learner()), [{"classify__alpha": [1]}, {"steps": [[]]}]
    ),
}


@pytest.mark.parametrize("kind", CANNOT)
def test_models_that_cannot_use_them(kind):
    classes = np.array([0, 1])
    with pytest.raises(ValueError, match=f"none of '{kind}' does.*missing_label"):
        find_markings({kind: CANNOT[kind]}, classes)
    assert list(find_markings({kind: CANNOT[kind], "l": Learner()}, classes)) == ["l"]


def test_a_search_over_other_parameters_learns():
    search = searched(pipeline_with(Learner()), classify__alpha=[1])
    marking = find_markings({"search": search}, np.array([0, 1]))["search"]
    assert marking.parameter == "estimator__classify__missing_label"
    assert marking.search == ""
    inner = pipeline_with(searched(Learner()))
    marking = find_markings({"inner": inner}, np.array(["a", "b"]))["inner"]
    assert marking.parameter == "classify__estimator__missing_label"
    assert marking.search == "classify"


def test_nothing_without_a_label_is_as_before():
    y, _ = labels_of("str")
    for unlabelled in (None, [], matrix([])):
        comparison = compare(
            {"spy": Spy(read_rows)}, matrix(N).tolist(), y, unlabelled=unlabelled
        )
        assert comparison.n_unlabelled_ == {"spy": 0}
        assert "unlabelled" not in score_table(comparison, Words())


def test_weights_of_those_without_a_label_are_one():
    weight = np.linspace(2, 3, 24)
    classifiers = {"learns": Learner(read_rows), "spy": Spy(read_rows)}
    y, _ = labels_of("int")
    compare(classifiers, matrix(N), y, unlabelled=matrix(MORE), sample_weight=weight)
    for model, numbers, _, given in Spy.fits:
        assert given[:12].tolist() == weight[numbers[:12]].tolist()
        assert given[12:].tolist() == [1.0] * 9 * model.learns


def test_groups_are_those_of_the_labelled():
    groups = np.repeat([0, 1, 2], 8)
    comparison = compare_classifiers(
        {"learns": Learner(read_rows)},
        matrix(N),
        labels_of("int")[0],
        unlabelled=matrix(MORE),
        groups=groups,
        cv=LeaveOneGroupOut(),
    )
    assert comparison.errors_ == {}
    assert [numbers[16:] for _, numbers, _, _ in Spy.fits] == [list(MORE)] * 3


def test_folds_may_be_masks():
    first = np.arange(24) < 12
    comparison = compare_classifiers(
        {"learns": Learner(read_rows), "spy": Spy(read_rows)},
        matrix(N),
        labels_of("int")[0],
        unlabelled=matrix(MORE),
        cv=[(first, ~first)],
    )
    assert comparison.errors_ == {}
    labelled = list(range(12))
    assert [numbers for _, numbers, _, _ in Spy.fits] == [
        [*labelled, *MORE],
        labelled,
    ]


def test_a_checkpoint_knows_what_had_no_label(tmp_path):
    def n_fits(more):
        Spy.fits = []
        compare(
            {"learns": Learner(read_rows)},
            matrix(N),
            labels_of("int")[0],
            unlabelled=more,
            checkpoint=tmp_path,
        )
        return len(Spy.fits)

    more = matrix(MORE)
    calls = [n_fits(x) for x in (None, more, more, more[:5], None, matrix(MORE))]
    assert calls == [2, 2, 0, 2, 0, 0]


class Marking(TransformerMixin, BaseEstimator):
    """Learns nothing, and tells how many samples it was given."""

    seen = []

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        Marking.seen.append(len(X))
        return matrix(read_documents(X))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags


def test_shared_steps_see_every_sample_once(monkeypatch):
    monkeypatch.setattr(Marking, "seen", [])
    classifiers = {
        "spy": make_pipeline(Marking(), Spy(read_rows)),
        "learns": make_pipeline(Marking(), Learner(read_rows)),
        "search": searched(make_pipeline(Marking(), Learner(read_rows)), memory=[None]),
    }
    comparison = compare(
        classifiers, documents(N), labels_of("str")[0], unlabelled=documents(MORE)
    )
    assert Marking.seen == [24 + 9]
    for fit in Spy.fits:
        check_fit(fit, *labels_of("str"))
    # Two folds of 24 each for three models, and 9 more for two of them.
    share = (2 * 24 * 3 + 2 * 9 * 2) / 33 - 1
    assert comparison.saved_seconds_ == pytest.approx(
        share * comparison.shared_seconds_
    )


def test_shared_steps_see_no_more_than_their_models_use(monkeypatch):
    monkeypatch.setattr(Marking, "seen", [])
    classifiers = {
        "spy": make_pipeline(Marking(), Spy(read_rows)),
        "learns": Learner(read_documents),
    }
    compare(classifiers, documents(N), labels_of("str")[0], unlabelled=documents(MORE))
    assert Marking.seen == [24]


def test_a_model_that_takes_the_marker_for_a_class_has_failed():
    class Mistaken(Learner):
        learns = False

    classifiers = {"x": Mistaken(read_rows), "spy": Spy(read_rows)}
    comparison = compare(
        classifiers, matrix(N), labels_of("int")[0], unlabelled=matrix(MORE)
    )
    assert "takes -1 for a class, which is no label" in comparison.errors_["x"][0]
    assert list(comparison.errors_) == ["x"]


def test_tables_say_who_used_them():
    classifiers = {"learns": Learner(read_rows), "spy": Spy(read_rows)}
    more = matrix(range(100, 1334))
    comparison = compare(classifiers, matrix(N), labels_of("int")[0], unlabelled=more)
    header, *rows = score_table(comparison, Words()).splitlines()[:3]
    assert header.split()[-1] == "unlabelled"
    assert [row.split()[-1] for row in rows] == ["1,234", "0"]
    assert comparison.table()["n_unlabelled"].tolist()[:2] == [1234, 0]
    assert comparison.folds()["n_unlabelled"].tolist() == [1234, 1234, 0, 0]
    assert comparison.settings["unlabelled"] == 1234
    html = comparison._repr_html_()
    assert ">unlabelled</th>" in html and ">1,234<" in html
    assert "no test fold has any" in html


def test_fitted_on_everything():
    y, marker = labels_of("str")
    model = make_pipeline(Learner(read_documents))
    comparison = compare({"learns": model}, documents(N), y, unlabelled=documents(MORE))
    Spy.fits.clear()
    fitted = comparison.fit_best()
    check_fit(Spy.fits[0], y, marker)
    assert fitted[-1].classes_.tolist() == ["bad", "good"]
    assert model[-1].missing_label is None


WRONG = {
    "a text": ("list", "好", TypeError, "single str"),
    "no text": ("list", ["好", None], TypeError, "row 1 is NoneType"),
    "tokens": ("list", [["好"]], TypeError, "row 0 is list. It is segmented already"),
    "a frame": ("list", pd.DataFrame({"a": ["好"], "b": ["坏"]}), ValueError, "Pick"),
    "documents": ("tokens", ["好"], TypeError, "row 0 is str. Put JiebaSegmenter"),
    "numbers": ("polars Series", [1], TypeError, "row 0 is int"),
    "texts": ("series", ["好"], TypeError, "arrays of numbers, as X holds; row 0 is s"),
    "a set": ("series", {1.0}, TypeError, "got set. Pass a list"),
    "a number": ("series", 1.0, TypeError, "got float. Pass a list"),
    "a table": ("series", pd.DataFrame({"a": [1]}), TypeError, "which is a table"),
    "no sequences": ("Sequences", ["好"], TypeError, "row 0 is str"),
    "channels": ("Sequences", [np.ones((3, 2))], ValueError, "as many channels"),
    "columns": ("matrix", np.ones((2, 3)), ValueError, r"rows of shape \(2,\).*\(2, 3"),
    "one row": ("matrix", [1.0, 2.0], ValueError, r"got an array of shape \(2,\)"),
    "ragged": ("matrix", [[1.0], [2.0, 3.0]], ValueError, "rows of equal length"),
    "a sparse one": ("matrix", sparse.csr_array(np.ones((1, 2))), TypeError, "toarray"),
    "Sequences": ("cube", Sequences.from_arrays([[1.0]]), TypeError, "Make Sequences"),
    "no column": (
        "pandas frame",
        pd.DataFrame({"one": [1]}),
        ValueError,
        "'number' are",
    ),
    "width": ("polars frame", np.ones((2, 3)), ValueError, "2 columns, as X has; got"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_another_kind_is_refused_before_the_folds(kind):
    container, unlabelled, error, message = WRONG[kind]
    make, read = CONTAINERS[container]
    with pytest.raises(error, match=message):
        compare(
            {"learns": Learner(read)},
            make(N),
            labels_of("int")[0],
            unlabelled=unlabelled,
        )
    assert Spy.fits == []


# Containers

FAMILIES = {
    documents: [
        name for name, (_, read) in CONTAINERS.items() if read is read_documents
    ],
    tokens: ["tokens", "object array of tokens", "Series of tokens"],
    series: ["series", "Sequences"],
    matrix: ["matrix", "list of rows", "sparse", "pandas frame", "polars frame"],
}
FAMILIES[documents] += [name for name in CONTAINERS if name.endswith("column")]
REFUSED = {
    *((name, "sparse") for name in FAMILIES[matrix] if name != "sparse"),
    ("list of rows", "pandas frame"),
    ("list of rows", "polars frame"),
}
PAIRS = [
    (first, second)
    for names in FAMILIES.values()
    for first in names
    for second in names
    if (first, second) not in REFUSED
]


@pytest.mark.parametrize(("first", "second"), sorted(REFUSED))
def test_what_cannot_be_joined_is_refused(first, second):
    with pytest.raises(TypeError, match=r"as X (is|holds); got.*Pass"):
        join_samples(CONTAINERS[first][0](N), CONTAINERS[second][0](MORE))


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_containers_may_differ(first, second):
    make, read = CONTAINERS[first]
    X, more = make(N), CONTAINERS[second][0](MORE)
    joined = join_samples(X, more)
    assert type(joined) is type(X) or sparse.issparse(joined)
    assert read(joined) == [*N, *MORE]
    assert read(X) == [*N] and CONTAINERS[second][1](more) == [*MORE]
    if first.startswith("pandas"):
        assert joined.index.tolist() == list(range(len(N) + len(MORE)))


def test_documents_keep_their_last_characters():
    joined = join_samples(np.array(["好", "坏"]), ["长长的\0"])
    assert joined.tolist() == ["好", "坏", "长长的\0"]


def test_an_iterator_is_read():
    assert join_samples(["好"], iter(["坏"])) == ["好", "坏"]


def test_columns_are_told_apart_by_their_names():
    X = pd.DataFrame({"a": [1.0], "b": [2.0]})
    joined = join_samples(X, pd.DataFrame({"c": [5.0], "b": [4.0], "a": [3.0]}))
    assert joined.to_numpy().tolist() == [[1.0, 2.0], [3.0, 4.0]]
