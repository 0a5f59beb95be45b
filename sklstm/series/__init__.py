"""Floor 2: numeric series become other series or feature matrices."""

from sklstm._lazy import lazy_exports

__all__ = [
    "SeriesDifferencer",
    "SeriesFeatureExtractor",
    "SeriesImputer",
    "SeriesPatcher",
    "SeriesResampler",
    "SeriesScaler",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "SeriesDifferencer": "sklstm.series._differencer",
        "SeriesFeatureExtractor": "sklstm.series._feature_extractor",
        "SeriesImputer": "sklstm.series._imputer",
        "SeriesPatcher": "sklstm.series._patcher",
        "SeriesResampler": "sklstm.series._resampler",
        "SeriesScaler": "sklstm.series._scaler",
    },
)
