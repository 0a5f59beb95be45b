import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sklstm import Sequences, SeriesPatcher

SAMPLES = st.lists(
    st.lists(st.floats(-9, 9, width=32), max_size=20), min_size=1, max_size=5
)


@given(samples=SAMPLES, size=st.integers(1, 6), data=st.data())
def test_no_value_is_lost(samples, size, data):
    X = Sequences.from_arrays(samples)
    if not X.n_steps:
        return
    stride = data.draw(st.integers(1, size))
    out = SeriesPatcher(size=size, stride=stride).fit_transform(X)
    for sample, patches in zip(X, out, strict=True):
        n_real = np.rint(patches[:, -1] * size).astype(int)
        again = [p[:stride] for p in patches[:-1, :-1]]
        again += [p[:n] for p, n in zip(patches[-1:, :-1], n_real[-1:], strict=True)]
        assert_array_equal(np.concatenate([*again, []]), sample[:, 0])
        assert (n_real[:-1] == size).all()


def test_channels_of_a_patch_by_hand():
    X = Sequences(
        [3, 0, 1],
        channels=[[1, 10], [2, 20], [3, 30], [4, 40]],
        times=[5, 6, 8, 1],
        channel_names=["a", "b"],
    )
    out = SeriesPatcher(size=2).fit_transform(X)
    assert_array_equal(out.lengths, [2, 0, 1])
    assert out.channels.tolist() == [
        [1, 10, 2, 20, 1],
        [3, 30, 3, 30, 0.5],
        [4, 40, 4, 40, 0.5],
    ]
    assert out.channel_names == ("a[0]", "b[0]", "a[1]", "b[1]", "patch_share")
    assert out.times.tolist() == [5, 8, 1]


def test_patches_that_overlap():
    out = SeriesPatcher(size=3, stride=1).fit_transform([[1, 2, 3, 4]])
    assert out.channels.tolist() == [[1, 2, 3, 1], [2, 3, 4, 1]]


@pytest.mark.parametrize("lengths, size", [([200, 200], 1), ([100, 201, 300], 8)])
def test_size_by_the_median_length(lengths, size):
    X = Sequences(lengths, channels=np.zeros((sum(lengths), 1)))
    patcher = SeriesPatcher(size="auto").fit(X)
    assert patcher.size_ == patcher.stride_ == size


def test_a_stride_that_would_leave_out_steps_is_refused():
    with pytest.raises(ValueError, match="at most the size of a patch, 2; got 3"):
        SeriesPatcher(size=2, stride=3).fit([[1.0]])
