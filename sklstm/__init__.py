"""Sequence classification as an ordinary scikit-learn job.

The public names load on first use: ``import sklstm`` by itself brings in neither
torch nor jieba.
"""

from sklstm._lazy import lazy_exports
from sklstm._version import __version__ as __version__

__all__ = [
    "ClassWeightedClassifier",
    "Comparison",
    "Counterfactual",
    "Explanation",
    "Explanations",
    "FunctionSegmenter",
    "HMMClassifier",
    "JiebaPOSTagger",
    "JiebaSegmenter",
    "LSTMClassifier",
    "LSTMLanguageModel",
    "ModelExplanation",
    "POSFeatureExtractor",
    "RegexSegmenter",
    "Robustness",
    "SequenceUnion",
    "Sequences",
    "TextCleaner",
    "TokenCountVectorizer",
    "TokenEncoder",
    "Word2VecEmbedder",
    "compare_classifiers",
    "datasets",
    "explain",
    "explain_model",
    "flip",
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
        "Counterfactual": "sklstm.explanation",
        "Explanation": "sklstm.explanation",
        "Explanations": "sklstm.explanation",
        "FunctionSegmenter": "sklstm.text",
        "HMMClassifier": "sklstm.models",
        "JiebaPOSTagger": "sklstm.text",
        "JiebaSegmenter": "sklstm.text",
        "LSTMClassifier": "sklstm.models",
        "LSTMLanguageModel": "sklstm.models",
        "ModelExplanation": "sklstm.explanation",
        "POSFeatureExtractor": "sklstm.features",
        "RegexSegmenter": "sklstm.text",
        "Robustness": "sklstm.comparison",
        "SequenceUnion": "sklstm.features",
        "Sequences": "sklstm.sequences",
        "TextCleaner": "sklstm.text",
        "TokenCountVectorizer": "sklstm.features",
        "TokenEncoder": "sklstm.features",
        "Word2VecEmbedder": "sklstm.features",
        "compare_classifiers": "sklstm.comparison",
        "datasets": "sklstm.datasets",
        "explain": "sklstm.explanation",
        "explain_model": "sklstm.explanation",
        "flip": "sklstm.explanation",
        "make_hmm_pipeline": "sklstm.pipelines",
        "make_linear_pipeline": "sklstm.pipelines",
        "make_lstm_pipeline": "sklstm.pipelines",
        "make_naive_bayes_pipeline": "sklstm.pipelines",
        "robustness": "sklstm.comparison",
    },
)
