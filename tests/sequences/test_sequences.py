import copy
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator
from sklearn.model_selection import KFold, train_test_split
from sklearn.utils import shuffle

from sklstm import Sequences
from sklstm.sequences import check_sequences

TABLE = np.array([[0, 0], [1, 10], [2, 20]], dtype=np.float32)


class Speaker(BaseEstimator):
    """Whose name stands in messages."""


def make():
    """Three samples of 2, 0 and 1 time steps, with everything that there is."""
    return Sequences(
        lengths=[2, 0, 1],
        codes=[[1, 2, 0], [5, 4, 3]],
        vectors=[TABLE, None],
        channels=[[0.1], [0.2], [0.3]],
        static=[[7], [8], [9]],
    )


def make_named():
    """The same, with all that `make` lacks."""
    return make()._replace(
        times=np.array([3.0, 4.0, 1.0]),
        channel_names=("pulse",),
        static_names=("age",),
        sample_ids=np.array(["x", "y", "z"], dtype=object),
    )


def check(X, *, reset=True):
    return check_sequences(X, Speaker(), reset=reset)


def test_parts_are_flat_arrays():
    sequences = make()
    assert sequences.lengths.dtype == np.int64
    assert sequences.codes[0].dtype == np.int32
    assert sequences.channels.dtype == sequences.static.dtype == np.float32
    assert_array_equal(sequences.offsets, [0, 2, 2, 3])
    assert sequences.n_steps == 3
    assert len(sequences) == 3
    assert sequences.shape == (3,)


def test_a_sample_is_a_matrix_of_its_time_steps():
    # Columns: vectors of stream 0, codes of stream 1 (it has no vectors), channel.
    first, empty, last = make()
    assert_array_equal(first, np.float32([[1, 10, 5, 0.1], [2, 20, 4, 0.2]]))
    assert empty.shape == (0, 4)
    assert_array_equal(last, np.float32([[0, 0, 3, 0.3]]))
    assert first.dtype == np.float32
    assert_array_equal(make()[-1], last)
    assert_array_equal(make()[np.int64(0), ...], first)


@pytest.mark.parametrize(
    "key",
    [
        slice(None),
        slice(None, None, -1),
        slice(1, 1),
        [2, 0],
        [0, 0, -1],
        np.array([True, False, True]),
        [True, False, True],
        [],
        (slice(1, None), ...),
    ],
)
def test_indexing_takes_samples(key):
    sequences = make()
    taken = sequences[key]
    rows = np.arange(3)[key[0] if isinstance(key, tuple) else key]
    assert len(taken) == len(rows)
    for sample, row in zip(taken, rows, strict=True):
        assert_array_equal(sample, sequences[row])
    assert_array_equal(taken.static, sequences.static[rows])
    assert taken.vectors[0] is sequences.vectors[0], "the table is shared"


@pytest.mark.parametrize("key", [3, -4, 1.5, "a", None, (0, 1), [3], [True, False]])
def test_indexing_refuses(key):
    with pytest.raises(IndexError):
        make()[key]


