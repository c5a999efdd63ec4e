"""The lines of a PDF in the order they are read: their fonts, their places, their links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from faq.curator.importing.html import linked
from faq.curator.importing.pdf_layout import columns_in, rows_in
from faq.curator.importing.pdf_tables import Table, cell_text, tables_in
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
    from pdfminer.high_level import extract_pages  # noqa: PLC0415 - optional: extra `documents`
    from pdfminer.layout import (  # noqa: PLC0415 - the same
        LAParams,
        LTCurve,
        LTTextContainer,
        LTTextLine,
    )

    layout = LAParams(boxes_flow=None, line_margin=0.3)
    links = _links(file)
    for number, page in enumerate(extract_pages(str(file), laparams=layout)):
        found = [
            line
            for box in page
            if isinstance(box, LTTextContainer)
            for line in (box if not isinstance(box, LTTextLine) else [box])
            if isinstance(line, LTTextLine) and line.get_text().strip()
        ]
        found = _without_printed(found, page.height)
        dots = [drawn for drawn in page if isinstance(drawn, LTCurve) and _is_dot(drawn)]
        tables = tables_in([drawn for drawn in page if isinstance(drawn, LTCurve)])
        if tables:
            place = (number, page.height)
            yield from _with_tables(found, tables, dots, place, links.get(number, []))
            continue
        for column, lines in enumerate(columns_in(found, page.width)):
            for row in rows_in(lines):
                line = _line(row, (number, column), page.height, links.get(number, []))
                listed = any(_begins(dot, row[0]) for dot in dots)
                yield replace(line, text=f"• {line.text}") if listed else line


def _with_tables(
    found: list[Any],
    tables: Sequence[Table],
    dots: Sequence[Any],
    page: tuple[int, float],
    links: list[tuple[Any, str]],
) -> list[Line]:
    """The lines of a page (its number, its height) with tables; each row of one is a line."""
    number, height = page

    def text_of(part: Any) -> str:
        text = _linked(part, links)
        return f"• {text}" if any(_begins(dot, part) for dot in dots) else text

    lines = []
    for row in rows_in([x for x in found if not any(table.holds(x) for table in tables)]):
        line = _line(row, (number, 0), height, links)
        listed = any(_begins(dot, row[0]) for dot in dots)
        lines.append(replace(line, text=f"• {line.text}") if listed else line)
    for table in tables:
        for cells in table.cells([x for x in found if table.holds(x)]):
            parts = [part for cell in cells for part in cell]
            if not parts:
                continue
            text = " | ".join(cell_text(cell, text_of) for cell in cells)
            line = _line(parts[:1], (number, 0), height, links)
            lines.append(replace(line, text=text, bold=False, row=True))
    return sorted(lines, key=lambda line: line.top)


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
    bold = [c for c in chars if re.search(r"(?i)bold|black|heavy|semibold|demi", c.fontname)]
    size = Counter(round(c.size * 2) / 2 for c in chars).most_common(1)
    return Line(
        " ".join(" ".join(_linked(piece, links).split()) for piece in pieces),
        size[0][0] if size else 0.0,
        len(bold) > 0.8 * len(chars),
        *place,
        (height - pieces[0].y1) / height,
        (height - pieces[0].y0) / height,
        pieces[0].x0,
        height,
    )


def _linked(piece: Any, links: list[tuple[Any, str]]) -> str:
    """A line's text with its links in our markup."""
    text, words, at = "", "", ""
    for char in piece:
        shown = char.get_text()
        url = _url_at(char, links) if hasattr(char, "x0") else at
        if url != at:
            text += linked(words, at) if at else words
            words, at = "", url
        words += quoted(shown.translate(_LIGATURES))
    return text + (linked(words, at) if at else words)


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
