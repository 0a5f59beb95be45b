"""explain: one call for every classifier."""

import numpy as np
from sklearn.utils.validation import check_is_fitted

from sklstm.explanation import _exact, _occlusion
from sklstm.explanation._explanations import Explanation, Explanations
from sklstm.explanation._model import unwrap
from sklstm.explanation._options import Options
from sklstm.explanation._samples import read_documents, read_tokens
from sklstm.explanation._scores import class_scores
from sklstm.utils import derive_seed, plain_arguments, shown

# In the order in which "auto" tries them.
METHODS = {"exact": _exact, "occlusion": _occlusion}


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
    samples = read_samples(unwrap(model), X)
    name = choose_method(method, samples)
    options = Options(n_permutations, baseline, derive_seed(random_state), verbose)
    if not len(samples):
        return Explanations([])
    attributions = METHODS[name].attribute(samples, options)
    return Explanations(_explanations(samples, name, attributions, target))


def read_samples(model, X):
    """Find out what the parts of the samples are."""
    check_is_fitted(model)
    return read_documents(model, X) if _holds_texts(X) else read_tokens(model, X)


def choose_method(method, samples):
    """Check a method's name, or take the first that can explain the model."""
    if method == "auto":
        return next(n for n, each in METHODS.items() if not each.refusal(samples))
    if method not in METHODS:
        names = ", ".join(map(repr, ("auto", *METHODS)))
        raise ValueError(f"explain expects method among {names}; got {shown(method)}.")
    reason = METHODS[method].refusal(samples)
    if reason:
        raise ValueError(f"explain cannot use method={method!r}: {reason}")
    return method


def _explanations(samples, name, attributions, target):
    whole = samples.whole()
    scores = class_scores(samples.rest, whole)
    predictions = samples.rest.predict(whole)
    probabilities = [None] * len(samples)
    if hasattr(samples.rest, "predict_proba"):
        probabilities = samples.rest.predict_proba(whole)
    for row, each in enumerate(attributions):
        yield Explanation(
            method=name,
            classes=samples.rest.classes_,
            prediction=predictions[row],
            probabilities=probabilities[row],
            scores=scores[row],
            base=each.base,
            contributions=each.contributions,
            tokens=tuple(samples.tokens[row]),
            spans=samples.spans[row],
            document=samples.documents[row],
            static=each.static,
            static_names=each.static_names,
            standard_errors=each.standard_errors,
        )


def _holds_texts(X):
    return len(X) > 0 and isinstance(next(iter(np.asarray(X, dtype=object))), str)
