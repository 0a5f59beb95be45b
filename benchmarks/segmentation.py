"""Speed of segmenting and tagging beside jieba itself, in one run, and identity.

    python benchmarks/segmentation.py [--data FOLDER] [--repeats 3] [--n-reviews 20000]
                                      [--n-tagged 6000] [--memory]

Runs are interleaved; the tables show medians and ratios. JiebaSegmenter runs with
``normalize=None`` beside `jieba.lcut`, so that both read the same text. Both start with
their dictionaries loaded; JiebaPOSTagger forgets what it remembered before each run.
Every review of all corpora is cut once by each, and those that differ are printed.
`--memory` adds the peak of segmenting and encoding a million reviews, in a process of
its own.
"""

import argparse
import ctypes
import pickle
import random
import re
import subprocess
import sys
import time
import warnings
from functools import partial
from pathlib import Path
from statistics import median

from _shared import add_data_option, describe_run, read_corpus

CORPORA = (
    "chnsenticorp_train.csv",
    "chnsenticorp_dev.csv",
    "waimai_10k.csv",
    "online_shopping_10_cats.csv",
)


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--n-reviews", type=int, default=20_000)
    parser.add_argument("--n-tagged", type=int, default=6_000)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--memory-child", choices=("stream", "pipeline"))
    parser.add_argument("--n-encoded", type=int, default=1_000_000)
    return parser.parse_args()


def import_jieba():
    """Import jieba without its warnings and messages, and load its dictionary."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
        import jieba.posseg
    jieba.setLogLevel("ERROR")
    jieba.initialize()
    return jieba


def time_interleaved(runs, repeats):
    """Median seconds of each run, one after the other, `repeats` times."""
    seconds = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            start = time.perf_counter()
            result = run()
            seconds[name].append(time.perf_counter() - start)
            del result  # whoever asks for words keeps them: freeing is no part of it
    return {name: median(times) for name, times in seconds.items()}


def print_table(title, seconds, baseline, n_reviews):
    """Print seconds, reviews per second and the ratio to the baseline."""
    print(f"{title} ({n_reviews} reviews)")
    print(f"{'':44} {'seconds':>8} {'reviews/s':>10} {'times':>7}")
    for name, value in seconds.items():
        ratio = seconds[baseline] / value
        print(f"{name:44} {value:8.2f} {n_reviews / value:10.0f} {ratio:7.2f}")
    print()


def compare_segmenting(texts, repeats):
    """One core: jieba.lcut and JiebaSegmenter with and without rjieba."""
    from sklstm import JiebaSegmenter

    jieba = import_jieba()
    with_rjieba = JiebaSegmenter(normalize=None, backend="rjieba")
    without = JiebaSegmenter(normalize=None, backend="jieba")
    by_default = JiebaSegmenter()
    for segmenter in (with_rjieba, without, by_default):
        segmenter.transform(texts[:1000])
    runs = {
        "jieba.lcut": lambda: [jieba.lcut(text) for text in texts],
        "JiebaSegmenter, jieba": lambda: without.transform(texts),
        "JiebaSegmenter, rjieba": lambda: with_rjieba.transform(texts),
        "JiebaSegmenter, rjieba, NFKC (as it comes)": lambda: by_default.transform(
            texts
        ),
    }
    seconds = time_interleaved(runs, repeats)
    print_table("Segmenting, one core", seconds, "jieba.lcut", len(texts))


def compare_jobs(texts, repeats):
    """Two jobs beside one for either backend; the workers run already."""
    from sklstm import JiebaSegmenter

    # Less than a second each with rjieba, which the garbage collector and a second
    # core that is busy lengthen by a tenth every few runs.
    for backend, least in (("rjieba", 25), ("jieba", 5)):
        one = JiebaSegmenter(backend=backend)
        two = JiebaSegmenter(backend=backend, n_jobs=2)
        start = time.perf_counter()
        two.transform(texts)
        print(f"first call with n_jobs=2: {time.perf_counter() - start:.2f} s")
        runs = {
            "n_jobs=1": partial(one.transform, texts),
            "n_jobs=2": partial(two.transform, texts),
        }
        seconds = time_interleaved(runs, max(repeats, least))
        print_table(f"Jobs, {backend}", seconds, "n_jobs=1", len(texts))


def print_transport(texts):
    """Print what bounds two jobs: one half travels to the other process and back."""
    from sklstm import JiebaSegmenter

    segmenter = JiebaSegmenter(backend="rjieba")
    words = segmenter.transform(texts)
    runs = {
        "cutting by rjieba": lambda: segmenter.transform(texts),
        "texts there": lambda: pickle.loads(pickle.dumps(texts[::2])),
        "words back": lambda: pickle.loads(pickle.dumps(words[::2])),
    }
    cut, there, back = time_interleaved(runs, 5).values()
    print(f"cutting {cut:.3f} s; a half's way there {there:.3f} s, back {back:.3f} s;")
    print(f"two cores can be at most {2 * cut / (cut + there + back):.2f} times one\n")


def compare_identity(texts):
    """Cut every review by jieba and by rjieba under our rules."""
    from sklstm import JiebaSegmenter

    jieba = import_jieba()
    ours = JiebaSegmenter(normalize=None, backend="rjieba").transform(texts)
    differing = [
        (text, peers, words)
        for text, words in zip(texts, ours, strict=True)
        if (peers := jieba.lcut(text)) != words
    ]
    share = 1 - len(differing) / len(texts)
    print(f"cut as jieba.lcut cuts: {share:.4%} of {len(texts)} reviews")
    for text, peers, words in differing:
        print(f"differs: {text}\n  jieba {'/'.join(peers)}\n  ours  {'/'.join(words)}")
    print()


def compare_tagging(texts, repeats):
    """Segmenting and tagging beside jieba.posseg."""
    from sklstm import JiebaPOSTagger, JiebaSegmenter

    jieba = import_jieba()
    jieba.posseg.lcut("很好")

    def run(backend):
        forget_tags()
        words = JiebaSegmenter(normalize=None, backend=backend).transform(texts)
        return words, JiebaPOSTagger().transform(words)

    run("rjieba")
    runs = {
        "jieba.posseg.lcut": lambda: [jieba.posseg.lcut(text) for text in texts],
        "JiebaSegmenter, jieba, and JiebaPOSTagger": lambda: run("jieba"),
        "JiebaSegmenter, rjieba, and JiebaPOSTagger": lambda: run("rjieba"),
    }
    seconds = time_interleaved(runs, repeats)
    print_table("Segmenting and tagging", seconds, "jieba.posseg.lcut", len(texts))
    same, compared, n_tokens = count_equal_tags(texts, *run("rjieba"), jieba.posseg)
    print(f"posseg cuts {compared} of {n_tokens} tokens alike; of these have")
    print(f"the same tag: {same / compared:.2%}\n")


def forget_tags():
    """Empty the tagger's caches, so that each run starts alike."""
    from sklstm.text import _pos_model

    _pos_model.load_tagger.cache_clear()
    _pos_model._word_scores.cache_clear()


