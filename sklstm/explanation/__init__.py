"""Reasons for decisions: which words or time steps made a model decide so."""

from sklstm._lazy import lazy_exports

__all__ = [
    "Counterfactual",
    "Explanation",
    "Explanations",
    "ModelExplanation",
    "explain",
    "explain_model",
    "flip",
    "plot_prefixes",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Counterfactual": "sklstm.explanation._counterfactual",
        "Explanation": "sklstm.explanation._explanations",
        "Explanations": "sklstm.explanation._explanations",
        "ModelExplanation": "sklstm.explanation._model_explanation",
        "explain": "sklstm.explanation._explain",
        "explain_model": "sklstm.explanation._explain_model",
        "flip": "sklstm.explanation._flip",
        "plot_prefixes": "sklstm.explanation._prefixes",
    },
)
