"""PDF as blocks: lines grouped by their fonts and gaps; what stands on every page is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from faq.curator.importing.blocks import Block, Kind
from faq.curator.importing.html import linked
from faq.curator.importing.pdf_layout import columns_in, rows_in
from faq.curator.importing.pdf_tables import Table, cell_text, tables_in
from faq.curator.importing.text import is_heading
from faq.markup import quoted

#: A line this much larger than most is a heading.
LARGER = 1.12
#: A gap between lines this much wider than most parts paragraphs.
WIDER = 1.35
#: Of a page's height: there running heads and feet stand.
MARGIN = 0.12
#: Points that a drawn sign of a list measures at most.
DOT = 7.0
_BULLET = re.compile(r"^\s*(?:([•●▪■◦‣►✓✔o–—\uf0b7\u2022*-])\s+|(\d{1,2}[.)])\s+)(?=\S)")
_HYPHEN = re.compile(r"(\w)[-\u00ad\u2010]\n(?=[a-zäöüßéèàçñ])")
_PAGE_NUMBER = re.compile(
    r"^[\s\u2013-]*(?:page|seite|página|стр\.?)?\s*\d+\s*(?:(?:of|/|von|de|из)\s*\d+)?[\s\u2013-]*$",
    re.I,
)
#: What a browser prints above a page and below it: the time, the address.
_PRINTED = re.compile(
    r"^(?:(?:https?|file)://\S+(?:\s+\d+\s*/\s*\d+)?"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d{2}.*)$"
)
#: Two letters drawn as one sign.
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
#: A link that goes on in the next line.
_CUT_LINK = re.compile(r"\[(?P<one>[^\]]+)\]\((?P<url>[^)\s]+)\)\n\[(?P<two>[^\]]+)\]\((?P=url)\)")
_COUNTS = re.compile(r"(?i)\b(?:page|p\.|seite|s\.|página|pág\.?|strona|str\.|стр\.?|blz)\s*\d+")


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


def pdf_blocks(file: Path) -> list[Block]:
    """The blocks of a PDF."""
    lines = _without_running(list(_lines(file)))
    return list(_blocks(_rows_whole(lines)))


def _rows_whole(lines: Sequence[Line]) -> list[Line]:
    """The lines, where a row of a table that goes on in its last cell only is one with its top."""
    found: list[Line] = []
    for line in lines:
        *before, last = line.text.split(" | ")
        if line.row and found and found[-1].row and not any(before):
            found[-1] = replace(found[-1], text=f"{found[-1].text} {last}")
        else:
            found.append(line)
    return found


def _lines(file: Path) -> Iterator[Line]:
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


def _without_running(lines: list[Line]) -> list[Line]:
    """The lines, less heads, feet and page numbers: they come again on most pages."""
    pages = len({line.page for line in lines})
    seen: dict[str, set[int]] = {}
    counting: dict[str, set[str]] = {}
    for line in lines:
        seen.setdefault(_shape(line.text), set()).add(line.page)
        counting.setdefault(_shape(line.text), set()).add(line.text)
    edges = _edges(lines)

    def runs(line: Line) -> bool:
        at_edge = line.top < MARGIN or line.bottom > 1 - MARGIN or id(line) in edges
        if at_edge and (_PAGE_NUMBER.match(line.text) or _PRINTED.match(line.text)):
            return True
        if len(counting[_shape(line.text)]) > 1 and _COUNTS.search(line.text):
            return True
        often = len(seen[_shape(line.text)]) >= max(2, 0.5 * pages)
        return pages > 1 and often and at_edge and not line.text.rstrip().endswith("?")

    return [line for line in lines if not runs(line)]


def _edges(lines: list[Line]) -> set[int]:
    """The first and last two lines of each page."""
    found: set[int] = set()
    for page in {line.page for line in lines}:
        of_page = [line for line in lines if line.page == page]
        found |= {id(line) for line in (*of_page[:2], *of_page[-2:])}
    return found


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text).strip().lower()


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    if not lines:
        return
    body = Counter(line.size for line in lines for _ in line.text).most_common(1)[0][0]
    larger = {(line.size, line.bold) for line in lines if line.size > body * LARGER}
    sizes = sorted(larger, reverse=True)
    gap = min(_usual_gap(lines), 1.5 * body)
    widest = max(len(line.text) for line in lines)
    spaced = _spaced(lines, gap)
    gathered: list[Line] = []
    for line in lines:
        short = not spaced and len(gathered) == 1 and len(gathered[0].text) < 0.6 * widest
        titled = short and is_heading(gathered[0].text) and line.text[:1].isupper()
        if gathered and (titled or _outdents(gathered[0], line) or _parts(gathered[-1], line, gap)):
            yield _block(gathered, sizes)
            gathered = []
        gathered.append(line)
    if gathered:
        yield _block(gathered, sizes)


def _outdents(first: Line, line: Line) -> bool:
    """Whether a line stands further left than the item of a list it would go on with."""
    listed = _BULLET.match(first.text) and (first.page, first.column) == (line.page, line.column)
    return bool(listed) and line.left < first.left - 3


def _usual_gap(lines: Sequence[Line]) -> float:
    gaps = Counter(
        round((b.top - a.top) * a.height)
        for a, b in pairwise(lines)
        if a.page == b.page and b.top > a.top
    )
    return gaps.most_common(1)[0][0] if gaps else 0.0


def _spaced(lines: Sequence[Line], gap: float) -> bool:
    """Whether the document parts its paragraphs by space."""
    wide = sum((b.top - a.top) * a.height > gap * WIDER for a, b in pairwise(lines))
    return wide > 0.1 * len(lines)


def _parts(before: Line, line: Line, gap: float) -> bool:
    """Whether a new paragraph begins with a line."""
    if before.row or line.row:
        return True
    if (before.size, before.bold) != (line.size, line.bold) or _BULLET.match(line.text):
        return True
    if (before.page, before.column) != (line.page, line.column):
        return bool(re.search(r"[.!?:]\W*$", before.text)) or before.bold
    apart = (line.top - before.top) * line.height
    usual = max(gap, 1.0) if line.size <= before.size * LARGER else line.size * 1.5
    return apart > usual * WIDER or apart < 0


def _block(lines: Sequence[Line], sizes: Sequence[tuple[float, bool]]) -> Block:
    first = lines[0]
    if first.row:
        return Block(Kind.ROW, first.text)
    text = _HYPHEN.sub(r"\1", "\n".join(line.text.strip() for line in lines))
    text = _CUT_LINK.sub(r"[\g<one> \g<two>](\g<url>)", text)
    look = (first.size, first.bold)
    if look in sizes and len(text) < 300:
        one = " ".join(text.split("\n"))
        return Block(Kind.HEADING, one, level=min(6, 1 + list(sizes).index(look)))
    if first.bold:
        return Block(Kind.PARAGRAPH, text.replace("\n", " "), strong=True)
    alone = len(lines) == 1 and is_heading(text)
    block = Block(Kind.PARAGRAPH, text, style="heading?" if alone else "wrapped")
    if match := _BULLET.match(text):
        marker = match[2] or "-"
        return replace(block, kind=Kind.ITEM, text=text[match.end() :], level=1, marker=marker)
    return block
