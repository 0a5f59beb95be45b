import numpy as np
import pytest

from sklstm import Sequences
from sklstm.models._lstm.samples import Samples

SERIES = [[float(i), -1.0] for i in range(100)]
TARGETS = np.repeat([0, 1, 2], [70, 20, 10])


def make_samples(targets=TARGETS):
    sequences = Sequences.from_arrays(SERIES[: len(targets)])
    rows, weights = np.arange(len(targets)), np.linspace(1, 2, len(targets))
    return Samples(sequences, rows, np.asarray(targets), weights)


def test_the_held_out_share_is_stratified():
    samples = make_samples()
    kept, held_out = samples.split(0.1, np.random.RandomState(0))
    assert np.bincount(held_out.targets).tolist() == [7, 2, 1]
    assert np.bincount(kept.targets).tolist() == [63, 18, 9]
    assert sorted([*kept.rows, *held_out.rows]) == samples.rows.tolist()
    for part in (kept, held_out):
        assert (TARGETS[part.rows] == part.targets).all()
        assert (samples.weights[part.rows] == part.weights).all()


def test_a_class_of_one_sample_does_not_stratify():
    kept, held_out = make_samples([0, 0, 0, 1]).split(0.5, np.random.RandomState(0))
    assert len(kept) == len(held_out) == 2


@pytest.mark.parametrize("fraction", [0.01, 0.99])
def test_a_side_without_every_class_is_refused(fraction):
    with pytest.raises(ValueError, match="at least 3 on both sides"):
        make_samples().split(fraction, np.random.RandomState(0))


def test_equal_samples_merge_and_classes_weigh():
    sequences = Sequences.from_arrays([[1.0], [2.0], [1.0]])
    samples = Samples.merged(sequences, np.array([0, 1, 0]), np.array([1.0, 1.0, 2.0]))
    weighted = samples.weighted(np.array([10.0, 0.5]))
    found = dict(zip(weighted.targets.tolist(), weighted.weights.tolist(), strict=True))
    assert found == {0: 30.0, 1: 0.5}
    assert weighted.averaging_one().weights.mean() == pytest.approx(1)
    assert samples.weights.sum() == 4  # the samples before are as they were
