"""Changes that texts suffer in use: typing errors, other forms, lost or added parts.

Each takes documents and gives as many, in the same order: ``strength`` says how much of
each is touched, ``random_state`` decides where. What becomes of a document hangs on it
alone. They serve `sklstm.robustness`, and make further training rows.
"""

from types import MappingProxyType

from sklstm.text.perturbations._forms import (
    add_emoji,
    drop_punctuation,
    drop_spaces,
    insert_spaces,
    to_traditional,
    widen_characters,
)
from sklstm.text.perturbations._opposites import add_opposite_clause, negate
from sklstm.text.perturbations._parts import (
    append_neutral,
    keep_first_half,
    keep_second_half,
    prepend_neutral,
    reorder_clauses,
)
from sklstm.text.perturbations._typing import (
    double_characters,
    drop_characters,
    replace_homophones,
    replace_look_alikes,
    swap_characters,
)

__all__ = [
    "PERTURBATIONS",
    "add_emoji",
    "add_opposite_clause",
    "append_neutral",
    "double_characters",
    "drop_characters",
    "drop_punctuation",
    "drop_spaces",
    "insert_spaces",
    "keep_first_half",
    "keep_second_half",
    "negate",
    "prepend_neutral",
    "reorder_clauses",
    "replace_homophones",
    "replace_look_alikes",
    "swap_characters",
    "to_traditional",
    "widen_characters",
]

# By name, in the order of tables.
PERTURBATIONS = MappingProxyType(
    {
        function.__name__: function
        for function in (
            replace_homophones,
            replace_look_alikes,
            drop_characters,
            double_characters,
            swap_characters,
            insert_spaces,
            drop_spaces,
            drop_punctuation,
            widen_characters,
            to_traditional,
            add_emoji,
            prepend_neutral,
            append_neutral,
            reorder_clauses,
            keep_first_half,
            keep_second_half,
        )
    }
)
