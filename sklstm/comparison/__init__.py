"""The roof's second half: several classifiers on the same folds."""

from sklstm._lazy import lazy_exports

__all__ = ["Comparison", "compare_classifiers"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Comparison": "sklstm.comparison._result",
        "compare_classifiers": "sklstm.comparison._compare",
    },
)
