"""PDF as blocks: lines grouped by their fonts and gaps; what stands on every page is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile
from pathlib import Path

from faq.curator.importing.asking import ENDED
from faq.curator.importing.blocks import Block, Kind
from faq.curator.importing.pdf_lines import Line, lines_in
from faq.curator.importing.text import is_heading

#: A line this much larger than most is a heading; one this much smaller is no text.
LARGER, SMALLER = 1.12, 0.85
#: Lines at the foot of a document.
LONGEST_FOOT = 3
#: A gap between lines this much wider than most parts paragraphs.
WIDER = 1.35
#: Of a page's height: there running heads and feet stand.
MARGIN = 0.12
#: So far below all others stands a foot.
FAR = 0.06
_BULLET = re.compile(r"^\s*(?:([•●▪■◦‣►✓✔o–—\uf0b7\u2022*-])\s+|(\d{1,2}[.)])\s+)(?=\S)")
_HYPHEN = re.compile(r"(\w)[-\u00ad\u2010]\n(?=[a-zäöüßéèàçñ])")
_PAGE_NUMBER = re.compile(
    r"^[\s\u2013-]*(?:page|seite|página|стр\.?)?\s*\d+\s*(?:(?:of|/|von|de|из)\s*\d+)?[\s\u2013-]*$",
    re.I,
)
#: A link that goes on in the next line.
_CUT_LINK = re.compile(r"\[(?P<one>[^\]]+)\]\((?P<url>[^)\s]+)\)\n\[(?P<two>[^\]]+)\]\((?P=url)\)")
#: A line of a list of contents: dots lead to a number.
_LEADERS = re.compile(r"(?:[.…·_]\s*){4,}\s*\d+\s*$")
_COUNTS = re.compile(r"(?i)\b(?:page|p\.|seite|s\.|página|pág\.?|strona|str\.|стр\.?|blz)\s*\d+")


def pdf_blocks(file: Path) -> list[Block]:
    """The blocks of a PDF."""
    lines = [line for line in lines_in(file) if not _LEADERS.search(line.text)]
    lines = _without_foot(_without_running(lines))
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


def _without_running(lines: list[Line]) -> list[Line]:
    """The lines, less heads, feet and page numbers: they come again on most pages."""
    pages = len({line.page for line in lines})
    edges, feet = _edges(lines), _feet(lines)
    at_edge = {
        id(line)
        for line in lines
        if line.top < MARGIN or line.bottom > 1 - MARGIN or id(line) in edges
    }
    seen: dict[str, set[int]] = {}
    counting: dict[str, set[str]] = {}
    for line in lines:
        counting.setdefault(_shape(line.text), set()).add(line.text)
        if id(line) in at_edge:
            seen.setdefault(_shape(line.text), set()).add(line.page)

    def runs(line: Line) -> bool:
        shape, edge = _shape(line.text), id(line) in at_edge
        if (edge and _PAGE_NUMBER.match(line.text)) or id(line) in feet:
            return True
        if len(counting[shape]) > 1 and _COUNTS.search(line.text):
            return True
        often = edge and len(seen[shape]) >= max(2, 0.5 * pages)
        return pages > 1 and often and not line.text.rstrip().endswith("?")

    return [line for line in lines if not runs(line)]


def _without_foot(lines: list[Line]) -> list[Line]:
    """The lines, less an address in small letters below all others: no sentence, that is."""
    body = _size_of_most(lines)
    feet = len(list(takewhile(lambda line: line.size < body * SMALLER, reversed(lines))))
    rest, foot = lines[: len(lines) - feet], lines[len(lines) - feet :]
    told = any(line.text.rstrip().endswith((".", "?", "!", ")")) for line in foot)
    return lines if told or len(foot) > LONGEST_FOOT else rest


def _size_of_most(lines: Sequence[Line]) -> float:
    """The size of most letters."""
    counted = Counter(line.size for line in lines for _ in line.text).most_common(1)
    return counted[0][0] if counted else 0.0


def _edges(lines: list[Line]) -> set[int]:
    """The lines on the two highest and the two lowest levels of each page."""
    found: set[int] = set()
    for page in {line.page for line in lines}:
        of_page = [line for line in lines if line.page == page]
        levels = sorted({round(line.top, 2) for line in of_page})
        edges = {*levels[:2], *levels[-2:]}
        found |= {id(line) for line in of_page if round(line.top, 2) in edges}
    return found


def _feet(lines: list[Line]) -> set[int]:
    """The lowest line of each page, where it stands far below all others and is no sentence."""
    found: set[int] = set()
    for page in {line.page for line in lines}:
        *_, above, last = [None, *sorted((x for x in lines if x.page == page), key=lambda x: x.top)]
        apart = above is not None and last is not None and last.top - above.bottom > FAR
        if last and apart and last.bottom > 1 - MARGIN and not ENDED.search(last.text):
            found.add(id(last))
    return found


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text).strip().lower()


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    if not lines:
        return
    body = _size_of_most(lines)
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
    if line.text.startswith("**") and ENDED.search(before.text):
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
    text = text.replace("**\n**", "\n")
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
