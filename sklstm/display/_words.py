"""Sentences in English and in Chinese."""

import locale
import os

LANGUAGES = ("en", "zh")


class Words:
    """Sentences of one language; a subclass brings its `catalog`.

    Parameters
    ----------
    language : {"en", "zh"} or None, default="en"
        None takes that of the locale.
    """

    catalog: dict = {language: {} for language in LANGUAGES}

    def __init__(self, language="en"):
        self.language = check_language(language)

    def __call__(self, key, **values):
        """Give the words for a key, with values filled in."""
        return self.catalog[self.language][key].format(**values)

    def __contains__(self, key):
        return key in self.catalog[self.language]

    def list(self, names):
        """Join names."""
        return self("comma").join(names)


def check_language(language):
    """Give a language that there are words for.

    Parameters
    ----------
    language : {"en", "zh"} or None
        None takes that of the locale, or English.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there are no words for it.
    """
    if language is None:
        return "zh" if _locale().lower().startswith(("zh", "chinese")) else "en"
    if language not in LANGUAGES:
        raise ValueError(
            f"language expects one of {', '.join(map(repr, LANGUAGES))}; got "
            f"{language!r}."
        )
    return str(language)


def _locale():
    """Language that the user has set; on Windows no variable has to say it."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return os.environ[variable]
    return locale.getlocale()[0] or ""