@given(
    st.lists(st.lists(st.integers(-9, 9), max_size=5), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_taking_twice_is_taking_once(samples, random):
    sequences = Sequences.from_arrays(samples)
    rows = [random.randrange(len(samples)) for _ in range(7)]
    again = [random.randrange(7) for _ in range(4)]
    expected = Sequences.from_arrays([samples[rows[i]] for i in again])
    assert_array_equal(sequences[rows][again].lengths, expected.lengths)
    if expected.n_steps:  # an empty list does not tell how many channels it has
        assert sequences[rows][again] == expected


@given(st.lists(st.lists(st.floats(-9, 9, width=32), max_size=4), max_size=5))
def test_padding_and_back(samples):
    sequences = Sequences.from_arrays(samples)
    padded = sequences.to_padded()
    assert np.isnan(padded).sum() == sum(
        padded.shape[1] - len(sample) for sample in samples
    )
    assert Sequences.from_padded(padded) == sequences


def test_padded_by_hand():
    series = Sequences.from_arrays([[1, 0], [], [3]])
    expected = [[1, 0], [-1, -1], [3, -1]]
    assert_array_equal(series.to_padded(padding=-1)[:, :, 0], expected)
    # A padding that also occurs before the end of a sample stays there.
    again = Sequences.from_padded([[0, 1, 0], [0, 0, 0]], padding=0)
    assert_array_equal(again.lengths, [2, 0])
    assert_array_equal(again.channels[:, 0], [0, 1])


def test_a_time_step_is_padding_when_all_its_channels_are():
    padded = [[[1, 0], [0, 2], [0, 0]]]
    assert_array_equal(Sequences.from_padded(padded, padding=0).lengths, [2])


@pytest.mark.parametrize(
    "series",
    [
        pd.Series([5, 7], index=[1, 0]),
        pd.Series([5, 7], dtype="Int64"),
        pl.Series([5, 7]),
    ],
    ids=["pandas", "nullable", "polars"],
)
def test_a_series_is_one_static_feature(series):
    assert_array_equal(Sequences([1, 1], [[0, 0]], static=series).static, [[5], [7]])
    sequences = Sequences.from_arrays([[1], [2]], static=series)
    assert_array_equal(sequences.static, [[5], [7]])


def test_static_comes_along():
    static = [[1, 2], [3, 4]]
    assert_array_equal(Sequences.from_arrays([[1], [2]], static=static).static, static)
    assert_array_equal(Sequences.from_padded([[1], [2]], static=static).static, static)


def test_concatenated_parts_are_the_whole():
    whole = make()
    parts = [whole[:1], whole[1:2], whole[2:]]
    assert Sequences.concatenate(parts) == whole
    assert Sequences.concatenate(parts).vectors[0] is TABLE
    assert Sequences.concatenate([whole]) == whole


def test_concatenated_numbers_keep_their_digits():
    short, long = (Sequences.from_arrays([[x, x + 1]]) for x in (0.5, 1e9))
    joined = Sequences.concatenate([short, long])
    assert joined.channels.dtype == np.float64
    assert joined.channels[:, 0].tolist() == [0.5, 1.5, 1e9, 1e9 + 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": [[1, 2, 0]], "vectors": [TABLE]}, r"part 1 is .*s=\[2\].*s=\[2, N"),
        ({"channels": None}, "part 1 is .*part 0 .*n_channels=1"),
        (
            {"static": [[7, 1], [8, 1], [9, 1]]},
            "static_features=2.*static_features=1",
        ),
        ({"vectors": [TABLE + 1, None]}, "the same tables of vectors"),
    ],
)
def test_parts_that_are_not_alike_are_not_concatenated(change, message):
    first = make()
    fields = ("lengths", "codes", "vectors", "channels", "static")
    other = Sequences(**{name: getattr(first, name) for name in fields} | change)
    with pytest.raises(ValueError, match=message):
        Sequences.concatenate([first, other])


def test_what_is_no_part_is_not_concatenated():
    with pytest.raises(TypeError, match=r"part 1 is list\. Pass Sequences.from_arrays"):
        Sequences.concatenate([make(), [[1.0]]])
    with pytest.raises(ValueError, match="none came"):
        Sequences.concatenate([])


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it)), copy.copy]
)
def test_copies_are_equal(copied):
    assert copied(make()) == make()


@pytest.mark.parametrize(
    "change",
    [
        {"lengths": [1, 1, 1]},
        {"codes": [[1, 2, 1], [5, 4, 3]]},
        {"codes": [[1, 2, 0]], "vectors": [TABLE]},
        {"vectors": [TABLE + 1, None]},
        {"vectors": [None, None]},
        {"channels": [[0.1], [0.2], [0.4]]},
        {"channels": None},
        {"static": None},
    ],
)
def test_every_part_counts_for_equality(change):
    sequences = make()
    parts = ("lengths", "codes", "vectors", "channels", "static")
    kept = {part: getattr(sequences, part) for part in parts}
    assert Sequences(**kept) == sequences
    assert Sequences(**(kept | change)) != sequences


NAMED = {
    "times": [3.0, 5.0, 1.0],
    "channel_names": ["temperature"],
    "static_names": ["height"],
    "sample_ids": ["x", "z", "y"],
}


@pytest.mark.parametrize("part", NAMED)
def test_names_times_and_ids_count_for_equality(part):
    named = make_named()
    assert named == make_named() != make()
    for other in (NAMED[part], None):
        assert named._replace(**{part: other}) != named


