"""The lines of a PDF in the order they are read: their fonts, their places, their links."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from faq.curator.importing.html import linked
from faq.curator.importing.pdf_layout import columns_in, rows_in, usual_gutters
from faq.curator.importing.pdf_tables import Table, cell_text, tables_in
from faq.curator.importing.word import marked
from faq.markup import quoted

#: Points that a drawn sign of a list measures at most.
DOT = 7.0
#: Of a page's height: there browsers print what is none of its text.
EDGE = 0.05
#: What a browser prints above a page and below it: the time, the address.
_PRINTED = re.compile(
    r"^(?:(?:https?|file)://\S+(?:\s+\d+\s*/\s*\d+)?"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d{2}.*)$"
)
#: Two letters drawn as one sign.
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)


#: How fonts are called that stand out; those of TeX in letters of their own.
_BOLD = re.compile(
    r"bold|black|heavy|demi|-medi(?!um)|(?:^|\+)(?:cm|ec|sf)(?:ss)?(?:bx|sx)", re.IGNORECASE
)
#: Accents that TeX draws apart from the letter, which stands behind them.
_COMBINING = dict(zip("¨´ˆ˜˚ˇ`¸", "\u0308\u0301\u0302\u0303\u030a\u030c\u0300\u0327", strict=True))
_ACCENT = re.compile(r"(?P<accent>[¨´ˆ˜˚ˇ¸]|(?<=\w)`|`(?=[aeiou]\b)) ?(?P<letter>[A-Za-zı])")
#: A sign of a font that doesn't say which it is; first in a line it stands before an item.
_UNNAMED = re.compile(r"\(cid:\d+\)\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: text with links, size of its letters, whether bold, and where it is."""

    text: str
    size: float
    bold: bool
    page: int
    column: int
    top: float
    bottom: float
    left: float
    height: float
    row: bool = False  # of a table: its cells, parted by bars


