"""Documents become token sequences with a function of the user's own."""

from collections.abc import Iterable, Mapping, Set

from sklstm.text._base import CONSTRAINTS, BaseSegmenter
from sklstm.text._kept import Kept, normalized
from sklstm.utils import check_documents

_NO_WORDS = (str, bytes, bytearray, Mapping, Set)


class FunctionSegmenter(BaseSegmenter):
    """Segment documents into words with a function of your own.

    Stateless: `transform` needs no `fit`.

    Parameters
    ----------
    function : callable
        Takes a document, returns its words: a list of str, or another iterable that
        keeps their order. It is not asked about an empty document. To be pickled it
        has to stand in a module (``def``, no lambda).

    stop_words : {"chinese"}, list of str or None, default=None
        Words to leave out: "chinese" for the package's own list, or the words
        themselves, also as an array, a Series or a data frame with one column.

    normalize : {"NFKC"} or None, default=None
        Unicode form to bring documents and stop words into before the function sees
        them: full-width letters, digits and punctuation become ASCII. White space is
        then no word, and a document of white space and punctuation alone has none.
        None leaves the text as it is.

    lowercase : bool, default=False
        Whether to put words into lower case, after they were cut.

    punctuation : {"keep", "drop"}, default="keep"
        Whether words of punctuation and white space alone are kept.

    See Also
    --------
    JiebaSegmenter : Chinese words.
    RegexSegmenter : Words of any language by a pattern.

    Notes
    -----
    Empty words are left out. Row, order and company of a document are to make no
    difference to what the function returns.

    Examples
    --------
    >>> from sklstm import FunctionSegmenter
    >>> FunctionSegmenter(str.split).transform(["good food", ""])
    [['good', 'food'], []]
    """

    _parameter_constraints: dict = {"function": [callable], **CONSTRAINTS}

    def __init__(
        self,
        function,
        *,
        stop_words=None,
        normalize=None,
        lowercase=False,
        punctuation="keep",
    ):
        self.function = function
        self.stop_words = stop_words
        self.normalize = normalize
        self.lowercase = lowercase
        self.punctuation = punctuation

    def transform(self, X):
        """Segment documents.

        Parameters
        ----------
        X : sequence of str of shape (n_samples,)
            Documents.

        Returns
        -------
        list of list of str of shape (n_samples,)
            The words of each document.

        Raises
        ------
        TypeError
            If the function returns anything but words.
        """
        self._validate_params()
        documents = check_documents(X, self)
        kept = Kept(self._rules())
        texts = enumerate(normalized(documents, self.normalize))
        return [
            kept.filter(self._cut(text, row) if text else ()) for row, text in texts
        ]

    def _cut(self, text, row):
        words = self.function(text)
        if isinstance(words, _NO_WORDS) or not isinstance(words, Iterable):
            raise self._unusable(row, type(words).__name__)
        words = list(words)
        for position, word in enumerate(words):
            if not isinstance(word, str):
                came = f"{type(word).__name__} at position {position}"
                raise self._unusable(row, came)
        return list(map(str, words))

    def _unusable(self, row, came):
        return TypeError(
            "FunctionSegmenter expects function to return the words of one document, a "
            f"list of str; for row {row} it returned {came}. What takes several "
            "documents at once goes into a transformer."
        )
