"""The roof: whole classifiers, from raw documents or series to labels."""

import numpy as np
from sklearn import get_config
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB, GaussianNB, MultinomialNB
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

# By floor, not by class: a class brings in torch or jieba when it is asked for.
from sklstm import features, models, series
from sklstm.features._static.encoder import make_scaler, make_static_encoder
from sklstm.text._columns import TextColumns
from sklstm.text._tokenizers import has_spaces, is_chinese, make_segmenter
from sklstm.utils import check_class_weight, column_names, plain_arguments, shown

__all__ = [
    "make_hmm_pipeline",
    "make_hmm_series_pipeline",
    "make_linear_pipeline",
    "make_lstm_pipeline",
    "make_naive_bayes_pipeline",
    "make_naive_bayes_series_pipeline",
    "make_series_pipeline",
]

# Documents whose words are remembered: some 60 MB for reviews of 40 words.
_CACHE_SIZE = 100_000

# Chosen on the training splits of four public sets (docs/benchmarks.md).
_FOR_SERIES = {
    "pooling": ("last", "max"),
    "dropout": 0.2,
    # A channel that is dropped is often all that there is.
    "embedding_dropout": 0.0,
    "batch_size": "auto",
    "early_stopping": "auto",
}


@plain_arguments
def make_lstm_pipeline(
    *,
    text=None,
    static=None,
    tokenizer="jieba",
    user_dict=None,
    stop_words=None,
    algorithm="skip-gram",
    vector_size=128,
    pos_features=False,
    hidden_size=128,
    n_layers=1,
    bidirectional=True,
    language_model=True,
    max_epochs="auto",
    class_weight=None,
    missing_label=None,
    random_state=None,
    n_threads=None,
    device="auto",
    verbose=False,
    memory=None,
):
    """Make a pipeline of segmenter, Word2Vec, optional POS features, and an LSTM.

    Documents are segmented; Word2Vec vectors are trained on them within each fit, and
    part-of-speech features may stand beside them; an LSTM, which has learned to tell
    what word comes next, classifies both.

    Parameters
    ----------
    text : str, int, list of them or None, default=None
        Column of a data frame that holds the text; several are joined. See
        `TextColumns`. None takes documents instead of a frame.

    static : str, int, list of them or None, default=None
        Columns of numbers and categories of that frame, see `StaticColumns`,
        which stand beside what the LSTM has read. Goes with `text`.

    tokenizer : {"jieba", "characters", "words"}, callable or transformer, \
default="jieba"
        How documents become words: "jieba" for Chinese (`JiebaSegmenter`), "words" for
        languages with spaces, in lower case, "characters" for any (`RegexSegmenter`),
        a function from a document to a list of its words (`FunctionSegmenter`), or a
        transformer from documents to token sequences, such as one of these.

    user_dict : str, path or iterable, default=None
        Words that jieba is to know; see `JiebaSegmenter`. Other tokenizers take none.

    stop_words : "chinese", iterable of str or None, default=None
        Words to leave out. None keeps all: negations decide. A transformer as
        `tokenizer` takes none here: it has its own.

    algorithm : {"skip-gram", "cbow"}, default="skip-gram"
        How Word2Vec is trained; see `Word2VecEmbedder`.

    vector_size : int, default=128
        Dimensions of a word vector.

    pos_features : bool, default=False
        Whether part-of-speech, frequency, length and tone features join the pooled
        states of the LSTM. False sets the part ``features__pos`` to ``"drop"``. They
        tell where tone or length decides; on reviews they cost half a point beside
        the words (docs/benchmarks.md).

    hidden_size : int, default=128
        Units of the LSTM in each layer and direction.

    n_layers : int, default=1
        Layers of the LSTM.

    bidirectional : bool, default=True
        Whether the LSTM reads in both directions.

    language_model : bool, default=True
        Whether the LSTM starts from a language model of the documents. False sets
        ``classify__init`` to None.

    max_epochs : int or "auto", default="auto"
        Most epochs of training the LSTM; see `LSTMClassifier`.

    class_weight : dict, Series, "balanced" or None, default=None
        Weights of the classes in the loss of the LSTM; see `LSTMClassifier`.

    missing_label : int, float, str or None, default=None
        What stands in ``y`` for documents without a label, from which word vectors
        and language model are learned, too; see `LSTMClassifier`. None declares none.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (by Word2Vec and by the LSTM). Pass an int for
        the same result on every call.

    n_threads : int, default=None
        CPU threads. None means what the process is allowed; inside a joblib worker
        that is the worker's share.

    device : str, default="auto"
        Where to compute: "auto" (a GPU where there is one), "cpu", "cuda", ... The
        fitted estimator holds NumPy arrays and opens on any machine.

    verbose : int or bool, default=False
        Whether to show progress.

    memory : str, path, joblib.Memory or None, default=None
        Where the pipeline caches its fitted steps; see `~sklearn.pipeline.Pipeline`.
        jieba's segmenter then remembers words too (``segment__cache_size=100_000``): a
        search over parameters cuts each distinct text once in each process.

    Returns
    -------
    Pipeline
        Steps ``segment`` (`JiebaSegmenter`, or what `tokenizer` says), ``features``
        (`SequenceUnion` of ``embed``, a `Word2VecEmbedder`, and ``pos``, a
        `POSFeatureExtractor` with a `~sklearn.preprocessing.StandardScaler`) and
        ``classify`` (`LSTMClassifier`).
        With `text`, ``pick`` (`TextColumns`) stands before them. With `static` all but
        the last are the part ``text`` of ``features``, a `SequenceUnion` whose part
        ``static`` is a pipeline of `StaticColumns` and a
        `~sklearn.compose.ColumnTransformer`.

    See Also
    --------
    make_hmm_pipeline : A hidden Markov model for each class.
    make_linear_pipeline : Characters and words, weighted, and logistic regression.
    make_naive_bayes_pipeline : Counts of words and naive Bayes.

    Notes
    -----
    Every other parameter is reached by its path, for example
    ``set_params(features__embed__window=3, classify__dropout=0.2)``.

    Where scikit-learn routes metadata (``enable_metadata_routing``) ``transform_input``
    is set, and ``fit`` takes documents that are held out as ``X_val``, with ``y_val``.

    Examples
    --------
    >>> from sklstm import make_lstm_pipeline
    >>> lstm = make_lstm_pipeline(hidden_size=64, random_state=0)
    >>> list(lstm.named_steps)
    ['segment', 'features', 'classify']
    >>> lstm.set_params(classify__dropout=0.3).get_params()["classify__hidden_size"]
    64
    """
    embed = features.Word2VecEmbedder(
        algorithm=algorithm,
        vector_size=vector_size,
        random_state=random_state,
        n_threads=n_threads,
        device=device,
        verbose=verbose,
    )
    segment = _make_segmenter("lstm", tokenizer, user_dict, stop_words, memory)
    pos = "drop"
    if pos_features:
        _check_taggable(segment)
        pos = Pipeline(
            [("extract", features.POSFeatureExtractor()), ("scale", make_scaler())]
        )
    init = None
    if language_model:
        init = models.LSTMLanguageModel(
            hidden_size=hidden_size,
            bidirectional=bidirectional,
            embedding_dropout=0.1,
            word_dropout=0.05,
            learning_rate=0.003,
            max_epochs=6,
            random_state=random_state,
            n_threads=n_threads,
            device=device,
            verbose=verbose,
        )
    classify = models.LSTMClassifier(
        hidden_size=hidden_size,
        n_layers=n_layers,
        bidirectional=bidirectional,
        pooling=("max", "mean", "attention"),
        input_pooling="max",
        # Small corpora are learned by heart without these (docs/benchmarks.md).
        dropout=0.4,
        embedding_dropout=0.5,
        word_dropout=0.1,
        label_smoothing=0.1,
        learning_rate=0.003,
        batch_size=64,
        max_epochs=max_epochs,
        class_weight=class_weight,
        missing_label=missing_label,
        init=init,
        random_state=random_state,
        n_threads=n_threads,
        device=device,
        verbose=verbose,
    )
    union = features.SequenceUnion([("embed", embed), ("pos", pos)])
    steps = [("segment", segment), ("features", union)]
    steps = _over_columns("lstm", steps, text, static, _sequences_with_static)
    if static is not None:
        classify.set_params(static_dropout=0.0)
    return Pipeline(
        [*steps, ("classify", classify)],
        # Without routing a Pipeline refuses it.
        transform_input=["X_val"] if _routes_metadata() else None,
        memory=memory,
    )


