"""Floor 1: documents become token sequences, or other documents."""

from sklstm._lazy import lazy_exports

__all__ = ["JiebaPOSTagger", "JiebaSegmenter", "perturbations"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "JiebaPOSTagger": "sklstm.text._pos_tagger",
        "JiebaSegmenter": "sklstm.text._segmenter",
        "perturbations": "sklstm.text.perturbations",
    },
)
