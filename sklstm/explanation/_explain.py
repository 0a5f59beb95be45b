"""explain: one call for every classifier."""

from dataclasses import dataclass
from importlib import import_module
from numbers import Integral

import numpy as np

from sklstm.explanation._explanations import Explanation, Explanations
from sklstm.explanation._interactions import interactions as find_interactions
from sklstm.explanation._model import fitted_classifier
from sklstm.explanation._options import Options
from sklstm.explanation._reading import read_samples
from sklstm.explanation._samples import TokenSamples
from sklstm.explanation._scores import class_scores
from sklstm.utils import as_list, derive_seed, plain, plain_arguments, shown

_NAME = "explain"

# In the order in which "auto" tries them.
METHODS = {
    "exact": "sklstm.explanation._exact",
    "gradients": "sklstm.explanation._gradients",
    "occlusion": "sklstm.explanation._occlusion",
    "shapley": "sklstm.explanation._shapley",
}


@plain_arguments
def explain(
    model,
    X,
    *,
    method="auto",
    target=None,
    interactions=False,
    n_permutations=20,
    baseline=0.0,
    random_state=0,
    verbose=False,
):
    """Find which words, or time steps, made a model decide so.

    Parameters
    ----------
    model : fitted classifier
        Any of scikit-learn's kind, with ``predict_proba`` or ``decision_function``: a
        pipeline, a search, a vote, a lone classifier. It is not changed.

    X : documents, token sequences, sequences or a table
        Samples as the model takes them.

    method : {"auto", "exact", "gradients", "occlusion", "shapley"}, default="auto"
        How contributions are found; see Notes. "auto" takes the first of these that can
        explain the model.

    target : label, list of labels, "predicted" or None, default=None
        Classes to explain: None takes all, "predicted", unless it is a label, the
        predicted class of each sample.

    interactions : bool, default=False
        Whether to find what neighbouring words say together, beyond what both say
        apart: `Explanation.pairs`. The model is asked about each word, and each pair.

    n_permutations : int, default=20
        Orders in which "shapley" adds the parts of a sample, at least 4; an odd number
        is made even.

    baseline : float or array-like of shape (n_channels,), default=0.0
        What takes the place of the numbers of a channel, or of a column of a table,
        where they are left out.

    random_state : int, RandomState instance or None, default=0
        Decides what "shapley" draws. Pass an int for the same result on every call.

    verbose : int or bool, default=False
        Whether to show progress.

    Returns
    -------
    Explanations
        One `Explanation` a sample.

    Raises
    ------
    TypeError, ValueError
        If the model is no classifier, a sample is of the wrong kind, or the method
        cannot explain the model; the message says why.

    NotFittedError
        If the model is not fitted.

    See Also
    --------
    Explanation : What is said of a sample.

    Notes
    -----
    What is explained is the log-odds of each class against the geometric mean of the
    others; with two classes this is the plain log-odds. Linear models speak through
    their decision function, which is that but for a factor. Models that compute in
    probabilities say no more than log-odds of one in a million.

    A model over documents falls into words where its own segmenter cuts them. Where
    there is none, jieba cuts, and words are cut out of the text. The parts of a series
    are its time steps, channel by channel, and its static features; those of a table
    its columns. Of a data frame that a model reads by `TextColumns` and `StaticColumns`
    they are the words and the columns; a column that is left out is missing.

    - "exact": the terms of scores that are sums. Of naive Bayes and linear models over
      `TokenCountVectorizer`, also several in a FeatureUnion: the weight of each n-gram
      times its value, shared equally among its occurrences, and of an occurrence among
      its words, or characters, which belong to words. Steps between that scale or
      choose features are followed; `base` is what the model says of no word. Of
      `HMMClassifier`: the log-likelihood of each word, or time step of one channel,
      given those before it; `base` is the prior. `base` and the contributions add up
      to the scores.
    - "gradients": integrated gradients [1]_ of an `LSTMClassifier`, from vectors of
      zeros to those that it reads. `base` and the contributions add up to the scores
      within 0.001; where they do not, a warning says so.
    - "occlusion": what the sample loses without a part [2]_. The contributions do not
      add up to anything: of two words that say the same, neither is missed.
    - "shapley": what a part adds on average over the orders in which parts may come,
      the Shapley value [3]_, estimated from random orders [4]_, each also backwards.
      `base` and the contributions add up to the scores; `standard_errors` tell how far
      chance may have led each astray.

    "occlusion" and "shapley" leave words out, and replace numbers by `baseline`, static
    features by 0 and codes by 0, the unknown code. Of a sample of more than 500 parts
    neighbours are left out together and share equally what they say.

    No contribution depends on the company or the order of samples.

    References
    ----------
    .. [1] M. Sundararajan, A. Taly, Q. Yan (2017). Axiomatic attribution for deep
       networks. ICML.
    .. [2] J. Li, W. Monroe, D. Jurafsky (2016). Understanding neural networks through
       representation erasure. arXiv:1612.08220.
    .. [3] L. S. Shapley (1953). A value for n-person games. Contributions to the Theory
       of Games 2.
    .. [4] E. Strumbelj, I. Kononenko (2014). Explaining prediction models and
       individual predictions with feature contributions. Knowledge and Information
       Systems 41.

    Examples
    --------
    >>> from sklstm import explain, make_naive_bayes_pipeline
    >>> texts = ["房间很好", "服务很好", "房间很差", "服务不好"]
    >>> model = make_naive_bayes_pipeline(ngram_range=(1, 1))
    >>> model = model.fit(texts, ["good", "good", "bad", "bad"])
    >>> (why,) = explain(model, ["早餐很好"], target="good")
    >>> for word, contribution in zip(why.tokens, why.contributions[:, 0]):
    ...     print(word, contribution.round(2))
    早餐 0.0
    很 0.92
    好 0.92
    """
    _check_parameters(interactions, n_permutations)
    _check_method(method)
    seed = derive_seed(random_state)
    samples = read_samples(fitted_classifier(model), X, baseline)
    columns = _Columns.of(target, samples.rest.classes_)
    if interactions and not isinstance(samples, TokenSamples):
        raise ValueError(
            f"{_NAME} finds interactions of neighbouring words; the samples have none. "
            "Leave interactions out."
        )
    if not len(samples):
        return Explanations([])
    name, attribute = _choose_method(method, samples)
    answers = _ask(samples)
    chosen = columns.places(answers.predictions)
    options = Options(n_permutations, baseline, seed, verbose, chosen)
    attributions = attribute(samples, options)
    pairs = find_interactions(samples, options) if interactions else None
    return Explanations(
        [
            _explanation(
                samples,
                row,
                method=name,
                answers=answers,
                attribution=attribution,
                columns=chosen[row],
                pairs=None if pairs is None else pairs[row],
            )
            for row, attribution in enumerate(attributions)
        ]
    )


