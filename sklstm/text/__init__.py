"""Floor 1: documents become token sequences."""

from sklstm._lazy import lazy_exports

__all__ = ["JiebaPOSTagger", "JiebaSegmenter"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "JiebaPOSTagger": "sklstm.text._pos_tagger",
        "JiebaSegmenter": "sklstm.text._segmenter",
    },
)
