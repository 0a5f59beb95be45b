"""Floor 3: sequences become labels."""

from sklstm._lazy import lazy_exports

__all__ = [
    "ClassWeightedClassifier",
    "HMMClassifier",
    "LSTMClassifier",
    "LSTMLanguageModel",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "ClassWeightedClassifier": "sklstm.models._class_weighted",
        "HMMClassifier": "sklstm.models._hmm.classifier",
        "LSTMClassifier": "sklstm.models._lstm.classifier",
        "LSTMLanguageModel": "sklstm.models._lstm.language_model",
    },
)