def test_names_times_and_ids_are_validated():
    parts = ("lengths", "codes", "vectors", "channels", "static", *NAMED)
    named = make_named()
    assert Sequences(**{part: getattr(named, part) for part in parts}) == named


def test_indexing_takes_times_and_ids_along():
    taken = make_named()[[2, 0]]
    assert taken.times.tolist() == [1, 3, 4]
    assert taken.sample_ids.tolist() == ["z", "x"]
    assert (taken.channel_names, taken.static_names) == (("pulse",), ("age",))


def test_concatenated_parts_keep_names_times_and_ids():
    named = make_named()
    assert Sequences.concatenate([named[:2], named[2:]]) == named
    for part, other in NAMED.items():
        if part in ("times", "sample_ids"):
            other = None
        with pytest.raises(ValueError, match="part 1 is"):
            Sequences.concatenate([named, named._replace(**{part: other})])


def test_sequences_that_were_pickled_before_there_were_names():
    old = make()
    for part in NAMED:
        del vars(old)[part]
    assert pickle.loads(pickle.dumps(old)) == make()


@pytest.mark.parametrize(
    "parts, message",
    [
        ({"channel_names": ["a", "b"]}, "channel_names to be 1 different names"),
        ({"channel_names": "pulse"}, "got a single str"),
        ({"static_names": ["a"]}, "static_names to be 0 different"),
        ({"sample_ids": ["a"]}, r"sample_ids for 2 samples; got shape \(1,\)"),
        ({"times": [1.0]}, r"a time for each of 3 steps; got shape \(1,\)"),
        ({"times": [1.0, np.nan, 2.0]}, "known; that of step 1 is missing"),
        ({"times": np.array(["2024", "NaT", "2025"], "M8[s]")}, "step 1 is missing"),
        ({"times": [2.0, 1.0, 3.0]}, "never fall within a sample; 1.0 comes after 2"),
        ({"times": ["1", "2", "3"]}, "times as numbers or dates"),
    ],
)
def test_bad_names_times_and_ids(parts, message):
    with pytest.raises((TypeError, ValueError), match=f"Sequences expects .*{message}"):
        Sequences([2, 1], channels=[[1], [2], [3]], **parts)


def test_times_may_fall_between_samples():
    series = Sequences([0, 2, 0, 1, 0], channels=np.ones((3, 1)), times=[8, 9, 1])
    assert series.times.tolist() == [8, 9, 1]
    spans = np.array([60, 120, 0], "m8[s]")
    assert Sequences([2, 1], times=spans).times.tolist() == [60, 120, 0]


def test_equal_to_nothing_else():
    assert make() != [1, 2]
    with pytest.raises(TypeError, match="unhashable"):
        hash(make())


def test_repr_says_what_is_inside():
    assert repr(make()) == (
        "Sequences(n_samples=3, n_steps=3, vector_sizes=[2, None], n_channels=1, "
        "n_static_features=1)"
    )
    assert repr(make_named()).endswith(
        "n_static_features=1, times=float64, sample_ids=['x', 'y', 'z'], "
        "channel_names=['pulse'], static_names=['age'])"
    )
    many = Sequences([1], channels=[range(6)], channel_names=list("abcdef"))
    assert repr(many).endswith("channel_names=['a', 'b', 'c', 'd', 2 more])")
    assert repr(Sequences([2])) == "Sequences(n_samples=1, n_steps=2)"
    assert Sequences([2])[0].shape == (2, 0)


def test_scikit_learn_splits_and_shuffles():
    sequences = make()
    train, test = train_test_split(sequences, test_size=1, shuffle=False)
    assert train == sequences[:2]
    assert test == sequences[2:]
    splits = list(KFold(3).split(sequences))
    assert [len(sequences[train]) for train, _ in splits] == [2, 2, 2]
    mixed, rows = shuffle(sequences, np.arange(3), random_state=0)
    assert mixed == sequences[rows]


def test_a_million_words_take_four_bytes_each():
    sequences = Sequences([500_000] * 2, [np.zeros(1_000_000, np.int32)], [TABLE])
    assert sequences.codes[0].nbytes == 4_000_000
    assert sum(code.nbytes for code in sequences[[1]].codes) == 2_000_000


SERIES = [[1.0, 2.0], [3.0]]
SQUARE = [[1.0, 2.0], [3.0, 4.0]]


