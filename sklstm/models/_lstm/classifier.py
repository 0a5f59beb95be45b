"""LSTMClassifier."""

from contextlib import nullcontext
from numbers import Integral, Real

import numpy as np
import torch
from sklearn.base import _fit_context
from sklearn.frozen import FrozenEstimator
from sklearn.utils import _safe_indexing
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from sklstm.models._base import SequenceClassifier
from sklstm.models._lstm.base import LSTMEstimator
from sklstm.models._lstm.language_model import LSTMLanguageModel
from sklstm.models._lstm.layout import InputLayout
from sklstm.models._lstm.network import NetworkSettings, draw_seed
from sklstm.models._lstm.parameters import (
    check_complete,
    check_no_class,
    input_pooling_names,
    pooling_names,
)
from sklstm.models._lstm.prediction import predict_logits
from sklstm.models._lstm.samples import Samples
from sklstm.models._lstm.start import language_model, start_from
from sklstm.models._lstm.training import (
    Schedule,
    TrainingData,
    can_hold_out,
    choose_batch_size,
    n_epochs,
    train,
    trained_weights,
)
from sklstm.nn._gates import gate_activations
from sklstm.nn._pooling import POOLINGS
from sklstm.nn._runtime import computing, freed_memory_kept
from sklstm.nn.objectives.adversarial import Adversarial
from sklstm.nn.objectives.consistency import Consistency
from sklstm.nn.objectives.cross_entropy import WeightedCrossEntropy
from sklstm.nn.objectives.entropy import Entropy
from sklstm.nn.objectives.objective import Objective
from sklstm.nn.objectives.virtual_adversarial import VirtualAdversarial
from sklstm.sequences import check_sequences
from sklstm.utils import (
    CLASS_WEIGHT,
    CallbackSupportMixin,
    TaskReporter,
    check_classes,
    check_labels,
    check_weights,
    derive_seed,
    effective_n_threads,
    encode_labels,
    find_labelled,
    plain,
    plain_parameters,
    shown,
    warn_of_drowning_channels,
    with_callbacks,
)