@plain_arguments
def make_hmm_pipeline(
    *,
    text=None,
    static=None,
    tokenizer="jieba",
    user_dict=None,
    stop_words=None,
    n_states=8,
    n_iter=20,
    alpha=0.2,
    min_count=1,
    class_weight=None,
    random_state=None,
    n_threads=None,
    device="auto",
    verbose=False,
    memory=None,
):
    """Make a pipeline of segmenter and one hidden Markov model for each class.

    Parameters
    ----------
    text : str, int, list of them or None, default=None
        Column of a data frame that holds the text; several are joined. See
        `TextColumns`. None takes documents instead of a frame.

    static : str, int, list of them or None, default=None
        Columns of numbers and categories of that frame, see `StaticColumns`,
        whose say is weighed against that of the hidden Markov models. Goes
        with `text`.

    tokenizer : {"jieba", "characters", "words"}, callable or transformer, \
default="jieba"
        How documents become words: "jieba" for Chinese (`JiebaSegmenter`), "words" for
        languages with spaces, in lower case, "characters" for any (`RegexSegmenter`),
        a function from a document to a list of its words (`FunctionSegmenter`), or a
        transformer from documents to token sequences, such as one of these.

    user_dict : str, path or iterable, default=None
        Words that jieba is to know; see `JiebaSegmenter`. Other tokenizers take none.

    stop_words : "chinese", iterable of str or None, default=None
        Words to leave out. None keeps all: negations decide. A transformer as
        `tokenizer` takes none here: it has its own.

    n_states : int or array-like of int of shape (n_classes,), default=8
        Hidden states of each model.

    n_iter : int, default=20
        Most iterations of Baum-Welch.

    alpha : float, default=0.2
        Dirichlet smoothing of starts, transitions and emissions.

    min_count : int, default=1
        Words that occur less often in ``fit`` count as unknown.

    class_weight : dict, Series, "balanced" or None, default=None
        Weights of the classes in their prior probability; see `HMMClassifier`.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (the starts of Baum-Welch). Pass an int for
        the same result on every call.

    n_threads : int, default=None
        CPU threads. None means what the process is allowed; inside a joblib worker
        that is the worker's share.

    device : str, default="auto"
        Where to compute: "auto" (a GPU where there is one), "cpu", "cuda", ... The
        fitted estimator holds NumPy arrays and opens on any machine.

    verbose : int or bool, default=False
        Whether to show progress.

    memory : str, path, joblib.Memory or None, default=None
        Where the pipeline caches its fitted steps; see `~sklearn.pipeline.Pipeline`.
        jieba's segmenter then remembers words too (``segment__cache_size=100_000``): a
        search over parameters cuts each distinct text once in each process.

    Returns
    -------
    Pipeline
        Steps ``segment`` (`JiebaSegmenter`, or what `tokenizer` says) and ``classify``
        (`HMMClassifier`).
        With `text`, ``pick`` (`TextColumns`) stands before them. With `static` there is
        one step, ``classify``: a `~sklearn.ensemble.StackingClassifier` of ``text``,
        the pipeline without them, and ``static``, a logistic regression of the columns.

    See Also
    --------
    make_lstm_pipeline : Word2Vec, POS features and an LSTM.
    make_linear_pipeline : Characters and words, weighted, and logistic regression.
    make_naive_bayes_pipeline : Counts of words and naive Bayes.

    Notes
    -----
    Every other parameter is reached by its path, for example
    ``set_params(segment__lowercase=True, classify__tol=1e-3)``.

    Examples
    --------
    >>> from sklstm import make_hmm_pipeline
    >>> hmm = make_hmm_pipeline(n_states=2, random_state=0)
    >>> list(hmm.named_steps)
    ['segment', 'classify']
    """
    classify = models.HMMClassifier(
        n_states=n_states,
        n_iter=n_iter,
        alpha=alpha,
        min_count=min_count,
        class_weight=class_weight,
        random_state=random_state,
        n_threads=n_threads,
        device=device,
        verbose=verbose,
    )
    segment = _make_segmenter("hmm", tokenizer, user_dict, stop_words, memory)
    steps = _after_pick("hmm", [("segment", segment)], text, static)
    if static is None:
        return Pipeline([*steps, ("classify", classify)], memory=memory)
    reader = Pipeline([*steps, ("classify", classify)])
    stack = _stack_with_static(reader, static, class_weight)
    return Pipeline([("classify", stack)], memory=memory)


