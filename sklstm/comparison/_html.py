"""Pieces of a page that fetches nothing and lets no text become markup."""

import base64
from html import escape

from sklstm.display._text_table import showable

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""

_LARGE = 600  # CSS pixels: a wider picture scrolls on a phone

# Of the whole page: a notebook has colours and paper of its own.
_PAGE_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2329; }
body { margin: 0; background: var(--paper); color: var(--ink); }
.sklstm-comparison { margin: 0 auto; padding: 1.25rem 1.5rem 3rem; max-width: 74rem; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16191d; --ink: #dfe3e8; }
  .sklstm-comparison img { filter: invert(0.91) hue-rotate(180deg); }
}
@media (max-width: 40rem) {
  .sklstm-comparison { padding: 0.75rem 0.9rem 2rem; }
}
:lang(zh) .sklstm-comparison .references :is(th, td) { font-style: normal; }
@page { margin: 14mm 12mm; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; }
  .sklstm-comparison { padding: 0; max-width: none; font-size: 9.5pt; }
  .sklstm-comparison img { filter: none; }
}
"""

# Translucent greys suit light and dark notebooks alike.
_STYLE = """<style>
.sklstm-comparison { font: 1rem/1.45 system-ui, -apple-system, "Segoe UI", "Noto Sans",
  "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  overflow-wrap: anywhere; }
.sklstm-comparison h2 { font-size: 0.95rem; font-weight: 600; margin: 0; opacity: 0.7; }
.sklstm-comparison h3 { font-size: 1.2rem; line-height: 1.3; margin: 2.2rem 0 0.5rem;
  padding-top: 0.9rem; border-top: 1px solid #8884; }
.sklstm-comparison p { margin: 0.4rem 0; }
.sklstm-comparison .answer { font-size: 1.45rem; line-height: 1.3; font-weight: 600;
  margin: 0.5rem 0 0.25rem; }
.sklstm-comparison .note { font-size: 0.85rem; opacity: 0.75; max-width: 60rem; }
.sklstm-comparison .first { display: grid; gap: 0 1.75rem; align-items: start;
  grid-template-columns: minmax(0, 7fr) minmax(0, 5fr); margin: 0.9rem 0 0.5rem; }
.sklstm-comparison .wide { overflow-x: auto; }
.sklstm-comparison table { border-collapse: collapse; margin: 0.4rem 0;
  font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.sklstm-comparison .first table { width: 100%; font-size: 0.95rem; }
.sklstm-comparison th, .sklstm-comparison td { border: 0;
  border-bottom: 1px solid #8883; padding: 0.35rem 0.5rem; text-align: left;
  vertical-align: top; font-weight: normal; overflow-wrap: anywhere;
  min-width: 6.5em; }
.sklstm-comparison thead th { border-bottom: 1px solid #888a; font-size: 0.92em;
  font-weight: 600; vertical-align: bottom; overflow-wrap: normal; }
.sklstm-comparison tbody th:first-child,
.sklstm-comparison table:has(tbody th) thead th:first-child {
  position: sticky; left: 0; background: var(--paper, none); }
.sklstm-comparison .best, .sklstm-comparison .wrong, .sklstm-comparison .notice,
.sklstm-comparison mark { print-color-adjust: exact; }
.sklstm-comparison tbody + tbody { border-top: 2px solid #888a; }
.sklstm-comparison td { background: none; }
.sklstm-comparison small { display: block; font-size: 0.85em; opacity: 0.72;
  font-weight: normal; }
.sklstm-comparison .figure { text-align: right; white-space: nowrap; min-width: 0; }
.sklstm-comparison thead .figure { white-space: normal; }
.sklstm-comparison .text { min-width: 17rem; max-width: 34rem; }
.sklstm-comparison tr.best td, .sklstm-comparison tr.best th:first-child {
  background: linear-gradient(#2e8b5726, #2e8b5726) var(--paper, transparent);
  font-weight: 600; }
.sklstm-comparison tbody.references td, .sklstm-comparison tbody.references th {
  font-style: italic; opacity: 0.85; }
.sklstm-comparison mark { background: #2e8b57; color: #fff; border-radius: 0.6em;
  padding: 0.05em 0.55em; margin-left: 0.4em; font-size: 0.8em; font-style: normal;
  white-space: nowrap; }
.sklstm-comparison td.wrong { background: #c0392b1f; }
.sklstm-comparison .notice { border-left: 4px solid #d99a00; background: #d99a001a;
  padding: 0.6rem 1rem; margin: 0.9rem 0; }
.sklstm-comparison .notice h3 { font-size: 1rem; margin: 0; padding: 0; border: 0; }
.sklstm-comparison .notice ul { margin: 0.3rem 0 0; padding-left: 1.2rem; }
.sklstm-comparison li { margin: 0.2rem 0; }
.sklstm-comparison figure { margin: 0.5rem 0; overflow-x: auto; }
.sklstm-comparison img { max-width: 100%; height: auto; background: #fff; }
.sklstm-comparison summary { cursor: pointer; font-weight: 600; font-size: 0.9rem;
  margin: 0.6rem 0; }
.sklstm-comparison .code { white-space: pre-wrap;
  font: 0.9em/1.4 ui-monospace, monospace; }
@media (max-width: 56rem) {
  .sklstm-comparison .first { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 40rem) {
  .sklstm-comparison .answer { font-size: 1.2rem; }
  .sklstm-comparison .first th, .sklstm-comparison .first td {
    padding: 0.3rem 0.35rem; min-width: 0; }
  .sklstm-comparison .first table { font-size: 0.85rem; }
  .sklstm-comparison .first tbody th { min-width: 5rem; }
  .sklstm-comparison img.large { min-width: 44rem; }
  .sklstm-comparison .text { min-width: 13rem; }
}
@media print {
  .sklstm-comparison .wide { overflow: visible; }
  .sklstm-comparison .first { grid-template-columns: minmax(0, 1fr); }
  .sklstm-comparison table { font-size: 7pt; }
  .sklstm-comparison .first table { font-size: 9.5pt; }
  .sklstm-comparison th, .sklstm-comparison td { padding: 0.2em 0.4em;
    min-width: 5em; }
  .sklstm-comparison .figure { min-width: 0; }
  .sklstm-comparison .text { min-width: 14em; }
  .sklstm-comparison tbody th:first-child,
  .sklstm-comparison table:has(tbody th) thead th:first-child { position: static; }
  .sklstm-comparison tr, .sklstm-comparison figure, .sklstm-comparison li {
    break-inside: avoid; }
  .sklstm-comparison thead { display: table-header-group; }
  .sklstm-comparison h3, .sklstm-comparison summary { break-after: avoid; }
  .sklstm-comparison figure { break-before: avoid; overflow: visible; }
  .sklstm-comparison img, .sklstm-comparison img.large { min-width: 0;
    max-height: 230mm; object-fit: contain; object-position: left; }
  .sklstm-comparison summary { list-style: none; }
  .sklstm-comparison details::details-content { content-visibility: visible;
    display: block; block-size: auto; }
}
</style>"""


def page(language, title, body):
    """Make a page of a fragment.

    Parameters
    ----------
    language : str
        Such as ``"en"``.

    title : str
        Of the window.

    body : str
        HTML.

    Returns
    -------
    str
    """
    return _PAGE.format(
        language=language, title=escaped(title), style=_PAGE_STYLE, body=body
    )


def framed(parts):
    """Join parts to a fragment with its style.

    Parameters
    ----------
    parts : list of str
        HTML.

    Returns
    -------
    str
    """
    body = "\n".join(parts)
    return f'{_STYLE}\n<div class="sklstm-comparison">\n{body}\n</div>'


def escaped(text):
    """Let no text become markup, and none hinder the page from being written.

    Parameters
    ----------
    text : object
        Any.

    Returns
    -------
    str
    """
    return escape(showable(text))


def heading(level, text):
    """Make a heading.

    Parameters
    ----------
    level : int
        1 to 6.

    text : str
        What it says.

    Returns
    -------
    str
    """
    return f"<h{level}>{escaped(text)}</h{level}>"


def paragraph(text, kind=None):
    """Make a paragraph.

    Parameters
    ----------
    text : str
        What it says.

    kind : str, default=None
        Class of the element.

    Returns
    -------
    str
    """
    return f"<p{_class(kind)}>{escaped(text)}</p>"


def box(kind, parts):
    """Put parts into a division of a class.

    Parameters
    ----------
    kind : str
        The class.

    parts : list of str
        HTML.

    Returns
    -------
    str
    """
    body = "\n".join(parts)
    return f"<div{_class(kind)}>\n{body}\n</div>"


def folded(summary, parts):
    """Hide parts until the reader asks for them; on paper they are shown.

    Parameters
    ----------
    summary : str
        What is hidden.

    parts : list of str
        HTML.

    Returns
    -------
    str
    """
    body = "\n".join(parts)
    return f"<details>\n<summary>{escaped(summary)}</summary>\n{body}\n</details>"


def bullets(texts):
    """Make a list.

    Parameters
    ----------
    texts : list of str
        Its points.

    Returns
    -------
    str
    """
    items = "\n".join(f"<li>{escaped(text)}</li>" for text in texts)
    return f"<ul>\n{items}\n</ul>"


def image(name, data, dpi):
    """Put a picture into the page itself.

    Parameters
    ----------
    name : str
        For those who do not see it.

    data : bytes
        PNG.

    dpi : int
        Its pixels in an inch.

    Returns
    -------
    str
    """
    encoded = base64.b64encode(data).decode("ascii")
    source = f"data:image/png;base64,{encoded}"
    # The width is in the header, the first thing in the file; 96 is CSS's inch.
    width = int.from_bytes(data[16:20], "big") * 96 // dpi
    kind = _class("large" if width > _LARGE else None)
    return (
        f'<figure><img{kind} alt="{escaped(name)}" width="{width}" src="{source}">'
        "</figure>"
    )


def table(header, *bodies):
    """Make a table that scrolls in a box of its own where it is too wide.

    Parameters
    ----------
    header : list of str
        Cells made by `titles` or `cell`; empty where columns need no title.

    *bodies : str
        Made by `group`; a line parts one from the next.

    Returns
    -------
    str
    """
    head = f"<thead><tr>{''.join(header)}</tr></thead>\n" if header else ""
    body = "\n".join(bodies)
    return f'<div class="wide">\n<table>\n{head}{body}\n</table>\n</div>'


def group(rows, kind=None):
    """Make a group of rows.

    Parameters
    ----------
    rows : list of str
        Made by `row`.

    kind : str, default=None
        Class of the group.

    Returns
    -------
    str
    """
    body = "\n".join(rows)
    return f"<tbody{_class(kind)}>\n{body}\n</tbody>"


def row(cells, kind=None):
    """Make a row.

    Parameters
    ----------
    cells : list of str
        Made by `cell`.

    kind : str, default=None
        Class of the row.

    Returns
    -------
    str
    """
    return f"<tr{_class(kind)}>{''.join(cells)}</tr>"


def cell(text, kind=None, *, tag="td", small=None, badge=None, rows=1):
    """Make a cell.

    Parameters
    ----------
    text : str
        What it says.

    kind : str, default=None
        Class: "figure" stays on one line, flush right.

    tag : {"td", "th"}, default="td"
        A "th" heads its row or column.

    small : str, default=None
        Said below, in small print.

    badge : str, default=None
        Said beside, set off.

    rows : int, default=1
        Over how many rows it reaches.

    Returns
    -------
    str
    """
    span = f' rowspan="{rows}"' if rows > 1 else ""
    badge = f"<mark>{escaped(badge)}</mark>" if badge else ""
    small = f"<small>{escaped(small)}</small>" if small else ""
    return f"<{tag}{_class(kind)}{span}>{escaped(text)}{badge}{small}</{tag}>"


def titles(texts, kind=None):
    """Make cells that head columns.

    Parameters
    ----------
    texts : iterable of str
        One a column.

    kind : str, default=None
        Class of the cells.

    Returns
    -------
    list of str
    """
    return [cell(text, kind, tag="th") for text in texts]


def _class(kind):
    return f' class="{kind}"' if kind else ""
