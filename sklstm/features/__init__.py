"""Floor 2: token sequences become sequences of codes or feature matrices."""

from sklstm._lazy import lazy_exports

__all__ = [
    "POSFeatureExtractor",
    "SequenceUnion",
    "StaticColumns",
    "TokenCountVectorizer",
    "TokenEncoder",
    "Word2VecEmbedder",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "POSFeatureExtractor": "sklstm.features._style.extractor",
        "SequenceUnion": "sklstm.features._union",
        "StaticColumns": "sklstm.features._static.columns",
        "TokenCountVectorizer": "sklstm.features._counts",
        "TokenEncoder": "sklstm.features._encoder",
        "Word2VecEmbedder": "sklstm.features._word2vec.embedder",
    },
)