@plain_arguments
def make_naive_bayes_pipeline(
    *,
    text=None,
    static=None,
    tokenizer="jieba",
    user_dict=None,
    stop_words=None,
    ngram_range=(1, 3),
    min_df=1,
    binary=True,
    tfidf=False,
    alpha=1.0,
    complement=False,
    class_weight=None,
    memory=None,
):
    """Make a pipeline of segmenter, counts of words and naive Bayes.

    Parameters
    ----------
    text : str, int, list of them or None, default=None
        Column of a data frame that holds the text; several are joined. See
        `TextColumns`. None takes documents instead of a frame.

    static : str, int, list of them or None, default=None
        Columns of numbers and categories of that frame, see `StaticColumns`,
        which are counted like words. Goes with `text`.

    tokenizer : {"jieba", "characters", "words"}, callable or transformer, \
default="jieba"
        How documents become words: "jieba" for Chinese (`JiebaSegmenter`), "words" for
        languages with spaces, in lower case, "characters" for any (`RegexSegmenter`),
        a function from a document to a list of its words (`FunctionSegmenter`), or a
        transformer from documents to token sequences, such as one of these.

    user_dict : str, path or iterable, default=None
        Words that jieba is to know; see `JiebaSegmenter`. Other tokenizers take none.

    stop_words : "chinese", iterable of str or None, default=None
        Words to leave out. None keeps all: negations decide. A transformer as
        `tokenizer` takes none here: it has its own.

    ngram_range : array-like (min_n, max_n), default=(1, 3)
        Shortest and longest n-grams in tokens: words, word pairs and triples.

    min_df : int or float in [0.0, 1.0], default=1
        Leave out n-grams that occur in fewer documents: an int is their number, a
        float their share.

    binary : bool, default=True
        Whether an n-gram counts once for each document however often it occurs.

    tfidf : bool, default=False
        Whether to weight the counts by inverse document frequency.

    alpha : float, default=1.0
        Additive smoothing of the counts of each class.

    complement : bool, default=False
        Whether to estimate each class from the documents of all others
        (`~sklearn.naive_bayes.ComplementNB`), which helps with unequal classes.

    class_weight : dict, Series, "balanced" or None, default=None
        How often a document of each class counts; see `ClassWeightedClassifier`, which
        then stands around naive Bayes: ``classify__estimator__alpha``, and
        ``classify__class_weight``.

    memory : str, path, joblib.Memory or None, default=None
        Where the pipeline caches its fitted steps; see `~sklearn.pipeline.Pipeline`.
        jieba's segmenter then remembers words too (``segment__cache_size=100_000``): a
        search over parameters cuts each distinct text once in each process.

    Returns
    -------
    Pipeline
        Steps ``segment`` (`JiebaSegmenter`, or what `tokenizer` says), ``count``
        (`TokenCountVectorizer`) and ``classify``
        (`~sklearn.naive_bayes.MultinomialNB`, in a `ClassWeightedClassifier` where
        `class_weight` is given).
        With `text`, ``pick`` (`TextColumns`) stands before them. With `static` all but
        the last are the part ``text`` of ``features``, a
        `~sklearn.pipeline.FeatureUnion` whose part ``static`` is a pipeline of
        `StaticColumns` and a `~sklearn.compose.ColumnTransformer`.

    See Also
    --------
    make_hmm_pipeline : A hidden Markov model for each class.
    make_linear_pipeline : Characters and words, weighted, and logistic regression.
    make_lstm_pipeline : Word2Vec, POS features and an LSTM.

    Notes
    -----
    Nothing is drawn: the result depends on the documents alone. The defaults were
    chosen by cross-validation on real reviews; the user guide shows the search.

    Examples
    --------
    >>> from sklstm import make_naive_bayes_pipeline
    >>> texts = ["房间很好", "服务很好", "房间很差", "服务不好"]
    >>> naive_bayes = make_naive_bayes_pipeline().fit(texts, [1, 1, 0, 0])
    >>> naive_bayes.predict(["早餐不好", "早餐很好"])
    array([0, 1])
    """
    count = features.TokenCountVectorizer(
        ngram_range=ngram_range, min_df=min_df, binary=binary, tfidf=tfidf
    )
    classify = ComplementNB(alpha=alpha) if complement else MultinomialNB(alpha=alpha)
    if class_weight is not None:
        classify = models.ClassWeightedClassifier(classify, class_weight=class_weight)
    segment = _make_segmenter("naive_bayes", tokenizer, user_dict, stop_words, memory)
    steps = [("segment", segment), ("count", count)]
    steps = _over_columns("naive_bayes", steps, text, static, _matrices_side_by_side)
    if static is not None:
        # Each word is counted so often: alone, in both pairs, in three triples.
        weight = sum(range(ngram_range[0], ngram_range[1] + 1))
        steps[0][1].set_params(transformer_weights={"static": weight})
    return Pipeline([*steps, ("classify", classify)], memory=memory)


