"""Model files of the commands."""

import joblib

from sklstm.cli._outputs import in_one_step


def save(model, path, documents):
    """Write a model, and what `predict` tells documents unlike its training by.

    Parameters
    ----------
    model : fitted estimator
        Is to predict on as many threads as its machine allows.

    path : Path
        The file.

    documents : iterable of str or None
        That it was fitted on; None for series, of which nothing is told.
    """
    from sklstm.text._training_profile import TrainingProfile

    parameters = model.get_params()
    threads = [name for name in parameters if name.endswith("n_threads")]
    model.set_params(**dict.fromkeys(threads))
    # On the model, so that joblib.load gives users a model and no box around one.
    if documents is not None:
        model.training_profile_ = TrainingProfile.learn(documents)
    with in_one_step(path) as part:
        joblib.dump(model, part)


def load(path):
    """Read a model, or say in one line why this is none."""
    if not path.is_file():
        raise FileNotFoundError(f"There is no model file {str(path)!r}.")
    try:
        model = joblib.load(path)
    except Exception as exc:
        reason = f"{type(exc).__name__}: {exc}"
        raise ValueError(
            f"{str(path)!r} is no model that joblib can load ({reason}). Write one "
            "with: sklstm compare --save MODEL"
        ) from exc
    if not hasattr(model, "predict"):
        raise ValueError(
            f"{str(path)!r} holds {type(model).__name__}, which does not predict. "
            "Write a model with: sklstm compare --save MODEL"
        )
    return model
