"""Tables of a page of a PDF: their rules are drawn, and cells lie between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

#: Points: a rule is no thicker, and no shorter; rules so close are one.
THICKEST, SHORTEST, SAME = 3.0, 5.0, 3.0
#: Heights of a line from one to the next, within a paragraph of a cell.
CLOSE = 1.6


class Part(list[Any]):
    """The signs of a line that lie in one cell, with the place they take."""

    def __init__(self, chars: Sequence[Any]) -> None:
        super().__init__(chars)
        placed = [c for c in chars if hasattr(c, "x0")]
        self.x0, self.x1 = min(c.x0 for c in placed), max(c.x1 for c in placed)
        self.y0, self.y1 = min(c.y0 for c in placed), max(c.y1 for c in placed)
        self.height = self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Table:
    """Where the upright rules of a table stand, and the level ones, from the top."""

    columns: list[float]
    rows: list[float]

    @property
    def x0(self) -> float:
        """Its left edge; the others are named alike, as those of a line are."""
        return self.columns[0]

    @property
    def x1(self) -> float:
        return self.columns[-1]

    @property
    def y0(self) -> float:
        return self.rows[-1]

    @property
    def y1(self) -> float:
        return self.rows[0]

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    def holds(self, line: Any) -> bool:
        """Whether a line of the page lies in the table."""
        middle = (line.y0 + line.y1) / 2
        inside = self.rows[-1] < middle < self.rows[0]
        return bool(inside and line.x1 > self.columns[0] and line.x0 < self.columns[-1])

    def cells(self, lines: Sequence[Any]) -> Iterator[list[list[Any]]]:
        """For each row the parts of lines in each of its cells, from the top."""
        parts = [part for line in lines for part in self._parts(line)]
        for top, bottom in zip(self.rows, self.rows[1:], strict=False):
            row = [p for p in parts if bottom < (p.y0 + p.y1) / 2 < top]
            yield [
                sorted((p for p in row if self._column(p) == n), key=lambda p: (-p.y1, p.x0))
                for n in range(len(self.columns) - 1)
            ]

    def _column(self, part: Any) -> int:
        passed = sum(bool(x < part.x0 + 1) for x in self.columns)
        return min(max(passed - 1, 0), len(self.columns) - 2)

    def _parts(self, line: Any) -> Iterator[Part]:
        """A line cut at the rules it crosses."""
        gathered: list[list[Any]] = [[] for _ in self.columns]
        at = self._column(line)
        for char in line:
            at = self._column(char) if hasattr(char, "x0") else at
            gathered[at].append(char)
        yield from (Part(c) for c in gathered if any(hasattr(x, "x0") for x in c))


def tables_in(drawn: Sequence[Any]) -> list[Table]:
    """The tables among what is drawn on a page: two columns and two rows at least."""
    rules = [d for d in drawn if min(d.width, d.height) <= THICKEST]
    rules = [d for d in rules if max(d.width, d.height) >= SHORTEST]
    found: list[list[Any]] = []
    lowest = 0.0
    for rule in sorted(rules, key=lambda r: -r.y1):
        if not found or rule.y1 < lowest - SAME:
            found.append([])
            lowest = rule.y0
        found[-1].append(rule)
        lowest = min(lowest, rule.y0)
    tables = [_table(group) for group in found]
    return [t for t in tables if len(t.columns) > 2 and len(t.rows) > 2]


def _table(rules: Sequence[Any]) -> Table:
    upright = [r.x0 for r in rules if r.height > r.width]
    level = [r.y0 for r in rules if r.width >= r.height]
    return Table(_apart(upright), _apart(level)[::-1])


def _apart(places: Sequence[float]) -> list[float]:
    """Places in order, those that are as good as the same only once."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > SAME:
            found.append(place)
    return found


def cell_text(parts: Sequence[Any], text_of: Callable[[Any], str]) -> str:
    """The text of a cell: lines that go on are one; an item, or a gap, begins a new one."""
    text, above = "", None
    for part in parts:
        told = " ".join(text_of(part).split())
        apart = above is not None and above.y1 - part.y1 > CLOSE * part.height
        sign = "\n" if told.startswith(("• ", "- ")) or apart else " "
        text += told if above is None else sign + told
        above = part
    return text.replace("• ", "- ") if "• " in text else text