@plain_arguments
def make_linear_pipeline(
    *,
    text=None,
    static=None,
    tokenizer="jieba",
    user_dict=None,
    stop_words=None,
    char_ngram_range="auto",
    word_ngram_range=(1, 2),
    min_df=1,
    C=30.0,
    class_weight=None,
    memory=None,
):
    """Make a pipeline of segmenter, weighted n-grams and logistic regression.

    Runs of characters and of words, weighted by how few documents hold them, and a
    linear model of them: what anything slower has to be better than.

    Parameters
    ----------
    text : str, int, list of them or None, default=None
        Column of a data frame that holds the text; several are joined. See
        `TextColumns`. None takes documents instead of a frame.

    static : str, int, list of them or None, default=None
        Columns of numbers and categories of that frame, see `StaticColumns`,
        which stand beside the n-grams. Goes with `text`.

    tokenizer : {"jieba", "characters", "words"}, callable or transformer, \
default="jieba"
        How documents become words: "jieba" for Chinese (`JiebaSegmenter`), "words" for
        languages with spaces, in lower case, "characters" for any (`RegexSegmenter`),
        a function from a document to a list of its words (`FunctionSegmenter`), or a
        transformer from documents to token sequences, such as one of these.

    user_dict : str, path or iterable, default=None
        Words that jieba is to know; see `JiebaSegmenter`. Other tokenizers take none.

    stop_words : "chinese", iterable of str or None, default=None
        Words to leave out, of the characters, too. None keeps all: negations decide.
        A transformer as `tokenizer` takes none here: it has its own.

    char_ngram_range : "auto" or array-like (min_n, max_n), default="auto"
        Shortest and longest n-grams in characters. They run on over the bounds of
        words. Of jieba's words and of characters they are made as though white space
        and words left out had not been there; of all others with a space between, as
        words that are apart. "auto" is (1, 3) for the former, (1, 5) for the latter.

    word_ngram_range : array-like (min_n, max_n), default=(1, 2)
        Shortest and longest n-grams in tokens: words and word pairs.

    min_df : int or float in [0.0, 1.0], default=1
        Leave out n-grams that occur in fewer documents: an int is their number, a
        float their share. From some thousand documents on 2 saves most of the memory.

    C : float, default=30.0
        Inverse strength of regularisation; see
        `~sklearn.linear_model.LogisticRegression`.

    class_weight : dict, Series, "balanced" or None, default=None
        Weights of the classes in the loss; 1 where a class is left out. "balanced"
        weighs them inversely to their frequency.

    memory : str, path, joblib.Memory or None, default=None
        Where the pipeline caches its fitted steps; see `~sklearn.pipeline.Pipeline`.
        jieba's segmenter then remembers words too (``segment__cache_size=100_000``): a
        search over parameters cuts each distinct text once in each process.

    Returns
    -------
    Pipeline
        Steps ``segment`` (`JiebaSegmenter`, or what `tokenizer` says), ``features``
        (`~sklearn.pipeline.FeatureUnion` of ``characters`` and ``words``, each a
        `TokenCountVectorizer`) and ``classify``
        (`~sklearn.linear_model.LogisticRegression`).
        With `text`, ``pick`` (`TextColumns`) stands before them. With `static` all but
        the last are the part ``text`` of ``features``, a
        `~sklearn.pipeline.FeatureUnion` whose part ``static`` is a pipeline of
        `StaticColumns` and a `~sklearn.compose.ColumnTransformer`.

    See Also
    --------
    make_hmm_pipeline : A hidden Markov model for each class.
    make_lstm_pipeline : Word2Vec, POS features and an LSTM.
    make_naive_bayes_pipeline : Counts of words and naive Bayes.

    Notes
    -----
    Nothing is drawn: the result depends on the documents alone. An n-gram counts once
    for each document, and characters and words have the same say, as either row of
    weights has length 1. Characters are those that the segmenter leaves: in the form
    NFKC, without white space, and in lower case where ``segment__lowercase=True``.

    Every other parameter is reached by its path, for example
    ``set_params(features__words="drop", classify__tol=1e-3)``.

    Examples
    --------
    >>> from sklstm import make_linear_pipeline
    >>> texts = ["房间很好", "服务很好", "房间很差", "服务不好"]
    >>> linear = make_linear_pipeline().fit(texts, [1, 1, 0, 0])
    >>> linear.predict(["早餐不好", "早餐很好"])
    array([0, 1])
    """
    segment = _make_segmenter("linear", tokenizer, user_dict, stop_words, memory)
    weighted = {"min_df": min_df, "binary": True, "tfidf": True}
    separator = " " if has_spaces(segment) else ""
    if isinstance(char_ngram_range, str) and char_ngram_range == "auto":
        char_ngram_range = (1, 5) if separator else (1, 3)
    characters = features.TokenCountVectorizer(
        analyzer="char", separator=separator, ngram_range=char_ngram_range, **weighted
    )
    words = features.TokenCountVectorizer(ngram_range=word_ngram_range, **weighted)
    classify = LogisticRegression(
        C=C,
        # scikit-learn takes no Series, and negative weights without a word.
        class_weight=check_class_weight(class_weight, "make_linear_pipeline"),
        # lbfgs takes four times as long on ten classes, and stops farther from the end.
        solver="newton-cg",
        max_iter=1000,
    )
    union = _matrices_side_by_side([("characters", characters), ("words", words)])
    steps = [("segment", segment), ("features", union)]
    steps = _over_columns("linear", steps, text, static, _matrices_side_by_side)
    return Pipeline([*steps, ("classify", classify)], memory=memory)


