"""Token sequences become sequences of word vectors that are trained in the fold."""

from collections.abc import Iterator
from numbers import Integral, Real

import numpy as np
from sklearn.base import (
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from sklstm.features._corpus import Corpus
from sklstm.features._vocabulary import encode_tokens, encode_with
from sklstm.features._word2vec.file_format import (
    read_word2vec_format,
    write_word2vec_format,
)
from sklstm.features._word2vec.learning import Word2VecLearning
from sklstm.features._word2vec.pooling import pool_vectors
from sklstm.features._word2vec.similarity import WordSimilarityMixin
from sklstm.features._word2vec.unknown_words import UnknownWords
from sklstm.sequences import Sequences
from sklstm.utils import (
    Estimator,
    OutputMixin,
    TextInputMixin,
    iter_token_sequences,
    warn_of_unknown_tokens,
)


def _is_pooled(embedder):
    return embedder.pooling is not None


class Word2VecEmbedder(
    Word2VecLearning,
    WordSimilarityMixin,
    OutputMixin,
    TextInputMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    Estimator,
):
    """Train word vectors by skip-gram or CBOW and replace tokens by them.

    Parameters
    ----------
    algorithm : {"skip-gram", "cbow"}, default="skip-gram"
        Skip-gram predicts each neighbour of a word from the word; CBOW predicts the
        word from the mean of its neighbours.

    vector_size : int, default=128
        Length of a word's vector. Where `initial_vectors` are given, theirs rules.

    window : int, default=5
        Farthest neighbour, in tokens on each side.

    min_count : int, default=2
        Tokens that occur less often are unknown.

    max_vocabulary : int, default=None
        Most tokens that get a vector; the most frequent ones do. None is no limit.

    negative : int, default=5
        Words drawn at random for each pair of neighbours, which the vectors learn to
        tell from true neighbours.

    subsample : float, default=1e-3
        Tokens with a greater share of the corpus are left out at random, the more the
        more frequent they are. 0 keeps all.

    n_epochs : int, default=10
        Passes over the corpus. Small corpora gain from more; for millions of tokens 5
        are enough. 0 uses `initial_vectors` as they are.

    learning_rate : float, default=0.1
        Step size of row-wise Adagrad at the beginning; it falls linearly to a
        hundredth.

    initial_vectors : mapping of str to array-like, default=None
        Where training begins: a dict or gensim's KeyedVectors. Words without one begin
        at random.

    pooling : {"mean", "max", "idf"}, default=None
        One row for each token sequence instead of `Sequences`: mean of the vectors,
        their largest values, or their mean weighted by inverse document frequency.

    oov : {"unk", "skip", "characters"}, default="unk"
        What stands for an unknown token: code 0, nothing (the sequence becomes
        shorter), or the mean of the vectors of the known words and characters that it
        is made of.

    n_threads : int, default=None
        CPU threads. None means what the process is allowed; inside a joblib worker that
        is the worker's share.

    device : str, default="auto"
        Where to compute: "auto" (a GPU where there is one), "cpu", "cuda", ... The
        fitted estimator holds NumPy arrays and opens on any machine.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (first vectors, order of the token sequences,
        what is left out by subsampling, negatives). Pass an int for the same result on
        every call.

    verbose : int or bool, default=False
        Whether to show progress.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        The code of each token: 1 is the most frequent. Code 0 is unknown.

    tokens_ : ndarray of shape (n_codes,), object
        The token of each code; None for code 0.

    vectors_ : ndarray of shape (n_codes, vector_size), float32
        The vector of each code. That of code 0 is the mean of the vectors of the words
        seen least often, which an unseen word resembles most.

    counts_ : ndarray of shape (n_codes,), int64
        How often each code occurred in ``fit``.

    idf_ : ndarray of shape (n_codes,), float64
        Inverse document frequency, ``log((1 + n) / (1 + df)) + 1``.

    See Also
    --------
    sklstm.TokenEncoder : Codes whose vectors the classifier learns.
    sklstm.SequenceUnion : Joins words and features of the document.
    sklstm.LSTMClassifier : Reads the sequences; goes on training the vectors.

    Notes
    -----
    The objective is negative sampling [1]_ [2]_. Deviations from word2vec.c and gensim:

    - Steps are taken on thousands of consecutive tokens at once (fewer in small
      corpora), one after the other: threads share a step and never overwrite each
      other's.
    - The step size is that of row-wise Adagrad [3]_, one for each vector, in place of
      one for all; it falls to a hundredth, not to a ten-thousandth.
    - 128 consecutive tokens share their negatives, which are weighted so that they
      stand for `negative` draws for each pair; they are drawn by strata, and one may
      happen to be the word that is predicted.
    - The reach of a window is not drawn for each token. In skip-gram a neighbour at
      distance d counts ``(window + 1 - d) / window``, which is how often a drawn reach
      takes it in; in CBOW the tokens of a step share a reach, and every reach has its
      turn.
    - CBOW gives each neighbour its share of the gradient of the mean; word2vec.c and
      gensim give it the whole [4]_.
    - The logistic function is computed; word2vec.c looks it up in a table that ends at
      6 on either side.
    - Token sequences are shuffled in each epoch (within chunks where they are read
      again), and there is no limit to their length. Their ends are no token of their
      own.
    - There are no hierarchical softmax and no phrases, and an unknown word has a
      vector.

    Subsampling and the distribution of the negatives are those of word2vec.c. As there,
    unknown tokens are left out before windows are laid, and windows never reach over
    the end of a token sequence. Training takes time linear in the number of tokens, and
    memory for 4 bytes a token and about five times `vectors_`; CBOW also up to 75 kB
    times ``window * (window + 1)``.

    With `random_state` set, the vectors are equal to the byte in any process, under any
    hash seed and for any `n_threads` on the CPU. On a GPU, sums are added in no fixed
    order and the last digits vary.

    Ctrl-C while training keeps the vectors as they are by then, with a warning.

    References
    ----------
    .. [1] T. Mikolov, K. Chen, G. Corrado, J. Dean (2013). Efficient estimation of word
       representations in vector space. ICLR workshop.
    .. [2] T. Mikolov, I. Sutskever, K. Chen, G. Corrado, J. Dean (2013). Distributed
       representations of words and phrases and their compositionality. NIPS.
    .. [3] J. Duchi, E. Hazan, Y. Singer (2011). Adaptive subgradient methods for online
       learning and stochastic optimization. JMLR 12.
    .. [4] O. İrsoy, A. Benton, K. Stratos (2021). Corrected CBOW performs as well as
       skip-gram. Workshop on Insights from Negative Results in NLP.

    Examples
    --------
    >>> from sklstm import Word2VecEmbedder
    >>> reviews = [["房间", "很", "好"], ["服务", "很", "好"], ["房间", "很", "差"]]
    >>> embedder = Word2VecEmbedder(vector_size=8, min_count=1, random_state=0)
    >>> embedder.fit_transform(reviews)
    Sequences(n_samples=3, n_steps=9, vector_sizes=[8])
    >>> embedder.vocabulary_
    {'很': 1, '好': 2, '房间': 3, '差': 4, '服务': 5}
    >>> embedder.transform([["早餐", "很", "好"]]).codes
    (array([0, 1, 2], dtype=int32),)
    >>> embedder.set_params(pooling="mean").transform([["早餐", "很", "好"], []]).shape
    (2, 8)
    """

    _parameter_constraints = {
        "algorithm": [StrOptions({"skip-gram", "cbow"})],
        "vector_size": [Interval(Integral, 1, None, closed="left")],
        "window": [Interval(Integral, 1, None, closed="left")],
        "min_count": [Interval(Integral, 1, None, closed="left")],
        "max_vocabulary": [Interval(Integral, 1, None, closed="left"), None],
        "negative": [Interval(Integral, 1, None, closed="left")],
        "subsample": [Interval(Real, 0, None, closed="left")],
        "n_epochs": [Interval(Integral, 0, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "initial_vectors": "no_validation",
        "pooling": [StrOptions({"mean", "max", "idf"}), None],
        "oov": [StrOptions({"unk", "skip", "characters"})],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "device": [str],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        *,
        algorithm="skip-gram",
        vector_size=128,
        window=5,
        min_count=2,
        max_vocabulary=None,
        negative=5,
        subsample=1e-3,
        n_epochs=10,
        learning_rate=0.1,
        initial_vectors=None,
        pooling=None,
        oov="unk",
        n_threads=None,
        device="auto",
        random_state=None,
        verbose=False,
    ):
        self.algorithm = algorithm
        self.vector_size = vector_size
        self.window = window
        self.min_count = min_count
        self.max_vocabulary = max_vocabulary
        self.negative = negative
        self.subsample = subsample
        self.n_epochs = n_epochs
        self.learning_rate = learning_rate
        self.initial_vectors = initial_vectors
        self.pooling = pooling
        self.oov = oov
        self.n_threads = n_threads
        self.device = device
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn the vocabulary and train the vectors.

        Parameters
        ----------
        X : iterable of sequences of str
            Token sequences of shape (n_samples,). What has no length but can be
            iterated over again is read once for each epoch and may be larger than the
            memory.

        y : None
            Ignored.

        Returns
        -------
        self : Word2VecEmbedder

        Raises
        ------
        TypeError
            If `X` holds anything but token sequences.

        ValueError
            If there is no token, or none that occurs `min_count` times; if a corpus
            that has no length gives nothing when it is read again.

        RuntimeError
            If training diverges.
        """
        return self._learn(Corpus(X, self), forget=True)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y=None):
        """Train on with more token sequences.

        Words keep their codes. Those that have occurred `min_count` times by now are
        added after them, as long as `max_vocabulary` allows.

        Parameters
        ----------
        X : iterable of sequences of str
            Token sequences of shape (n_samples,); `n_epochs` passes are taken.

        y : None
            Ignored.

        Returns
        -------
        self : Word2VecEmbedder
        """
        return self._learn(Corpus(X, self), forget=not hasattr(self, "vectors_"))

    def fit_transform(self, X, y=None, **fit_params):
        """Train on token sequences and transform them.

        Parameters
        ----------
        X : iterable of sequences of str
            Token sequences of shape (n_samples,).

        y : None
            Ignored.

        **fit_params : dict
            None is known.

        Returns
        -------
        Sequences or ndarray of shape (n_samples, vector_size), float32
            As from `transform`.
        """
        if isinstance(X, Iterator):
            X = list(X)
        return super().fit_transform(X, y, **fit_params)

    def transform(self, X):
        """Replace tokens by codes, or pool their vectors.

        Parameters
        ----------
        X : iterable of sequences of str
            Token sequences of shape (n_samples,).

        Returns
        -------
        Sequences or ndarray of shape (n_samples, vector_size), float32
            One stream of codes and the table ``vectors_``, to which
            ``oov="characters"`` adds the unknown words of this call; with `pooling`,
            one row for each sequence. That of a sequence without tokens is zero.
        """
        check_is_fitted(self)
        codes, lengths, vectors = self._encode(iter_token_sequences(X, self))
        if self.pooling is None:
            return Sequences(lengths, [codes], [vectors])
        # Composed words have no document frequency: they weigh like unseen ones.
        idf = np.full(len(vectors), self.idf_[0])
        idf[: len(self.idf_)] = self.idf_
        return pool_vectors(self.pooling, codes, lengths, vectors, idf)

    @available_if(_is_pooled)
    def get_feature_names_out(self, input_features=None):
        """Names of the columns, where `pooling` is set.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of shape (vector_size,), object
            ``word2vecembedder0``, ``word2vecembedder1``, ...
        """
        return super().get_feature_names_out(input_features)

    def save_word2vec_format(self, path, *, binary=False):
        """Write the vectors in the format of word2vec.c, which gensim reads.

        Parameters
        ----------
        path : str or path-like
            Compressed by gzip where it ends in ``.gz``.

        binary : bool, default=False
            Whether in binary or as text; either keeps every bit.

        Notes
        -----
        The format has no room for words that are empty or hold a space, a line break or
        a lone surrogate: they are left out with a warning. Any other character, such as
        the ideographic space, is kept.
        """
        check_is_fitted(self)
        write_word2vec_format(path, self.tokens_[1:], self.vectors_[1:], binary=binary)

    @classmethod
    def from_word2vec_format(cls, path, vocabulary=None, **parameters):
        """Read word vectors from a file in the format of word2vec.c.

        Parameters
        ----------
        path : str or path-like
            Text or binary, compressed by gzip, bzip2 or xz, in a zip archive of its
            own, or none of these. It is read as a stream.

        vocabulary : iterable of str, default=None
            The words to keep; memory goes to them alone. None keeps all.

        **parameters : dict
            Parameters of the embedder. Without `n_epochs` the vectors stay as they are
            in ``fit``, too, which then only counts.

        Returns
        -------
        Word2VecEmbedder
            Fitted. Its `initial_vectors` are those of the file, so that clones of it
            have them.

        Raises
        ------
        ValueError
            If the file is not in the format, ends early, or has none of the words.

        Notes
        -----
        In a text file a word may hold spaces; in a binary one nobody can tell where it
        ends. Words that are no UTF-8, which that brings about, are warned of.
        """
        initial = read_word2vec_format(path, vocabulary)
        given = {"n_epochs": 0, "vector_size": initial.vector_size}
        embedder = cls(initial_vectors=initial, **(given | parameters))
        embedder._forget(initial)
        return embedder._use(initial)

    @property
    def _n_features_out(self):
        return self.vectors_.shape[1]

    def _encode(self, sequences):
        """Codes of the tokens, lengths of the sequences, and the table of vectors."""
        if self.oov == "characters":
            unknown = UnknownWords(self.vocabulary_, self.vectors_)
            codes, lengths = encode_with(sequences, unknown.code)
            warn_of_unknown_tokens(np.count_nonzero(codes), lengths, self)
            return codes, lengths, unknown.table()
        codes, lengths = encode_tokens(sequences, self.vocabulary_)
        warn_of_unknown_tokens(np.count_nonzero(codes), lengths, self)
        if self.oov == "skip":
            is_known = codes > 0
            before = np.concatenate([[0], np.cumsum(is_known)])
            lengths = np.diff(before[np.concatenate([[0], np.cumsum(lengths)])])
            codes = codes[is_known]
        return codes, lengths, self.vectors_
