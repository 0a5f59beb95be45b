"""The documents on which `sklstm.utils.estimator_checks` tries an estimator."""

from dataclasses import dataclass

import numpy as np

# Segmented by hand; the documents are the same without the spaces. Negation is in it,
# so is a word that repeats, and every class has an odd number of documents.
_POSITIVE = (
    "房间 很 干净 ， 服务 也 好 。",
    "早餐 很 好吃 ！",
    "位置 方便 ， 价格 不 贵 。",
    "前台 很 热情 ， 很 耐心 。",
    "不 吵 ， 睡 得 很 好 。",
    "这 本 书 写 得 真 好 ！",
    "屏幕 清楚 ， 电池 耐用 。",
    "下次 还 来 。",
    "送 得 很 快 ， 菜 很 新鲜 。",
)
_NEGATIVE = (
    "房间 很 脏 ， 服务 也 差 。",
    "早餐 不 好吃 。",
    "位置 偏 ， 价格 太 贵 ！",
    "前台 冷淡 ， 很 不 耐心 。",
    "太 吵 ， 睡 得 不 好 。",
    "这 本 书 写 得 真 差 ！",
    "屏幕 模糊 ， 电池 不 耐用 。",
    "下次 不 来 了 。",
    "送 得 很 慢 ， 菜 不 新鲜 。",
)
# No estimator may lose its footing on one of these: a lone surrogate, NUL, an emoji
# joined by ZWJ, a right-to-left mark, a private-use character, full-width letters.
_ODD = (
    "好\ud800坏",
    "好\x00坏",
    "\U0001f469\u200d\U0001f467 好",
    "\u200f好",
    "\ue000",
    "ＡＢＣ１２３　好",
    "房間很乾淨",
)


@dataclass(frozen=True)
class TextSamples:
    """Samples of one door.

    Attributes
    ----------
    X : list of str, or list of list of str
        Documents or token sequences.

    y : ndarray of shape (n_samples,)
        Their labels, "negative" and "positive".

    wordless : list
        Samples without a token.

    unseen : list
        Samples whose words are not in `X`.

    odd : list
        Samples of code points that break careless code.

    other_door : list
        Token sequences where documents are wanted, and the reverse.
    """

    X: list
    y: np.ndarray
    wordless: list
    unseen: list
    odd: list
    other_door: list


def make_text_samples(input):
    """Make the samples of a door.

    Parameters
    ----------
    input : {"documents", "tokens"}
        Which door.

    Returns
    -------
    TextSamples
    """
    sentences = [
        text for pair in zip(_POSITIVE, _NEGATIVE, strict=True) for text in pair
    ]
    y = np.array(["positive", "negative"] * len(_POSITIVE))
    tokens = [sentence.split() for sentence in sentences]
    documents = ["".join(words) for words in tokens]
    if input == "documents":
        unseen = ["黑天鹅", "鲸鱼 骆驼"]
        return TextSamples(documents, y, ["", " \t\n"], unseen, list(_ODD), tokens)
    if input == "tokens":
        unseen = [["黑", "天鹅"], ["鲸鱼", "骆驼"]]
        odd = [[text] for text in _ODD]
        return TextSamples(tokens, y, [[], []], unseen, odd, documents)
    raise ValueError(f"input is 'documents' or 'tokens'; got {input!r}.")


def containers_of(samples):
    """Put the same samples into every container that keeps their order.

    Parameters
    ----------
    samples : list of str, or list of list of str
        What the containers are to hold.

    Returns
    -------
    dict of str to callable
        What makes each container, by its name; those of packages that are not
        installed are left out.
    """
    objects = np.empty(len(samples), dtype=object)
    objects[:] = samples
    made = {
        "tuple": lambda: tuple(samples),
        "object ndarray": lambda: objects,
        "generator": lambda: (sample for sample in samples),
    }
    if isinstance(samples[0], str):
        made["str ndarray"] = lambda: np.array(samples)
        made["list of np.str_"] = lambda: [np.str_(sample) for sample in samples]
        made |= {
            "str column": lambda: np.array(samples)[:, np.newaxis],
            "object column": lambda: objects[:, np.newaxis],
        }
        made |= _string_containers(samples)
    else:
        made["list of ndarrays"] = lambda: [np.array(row, str) for row in samples]
        made["tuple of tuples"] = lambda: tuple(map(tuple, samples))
    return made | _pandas_containers(objects) | _polars_containers(samples)


def _string_containers(samples):
    """Arrays of the dtype that scikit-learn's meta-estimators let through."""
    if not hasattr(np.dtypes, "StringDType"):  # NumPy 1
        return {}
    dtype = np.dtypes.StringDType()
    return {
        "StringDType ndarray": lambda: np.array(samples, dtype=dtype),
        "StringDType column": lambda: np.array(samples, dtype=dtype)[:, np.newaxis],
    }


def _pandas_containers(objects):
    try:
        import pandas as pd
    except ImportError:
        return {}
    index = np.arange(len(objects))[::-1] * 7
    series = pd.Series(objects, index=index)
    made = {
        "pandas Series with a shuffled index": lambda: series,
        "pandas DataFrame with one column": lambda: series.to_frame("text"),
    }
    if isinstance(objects[0], str):
        made["pandas Series of string"] = lambda: series.astype("string")
    return made


def _polars_containers(samples):
    try:
        import polars as pl
    except ImportError:
        return {}
    return {"polars Series": lambda: pl.Series("text", samples)}