def _matrices_side_by_side(parts):
    # Data frames hold no sparse matrix, whatever the process asks for.
    return FeatureUnion(parts).set_output(transform="default")


def _sequences_with_static(parts):
    # Some hundred steps would not take their few weights far enough from 0.
    return features.SequenceUnion(parts, transformer_weights={"static": 4.0})


def _over_columns(kind, steps, text, static, unite):
    """Let steps over documents read a column, and put others beside them."""
    steps = _after_pick(kind, steps, text, static)
    if static is None:
        return steps
    counted = kind == "naive_bayes"
    encode = make_static_encoder(static, counted=counted)
    return [("features", unite([("text", Pipeline(steps)), ("static", encode)]))]


def _after_pick(kind, steps, text, static):
    if text is not None:
        if static is not None:
            _check_apart(kind, text, static)
        return [("pick", TextColumns(text)), *steps]
    if static is not None:
        raise ValueError(
            f"make_{kind}_pipeline takes static beside a column of text; got static="
            f"{shown(static)} and no text. Name the column: text='review'."
        )
    return steps


def _check_apart(kind, text, static):
    """Refuse a text as a category: it has a value of its own in each row."""
    subject = f"make_{kind}_pipeline expects names of columns"
    others = column_names(static, subject)
    both = [name for name in column_names(text, subject) if name in others]
    if both:
        raise ValueError(
            f"make_{kind}_pipeline expects other columns in static than in text; "
            f"{shown(both[0])} is in both. Leave it out of one."
        )


