"""Reasons for decisions: which words or time steps made a model decide so."""

from sklstm._lazy import lazy_exports

__all__ = ["Explanation", "Explanations", "explain"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Explanation": "sklstm.explanation._explanations",
        "Explanations": "sklstm.explanation._explanations",
        "explain": "sklstm.explanation._explain",
    },
)
