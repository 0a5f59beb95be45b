"""What all estimators of the package share."""

import warnings
from collections.abc import Iterator

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.utils._param_validation import validate_parameter_constraints

from sklstm._version import __version__
from sklstm.utils._foreign import plain_parameters


class Estimator(BaseEstimator):
    """scikit-learn's BaseEstimator that remembers the version that pickled it.

    scikit-learn warns of another version for its own classes alone. A parameter may be
    a NumPy scalar: what computes with it takes it through `plain`.
    """

    def _validate_params(self):
        validate_parameter_constraints(
            self._parameter_constraints,
            plain_parameters(self),
            caller_name=type(self).__name__,
        )

    def __getstate__(self):
        return {**super().__getstate__(), "_sklstm_version": __version__}

    def __setstate__(self, state):
        state = dict(state)
        pickled_with = state.pop("_sklstm_version", "an unknown version")
        if pickled_with != __version__:
            warnings.warn(
                InconsistentVersionWarning(
                    estimator_name=type(self).__name__,
                    current_sklearn_version=f"sklstm {__version__}",
                    original_sklearn_version=f"sklstm {pickled_with}",
                ),
                stacklevel=2,
            )
        super().__setstate__(state)


class OutputMixin:
    """`set_output` of a transformer that returns a dense matrix never or not always.

    scikit-learn's own is there for dense matrices alone, and a Pipeline that passes it
    on refuses steps without it.
    """

    def set_output(self, *, transform=None):
        """Choose the container of dense feature matrices.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, default=None
            As for scikit-learn's transformers. None changes nothing. Documents, token
            sequences, `Sequences` and sparse matrices are returned as they are.

        Returns
        -------
        self : estimator instance
            The estimator itself.
        """
        if transform is not None:
            self._sklearn_output_config = {"transform": transform}
        return self


class DocumentOutputMixin(OutputMixin):
    """A transformer that returns documents or token sequences: one column of them."""

    def __init_subclass__(cls, **kwargs):
        # Data frames hold no token sequences, whatever the process asks for.
        super().__init_subclass__(auto_wrap_output_keys=None, **kwargs)

    def get_feature_names_out(self, input_features=None):
        """Name what comes out: one column, called as what went in.

        Parameters
        ----------
        input_features : array-like of str of shape (1,), default=None
            Name of the column of documents. None takes ``"text"``.

        Returns
        -------
        ndarray of str of shape (1,)
        """
        names = ["text"] if input_features is None else list(input_features)
        return np.array(names, dtype=object)


class TextInputMixin:
    """Tags of an estimator whose input is documents or token sequences."""

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags


class TextTransformerMixin(TextInputMixin, TransformerMixin):
    """A transformer of documents or token sequences that reads them twice."""

    def fit_transform(self, X, y=None):
        """Fit to the samples and transform them.

        Parameters
        ----------
        X : sequence of shape (n_samples,) or iterator
            As `fit` and `transform` take it.

        y : None
            Ignored.

        Returns
        -------
        As from `transform`.
        """
        X = list(X) if isinstance(X, Iterator) else X
        return self.fit(X).transform(X)
