"""Pieces of a page that fetches nothing and lets no text become markup."""

import base64
from html import escape
from pathlib import Path

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


def page(language, title, body, style):
    """Make a page of a fragment.

    Parameters
    ----------
    language : str
        Such as ``"en"``.

    title : str
        Of the window.

    body : str
        HTML.

    style : str
        CSS of the page; a fragment brings its own.

    Returns
    -------
    str
    """
    return _PAGE.format(language=language, title=escaped(title), style=style, body=body)


def framed(kind, style, parts):
    """Join parts to a fragment with its style.

    Parameters
    ----------
    kind : str
        Class of the fragment, to which its style is limited.

    style : str
        CSS.

    parts : list of str
        HTML.

    Returns
    -------
    str
    """
    return f"<style>{style}</style>\n{box(kind, parts)}"


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


def isolated(text):
    """Let no text turn the direction in which others are read.

    Parameters
    ----------
    text : object
        Any.

    Returns
    -------
    str
        HTML.
    """
    return f"<bdi>{escaped(text)}</bdi>"


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


def deliver(written, path):
    """Write a page to a file, or give it back.

    Parameters
    ----------
    written : str
        The page.

    path : str, path or None
        File to write, in UTF-8; None writes none.

    Returns
    -------
    str or None
        The page, where there is no `path`.
    """
    if path is None:
        return written
    Path(path).write_text(written, encoding="utf-8")
    return None


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
