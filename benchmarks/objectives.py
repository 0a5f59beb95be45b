"""What the terms of the loss cost beside the passes of the network that they need.

On the same batches of reviews are timed: a forward pass while training, a forward and
backward pass, and each loss with its backward pass. A term needs

    entropy              the pass of cross-entropy, forward and backward
    consistency          that twice
    adversarial          that twice, and one backward pass for the direction
    virtual adversarial  that three times

Rounds are interleaved, and the median is taken of each.

    python benchmarks/objectives.py [--data FOLDER] [--threads 1] [--rounds 5]
"""

import argparse
import statistics
import time

import numpy as np
import torch
from _shared import add_data_option, describe_run, read_chnsenticorp

from sklstm import JiebaSegmenter, LSTMClassifier, TokenEncoder
from sklstm.models._lstm.batches import SequenceData, ShuffledBatches
from sklstm.models._lstm.layout import InputLayout
from sklstm.nn._runtime import torch_threads
from sklstm.nn.objectives.reading import Reading

N_BATCHES, BATCH_SIZE = 24, 32
TERMS = ("entropy", "consistency", "adversarial", "virtual_adversarial")


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def main():
    """Time rounds and print the table."""
    options = parse_arguments()
    describe_run("torch")
    network, batches = prepare(options.data)
    jobs = {"forward": forward, "cross-entropy": objective()}
    jobs |= {term: objective(**{term: 1.0}) for term in TERMS}
    seconds = {name: [] for name in jobs}
    with torch_threads(options.threads):
        for number in range(options.rounds + 1):
            for name, job in jobs.items():
                taken = time_round(job, network, batches)
                if number:  # the first warms up
                    seconds[name].append(taken)
    report({name: statistics.median(s) for name, s in seconds.items()}, options)


def prepare(folder):
    """Give a network as LSTMClassifier trains it, and batches of reviews."""
    (texts, labels), _ = read_chnsenticorp(folder)
    n_samples = N_BATCHES * BATCH_SIZE
    tokens = JiebaSegmenter().transform(texts[:n_samples])
    sequences = TokenEncoder().fit_transform(tokens)
    classifier = LSTMClassifier()
    classifier.classes_ = np.unique(labels)
    classifier.layout_ = InputLayout.learn(sequences, classifier.embedding_size)
    network = classifier._network_settings().new(
        [None],
        torch.tensor([1.0, 1.0]),
        np.random.RandomState(0),
        torch.device("cpu"),
    )
    data = SequenceData(
        sequences,
        targets=labels[:n_samples],
        weights=np.ones(n_samples),
        max_length=300,
    )
    rng = np.random.RandomState(0)
    return network, list(ShuffledBatches(data, BATCH_SIZE, rng))


def forward(network, inputs, target):
    """Pass forward alone."""
    network(**inputs)


def objective(**weights):
    """Pass of the loss with terms of these weights, forward and backward."""

    def step(network, inputs, target):
        loss = LSTMClassifier(**weights)._objective(network.generator)
        loss(Reading(network, inputs), target).backward()
        network.zero_grad(set_to_none=True)

    return step


def time_round(job, network, batches):
    """Seconds of a job over all batches."""
    network.train()
    start = time.perf_counter()
    for inputs, target in batches:
        job(network, inputs, target)
    return time.perf_counter() - start


def report(seconds, options):
    """Print seconds of a batch and the ratio to what is needed."""
    once = seconds["cross-entropy"]
    backward = once - seconds["forward"]
    needed = {
        "cross-entropy": once,
        "entropy": once,
        "consistency": 2 * once,
        "adversarial": 2 * once + backward,
        "virtual_adversarial": 3 * once,
    }
    print(
        f"{N_BATCHES} batches of {BATCH_SIZE} reviews, {options.threads} thread(s), "
        f"median of {options.rounds} rounds; forward alone "
        f"{1000 * seconds['forward'] / N_BATCHES:.1f} ms a batch\n"
    )
    print(f"{'loss':<22}{'ms a batch':>12}{'needed':>10}{'ratio':>8}")
    for name, least in needed.items():
        took, least = (1000 * s / N_BATCHES for s in (seconds[name], least))
        print(f"{name:<22}{took:>12.1f}{least:>10.1f}{took / least:>8.2f}")


if __name__ == "__main__":
    main()
