"""Several kinds of features of the same samples, joined time step by time step."""

from numbers import Integral

import numpy as np
from scipy import sparse
from sklearn.base import TransformerMixin, _fit_context, clone
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import Bunch, get_tags
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    _raise_for_params,
    process_routing,
)
from sklearn.utils.metaestimators import _BaseComposition
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted

from sklstm.sequences import Sequences, check_sequences
from sklstm.utils import (
    Estimator,
    OutputMixin,
    as_column,
    as_numbers,
    compact,
    in_float32,
    plain,
    shown,
)


class SequenceUnion(
    OutputMixin,
    TransformerMixin,
    Estimator,
    _BaseComposition,
    auto_wrap_output_keys=None,  # data frames hold no sequences
):
    """Join the output of several transformers into one `Sequences`.

    scikit-learn's `~sklearn.pipeline.FeatureUnion` for sequences. Parts with time steps
    are put side by side step by step; parts that return a feature matrix, one row for
    each sample, or a Series of numbers, become `static`.

    Parameters
    ----------
    transformer_list : list of (str, transformer) tuples
        The parts. A transformer may be ``"drop"``, which leaves the part out, or
        ``"passthrough"``, which takes the input as it is.

    n_jobs : int, default=None
        Jobs for joblib. None means 1 unless in a `joblib.parallel_config` context; -1
        means all processors.

    transformer_weights : dict of str to float, default=None
        Factor for the vectors, channels and static features of a part, by its name.

    Attributes
    ----------
    transformers_ : list of (str, transformer) tuples
        The fitted parts; those given stay as they were.

    named_transformers_ : Bunch
        The fitted parts by name.

    See Also
    --------
    sklearn.pipeline.FeatureUnion : Joins feature matrices alone.
    sklstm.Sequences : What comes out.

    Notes
    -----
    Streams of codes, channels and static features stand in the order of the parts.
    Times and ids of samples are those of the first part that has them; where parts name
    columns the same, the names begin with that of the part. Static features are dense:
    reduce a wide count matrix before it comes here.
    Metadata such as `sample_weight` reaches the parts that request it, where
    scikit-learn routes metadata.

    Examples
    --------
    >>> from sklstm import SequenceUnion, TokenCountVectorizer, TokenEncoder
    >>> union = SequenceUnion(
    ...     [("words", TokenEncoder()), ("counts", TokenCountVectorizer())]
    ... )
    >>> union.fit_transform([["房间", "很", "好"], ["不", "好"]])
    Sequences(n_samples=2, n_steps=5, vector_sizes=[None], n_static_features=4)
    """

    _parameter_constraints = {
        "transformer_list": [list, tuple],
        "n_jobs": [Integral, None],
        "transformer_weights": [dict, None],
    }

    def __init__(self, transformer_list, *, n_jobs=None, transformer_weights=None):
        self.transformer_list = transformer_list
        self.n_jobs = n_jobs
        self.transformer_weights = transformer_weights

    def get_params(self, deep=True):
        """Get the parameters of the union and of its parts.

        Parameters
        ----------
        deep : bool, default=True
            Whether to add the parts by name and their parameters as
            ``<part>__<parameter>``.

        Returns
        -------
        dict of str to object
        """
        return self._get_params("transformer_list", deep=deep)

    def set_params(self, **params):
        """Set parameters of the union and of its parts.

        Parameters
        ----------
        **params : dict
            As `get_params` names them; a part is replaced by its name.

        Returns
        -------
        self : SequenceUnion
        """
        self._set_params("transformer_list", **params)
        return self

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y=None, **params):
        """Fit all parts.

        Parameters
        ----------
        X : whatever the parts take
            One element for each of n_samples.

        y : array-like of shape (n_samples,), default=None
            Labels, for parts that use them.

        **params : dict
            Metadata, where scikit-learn routes it (``enable_metadata_routing``): each
            part gets what it requests.

        Returns
        -------
        self : SequenceUnion
        """
        parts = self._parts(self.transformer_list)
        X = _indexable(X)
        routed = self._routed("fit", params)
        fitted = Parallel(n_jobs=plain(self.n_jobs))(
            delayed(_fit)(clone(part), X, y, routed[name]) for name, part in parts
        )
        self._keep(parts, fitted)
        return self

    @_fit_context(prefer_skip_nested_validation=False)
    def fit_transform(self, X, y=None, **params):
        """Fit all parts and join their output.

        Parameters
        ----------
        X : whatever the parts take
            One element for each of n_samples.

        y : array-like of shape (n_samples,), default=None
            Labels, for parts that use them.

        **params : dict
            Metadata, where scikit-learn routes it (``enable_metadata_routing``): each
            part gets what it requests.

        Returns
        -------
        Sequences

        Raises
        ------
        TypeError
            If a part returns neither sequences nor a feature matrix.

        ValueError
            If the parts disagree in samples or time steps, or none has time steps.
        """
        parts = self._parts(self.transformer_list)
        X = _indexable(X)
        routed = self._routed("fit_transform", params)
        results = Parallel(n_jobs=plain(self.n_jobs))(
            delayed(_fit_transform)(clone(part), X, y, routed[name])
            for name, part in parts
        )
        fitted, outputs = zip(*results, strict=True)
        names = [name for name, _ in parts]
        joined = self._join(list(zip(names, fitted, strict=True)), outputs)
        self._keep(parts, fitted)
        return joined

    def transform(self, X, **params):
        """Transform with all parts and join their output.

        Parameters
        ----------
        X : whatever the parts take
            One element for each of n_samples.

        **params : dict
            Metadata, where scikit-learn routes it (``enable_metadata_routing``): each
            part gets what it requests.

        Returns
        -------
        Sequences

        Raises
        ------
        ValueError
            If the parts disagree in samples or time steps.
        """
        check_is_fitted(self)
        parts = self._parts(self.transformers_)
        X = _indexable(X)
        routed = self._routed("transform", params)
        outputs = Parallel(n_jobs=plain(self.n_jobs))(
            delayed(_transform)(part, X, routed[name]) for name, part in parts
        )
        return self._join(parts, outputs)

    def get_metadata_routing(self):
        """Tell scikit-learn what metadata the parts request.

        Returns
        -------
        MetadataRouter
        """
        router = MetadataRouter(owner=self)
        for name, part in self.transformer_list:
            mapping = MethodMapping().add(caller="fit", callee="fit")
            mapping.add(caller="transform", callee="transform")
            for callee in ("fit_transform", "fit", "transform"):
                mapping.add(caller="fit_transform", callee=callee)
            router.add(**{plain(name): part}, method_mapping=mapping)
        return router

    def _routed(self, method, params):
        """Metadata of each part, by name and method."""
        _raise_for_params(params, self, method)
        return process_routing(self, method, **params)

    def get_feature_names_out(self, input_features=None):
        """Name what comes out.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str
            In the order of the parts: ``<part>__<feature>`` for features that have
            names, ``<part>`` for codes and channels, which have none.
        """
        check_is_fitted(self)
        named = [
            (part, _feature_names(t)) for part, t in self._parts(self.transformers_)
        ]
        names = [
            part if name is None else f"{part}__{name}"
            for part, features in named
            for name in ([None] if features is None else features)
        ]
        return np.array(names, dtype=object)

    @property
    def named_transformers_(self):
        """The fitted parts by name."""
        return Bunch(**dict(self.transformers_))

    def _parts(self, transformers):
        """Names and transformers of the parts that are not dropped."""
        transformers = [(plain(name), part) for name, part in transformers]
        names = [name for name, _ in transformers]
        self._validate_names(names)
        for name in self.transformer_weights or {}:
            if name not in names:
                raise ValueError(
                    f"SequenceUnion expects transformer_weights to name its parts "
                    f"{shown(names)}; got {shown(name)}."
                )
        parts = [(name, _as_transformer(name, part)) for name, part in transformers]
        kept = [(name, part) for name, part in parts if part is not None]
        if not kept:
            raise ValueError("SequenceUnion expects at least one part; got none.")
        return kept

    def _keep(self, parts, fitted):
        by_name = {name: part for (name, _), part in zip(parts, fitted, strict=True)}
        self.transformers_ = [
            (name, by_name.get(name, "drop")) for name, _ in self.transformer_list
        ]

    def _join(self, parts, outputs):
        names = [name for name, _ in parts]
        weights = self.transformer_weights or {}
        pieces = [
            _weighted(_as_piece(output, name), plain(weights.get(name, 1)), name)
            for name, output in zip(names, outputs, strict=True)
        ]
        _check_agreement(names, pieces)
        timed = [piece for piece in pieces if isinstance(piece, Sequences)]
        channels = [_numbers(piece, "channels") for piece in pieces]
        static = [_numbers(piece, "static") for piece in pieces]
        is_named = any(p.channel_names or p.static_names for p in timed)
        join_names = _join_names if is_named else _no_names
        return Sequences(
            timed[0].lengths,
            [code for piece in timed for code in piece.codes],
            [table for piece in timed for table in piece.vectors],
            _stack(channels),
            _stack(static),
            times=_first(timed, "times"),
            channel_names=join_names(parts, channels, pieces, "channel_names"),
            static_names=join_names(parts, static, pieces, "static_names"),
            sample_ids=_first(timed, "sample_ids"),
        )

    def _sk_visual_block_(self):
        return FeatureUnion(self.transformer_list)._sk_visual_block_()

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inputs = [
            get_tags(part).input_tags
            for _, part in self.transformer_list
            if not isinstance(part, str)
        ]
        tags.input_tags.two_d_array = all(each.two_d_array for each in inputs)
        # A Pipeline does not pass this tag of its first step on.
        tags.input_tags.string = any(each.string for each in inputs)
        return tags


