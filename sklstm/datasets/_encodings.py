"""From the bytes of a file to text: its encoding, and what is no text.

Every pair of high bytes is some character of GB18030, so that text in Big5, Shift-JIS
or EUC-KR would be read as other characters without a word. So a file that is no UTF-8
is read in each encoding, and what comes out is weighed by how often such characters
are written: text read in its own encoding consists of frequent ones.
"""

import io
import math
import re
from collections import Counter
from functools import lru_cache

_SAMPLE = 2**17  # bytes that are weighed
# By how many nats another encoding must be likelier than GB18030: a wrong alarm on a
# GB18030 file is worse than a wrong reading of half a sentence.
_CERTAIN = 16.0
_ARCHIVES = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"BZh91AY": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstandard archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!\x1a": "a RAR archive",
    b"PAR1": "a Parquet file",
    b"ARROW1": "a Feather file",
    b"%PDF": "a PDF",
    b"{\\rtf": "an RTF document",
    b"SQLite": "an SQLite database",
    b"\x93NUMPY": "a NumPy array",
    b"\x89HDF": "an HDF5 file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x80\x04\x95": "a pickle",
}
_MARKS = {  # UTF-32's begin as UTF-16's do
    b"\xff\xfe\0\0": "UTF-32 text",
    b"\0\0\xfe\xff": "UTF-32 text",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}
_ESCAPE = re.compile(rb"\x1b\$[@AB(]|\x1b\(J")
_REPEATED = re.compile(rb"(?s)(.{2,12}?)\1+")
_ONE_BYTE = "an encoding of one byte a character (Latin-1, Windows-1251, KOI8-R)"
_ICONV_NAMES = {
    "cp950": "BIG5",
    "big5hkscs": "BIG5-HKSCS",
    "euc_jp": "EUC-JP",
    "koi8_r": "KOI8-R",
    "iso2022_jp": "ISO-2022-JP",
}
_FREQUENT_HANZI = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着"
    "去之过家学对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主"
    "行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二"
    "理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走"
    "电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市"
    "眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提"
    "感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它"
    "买吃差送味店服房价钱快慢错喜欢满非够吗吧呢啊东质量态度环境早餐酒干净推荐客宾馆，"
    "這來個說們為時會過學對後沒開經頭動兩長樣現將與進實點種聲話兒問機給幾業間電門東氣"
    "關軍產萬體別處總場師書員報馬張難數車應親務號記邊風戰買錢歡滿嗎質態環淨薦賓館價變"
    "請讓從當發無見嘅咗喺唔係佢啲冇嚟咁"
)
_FREQUENT_HANGUL = frozenset(
    "이다는을가에의고하한지도로은들어사나리기를있서그자시대아인라수해일니보게만정과장부면"
    "여상오전주스으제구조것원동거음없요안했성물마비러적세였미용신유우무실모습선내생화때치"
    "드까국말경저간되방공와진두들분한소회입님좋습네요는데처럼많친절깨끗"
)
_FREQUENT_KANJI = frozenset(
    "日一国人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者地合市業内"
    "相方四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表経通外最言現理調体"
    "化田当八六約主題下意法不来作性的要用制度務強気小七成期公取都和機平総加山思家話世受多"
    "続進正安設保改数記院女初北午指心界支第産結百点教書活原先共得解名交資予向際勝面文反元"
    "重近千考認画海売利組知道信集在件別物側任引使求所次水半品論計死係感特情投示変打男基私"
    "各始直両朝価式確提運終果西減広容必応電歳住談能無再位置真流有口過局少放常校料状工建語"
    "空土与急止送可役木身付切由説転食比難車何南足違消番術展態備配視条独育席起万着乗店残想"
    "線率病声質念待試然早張映限親環験追商葉伝働形景落担好退準頭技低毎医味負失移差個門写評"
    "守若極種美影命福量望非整段型白深字答夜製音様注呼達部屋駅風呂狭綺麗悪掃除客室宿泊満"
)
_PUNCTUATION = "punctuation"


class _Reading:
    """An encoding and how often its kinds of characters are written.

    Parameters
    ----------
    name : str
        For messages.

    codec : str
        Python's name.

    kind_of : callable
        From a character and its bytes to a kind.

    shares : dict of str to (float, int)
        Of each kind, its share of the text and how many characters it has.
    """

    def __init__(self, name, codec, kind_of, shares):
        self.name = name
        self.codec = codec
        self._kind_of = lru_cache(maxsize=None)(kind_of)
        self._weights = {
            kind: math.log(share / size) for kind, (share, size) in shares.items()
        }

    def weigh(self, data):
        """Log-probability of bytes."""
        counts = Counter(data.decode(self.codec, errors="replace"))
        return sum(n * self._weight(character) for character, n in counts.items())

    def _weight(self, character):
        if character < "\x80":
            return _ASCII
        if character == "\ufffd":
            return _BROKEN
        # A codec may read marks apart that it does not write apart.
        code = character.encode(self.codec, errors="replace")
        kind = self._kind_of(character, code)
        return self._weights.get(kind, _RARE)


