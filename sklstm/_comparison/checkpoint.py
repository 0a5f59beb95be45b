"""Finished folds on disk, so that an interrupted comparison continues."""

import os
import pickle
import tempfile
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
            versions = (__version__, sklearn.__version__)
            self._data_hash = _hash((versions, data), "the data or the scoring")

    def path(self, name, classifier, train, test):
        """File of one model on one fold.

        Parameters
        ----------
        name : str
            Name of the model, for the message alone: a renamed model is the same.

        classifier : classifier
            Unfitted.

        train, test : ndarray of int
            Rows of the fold.

        Returns
        -------
        Path or None
            None where nothing is kept.
        """
        if self.folder is None:
            return None
        parts = (self._data_hash, type(classifier), classifier, train, test)
        return self.folder / f"{_hash(parts, repr(name))}.joblib"

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
        """Write a finished fold in one step: a reader never sees half a file."""
        if path is None or result.error is not None:
            return
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        os.close(handle)
        joblib.dump(result, temporary)
        os.replace(temporary, path)


def _hash(parts, what):
    try:
        return joblib.hash(parts)
    except (pickle.PicklingError, AttributeError, TypeError) as exc:
        raise ValueError(
            f"checkpoint needs parameters that pickle; {what} does not ({exc}). Use a "
            "named function in place of a lambda, or checkpoint=None."
        ) from exc
