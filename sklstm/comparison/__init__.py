"""The roof's second half: several classifiers on the same folds."""

from sklstm._lazy import lazy_exports

__all__ = ["Comparison", "Robustness", "compare_classifiers", "robustness"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Comparison": "sklstm.comparison._result",
        "Robustness": "sklstm.comparison._robustness.result",
        "compare_classifiers": "sklstm.comparison._compare",
        "robustness": "sklstm.comparison._robustness.robustness",
    },
)
