"""Floor 1: documents become token sequences, or other documents."""

from sklstm._lazy import lazy_exports

__all__ = [
    "FunctionSegmenter",
    "JiebaPOSTagger",
    "JiebaSegmenter",
    "RegexSegmenter",
    "TextCleaner",
    "perturbations",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "FunctionSegmenter": "sklstm.text._function_segmenter",
        "JiebaPOSTagger": "sklstm.text._pos_tagger",
        "JiebaSegmenter": "sklstm.text._segmenter",
        "RegexSegmenter": "sklstm.text._regex_segmenter",
        "TextCleaner": "sklstm.text._cleaner",
        "perturbations": "sklstm.text.perturbations",
    },
)