def _objects(samples):
    objects = np.empty(len(samples), dtype=object)
    objects[:] = samples
    return objects


@pytest.mark.parametrize(
    "form",
    [
        tuple,
        _objects,
        lambda rows: [np.array(row, np.float32) for row in rows],
        lambda rows: [np.array(row)[:, np.newaxis] for row in rows],
        lambda rows: [np.array(row, int) for row in rows],
        lambda rows: [np.array(row, object) for row in rows],
        lambda rows: [tuple(row) for row in rows],
        lambda rows: pytest.importorskip("pandas").Series(rows, index=[5, 2]),
        lambda rows: pytest.importorskip("polars").Series(rows),
        Sequences.from_arrays,
    ],
)
def test_ragged_forms_give_the_same(form):
    assert check(form(SERIES)) == Sequences.from_arrays(SERIES)


@pytest.mark.parametrize(
    "form",
    [
        np.array,
        np.asfortranarray,
        lambda rows: np.array(rows, int),
        lambda rows: np.array(rows, object),
        lambda rows: np.array(rows)[:, :, np.newaxis],
        lambda rows: pytest.importorskip("pandas").DataFrame(rows, columns=list("ab")),
        lambda rows: pytest.importorskip("polars").DataFrame(rows, orient="row"),
    ],
)
def test_square_forms_give_the_same(form):
    assert check(form(SQUARE)) == Sequences.from_arrays(SQUARE)


def test_a_read_only_memmap(tmp_path):
    np.save(tmp_path / "series.npy", np.array(SQUARE))
    mapped = np.load(tmp_path / "series.npy", mmap_mode="r")
    assert check(mapped) == Sequences.from_arrays(SQUARE)


def test_input_is_not_changed():
    cube = np.arange(12, dtype=np.float32).reshape(2, 3, 2)
    kept = cube.copy()
    check(cube)
    assert_array_equal(cube, kept)


def test_sequences_pass_as_they_are():
    sequences = make()
    assert check(sequences) is sequences


def test_a_matrix_teaches_the_number_of_columns():
    speaker = Speaker()
    check_sequences(np.array(SQUARE), speaker, reset=True)
    assert speaker.n_features_in_ == 2
    with pytest.raises(ValueError, match="has 1 features, but Speaker is expecting 2"):
        check_sequences(np.array([[1.0]]), speaker, reset=False)


@pytest.mark.parametrize(
    "X",
    [[], (), np.empty((0, 3)), np.empty((0, 3, 2)), np.empty(0, object), make()[:0]],
)
def test_no_samples(X):
    assert len(check(X, reset=False)) == 0
    with pytest.raises(ValueError, match="0 sample"):
        check(X)


@pytest.mark.parametrize("X", [[[], []], np.empty((2, 0, 1)), [[], np.empty((0, 1))]])
def test_no_time_steps(X):
    assert_array_equal(check(X, reset=False).lengths, [0, 0])
    with pytest.raises(ValueError, match="with a time step in fit; got 2 samples"):
        check(X)


def test_an_empty_list_has_the_channels_of_the_others():
    series = check([[], np.ones((2, 3)), []])
    assert_array_equal(series.lengths, [0, 2, 0])
    assert series[0].shape == (0, 3)


@pytest.mark.parametrize(
    "X, message",
    [
        ("text", "got str, which cannot be indexed"),
        ({1.0}, "got set"),
        ({"a": 1.0}, "got dict"),
        (None, "got NoneType"),
        (iter(SERIES), "iterator, which cannot be indexed by sample. Pass a list"),
        (["房间好"], "row 0 is str .* Put JiebaSegmenter before it. Put Word2Vec"),
        (
            [["房间", "好"]],
            "row 0 is list .* Put Word2VecEmbedder or TokenEncoder before",
        ),
        ([[1.0], b"1"], "row 1 is bytes .* Convert it to numbers"),
        ([["1", "2"]], "row 0 is list .* Put Word2VecEmbedder"),
        ([[1.0], [1j]], "row 1 is list that does not hold numbers"),
        ([[1.0], [1.0, "x"]], "row 1 is list that does not hold numbers"),
    ],
)
def test_wrong_kinds_are_refused(X, message):
    with pytest.raises(TypeError, match=f"Speaker expects sequences .*{message}"):
        check(X)


