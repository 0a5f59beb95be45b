"""Documents out of the text columns of a data frame."""

from sklearn.base import TransformerMixin, _fit_context

from sklstm.utils import (
    DocumentOutputMixin,
    Estimator,
    check_documents,
    column_names,
    is_missing,
    pick_column,
)


class TextColumns(DocumentOutputMixin, TransformerMixin, Estimator):
    r"""Take documents out of one or several text columns of a data frame.

    Stateless: `transform` needs no `fit`.

    Parameters
    ----------
    columns : str, int, or list of them
        Names of the columns. An int is the place of a column, of an array, too.

    separator : str, default="\n"
        What stands between the texts of several columns; a text that is missing or
        empty has none.

    See Also
    --------
    StaticColumns : Columns of numbers and categories.
    sklearn.compose.ColumnTransformer : Hands a column to each transformer.

    Notes
    -----
    A missing text (None, NaN, NA) is an empty document.

    Examples
    --------
    >>> import numpy as np
    >>> from sklstm import TextColumns
    >>> frame = np.array([["很好", "房间干净", 5], ["很差", None, 1]], dtype=object)
    >>> TextColumns([0, 1]).transform(frame)
    ['很好\n房间干净', '很差']
    """

    _parameter_constraints = {"columns": "no_validation", "separator": [str]}

    def __init__(self, columns, *, separator="\n"):
        self.columns = columns
        self.separator = separator

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check parameters and columns; nothing is learned.

        Parameters
        ----------
        X : DataFrame, or array of shape (n_samples, n_columns)
            A table.

        y : None
            Ignored.

        Returns
        -------
        self : TextColumns
            The estimator itself.
        """
        self.transform(X)
        return self

    def transform(self, X):
        """Take the documents out.

        Parameters
        ----------
        X : DataFrame, or array of shape (n_samples, n_columns)
            A table.

        Returns
        -------
        list of str of shape (n_samples,)

        Raises
        ------
        TypeError
            If `X` is no table, or an element of the columns no text.

        ValueError
            If there is no such column.
        """
        columns = [_texts(X, name) for name in self.names]
        if len(columns) == 1:
            return columns[0]
        rows = zip(*columns, strict=True)
        return [self.separator.join(filter(None, row)) for row in rows]

    def are_in(self, X):
        """Whether a data frame has the columns.

        Parameters
        ----------
        X : DataFrame
            A table.

        Returns
        -------
        bool
        """
        return set(self.names) <= set(X.columns)

    def get_feature_names_out(self, input_features=None):
        """Name what comes out: the columns.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str of shape (1,)
            The columns, joined by "+".
        """
        names = ["+".join(map(str, self.names))]
        return super().get_feature_names_out(names)

    @property
    def names(self):
        """Names, or places, of the columns as a list."""
        return column_names(self.columns, "TextColumns expects names of columns")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        return tags


def _texts(X, name):
    texts = pick_column(X, name, "TextColumns")
    filled = ["" if is_missing(text) else text for text in texts]
    return check_documents(filled, f"TextColumns({name!r})")
