"""What is left of the words that a document was cut into."""

import unicodedata

from sklstm.text._characters import holds_word


def cut_documents(documents, cut, rules):
    """Cut documents into words and leave out what the rules leave out.

    Parameters
    ----------
    documents : list of str
    cut : callable
        From str to list of str.

    rules : object
        With ``stop_words``, ``normalize``, ``lowercase`` and ``punctuation``.

    Returns
    -------
    list of list of str
    """
    kept = Kept(rules)
    texts = normalized(documents, rules.normalize)
    return [kept.filter(cut(text)) for text in texts]


def normalized(documents, normalize):
    """Bring documents into a Unicode form; what holds no word is then empty.

    Parameters
    ----------
    documents : list of str
    normalize : {"NFKC"} or None
        None changes nothing.

    Returns
    -------
    iterable of str
    """
    if normalize is None:
        return documents
    texts = (unicodedata.normalize(normalize, text) for text in documents)
    return (text if holds_word(text) else "" for text in texts)


class Kept(dict):
    """What becomes of each distinct word: its final form, or "" where it is dropped.

    Looking words up here also lets equal words share one object.
    """

    def __init__(self, rules):
        super().__init__()
        self._rules = rules

    def filter(self, words):
        # A list made of an iterator has room to grow; its copy takes what it needs.
        return list(filter(None, map(self.__getitem__, words)))[:]

    def __missing__(self, word):
        self[word] = kept = self._keep(word)
        return kept

    def _keep(self, word):
        rules = self._rules
        final = word.lower() if rules.lowercase else word
        if final in rules.stop_words:
            return ""
        if rules.normalize and word.isspace():
            return ""
        if rules.punctuation == "drop" and not holds_word(word):
            return ""
        return final
