"""HMMClassifier."""

from numbers import Integral, Real

import numpy as np
from scipy.special import logsumexp
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted
from tqdm import tqdm

from sklstm.classifiers._hmm_inputs import (
    CODES,
    NUMBERS,
    TOKENS,
    encode,
    learn_vocabulary,
    read_for_fit,
    read_for_predict,
)
from sklstm.classifiers._hmm_model import HiddenMarkovModel, make_blocks
from sklstm.classifiers._hmm_starts import SymbolSpace, VectorSpace
from sklstm.classifiers._hmm_training import BaumWelch
from sklstm.nn._runtime import resolve_device, torch_threads
from sklstm.utils import (
    Estimator,
    check_labels,
    check_weights,
    derive_seed,
    effective_n_threads,
    encode_labels,
)


class HMMClassifier(ClassifierMixin, Estimator):
    """Hidden Markov models, one for each class, and Bayes' rule.

    Examples
    --------
    >>> from sklstm import HMMClassifier
    """

    _parameter_constraints = {
        "n_states": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "emission": [StrOptions({"auto", "categorical", "gaussian"})],
        "covariance_type": [StrOptions({"diag", "full"})],
        "n_iter": [Interval(Integral, 0, None, closed="left")],
        "tol": [Interval(Real, 0, None, closed="left")],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "class_prior": ["array-like", None],
        "min_count": [Interval(Real, 0, None, closed="neither")],
        "random_state": ["random_state"],
        "n_threads": [Interval(Integral, 1, None, closed="left"), None],
        "device": [str],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        *,
        n_states=4,
        emission="auto",
        covariance_type="diag",
        n_iter=20,
        tol=1e-4,
        n_init=1,
        alpha=0.1,
        class_prior=None,
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
        self.tol = tol
        self.n_init = n_init
        self.alpha = alpha
        self.class_prior = class_prior
        self.min_count = min_count
        self.random_state = random_state
        self.n_threads = n_threads
        self.device = device
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Train by Baum-Welch."""
        device = resolve_device(self.device)
        observations, codes, weights = self._prepare(X, y, sample_weight)
        n_states = self._check_n_states()
        space = self._make_space(observations, weights, device)
        trainer = BaumWelch(self.n_init, self.n_iter, self.tol, self.alpha)
        seeds = np.random.SeedSequence(derive_seed(self.random_state))
        n_updates = len(self.classes_) * self.n_init * self.n_iter
        trained = []
        with (
            torch_threads(effective_n_threads(self.n_threads)),
            tqdm(total=n_updates, desc="Baum-Welch", disable=not self.verbose) as bar,
        ):
            for k, seed in enumerate(seeds.spawn(len(self.classes_))):
                rows = np.flatnonzero(codes == k)
                trained.append(
                    trainer.train(
                        observations.take(rows),
                        weights[rows],
                        space,
                        n_states[k],
                        seed,
                        bar.update,
                    )
                )
        self._store([result.model for result in trained])
        self.history_ = [result.history for result in trained]
        self.converged_ = np.array([result.converged for result in trained])
        self.n_iter_ = np.array([len(result.history) for result in trained])
        return self

    def predict(self, X):
        """Choose the most probable class of each sequence."""
        check_is_fitted(self)
        return self.classes_[self._joint_log_likelihood(X).argmax(axis=1)]

    def predict_proba(self, X):
        """Probability of each class."""
        return np.exp(self.predict_log_proba(X))

    def predict_log_proba(self, X):
        """Logarithm of the probability of each class."""
        joint = self._joint_log_likelihood(X)
        return joint - logsumexp(joint, axis=1, keepdims=True)

    def _joint_log_likelihood(self, X):
        scores = self.score_samples(X)
        with np.errstate(divide="ignore"):
            return scores + np.log(self.class_prior_)

    def score_samples(self, X):
        """Log-likelihood of each sequence under each class."""
        check_is_fitted(self)
        observations = self._observe(X)
        rows = np.arange(len(observations.lengths))
        scores = np.zeros((len(rows), len(self.classes_)))
        device = resolve_device(self.device)
        models = [self._model(k, device) for k in range(len(self.classes_))]
        with torch_threads(effective_n_threads(self.n_threads)):
            for block in make_blocks(observations, rows, device):
                for k, model in enumerate(models):
                    scores[block.rows, k] = model.log_likelihood(block).cpu().numpy()
        return scores

    def _prepare(self, X, y, sample_weight):
        """Validate, drop samples without weight, learn classes and symbols."""
        samples, self._kind = read_for_fit(X, self, self.emission)
        y = check_labels(y, samples, self)
        weights = check_weights(sample_weight, np.empty((len(samples), 1)), self)
        rows = np.flatnonzero(weights)
        y, weights = y[rows], weights[rows]
        is_list = self._kind == TOKENS
        samples = [samples[row] for row in rows] if is_list else samples[rows]
        self.classes_, codes = encode_labels(y, self)
        self.class_prior_ = self._check_class_prior(codes, weights)
        self._learn_symbols(samples, weights)
        observations = encode(samples, self._kind, self.vocabulary_, self._n_symbols)
        if not observations.lengths.any():
            raise ValueError(
                "HMMClassifier expects at least one time step to learn from; all "
                f"{len(samples)} samples are empty."
            )
        return observations, codes, weights

    def _learn_symbols(self, samples, weights):
        self.vocabulary_ = self._n_symbols = None
        if self._kind == CODES:
            self._n_symbols = int(samples.codes[0].max(initial=0)) + 1
        elif self._kind != NUMBERS:
            self.vocabulary_ = learn_vocabulary(
                samples, self._kind, weights, self.min_count
            )
            self._n_symbols = len(self.vocabulary_) + 1

    def _make_space(self, observations, weights, device):
        if self._kind != NUMBERS:
            return SymbolSpace(observations.values, self._n_symbols, device)
        step_weights = np.repeat(weights, observations.lengths)
        return VectorSpace(
            observations.values, step_weights, self.covariance_type, device
        )

    def _check_n_states(self):
        n_states = np.asarray(self.n_states)
        if n_states.ndim == 0:
            return [int(n_states)] * len(self.classes_)
        is_valid = n_states.shape == self.classes_.shape and n_states.dtype.kind in "iu"
        if not is_valid or n_states.min() < 1:
            raise ValueError(
                "HMMClassifier expects n_states to be a positive int, or one for each "
                f"of the {len(self.classes_)} classes; got {self.n_states!r}."
            )
        return n_states.tolist()

    def _check_class_prior(self, codes, weights):
        if self.class_prior is None:
            totals = np.bincount(codes, weights, len(self.classes_))
            return totals / totals.sum()
        prior = np.asarray(self.class_prior, dtype=np.float64)
        is_valid = prior.shape == self.classes_.shape and (prior >= 0).all()
        if not is_valid or not np.isclose(prior.sum(), 1):
            raise ValueError(
                "HMMClassifier expects class_prior to be one probability for each of "
                f"the {len(self.classes_)} classes, summing to 1; got "
                f"{self.class_prior!r}."
            )
        return prior

    def _store(self, models):
        arrays = [model.to_arrays() for model in models]
        self.start_probabilities_ = [model[0] for model in arrays]
        self.transition_probabilities_ = [model[1] for model in arrays]
        for name in ("emission_probabilities_", "means_", "covariances_"):
            vars(self).pop(name, None)
        if self._kind == NUMBERS:
            self.means_ = [model[2] for model in arrays]
            self.covariances_ = [model[3] for model in arrays]
        else:
            self.emission_probabilities_ = [model[2] for model in arrays]

    def _model(self, k, device):
        """Model of class number k."""
        if self._kind == NUMBERS:
            emission = self.means_[k], self.covariances_[k]
        else:
            emission = (self.emission_probabilities_[k],)
        return HiddenMarkovModel.from_arrays(
            device,
            self.start_probabilities_[k],
            self.transition_probabilities_[k],
            *emission,
        )

    def _observe(self, X):
        samples = read_for_predict(X, self, self._kind)
        observations = encode(samples, self._kind, self.vocabulary_, self._n_symbols)
        if self._kind == NUMBERS and observations.lengths.any():
            n_channels = self.means_[0].shape[1]
            if observations.values.shape[1] != n_channels:
                raise ValueError(
                    f"HMMClassifier was fitted on {n_channels} channel(s); got "
                    f"{observations.values.shape[1]}."
                )
        return observations