@dataclass(frozen=True)
class _Answers:
    """What a model says of samples as they are."""

    scores: np.ndarray
    predictions: np.ndarray
    probabilities: np.ndarray | None


@dataclass(frozen=True)
class _Columns:
    """Classes to explain: the places of some, or those of the predicted ones."""

    classes: np.ndarray
    chosen: np.ndarray | None

    @classmethod
    def of(cls, target, classes):
        labels = list(map(plain, classes))
        if target is None:
            return cls(classes, np.arange(len(labels)))
        if isinstance(target, str) and target == "predicted" and target not in labels:
            return cls(classes, None)
        subject = (
            f"{_NAME} expects target to be None, 'predicted', or one or several of the "
            f"labels {shown(classes)}"
        )
        is_one = isinstance(target, str | bytes) or not hasattr(target, "__iter__")
        wanted = [target] if is_one else as_list(target, subject)
        are_known = all(label in labels for label in wanted)
        if not wanted or not are_known or len(set(wanted)) != len(wanted):
            raise ValueError(f"{subject}; got {shown(target)}.")
        return cls(classes, np.array([labels.index(label) for label in wanted]))

    def places(self, predictions):
        """Places of the classes to explain, of shape (n_samples, n_targets)."""
        if self.chosen is not None:
            return np.tile(self.chosen, (len(predictions), 1))
        labels = list(map(plain, self.classes))
        return np.array([[labels.index(plain(label))] for label in predictions])


def _check_parameters(interactions, n_permutations):
    if not isinstance(interactions, bool):
        raise TypeError(
            f"{_NAME} expects interactions to be True or False; got "
            f"{shown(interactions)}."
        )
    is_number = isinstance(n_permutations, Integral)
    if not is_number or isinstance(n_permutations, bool) or n_permutations < 4:
        raise ValueError(
            f"{_NAME} expects n_permutations to be an int of at least 4; got "
            f"{shown(n_permutations)}."
        )


def _check_method(method):
    if not isinstance(method, str) or method not in ("auto", *METHODS):
        names = ", ".join(map(repr, ("auto", *METHODS)))
        raise ValueError(f"{_NAME} expects method among {names}; got {shown(method)}.")


def _choose_method(method, samples):
    """Take a method, or the first that can explain the model.

    Returns
    -------
    name : str
    attribute : callable
    """
    for name in METHODS if method == "auto" else [method]:
        module = import_module(METHODS[name])
        reason = module.refusal(samples)
        if not reason:
            return name, module.attribute
    raise ValueError(f"{_NAME} cannot use method={method!r}: {reason}")


def _ask(samples):
    whole, rest = samples.whole(), samples.rest
    probabilities = None
    if hasattr(rest, "predict_proba"):
        probabilities = np.asarray(rest.predict_proba(whole))
    return _Answers(class_scores(rest, whole), rest.predict(whole), probabilities)


def _explanation(samples, row, *, method, answers, attribution, columns, pairs):
    def chosen(values):
        return None if values is None else np.asarray(values)[..., columns]

    scores = attribution.scores
    has_probabilities = answers.probabilities is not None
    return Explanation(
        method=method,
        classes=samples.rest.classes_[columns],
        prediction=answers.predictions[row],
        probabilities=chosen(answers.probabilities[row]) if has_probabilities else None,
        scores=chosen(answers.scores[row] if scores is None else scores),
        base=chosen(attribution.base),
        contributions=chosen(attribution.contributions),
        tokens=samples.tokens[row],
        spans=samples.spans[row],
        document=samples.documents[row],
        static=chosen(attribution.static),
        static_names=attribution.static_names,
        standard_errors=chosen(attribution.standard_errors),
        static_errors=chosen(attribution.static_errors),
        pairs=chosen(pairs),
        series=samples.series[row],
    )
