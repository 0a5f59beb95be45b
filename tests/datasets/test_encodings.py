"""Each encoding is read as itself, refused, or said to be uncertain."""

import codecs
import gzip
import io
import sys
import zipfile

import pytest

from sklstm.datasets import _encodings, make_reviews, read_documents, read_reviews

SIMPLIFIED = [
    "房间很干净，早餐也好吃，服务员态度很好，下次还会再来。",
    "等了两个小时才上菜，味道很差，价格又贵，绝对不推荐。",
    "电池不耐用，屏幕又容易刮伤，客服完全不理人。",
]
TRADITIONAL = [
    "房間很乾淨，早餐也好吃，服務員態度很好，下次還會再來。",
    "等了兩個小時才上菜，味道很差，價錢又貴，絕對不推薦。",
    "這家旅館的位置非常方便，離捷運站只要五分鐘。",
    "電池不耐用，螢幕又容易刮傷，客服完全不理人。",
]
CANTONESE = [
    "呢間餐廳啲嘢食好好味，服務員又有禮貌，下次一定再嚟。",
    "等咗好耐，唔抵食。",
]
JAPANESE = [
    "部屋はとても綺麗で、朝食も美味しかったです。",
    "二時間も待たされて、味もいまいちでした。もう行きません。",
    "駅から近くて便利なホテルです。スタッフの対応も良い。",
    "カメラの画質が良くて満足しています。",
    "電池の持ちが悪く、画面もすぐに傷がつきました。",
]
KOREAN = [
    "방이 아주 깨끗하고 아침 식사도 맛있었습니다.",
    "두 시간이나 기다렸는데 맛도 별로였어요. 다시는 안 갑니다.",
    "화면이 흐리고 배터리가 오래가지 않습니다.",
]
RUSSIAN = ["Отличный отель, номера чистые, завтрак вкусный", "Долго ждали заказ"]
FRENCH = ["très bon hôtel, près de la gare", "déjeuner moyen, piscine fermée"]

OTHERS = {
    "shift_jis": (JAPANESE, "Shift-JIS", "cp932"),
    "cp932": (JAPANESE[:1], "Shift-JIS", "cp932"),
    "euc_jp": (JAPANESE, "EUC-JP", "euc_jp"),
    "euc_kr": (KOREAN, "EUC-KR", "cp949"),
    "cp949": (KOREAN[:1], "EUC-KR", "cp949"),
    "cp1251": (RUSSIAN, "an encoding of one byte", "cp1251"),
    "koi8_r": (RUSSIAN, "an encoding of one byte", "koi8_r"),
    "iso2022_jp": (JAPANESE, "ISO-2022", "iso2022_jp"),
}
FOUND_OUT = {
    "utf-8": CANTONESE,
    "utf-8-sig": SIMPLIFIED,
    "gb18030": SIMPLIFIED,
    "big5": TRADITIONAL,
    "cp950": TRADITIONAL[:2],
    "big5hkscs": CANTONESE,
    "utf-16": SIMPLIFIED,
    "utf-16-le": TRADITIONAL,
    "utf-16-be": JAPANESE,
    "utf-32": KOREAN,
}
MARKED_BIG_ENDIAN = {"utf-16-be": codecs.BOM_UTF16_BE, "utf-32-be": codecs.BOM_UTF32_BE}


def _table(texts):
    rows = [f'"{text}",{"negative" if i % 2 else "positive"}' for i, text in
            enumerate(texts)]  # fmt: skip
    return "\n".join(["text,label", *rows]) + "\n"