class LSTMClassifier(CallbackSupportMixin, LSTMEstimator, SequenceClassifier):
    """Long short-term memory classifier of sequences.

    Codes of tokens (with given vectors or vectors that it learns), numeric series and
    static features are read by an LSTM in one or both directions; its states are
    pooled over time and classified by a linear head. Sequences may differ in length;
    padding never changes a result.

    Parameters
    ----------
    hidden_size : int, default=128
        Hidden units of the LSTM in each direction.

    n_layers : int, default=1
        LSTM layers on top of one another.

    bidirectional : bool, default=True
        Whether a second LSTM reads each sequence from its end.

    pooling : {"last", "mean", "max", "attention"} or tuple of them, \
            default=("mean", "max")
        How the hidden states of all time steps become one vector; several are
        concatenated. "last" takes the state after the last time step of each
        direction.

    input_pooling : as `pooling`, or None, default=None
        How what the LSTM reads becomes a vector beside the pooled states: what a word
        says by itself, apart from what it says in its place [10]_. None leaves it out.

    embedding_size : int, default=128
        Length of the vectors that are learned for streams of codes that come without.

    fine_tune : bool, default=True
        Whether given vectors are trained further. If False they are used as they are
        and must come with the sequences at predict, too.

    dropout : float, default=0.2
        Probability of dropping a pooled state, and a state between layers.

    static_dropout : float or None, default=None
        Probability of dropping a static feature. None is that of `dropout`. What a
        price tells no other feature tells: with 0 it is learned sooner.

    embedding_dropout : float, default=0.2
        Probability of dropping a feature of the inputs, the same ones at all time
        steps of a sequence. Falls on codes' vectors and on channels alike.

    word_dropout : float, default=0.0
        Probability of reading a code as unknown.

    label_smoothing : float, default=0.0
        Share of each target that is spread over all classes.

    weight_decay : float, default=0.0
        Decoupled decay of the weights, vectors apart.

    learning_rate : float, default=0.002
        Of Adam: the highest of the one-cycle schedule, the first of the others.

    schedule : {"one-cycle", "constant", "plateau"}, default="one-cycle"
        "one-cycle" warms up and anneals over `max_epochs`; "plateau" divides by ten
        when the validation loss (without one, the training loss) has not fallen for
        three epochs.

    gradient_clip : float or None, default=1.0
        Highest norm of the gradients, the vectors' apart.

    batch_size : int or "auto", default=32
        Samples of a training batch; they are of similar length. "auto" is a 32nd of
        the samples, but from 8 to 64: fifty samples in batches of 32 are two steps an
        epoch.

    max_epochs : int or "auto", default="auto"
        The most passes over the training data. "auto" is 8, or where fewer than 400
        steps would come of it as many as bring 400: a hundred samples in batches of 32
        are four steps an epoch, and take 100 epochs.

    adversarial : float, default=0.0
        Weight of adversarial training [5]_: the loss of the labels where what the
        LSTM reads is changed, by `perturbation`, in the direction that raises it most.

    virtual_adversarial : float, default=0.0
        Weight of virtual adversarial training [6]_: how far the answer moves where
        what the LSTM reads is changed in the direction that moves it most. Samples
        without a label take part.

    perturbation : float, default=0.02
        Norm of both changes, as a share of the norm of the inputs, each feature
        measured by its own standard deviation.

    entropy : float, default=0.0
        Weight of entropy minimisation [7]_: answers are to be sure. Samples without a
        label take part; together with `virtual_adversarial` it earns its place [8]_.

    consistency : float, default=0.0
        Weight of the divergence between two passes with other dropout (R-Drop [9]_).
        Samples without a label take part.

    missing_label : int, float, str or None, default=None
        What stands in `y` for samples without a label; NaN stands for None and pandas'
        NA, too. They are no class and never validate; where a term of the loss needs
        no label each batch has as many of them as of others beside it, of similar
        length. None declares none.

    init : LSTMLanguageModel, FrozenEstimator or None, default=None
        Language model whose table and LSTM the network starts from [11]_. One that is
        not fitted is cloned and fitted on all samples of `fit`, with a label or
        without, with the sizes of the classifier. One that is fitted comes in
        scikit-learn's `~sklearn.frozen.FrozenEstimator` and has one layer and these
        sizes. Of several layers of the classifier the lowest starts from it. None
        draws all weights.

    early_stopping : bool or "auto", default=False
        Whether to hold out `validation_fraction` of the training data, stratified by
        class, stop when its loss does not fall for `n_iter_no_change` epochs, and keep
        the best epoch. "auto" does so where at least 100 samples are held out, whose
        loss tells epochs apart.

    validation_fraction : float, default=0.1
        Share of the training data held out for early stopping.

    n_iter_no_change : int, default=5
        Epochs without improvement after which training stops, where there is
        validation data.

    class_weight : dict, Series, "balanced" or None, default=None
        Weights of the classes in the loss; 1 where a class is left out. "balanced"
        weighs them inversely to their frequency.

    warm_start : bool, default=False
        Whether `fit` starts from the weights of the last call.

    max_length : int or None, default=1000
        Time steps that are kept of a longer sequence; a warning counts those cut.

    truncate : {"head", "tail", "both"}, default="head"
        Which of them are kept: the first, the last, or half of each.

    device : str, default="auto"
        Where to compute: "auto" (a GPU where there is one), "cpu", "cuda", ... The
        fitted estimator holds NumPy arrays and opens on any machine.

    precision : {"auto", "float32", "bfloat16"}, default="auto"
        In which the LSTM computes. "auto" is bfloat16 while training on codes where
        the device multiplies it faster than float32 (GPUs, AMD's processors with
        AVX-512-BF16, Intel's with AMX), and float32 otherwise: for numeric channels
        and for every prediction. ``fit`` refuses "bfloat16" on a CPU without AVX-512,
        where a model that was fitted elsewhere predicts in float32.

    n_threads : int, default=None
        CPU threads. None means what the process is allowed; inside a joblib worker
        that is the worker's share.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (validation split, initial weights, order of
        batches, dropout). Pass an int for the same result on every call.

    verbose : int or bool, default=False
        Whether to show progress.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels in the order of the columns of `predict_proba`.

    n_features_in_ : int
        Time steps of a sample, where `fit` was given a 2-D array.

    feature_names_in_ : ndarray of shape (n_features,)
        Column names, where `fit` was given a data frame.

    weights_ : dict of str to ndarray
        Trained weights by their name in the network.

    layout_ : InputLayout
        Sizes of the parts of a sequence.

    history_ : list of dict
        For each epoch: ``epoch``, ``train_loss``, ``valid_loss`` and
        ``valid_accuracy`` where there is validation data, ``learning_rate`` at its
        end, ``seconds``.

    n_iter_ : int
        Epochs trained.

    best_epoch_ : int
        Epoch whose weights are kept, counted from 1.

    See Also
    --------
    HMMClassifier : A generative baseline on the same sequences.
    make_lstm_pipeline : From documents to labels.

    Notes
    -----
    Samples of equal content and label are merged and their weights added, and the
    order of the rows does not matter: integer weights equal repetition, and a shuffled
    training set gives the same model.

    With the same seed, versions, machine and number of threads, results are the same
    to the byte. Between predictions in other batches float32 rounding may differ by
    1e-6. Numeric input is not scaled: put a scaler before it.

    An empty sequence is answered by the head's bias and the static features: about the
    class prior.

    References
    ----------
    .. [1] Hochreiter, Schmidhuber: "Long Short-Term Memory", Neural Computation 1997.
    .. [2] Gers, Schmidhuber, Cummins: "Learning to Forget: Continual Prediction with
       LSTM", Neural Computation 2000.
    .. [3] Graves, Schmidhuber: "Framewise phoneme classification with bidirectional
       LSTM and other neural network architectures", Neural Networks 2005.
    .. [4] Smith, Topin: "Super-Convergence: Very Fast Training of Neural Networks Using
       Large Learning Rates", 2019.
    .. [5] Miyato, Dai, Goodfellow: "Adversarial Training Methods for Semi-Supervised
       Text Classification", ICLR 2017.
    .. [6] Miyato, Maeda, Koyama, Ishii: "Virtual Adversarial Training: A
       Regularization Method for Supervised and Semi-Supervised Learning", TPAMI 2018.
    .. [7] Grandvalet, Bengio: "Semi-supervised Learning by Entropy Minimization",
       NeurIPS 2004.
    .. [8] Sachan, Zaheer, Salakhutdinov: "Revisiting LSTM Networks for Semi-Supervised
       Text Classification via Mixed Objective Function", AAAI 2019.
    .. [9] Liang et al.: "R-Drop: Regularized Dropout for Neural Networks", NeurIPS
       2021.
    .. [10] Lai, Xu, Liu, Zhao: "Recurrent Convolutional Neural Networks for Text
       Classification", AAAI 2015.
    .. [11] Dai, Le: "Semi-supervised Sequence Learning", NeurIPS 2015.

    Examples
    --------
    >>> from sklstm import LSTMClassifier
    >>> rising = [[0.1 * step for step in range(n)] for n in range(3, 23)]
    >>> falling = [series[::-1] for series in rising]
    >>> X, y = rising + falling, ["rising"] * 20 + ["falling"] * 20
    >>> classifier = LSTMClassifier(hidden_size=8, max_epochs=40, random_state=0)
    >>> classifier.fit(X, y).predict([[0.0, 0.5, 1.0, 1.5], [2.0, 1.0, 0.0]])
    array(['rising', 'falling'], dtype='<U7')
    """

    # Asked for by default where scikit-learn routes metadata.
    __metadata_request__fit = {"X_val": True, "y_val": True, "sample_weight_val": True}

    _parameter_constraints = {
        "hidden_size": [Interval(Integral, 1, None, closed="left")],
        "n_layers": [Interval(Integral, 1, None, closed="left")],
        "bidirectional": ["boolean"],
        "pooling": [StrOptions(set(POOLINGS)), "array-like"],
        "input_pooling": [StrOptions(set(POOLINGS)), "array-like", None],
        "embedding_size": [Interval(Integral, 1, None, closed="left")],
        "fine_tune": ["boolean"],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "static_dropout": [Interval(Real, 0, 1, closed="left"), None],
        "embedding_dropout": [Interval(Real, 0, 1, closed="left")],
        "word_dropout": [Interval(Real, 0, 1, closed="left")],
        "label_smoothing": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "schedule": [StrOptions({"one-cycle", "constant", "plateau"})],
        "gradient_clip": [Interval(Real, 0, None, closed="neither"), None],
        "batch_size": [
            Interval(Integral, 1, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "max_epochs": [
            Interval(Integral, 1, None, closed="left"),
            StrOptions({"auto"}),
        ],
        "adversarial": [Interval(Real, 0, None, closed="left")],
        "virtual_adversarial": [Interval(Real, 0, None, closed="left")],
        "perturbation": [Interval(Real, 0, None, closed="neither")],
        "entropy": [Interval(Real, 0, None, closed="left")],
        "consistency": [Interval(Real, 0, None, closed="left")],
        "missing_label": [Real, str, None],
        "init": [LSTMLanguageModel, FrozenEstimator, None],
        "early_stopping": ["boolean", StrOptions({"auto"})],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "class_weight": CLASS_WEIGHT,
        "warm_start": ["boolean"],
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
        pooling=("mean", "max"),
        input_pooling=None,
        embedding_size=128,
        fine_tune=True,
        dropout=0.2,
        static_dropout=None,
        embedding_dropout=0.2,
        word_dropout=0.0,
        label_smoothing=0.0,
        weight_decay=0.0,
        learning_rate=0.002,
        schedule="one-cycle",
        gradient_clip=1.0,
        batch_size=32,
        max_epochs="auto",
        adversarial=0.0,
        virtual_adversarial=0.0,
        perturbation=0.02,
        entropy=0.0,
        consistency=0.0,
        missing_label=None,
        init=None,
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=5,
        class_weight=None,
        warm_start=False,
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
        self.pooling = pooling
        self.input_pooling = input_pooling
        self.embedding_size = embedding_size
        self.fine_tune = fine_tune
        self.dropout = dropout
        self.static_dropout = static_dropout
        self.embedding_dropout = embedding_dropout
        self.word_dropout = word_dropout
        self.label_smoothing = label_smoothing
        self.weight_decay = weight_decay
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.gradient_clip = gradient_clip
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.adversarial = adversarial
        self.virtual_adversarial = virtual_adversarial
        self.perturbation = perturbation
        self.entropy = entropy
        self.consistency = consistency
        self.missing_label = missing_label
        self.init = init
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.warm_start = warm_start
        self.max_length = max_length
        self.truncate = truncate
        self.device = device
        self.precision = precision
        self.n_threads = n_threads
        self.random_state = random_state
        self.verbose = verbose

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X,
        y,
        sample_weight=None,
        *,
        X_val=None,
        y_val=None,
        sample_weight_val=None,
    ):
        """Train on sequences and their labels.

        Parameters
        ----------
        X : Sequences, list of arrays, array-like of shape (n_samples, n_timesteps) or \
                (n_samples, n_timesteps, n_channels)
            Training sequences.

        y : array-like of shape (n_samples,)
            Labels.

        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample in the loss. None weighs all the same.

        X_val : as `X`, default=None
            Sequences that the caller holds out for early stopping, in place of
            `validation_fraction`; they turn `early_stopping` on. A
            `~sklearn.pipeline.Pipeline` with ``transform_input=["X_val"]`` sends them
            through the steps before.

        y_val : array-like of shape (n_val_samples,), default=None
            Labels of `X_val`.

        sample_weight_val : array-like of shape (n_val_samples,), default=None
            Weight of each sample of `X_val` in the validation loss. None weighs all
            the same.

        Returns
        -------
        self : LSTMClassifier
            Fitted.

        Raises
        ------
        TypeError, ValueError
            If the input is of the wrong kind or value; the message says which row.

        RuntimeError
            If the loss is no longer finite.
        """
        check_complete(X_val, y_val, sample_weight_val)
        sequences = check_sequences(X, self, reset=True)
        labels, is_labelled, weights = self._check_rows(y, sample_weight, sequences)
        classes = self._find_classes(labels, is_labelled)
        continues = self.warm_start and hasattr(self, "weights_")
        if continues and not np.array_equal(classes, self.classes_):
            raise ValueError(
                f"LSTMClassifier with warm_start=True expects the classes of the last "
                f"fit, {shown(self.classes_)}; got {shown(classes)}. Set "
                "warm_start=False."
            )
        if not continues:
            warn_of_drowning_channels(sequences, self)
            self._start_anew(classes, sequences)
        held_out = None if X_val is None else (X_val, y_val, sample_weight_val)
        targets = self._encode_rows(labels, is_labelled)
        self._train(sequences, targets, weights, held_out, continues=continues)
        return self

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train one epoch more, at a constant learning rate.

        Parameters
        ----------
        X : as in `fit`
            Training sequences.

        y : array-like of shape (n_samples,)
            Labels.

        classes : array-like of shape (n_classes,), default=None
            All labels that may ever come; wanted in the first call.

        sample_weight : array-like of shape (n_samples,), default=None
            Weight of each sample in the loss.

        Returns
        -------
        self : LSTMClassifier
            Fitted.

        Raises
        ------
        ValueError
            If the first call names no classes, or if a label is not among them.
        """
        is_first = not hasattr(self, "weights_")
        sequences = check_sequences(X, self, reset=is_first)
        labels, is_labelled, weights = self._check_rows(y, sample_weight, sequences)
        if is_first:
            if classes is None:
                raise ValueError(
                    "LSTMClassifier expects classes in the first call of partial_fit."
                )
            check_no_class(self.missing_label, classes)
            self._start_anew(check_classes(classes, self), sequences)
        elif classes is not None and not np.array_equal(
            check_classes(classes, self), self.classes_
        ):
            raise ValueError(
                f"LSTMClassifier expects the classes of the first call, "
                f"{shown(self.classes_)}; got {shown(classes)}."
            )
        targets = self._encode_rows(labels, is_labelled)
        self._train(sequences, targets, weights, continues=not is_first, partial=True)
        return self

    def gate_activations(self, X):
        """Look into the memory cell at every time step.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        Returns
        -------
        list of dict
            For each sample, ``(layer, direction)``, counted from 0 and "forward" or
            "backward", to a named tuple of arrays of shape (n_timesteps, hidden_size):
            ``input_gate, forget_gate, output_gate, candidate, memory_cell,
            hidden_state``, in the order of time in both directions.
        """
        check_is_fitted(self)
        sequences = self.layout_.conform(check_sequences(X, self, reset=False))
        with self._computing(), torch.inference_mode():
            network = self._trained_network(sequences, torch.device("cpu"))
            data = self._as_data(sequences)
            activations = [
                gate_activations(network, data.batch([row]))
                for row in range(len(sequences))
            ]
        return [
            {key: type(a)(*(part[:length] for part in a)) for key, a in sample.items()}
            for sample, length in zip(activations, data.lengths, strict=True)
        ]

    def _check_rows(self, y, sample_weight, sequences):
        """Validate labels and weights of rows, some of which may have no label.

        Returns
        -------
        labels : ndarray of shape (n_labelled,)
        is_labelled : ndarray of shape (n_samples,), bool
        weights : ndarray of shape (n_samples,), float64
        """
        is_labelled = find_labelled(y, sequences, plain(self.missing_label), self)
        rows = np.flatnonzero(is_labelled)
        labels = y if len(rows) == len(sequences) else _safe_indexing(y, rows)
        labels = check_labels(labels, rows, self)
        return labels, is_labelled, check_weights(sample_weight, is_labelled, self)

    def _find_classes(self, labels, is_labelled):
        """Sort the classes; what has become of a second one may be told."""
        if not is_labelled.all() and len(set(labels.tolist())) == 1:
            missing = f"missing_label={shown(self.missing_label)}"
            raise ValueError(
                "LSTMClassifier needs samples of at least 2 classes; got 1 class, "
                f"{shown(labels[0])}, and {(~is_labelled).sum()} rows that are "
                f"{missing} and so without a label. If that is a class, choose another "
                "missing_label."
            )
        classes, _ = encode_labels(labels, self)
        return classes

    def _encode_rows(self, labels, is_labelled):
        """Give the place in `classes_` of each row's label; -1 where it has none."""
        targets = np.full(len(is_labelled), -1)
        targets[is_labelled] = self._encode(labels)
        return targets

    def _start_anew(self, classes, sequences):
        """Learn labels and sizes; what an earlier fit trained no longer counts."""
        vars(self).pop("weights_", None)
        self.classes_ = classes
        self.layout_ = InputLayout.learn(sequences, plain(self.embedding_size))

    def __sklearn_is_fitted__(self):
        return hasattr(self, "weights_")

    def _train(
        self, sequences, targets, weights, held_out=None, *, continues, partial=False
    ):
        """Take sequences to samples, batches, a network, and to its weights."""
        sequences = self.layout_.conform(sequences)
        settings = self._network_settings()
        settings.frozen_tables(sequences.vectors)  # complains before any work is done
        history = list(self.history_) if continues else []
        # An int random_state must not repeat its draws in every call of partial_fit.
        rng = np.random.RandomState([derive_seed(self.random_state), len(history)])
        # Giving the memory back would cost as much as a small call of partial_fit.
        memory = nullcontext() if partial else freed_memory_kept()
        with self._computing() as device, memory:
            samples, unlabelled = Samples.merged(sequences, targets, weights).by_label()
            splits = not partial and self._stops_early(len(samples))
            sides = self._weighted_sides(samples, held_out, splits, rng)
            data = self._training_data(*sides, unlabelled, device)
            schedule = self._schedule(partial, len(data.train))
            network = self._first_network(
                settings, sequences, data, rng, device, continues
            )
            reporter = TaskReporter(self, schedule.max_epochs)
            record = train(
                network,
                data,
                self._objective(network.generator),
                schedule,
                rng,
                verbose=self.verbose,
                on_epoch=lambda: reporter.epoch(weights_=trained_weights(network)),
            )
            reporter.close()
            self._check_interrupt(record, schedule.max_epochs)
            self.weights_ = trained_weights(network)
        self._add_to_history(history, record)

    def _first_network(self, settings, sequences, data, rng, device, continues):
        """Give the network of the last call, or a newly drawn one."""
        if continues:
            return settings.resumed(sequences.vectors, self.weights_, rng, device)
        class_totals = data.train.class_totals(settings.n_classes)
        network = settings.new(sequences.vectors, class_totals, rng, device)
        if self.init is not None:
            start_from(network, language_model(self, sequences, draw_seed(rng)))
        return network

    def _network_settings(self):
        given = plain_parameters(self)
        return NetworkSettings(
            layout=self.layout_,
            n_classes=len(self.classes_),
            hidden_size=given["hidden_size"],
            n_layers=given["n_layers"],
            bidirectional=given["bidirectional"],
            pooling=pooling_names("pooling", given["pooling"]),
            input_pooling=input_pooling_names(given["input_pooling"]),
            dropout=given["dropout"],
            static_dropout=given["static_dropout"],
            embedding_dropout=given["embedding_dropout"],
            word_dropout=given["word_dropout"],
            fine_tune=given["fine_tune"],
            precision=given["precision"],
        )

    def _objective(self, generator):
        """Give the loss of the labels and the terms that are asked for."""
        given = plain_parameters(self)
        share = given["perturbation"]
        label_loss = WeightedCrossEntropy(given["label_smoothing"])
        terms = (
            Adversarial(label_loss, given["adversarial"], share),
            VirtualAdversarial(given["virtual_adversarial"], share, generator),
            Entropy(given["entropy"]),
            Consistency(given["consistency"]),
        )
        return Objective(label_loss, [term for term in terms if term.weight])

    def _schedule(self, partial, n_samples):
        """Give the schedule of `fit`, or of one more epoch."""
        given = plain_parameters(self)
        max_epochs = 1 if partial else given["max_epochs"]
        batch_size = given["batch_size"]
        if batch_size == "auto":
            batch_size = choose_batch_size(n_samples)
        if max_epochs == "auto":
            max_epochs = n_epochs(n_samples, batch_size)
        return Schedule(
            rates="constant" if partial else given["schedule"],
            max_epochs=max_epochs,
            batch_size=batch_size,
            learning_rate=given["learning_rate"],
            weight_decay=given["weight_decay"],
            gradient_clip=given["gradient_clip"],
            n_iter_no_change=given["n_iter_no_change"],
        )

    def _stops_early(self, n_samples):
        early_stopping = plain(self.early_stopping)
        if early_stopping == "auto":
            return can_hold_out(n_samples, plain(self.validation_fraction))
        return early_stopping

    def _weighted_sides(self, samples, held_out, splits, rng):
        """Weigh the samples; those held out stand apart, or None."""
        class_weights = samples.class_weights(self.class_weight, self.classes_)
        samples = samples.weighted(class_weights)
        if held_out is not None:
            return samples, self._held_out(*held_out).weighted(class_weights)
        if splits:
            return samples.split(plain(self.validation_fraction), rng)
        return samples, None

    def _held_out(self, X, y, weights):
        """Validate what the caller holds out."""
        try:
            sequences = self.layout_.conform(check_sequences(X, self, reset=False))
        except (TypeError, ValueError) as exc:
            raise type(exc)(
                f"{exc} (In X_val. A Pipeline with transform_input=['X_val'] sends it "
                "through the steps before.)"
            ) from exc
        if not len(sequences):
            raise ValueError(
                "LSTMClassifier expects X_val to hold at least one sample; got none. "
                "Pass None to hold out validation_fraction."
            )
        y, weights = self._check_targets(y, weights, sequences)
        rows = np.arange(len(sequences))
        return Samples(sequences, rows, self._encode(y), weights)

    def _training_data(self, samples, held_out, unlabelled, device):
        """Lay samples out for batches; those without labels if a term needs none."""
        train_data = self._as_data(samples.sequences, samples.averaging_one(), device)
        self._warn_truncated(train_data, stacklevel=4)
        valid_data = unlabelled_data = None
        if held_out is not None:
            valid_data = self._as_data(held_out.sequences, held_out, device)
        if len(unlabelled) and self._objective(None).uses_unlabelled:
            unlabelled = unlabelled.averaging_one()
            unlabelled_data = self._as_data(unlabelled.sequences, unlabelled, device)
        return TrainingData(train_data, valid_data, unlabelled_data)

    def _add_to_history(self, history, record):
        """Add the epochs of this call to those before."""
        self.best_epoch_ = len(history) + record.best_epoch
        self.history_ = history + [
            {**epoch, "epoch": len(history) + epoch["epoch"]}
            for epoch in record.history
        ]
        self.n_iter_ = len(self.history_)

    def _scores(self, X):
        """Logits of shape (n_samples, n_classes), float32."""
        sequences = self.layout_.conform(check_sequences(X, self, reset=False))
        with self._computing() as device:
            data = self._as_data(sequences, device=device)
            self._warn_truncated(data, stacklevel=4)
            network = self._trained_network(sequences, device)
            n_threads = effective_n_threads(self.n_threads)
            return predict_logits(network, data, device, n_threads)

    def _trained_network(self, sequences, device):
        settings = self._network_settings()
        return settings.trained(sequences.vectors, self.weights_, device)

    def _softmax(self, scores):
        with computing(n_threads=1):
            return torch.softmax(torch.from_numpy(scores), dim=1).numpy()

    def _log_softmax(self, scores):
        with computing(n_threads=1):
            return torch.log_softmax(torch.from_numpy(scores), dim=1).numpy()

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags
