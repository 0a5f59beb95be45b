"""From the bytes of a file to text: in its own encoding, or not at all.

Every pair of high bytes is some character of GB18030, so that text in Big5, Shift-JIS
or EUC-KR would be read as other characters without a word. So what charset-normalizer
proposes for a file that is no UTF-8 is checked: text read in its own encoding consists
of familiar characters.
"""

import codecs
import re
from collections import Counter

from charset_normalizer import from_bytes

_SAMPLE = 2**16  # bytes that are weighed
# By how many familiar characters one encoding must be ahead of all others: of 4,800
# pieces of reviews and all sentences of the tests, none was read wrongly unsaid.
_CERTAIN = 3
_MARKS = {  # UTF-32's begin as UTF-16's do
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ESCAPE = re.compile(rb"\x1b\$[@AB(]|\x1b\(J")
# No character of several bytes holds a byte below 0x30.
_HIGH = re.compile(rb"[\x80-\xff][\x30-\xff]*")
_REPEATED = re.compile(rb"(?s)(.{2,12}?)\1+")
_HANZI = frozenset(
    "，。！？、；：“”…～（）《》「」　"
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
_HANGUL = frozenset(
    "이다는을가에의고하한지도로은들어사나리기를있서그자시대아인라수해일니보게만정과장부면"
    "여상오전주스으제구조것원동거음없요안했성물마비러적세였미용신유우무실모습선내생화때치"
    "드까국말경저간되방공와진두들분한소회입님좋습네요는데처럼많친절깨끗"
)
_KANA = frozenset(map(chr, range(0x3041, 0x30FD))) | frozenset("、。")
_CYRILLIC = frozenset(map(chr, range(0x430, 0x450)))
_ONE_BYTE = "an encoding of one byte a character (Latin-1, Windows-1251, KOI8-R)"
_CHINESE = {"gb18030": ("gb18030",), "big5hkscs": ("cp950", "big5hkscs")}
# Name, familiar characters, and the share of them that text has at least: the letters
# of one byte are so few that half of any bytes are among them.
_READINGS = {
    "gb18030": ("GB18030", _HANZI | _KANA | _HANGUL, -2.0),
    "big5hkscs": ("Big5", _HANZI, -2.0),
    "cp932": ("Shift-JIS", _HANZI | _KANA, 0.6),
    "euc_jp": ("EUC-JP", _HANZI | _KANA, 0.6),
    "cp949": ("EUC-KR", _HANGUL, 0.6),
    "cp1252": (_ONE_BYTE, frozenset("éèàçêôùûîïëöüäßñáíóúåøæ"), 0.85),
    "cp1251": (_ONE_BYTE, _CYRILLIC, 0.85),
    "koi8_r": (_ONE_BYTE, _CYRILLIC, 0.85),
}


def decode(data, name, encoding, notes):
    """Decode strictly, and refuse what is no text or would turn into other characters.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for messages.

    encoding : str or None
        None is found out: UTF-8, UTF-16, UTF-32, GB18030 or Big5.

    notes : list of str
        Takes what the user is to be told.

    Returns
    -------
    str
    """
    marked = (codec for mark, codec in _MARKS.items() if data.startswith(mark))
    encoding = encoding or next(marked, None)
    if encoding is None and b"\0" in data:
        encoding = _find_utf16(data, name)
    if encoding is not None:
        return _decode_as(data, name, encoding)
    if _ESCAPE.search(data):
        raise ValueError(f"{name} is text in ISO-2022. {_remedy('iso2022_jp')}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        sample = _sample(data)
        if _is_mostly_utf8(sample):
            raise ValueError(_damage(data, name, exc)) from exc
    return _decode_chinese(data, sample, name, notes)


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


def _find_utf16(data, name):
    """Find the order of UTF-16 without a mark, whose ASCII has NUL bytes."""
    familiar = _HANZI | _KANA | _HANGUL | frozenset(map(chr, range(0x20, 0x7F)))
    for codec in ("utf-16-le", "utf-16-be"):
        text = data[:_SAMPLE].decode(codec, errors="replace")
        n_familiar = sum(char in familiar or char in "\r\n\t" for char in text)
        if "\0" not in text and 2 * n_familiar > len(text):
            return codec
    if not data.strip(b"\0"):
        raise ValueError(
            f"{name} holds nothing but NUL bytes: it was never written out. Get it "
            "again."
        )
    line = data.count(b"\n", 0, data.index(b"\0")) + 1
    raise ValueError(
        f"{name} is binary, or damaged (a NUL byte in line {line}); a table or text "
        "was expected."
    )


def _is_mostly_utf8(sample):
    """Tell damaged UTF-8, whose Chinese takes three bytes a character, from GB18030.

    Text in GB18030 shows such triples by chance only.
    """
    n_beyond_ascii = sum(byte > 127 for byte in sample)
    readable = sample.decode("utf-8", errors="ignore")
    n_triples = sum("\u0800" <= character <= "\uffff" for character in readable)
    return 3 * n_triples > 0.75 * n_beyond_ascii


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


def _decode_chinese(data, sample, name, notes):
    found = {codec: n for codec in _READINGS if (n := _familiar(sample, codec))}
    best = max(_CHINESE, key=found.get)
    second = max(found.keys() - {best}, key=found.get)
    n_familiar, n_beyond_ascii = found[best]
    lead = n_familiar - found[second][0]
    if second not in _CHINESE and (lead <= -_CERTAIN or n_familiar <= 0):
        raise ValueError(
            f"{name} looks like text in {_READINGS[second][0]}, which GB18030 would "
            f"turn into other characters. {_remedy(second)}"
        )
    if n_beyond_ascii >= 20 and n_familiar < 0.1 * n_beyond_ascii:
        raise ValueError(_neither(name, "its characters are such as nobody writes"))
    if min(lead, n_familiar) < _CERTAIN or not _is_agreed(best, sample):
        notes.append(
            f"{name} is read as {_READINGS[best][0]}, which its characters do not "
            "prove. If they look wrong, name another by encoding (--encoding on the "
            "command line)."
        )
    return _decode_strictly(data, name, _CHINESE[best])


def _familiar(sample, codec):
    """Count familiar characters, and all beyond ASCII; None where there are too few."""
    _, familiar, least_share = _READINGS[codec]
    counts = Counter(sample.decode(codec, errors="replace"))
    n_beyond_ascii = sum(n for char, n in counts.items() if char > "\x7f")
    n_familiar = sum(counts[char] for char in counts.keys() & familiar)
    n_familiar -= 2 * counts["\ufffd"]
    is_likely = least_share < 0 or n_familiar > max(1, least_share * n_beyond_ascii)
    return (n_familiar, n_beyond_ascii) if is_likely else None


def _is_agreed(codec, sample):
    """Whether charset-normalizer does not find the other of the Chinese encodings."""
    match = from_bytes(sample, cp_isolation=list(_CHINESE), threshold=1.0).best()
    return match is None or match.encoding == codec


def _sample(data):
    """Take runs of bytes beyond ASCII, without what is repeated at once in them."""
    runs, size = [], 0
    for match in _HIGH.finditer(data):
        runs.append(match[0])
        size += len(match[0])
        if size > _SAMPLE:
            break
    return _REPEATED.sub(rb"\1", b"\n".join(runs))


def _decode_strictly(data, name, likely):
    for codec in likely:
        try:
            return data.decode(codec)
        except UnicodeDecodeError as exc:
            error = exc
    line = data.count(b"\n", 0, error.start) + 1
    what = f"byte 0x{data[error.start]:02x} at {error.start} (line {line})"
    raise ValueError(_neither(name, f"{what} fits in neither")) from error


def _neither(name, why):
    return (
        f"{name} is neither UTF-8 nor GB18030 nor Big5: {why}. Save it as UTF-8, or "
        "name its encoding by encoding (--encoding on the command line)."
    )


def _remedy(codec):
    return f"Name it: encoding={codec!r}, on the command line --encoding {codec}."
