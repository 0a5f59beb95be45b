"""Model files of the commands."""

import os
import shutil

import joblib


def save(model, path):
    """Write a model that predicts on as many threads as its machine allows."""
    parameters = model.get_params()
    threads = [name for name in parameters if name.endswith("n_threads")]
    _dump(model.set_params(**dict.fromkeys(threads)), os.path.realpath(path))


def _dump(model, target):
    """Write in one step: what stood there before stays until all is written."""
    part = os.path.join(os.path.dirname(target), f".sklstm-{os.getpid()}.part")
    try:
        joblib.dump(model, part)
        if os.path.exists(target):
            shutil.copymode(target, part)
        os.replace(part, target)
    finally:
        if os.path.exists(part):
            os.unlink(part)


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
