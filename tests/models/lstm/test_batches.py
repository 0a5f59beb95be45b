import numpy as np
import pytest
import torch

from sklstm import Sequences
from sklstm.models._lstm.batches import (
    MixedBatches,
    SequenceData,
    ShuffledBatches,
    SortedBatches,
    _storage,
)

# Lengths 3, 0 and 5: steps 0..2, none, 3..7.
SEQUENCES = Sequences(
    [3, 0, 5],
    [np.arange(1, 9)],
    channels=np.arange(8)[:, np.newaxis] * 10,
    static=[[1], [2], [3]],
)


def codes_of(data, rows):
    """Codes of each row, without its padding, which has to be zeros."""
    batch = data.batch(np.array(rows))
    codes = batch["codes"][:, 0].tolist()
    lengths = batch["lengths"].tolist()
    for row, length in zip(codes, lengths, strict=True):
        assert not any(row[length:])
    return [row[:length] for row, length in zip(codes, lengths, strict=True)]


def test_a_batch_is_padded_with_zeros_at_the_end():
    batch = SequenceData(SEQUENCES).batch(np.array([0, 2]))
    padded = [[1, 2, 3, 0, 0, 0, 0, 0], [4, 5, 6, 7, 8, 0, 0, 0]]
    assert batch["codes"][:, 0].tolist() == padded
    assert batch["channels"][0, :, 0].tolist() == [0, 10, 20, 0, 0, 0, 0, 0]
    assert batch["lengths"].tolist() == [3, 5]
    assert batch["static"].tolist() == [[1], [3]]


def test_empty_sequences_are_padding_alone():
    batch = SequenceData(SEQUENCES).batch(np.array([1]))
    assert batch["lengths"].tolist() == [0]
    assert batch["codes"].tolist() == [[[0, 0, 0, 0]]]


def test_no_time_step_at_all():
    batch = SequenceData(Sequences([0, 0], [[]])).batch(np.array([0, 1]))
    assert batch["codes"].tolist() == [[[0, 0, 0, 0]]] * 2


@pytest.mark.parametrize(
    ("truncate", "kept"),
    [("head", [4, 5, 6]), ("tail", [6, 7, 8]), ("both", [4, 5, 8])],
)
def test_longer_sequences_are_cut(truncate, kept):
    data = SequenceData(SEQUENCES, max_length=3, truncate=truncate)
    assert codes_of(data, [2]) == [kept]
    assert codes_of(data, [0]) == [[1, 2, 3]]
    assert data.n_truncated == 1


def test_rows_select_samples_with_their_targets():
    data = SequenceData(
        SEQUENCES, np.array([2, 0]), targets=np.array([1, 0]), weights=np.array([2, 3])
    )
    assert codes_of(data, [0]) == [[4, 5, 6, 7, 8]]
    labels, weights = data.target(np.array([0, 1]))
    assert labels.tolist() == [1, 0]
    assert weights.tolist() == [2, 3]


def many(n_samples=200):
    lengths = np.random.RandomState(0).randint(0, 100, n_samples)
    codes = np.repeat(np.arange(n_samples), lengths)
    return SequenceData(
        Sequences(lengths, [codes]),
        targets=np.arange(n_samples),
        weights=np.ones(n_samples),
    )


def test_training_meets_every_sample_once_an_epoch_in_a_new_order():
    data = many()
    batches = ShuffledBatches(data, 32, np.random.RandomState(0))
    epochs = [[target[0].tolist() for _, target in batches] for _ in range(2)]
    for epoch in epochs:
        assert sorted(label for batch in epoch for label in batch) == list(range(200))
        assert len(epoch) == len(batches)
        assert max(map(len, epoch)) <= 32
    assert epochs[0] != epochs[1]


def test_training_batches_pad_little():
    data = many(2000)
    batches = ShuffledBatches(data, 32, np.random.RandomState(0))
    n_padded = sum(batch["codes"].numel() for batch, _ in batches)
    assert n_padded < 1.25 * data.lengths.sum()


def test_prediction_meets_every_sample_once_in_bounded_batches():
    data = many()
    rows = list(SortedBatches(data).rows())
    assert sorted(np.concatenate(rows)) == list(range(200))
    long = SequenceData(Sequences([40_000, 40_000], [np.ones(80_000)]))
    assert [len(r) for r in SortedBatches(long).rows()] == [1, 1]


@pytest.mark.parametrize("n_parts", [2, 5])
def test_prediction_makes_as_many_batches_as_are_asked_for(n_parts):
    rows = list(SortedBatches(many()).rows(n_parts))
    assert sorted(np.concatenate(rows)) == list(range(200))
    assert n_parts <= len(rows) <= 2 * n_parts


def test_the_data_share_memory_with_the_sequences():
    data = SequenceData(SEQUENCES)
    assert data._codes[0].data_ptr() == SEQUENCES.codes[0].ctypes.data
    assert torch.equal(data._channels, torch.from_numpy(SEQUENCES.channels))


@pytest.mark.parametrize(("n_free", "place"), [(160, "cuda"), (150, "cpu")])
def test_the_data_stay_on_a_gpu_if_half_its_free_memory_holds_them(
    monkeypatch, n_free, place
):
    # 8 codes, 8 channels and 3 static features take 76 bytes.
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (n_free, 1000))
    assert _storage(SEQUENCES, torch.device("cuda")).type == place


def test_the_data_lie_on_the_device_that_is_asked_for():
    data = SequenceData(SEQUENCES, device="meta")
    parts = [data._rows, data._offsets, *data._codes, data._channels, data._static]
    assert {part.device.type for part in parts} == {"meta"}


def mixed(n_labelled, n_unlabelled, batch_size):
    """Batches of rows whose only code is their number, and as long as it."""
    lengths = np.arange(1, n_labelled + n_unlabelled + 1)
    sequences = Sequences(lengths, [np.repeat(lengths, lengths)], [None])
    parts = np.split(lengths - 1, [n_labelled])
    data = [
        SequenceData(sequences, rows, targets=rows, weights=rows + 1.0)
        for rows in parts
    ]
    return MixedBatches(data[0], batch_size, np.random.RandomState(0), data[1])


def numbers(inputs):
    return inputs["codes"][:, 0, 0].tolist()


def test_every_unlabelled_row_comes_before_any_comes_again():
    batches = mixed(n_labelled=8, n_unlabelled=20, batch_size=4)
    seen = []
    for _ in range(5):  # two passes over 20 rows, 8 an epoch
        for batch, (labels, _) in batches:
            assert len(batch) == 4 == len(batch.weights)
            assert numbers(batch.labelled) == (labels + 1).tolist()
            assert numbers(batch.unlabelled) == batch.weights.tolist()
            seen += numbers(batch.unlabelled)
    assert len(set(seen[:16])) == 16  # two epochs are less than a pass
    assert sorted(seen) == sorted([*range(9, 29)] * 2)


def test_unlabelled_rows_stand_beside_others_of_similar_length():
    batches = mixed(n_labelled=8, n_unlabelled=8, batch_size=4)
    by_length = sorted(
        (min(numbers(b.labelled)), numbers(b.unlabelled)) for b, _ in batches
    )
    (_, short), (_, long) = by_length
    assert max(short) < min(long)


def test_few_unlabelled_rows_come_several_times():
    batches = mixed(n_labelled=8, n_unlabelled=3, batch_size=4)
    seen = [number for batch, _ in batches for number in numbers(batch.unlabelled)]
    assert len(seen) == 8 and set(seen) == {9, 10, 11}
