import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from sklstm import Sequences
from sklstm.models._lstm.batches import SequenceData
from sklstm.models._lstm.prediction import predict_logits
from sklstm.nn._runtime import torch_threads

LENGTHS = np.random.default_rng(0).integers(1, 9, 64)
DATA = SequenceData(Sequences(LENGTHS, [np.arange(LENGTHS.sum())]))


class Network:
    """Stands for a network: the logits of a sequence are its length and its end."""

    def __init__(self, n_workers=1):
        self.head = torch.nn.Linear(1, 2)
        self.meeting = threading.Barrier(n_workers)  # breaks if fewer come
        self.calls = []

    def __call__(self, codes, lengths):
        if threading.get_ident() not in dict(self.calls):
            self.meeting.wait(timeout=30)
        self.calls.append((threading.get_ident(), torch.get_num_threads()))
        ends = codes[torch.arange(len(lengths)), 0, lengths - 1]
        return torch.stack([lengths, ends], dim=1).float()


def predict(network, n_threads):
    with torch_threads(3), ThreadPoolExecutor(1) as new_thread:
        logits = predict_logits(network, DATA, torch.device("cpu"), n_threads)
        assert torch.get_num_threads() == 3
        assert new_thread.submit(torch.get_num_threads).result() == 3
    return logits


@pytest.mark.parametrize("n_threads", [1, 2, 3])
@pytest.mark.parametrize("n_steps", [8, 50, 10_000])
def test_each_row_keeps_its_place(monkeypatch, n_threads, n_steps):
    monkeypatch.setattr(DATA, "n_steps_a_batch", n_steps)
    logits = predict(Network(), n_threads)
    expected = np.column_stack([LENGTHS, LENGTHS.cumsum() - 1])
    np.testing.assert_array_equal(logits, expected)


def test_batches_run_side_by_side_on_one_thread_each():
    network = Network(n_workers=2)
    predict(network, n_threads=2)
    threads, n_threads_each = zip(*network.calls, strict=True)
    assert len(set(threads)) == 2
    assert threading.get_ident() not in threads
    assert set(n_threads_each) == {1}


def test_a_single_batch_has_all_threads():
    network = Network()
    few = SequenceData(Sequences([3], [np.arange(3)]))
    predict_logits(network, few, torch.device("cpu"), 2)
    assert network.calls == [(threading.get_ident(), 2)]


def test_an_error_in_a_batch_is_the_callers():
    network = Network(n_workers=2)
    network.meeting.abort()
    with pytest.raises(threading.BrokenBarrierError):
        predict(network, n_threads=2)


def test_another_device_takes_one_batch_after_the_other(monkeypatch):
    class OnDevice(Network):
        def __call__(self, codes, lengths):
            assert codes.device.type == lengths.device.type == "meta"
            self.calls.append((threading.get_ident(), torch.get_num_threads()))
            return torch.zeros(len(codes), 2)

    network = OnDevice()
    monkeypatch.setattr(DATA, "n_steps_a_batch", 8)
    predict_logits(network, DATA, torch.device("meta"), 2)
    assert len(network.calls) > 8
    assert set(network.calls) == {(threading.get_ident(), 2)}