def _stack_with_static(reader, static, class_weight):
    """Weigh what is said of the text against what numbers and categories say."""
    static_model = make_static_encoder(static)
    static_model.steps.append(("classify", LogisticRegression(max_iter=1000)))
    weights = check_class_weight(class_weight, "make_hmm_pipeline")
    weigh = LogisticRegression(class_weight=weights, max_iter=1000)
    # A hidden Markov model is so sure of long texts that only log-odds compare.
    odds = FunctionTransformer(_log_odds, feature_names_out="one-to-one")
    stack = StackingClassifier(
        [("text", reader), ("static", static_model)],
        Pipeline([("odds", odds), ("scale", make_scaler()), ("weigh", weigh)]),
        stack_method="predict_proba",
    )
    # It would ask for names before it is fitted.
    return stack.set_output(transform="default")


def _log_odds(probabilities):
    """Give log-odds of probabilities, of at most one in a million."""
    probabilities = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return np.log(probabilities) - np.log1p(-probabilities)


@plain_arguments
def make_series_pipeline(
    *,
    patch_size="auto",
    statistics=True,
    hidden_size=64,
    n_layers=1,
    bidirectional=True,
    max_epochs="auto",
    class_weight=None,
    missing_label=None,
    random_state=None,
    n_threads=None,
    device="auto",
    verbose=False,
    memory=None,
):
    """Make a pipeline of imputer, scaler, patcher, statistics and an LSTM, for series.

    Gaps are filled and told of, channels brought to one scale, long series made short;
    an LSTM reads them, and its head reads statistics of the series beside the pooled
    states. The settings suit a few dozen series and many thousands, short ones and
    long ones.

    Parameters
    ----------
    patch_size : int or "auto", default="auto"
        Time steps that become one; "auto" is 8 where the median length of the series
        is above 200, else 1. See `SeriesPatcher`.

    statistics : bool, default=True
        Whether level, extremes, trend, autocorrelation and spectrum of the channels
        join the pooled states of the LSTM, and the same of what was missing; see
        `SeriesFeatureExtractor`. Few series are told apart by them sooner than by their
        course. False sets the part ``features__statistics`` to ``"drop"``, and the LSTM
        reads at each step what was missing.

    hidden_size : int, default=64
        Units of the LSTM in each layer and direction.

    n_layers : int, default=1
        Layers of the LSTM.

    bidirectional : bool, default=True
        Whether the LSTM reads in both directions.

    max_epochs : int or "auto", default="auto"
        Most epochs of training the LSTM; see `LSTMClassifier`.

    class_weight : dict, Series, "balanced" or None, default=None
        Weights of the classes in the loss of the LSTM; see `LSTMClassifier`.

    missing_label : int, float, str or None, default=None
        What stands in ``y`` for series without a label; see `LSTMClassifier`. None
        declares none.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (by the LSTM). Pass an int for the same result
        on every call.

    n_threads : int, default=None
        CPU threads. None means what the process is allowed; inside a joblib worker
        that is the worker's share.

    device : str, default="auto"
        Where to compute: "auto" (a GPU where there is one), "cpu", "cuda", ... The
        fitted estimator holds NumPy arrays and opens on any machine.

    verbose : int or bool, default=False
        Whether to show progress.

    memory : str, path, joblib.Memory or None, default=None
        Where the pipeline caches its fitted steps; see `~sklearn.pipeline.Pipeline`.

    Returns
    -------
    Pipeline
        Steps ``features`` (`SequenceUnion` of ``series``: ``impute``, a `SeriesImputer`
        that draws lines, ``scale``, a `SeriesScaler`, and ``patch``, a
        `SeriesPatcher`; and of ``statistics``: ``impute``, the same with indicators of
        what was missing, ``extract``, a `SeriesFeatureExtractor`, and ``scale``, a
        `~sklearn.preprocessing.StandardScaler`) and ``classify`` (`LSTMClassifier`).

    See Also
    --------
    make_hmm_series_pipeline : A hidden Markov model for each class.
    make_naive_bayes_series_pipeline : Statistics of the series and naive Bayes.
    make_lstm_pipeline : The same job for documents.

    Notes
    -----
    The defaults were chosen by cross-validation on the training splits of four public
    sets (docs/benchmarks.md). ``batch_size="auto"`` and ``early_stopping="auto"`` of
    the classifier go by the number of samples.

    Every other parameter is reached by its path, for example
    ``set_params(features__series__scale__per="sample", classify__dropout=0.4)``.

    Where scikit-learn routes metadata (``enable_metadata_routing``) ``transform_input``
    is set, and ``fit`` takes series that are held out as ``X_val``, with ``y_val``.

    Examples
    --------
    >>> from sklstm import make_series_pipeline
    >>> rising = [[0.1 * step for step in range(n)] for n in range(3, 23)]
    >>> falling = [series[::-1] for series in rising]
    >>> X, y = rising + falling, ["rising"] * 20 + ["falling"] * 20
    >>> lstm = make_series_pipeline(hidden_size=8, random_state=0).fit(X, y)
    >>> lstm.predict([[0.0, float("nan"), 1.0, 1.5], [2.0, 1.0, 0.0]])
    array(['rising', 'falling'], dtype='<U7')
    """
    classify = models.LSTMClassifier(
        hidden_size=hidden_size,
        n_layers=n_layers,
        bidirectional=bidirectional,
        **_FOR_SERIES,
        max_epochs=max_epochs,
        class_weight=class_weight,
        missing_label=missing_label,
        random_state=random_state,
        n_threads=n_threads,
        device=device,
        verbose=verbose,
    )
    # At each step of a few dozen series, gaps are more noise than news.
    impute = series.SeriesImputer(strategy="linear", add_indicator=not statistics)
    patch = series.SeriesPatcher(size=patch_size)
    steps = [("impute", impute), ("scale", series.SeriesScaler()), ("patch", patch)]
    parts = [
        ("series", Pipeline(steps)),
        ("statistics", _make_statistics() if statistics else "drop"),
    ]
    return Pipeline(
        [("features", features.SequenceUnion(parts)), ("classify", classify)],
        transform_input=["X_val"] if _routes_metadata() else None,
        memory=memory,
    )


