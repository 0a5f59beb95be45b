"""Documents of any language become token sequences."""

from sklstm.text._base import CONSTRAINTS, BaseSegmenter
from sklstm.text._kept import Kept, cut_documents
from sklstm.text._offsets import find_offsets
from sklstm.text._patterns import load_pattern_cutter
from sklstm.utils import check_documents, plain


class RegexSegmenter(BaseSegmenter):
    r"""Segment documents of any language into words or characters with a pattern.

    Stateless: `transform` needs no `fit`.

    Parameters
    ----------
    pattern : str, default="words"
        "words" cuts at Unicode's word bounds, "characters" between characters as they
        are seen; anything else is a regular expression that finds the words, or holds
        them in its one group. See Notes.

    stop_words : {"chinese"}, list of str or None, default=None
        Words to leave out: "chinese" for the package's own list, or the words
        themselves, also as an array, a Series or a data frame with one column.

    normalize : {"NFKC"} or None, default="NFKC"
        Unicode form to bring documents and stop words into: full-width letters, digits
        and punctuation become ASCII, a letter and its accent one character. None
        leaves the text as it is, and then nothing but what other parameters ask for
        is left out.

    lowercase : bool, default=False
        Whether to put words into lower case, after they were cut.

    punctuation : {"keep", "drop"}, default="keep"
        Whether words of punctuation and white space alone are kept.

    See Also
    --------
    FunctionSegmenter : Words from a function of your own.
    JiebaSegmenter : Chinese words.
    TextCleaner : Takes out tags, links and the like before.

    Notes
    -----
    "words" follows the default word bounds of Unicode [1]_: contractions (don't,
    l'eau), numbers (3.5, 1,000), letters with digits (iPhone15), abbreviations (U.S)
    and letters with their accents stay whole, with digits and underscores; hyphens,
    #, @ and other marks are words by themselves. Runs of katakana and of Hangul stay
    whole, each Han character and each hiragana stands alone, as does each letter of
    Thai, Lao, Khmer and Burmese, whose words no rule tells. Emoji stay whole with all
    that belongs to them. In one thing it differs: C++, C# and A+ are words.

    "characters" are what a reader sees as one (grapheme clusters [1]_): a letter with
    its accents, an emoji with skin tone, a family joined of several, a flag.

    A regular expression is that of the package `regex`, which takes what Python's
    ``re`` takes, and classes such as ``\p{L}``. What it does not match is left out.

    With `normalize` set, white space is no word, and a document of white space and
    punctuation alone has none. With ``normalize=None`` the words of "words" and of
    "characters", joined, are the document.

    References
    ----------
    .. [1] Unicode Standard Annex 29, Unicode Text Segmentation.

    Examples
    --------
    >>> from sklstm import RegexSegmenter
    >>> RegexSegmenter(lowercase=True).transform(["I don't like it: 3.5 of 10!"])
    [['i', "don't", 'like', 'it', ':', '3.5', 'of', '10', '!']]
    >>> RegexSegmenter("characters").transform(["很好👍🏽"])
    [['很', '好', '👍🏽']]
    >>> RegexSegmenter(r"\w+").transform(["schön, sehr schön"])
    [['schön', 'sehr', 'schön']]
    """

    _parameter_constraints: dict = {"pattern": [str], **CONSTRAINTS}

    def __init__(
        self,
        pattern="words",
        *,
        stop_words=None,
        normalize="NFKC",
        lowercase=False,
        punctuation="keep",
    ):
        self.pattern = pattern
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
        """
        self._validate_params()
        documents = check_documents(X, self)
        return cut_documents(documents, self._cutter(), self._rules())

    def offsets(self, X):
        """Find where the words of `transform` stand in the documents.

        Parameters
        ----------
        X : sequence of str of shape (n_samples,)
            Documents.

        Returns
        -------
        list of ndarray of shape (n_tokens_i, 2), int64
            Start and stop of each word in characters (code points) of the document as
            it was given: ``document[start:stop]``. Of a character that normalisation
            makes into several words, each has the place of the whole.

        Examples
        --------
        >>> from sklstm import RegexSegmenter
        >>> segmenter, document = RegexSegmenter(lowercase=True), "ＯＫ, schön!"
        >>> segmenter.transform([document])
        [['ok', ',', 'schön', '!']]
        >>> [document[start:stop] for start, stop in segmenter.offsets([document])[0]]
        ['ＯＫ', ',', 'schön', '!']
        """
        self._validate_params()
        documents = check_documents(X, self)
        cut, kept = self._cutter(), Kept(self._rules())
        return [find_offsets(text, self.normalize, cut, kept) for text in documents]

    def _check_words(self):
        self._cutter()
        self._stop_words()

    def _cutter(self):
        return load_pattern_cutter(plain(self.pattern))