def _as_transformer(name, part):
    """None for a part that is dropped."""
    if isinstance(part, str) and part == "drop":
        return None
    if isinstance(part, str) and part == "passthrough":
        # Whatever the configuration asks for, the input stays as it is.
        return FunctionTransformer().set_output(transform="default")
    if isinstance(part, type) or not hasattr(part, "transform"):
        raise TypeError(
            f"SequenceUnion expects part {name!r} to be a transformer, 'drop' or "
            f"'passthrough'; got {shown(part)}."
        )
    return part


def _indexable(X):
    """List a generator, because every part reads it."""
    is_generator = hasattr(X, "__iter__") and not hasattr(X, "__len__")
    return list(X) if is_generator else X


def _fit(part, X, y, routed):
    return part.fit(X, y, **routed["fit"])


def _fit_transform(part, X, y, routed):
    # As in scikit-learn: fit_transform where there is one, it may be the cheaper way.
    if hasattr(part, "fit_transform"):
        return part, part.fit_transform(X, y, **routed["fit_transform"])
    fitted = part.fit(X, y, **routed["fit"])
    return part, fitted.transform(X, **routed["transform"])


def _transform(part, X, routed):
    is_empty = hasattr(X, "__len__") and not len(X)
    # Counted by name: scikit-learn's parts refuse to see no samples.
    names = _feature_names(part) if is_empty and not _is_union(part) else None
    if names is not None:
        return np.empty((0, len(names)), dtype=np.float32)
    return part.transform(X, **routed["transform"])


