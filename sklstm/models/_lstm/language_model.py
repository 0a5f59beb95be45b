"""LSTMLanguageModel."""

from numbers import Integral, Real

import numpy as np
import torch
from sklearn.base import DensityMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from sklstm.models._base import ComputingMixin
from sklstm.models._lstm.base import LSTMEstimator
from sklstm.models._lstm.language_network import LanguageNetworkSettings
from sklstm.models._lstm.layout import InputLayout
from sklstm.models._lstm.network import draw_seed
from sklstm.models._lstm.prediction import read_batches
from sklstm.models._lstm.samples import Samples
from sklstm.models._lstm.training import (
    Schedule,
    TrainingData,
    train,
    trained_weights,
)
from sklstm.nn._runtime import freed_memory_kept, seeded_generator
from sklstm.nn.language_model.candidates import Candidates
from sklstm.nn.language_model.drawing import draw
from sklstm.nn.language_model.likelihood import (
    CandidateCrossEntropy,
    log_likelihoods,
    next_probabilities,
)
from sklstm.sequences import Sequences, check_sequences
from sklstm.utils import (
    CallbackSupportMixin,
    Estimator,
    TaskReporter,
    derive_seed,
    effective_n_threads,
    plain,
    plain_parameters,
    with_callbacks,
)


