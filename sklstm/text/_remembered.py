"""Words of documents that were cut before, kept by the process."""

from functools import lru_cache


@lru_cache(maxsize=4)
def remembered_words(cut, size):
    """Return what the process remembers of one way to cut.

    Parameters
    ----------
    cut : hashable
        All that decides the words of a document. Equal ones share their memory.

    size : int
        Most documents to remember, at least 1.

    Returns
    -------
    RememberedWords
    """
    return RememberedWords(size)


class RememberedWords:
    """Words by document, for at most `size` documents.

    Safe in threads without a lock, which a fork could find held: each change of the
    dict is one step, and two threads that miss the same document store the same words.
    """

    def __init__(self, size):
        self._size = size
        self._words = {}

    def look_up(self, documents, cut):
        """List the words of documents; cut those that are new, each once.

        Parameters
        ----------
        documents : list of str
            May repeat.

        cut : callable
            From list of str to list of list of str.

        Returns
        -------
        list of list of str
            The caller's own: to change them changes nothing that is remembered.
        """
        found = {text: self._words.get(text) for text in documents}
        new = [text for text, words in found.items() if words is None]
        if new:
            cut_now = dict(zip(new, map(tuple, cut(new)), strict=True))
            found.update(cut_now)
            self._remember(cut_now)
        return [list(found[text]) for text in documents]

    def _remember(self, words):
        # Started anew when full: to forget the oldest first would find nothing at all
        # in documents that come round again and are more than fit.
        if len(self._words) + len(words) > self._size:
            self._words.clear()
        self._words.update(list(words.items())[: self._size])
