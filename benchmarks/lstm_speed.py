"""Seconds an epoch of LSTMClassifier beside its peers, in one run.

(a) LSTMClassifier in float32 and in bfloat16; (b) what skorch users write: a
NeuralNetClassifier over Embedding, pack_padded_sequence, nn.LSTM, masked max-pooling
and a linear layer, shuffled batches padded to their longest, Adam; (c) Keras 3:
Embedding(mask_zero=True) and Bidirectional(LSTM) over `pad_sequences`, where Keras is
installed, on the backend that KERAS_BACKEND names; (d) the limit: forward and backward
of two bare nn.LSTMs over the padded batches of (a) and nothing else.

Epochs are interleaved: one of each, then the next of each. (a) merges equal samples
before it trains, (d) takes its batches; (b) and (c) train on every row.

    KERAS_BACKEND=jax python benchmarks/lstm_speed.py --threads 1 --long --memory

`--long` adds the cost of a token in long sequences, `--memory` the peak of training on
a million sequences, in a process of its own. One number of threads a run: Keras keeps
those that it began with.
"""

import argparse
import importlib.util
import multiprocessing
import os
import re
import statistics
import time
import warnings
from pathlib import Path

import numpy as np
import torch
from _shared import add_data_option, describe_run, read_chnsenticorp
from skorch import NeuralNetClassifier
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from sklstm import JiebaSegmenter, LSTMClassifier, Sequences, TokenEncoder
from sklstm.models._lstm.batches import SequenceData, ShuffledBatches
from sklstm.models._lstm.merging import merge_equal_samples
from sklstm.nn._runtime import torch_threads

SIZE, HIDDEN, BATCH_SIZE, LIMIT = 128, 128, 32, 300


