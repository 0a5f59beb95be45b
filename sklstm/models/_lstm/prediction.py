"""Logits of many sequences, batch by batch."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from sklstm.models._lstm.batches import SortedBatches
from sklstm.nn._runtime import torch_threads


def predict_logits(network, data, device, n_threads):
    """Run a network over all samples.

    On a CPU the batches are dealt out to the threads: each on one thread, they do not
    wait for each other as the threads of one batch would at every time step.

    Parameters
    ----------
    network : SequenceNetwork
        In evaluation mode, on `device`.

    data : SequenceData
    device : torch.device
    n_threads : int
        CPU threads; a GPU's batches share them.

    Returns
    -------
    ndarray of shape (n_samples, n_classes), float32
    """
    logits = np.empty((len(data), network.head.out_features), dtype=np.float32)

    def predict(rows, batch):
        logits[rows] = network(**batch).numpy(force=True)

    read_batches(predict, data, device, n_threads)
    return logits


def read_batches(predict, data, device, n_threads):
    """Call a function for each batch of the samples, in inference mode.

    Parameters
    ----------
    predict : callable
        Takes the rows of a batch and its keyword arguments for a network; on a CPU
        several threads call it at a time.

    data, device, n_threads
        As in `predict_logits`.
    """

    def read(rows):
        with torch.inference_mode():
            predict(rows, {k: v.to(device) for k, v in data.batch(rows).items()})

    most_workers = n_threads if device.type == "cpu" else 1
    batches = list(SortedBatches(data).rows(most_workers))
    n_workers = max(min(most_workers, len(batches)), 1)
    n_threads_each = n_threads // n_workers
    with torch_threads(n_threads_each):
        if n_workers == 1:
            for rows in batches:
                read(rows)
        else:
            threads = []
            with ThreadPoolExecutor(
                n_workers, initializer=_start, initargs=(n_threads_each, threads)
            ) as pool:
                list(pool.map(read, batches))
            _wait_for_end(threads)


def _start(n_threads, threads):
    torch.set_num_threads(n_threads)
    threads.append(threading.get_native_id())


def _wait_for_end(threads, seconds=1.0):
    """Wait until the system has ended threads that Python has done with.

    As long as it has not, one may hold a lock of the matrix library, and a process that
    is forked off meanwhile would wait for it for ever.
    """
    latest = time.monotonic() + seconds
    for number in threads:
        while os.path.exists(f"/proc/self/task/{number}"):
            if time.monotonic() > latest:
                return
            time.sleep(1e-4)