_ASCII, _RARE, _BROKEN = math.log(1 / 50), math.log(1e-7), math.log(1e-8)


def _kind_in_gb18030(character, code):
    if character in _FREQUENT_HANZI:
        return "frequent"
    if len(code) != 2:
        return "four bytes" if len(code) == 4 else None
    lead, trail = code
    if trail < 0xA1:
        return "extension" if lead >= 0x81 else None
    if 0xB0 <= lead <= 0xD7:
        return "level 1"
    if 0xD8 <= lead <= 0xF7:
        return "level 2"
    if lead in (0xA1, 0xA3):
        return _PUNCTUATION
    if lead in (0xA4, 0xA5):
        return "kana"
    return "extension" if lead < 0xA1 else "symbol" if lead < 0xAA else None


def _kind_in_big5(character, code):
    if character in _FREQUENT_HANZI:
        return "frequent"
    if len(code) != 2:
        return None
    if 0xA1 <= code[0] <= 0xA3:
        return _PUNCTUATION
    if 0xA4 <= code[0] <= 0xC6:
        return "level 1"
    return "level 2" if 0xC9 <= code[0] <= 0xF9 else "extension"


def _kind_in_japanese(character, _):
    if "\u3041" <= character <= "\u3096":
        return "hiragana"
    if "\u30a1" <= character <= "\u30fc":
        return "katakana"
    if "\uff61" <= character <= "\uff9f":
        return "half-width"
    if character < "\u3040" or character > "\uff00":
        return _PUNCTUATION
    if character in _FREQUENT_KANJI:
        return "frequent"
    code = character.encode("euc_jp", errors="ignore")
    if len(code) != 2:
        return None
    return "level 1" if 0xB0 <= code[0] <= 0xCF else "level 2"


def _kind_in_korean(character, code):
    if character in _FREQUENT_HANGUL:
        return "frequent"
    if "\uac00" <= character <= "\ud7a3":
        return "hangul" if min(code) >= 0xA1 else "extension"
    if 0xA1 <= code[0] <= 0xA3:
        return _PUNCTUATION
    return "hanja" if "\u4e00" <= character <= "\u9fff" else None


def _kind_in_latin(character, _):
    return "letter" if "\xc0" <= character <= "\xff" else None


def _kind_in_cyrillic(character, _):
    if "\u0430" <= character <= "\u0451":
        return "small letter"
    return "capital letter" if "\u0401" <= character <= "\u042f" else None


_GB18030 = _Reading(
    "GB18030",
    "gb18030",
    _kind_in_gb18030,
    {
        "frequent": (0.45, len(_FREQUENT_HANZI)),
        "level 1": (0.35, 3755),
        _PUNCTUATION: (0.12, 190),
        "extension": (0.04, 14000),
        "level 2": (0.02, 3008),
        # Almost as in EUC-JP, whose bytes they share: the kanji around them tell.
        "kana": (0.15, 86),
        "symbol": (0.003, 400),
        "four bytes": (0.003, 5000),
    },
)
_BIG5_SHARES = {
    "frequent": (0.45, len(_FREQUENT_HANZI)),
    "level 1": (0.38, 5401),
    _PUNCTUATION: (0.13, 400),
    "level 2": (0.02, 7652),
    "extension": (0.003, 3000),
}
_JAPANESE_SHARES = {
    "hiragana": (0.45, 86),
    "katakana": (0.12, 90),
    "frequent": (0.2, len(_FREQUENT_KANJI)),
    "level 1": (0.09, 2965),
    _PUNCTUATION: (0.1, 250),
    "level 2": (0.01, 3390),
    "half-width": (0.003, 63),
}
_KOREAN_SHARES = {
    "frequent": (0.52, len(_FREQUENT_HANGUL)),
    "hangul": (0.4, 2350),
    _PUNCTUATION: (0.02, 280),
    "hanja": (0.005, 4888),
    "extension": (0.001, 8822),
}
_CYRILLIC_SHARES = {"small letter": (0.7, 34), "capital letter": (0.05, 34)}
_OTHERS = (
    _Reading("Big5", "cp950", _kind_in_big5, _BIG5_SHARES),
    _Reading("Big5 (Hong Kong)", "big5hkscs", _kind_in_big5, _BIG5_SHARES),
    _Reading("Shift-JIS", "cp932", _kind_in_japanese, _JAPANESE_SHARES),
    _Reading("EUC-JP", "euc_jp", _kind_in_japanese, _JAPANESE_SHARES),
    _Reading("EUC-KR", "cp949", _kind_in_korean, _KOREAN_SHARES),
    _Reading(_ONE_BYTE, "cp1252", _kind_in_latin, {"letter": (0.1, 64)}),
    _Reading(_ONE_BYTE, "cp1251", _kind_in_cyrillic, _CYRILLIC_SHARES),
    _Reading(_ONE_BYTE, "koi8_r", _kind_in_cyrillic, _CYRILLIC_SHARES),
)