class PackedNetwork(nn.Module):
    """The network of (b)."""

    def __init__(self, n_codes, n_classes=2):
        super().__init__()
        self.embedding = nn.Embedding(n_codes, SIZE, padding_idx=0)
        self.lstm = nn.LSTM(SIZE, HIDDEN, batch_first=True, bidirectional=True)
        self.linear = nn.Linear(2 * HIDDEN, n_classes)

    def forward(self, codes, lengths):
        """Logits of padded codes."""
        packed = pack_padded_sequence(
            self.embedding(codes), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        is_pad = torch.arange(states.shape[1]) >= lengths[:, None]
        pooled = states.masked_fill(is_pad[:, :, None], -torch.inf).amax(dim=1)
        return self.linear(pooled)


class Samples(torch.utils.data.Dataset):
    """Samples of (b): a list of code tensors with their labels."""

    def __init__(self, sequences, labels):
        self.codes = [
            torch.from_numpy(sequences.codes[0][start:stop].astype(np.int64))
            for start, stop in zip(
                sequences.offsets[:-1], sequences.offsets[1:], strict=True
            )
        ]
        self.labels = labels

    def __len__(self):
        return len(self.codes)

    def __getitem__(self, row):
        return self.codes[row], self.labels[row]


def collate(samples):
    """Pad a batch of (b) to its longest sequence."""
    codes, labels = zip(*samples, strict=True)
    lengths = torch.tensor([len(c) for c in codes])
    padded = nn.utils.rnn.pad_sequence(codes, batch_first=True)
    return {"codes": padded, "lengths": lengths}, torch.tensor(labels)


class Ours:
    """(a) LSTMClassifier."""

    def __init__(self, data, precision):
        self.data = data
        self.classifier = LSTMClassifier(
            hidden_size=HIDDEN,
            embedding_size=SIZE,
            pooling="max",
            dropout=0.0,
            embedding_dropout=0.0,
            learning_rate=0.001,
            schedule="constant",
            batch_size=BATCH_SIZE,
            max_epochs=1,
            warm_start=True,
            max_length=None,
            precision=precision,
            random_state=0,
        )

    def epoch(self):
        """Train one epoch more."""
        self.classifier.set_params(n_threads=torch.get_num_threads())
        self.classifier.fit(self.data.train, self.data.train_labels)

    def predict(self):
        """Labels of the development rows."""
        return self.classifier.predict(self.data.dev)


class Skorch:
    """(b) NeuralNetClassifier over packed sequences."""

    def __init__(self, data):
        torch.manual_seed(0)
        self.train = Samples(data.train, data.train_labels)
        self.dev = Samples(data.dev, data.dev_labels)
        self.net = NeuralNetClassifier(
            PackedNetwork,
            module__n_codes=data.n_codes,
            criterion=nn.CrossEntropyLoss,
            optimizer=torch.optim.Adam,
            lr=0.001,
            batch_size=BATCH_SIZE,
            max_epochs=1,
            train_split=None,
            iterator_train__shuffle=True,
            iterator_train__collate_fn=collate,
            iterator_valid__collate_fn=collate,
            callbacks__print_log=None,
        ).initialize()

    def epoch(self):
        """Train one epoch more."""
        self.net.partial_fit(self.train, None)

    def predict(self):
        """Labels of the development rows."""
        return self.net.predict(self.dev)


class Keras:
    """(c) Keras 3."""

    def __init__(self, data, n_threads):
        import keras

        if keras.backend.backend() == "tensorflow":
            import tensorflow

            tensorflow.config.threading.set_intra_op_parallelism_threads(n_threads)
            tensorflow.config.threading.set_inter_op_parallelism_threads(n_threads)
        keras.utils.set_random_seed(0)
        self.data, self.keras = data, keras
        self.model = keras.Sequential(
            [
                keras.layers.Embedding(data.n_codes + 1, SIZE, mask_zero=True),
                keras.layers.Bidirectional(keras.layers.LSTM(HIDDEN)),
                keras.layers.Dense(2, activation="softmax"),
            ]
        )
        self.model.compile("adam", "sparse_categorical_crossentropy")
        self.train, self.dev = (self.pad(part) for part in (data.train, data.dev))

    def pad(self, sequences):
        """Codes shifted by one, since Keras keeps 0 for padding."""
        rows = [sequences[row][:, 0] + 1 for row in range(len(sequences))]
        return self.keras.utils.pad_sequences(rows, padding="post", dtype="int32")

    def epoch(self):
        """Train one epoch more."""
        self.model.fit(
            self.train, self.data.train_labels, batch_size=BATCH_SIZE, verbose=0
        )

    def predict(self):
        """Labels of the development rows."""
        return self.model.predict(self.dev, verbose=0).argmax(axis=1)


class Limit:
    """(d) Bare LSTMs, forward and backward, over the batches of (a)."""

    def __init__(self, data):
        rows, targets, weights = merge_equal_samples(
            data.train, data.train_labels, np.ones(len(data.train))
        )
        self.n_rows = len(rows)
        flat = SequenceData(data.train, rows, targets=targets, weights=weights)
        batches = ShuffledBatches(flat, BATCH_SIZE, np.random.RandomState(0))
        self.shapes = [batch["codes"].shape[2] for batch, _ in batches]
        self.lstms = nn.ModuleList(nn.LSTM(SIZE, HIDDEN) for _ in range(2))

    def epoch(self):
        """Forward and backward over every batch."""
        for n_timesteps in self.shapes:
            steps = torch.zeros(n_timesteps, BATCH_SIZE, SIZE, requires_grad=True)
            for lstm in self.lstms:
                lstm(steps)[0].sum().backward()

    predict = None


class Data:
    """Words of ChnSentiCorp seen twice, cut at 300 of a review."""

    def __init__(self, folder, n_samples):
        train, dev = read_chnsenticorp(folder)
        segmenter = JiebaSegmenter()
        tokens = [
            [words[:LIMIT] for words in segmenter.transform(texts)]
            for texts, _ in (train, dev)
        ]
        encoder = TokenEncoder(min_count=2)
        self.train = encoder.fit_transform(tokens[0][:n_samples])
        self.dev = encoder.transform(tokens[1])
        self.train_labels = train[1][:n_samples].astype(np.int64)
        self.dev_labels = dev[1]
        self.n_codes = len(encoder.vocabulary_) + 1


def measure(competitors, data, repeats):
    """Interleaved seconds an epoch, and accuracy and seconds of prediction."""
    epochs = {name: [] for name in competitors}
    for _ in range(repeats):
        for name, competitor in competitors.items():
            start = time.perf_counter()
            competitor.epoch()
            epochs[name].append(time.perf_counter() - start)
    results = {}
    for name, competitor in competitors.items():
        accuracy, seconds = float("nan"), float("nan")
        if competitor.predict is not None:
            predictions, runs = None, []
            for _ in range(3):
                start = time.perf_counter()
                predictions = competitor.predict()
                runs.append(time.perf_counter() - start)
            accuracy = (predictions == data.dev_labels).mean()
            seconds = statistics.median(runs)
        results[name] = (statistics.median(epochs[name]), accuracy, seconds)
    return results


def print_table(results, n_threads, repeats):
    """Print one row a competitor, with ratios to (a) in float32."""
    ours, _, our_prediction = results["a float32"]
    print(f"\n{n_threads} thread(s), median of {repeats} interleaved epochs")
    print("| what | s/epoch | times (a) | dev accuracy | predict s | times (a) |")
    print("|---|---|---|---|---|---|")
    for name, (seconds, accuracy, prediction) in results.items():
        print(
            f"| {name} | {seconds:.2f} | {seconds / ours:.2f} | {accuracy:.3f} | "
            f"{prediction:.3f} | {prediction / our_prediction:.2f} |"
        )


def latency(classifier, sequences):
    """Milliseconds of `predict_proba` for a single document, median of 200."""
    one, runs = sequences[:1], []
    for _ in range(200):
        start = time.perf_counter()
        classifier.predict_proba(one)
        runs.append(time.perf_counter() - start)
    return 1000 * statistics.median(runs)


def cost_of_length(lengths=(100, 500, 2000), n_tokens=128_000, repeats=2):
    """Print microseconds a token of later epochs, for equal numbers of tokens."""
    rng = np.random.default_rng(0)
    tasks = {}
    for length in lengths:
        n_samples = n_tokens // length
        codes = rng.integers(1, 5000, n_samples * length)
        X = Sequences(np.full(n_samples, length), [codes])
        tasks[length] = (X, rng.integers(0, 2, n_samples))
    epochs = {length: [] for length in lengths}
    for _ in range(repeats):
        for length, (X, y) in tasks.items():
            classifier = LSTMClassifier(
                max_epochs=3,
                pooling="max",
                max_length=None,
                precision="float32",
                n_threads=torch.get_num_threads(),
                random_state=0,
            )
            _, *later = classifier.fit(X, y).history_
            epochs[length] += [epoch["seconds"] for epoch in later]
    costs = {n: 1e6 * statistics.median(s) / n_tokens for n, s in epochs.items()}
    for length, cost in costs.items():
        ratio = cost / costs[lengths[0]]
        print(f"{length:5} time steps: {cost:.1f} us a token, {ratio:.2f} times")


def train_on_many(connection, n_samples):
    """Begin to train on random sequences as long as reviews; runs until killed."""
    classifier = LSTMClassifier(max_epochs=1, pooling="max", random_state=0)
    rng = np.random.default_rng(0)
    # What torch and its kernels take once is no part of the comparison.
    few = [rng.integers(0, 9, length) for length in rng.poisson(68, 320)]
    classifier.fit(Sequences.from_arrays(few), np.arange(320) % 2)
    idle = high_water()
    lengths = rng.poisson(68, n_samples)
    codes = np.empty(lengths.sum(), np.int32)
    for start in range(0, len(codes), 2**20):  # large temporaries would be the peak
        part = codes[start : start + 2**20]
        part[:] = 20_000 * rng.power(0.3, len(part))
    X, y = Sequences(lengths, [codes]), rng.integers(0, 2, n_samples)
    model = 4 * (20_000 * SIZE + 2 * 4 * HIDDEN * (SIZE + HIDDEN + 2) + 4 * HIDDEN)
    connection.send((idle, lengths.nbytes + codes.nbytes, model))
    classifier.fit(X, y)


def high_water(pid="self"):
    """Bytes of the peak of a process's memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status).group(1))


def peak_memory(n_samples=1_000_000, seconds=75):
    """Print the peak of training on many sequences, over training on few."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=train_on_many, args=(theirs, n_samples))
    process.start()
    idle, data, model = ours.recv()
    time.sleep(seconds)
    peak, data, model = (n / 1e6 for n in (high_water(process.pid) - idle, data, model))
    process.kill()
    print(
        f"peak memory: {peak:.0f} MB more than for 320 sequences, for {data:.0f} MB of "
        f"data and {model:.0f} MB of model: {peak / (data + model):.2f} times both"
    )


def main():
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=6, help="epochs of each")
    parser.add_argument("--samples", type=int, default=9600, help="training reviews")
    parser.add_argument("--long", action="store_true", help="cost of long sequences")
    parser.add_argument("--memory", action="store_true", help="peak memory")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    backend = os.environ["KERAS_BACKEND"]
    describe_run("torch", "skorch", "scikit-learn", "keras", backend)
    data = Data(arguments.data, arguments.samples)
    with torch_threads(arguments.threads):
        limit = Limit(data)
        competitors = {
            "a float32": Ours(data, "float32"),
            "a bfloat16": Ours(data, "bfloat16"),
            "b skorch, packed": Skorch(data),
        }
        if importlib.util.find_spec("keras"):
            competitors[f"c Keras, {backend}"] = Keras(data, arguments.threads)
        competitors["d bare nn.LSTM"] = limit
        print(f"{len(data.train)} rows, {limit.n_rows} of them distinct")
        results = measure(competitors, data, arguments.epochs)
        print_table(results, arguments.threads, arguments.epochs)
        classifier = competitors["a float32"].classifier
        print(f"one document: {latency(classifier, data.dev):.2f} ms")
        if arguments.long:
            cost_of_length()
    if arguments.memory:
        peak_memory()


if __name__ == "__main__":
    os.environ.setdefault("KERAS_BACKEND", "jax")
    main()
