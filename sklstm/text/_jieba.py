"""The one door to jieba and rjieba.

Dictionaries and cutters depend on nothing but their settings, are never changed once
built, and are shared inside the process: a grid search loads them once. Estimators
hold none of them, so that they pickle and deep-copy.
"""

import pickle
import re
import warnings
from functools import lru_cache
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

# What jieba hands to its dictionary; everything else is cut into single characters.
_BLOCK = r"\u4E00-\u9FD5a-zA-Z0-9+#&._%\-"
_ONE_BLOCK = re.compile(f"[{_BLOCK}]+")
# jieba's numbers, as its HMM mode splits what is not Chinese.
_NUMBER = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")

# Where rjieba is known to cut otherwise than jieba: rare Chinese characters that only
# one of them hands to its HMM, lone surrogates, which it refuses, and a character
# three times over, where paths of equal probability hang on the last bit.
_FOREIGN = re.compile(
    "[\u3400-\u4dbf\u9fd6-\u9fff\ud800-\udfff\uf900-\ufaff"
    "\U00020000-\U0002a6df\U0002a700-\U0002ebef\U0002f800-\U0002fa1f]"
)
_TRIPLE = re.compile(r"([\u4E00-\u9FD5])\1\1")
_SYMBOL = re.compile(r"[+#&._%\-]")
_SYMBOL_WORDS = ("AT&T", "C#", "c#", "C++", "c++")
# Letters that no word of jieba's dictionary holds.
_STAND_INS = "xzqvwkjghfdbuomnpria"

# jieba's HMM takes quadratic time over a text without a stop.
_LONG = 2000
_PIECE = re.compile(rf"(?s:.{{1,{_LONG - 1}}}[^{_BLOCK}\r]|.{{1,{_LONG}}})")
# What jieba's full mode makes its words in: blocks, and white space and the rest of it.
_FULL_PIECE = re.compile(rf"[{_BLOCK}]+|\r\n|\s|[^{_BLOCK}\s]+")
_LETTER_OR_DIGIT = re.compile("[a-zA-Z0-9]")


class Dictionary(NamedTuple):
    """jieba's dictionary: words and their beginnings, which have frequency 0."""

    frequencies: dict
    total: int
    tags: dict


@lru_cache(maxsize=1)
def base_dictionary():
    """Read jieba's dictionary. The result is shared: do not change it."""
    # jieba's own reader logs to stderr and keeps a cache file that users share.
    with _import_jieba().Tokenizer().get_dict_file() as file:
        fields = file.read().decode("utf-8").split()
    words, counts, tags = fields[::3], [int(n) for n in fields[1::3]], fields[2::3]
    frequencies = dict(zip(words, counts, strict=True))
    for word in words:
        _add_beginnings(word, frequencies)
    return Dictionary(frequencies, sum(counts), dict(zip(words, tags, strict=True)))


def _add_beginnings(word, frequencies):
    for end in range(len(word) - 1, 0, -1):
        if word[:end] in frequencies:
            return
        frequencies[word[:end]] = 0


class TagTables(NamedTuple):
    """Log-probabilities of posseg's HMM, whose states are (position in word, tag)."""

    states: dict  # of a character
    start: dict
    transition: dict
    emission: dict


@lru_cache(maxsize=1)
def tag_tables():
    """Read posseg's model. The result is shared: do not change it."""
    # Importing jieba.posseg would build a tagger around the global tokenizer.
    folder = Path(_import_jieba().__file__).parent / "posseg"
    names = ("char_state_tab", "prob_start", "prob_trans", "prob_emit")
    return TagTables(
        *(pickle.loads((folder / f"{name}.p").read_bytes()) for name in names)
    )


