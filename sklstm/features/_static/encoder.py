"""From columns to the features that stand beside a text."""

from sklearn import get_config
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from sklstm.features._static.bins import QuantileBins
from sklstm.features._static.columns import ColumnsOfKind, StaticColumns

# A column of names would have as many features as samples.
_MOST_CATEGORIES = 100


def make_static_encoder(columns, *, counted=False):
    """Make a pipeline from a data frame to features of numbers and categories.

    Parameters
    ----------
    columns : str, int, or list of them
        Names of the columns.

    counted : bool, default=False
        Whether all features are to be 0 or 1, for models of counts.

    Returns
    -------
    Pipeline
        Steps ``pick`` (`StaticColumns`) and ``encode``, a
        `~sklearn.compose.ColumnTransformer` of ``numbers`` and ``categories``.
    """
    categories = OneHotEncoder(
        max_categories=_MOST_CATEGORIES,
        handle_unknown="infrequent_if_exist",
        sparse_output=False,
    )
    encode = ColumnTransformer(
        [
            ("numbers", _numbers(counted), ColumnsOfKind("number")),
            ("categories", categories, ColumnsOfKind("category")),
        ],
        verbose_feature_names_out=False,
    )
    return Pipeline([("pick", StaticColumns(columns)), ("encode", encode)])


def _numbers(counted):
    if counted:
        return QuantileBins()
    fill = SimpleImputer(
        strategy="median", add_indicator=True, keep_empty_features=True
    )
    return Pipeline([("fill", fill), ("scale", make_scaler())])


def make_scaler():
    """Make a StandardScaler that leaves the weights of samples to the classifier."""
    scaler = StandardScaler()
    if get_config()["enable_metadata_routing"]:  # without it, it may not be told
        scaler.set_fit_request(sample_weight=False)
    return scaler