def _is_union(part):
    """Whether a part ends in a union, which returns sequences though it has names."""
    while isinstance(part, Pipeline):
        part = part.steps[-1][1]
    return isinstance(part, SequenceUnion)


def _feature_names(part):
    try:
        return part.get_feature_names_out()
    except AttributeError:
        return None


def _as_piece(output, name):
    """Turn what a part returned into `Sequences` or a dense feature matrix."""
    if isinstance(output, Sequences):
        return output
    output = as_column(output) if _is_series_of_numbers(output) else output
    if sparse.issparse(output):
        return compact(output.toarray())
    if len(getattr(output, "shape", ())) == 2:
        subject = f"SequenceUnion expects numbers from part {name!r}"
        return compact(as_numbers(output, subject))
    if isinstance(output, list | tuple) or hasattr(output, "__array__"):
        speaker = f"SequenceUnion (part {name!r})"
        return check_sequences(output, speaker, reset=False, dtype=None)
    raise TypeError(
        f"SequenceUnion expects sequences or a feature matrix from part {name!r}; got "
        f"{type(output).__name__}."
    )


def _is_series_of_numbers(output):
    """Whether a part returned one number for each sample, in a Series."""
    if as_column(output) is output:
        return False
    kind = getattr(output.dtype, "kind", None) or np.asarray(output).dtype.kind
    return kind in "biuf"


