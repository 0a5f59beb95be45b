"""Sequence classification as an ordinary scikit-learn job.

The public names load on first use: ``import sklstm`` by itself brings in neither
torch nor jieba.
"""

from sklstm._lazy import lazy_exports
from sklstm._version import __version__ as __version__

__all__ = [
    "ClassWeightedClassifier",
    "Comparison",
    "Explanation",
    "Explanations",
    "FunctionSegmenter",
    "HMMClassifier",
    "JiebaPOSTagger",
    "JiebaSegmenter",
    "LSTMClassifier",
    "LSTMLanguageModel",
    "POSFeatureExtractor",
    "RegexSegmenter",
    "Robustness",
    "SequenceUnion",
    "Sequences",
    "StaticColumns",
    "TextCleaner",
    "TextColumns",
    "TokenCountVectorizer",
    "TokenEncoder",
    "Word2VecEmbedder",
    "compare_classifiers",
    "datasets",
    "explain",
    "make_hmm_pipeline",
    "make_linear_pipeline",
    "make_lstm_pipeline",
    "make_naive_bayes_pipeline",
    "robustness",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "ClassWeightedClassifier": "sklstm.models",
        "Comparison": "sklstm.comparison",
        "Explanation": "sklstm.explanation",
        "Explanations": "sklstm.explanation",
        "FunctionSegmenter": "sklstm.text",
        "HMMClassifier": "sklstm.models",
        "JiebaPOSTagger": "sklstm.text",
        "JiebaSegmenter": "sklstm.text",
        "LSTMClassifier": "sklstm.models",
        "LSTMLanguageModel": "sklstm.models",
        "POSFeatureExtractor": "sklstm.features",
        "RegexSegmenter": "sklstm.text",
        "Robustness": "sklstm.comparison",
        "SequenceUnion": "sklstm.features",
        "Sequences": "sklstm.sequences",
        "StaticColumns": "sklstm.features",
        "TextCleaner": "sklstm.text",
        "TextColumns": "sklstm.text",
        "TokenCountVectorizer": "sklstm.features",
        "TokenEncoder": "sklstm.features",
        "Word2VecEmbedder": "sklstm.features",
        "compare_classifiers": "sklstm.comparison",
        "datasets": "sklstm.datasets",
        "explain": "sklstm.explanation",
        "make_hmm_pipeline": "sklstm.pipelines",
        "make_linear_pipeline": "sklstm.pipelines",
        "make_lstm_pipeline": "sklstm.pipelines",
        "make_naive_bayes_pipeline": "sklstm.pipelines",
        "robustness": "sklstm.comparison",
    },
)