@plain_arguments
def make_hmm_series_pipeline(
    *,
    n_states=4,
    n_iter=20,
    class_weight=None,
    random_state=None,
    n_threads=None,
    device="auto",
    verbose=False,
    memory=None,
):
    """Make a pipeline of imputer, scaler and one hidden Markov model for each class.

    Parameters
    ----------
    n_states : int or array-like of int of shape (n_classes,), default=4
        Hidden states of each model.

    n_iter : int, default=20
        Most iterations of Baum-Welch.

    class_weight : dict, Series, "balanced" or None, default=None
        Weights of the classes in their prior probability; see `HMMClassifier`.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (the starts of Baum-Welch). Pass an int for
        the same result on every call.

    n_threads : int, default=None
        CPU threads. None means what the process is allowed; inside a joblib worker
        that is the worker's share.

    device : str, default="auto"
        Where to compute: "auto" (a GPU where there is one), "cpu", "cuda", ... The
        fitted estimator holds NumPy arrays and opens on any machine.

    verbose : int or bool, default=False
        Whether to show progress.

    memory : str, path, joblib.Memory or None, default=None
        Where the pipeline caches its fitted steps; see `~sklearn.pipeline.Pipeline`.

    Returns
    -------
    Pipeline
        Steps ``impute`` (`SeriesImputer`), ``scale`` (`SeriesScaler`) and ``classify``
        (`HMMClassifier`, of Gaussian emissions).

    See Also
    --------
    make_series_pipeline : An LSTM.
    make_naive_bayes_series_pipeline : Statistics of the series and naive Bayes.

    Notes
    -----
    Every other parameter is reached by its path, for example
    ``set_params(classify__covariance_type="full")``.

    Examples
    --------
    >>> from sklstm import make_hmm_series_pipeline
    >>> X = [[0.0, 0.1, 0.9], [0.1, 1.0], [1.0, 0.9, 0.1], [0.9, 0.0]]
    >>> hmm = make_hmm_series_pipeline(n_states=2, random_state=0)
    >>> list(hmm.fit(X, ["rising", "rising", "falling", "falling"]).named_steps)
    ['impute', 'scale', 'classify']
    """
    classify = models.HMMClassifier(
        n_states=n_states,
        emission="gaussian",
        n_iter=n_iter,
        class_weight=class_weight,
        random_state=random_state,
        n_threads=n_threads,
        device=device,
        verbose=verbose,
    )
    steps = [
        ("impute", series.SeriesImputer(strategy="linear")),
        ("scale", series.SeriesScaler()),
        ("classify", classify),
    ]
    return Pipeline(steps, memory=memory)


