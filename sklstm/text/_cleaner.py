"""Documents without what is no text."""

from numbers import Integral

import regex
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval

from sklstm.text._markup import strip_markup
from sklstm.text._patterns import CHARACTERS
from sklstm.text._simplified import load_converter
from sklstm.utils import (
    Estimator,
    OutputMixin,
    TextTransformerMixin,
    check_documents,
    plain,
)

_URL = regex.compile(
    r"(?<![a-z0-9])(?:(?:https?|ftp)://|www\.)"
    r"[a-z0-9\-._~:/?#@!$&'*+,;=%()\[\]]*[a-z0-9\-_~/#=&%$+@]",
    regex.IGNORECASE | regex.ASCII,
)
_EMAIL = regex.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+"
)
# Longer ones are no names, but text without spaces.
_MENTION = regex.compile(r"(?<![A-Za-z0-9_@])(?:@+[\w-]{1,30}(?![\w-]))+")
_APOSTROPHE = regex.compile(
    r"(?<=[\p{Latin}\p{Cyrillic}\p{Greek}])[\u2018\u2019\u02bc\uff07]"
    r"(?=[\p{Latin}\p{Cyrillic}\p{Greek}])"
)
# It takes marks that do not repeat, too, so as not to begin inside of one.
_ROW = regex.compile(rf"((?=[\p{{P}}\p{{S}}])(?:{CHARACTERS}))\1*+")


class TextCleaner(OutputMixin, TextTransformerMixin, Estimator):
    """Take out of documents what is no text: markup, links, addresses, repeated marks.

    Stateless: `transform` needs no `fit`. To clean twice changes nothing more.

    Parameters
    ----------
    html : bool, default=True
        Whether to take out HTML's tags and comments, scripts and style sheets with what
        they hold, and to write its references (``&amp;``, ``&#39;``) as characters.

    urls : bool, default=True
        Whether to take out what begins with ``http://``, ``https://``, ``ftp://`` or
        ``www.``, up to the first character that no address holds.

    emails : bool, default=True
        Whether to take out e-mail addresses.

    mentions : bool, default=True
        Whether to take out names of users: @ and up to 30 letters, digits, _ or -.

    apostrophes : bool, default=True
        Whether to write the curly apostrophe as the straight one (don’t, don't),
        between letters of the Latin, Greek and Cyrillic scripts.

    max_repeats : int or None, default=3
        Most times that a punctuation mark, a symbol or an emoji stands in a row, at
        least 2. None leaves all.

    simplify : bool, default=False
        Whether to write traditional Chinese characters as simplified ones, with OpenCC
        (``pip install 'sklstm[chinese]'``).

    See Also
    --------
    JiebaSegmenter : Chinese words.
    RegexSegmenter : Words of any language by a pattern.

    Notes
    -----
    The steps run in the order of the parameters. References are written out first, as
    often as they are nested, and tags are taken out of the result: ``&lt;br&gt;`` is a
    tag, too. A tag of an element that stands inside a line (``<b>``, ``<a>``) leaves
    nothing, any other, and whatever else is taken out, a space, so that no two words
    become one. Tags are those of HTML's own elements: ``<3``, ``1 < 2 > 0``, ``a<b``
    and ``<name>`` stay, as does a tag that does not end.

    Emoji stay whole, with skin tone and all that is joined to them; a row of one emoji
    is cut like a row of marks. Letters and digits are never cut: 哈哈哈哈, 10000.

    Each step takes time in proportion to the length of the document, whatever is in it.

    Examples
    --------
    >>> from sklstm import TextCleaner
    >>> TextCleaner().transform(["<p>Tom &amp; I don’t agree!!!!</p>👍🏽👍🏽👍🏽👍🏽"])
    [" Tom & I don't agree!!! 👍🏽👍🏽👍🏽"]
    >>> TextCleaner().transform(["@小明 看 https://example.com/a?b=1，很<b>好</b>吃"])
    ['  看  ，很好吃']
    """

    _parameter_constraints: dict = {
        "html": ["boolean"],
        "urls": ["boolean"],
        "emails": ["boolean"],
        "mentions": ["boolean"],
        "apostrophes": ["boolean"],
        "max_repeats": [Interval(Integral, 2, None, closed="left"), None],
        "simplify": ["boolean"],
    }

    def __init__(
        self,
        *,
        html=True,
        urls=True,
        emails=True,
        mentions=True,
        apostrophes=True,
        max_repeats=3,
        simplify=False,
    ):
        self.html = html
        self.urls = urls
        self.emails = emails
        self.mentions = mentions
        self.apostrophes = apostrophes
        self.max_repeats = max_repeats
        self.simplify = simplify

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check parameters and documents; nothing is learned.

        Parameters
        ----------
        X : sequence of str of shape (n_samples,)
            Documents.

        y : None
            Ignored.

        Returns
        -------
        self : TextCleaner
            The estimator itself.
        """
        check_documents(X, self, min_samples=1)
        self._steps()
        return self

    def transform(self, X):
        """Clean documents.

        Parameters
        ----------
        X : sequence of str of shape (n_samples,)
            Documents.

        Returns
        -------
        list of str of shape (n_samples,)
            In the order of `X`.
        """
        self._validate_params()
        documents = check_documents(X, self)
        for clean in self._steps():
            documents = [clean(text) for text in documents]
        return documents

    def _steps(self):
        steps = [
            (self.html, strip_markup),
            (self.urls, _without_urls),
            (self.emails, _without_emails),
            (self.mentions, _without_mentions),
            (self.apostrophes, _with_straight_apostrophes),
        ]
        steps = [step for is_on, step in steps if is_on]
        if self.max_repeats is not None:
            steps.append(_Shortener(plain(self.max_repeats)))
        return [*steps, load_converter()] if self.simplify else steps

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags


def _without_urls(text):
    return _URL.sub(" ", text)


def _without_emails(text):
    return _EMAIL.sub(" ", text) if "@" in text else text


def _without_mentions(text):
    return _MENTION.sub(" ", text) if "@" in text else text


def _with_straight_apostrophes(text):
    return _APOSTROPHE.sub("'", text)


class _Shortener:
    """Cuts rows of one mark, symbol or emoji to a number of them."""

    def __init__(self, n):
        self._n = n

    def __call__(self, text):
        return _ROW.sub(self._cut, text)

    def _cut(self, row):
        return row[0][: len(row[1]) * self._n]
