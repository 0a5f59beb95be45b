"""Which encoding short pieces of reviews are read in, beside charset-normalizer.

    python benchmarks/table_encodings.py [--data FOLDER] [--n-pieces 600]

Single reviews of the shopping corpus, and pieces of 20, 200 and 2,000 characters of all
of them, in GB18030, and in traditional characters (OpenCC) in Big5. Read are they in
silence, or with a warning that the encoding is not certain; rightly, or as other
characters. charset-normalizer alone takes the best of all encodings, or of these two.
"""

import argparse
from collections import Counter

import numpy as np
from _shared import add_data_option, describe_run, read_corpus
from charset_normalizer import from_bytes
from opencc import OpenCC

from sklstm.datasets._encodings import decode

LENGTHS = (20, 200, 2000)
OUTCOMES = ("right", "right, warned", "refused", "wrong, warned", "wrong")


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--n-pieces", type=int, default=600)
    return parser.parse_args()


def draw_pieces(reviews, n_pieces):
    """Reviews, and pieces of each length of all reviews, one after the other."""
    rng, text = np.random.RandomState(0), "\n".join(reviews)
    yield "reviews", [reviews[row] for row in rng.permutation(len(reviews))[:n_pieces]]
    for length in LENGTHS:
        starts = rng.randint(0, len(text) - length, n_pieces)
        yield f"{length} characters", [text[i : i + length] for i in starts]


def read_ours(data):
    """Read as `read_reviews` does."""
    notes = []
    try:
        return decode(data, "piece", None, notes), bool(notes)
    except ValueError:
        return None, False


def read_alone(data, **options):
    """Read as charset-normalizer proposes."""
    match = from_bytes(data, **options).best()
    return (None if match is None else data.decode(match.encoding)), False


READERS = {
    "sklstm": read_ours,
    "charset-normalizer": read_alone,
    "the same, of these two": lambda data: read_alone(
        data, cp_isolation=["gb18030", "big5hkscs"], threshold=1.0
    ),
}


def find_outcome(text, read, is_warned):
    """Name what became of a text."""
    if read is None:
        return "refused"
    kind = "right" if read == text else "wrong"
    return f"{kind}, warned" if is_warned else kind


def main():
    """Print a row for each reader, encoding and kind of piece."""
    arguments = parse_arguments()
    describe_run("charset-normalizer", "opencc")
    rows = read_corpus(arguments.data, "online_shopping_10_cats.csv")
    reviews = [row["review"] for row in rows if not row["review"].isascii()]
    traditional = OpenCC("s2t").convert
    print(f"{'':24}{'':10}{'':18}" + "".join(f"{name:>15}" for name in OUTCOMES))
    for reader, read in READERS.items():
        total = Counter()
        for codec in ("gb18030", "cp950"):
            for kind, pieces in draw_pieces(reviews, arguments.n_pieces):
                counts = Counter()
                for piece in pieces:
                    text = traditional(piece) if codec == "cp950" else piece
                    data = text.encode(codec, errors="ignore")
                    text = data.decode(codec)
                    if not data.isascii():
                        counts[find_outcome(text, *read(data))] += 1
                print_row(reader, codec, kind, counts)
                total += counts
        print_row(reader, "all", "", total)


def print_row(reader, codec, kind, counts):
    """Print shares of the outcomes in percent, and of all the number."""
    n_pieces = counts.total()
    shares = "".join(f"{100 * counts[name] / n_pieces:15.2f}" for name in OUTCOMES)
    print(f"{reader:24}{codec:10}{kind:18}{shares}   of {n_pieces}", flush=True)


if __name__ == "__main__":
    main()