@pytest.mark.parametrize(
    "X, message",
    [
        ([[1.0], [np.nan]], "row 1 contains NaN. Padded arrays come in through Seq"),
        ([[1.0], [2.0, None]], "row 1 contains NaN"),
        (np.array([[1.0], [np.inf]]), "row 1 contains infinity"),
        ([[1.0], [1e300]], "row 1 contains infinity"),
        (Sequences([1], channels=[[1.0]], static=[[np.nan]]), "row 0 of static .* NaN"),
        ([np.ones((1, 2)), [], np.ones((2, 3))], "row 2 has 3, row 0 has 2"),
        ([[1.0], 2.0], "row 1 is float with 0 dimensions. Pass one array for each"),
        ([[1.0], None], "row 1 is NoneType with 0 dimensions"),
        ([np.ones((1, 1, 1))], "row 0 is ndarray with 3 dimensions"),
        (np.ones((1, 1, 1, 1)), "got 4 dimensions"),
    ],
)
def test_wrong_values_are_refused(X, message):
    with pytest.raises(ValueError, match=f"Speaker expects .*{message}"):
        check(X)


def test_what_is_not_finite_is_named():
    gaps = Sequences.from_arrays(
        [[[1, 2]], [[3, np.nan]]], channel_names=["pulse", "heat"]
    )
    with pytest.raises(ValueError, match=r"row 1 contains NaN in channel 'heat'\..*Im"):
        check(gaps)
    with pytest.raises(ValueError, match=r"row 1 contains NaN in channel 1\. "):
        check([[[1, 2]], [[3, np.nan]]])
    with pytest.raises(ValueError, match=r"row 0 contains infinity \(inf\). Put "):
        Sequences.from_arrays([[np.inf]])


def test_gaps_pass_where_they_are_allowed():
    for X in ([[1.0, np.nan]], np.array([[1.0, np.nan]]), [[np.nan]]):
        checked = check_sequences(X, Speaker(), reset=False, allow_nan=True)
        assert np.isnan(checked.channels[-1, 0])
    for X in ([[np.nan, np.inf]], np.array([[np.nan, -np.inf]])):
        with pytest.raises(ValueError, match="row 0 contains infinity"):
            check_sequences(X, Speaker(), reset=False, allow_nan=True)
    with pytest.raises(ValueError, match=r"infinity \(inf\) in channel 1"):
        check_sequences([[[np.nan, np.inf]]], Speaker(), reset=False, allow_nan=True)


@pytest.mark.parametrize(
    "parts, message",
    [
        ({"lengths": [-1]}, "lengths to be 1-D and never negative"),
        ({"lengths": [[1]]}, "lengths to be 1-D and never negative"),
        ({"lengths": [1.5]}, "lengths to be whole numbers"),
        ({"codes": [[0, 1]]}, r"codes\[0\] to have 1 dimension.* 1 rows"),
        ({"codes": [[-1]]}, r"codes\[0\] within \[0, inf\); got -1"),
        ({"codes": [[0.5]]}, r"codes\[0\] to be whole numbers"),
        ({"codes": [[2**32]]}, r"whole numbers that fit into int32; got int64"),
        ({"codes": [[3]], "vectors": [TABLE]}, r"within \[0, 3\); got 3 to 3"),
        ({"codes": [[0]], "vectors": [np.ones(3)]}, r"vectors\[0\] to have 2 dim"),
        ({"codes": [[0]], "vectors": [None] * 2}, "got 2 tables for 1 streams"),
        ({"channels": [1.0]}, r"channels to have 2 dimension.*; got shape \(1,\)"),
        ({"static": [[1], [2]]}, "static to have 2 dimension.* 1 rows"),
    ],
)
def test_parts_that_disagree(parts, message):
    with pytest.raises(ValueError, match=f"Sequences expects .*{message}"):
        Sequences(**({"lengths": [1]} | parts))


@pytest.mark.parametrize(
    "padded, message",
    [
        ([1.0], "got 1 dimensions"),
        ([[1.0], [1.0, 2.0]], "rows of equal length .* Sequences.from_arrays takes"),
        ([[np.nan, 1.0]], "row 0 contains NaN"),
    ],
)
def test_from_padded_refuses(padded, message):
    with pytest.raises(ValueError, match=message):
        Sequences.from_padded(padded)