def lines_in(file: Path) -> Iterator[Line]:
    """The lines of a PDF; each row of a table is one, its cells parted by bars."""
    from pdfminer.high_level import extract_pages  # noqa: PLC0415 - optional: extra `documents`
    from pdfminer.layout import LAParams  # noqa: PLC0415 - the same

    layout = LAParams(boxes_flow=None, line_margin=0.3)
    links = _links(file)
    pages = [
        _page(page, links.get(number, []))
        for number, page in enumerate(extract_pages(str(file), laparams=layout))
    ]
    usual = usual_gutters([page.placed for page in pages])
    for number, page in enumerate(pages):
        for column, placed in enumerate(columns_in(page.placed, page.width, usual)):
            for row in rows_in(placed):
                yield from page.lines_of(row, (number, column))


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on a page: lines outside of tables, the tables, dots before items, links."""

    placed: list[Any]
    inside: dict[int, list[Any]]
    dots: list[Any]
    links: list[tuple[Any, str]]
    width: float
    height: float

    def lines_of(self, row: list[Any], place: tuple[int, int]) -> Iterator[Line]:
        """The line that pieces on one height are, or those of a table."""
        if not isinstance(row[0], Table):
            line = _line(row, place, self.height, self.links)
            yield replace(line, text=f"• {line.text}") if self._is_listed(row[0]) else line
            return
        for cells in row[0].cells(self.inside[id(row[0])]):
            parts = [part for cell in cells for part in cell]
            if parts:
                text = " | ".join(cell_text(cell, self._text_of) for cell in cells)
                line = _line(parts[:1], place, self.height, self.links)
                yield replace(line, text=text, bold=False, row=True)

    def _text_of(self, part: Any) -> str:
        text = _linked(part, self.links)
        return f"• {text}" if self._is_listed(part) else text

    def _is_listed(self, line: Any) -> bool:
        return any(_begins(dot, line) for dot in self.dots)


def _page(page: Any, links: list[tuple[Any, str]]) -> _Page:
    from pdfminer.layout import (  # noqa: PLC0415 - optional: the extra `documents`
        LTCurve,
        LTTextContainer,
        LTTextLine,
    )

    boxes = [box for box in page if isinstance(box, LTTextContainer)]
    lines = [x for box in boxes for x in (box if not isinstance(box, LTTextLine) else [box])]
    lines = [x for x in lines if isinstance(x, LTTextLine) and x.get_text().strip()]
    found = _without_printed(lines, page.height)
    drawn = [shape for shape in page if isinstance(shape, LTCurve)]
    tables = [t for t in tables_in(drawn) if any(map(t.holds, found))]
    inside = {id(t): [x for x in found if t.holds(x)] for t in tables}
    outside = [x for x in found if not any(t.holds(x) for t in tables)]
    dots = list(filter(_is_dot, drawn))
    return _Page([*outside, *tables], inside, dots, links, page.width, page.height)


def _without_printed(lines: list[Any], height: float) -> list[Any]:
    """Less the time, title, address and number that a browser prints at the edges of a page."""
    at_edge = [x for x in lines if min(x.y0, height - x.y1) < EDGE * height]
    told = [x.y0 for x in at_edge if _PRINTED.match(x.get_text().translate(_LIGATURES).strip())]
    return [x for x in lines if not (x in at_edge and any(abs(x.y0 - y) < 2 for y in told))]


def _is_dot(drawn: Any) -> bool:
    """Whether a shape is as small as the sign before an item of a list."""
    return bool(1 < drawn.width < DOT and 1 < drawn.height < DOT)


def _begins(dot: Any, line: Any) -> bool:
    """Whether a dot stands right before a line."""
    level = line.y0 <= (dot.y0 + dot.y1) / 2 <= line.y1
    return bool(level and 0 < line.x0 - dot.x1 < 2 * line.height)


def _line(
    pieces: list[Any], place: tuple[int, int], height: float, links: list[tuple[Any, str]]
) -> Line:
    from pdfminer.layout import LTChar  # noqa: PLC0415 - optional: the extra `documents`

    chars = [c for piece in pieces for c in piece if isinstance(c, LTChar) and c.get_text().strip()]
    bold = len(list(filter(_is_bold, chars))) > 0.8 * len(chars)
    size = Counter(round(c.size * 2) / 2 for c in chars).most_common(1)
    return Line(
        " ".join(" ".join(_linked(piece, links, bold=bold).split()) for piece in pieces),
        size[0][0] if size else 0.0,
        bold,
        *place,
        (height - pieces[0].y1) / height,
        (height - pieces[0].y0) / height,
        pieces[0].x0,
        height,
    )


def _linked(piece: Any, links: list[tuple[Any, str]], *, bold: bool = False) -> str:
    """A line's text in our markup, with its links and, where not all of it is `bold`, with that."""
    text, words = "", ""
    before = ("", False)
    for char in piece:
        here = before
        if hasattr(char, "x0") and char.get_text().strip():
            here = (_url_at(char, links), not bold and _is_bold(char))
        if here != before:
            text, words, before = text + _marked(words, *before), "", here
        words += quoted(char.get_text().translate(_LIGATURES))
    text = _UNNAMED.sub(lambda m: "" if m.start() else "• ", text + _marked(words, *before))
    return _composed(text)


def _marked(words: str, url: str, bold: bool) -> str:
    if url:
        return linked(words, url)
    return marked(words, "**") if bold else words


def _is_bold(char: Any) -> bool:
    return _BOLD.search(char.fontname) is not None


def _composed(text: str) -> str:
    """A text whose accents stand before their letters, as TeX draws them, in whole letters."""
    if not _ACCENT.search(text):
        return text
    text = _ACCENT.sub(lambda m: m["letter"].replace("ı", "i") + _COMBINING[m["accent"]], text)
    return unicodedata.normalize("NFC", text)


def _url_at(char: Any, links: list[tuple[Any, str]]) -> str:
    x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
    for (left, bottom, right, top), url in links:
        if left <= x <= right and bottom <= y <= top:
            return url
    return ""


def _links(file: Path) -> dict[int, list[tuple[Any, str]]]:
    """The links of each page: their rectangles and addresses."""
    from pdfminer.pdfpage import PDFPage  # noqa: PLC0415 - optional: the extra `documents`
    from pdfminer.pdftypes import resolve1  # noqa: PLC0415 - optional, the same

    found: dict[int, list[tuple[Any, str]]] = {}
    with file.open("rb") as opened:
        for number, page in enumerate(PDFPage.get_pages(opened)):
            for each in resolve1(page.annots) or []:
                annotation = resolve1(each) or {}
                action = resolve1(annotation.get("A")) or {}
                uri, rect = resolve1(action.get("URI")), resolve1(annotation.get("Rect"))
                if isinstance(uri, bytes) and rect:
                    left, bottom, right, top = (float(resolve1(v)) for v in rect)
                    box = (min(left, right), min(bottom, top), max(left, right), max(bottom, top))
                    found.setdefault(number, []).append((box, uri.decode("latin-1")))
    return found
