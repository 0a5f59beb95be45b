"""HMMClassifier."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted
from tqdm import tqdm

from sklstm.models._base import SequenceClassifier
from sklstm.models._hmm.inputs import (
    CODES,
    NUMBERS,
    TOKENS,
    InputForm,
    check_class_prior,
    check_n_states,
    flatten_states,
    read_for_fit,
)
from sklstm.models._hmm.model import HiddenMarkovModel, make_blocks
from sklstm.models._hmm.sampling import draw_states, draw_symbols, draw_vectors
from sklstm.models._hmm.starts import SymbolSpace, VectorSpace
from sklstm.models._hmm.training import BaumWelch, TrainingSample, count_states
from sklstm.utils import (
    CLASS_WEIGHT,
    check_labels,
    derive_seed,
    encode_labels,
    find_class_weights,
    plain,
)


class HMMClassifier(SequenceClassifier):
    """Hidden Markov models, one for each class, and Bayes' rule.

    Each class has a model of its own, trained by Baum-Welch on the sequences of that
    class. A sequence belongs to the class under whose model, times the class's prior
    probability, it is most probable.

    Parameters
    ----------
    n_states : int or array-like of int of shape (n_classes,), default=8
        Hidden states of each model; one number for each class goes by `classes_`.

    emission : {"auto", "categorical", "gaussian"}, default="auto"
        What a state emits. "categorical" is one symbol: a token, a tag, a code, or an
        integer. "gaussian" is a vector of numbers. "auto" is "categorical" for token
        sequences and one stream of codes, and "gaussian" for all else.

    covariance_type : {"diag", "full"}, default="diag"
        Variances of each channel alone, or whole covariance matrices, of "gaussian"
        emissions.

    n_iter : int, default=20
        Most iterations of Baum-Welch on one class.

    n_iter_shared : int, default=5
        Iterations of Baum-Welch on all classes together, before each class goes on
        from there by itself. The models then differ by what sets the classes apart,
        not by where they happened to start. 0 starts each class on its own. "gaussian"
        emissions always do: a state that suits one class need not suit another.

    tol : float, default=1e-4
        Stop when an iteration gains less log-likelihood for each time step.

    n_init : int, default=1
        Starts of Baum-Welch, of which each class keeps the likeliest.

    alpha : float, default=0.2
        Dirichlet smoothing: added to the expected counts of starts, transitions and
        symbols after the last iteration. 0 is maximum likelihood.

    class_prior : array-like of shape (n_classes,), default=None
        Probability of each class, by `classes_`. None takes their shares in ``fit``.

    class_weight : dict, Series, "balanced" or None, default=None
        Weights of the classes in the prior, which becomes the share of a class in
        ``fit`` times its weight, scaled to sum to 1; a class that is left out weighs 1.
        "balanced" weighs them inversely to their frequency: all priors are equal. Not
        to be had together with `class_prior`.

    min_count : float, default=1
        Tokens that occur less often in ``fit`` count as unknown; a sample counts by
        its weight. Codes come with a vocabulary of their own.

    random_state : int, RandomState instance or None, default=None
        Decides everything that is drawn (the starts of Baum-Welch, and `sample`). Pass
        an int for the same result on every call.

    n_threads : int, default=None
        CPU threads. None means what the process is allowed; inside a joblib worker
        that is the worker's share.

    device : str, default="auto"
        Where to compute: "auto" (a GPU where there is one), "cpu", "cuda", ... The
        fitted estimator holds NumPy arrays and opens on any machine.

    verbose : int or bool, default=False
        Whether to show progress.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels in the order of the columns of `predict_proba`.

    class_prior_ : ndarray of shape (n_classes,)
        Probability of each class.

    emission_ : {"categorical", "gaussian"}
        What a state emits.

    vocabulary_ : dict of str or int to int, or None
        Column of each token, or integer, in `emission_probabilities_`. None where
        ``fit`` was given codes, which are columns themselves, or numeric series.

    start_probabilities_ : list of ndarray of shape (n_states,)
        For each class, probability of each state at the first time step.

    transition_probabilities_ : list of ndarray of shape (n_states, n_states)
        For each class, probability of the next state (column) after a state (row).

    emission_probabilities_ : list of ndarray of shape (n_states, n_symbols)
        For each class, probability of each symbol in each state. Column 0 is what is
        unknown; it is zero where nothing in ``fit`` was. "categorical" only.

    means_ : list of ndarray of shape (n_states, n_channels)
        For each class, mean of each state. "gaussian" only.

    covariances_ : list of ndarray of shape (n_states, n_channels) or \
            (n_states, n_channels, n_channels)
        For each class, variances or covariance matrix of each state. "gaussian" only.

    states_ : ndarray of shape (n_states,) or None
        Names of the states, where `fit_states` was given them.

    history_ : list of ndarray of shape (n_iter_[k],)
        For each class, log-likelihood of its sequences before each iteration.

    converged_ : ndarray of bool of shape (n_classes,)
        Whether the gain fell below `tol`.

    n_iter_ : ndarray of int of shape (n_classes,)
        Iterations that were run on each class.

    n_features_in_ : int
        Time steps of a sample, where `fit` was given a 2-D array.

    feature_names_in_ : ndarray of shape (n_features,)
        Column names, where `fit` was given a data frame.

    See Also
    --------
    LSTMClassifier : A discriminative model of the same sequences.
    make_hmm_pipeline : From documents to labels.

    Notes
    -----
    An unknown token counts as not observed: it speaks for no class and for no state,
    however much was seen of each. (With ``min_count > 1`` rare tokens of ``fit`` teach
    what an unknown one looks like.) An empty sequence is answered by the class prior.

    Weights of classes change the prior alone, and no model of a class. Over a long
    sequence the likelihoods differ by far more than the logarithm of a weight: where a
    class is rare its model, of few sequences, is the weak part.

    Without smoothing the log-likelihood never falls from one iteration to the next. A
    state that no time step belongs to any more becomes a twin of the fullest one,
    which changes no likelihood, and goes its own way from there. A variance is at
    least 1e-6 of that of its channel.

    Integer weights equal repetition, and the order of the rows does not matter. With
    the same seed, versions, machine and number of threads, results are the same to the
    byte.

    The recursions are scaled and run in float64 over all sequences at once. Time and
    memory grow with the number of time steps, times `n_states` squared and `n_states`;
    what is in memory at once is bounded by a quarter of a million steps and the longest
    sequence. States have no fixed length of stay and no order; the time at which a
    sequence ends is not modelled; static features are refused.

    References
    ----------
    .. [1] Rabiner: "A Tutorial on Hidden Markov Models and Selected Applications in
       Speech Recognition", Proceedings of the IEEE 1989.

    Examples
    --------
    >>> from sklstm import HMMClassifier
    >>> X = [["房间", "很", "好"], ["服务", "好"], ["房间", "很", "差"], ["服务", "差"]]
    >>> y = ["positive", "positive", "negative", "negative"]
    >>> hmm = HMMClassifier(n_states=2, random_state=0).fit(X, y)
    >>> hmm.predict([["早餐", "很", "好"], ["早餐", "差"]])
    array(['positive', 'negative'], dtype='<U8')
    >>> hmm.predict_proba([[]])
    array([[0.5, 0.5]])
    """

    _parameter_constraints = {
        "n_states": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "emission": [StrOptions({"auto", "categorical", "gaussian"})],
        "covariance_type": [StrOptions({"diag", "full"})],
        "n_iter": [Interval(Integral, 0, None, closed="left")],
        "n_iter_shared": [Interval(Integral, 0, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "class_prior": ["array-like", None],
        "class_weight": CLASS_WEIGHT,
        "min_count": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "device": [str],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        *,
        n_states=8,
        emission="auto",
        covariance_type="diag",
        n_iter=20,
        n_iter_shared=5,
        tol=1e-4,
        n_init=1,
        alpha=0.2,
        class_prior=None,
        class_weight=None,
        min_count=1,
        random_state=None,
        n_threads=None,
        device="auto",
        verbose=False,
    ):
        self.n_states = n_states
        self.emission = emission
        self.covariance_type = covariance_type
        self.n_iter = n_iter
        self.n_iter_shared = n_iter_shared
        self.tol = tol
        self.n_init = n_init
        self.alpha = alpha
        self.class_prior = class_prior
        self.class_weight = class_weight
        self.min_count = min_count
        self.random_state = random_state
        self.n_threads = n_threads
        self.device = device
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Train the model of each class by Baum-Welch.

        Parameters
        ----------
        X : list of list of str, Sequences, list of arrays, array-like of shape \
                (n_samples, n_timesteps) or (n_samples, n_timesteps, n_channels)
            Token sequences, codes, or numeric series.

        y : array-like of shape (n_samples,)
            Labels.

        sample_weight : array-like of shape (n_samples,), default=None
            How often each sample counts. None counts each once.

        Returns
        -------
        self : HMMClassifier
            Fitted.

        Raises
        ------
        TypeError, ValueError
            If the input is of the wrong kind or value; the message says which row.
        """
        sample, _ = self._read_sample(X, y, sample_weight)
        n_states = check_n_states(self.n_states, self.classes_)
        with self._computing() as device:
            space = self._make_space(sample, device)
            trained = self._train(sample, space, n_states)
        self._store([result.model for result in trained])
        self.states_ = None
        self.history_ = [result.history for result in trained]
        self.converged_ = np.array([result.converged for result in trained])
        self.n_iter_ = np.array([len(result.history) for result in trained])
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_states(self, X, states, y, sample_weight=None):
        """Train from sequences whose states are known, by counting.

        The states may be parts of speech, say. `n_states`, and what guides Baum-Welch,
        is not used; `alpha` is.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        states : list of list of str or int
            Names of the states, one for each time step.

        y : array-like of shape (n_samples,)
            Labels.

        sample_weight : array-like of shape (n_samples,), default=None
            How often each sample counts. None counts each once.

        Returns
        -------
        self : HMMClassifier
            Fitted.

        Raises
        ------
        TypeError, ValueError
            As in `fit`, and if `states` is not aligned with `X`.
        """
        sample, rows = self._read_sample(X, y, sample_weight)
        flat = flatten_states(states, rows, sample.observations.lengths, len(y))
        self.states_, places = np.unique(flat, return_inverse=True)
        with self._computing() as device:
            space = self._make_space(sample, device)
            self._store(
                count_states(
                    sample, places, space, len(self.states_), plain(self.alpha)
                )
            )
        self.history_ = [np.empty(0)] * len(self.classes_)
        self.converged_ = np.ones(len(self.classes_), dtype=bool)
        self.n_iter_ = np.zeros(len(self.classes_), dtype=int)
        return self

    def score_samples(self, X):
        """Give the log-likelihood of each sequence under each class.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Without the class prior; 0 for an empty sequence.
        """
        check_is_fitted(self)
        observations = self._form.read(X, self)
        rows = np.arange(len(observations.lengths))
        scores = np.zeros((len(rows), len(self.classes_)))
        with self._computing() as device:
            models = [self._model(k, device) for k in range(len(self.classes_))]
            most = max(map(len, self.start_probabilities_))
            for block in make_blocks(observations, rows, device, most):
                for k, model in enumerate(models):
                    scores[block.rows, k] = model.log_likelihood(block).cpu().numpy()
        return scores

    def score_timesteps(self, X):
        """Give the log-likelihood of each time step given those before it.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        Returns
        -------
        list of ndarray of shape (n_timesteps_i, n_classes)
            The logarithm of the probability, or density, with which the model of each
            class expects what comes next. Over a sequence they sum to `score_samples`:
            what each time step says for a class, in the light of those before it. 0
            for an unknown token (but with ``min_count > 1``, where it is a symbol).

        Examples
        --------
        >>> from sklstm import HMMClassifier
        >>> X = [["服务", "好"], ["很", "好"], ["服务", "差"], ["很", "差"]]
        >>> hmm = HMMClassifier(n_states=1).fit(X, ["good", "good", "bad", "bad"])
        >>> (steps,) = hmm.score_timesteps([["也", "好"]])
        >>> (steps[:, 1] - steps[:, 0]).round(2)
        array([0. , 2.4])
        """
        check_is_fitted(self)
        observations = self._form.read(X, self)
        rows = np.arange(len(observations.lengths))
        ends = np.cumsum(observations.lengths)
        scores = np.empty((int(observations.lengths.sum()), len(self.classes_)))
        with self._computing() as device:
            models = [self._model(k, device) for k in range(len(self.classes_))]
            most = max(map(len, self.start_probabilities_))
            for block in make_blocks(observations, rows, device, most):
                for k, model in enumerate(models):
                    likelihood = model.step_log_likelihood(block)
                    scores[block.layout.steps, k] = likelihood.cpu().numpy()
        return np.split(scores, ends)[: len(ends)]

    def decode(self, X, y=None):
        """Find the most probable path of states of each sequence (Viterbi).

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        y : array-like of shape (n_samples,), default=None
            Class under whose model each sequence is decoded. None takes `predict`.

        Returns
        -------
        list of ndarray of shape (n_timesteps_i,)
            Numbers of the states, or their names after `fit_states`.

        Raises
        ------
        ValueError
            If `y` holds a label that is not among `classes_`.
        """
        check_is_fitted(self)
        observations = self._form.read(X, self)
        if y is None:
            codes = self._scores(X).argmax(axis=1)
        else:
            codes = self._encode(check_labels(y, observations.lengths, self))
        paths = np.empty(int(observations.lengths.sum()), dtype=np.int64)
        with self._computing() as device:
            for k in range(len(self.classes_)):
                model, rows = self._model(k, device), np.flatnonzero(codes == k)
                n_states = len(self.start_probabilities_[k])
                for block in make_blocks(
                    observations, rows, device, n_states, cut=False
                ):
                    paths[block.layout.steps] = model.decode(block).cpu().numpy()
        named = paths if self.states_ is None else self.states_[paths]
        ends = np.cumsum(observations.lengths)
        return np.split(named, ends)[: len(ends)]

    def sample(self, n_samples=1, *, n_timesteps=10, random_state=None):
        """Draw sequences and their labels from the models.

        Parameters
        ----------
        n_samples : int, default=1
            How many.

        n_timesteps : int or array-like of int of shape (n_samples,), default=10
            Length of each: the models do not know when a sequence ends.

        random_state : int, RandomState instance or None, default=None
            Decides what is drawn. None takes the estimator's.

        Returns
        -------
        X : list of list of str, or Sequences
            In the form that ``fit`` was given.

        y : ndarray of shape (n_samples,)
            Labels.
        """
        check_is_fitted(self)
        if random_state is None:
            random_state = self.random_state
        rng = np.random.default_rng(derive_seed(random_state))
        lengths = np.broadcast_to(np.asarray(n_timesteps, np.int64), n_samples)
        codes = rng.choice(len(self.classes_), size=n_samples, p=self.class_prior_)
        step_codes = np.repeat(codes, lengths)
        drawn = [
            self._draw(k, lengths[codes == k], rng) for k in range(len(self.classes_))
        ]
        steps = np.empty((len(step_codes), *drawn[0].shape[1:]), drawn[0].dtype)
        for k, values in enumerate(drawn):
            steps[step_codes == k] = values
        return self._form.restore(steps, lengths), self.classes_[codes]

    def _read_sample(self, X, y, sample_weight):
        """Validate, drop samples without weight, learn classes and symbols."""
        X, kind = read_for_fit(X, self, self.emission)
        y, weights = self._check_targets(y, sample_weight, X)
        rows = np.flatnonzero(weights)
        X = [X[row] for row in rows] if kind == TOKENS else X[rows]
        weights = weights[rows]
        self.classes_, codes = encode_labels(y[rows], self)
        totals = np.bincount(codes, weights, len(self.classes_))
        self.class_prior_ = self._find_class_prior(totals)
        self.emission_ = "gaussian" if kind == NUMBERS else "categorical"
        self._form = InputForm.learn(X, kind, weights, plain(self.min_count))
        self.vocabulary_ = self._form.vocabulary
        observations = self._form.encode(X, self)
        if not observations.lengths.any():
            raise ValueError(
                "HMMClassifier expects at least one time step to learn from; all "
                f"{len(X)} samples are empty."
            )
        return TrainingSample(observations, codes, weights), rows

    def _find_class_prior(self, totals):
        if self.class_prior is None:
            totals = totals * find_class_weights(
                self.class_weight, self.classes_, totals, self
            )
            return totals / totals.sum()
        if self.class_weight is not None:
            raise ValueError(
                "HMMClassifier expects class_prior or class_weight, which both say how "
                "probable a class is; got both. Set one of them to None."
            )
        return check_class_prior(self.class_prior, self.classes_)

    def _make_space(self, sample, device):
        values = sample.observations.values
        if self.emission_ == "categorical":
            return SymbolSpace(values, self._form.n_columns, device)
        step_weights = np.repeat(sample.weights, sample.observations.lengths)
        return VectorSpace(values, step_weights, self.covariance_type, device)

    def _train(self, sample, space, n_states):
        n_iter_shared = plain(self.n_iter_shared)
        if self.emission_ == "gaussian":
            n_iter_shared = 0
        seed = np.random.SeedSequence(derive_seed(self.random_state))
        n_iter, n_init = plain(self.n_iter), plain(self.n_init)
        n_updates = len(n_states) * n_iter + len(set(n_states)) * n_iter_shared
        with tqdm(
            total=n_init * n_updates, desc="Baum-Welch", disable=not self.verbose
        ) as bar:
            trainer = BaumWelch(
                n_init=n_init,
                n_iter_shared=n_iter_shared,
                n_iter=n_iter,
                tol=plain(self.tol),
                alpha=plain(self.alpha),
                progress=bar.update,
            )
            return trainer.train(sample, space, n_states, seed)

    def _store(self, models):
        arrays = [model.to_arrays() for model in models]
        start, transition, *emission = map(list, zip(*arrays, strict=True))
        self.start_probabilities_ = start
        self.transition_probabilities_ = transition
        for name in ("emission_probabilities_", "means_", "covariances_"):
            vars(self).pop(name, None)
        for name, parameter in zip(self._emission_names(), emission, strict=True):
            setattr(self, name, parameter)

    def _emission_names(self):
        if self.emission_ == "gaussian":
            return "means_", "covariances_"
        return ("emission_probabilities_",)

    def _parameters(self, k):
        """Start, transition and emission of class number k."""
        names = "start_probabilities_", "transition_probabilities_"
        return [getattr(self, name)[k] for name in (*names, *self._emission_names())]

    def _model(self, k, device):
        return HiddenMarkovModel.from_arrays(device, *self._parameters(k))

    def _scores(self, X):
        """Joint log-likelihood of each sequence and class."""
        scores = self.score_samples(X)
        with np.errstate(divide="ignore"):  # a class prior may be 0
            return scores + np.log(self.class_prior_)

    def _draw(self, k, lengths, rng):
        start, transition, *emission = self._parameters(k)
        states = draw_states(start, transition, lengths, rng)
        if self.emission_ == "gaussian":
            return draw_vectors(states, *emission, rng)
        (probabilities,) = emission
        if self._form.kind == CODES:
            return draw_symbols(states, probabilities, rng)
        # There is no token for what is unknown.
        return draw_symbols(states, probabilities[:, 1:], rng) + 1