def _weighted(piece, weight, name):
    if weight == 1:
        return piece
    if not isinstance(piece, Sequences):
        return piece * piece.dtype.type(weight)
    if any(table is None for table in piece.vectors):
        raise ValueError(
            f"SequenceUnion has no vectors to weight in part {name!r}: the classifier "
            "learns them. Leave it out of transformer_weights."
        )
    return piece._replace(
        vectors=tuple(in_float32(table * weight) for table in piece.vectors),
        channels=None if piece.channels is None else piece.channels * weight,
        static=None if piece.static is None else piece.static * weight,
    )


def _check_agreement(names, pieces):
    """Hold the samples of all parts and the time steps of the sequences together."""
    timed = [i for i, piece in enumerate(pieces) if isinstance(piece, Sequences)]
    if not timed:
        raise ValueError(
            f"SequenceUnion expects a part with time steps; {names} return feature "
            "matrices. Use scikit-learn's FeatureUnion."
        )
    first = timed[0]
    for i, piece in enumerate(pieces):
        if len(piece) != len(pieces[first]):
            raise ValueError(
                f"SequenceUnion expects as many samples from every part; "
                f"{names[first]!r} returns {len(pieces[first])}, {names[i]!r} returns "
                f"{len(piece)}."
            )
    for i in timed[1:]:
        _check_lengths(names[first], pieces[first], names[i], pieces[i])


def _check_lengths(name, piece, other_name, other):
    rows = np.flatnonzero(piece.lengths != other.lengths)
    if len(rows):
        row = rows[0]
        raise ValueError(
            f"SequenceUnion expects the same time steps from parts {name!r} and "
            f"{other_name!r}; row {row} has {piece.lengths[row]} and "
            f"{other.lengths[row]}. Let both read the same tokens."
        )


def _numbers(piece, part):
    """Channels or static features of a piece; a feature matrix is static."""
    if isinstance(piece, Sequences):
        return getattr(piece, part)
    return piece if part == "static" else None


def _first(pieces, part):
    """Give a part of the first piece that has it."""
    found = (getattr(piece, part) for piece in pieces)
    return next((each for each in found if each is not None), None)


def _no_names(parts, matrices, pieces, attribute):
    """Names where no part names any column."""


def _join_names(parts, matrices, pieces, attribute):
    """Names of the columns of all parts; None where there are no columns.

    Columns that have none are named after their part; all are where two would be the
    same.
    """
    columns = [
        (part, name)
        for (part, transformer), matrix, piece in zip(
            parts, matrices, pieces, strict=True
        )
        if matrix is not None
        for name in _names_of(part, transformer, matrix, piece, attribute)
    ]
    names = [name for _, name in columns]
    if len(set(names)) < len(names):
        names = [f"{part}__{name}" for part, name in columns]
    return names or None


def _names_of(part, transformer, matrix, piece, attribute):
    is_timed = isinstance(piece, Sequences)
    own = getattr(piece, attribute) if is_timed else _feature_names(transformer)
    return own if own is not None else [f"{part}_{j}" for j in range(matrix.shape[1])]


def _stack(matrices):
    present = [matrix for matrix in matrices if matrix is not None]
    return np.hstack(present) if present else None
