"""Groups of repeated reviews: ours beside MinHash of datasketch, in one run.

    python benchmarks/duplicates.py [--data FOLDER] [--n-reviews N]
                                    [--n-permutations 128]

Each way runs in a process of its own, on the shopping reviews without punctuation;
its memory is what it adds to that of the reviews. The rule is that of
`find_duplicates`, held against all pairs by a sparse product; pairs are those of
documents in one group. Reviews that share half of the shorter one's runs have a third
of all their runs in common where they are equally long: MinHash looks for that third.
Its pairs are taken as they come, or looked at once more by the rule.
"""

import argparse
import resource
import time
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
from _shared import add_data_option, describe_run, read_texts
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import CountVectorizer

from sklstm.datasets import find_duplicates

RUN, ENOUGH, SIMILARITY = 6, 20, 0.5
THIRD = SIMILARITY / (2 - SIMILARITY)  # overlap / union where both are equally long


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--n-reviews", type=int, default=None)
    parser.add_argument("--n-permutations", type=int, default=128)
    return parser.parse_args()


def bare(text):
    """Letters and digits alone."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, text))


def runs_of(text):
    """Distinct runs of characters; the whole of a shorter text."""
    return {text[i : i + RUN] for i in range(max(len(text) - RUN, 0) + 1)}


def by_all_pairs(texts):
    """Apply the rule to every pair that shares a run."""
    count = CountVectorizer(analyzer=runs_of, binary=True, dtype=np.int32)
    runs = count.fit_transform(texts)
    sizes = np.asarray(runs.sum(axis=1)).ravel()
    pairs = []
    for start in range(0, len(texts), 1000):
        shared = (runs[start : start + 1000] @ runs.T).tocoo()
        rows, columns = shared.row + start, shared.col
        shorter = np.minimum(sizes[rows], sizes[columns])
        longer = np.maximum(sizes[rows], sizes[columns])
        least = SIMILARITY * np.where(shorter >= ENOUGH, shorter, longer)
        is_near = shared.data >= least
        pairs.append((rows[is_near], columns[is_near]))
    return group(np.concatenate(pairs, axis=1), len(texts))


def by_minhash(texts, n_permutations, is_checked):
    """Take the pairs that fall into one bucket of MinHash's."""
    from datasketch import MinHash, MinHashLSH

    runs = [runs_of(text) for text in texts]
    index = MinHashLSH(threshold=THIRD, num_perm=n_permutations)
    sketches = MinHash.generator(
        ([run.encode() for run in part] for part in runs), num_perm=n_permutations
    )
    pairs = []
    for row, sketch in enumerate(sketches):
        pairs += [(row, other) for other in index.query(sketch)]
        index.insert(row, sketch)
    if is_checked:
        pairs = [(a, b) for a, b in pairs if is_near(runs[a], runs[b])]
    return group(np.array(pairs).reshape(-1, 2).T, len(texts))


def is_near(first, second):
    """Apply the rule to one pair."""
    shorter, longer = sorted((len(first), len(second)))
    least = SIMILARITY * (shorter if shorter >= ENOUGH else longer)
    return len(first & second) >= least


def group(pairs, n_texts):
    """Close pairs to groups."""
    graph = coo_array((np.ones(pairs.shape[1], bool), tuple(pairs)), (n_texts,) * 2)
    return connected_components(graph, directed=False)[1]


def measure(way, texts):
    """Run a way; give its groups, its seconds and the megabytes that it adds."""
    before, start = peak(), time.perf_counter()
    groups = way(texts)
    return groups, time.perf_counter() - start, peak() - before


def peak():
    """Largest size of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_alone(way, texts):
    """Measure in a process that has done nothing before."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, way, texts).result()


def n_pairs(*groups):
    """Pairs of documents that are in one group by each of some groupings."""
    sizes = np.unique(np.stack(groups), axis=1, return_counts=True)[1]
    return int((sizes * (sizes - 1) // 2).sum())


def main():
    """Run all ways and print a table."""
    options = parse_arguments()
    describe_run("datasketch", "scipy", "scikit-learn")
    texts = read_texts(options.data, "online_shopping_10_cats.csv")[0]
    texts = [text for text in map(bare, texts[: options.n_reviews]) if text]
    minhash = partial(by_minhash, n_permutations=options.n_permutations)
    ways = {
        "all pairs, by a sparse product": by_all_pairs,
        "find_duplicates": find_duplicates,
        "MinHash": partial(minhash, is_checked=False),
        "MinHash, pairs checked": partial(minhash, is_checked=True),
    }
    print(f"{len(texts)} reviews")
    print(f"{'':32}{'seconds':>9}{'MB':>7}{'found':>8}{'missed':>8}{'false':>8}")
    exact = None
    for name, way in ways.items():
        groups, seconds, memory = run_alone(way, texts)
        exact = groups if exact is None else exact
        found = n_pairs(groups, exact)
        missed, false = n_pairs(exact) - found, n_pairs(groups) - found
        print(
            f"{name:32}{seconds:9.1f}{memory:7.0f}{found:8}{missed:8}{false:8}",
            flush=True,
        )


if __name__ == "__main__":
    main()