def count_equal_tags(texts, documents, tags, posseg):
    """Compare tags of the tokens that stand at the same place in both cuts."""
    same = compared = n_tokens = 0
    for text, words, found in zip(texts, documents, tags, strict=True):
        pairs = posseg.lcut(text)
        flags = [pair.flag for pair in pairs]
        expected = dict(zip(spans(pair.word for pair in pairs), flags, strict=True))
        for span, tag in zip(spans(words), found, strict=True):
            n_tokens += 1
            compared += span in expected
            same += expected.get(span) == tag
    return same, compared, n_tokens


def spans(words):
    """Start and end of each word in the text."""
    end = 0
    for word in words:
        end += len(word)
        yield end - len(word), end


def compare_memory(arguments):
    """Print what encoding adds to the memory, each way in a process of its own.

    A Pipeline holds all words, 8 bytes each and 64 a review, while the codes, 4 bytes
    each and 8 a review, are made.
    """
    script = [sys.executable, *sys.argv, "--memory-child"]
    ways = {
        "stream": "in batches of 10,000",
        "pipeline": "in a Pipeline, all words held",
    }
    print(f"Memory: {arguments.n_encoded} reviews to codes")
    for way, title in ways.items():
        done = subprocess.run(
            [*script, way], capture_output=True, text=True, check=True
        )
        peak, result = map(int, done.stdout.split())
        print(
            f"peak {title}: {peak / 1e6:.0f} MB, {peak / result:.2f} times the result "
            f"of {result / 1e6:.0f} MB"
        )


def measure_memory(texts, way):
    """Encode; print the bytes that this adds to the memory and those of the result."""
    from sklearn.pipeline import make_pipeline

    from sklstm import JiebaSegmenter, TokenEncoder

    segmenter, encoder = JiebaSegmenter(), TokenEncoder()
    encoder.fit(segmenter.transform(texts[:10_000]))
    # Memory that was freed before would hide what is taken now.
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = memory_of_process("VmRSS")
    if way == "stream":
        batches = (texts[i : i + 10_000] for i in range(0, len(texts), 10_000))
        codes = encoder.transform(
            words for batch in batches for words in segmenter.transform(batch)
        )
    else:
        codes = make_pipeline(segmenter, encoder).transform(texts)
    size = codes.lengths.nbytes + codes.codes[0].nbytes
    print(memory_of_process("VmHWM") - before, size)


def memory_of_process(field):
    """Bytes that Linux says of this process."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(rf"{field}:\s+(\d+)", status).group(1))


def main():
    """Run the comparison."""
    arguments = parse_arguments()
    texts = [
        row["review"] for name in CORPORA for row in read_corpus(arguments.data, name)
    ]
    if arguments.memory_child:
        n_copies = -(-arguments.n_encoded // len(texts))
        texts = (texts * n_copies)[: arguments.n_encoded]
        measure_memory(texts, arguments.memory_child)
        return
    describe_run("jieba", "rjieba", "joblib", "scikit-learn")
    compare_identity(texts)
    random.Random(0).shuffle(texts)
    compare_segmenting(texts[: arguments.n_reviews], arguments.repeats)
    compare_jobs(texts[: arguments.n_reviews], arguments.repeats)
    print_transport(texts[: arguments.n_reviews])
    compare_tagging(texts[: arguments.n_tagged], arguments.repeats)
    if arguments.memory:
        compare_memory(arguments)


if __name__ == "__main__":
    main()