def decode(data, name, encoding=None):
    """Decode strictly, and refuse what is no text or would turn into other characters.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for messages.

    encoding : str, default=None
        None is UTF-8, with or without byte-order mark, or else GB18030.

    Returns
    -------
    str
    """
    _check_kind(data, name, _ARCHIVES)
    if encoding is not None:
        return _decode_as(data, name, encoding)
    _check_kind(data, name, _MARKS)
    _check_nul(data, name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        if _is_mostly_utf8(data):
            raise ValueError(_damage(data, name, exc)) from exc
    likeliest = _likeliest(_sample(data))
    if likeliest is not _GB18030:
        raise ValueError(
            f"{name} looks like text in {likeliest.name}, which GB18030 would turn "
            f"into other characters. {_remedy(likeliest.codec)}"
        )
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as exc:
        raise ValueError(
            f"{name} is neither UTF-8 nor GB18030: byte 0x{data[exc.start]:02x} at "
            f"{exc.start} fits in neither. Save it as UTF-8, or name its encoding by "
            "encoding (--encoding on the command line)."
        ) from exc


def _check_kind(data, name, kinds):
    for magic, kind in kinds.items():
        if data.startswith(magic):
            raise ValueError(kind_message(name, kind))


def kind_message(name, kind):
    """Say that a file is of another kind."""
    return (
        f"{name} is {kind}; CSV, TSV or JSON lines in UTF-8 or GB18030, or in the "
        "encoding that is named, are expected."
    )


def _decode_as(data, name, encoding):
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError as exc:
        raise ValueError(
            f"{encoding!r} is no encoding of text that Python knows; such are 'utf-8', "
            "'gb18030', 'big5', 'shift_jis', 'euc_kr', 'utf-16'."
        ) from exc
    except UnicodeError as exc:
        raise ValueError(f"{name} is no text in {encoding!r} ({exc}).") from exc


def _check_nul(data, name):
    if not data.strip(b"\0") and data:
        raise ValueError(
            f"{name} holds nothing but NUL bytes: it was never written out. Get it "
            "again."
        )
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        kind = f"binary or UTF-16 text, or damaged (a NUL byte in line {line})"
        raise ValueError(kind_message(name, kind))
    if _ESCAPE.search(data):
        raise ValueError(f"{name} is text in ISO-2022. {_remedy('iso2022_jp')}")


def _damage(data, name, exc):
    line = data.count(b"\n", 0, exc.start) + 1
    if exc.reason == "unexpected end of data":
        return (
            f"{name} is UTF-8 that ends within a character (line {line}): it was cut "
            "off. Get the whole file, or remove that line."
        )
    return (
        f"{name} is UTF-8 with a broken character at byte {exc.start} (line {line}); "
        "repair that line or save the file again."
    )


def _is_mostly_utf8(data):
    """Whether most bytes beyond ASCII form three-byte characters of UTF-8.

    GB18030 would read a damaged UTF-8 file as other, meaningless characters. Chinese
    in UTF-8 takes three bytes a character; GB18030 text shows such triples by chance
    only.
    """
    n_beyond_ascii = sum(byte > 127 for byte in data)
    readable = data.decode("utf-8", errors="ignore")
    n_triples = sum("\u0800" <= character <= "\uffff" for character in readable)
    return 3 * n_triples > 0.75 * n_beyond_ascii


def _likeliest(sample):
    """GB18030, unless another encoding is likelier beyond doubt."""
    weights = {reading: reading.weigh(sample) for reading in _OTHERS}
    best = max(weights, key=weights.get)
    return best if weights[best] > _GB18030.weigh(sample) + _CERTAIN else _GB18030


def _sample(data):
    """Lines that are not plain ASCII, without what is repeated at once in them."""
    lines, size = [], 0
    for line in io.BytesIO(data):
        if not line.isascii():
            lines.append(line)
            size += len(line)
        if size > _SAMPLE:
            break
    return _REPEATED.sub(rb"\1", b"".join(lines)[:_SAMPLE])


def _remedy(codec):
    return (
        f"Name its encoding (encoding={codec!r}, --encoding {codec} on the command "
        f"line), or convert it: iconv -f {_ICONV_NAMES.get(codec, codec)} -t UTF-8."
    )
