"""Finished folds on disk, so that an interrupted comparison continues."""

import os
import pickle
import tempfile
import warnings
from pathlib import Path

import joblib
import sklearn

from sklstm._version import __version__


class Checkpoint:
    """Folder of finished folds; a file's name is the hash of all that it depends on.

    Parameters
    ----------
    folder : str, path or None
        Made where it is absent. None keeps nothing.

    data : object
        What all folds depend on: samples, labels, weights, scoring.
    """

    def __init__(self, folder, data):
        self.folder = None if folder is None else Path(folder)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass  # fails before the folds if it fails at all
            versions = (__version__, sklearn.__version__)
            self._data_hash = _hash((versions, data), "the data or the scoring")

    def paths(self, name, classifier, splits):
        """Files of one model, a file for each fold.

        Parameters
        ----------
        name : str
            Name of the model, for the message alone: a renamed model is the same.

        classifier : classifier
            Unfitted.

        splits : list of (train, test)
            Rows of each fold.

        Returns
        -------
        list of (Path or None)
            None where nothing is kept.
        """
        if self.folder is None:
            return [None] * len(splits)
        model = _hash((type(classifier), classifier), repr(name))
        keys = [_hash((self._data_hash, model, split), "a fold") for split in splits]
        return [self.folder / f"{key}.joblib" for key in keys]

    @staticmethod
    def load(path):
        """Read a finished fold, or None where there is none that can be read."""
        if path is None or not path.exists():
            return None
        try:
            return joblib.load(path)
        except Exception:  # cut short or foreign: the fold is run again
            return None

    @staticmethod
    def store(path, result):
        """Write a finished fold in one step: a reader never sees half a file.

        Warns
        -----
        UserWarning
            If it cannot be written: the fold itself is not lost by that.
        """
        if path is None or result.error is not None:
            return
        try:
            _write_at_once(result, path)
        except OSError as exc:
            warnings.warn(
                f"checkpoint cannot keep fold {result.fold} of {result.name!r}: {exc}. "
                "The comparison goes on without.",
                stacklevel=2,
            )


def _write_at_once(result, path):
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    os.close(handle)
    try:
        joblib.dump(result, temporary)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def _hash(parts, what):
    try:
        return joblib.hash(parts)
    except (pickle.PicklingError, AttributeError, TypeError) as exc:
        raise ValueError(
            f"checkpoint needs parameters that pickle; {what} does not "
            f"({exc.args[0]}). Use a named function in place of a lambda, or "
            "checkpoint=None."
        ) from exc