@lru_cache(maxsize=4)  # one with words of its own takes some 60 MB
def load_cutter(mode="exact", hmm=True, words=(), backend="auto"):
    """Build what cuts a str into a list of str.

    Parameters
    ----------
    mode : {"exact", "full", "search"}
        jieba's modes.

    hmm : bool
        Whether to find words that are not in the dictionary.

    words : tuple of (word, freq or None, tag or None)
        Words that are added to the dictionary.

    backend : {"auto", "jieba", "rjieba"}
        Who cuts. The result is jieba's own for each of them.

    Returns
    -------
    callable
        From str to list of str, safe in threads. Its `place` gives the places of the
        words, too.
    """
    tokenizer = _Tokenizer(words)
    if mode == "full":
        return _LongCutter(_FullCutter(tokenizer))
    if backend == "jieba" or (backend == "auto" and not find_spec("rjieba")):
        cut = tokenizer.cut_hmm if hmm else tokenizer.cut
    else:
        cut = _RustCutter(tokenizer, hmm)
    kind = _SearchCutter if mode == "search" else _ExactCutter
    return _LongCutter(kind(cut, tokenizer))


def is_one_block(word):
    """Whether jieba looks a word up as a whole, rather than cutting it first."""
    return _ONE_BLOCK.fullmatch(word) is not None


def _import_jieba():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes, pkg_resources
        import jieba
    return jieba


def _import_rjieba():
    try:
        import rjieba
    except ImportError as exc:
        raise ImportError(
            "JiebaSegmenter(backend='rjieba') needs rjieba. Install it with "
            "`pip install rjieba`, or choose backend='auto'."
        ) from exc
    return rjieba


class _Tokenizer:
    """jieba's tokenizer with words of its own, built on first use."""

    def __init__(self, words):
        self.words = words
        self._built = None

    @property
    def built(self):
        if self._built is None:
            self._built = self._build()
        return self._built

    @property
    def frequencies(self):
        return self.built.FREQ

    def _build(self):
        tokenizer = _import_jieba().Tokenizer()
        dictionary = base_dictionary()
        tokenizer.FREQ, tokenizer.total = dictionary.frequencies, dictionary.total
        tokenizer.initialized = True
        if self.words:
            tokenizer.FREQ = dict(tokenizer.FREQ)
            for word, freq, _ in self.words:
                self._add_word(tokenizer, word, freq)
        return tokenizer

    @staticmethod
    def _add_word(tokenizer, word, freq):
        # Tokenizer.add_word with frequency 0 changes all tokenizers of the process.
        if freq is None:
            freq = tokenizer.suggest_freq(word)
        tokenizer.FREQ[word] = freq
        tokenizer.total += freq
        _add_beginnings(word, tokenizer.FREQ)

    def cut(self, text):
        return self.built.lcut(text, HMM=False)

    def cut_hmm(self, text):
        return self.built.lcut(text)

    def cut_all(self, text):
        return [token for token in self.built.lcut(text, cut_all=True) if token]


class _RustCutter:
    """rjieba wherever it gives jieba's own result, jieba for the rest."""

    def __init__(self, tokenizer, hmm):
        self._hmm = hmm
        self._jieba_cut = tokenizer.cut_hmm if hmm else tokenizer.cut
        self._rust = _import_rjieba().Jieba()
        words = tokenizer.words
        if words:
            self._add_words(tokenizer)
        # Only jieba asks its HMM about them again.
        self._removed_words = tuple(word for word, freq, _ in words if freq == 0)
        self._symbol_words = _SYMBOL_WORDS + tuple(
            word for word, _, _ in words if _SYMBOL.search(word)
        )
        taken = "".join(word for word, _, _ in words)
        self._stand_in = next((c for c in _STAND_INS if c not in taken), None)

    def _add_words(self, tokenizer):
        base = base_dictionary()
        total = base.total
        for word in {word: None for word, freq, _ in tokenizer.words if freq != 0}:
            freq = tokenizer.frequencies[word]
            self._rust.add_word(word, freq, None)
            total += freq - base.frequencies.get(word, 0)
        # To the sum of all frequencies, which weighs the number of words of a cut,
        # jieba adds a word's new frequency and leaves the old one in. A NUL is cut off
        # before the dictionary is asked.
        self._rust.add_word("\0", tokenizer.built.total - total, None)

    def __call__(self, text):
        if _FOREIGN.search(text) or _TRIPLE.search(text) or self._has_removed(text):
            return self._jieba_cut(text)
        if not self._hmm or not _SYMBOL.search(text):
            return self._rust.cut(text, self._hmm)
        if not self._stand_in or any(word in text for word in self._symbol_words):
            return self._jieba_cut(text)
        return self._cut_symbols(text)

    def _has_removed(self, text):
        return any(word in text for word in self._removed_words)

    def _cut_symbols(self, text):
        """Cut with a letter in the place of each symbol, then split as jieba does.

        To the dictionary and to the HMM a letter of no word is what a symbol is; only
        the last step, the split of what is not Chinese, tells them apart, and there
        rjieba's differs.
        """
        words, start = [], 0
        for word in self._rust.cut(_SYMBOL.sub(self._stand_in, text)):
            end = start + len(word)
            if self._stand_in in word:
                words.extend(filter(None, _NUMBER.split(text[start:end])))
            else:
                words.append(word)
            start = end
        return words


