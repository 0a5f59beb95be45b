"""What a user should know of a document before a prediction is believed."""

from functools import cache, partial
from itertools import repeat

EMPTY, UNKNOWN, UNLIKE = "empty", "unknown words", "unlike training"


def notes(model, documents, samples=None):
    """Mark documents of which a model knows little.

    Parameters
    ----------
    model : fitted estimator
        That predicts documents.

    documents : list of str

    samples : DataFrame, default=None
        The documents and what stands beside them, where the model reads that.

    Returns
    -------
    list of str
        For each document "", or the first that holds: "empty" without a word in it,
        "unknown words" where the model has met none of them, "unlike training" by its
        `training_profile_`. A model that cannot tell is not asked.
    """
    from sklstm.text._characters import holds_word

    profile = getattr(model, "training_profile_", None)
    are_known = known_documents(model, documents if samples is None else samples)
    are_unlike = repeat(False) if profile is None else profile.unlike(documents)
    return [
        _note(holds_word(document), is_known, is_unlike)
        for document, is_known, is_unlike in zip(
            documents,
            repeat(True) if are_known is None else are_known,
            are_unlike,
            strict=False,
        )
    ]


def _note(holds_word, is_known, is_unlike):
    if not holds_word:
        return EMPTY
    if not is_known:
        return UNKNOWN
    return UNLIKE if is_unlike else ""


def known_documents(model, documents):
    """Tell which documents hold a word of the model's vocabulary.

    Parameters
    ----------
    model : fitted estimator
        A pipeline, or any other.

    documents : list of str

    Returns
    -------
    list of bool or None
        None where no step of the model has a ``vocabulary_``.
    """
    return _known(model, lambda: documents)


def _known(step, read):
    """Ask a step; `read` gives its input, which costs time, where it is wanted."""
    from sklearn.pipeline import FeatureUnion, Pipeline

    from sklstm.features import SequenceUnion

    if isinstance(step, Pipeline):
        return _known_to_steps([each for _, each in step.steps], read)
    if isinstance(step, SequenceUnion):
        return _known_to_parts([part for _, part in step.transformers_], read)
    if isinstance(step, FeatureUnion):
        return _known_to_parts([part for _, part in step.transformer_list], read)
    vocabulary = getattr(step, "vocabulary_", None)
    if vocabulary is None:
        return None
    return [_any_known(tokens, vocabulary) for tokens in map(_analyzer(step), read())]


def _known_to_steps(steps, read):
    """Ask the first step that can tell: those behind it see no words any more."""
    for step in steps:
        known = _known(step, read)
        if known is not None:
            return known
        if hasattr(step, "transform"):
            read = cache(partial(_transform, step, read))
    return None


def _known_to_parts(parts, read):
    told = [known for part in parts if (known := _known(part, read)) is not None]
    return list(map(any, zip(*told, strict=True))) if told else None


def _transform(step, read):
    return step.transform(read())


def _analyzer(step):
    """Give what turns an element of a step's input into terms of its vocabulary."""
    vectorizer = getattr(step, "vectorizer_", step)
    return (
        vectorizer.build_analyzer() if hasattr(vectorizer, "build_analyzer") else iter
    )


def _any_known(tokens, vocabulary):
    from sklstm.text._characters import holds_word

    return any(token in vocabulary and holds_word(token) for token in tokens)
