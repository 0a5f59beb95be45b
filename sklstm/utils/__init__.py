"""The cellar: validation, random state and threads. It imports no other room."""

from sklstm.utils._base import (
    DocumentOutputMixin,
    Estimator,
    OutputMixin,
    TextInputMixin,
    TextTransformerMixin,
)
from sklstm.utils._callbacks import (
    CallbackSupportMixin,
    TaskReporter,
    with_callbacks,
)
from sklstm.utils._callers import is_fitted_by_another
from sklstm.utils._class_weights import (
    CLASS_WEIGHT,
    check_class_weight,
    find_class_weights,
)
from sklstm.utils._columns import as_column, column_names, frame_remedy, pick_column
from sklstm.utils._foreign import (
    UnrealError,
    as_array,
    as_list,
    as_numbers,
    is_frame,
    is_missing,
    plain,
    plain_arguments,
    plain_parameters,
    refuse_unreal,
    shown,
    sole_column,
)
from sklstm.utils._labels import (
    check_classes,
    check_labels,
    check_weights,
    encode_labels,
    find_labelled,
)
from sklstm.utils._look_alikes import (
    describe_look_alikes,
    look_alikes,
    warn_of_look_alikes,
)
from sklstm.utils._precision import (
    as_floats,
    compact,
    in_float32,
    in_float64,
    warn_of_drowning_channels,
    warn_of_lost_digits,
)
from sklstm.utils._random import derive_seed
from sklstm.utils._threads import effective_n_threads
from sklstm.utils._unknown_tokens import warn_of_unknown_tokens
from sklstm.utils._validation import (
    check_documents,
    check_token_sequences,
    estimator_name,
    iter_documents,
    iter_token_sequences,
)

__all__ = [
    "CLASS_WEIGHT",
    "CallbackSupportMixin",
    "DocumentOutputMixin",
    "Estimator",
    "OutputMixin",
    "TaskReporter",
    "TextInputMixin",
    "TextTransformerMixin",
    "UnrealError",
    "as_array",
    "as_column",
    "as_floats",
    "as_list",
    "as_numbers",
    "check_class_weight",
    "check_classes",
    "check_documents",
    "check_labels",
    "check_token_sequences",
    "check_weights",
    "column_names",
    "compact",
    "derive_seed",
    "describe_look_alikes",
    "effective_n_threads",
    "encode_labels",
    "estimator_name",
    "find_class_weights",
    "find_labelled",
    "frame_remedy",
    "in_float32",
    "in_float64",
    "is_fitted_by_another",
    "is_frame",
    "is_missing",
    "iter_documents",
    "iter_token_sequences",
    "look_alikes",
    "pick_column",
    "plain",
    "plain_arguments",
    "plain_parameters",
    "refuse_unreal",
    "shown",
    "sole_column",
    "warn_of_drowning_channels",
    "warn_of_look_alikes",
    "warn_of_lost_digits",
    "warn_of_unknown_tokens",
    "with_callbacks",
]