class LSTMLanguageModel(
    CallbackSupportMixin, LSTMEstimator, ComputingMixin, DensityMixin, Estimator
):
    """Long short-term memory language model: what comes next in a sequence of codes.

    A forward LSTM learns to predict each code of a sequence, and its end, from the
    codes before it; it needs no labels. With `bidirectional`, a second one learns to
    predict each code from those after it: it has no part in the answers, but its
    weights start the backward LSTM of an `LSTMClassifier`. Codes are read and
    predicted by the same vectors.

    Parameters
    ----------
    hidden_size : int, default=128
        Hidden units of the LSTM in each direction.

    n_layers : int, default=1
        LSTM layers on top of one another. Each direction has layers of its own: over
        the states of both, the upper ones would know what they are to predict.

    bidirectional : bool, default=True
        Whether a second LSTM learns to predict each sequence from its end.

    embedding_size : int, default=128
        Length of the vectors that are learned for codes that come without.

    fine_tune : bool, default=True
        Whether given vectors are trained further. If False they are used as they are.

    dropout : float, default=0.2
        Probability of dropping a feature of the states that predict, and of those
        between layers, the same ones at all time steps of a sequence.

    embedding_dropout : float, default=0.2
        Probability of dropping a feature of the inputs, the same ones at all time
        steps of a sequence.

    word_dropout : float, default=0.0
        Probability of reading a code as unknown. It is predicted as it is.

    n_candidates : int, default=512
        Codes against which a batch's own are told while training. A vocabulary that is
        no larger is taken as a whole.

    learning_rate : float, default=0.002
        Of Adam: the highest of the one-cycle schedule, the first of the others.

    schedule : {"one-cycle", "constant", "plateau"}, default="one-cycle"
        "one-cycle" warms up and anneals over `max_epochs`; "plateau" divides by ten
        when the training loss has not fallen for three epochs.

    gradient_clip : float or None, default=1.0
        Highest norm of the gradients, the vectors' apart.

    batch_size : int, default=32
        Samples of a training batch; they are of similar length.

    max_epochs : int, default=5
        Passes over the training data.

    max_length : int or None, default=1000
        Time steps that are kept of a longer sequence; a warning counts those cut. What
        is kept counts as a sequence that ends there.

    truncate : {"head", "tail", "both"}, default="head"
        Which of them are kept: the first, the last, or half of each.

    device : str, default="auto"
        Where to compute: "auto" (a GPU where there is one), "cpu", "cuda", ... The
        fitted estimator holds NumPy arrays and opens on any machine.

    precision : {"auto", "float32", "bfloat16"}, default="auto"
        In which the LSTM computes. "auto" is bfloat16 while training where the device
        multiplies it faster than float32 (GPUs, AMD's processors with AVX-512-BF16,
        Intel's with AMX), and float32 otherwise and for every answer. ``fit`` refuses
        "bfloat16" on a CPU without AVX-512, where a model that was fitted elsewhere
        answers in float32.

    n_threads : int, default=None
        CPU threads. None means what the process is allowed; inside a joblib worker
        that is the worker's share.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (initial weights, order of batches, dropout,
        candidates). Pass an int for the same result on every call.

    verbose : int or bool, default=False
        Whether to show progress.

    Attributes
    ----------
    weights_ : dict of str to ndarray
        Trained weights by their name in the network. The table, ``tables.0.weight``,
        and with one layer the LSTM, ``lstm.*``, have the names and the shapes that
        they have in an `LSTMClassifier` of the same sizes.

    vectors_ : ndarray of shape (n_codes, vector_size), or None
        Vectors that came with the sequences in ``fit``.

    layout_ : InputLayout
        Sizes of what is read: ``layout_.table_sizes[0]`` is (n_codes, vector_size).

    history_ : list of dict
        For each epoch: ``epoch``, ``train_loss`` (nats a token, of both directions),
        ``learning_rate`` at its end, ``seconds``.

    n_iter_ : int
        Epochs trained.

    See Also
    --------
    LSTMClassifier : Labels sequences.
    TokenEncoder : Token sequences to codes.
    HMMClassifier : A generative model of sequences with few states.

    Notes
    -----
    The symbols that are predicted are the codes from 0, the unknown one, to the highest
    of ``fit``, and the end of the sequence. Codes above are read as unknown and
    predicted as unknown.

    While training, the sum over all symbols in the softmax is estimated without a bias
    from the symbols of the batch and from `n_candidates` others: the frequent ones for
    certain, the rare ones by chance and with a weight to match [3]_. All answers are
    of the full softmax. An epoch over 30,000 words takes hardly longer than one over
    3,000, and the softmax about as long as the LSTM; what is answered afterwards takes
    time in proportion to the vocabulary.

    Samples of equal content count as often as they occur, and the order of the rows
    does not matter. With the same seed, versions, machine and number of threads,
    results are the same to the byte.

    References
    ----------
    .. [1] Mikolov, Karafiat, Burget, Cernocky, Khudanpur: "Recurrent neural network
       based language model", Interspeech 2010.
    .. [2] Press, Wolf: "Using the Output Embedding to Improve Language Models", EACL
       2017.
    .. [3] Jean, Cho, Memisevic, Bengio: "On Using Very Large Target Vocabulary for
       Neural Machine Translation", ACL 2015.
    .. [4] Dai, Le: "Semi-supervised Sequence Learning", NeurIPS 2015.

    Examples
    --------
    >>> from sklstm import LSTMLanguageModel, TokenEncoder
    >>> encoder = TokenEncoder().fit([["房间", "很", "好"], ["早餐", "不", "好"]])
    >>> X = encoder.transform([["房间", "很", "好"], ["早餐", "不", "好"]] * 20)
    >>> model = LSTMLanguageModel(
    ...     hidden_size=16, embedding_size=16, learning_rate=0.02, max_epochs=60,
    ...     random_state=0,
    ... ).fit(X)
    >>> expected = model.next_token_proba(encoder.transform([["房间"], ["早餐"]]))
    >>> encoder.tokens_[expected.argmax(axis=1)].tolist()
    ['很', '不']
    >>> bool(model.perplexity(X) < 1.5)
    True
    """

    _parameter_constraints = {
        "hidden_size": [Interval(Integral, 1, None, closed="left")],
        "n_layers": [Interval(Integral, 1, None, closed="left")],
        "bidirectional": ["boolean"],
        "embedding_size": [Interval(Integral, 1, None, closed="left")],
        "fine_tune": ["boolean"],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "embedding_dropout": [Interval(Real, 0, 1, closed="left")],
        "word_dropout": [Interval(Real, 0, 1, closed="left")],
        "n_candidates": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "schedule": [StrOptions({"one-cycle", "constant", "plateau"})],
        "gradient_clip": [Interval(Real, 0, None, closed="neither"), None],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "max_length": [Interval(Integral, 1, None, closed="left"), None],
        "truncate": [StrOptions({"head", "tail", "both"})],
        "device": [str],
        "precision": [StrOptions({"auto", "float32", "bfloat16"})],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        *,
        hidden_size=128,
        n_layers=1,
        bidirectional=True,
        embedding_size=128,
        fine_tune=True,
        dropout=0.2,
        embedding_dropout=0.2,
        word_dropout=0.0,
        n_candidates=512,
        learning_rate=0.002,
        schedule="one-cycle",
        gradient_clip=1.0,
        batch_size=32,
        max_epochs=5,
        max_length=1000,
        truncate="head",
        device="auto",
        precision="auto",
        n_threads=None,
        random_state=None,
        verbose=False,
    ):
        self.hidden_size = hidden_size
        self.n_layers = n_layers
        self.bidirectional = bidirectional
        self.embedding_size = embedding_size
        self.fine_tune = fine_tune
        self.dropout = dropout
        self.embedding_dropout = embedding_dropout
        self.word_dropout = word_dropout
        self.n_candidates = n_candidates
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.gradient_clip = gradient_clip
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.max_length = max_length
        self.truncate = truncate
        self.device = device
        self.precision = precision
        self.n_threads = n_threads
        self.random_state = random_state
        self.verbose = verbose

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn to predict the codes of sequences.

        Parameters
        ----------
        X : Sequences
            One stream of codes, with vectors or without, as from `TokenEncoder` or
            `Word2VecEmbedder`.

        y : None
            Ignored.

        Returns
        -------
        self : LSTMLanguageModel
            Fitted.

        Raises
        ------
        TypeError, ValueError
            If the input is of the wrong kind or value; the message says what to do.

        RuntimeError
            If the loss is no longer finite.
        """
        sequences = self._check(X, reset=True)
        vectors = sequences.vectors[0]
        if vectors is None and not self.fine_tune:
            raise ValueError(
                "LSTMLanguageModel with fine_tune=False expects sequences with "
                "vectors; got codes without. Set fine_tune=True to learn them, or put "
                "Word2VecEmbedder before it."
            )
        vars(self).pop("weights_", None)
        embedding_size = plain(self.embedding_size)
        self.layout_ = InputLayout.learn(sequences, embedding_size, _NAME)
        self.vectors_ = None if vectors is None else vectors.copy()
        self._train(sequences)
        return self

    def score_samples(self, X):
        """Give the mean log-likelihood of the symbols of each sequence.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        Returns
        -------
        ndarray of shape (n_samples,)
            In nats a symbol, by the forward model; the end is a symbol, and the only
            one of an empty sequence.
        """
        log_likelihoods, n_symbols = self._log_likelihoods(X)
        return log_likelihoods / n_symbols

    def score(self, X, y=None):
        """Give the mean of `score_samples`; higher is better.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        y : None
            Ignored.

        Returns
        -------
        float
        """
        return float(_some(self.score_samples(X)).mean())

    def perplexity(self, X):
        """Give the number of equally likely symbols that leaves one as uncertain.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        Returns
        -------
        float
            The exponential of minus the mean log-likelihood of all symbols, the ends
            with them; from 1, lower is better.
        """
        log_likelihoods, n_symbols = self._log_likelihoods(X)
        return float(np.exp(-_some(log_likelihoods).sum() / n_symbols.sum()))

    def next_token_proba(self, X):
        """Give the probability of each symbol to come after each sequence.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        Returns
        -------
        ndarray of shape (n_samples, n_codes + 1), float32
            Column j is code j, the last column the end of the sequence.
        """
        sequences = self._conform(X)
        n_symbols = self.layout_.table_sizes[0][0] + 1
        shares = np.empty((len(sequences), n_symbols), dtype=np.float32)

        def answer(network, rows, batch):
            shares[rows] = next_probabilities(network, **batch).numpy(force=True)

        self._read(sequences, answer)
        return shares

    def sample(self, n_samples=1, *, max_length=100, random_state=None):
        """Draw sequences from the forward model.

        Parameters
        ----------
        n_samples : int, default=1
            How many.

        max_length : int, default=100
            Time steps after which a sequence ends in any case.

        random_state : int, RandomState instance or None, default=None
            Decides what is drawn. None takes the estimator's.

        Returns
        -------
        Sequences
            One stream of codes, with the vectors that came with those of ``fit``.
        """
        check_is_fitted(self)
        n_samples = _whole_number("n_samples", n_samples)
        max_length = _whole_number("max_length", max_length)
        if random_state is None:
            random_state = self.random_state
        rng = np.random.default_rng(derive_seed(random_state))
        with self._computing() as device, torch.inference_mode():
            network = self._trained_network(device)
            codes, lengths = draw(network, n_samples, max_length, rng)
        return Sequences(lengths, [codes], [self.vectors_])

    def __sklearn_is_fitted__(self):
        return hasattr(self, "weights_")

    def _check(self, X, reset):
        """Validate sequences of one stream of codes."""
        expected = f"{_NAME} expects Sequences with one stream of codes"
        if not isinstance(X, Sequences):
            raise TypeError(
                f"{expected}; got {type(X).__name__}. Put TokenEncoder or "
                "Word2VecEmbedder before it."
            )
        if len(X.codes) != 1:
            raise ValueError(
                f"{expected}; got {len(X.codes)} streams. Put TokenEncoder or "
                "Word2VecEmbedder before it, and no other."
            )
        for part in ("channels", "static"):
            if getattr(X, part) is not None:
                raise ValueError(
                    f"{expected} and nothing else; got {part}, which it cannot "
                    "predict. Pass Sequences(X.lengths, X.codes, X.vectors)."
                )
        return check_sequences(X, self, reset=reset)

    def _conform(self, X):
        """Validate sequences to be answered; codes above those of fit are unknown."""
        check_is_fitted(self)
        sequences = self.layout_.conform(self._check(X, reset=False))
        codes, n_codes = sequences.codes[0], self.layout_.table_sizes[0][0]
        if codes.max(initial=0) >= n_codes:
            codes = np.where(codes < n_codes, codes, 0)
        return Sequences(sequences.lengths, [codes])

    def _train(self, sequences):
        """Take sequences to distinct samples, batches, a network, and its weights."""
        rng = np.random.RandomState(derive_seed(self.random_state))
        schedule = self._schedule()
        with self._computing() as device, freed_memory_kept():
            data = self._training_data(sequences, device)
            counts = self._symbol_counts(sequences)
            settings = self._network_settings()
            network = settings.new(self.vectors_, counts, rng, device)
            generator = seeded_generator(draw_seed(rng), device)
            candidates = Candidates(counts, plain(self.n_candidates), generator)
            reporter = TaskReporter(self, schedule.max_epochs)
            record = train(
                network,
                TrainingData(data),
                CandidateCrossEntropy(candidates),
                schedule,
                rng,
                verbose=self.verbose,
                on_epoch=lambda: reporter.epoch(weights_=trained_weights(network)),
            )
            reporter.close()
            self._check_interrupt(record, schedule.max_epochs)
            self.weights_ = trained_weights(network)
        self.history_ = record.history
        self.n_iter_ = len(self.history_)

    def _training_data(self, sequences, device):
        """Lay out distinct samples, each weighing as often as it occurs."""
        n_samples = len(sequences)
        no_labels, once = np.zeros(n_samples, np.int64), np.ones(n_samples)
        samples = Samples.merged(sequences, no_labels, once).averaging_one()
        data = self._as_data(sequences, samples, device)
        self._warn_truncated(data, stacklevel=5)
        return data

    def _symbol_counts(self, sequences):
        """How often each code and the end occur, of shape (n_codes + 1,)."""
        n_codes, _ = self.layout_.table_sizes[0]
        counts = np.bincount(sequences.codes[0], minlength=n_codes)
        return np.append(counts, len(sequences))

    def _network_settings(self):
        given = plain_parameters(self)
        names = LanguageNetworkSettings.__dataclass_fields__.keys() - {"layout"}
        return LanguageNetworkSettings(
            layout=self.layout_, **{name: given[name] for name in names}
        )

    def _schedule(self):
        given = plain_parameters(self)
        return Schedule(
            rates=given["schedule"],
            max_epochs=given["max_epochs"],
            batch_size=given["batch_size"],
            learning_rate=given["learning_rate"],
            weight_decay=0.0,
            gradient_clip=given["gradient_clip"],
            n_iter_no_change=given["max_epochs"],
            estimator=_NAME,
        )

    def _log_likelihoods(self, X):
        """Log-likelihood and number of symbols of each sequence, (n_samples,) each."""
        sequences = self._conform(X)
        totals = np.empty(len(sequences))

        def answer(network, rows, batch):
            totals[rows] = log_likelihoods(network, **batch).numpy(force=True)

        return totals, self._read(sequences, answer).lengths + 1

    def _read(self, sequences, answer):
        """Let the forward model answer all samples, batch by batch."""
        with self._computing() as device:
            data = self._as_data(sequences, device=device)
            self._warn_truncated(data, stacklevel=5)
            network = self._trained_network(device)
            n_threads = effective_n_threads(self.n_threads)
            read_batches(
                lambda rows, batch: answer(network, rows, batch),
                data,
                device,
                n_threads,
            )
        return data

    def _trained_network(self, device):
        settings = self._network_settings()
        return settings.trained(self.vectors_, self.weights_, device)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        return tags


_NAME = LSTMLanguageModel.__name__


def _some(values):
    if not len(values):
        raise ValueError(f"{_NAME} expects at least 1 sample to score; got none.")
    return values


def _whole_number(name, value):
    value = plain(value)
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 0:
        raise ValueError(
            f"{_NAME}.sample expects {name} to be a whole number of at least 0; got "
            f"{value!r}."
        )
    return int(value)
