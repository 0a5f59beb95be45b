"""HTML in texts: what a reader of the page would not see.

Python's own parser raises on some texts and takes quadratic time over others, and what
is left after it may be markup again. Here one pass from left to right leaves no whole
tag and no whole reference behind, whatever is nested in what.
"""

import re
from html import unescape
from html.entities import html5

# Elements that stand inside a line; the others part what they stand between.
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q "
    "s samp small span strike strong sub sup time tt u var wbr"
)
_OTHERS = (
    "address area article aside audio base blockquote body br button canvas caption "
    "center col colgroup datalist dd details dialog div dl dt embed fieldset "
    "figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr "
    "html iframe img input label legend li link main map meta meter nav noscript "
    "object ol optgroup option output p param picture pre progress script section "
    "select source style summary svg table tbody td template textarea tfoot th thead "
    "title tr track ul video"
)
_LEAVES = dict.fromkeys(_OTHERS.split(), " ") | dict.fromkeys(_INLINE.split(), "")

# "a<b and c>d" is no tag: attributes hold an equals sign, but for those that switch.
_SWITCHES = (
    "allowfullscreen async autofocus autoplay checked compact controls defer disabled "
    "hidden ismap loop multiple muted noresize noshade novalidate nowrap open "
    "playsinline readonly required reversed selected"
)
_TAG = re.compile(
    r"</?([a-zA-Z][a-zA-Z0-9]*)(?:[\s/]*|[\s/][^<>]*=[^<>]*"
    rf"|(?:[\s/]+(?i:{'|'.join(_SWITCHES.split())}))+[\s/]*)>"
)
_DECLARATION = re.compile(r"<(?:!(?:--|\[|[a-zA-Z])|\?[a-zA-Z])[^<>]*>")
_REFERENCE = re.compile(
    r"&(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};)\Z"
)
_PIECE = 64  # no reference is longer
_STEP = re.compile(r"[^<>;]+[<>;]?|[<>;]")
_HIDDEN = re.compile(r"<(script|style)(?:\s[^<>]*)?>", re.IGNORECASE)


def strip_markup(text):
    """Take tags and comments out of a text and write references as characters.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    if "<" not in text and "&" not in text:
        return text
    reader = _Reader()
    for step in _STEP.findall(_without_hidden(text)):
        reader.read(step)
    return reader.text()


def _without_hidden(text):
    """Leave out scripts and style sheets with what they hold."""
    pieces, stop, unclosed = [], 0, set()
    for opening in _HIDDEN.finditer(text):
        name = opening[1].lower()
        if opening.start() < stop or name in unclosed:
            continue
        ending = re.compile(rf"</{name}\s*>", re.IGNORECASE)
        closing = ending.search(text, opening.end())
        if closing is None:
            unclosed.add(name)
            continue
        pieces += [text[stop : opening.start()], " "]
        stop = closing.end()
    return "".join([*pieces, text[stop:]])


class _Reader:
    """Holds what was read: its end may still become a tag or a reference."""

    def __init__(self):
        # The first is text; each other one begins with a "<" that nothing has closed.
        self._frames = [[]]

    def text(self):
        return "".join(piece for frame in self._frames for piece in frame)

    def read(self, step):
        """Take in what ends with "<", ">" or ";", or holds none of them."""
        while step:
            if step[-1] == "<":
                self._write(step[:-1])
                self._frames.append(["<"])
                return
            self._write(step)
            if step[-1] == ">":
                self._close()
                return
            step = self._decode() if step[-1] == ";" else ""

    def _write(self, step):
        frame = self._frames[-1]
        if frame:
            step = frame.pop() + step
        # In equal pieces and a rest, so that the last two hold the longest reference
        # and no step copies much.
        end = max(0, len(step) - 1) // _PIECE * _PIECE
        frame.extend(step[start : start + _PIECE] for start in range(0, end, _PIECE))
        frame.append(step[end:])

    def _close(self):
        if len(self._frames) > 1:
            leaves = _read_tag("".join(self._frames[-1]))
            if leaves is not None:
                self._frames.pop()
                self._write(leaves)
                return
        # No tag holds a ">": none that is still open becomes one.
        first = self._frames[0]
        for frame in self._frames[1:]:
            first.extend(frame)
        self._frames = [first]

    def _decode(self):
        """Take a reference off the end, if there is one; give what it stands for."""
        frame = self._frames[-1]
        end = "".join(frame[-2:])
        found = _REFERENCE.search(end)
        character = found and _character(found[1])
        if character is None:
            return ""
        frame[-2:] = [end[: found.start()]]
        for part in character[:-1]:
            self.read(part)
        return character[-1:]


def _character(name):
    """Give what a reference stands for; None where no such name is known."""
    return unescape(f"&{name}") if name[0] == "#" else html5.get(name)


def _read_tag(text):
    """Say what a tag leaves behind; None where it is none."""
    if tag := _TAG.fullmatch(text):
        return _LEAVES.get(tag[1].lower())
    return " " if _DECLARATION.fullmatch(text) else None