@plain_arguments
def make_naive_bayes_series_pipeline(
    *, var_smoothing=0.01, class_weight=None, memory=None
):
    """Make a pipeline of imputer, statistics of the series and naive Bayes.

    Parameters
    ----------
    var_smoothing : float, default=0.01
        Share of the largest variance of a feature that is added to all variances; see
        `~sklearn.naive_bayes.GaussianNB`. Features are scaled, so that it is a share
        of the variance of each.

    class_weight : dict, Series, "balanced" or None, default=None
        How often a series of each class counts; see `ClassWeightedClassifier`, which
        then stands around naive Bayes: ``classify__estimator__var_smoothing``, and
        ``classify__class_weight``.

    memory : str, path, joblib.Memory or None, default=None
        Where the pipeline caches its fitted steps; see `~sklearn.pipeline.Pipeline`.

    Returns
    -------
    Pipeline
        Steps ``impute`` (`SeriesImputer`), ``features`` (`SeriesFeatureExtractor`),
        ``scale`` (`~sklearn.preprocessing.StandardScaler`) and ``classify``
        (`~sklearn.naive_bayes.GaussianNB`, in a `ClassWeightedClassifier` where
        `class_weight` is given).

    See Also
    --------
    make_series_pipeline : An LSTM.
    make_hmm_series_pipeline : A hidden Markov model for each class.

    Notes
    -----
    Nothing is drawn: the result depends on the series alone.

    Examples
    --------
    >>> from sklstm import make_naive_bayes_series_pipeline
    >>> X = [[0.0, 0.1, 0.9], [0.1, 1.0], [1.0, 0.9, 0.1], [0.9, 0.0]]
    >>> y = ["rising", "rising", "falling", "falling"]
    >>> naive_bayes = make_naive_bayes_series_pipeline().fit(X, y)
    >>> naive_bayes.predict([[0.2, 0.4, 0.8], [0.9, 0.3]])
    array(['rising', 'falling'], dtype='<U7')
    """
    classify = GaussianNB(var_smoothing=var_smoothing)
    if class_weight is not None:
        classify = models.ClassWeightedClassifier(classify, class_weight=class_weight)
    steps = [
        ("impute", series.SeriesImputer(strategy="linear")),
        # Of frames of polars scikit-learn's scaler computes otherwise.
        ("features", series.SeriesFeatureExtractor().set_output(transform="default")),
        ("scale", StandardScaler().set_output(transform="default")),
        ("classify", classify),
    ]
    return Pipeline(steps, memory=memory)


def _make_statistics():
    """Statistics of series; what is static beside them comes in with the series."""
    steps = [
        ("impute", series.SeriesImputer(strategy="linear", add_indicator=True)),
        ("extract", series.SeriesFeatureExtractor(keep_static=False)),
        ("scale", StandardScaler()),
    ]
    return Pipeline(steps).set_output(transform="default")


def _routes_metadata():
    return get_config()["enable_metadata_routing"]


def _make_segmenter(kind, tokenizer, user_dict, stop_words, memory):
    return make_segmenter(
        tokenizer,
        f"make_{kind}_pipeline",
        user_dict=user_dict,
        stop_words=stop_words,
        # A Pipeline caches what comes of its training folds alone.
        cache_size=0 if memory is None else _CACHE_SIZE,
    )


def _check_taggable(segment):
    if not is_chinese(segment):
        raise ValueError(
            "make_lstm_pipeline takes pos_features=True with Chinese words alone: the "
            f"tags are those of jieba's dictionary; got a tokenizer of {segment!r}. "
            "Leave pos_features False."
        )
