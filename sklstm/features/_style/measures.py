"""Groups of features that need nothing learned: kinds of words, length and tone."""

import numpy as np

from sklstm.features._style.document_measures import mean_and_deviation, ratio

TAG_CODES = {
    tag: code
    for code, tag in enumerate(
        (
            "noun",
            "name",
            "verb",
            "adjective",
            "adverb",
            "pronoun",
            "numeral",
            "measure",
            "preposition",
            "conjunction",
            "particle",
            "modal",
            "idiom",
            "foreign",
            "punctuation",
            "other",
        )
    )
}
_PLAIN_SIGNS = ("exclamation", "question", "tilde", "emoji", "modal", "strong_degree")
_OTHER_WORDS = ("weak_degree", "negation", "contrast")


def measure_pos(documents):
    """Share of each coarse tag."""
    n_tokens = documents.total()
    return {
        tag: ratio(documents.total(documents.tags == code), n_tokens)
        for tag, code in TAG_CODES.items()
    }


def measure_length(documents):
    """Numbers of characters, words, clauses and sentences, and their sizes."""
    n_rows = documents.n_rows
    n_characters = documents.traits.n_characters
    words = documents.rows[documents.is_word], n_characters[documents.is_word]
    clauses = documents.segments(_clause_ends(documents))
    sentences = documents.segments(_sentence_ends(documents))
    columns = {"characters": np.log1p(documents.total(n_characters))}
    for name, (rows, _) in zip(
        ("words", "clauses", "sentences"), (words, clauses, sentences), strict=True
    ):
        columns[name] = np.log1p(np.bincount(rows, minlength=n_rows))
    for name, (rows, sizes) in zip(
        ("word", "clause", "sentence"), (words, clauses, sentences), strict=True
    ):
        mean, deviation = mean_and_deviation(rows, sizes, n_rows)
        columns |= {f"{name}_mean": mean, f"{name}_deviation": deviation}
    return columns


def measure_tone(documents):
    """How level or agitated the voice is."""
    signs = _signs(documents)
    others = {
        name: getattr(documents.traits, f"is_{name}") == 1 for name in _OTHER_WORDS
    }
    n_tokens = documents.total()
    columns = {
        f"{name}_share": ratio(documents.total(flag), n_tokens)
        for name, flag in (signs | others).items()
    }
    for name in ("exclamation", "question", "ellipsis"):
        columns[f"{name}_run"] = np.log1p(documents.longest_run(signs[name]))
    return columns | _repeats(documents) | _flatness(documents, signs)


def _signs(documents):
    """Flag the tokens that agitate a voice, by kind."""
    signs = {
        name: getattr(documents.traits, f"is_{name}") == 1 for name in _PLAIN_SIGNS
    }
    stop = documents.traits.is_full_stop == 1
    dots = documents.traits.is_ellipsis == 1
    return signs | {"ellipsis": dots | (stop & documents.follows(stop))}


def _repeats(documents):
    """Share of the characters that equal the one before them."""
    traits = documents.traits
    at_edge = np.zeros(len(documents.rows), bool)
    at_edge[1:] = traits.first[1:] == traits.last[:-1]
    at_edge &= documents.follows(np.ones(len(at_edge), bool))
    repeats = traits.n_repeats + at_edge
    n_characters = documents.total(traits.n_characters)
    return {
        f"repeated_{name}_share": ratio(
            documents.total(repeats * (documents.is_word == of_words)), n_characters
        )
        for name, of_words in (("character", True), ("punctuation", False))
    }


def _flatness(documents, signs):
    rows, sizes = documents.segments(_clause_ends(documents))
    mean, deviation = mean_and_deviation(rows, sizes, documents.n_rows)
    variation = ratio(deviation, mean)
    n_clauses = np.maximum(np.bincount(rows, minlength=documents.n_rows), 1)
    n_signs = sum(map(documents.total, signs.values()))
    return {
        "clause_variation": variation,
        "flatness": 1 / (1 + n_signs / n_clauses + variation),
    }


def _sentence_ends(documents):
    traits = documents.traits
    marks = traits.is_exclamation + traits.is_question + traits.is_ellipsis
    return marks + traits.is_full_stop > 0


def _clause_ends(documents):
    traits = documents.traits
    return _sentence_ends(documents) | (traits.is_comma + traits.is_tilde > 0)