class _ExactCutter:
    """Words that are the text once they are joined: jieba's exact mode."""

    def __init__(self, cut, tokenizer):
        self._cut = cut

    def __call__(self, text):
        return self._cut(text)

    def place(self, text):
        words = self._cut(text)
        stops = list(accumulate(map(len, words), initial=0))
        return words, list(pairwise(stops))


class _SearchCutter:
    """Put the words inside a long word before it: jieba's search mode."""

    def __init__(self, cut, tokenizer):
        self._cut = cut
        self._tokenizer = tokenizer

    def __call__(self, text):
        return self.place(text)[0]

    def place(self, text):
        frequencies = self._tokenizer.frequencies
        found, spans, start = [], [], 0
        for word in self._cut(text):
            for width in (2, 3):
                for i in range(len(word) - width + 1) if len(word) > width else ():
                    part = word[i : i + width]
                    if frequencies.get(part):
                        found.append(part)
                        spans.append((start + i, start + i + width))
            found.append(word)
            spans.append((start, start + len(word)))
            start += len(word)
        return found, spans


class _FullCutter:
    """Every word of the dictionary that stands in the text: jieba's full mode."""

    def __init__(self, tokenizer):
        self._tokenizer = tokenizer

    def __call__(self, text):
        return self._tokenizer.cut_all(text)

    def place(self, text):
        spans = []
        for piece in _FULL_PIECE.finditer(text):
            start = piece.start()
            if _ONE_BLOCK.match(piece[0]):
                inside = self._place_block(piece[0])
                spans.extend((start + first, start + end) for first, end in inside)
            else:
                spans.append(piece.span())
        return self(text), spans

    def _place_block(self, block):
        """Where the words of a block stand, in the order of jieba's __cut_all.

        A run of letters and digits waits until it is over. A word of the dictionary
        inside is named before it, and left out of it, though not of its span.
        """
        run, covered = None, -1
        for k, ends in self._tokenizer.built.get_DAG(block).items():
            if run and not _LETTER_OR_DIGIT.match(block[k]):
                yield run
                run = None
            if len(ends) > 1 or k <= covered:
                longer = [end for end in ends if end > k]
                yield from ((k, end + 1) for end in longer)
                covered = longer[-1] if longer else covered
                continue
            covered = ends[0]
            if _LETTER_OR_DIGIT.match(block[k]):
                run = (run[0] if run else k, covered + 1)
            else:
                yield k, covered + 1
        if run:
            yield run


class _LongCutter:
    """Cut a long text piece by piece, each up to a stop where there is one."""

    def __init__(self, cut):
        self._cut = cut

    def __call__(self, text):
        return [word for piece in _pieces(text) for word in self._cut(piece)]

    def place(self, text):
        """Cut, and say where each word starts and stops.

        Returns
        -------
        words : list of str
        spans : list of (int, int)
        """
        found, spans, start = [], [], 0
        for piece in _pieces(text):
            words, inside = self._cut.place(piece)
            found.extend(words)
            spans.extend((start + first, start + end) for first, end in inside)
            start += len(piece)
        return found, spans


def _pieces(text):
    return [text] if len(text) <= _LONG else _PIECE.findall(text)
