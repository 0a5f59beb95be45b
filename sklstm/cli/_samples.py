"""What a model of a file reads: documents, or a data frame of them."""


def read_samples(model, documents, table):
    """Put what stands beside documents into a data frame, if the model reads that.

    Parameters
    ----------
    model : fitted estimator
    documents : list of str
    table : Table
        That they stand in.

    Returns
    -------
    list of str or DataFrame
    """
    from sklstm.datasets._files import read_columns
    from sklstm.display._optional import require

    text, static = columns_of(model)
    if text is None:
        return documents
    beside = read_columns(table, static, kinds=_kinds(model))
    columns = {text: documents, **beside}
    return require("pandas").DataFrame(columns)


def columns_of(model):
    """Name the columns that a model reads.

    Parameters
    ----------
    model : fitted estimator

    Returns
    -------
    text : str or None
        None where the model reads documents.

    static : list of str
    """
    from sklstm.features import StaticColumns
    from sklstm.text import TextColumns

    parts = _parts(model)
    texts = [part.names for part in parts if isinstance(part, TextColumns)]
    static = [part.names for part in parts if isinstance(part, StaticColumns)]
    text = texts[0][0] if texts else None
    return text, [name for names in static for name in names]


def _parts(model):
    return list(model.get_params().values()) if hasattr(model, "get_params") else []


def _kinds(model):
    """Tell numbers from categories as the fitted model does."""
    from sklstm.features import StaticColumns

    kinds = {}
    for part in _parts(model):
        if isinstance(part, StaticColumns) and hasattr(part, "kinds_"):
            kinds |= zip(part.names, part.kinds_, strict=True)
        for fitted in getattr(part, "estimators_", ()):  # of a stack, which are copies
            kinds |= _kinds(fitted)
    return kinds
