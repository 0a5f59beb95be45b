"""Documents become token sequences."""

import os
import warnings
from itertools import chain, pairwise
from numbers import Integral
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from sklearn.utils._param_validation import Interval, StrOptions

from sklstm.text._base import CONSTRAINTS, BaseSegmenter
from sklstm.text._jieba import is_one_block, load_cutter
from sklstm.text._kept import Kept, cut_documents
from sklstm.text._offsets import find_offsets
from sklstm.text._remembered import remembered_words
from sklstm.text._word_lists import user_words
from sklstm.utils import check_documents, plain

# Below this many documents a job costs more than it brings.
_MIN_BATCH = 1000
# By how much of a job's share that of this process is larger, as nothing travels.
_HEAD_START = 0.08


class JiebaSegmenter(BaseSegmenter):
    """Segment Chinese documents into words with jieba.

    Stateless: `transform` needs no `fit`.

    Parameters
    ----------
    mode : {"exact", "full", "search"}, default="exact"
        "exact" cuts each document into one sequence of words, "full" gives every word
        of the dictionary that stands in it, "search" gives the words of "exact", each
        after the shorter words inside it.

    hmm : bool, default=True
        Whether to find words that are not in the dictionary. Mode "full" does not.

    user_dict : str, path-like, list or None, default=None
        Words to add to jieba's dictionary: the path of a UTF-8 file in jieba's form
        (a word a line, then optionally its frequency and tag, with spaces or tabs
        between; a line that is neither is refused), or a list, tuple, set or Series of
        word, (word, freq) or (word, freq, tag), or a data frame with one column.
        Without a frequency the word gets one that holds it together; frequency 0 takes
        it out of the dictionary.

    stop_words : {"chinese"}, list of str or None, default=None
        Words to leave out: "chinese" for the package's own list, or the words
        themselves, also as an array, a Series or a data frame with one column.

    normalize : {"NFKC"} or None, default="NFKC"
        Unicode form to bring documents, user words and stop words into: full-width
        letters, digits and punctuation become ASCII. None leaves the text as it is,
        and then nothing but what other parameters ask for is left out.

    lowercase : bool, default=False
        Whether to put words into lower case, after they were cut.

    punctuation : {"keep", "drop"}, default="keep"
        Whether words of punctuation and white space alone are kept.

    backend : {"auto", "jieba", "rjieba"}, default="auto"
        Who cuts. "auto" takes rjieba, which is faster, where it is installed; all
        three give jieba's own result.

    n_jobs : int, default=None
        Jobs, of which this process does one unless joblib's backend is
        "multiprocessing". None means 1 unless in a `joblib.parallel_config` context; -1
        means all processors.

    cache_size : int, default=0
        Most documents whose words are remembered, so that a search over parameters
        cuts each distinct text once and not once for each candidate and fold. 0
        remembers none. See Notes.

    See Also
    --------
    JiebaPOSTagger : The tag of each word.
    TokenEncoder : Words as integer codes.
    TokenCountVectorizer : Word counts.

    Notes
    -----
    With `normalize` set, white space is no word, and a document of white space and
    punctuation alone has none. With ``normalize=None`` white space is kept, and in
    mode "exact" the words, joined, are the document.

    A word of `user_dict` with punctuation inside is never found: jieba cuts there
    first, and a warning says so. White space and invisible characters inside words of
    `user_dict` and `stop_words` are refused. A file is read where the documents are
    segmented; give the words themselves where the estimator travels to another
    machine. Words are read again only where they or the file have changed; of a long
    list every clone makes a copy, of a path none.

    Dictionaries are loaded on first use, in less than a second, and shared by
    estimators with equal settings in the process. The global ``jieba.dt`` is neither
    read nor changed, and no cache file is written. Mode "full" and the few
    documents that rjieba is known to cut otherwise are cut by jieba.

    With `cache_size`, words are remembered in the process, not on the estimator, and
    shared by estimators with equal settings; each worker of a search has its own.
    100,000 reviews of 40 words take some 60 MB. They are forgotten when more come than
    fit, and the process remembers the words of four settings at most.

    With `n_jobs`, this process cuts one part of the documents itself; the other texts
    go to workers and their words come back. Beside the cutting by rjieba, which reads
    10 MB a second, that takes time: two jobs are then 1.6 to 1.7 times as fast as one,
    and 1.9 times where jieba itself cuts. Threads bring less: more than half of the
    work holds Python's global lock.

    A text of more than 2,000 characters is cut piece by piece, each up to a stop; only
    where 2,000 Chinese characters stand without any can this part a word.

    Examples
    --------
    >>> from sklstm import JiebaSegmenter
    >>> JiebaSegmenter().transform(["房间很大，服务也不错！"])
    [['房间', '很大', ',', '服务', '也', '不错', '!']]
    >>> JiebaSegmenter(punctuation="drop", stop_words=["也"]).transform(
    ...     ["房间很大，服务也不错！"]
    ... )
    [['房间', '很大', '服务', '不错']]
    """

    _parameter_constraints: dict = {
        "mode": [StrOptions({"exact", "full", "search"})],
        "hmm": ["boolean"],
        "user_dict": [str, os.PathLike, "array-like", None],
        **CONSTRAINTS,
        "backend": [StrOptions({"auto", "jieba", "rjieba"})],
        "n_jobs": [None, Integral],
        "cache_size": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(
        self,
        *,
        mode="exact",
        hmm=True,
        user_dict=None,
        stop_words=None,
        normalize="NFKC",
        lowercase=False,
        punctuation="keep",
        backend="auto",
        n_jobs=None,
        cache_size=0,
    ):
        self.mode = mode
        self.hmm = hmm
        self.user_dict = user_dict
        self.stop_words = stop_words
        self.normalize = normalize
        self.lowercase = lowercase
        self.punctuation = punctuation
        self.backend = backend
        self.n_jobs = n_jobs
        self.cache_size = cache_size

    def transform(self, X):
        """Segment documents.

        Parameters
        ----------
        X : sequence of str of shape (n_samples,)
            Documents.

        Returns
        -------
        list of list of str of shape (n_samples,)
            The words of each document.
        """
        self._validate_params()
        documents = check_documents(X, self)
        cut = self._make_cut(_Cut)
        if not self.cache_size:
            return self._cut(documents, cut)
        known = remembered_words(cut, plain(self.cache_size))
        return known.look_up(documents, lambda new: self._cut(new, cut))

    def offsets(self, X):
        """Find where the words of `transform` stand in the documents.

        Parameters
        ----------
        X : sequence of str of shape (n_samples,)
            Documents.

        Returns
        -------
        list of ndarray of shape (n_tokens_i, 2), int64
            Start and stop of each word in characters (code points) of the document as
            it was given: ``document[start:stop]``. Of a character that normalisation
            makes into several words, each has the place of the whole.

        Examples
        --------
        >>> from sklstm import JiebaSegmenter
        >>> segmenter, document = JiebaSegmenter(), "服务　ＯＫ！"
        >>> segmenter.transform([document])
        [['服务', 'OK', '!']]
        >>> [document[start:stop] for start, stop in segmenter.offsets([document])[0]]
        ['服务', 'ＯＫ', '！']
        """
        self._validate_params()
        return self._cut(check_documents(X, self), self._make_cut(_Place))

    def _make_cut(self, kind):
        return kind(
            (self.mode, self.hmm, self._user_words(), self.backend),
            self._stop_words(),
            self.normalize,
            self.lowercase,
            self.punctuation,
        )

    def _cut(self, documents, cut):
        n_jobs = min(effective_n_jobs(plain(self.n_jobs)), len(documents) // _MIN_BATCH)
        if n_jobs <= 1:
            return cut(documents)
        shares = _shares(documents, n_jobs)
        own, others = shares[:1], shares[1:]
        try:
            parallel = Parallel(n_jobs, batch_size=1, return_as="generator")
        except ValueError:  # this process has to wait for the others
            parallel = Parallel(n_jobs, batch_size=1)
            own, others = [], shares
        parts = parallel(delayed(cut)(share) for share in others)
        return list(chain.from_iterable(chain(map(cut, own), parts)))

    def _user_words(self):
        return user_words(self.user_dict, self.normalize, self)

    def _check_words(self):
        words = self._user_words()
        _warn_of_cut_words([word for word, freq, _ in words if freq != 0])
        self._stop_words()


def _warn_of_cut_words(words):
    cut = [word for word in words if not is_one_block(word)]
    if cut:
        warnings.warn(
            f"JiebaSegmenter never finds {len(cut)} of {len(words)} words of "
            "user_dict: jieba cuts at every character but Chinese ones, ASCII letters, "
            f"digits and +#&._%-. The first is {cut[0]!r}. Remove them.",
            stacklevel=5,
        )


def _shares(documents, n_jobs):
    """Split documents into `n_jobs` parts of like length; the first is this process's.

    Returns
    -------
    list of list of str
    """
    ends = np.cumsum([len(text) for text in documents])
    bounds = (np.arange(1, n_jobs) + _HEAD_START) / (n_jobs + _HEAD_START)
    starts = [0, *np.searchsorted(ends, ends[-1] * bounds), len(documents)]
    return [documents[start:stop] for start, stop in pairwise(starts)]


class _Cut(NamedTuple):
    """What a job does with its documents. Pickles; the cutter is the process's own."""

    cutter: tuple
    stop_words: frozenset
    normalize: str | None
    lowercase: bool
    punctuation: str

    def __call__(self, documents):
        return cut_documents(documents, load_cutter(*self.cutter), self)


class _Place(_Cut):
    """The same for the places of the words."""

    def __call__(self, documents):
        cut, kept = load_cutter(*self.cutter), Kept(self)
        return [find_offsets(text, self.normalize, cut, kept) for text in documents]