@pytest.mark.parametrize("encoding", OTHERS)
def test_text_in_another_encoding_is_refused_with_its_name(tmp_path, encoding):
    texts, name, remedy = OTHERS[encoding]
    for path, content in (("a.csv", _table(texts)), ("a.txt", "\n".join(texts))):
        (tmp_path / path).write_bytes(content.encode(encoding))
        read = read_reviews if path == "a.csv" else read_documents
        with pytest.raises(ValueError, match=rf"a\.\w+ .*{name}.*{remedy}") as caught:
            read(tmp_path / path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", FOUND_OUT)
def test_an_encoding_is_found_out_without_a_word(tmp_path, encoding):
    texts = FOUND_OUT[encoding]
    (tmp_path / "a.csv").write_bytes(_table(texts).encode(encoding))
    assert read_reviews(tmp_path / "a.csv").texts == texts
    (tmp_path / "a.txt").write_bytes("\n".join(texts).encode(encoding))
    assert read_documents(tmp_path / "a.txt") == texts


@pytest.mark.parametrize("encoding", MARKED_BIG_ENDIAN)
def test_a_mark_of_the_other_order_is_known(tmp_path, encoding):
    data = MARKED_BIG_ENDIAN[encoding] + _table(SIMPLIFIED).encode(encoding)
    (tmp_path / "a.csv").write_bytes(data)
    assert read_reviews(tmp_path / "a.csv").texts == SIMPLIFIED


@pytest.mark.parametrize("encoding", [*OTHERS, *FOUND_OUT])
def test_named_encodings_are_read(tmp_path, encoding, monkeypatch):
    texts = FOUND_OUT[encoding] if encoding in FOUND_OUT else OTHERS[encoding][0]
    path = tmp_path / "a.csv"
    path.write_bytes(_table(texts).encode(encoding))
    assert read_reviews(path, encoding=encoding).texts == texts
    assert read_documents(path, encoding=encoding) == texts
    stdin = io.TextIOWrapper(io.BytesIO("\n".join(texts).encode(encoding)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert read_documents("-", encoding=encoding) == texts


REVIEWS = make_reviews(300, n_classes=3, random_state=0)[0]
IN_GB18030 = {
    "reviews": REVIEWS,
    "simplified": SIMPLIFIED,
    "traditional": TRADITIONAL,
    "Cantonese": CANTONESE,
    "Japanese": JAPANESE,
    "hiragana in it": ["优の良品，味道很好"],
    "two words": ["很差", "联通"],
    "Korean": KOREAN,
    "full-width": ["ＡＢＣ１２３，。！？"],
}
UNPROVEN = {
    "one word": ["好"],
    "hanzi of the rows that EUC-KR takes for hangul": ["拒绝蒙牛牛奶", "较麻烦"],
    "repeated": ["哈" * 500, "垃圾" * 300, "苦苦苦苦", "赞赞赞" * 100],
    "faces": ["╰_╯", "(￣▽￣)~ 好吃", "╮(╯_╰)╭"],
    "emoji": ["好吃😀😀👍", "😀"],
    "private use": ["\ue000\ue001好"],
    "rare": ["龘靐齉爩", "嫑嘦嘂"],
    "Greek and Cyrillic": ["αβγ 系数很大", "привет，你好"],
    "Latin letters with marks": ["pīnyīn hěn nán 拼音很难"],
}


@pytest.mark.parametrize("case", IN_GB18030)
def test_gb18030_brings_no_false_alarm(tmp_path, case):
    texts = IN_GB18030[case]
    path = tmp_path / "a.txt"
    path.write_bytes("\n".join(texts).encode("gb18030"))
    assert read_documents(path) == texts
    (tmp_path / "a.csv").write_bytes(_table(texts).encode("gb18030"))
    assert read_documents(tmp_path / "a.csv") == texts


@pytest.mark.parametrize("case", UNPROVEN)
def test_what_proves_nothing_is_read_as_gb18030_and_said(tmp_path, case):
    texts = UNPROVEN[case]
    path = tmp_path / "a.txt"
    path.write_bytes("\n".join(texts).encode("gb18030"))
    with pytest.warns(UserWarning, match=r"GB18030, which its characters do not") as w:
        assert read_documents(path) == texts
    assert w[0].filename == __file__
    assert read_documents(path, encoding="gb18030") == texts


def _told(text, encoding):
    """Whether a text is read as itself; None where it is said to be uncertain."""
    notes = []
    try:
        found = _encodings.decode(text.encode(encoding), "a.txt", None, notes)
    except ValueError:
        return None
    return None if notes else found == text


def test_no_review_alone_is_taken_for_another_encoding():
    told = [_told(text, "gb18030") for text in REVIEWS]
    assert told.count(True) >= 0.97 * len(REVIEWS)
    assert False not in told


@pytest.mark.parametrize("encoding", [*OTHERS, *FOUND_OUT])
def test_no_sentence_becomes_another_without_a_word(encoding):
    texts = FOUND_OUT[encoding] if encoding in FOUND_OUT else OTHERS[encoding][0]
    assert False not in [_told(text, encoding) for text in texts]


OTHER_ALPHABETS = {
    "cp1253": ("Το ξενοδοχείο ήταν καθαρό και το πρωινό πολύ καλό", "one byte a char"),
    "cp1256": ("كان الفندق نظيفا والموظفون لطفاء ولكن الافطار", "nobody writes"),
    # Without blanks, so that its bytes are pairs.
    "cp874": ("ห้องพักสะอาดมากอาหารเช้าอร่อยพนักงานบริการดีนะ", "nobody writes"),
}


@pytest.mark.parametrize("encoding", OTHER_ALPHABETS)
def test_other_alphabets_are_not_read_as_hanzi(tmp_path, encoding):
    text, message = OTHER_ALPHABETS[encoding]
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    with pytest.raises(ValueError, match=message):
        read_documents(tmp_path / "a.txt")


def test_a_broken_character_does_not_hide_the_encoding(tmp_path):
    content = _table(TRADITIONAL).encode("big5")
    (tmp_path / "a.csv").write_bytes(content + b"\xff,\n")
    message = r"nor GB18030 nor Big5: byte 0xff at \d+ \(line 6\) fits in neither"
    with pytest.raises(ValueError, match=message):
        read_reviews(tmp_path / "a.csv")


@pytest.mark.parametrize("encoding", ["big5", "shift_jis"])
def test_the_lines_that_tell_may_stand_late(tmp_path, encoding):
    texts = TRADITIONAL if encoding == "big5" else JAPANESE
    content = b"text,label\n" + b"ok,1\n" * 60_000 + _table(texts).encode(encoding)
    (tmp_path / "a.csv").write_bytes(content)
    if encoding == "big5":
        assert read_documents(tmp_path / "a.csv")[-4:] == TRADITIONAL
    else:
        with pytest.raises(ValueError, match="looks like text in Shift-JIS"):
            read_reviews(tmp_path / "a.csv")


def test_text_in_latin_letters_is_refused(tmp_path):
    (tmp_path / "a.txt").write_bytes("\n".join(FRENCH).encode("latin-1"))
    with pytest.raises(ValueError, match=r"one byte a character.*--encoding"):
        read_documents(tmp_path / "a.txt")
    assert read_documents(tmp_path / "a.txt", encoding="latin-1") == FRENCH


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("nonsense", "'nonsense' is no encoding of text that Python knows"),
        ("hex", "'hex' is no encoding of text"),
        ("ascii", r"a\.csv is no text in 'ascii'"),
        ("utf-8", r"a\.csv is no text in 'utf-8'"),
        ("utf-16", r"a\.csv is no text in 'utf-16'|has no column"),
    ],
)
def test_a_wrong_name_is_answered(tmp_path, encoding, message):
    (tmp_path / "a.csv").write_bytes(_table(SIMPLIFIED).encode("gb18030"))
    with pytest.raises(ValueError, match=message):
        read_reviews(tmp_path / "a.csv", encoding=encoding)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


def _zip(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return buffer.getvalue()


KINDS = {
    "zip": (b"PK\x03\x04\x14", "zip archive"),
    "gzip": (b"\x1f\x8b\x08", "gzip archive"),
    "twice gzip": (gzip.compress(gzip.compress(b"a")), "gzip archive within another"),
    "Word": (_zip("word/document.xml"), "a Word document"),
    "OpenDocument": (_zip("content.xml"), r"an OpenDocument file \(\.ods\)"),
    "binary workbook": (_zip("xl/workbook.bin"), r"binary Excel workbook \(\.xlsb\)"),
    "old workbook": (OLE, r"old Excel workbook \(\.xls\)"),
    "password": (
        OLE + "EncryptedPackage".encode("utf-16-le"),
        "Excel workbook with a password",
    ),
    "Feather": (b"ARROW1\0\0", "a Feather file"),
    "bzip2": (b"BZh91AY&SY", "bzip2 archive"),
    "xz": (b"\xfd7zXZ\x00", "xz archive"),
    "zstandard": (b"\x28\xb5\x2f\xfd\x04", "zstandard archive"),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
    "RTF": (b"{\\rtf1\\ansi", "RTF"),
    "pickle": (b"\x80\x04\x95\x0b\x00", "a pickle"),
    "picture": (b"\x89PNG\r\n\x1a\n", "a picture"),
    "NUL": (b"\0" * 5000, "nothing but NUL bytes"),
    "NUL at the end": (
        b"text,label\n" + b"a,1\n" * 999 + b"\0" * 9,
        "NUL byte in line",
    ),
    "HTML": (b"\n<!DOCTYPE html>\n<html><body>text,label", "an HTML or XML page"),
    "XML": (b"<?xml version='1.0'?><a/>", "an HTML or XML page"),
    "cut": (
        _table(SIMPLIFIED).encode()[:-12],
        r"UTF-8 that ends within a character \(line 4\)",
    ),
}


@pytest.mark.parametrize("case", KINDS)
def test_what_is_no_text_is_called_by_its_name(tmp_path, case):
    content, message = KINDS[case]
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_reviews(tmp_path / "a.csv")
    assert str(caught.value).startswith("a.csv ") and "\n" not in str(caught.value)


@pytest.mark.parametrize("reading", _encodings._READINGS)
def test_any_bytes_can_be_weighed(reading):
    everything = bytes(lead for pair in range(2**16) for lead in divmod(pair, 256))
    for data in (everything, everything[1:]):
        n_familiar, n_beyond_ascii = _encodings._familiar(data, reading) or (0, 1)
        assert n_familiar < 0.5 * n_beyond_ascii
