"""Token sequences become sequences of part-of-speech tags."""

import os

from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions

from sklstm.text._characters import holds_word
from sklstm.text._pos_model import is_chinese, load_tagger, tag_by_model
from sklstm.text._word_lists import user_words
from sklstm.utils import (
    DocumentOutputMixin,
    Estimator,
    TextTransformerMixin,
    check_token_sequences,
)

COARSE_TAGS = {
    "noun": ("n", "ng", "t", "tg", "s", "f", "an", "g", "j"),
    "name": ("nr", "nrfg", "nrt", "ns", "nt", "nz"),
    "verb": ("v", "vg", "vi", "vn", "vq"),
    "adjective": ("a", "ag", "b", "z"),
    "adverb": ("d", "dg", "df", "ad", "vd"),
    "pronoun": ("r", "rg", "rr", "rz"),
    "numeral": ("m", "mg", "mq"),
    "measure": ("q",),
    "preposition": ("p",),
    "conjunction": ("c",),
    "particle": ("u", "ud", "ug", "uj", "ul", "uv", "uz"),
    "modal": ("y", "yg", "e", "o"),
    "idiom": ("i", "l"),
    "foreign": ("eng",),
    "punctuation": (),
    "other": (),
}
_COARSE = {tag: coarse for coarse, tags in COARSE_TAGS.items() for tag in tags}


class JiebaPOSTagger(DocumentOutputMixin, TextTransformerMixin, Estimator):
    """Tag each word of a segmented document with its part of speech.

    Stateless: `transform` needs no `fit`.

    Parameters
    ----------
    tagset : {"jieba", "coarse"}, default="jieba"
        "jieba" gives jieba's own tags, such as n, v, a, d; "coarse" gives one of 16
        names, see Notes.

    user_dict : str, path-like, list or None, default=None
        Words with tags that come before jieba's: the path of a UTF-8 file in jieba's
        form (a word a line, then optionally its frequency and tag), or a list, tuple,
        set or Series of word, (word, freq) or (word, freq, tag). A word without a tag
        is tagged as an unknown word is; the frequency is not used.

    See Also
    --------
    JiebaSegmenter : Makes the words.
    POSFeatureExtractor : Features of a document that rest on the coarse tags.

    Notes
    -----
    The tags are aligned: ``len(tags[i]) == len(X[i])``. A word of several characters
    that jieba's dictionary holds has the dictionary's tag, and so has a lone
    character. Unknown words, and characters of which several stand side by side, are
    tagged by the hidden Markov model of ``jieba.posseg``, held to the given cut; runs
    of them are remembered, since they repeat. On words that ``jieba.posseg`` cuts
    alike, about 99 in 100 tags are the same; the rest are mostly single digits and
    dots, which it tags both m and x.

    ============ ================================= ==========================
    coarse tag   jieba's tags                      for instance
    ============ ================================= ==========================
    noun         n ng t tg s f an g j              房间, 今天, 里面
    name         nr nrfg nrt ns nt nz              李白, 北京, 诺基亚
    verb         v vg vi vn vq                     喜欢, 服务
    adjective    a ag b z                          干净, 主要
    adverb       d dg df ad vd                     很, 不, 非常
    pronoun      r rg rr rz                        我们, 这个
    numeral      m mg mq                           一个, 3
    measure      q                                 次, 元
    preposition  p                                 在, 对于
    conjunction  c                                 但是, 和
    particle     u ud ug uj ul uv uz               的, 了, 着
    modal        y yg e o                          吧, 呢, 哈哈
    idiom        i l                               莫名其妙, 没想到
    foreign      eng                               wifi
    punctuation  x of punctuation and white space  !, ...
    other        everything else                   😊
    ============ ================================= ==========================

    jieba's tag zg, under which its dictionary lists many single characters, 很 and 您
    among them, says nothing of their kind: there the coarse tag follows the model.

    Examples
    --------
    >>> from sklstm import JiebaPOSTagger
    >>> words = [["房间", "很", "干净", "!"]]
    >>> JiebaPOSTagger().transform(words)
    [['n', 'zg', 'a', 'x']]
    >>> JiebaPOSTagger(tagset="coarse").transform(words)
    [['noun', 'adverb', 'adjective', 'punctuation']]
    """

    _parameter_constraints: dict = {
        "tagset": [StrOptions({"jieba", "coarse"})],
        "user_dict": [str, os.PathLike, "array-like", None],
    }

    def __init__(self, *, tagset="jieba", user_dict=None):
        self.tagset = tagset
        self.user_dict = user_dict

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Check parameters and words; nothing is learned.

        Parameters
        ----------
        X : sequence of sequences of str of shape (n_samples,)
            Token sequences.

        y : None
            Ignored.

        Returns
        -------
        JiebaPOSTagger
            The estimator itself.
        """
        check_token_sequences(X, self, min_samples=1)
        user_words(self.user_dict, None, self)
        return self

    def transform(self, X):
        """Tag words.

        Parameters
        ----------
        X : sequence of sequences of str of shape (n_samples,)
            Token sequences.

        Returns
        -------
        list of list of str of shape (n_samples,)
            The tag of each word.
        """
        self._validate_params()
        sequences = check_token_sequences(X, self)
        rename = _coarse_tag if self.tagset == "coarse" else None
        tagger = load_tagger(user_words(self.user_dict, None, self), rename)
        return [tagger.tag(words) for words in sequences]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags


def _coarse_tag(word, tag):
    if tag == "zg" and is_chinese(word):
        tag = tag_by_model([word])[0]
    if tag in _COARSE:
        return _COARSE[tag]
    return "other" if holds_word(word) else "punctuation"
