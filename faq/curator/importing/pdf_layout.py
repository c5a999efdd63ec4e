"""The lines of a page of a PDF in the order they are read: columns told from tables."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

#: Lines of a column at least, and how many of them are full.
FEWEST_LINES, FILLED = 6, 0.3
FEWEST_NAMES = 3
#: Columns have fewer lines on one height, if they are not full; cells beside each other more.
FEW_LEVEL = 0.5
#: Of its height: so near each other are the tops of two lines that are level.
LEVEL = 0.15
#: Heights of a line from one to the next, in a paragraph.
CLOSE = 1.6


def usual_gutters(pages: Sequence[list[Any]]) -> tuple[float, ...]:
    """Where the page of most columns is parted, given the lines of each page."""
    return max(map(_gutters, pages), key=len, default=())


def _gutters(lines: list[Any]) -> tuple[float, ...]:
    gutter = _gutter(lines)
    if gutter is None:
        return ()
    left, right = [x for x in lines if x.x1 <= gutter], [x for x in lines if x.x0 >= gutter]
    return (gutter, *_gutters(left), *_gutters(right))


def columns_in(lines: list[Any], width: float, usual: Sequence[float]) -> list[list[Any]]:
    """The lines of a page in the order they are read: by column, where it has several.

    A line across them ends the columns above it. `usual` parts a page that is not full, such as
    the last one, as it parts the others.
    """
    return _columns(lines, usual) or _beside(lines, width) or [lines]


def _columns(lines: list[Any], usual: Sequence[float]) -> list[list[Any]]:
    """The columns of a page, or of a part of it that is a column and more; empty for one."""
    gutter = _gutter(lines)
    if gutter is None:
        within = (
            x for x in usual if any(a.x1 <= x for a in lines) and any(a.x0 >= x for a in lines)
        )
        gutter = next((x for x in within if _clear(lines, x)), None)
    if gutter is None:
        return []
    across = sorted((x for x in lines if x.x0 < gutter < x.x1), key=lambda x: -x.y1)
    found: list[list[Any]] = []
    rest = [x for x in lines if not x.x0 < gutter < x.x1]
    for line in [*across, None]:
        above = [x for x in rest if line is None or x.y0 > line.y0]
        rest = [x for x in rest if x not in above]
        for side in ([x for x in above if x.x1 <= gutter], [x for x in above if x.x0 >= gutter]):
            found += _columns(side, usual) or [side]
        if line is not None:
            found.append([line])
    return [column for column in found if column]


def _beside(lines: list[Any], width: float) -> list[list[Any]]:
    """The lines of a page that has names on the left and what is told of each beside them.

    A table without rules, that is: the first line of each name is level with one on the right, and
    many texts on the right take several lines. Empty where a page is none.
    """
    steps = [width * step / 100 for step in range(20, 55, 2)]
    x = min(steps, key=lambda step: sum(a.x0 < step < a.x1 for a in lines))
    left = sorted((a for a in lines if a.x1 <= x), key=lambda a: -a.y1)
    right = sorted((a for a in lines if a.x0 >= x), key=lambda a: -a.y1)
    tops = [a for n, a in enumerate(left) if not n or left[n - 1].y1 - a.y1 > CLOSE * a.height]
    names = [a for a in tops if any(abs(a.y1 - b.y1) < 0.4 * a.height for b in right)]
    few = len(lines) - len(left) - len(right) <= 0.3 * len(lines)
    most = len(names) >= max(FEWEST_NAMES, 0.6 * len(tops))
    if not (few and most and len(right) > 1.5 * len(names)):
        return []
    begins = [a.y1 + 0.5 * a.height for a in tops if a in names or _heads(a, left, right)]
    found = [[a for a in lines if a.y1 > begins[0]]]
    for begin, end in pairwise([*begins, float("-inf")]):
        found += [[a for a in side if end < a.y1 <= begin] for side in (left, right)]
        found.append([a for a in lines if a.x0 < x < a.x1 and end < a.y1 <= begin])
    return [part for part in found if part]


def _heads(line: Any, left: list[Any], right: list[Any]) -> bool:
    """Whether a line on the left stands between two names, with nothing told beside it."""
    below = max((a.y1 for a in left if a.y1 < line.y0), default=float("-inf"))
    return not any(below + 1 < a.y1 <= line.y1 for a in right)


def _gutter(lines: list[Any]) -> float | None:
    """Where a page of columns of text is parted in two; None where it has one, or a table."""
    best: tuple[int, float] = (0, 0.0)
    begin, end = min((a.x0 for a in lines), default=0.0), max((a.x1 for a in lines), default=0.0)
    for x in (begin + (end - begin) * step / 100 for step in range(30, 71)):
        left, right = [a for a in lines if a.x1 <= x], [a for a in lines if a.x0 >= x]
        enough = min(len(left), len(right)) >= FEWEST_LINES
        if not enough or not _clear(lines, x):
            continue
        if _is_text(left) or _level(left, right) < FEW_LEVEL:
            best = max(best, (len(left) + len(right), x))
    return best[1] if best[0] else None


def _level(left: list[Any], right: list[Any]) -> float:
    """How many lines of the shorter side are level with a line of the other, as cells are."""
    few, many = sorted((left, right), key=len)
    tops = sorted(b.y1 for b in many)

    def is_level(line: Any) -> bool:
        most = LEVEL * line.height
        return bisect_left(tops, line.y1 - most) < bisect_right(tops, line.y1 + most)

    return sum(map(is_level, few)) / len(few)


def _clear(lines: list[Any], x: float) -> bool:
    """Whether hardly a line of a page stands across a place."""
    return sum(bool(a.x0 < x < a.x1) for a in lines) <= 0.2 * len(lines)


def _is_text(column: list[Any]) -> bool:
    """Whether many lines go on to the margin, with the next one close below.

    Those in the cells of a table do not.
    """
    begin, end = min(line.x0 for line in column), max(line.x1 for line in column)
    full = sum(line.x1 > end - 0.15 * (end - begin) for line in column)
    falling = sorted(column, key=lambda line: -line.y1)
    close = sum(a.y1 - b.y1 < CLOSE * a.height for a, b in pairwise(falling))
    return bool(full >= FILLED * len(column) and close >= len(column) / 2)


def rows_in(lines: list[Any]) -> list[list[Any]]:
    """Lines from the top; pieces side by side on one height are one line, in reading order."""
    rows: list[list[Any]] = []
    for line in sorted(lines, key=lambda each: (-round(each.y1), each.x0)):
        above: Any = rows[-1][-1] if rows else line
        level = above is not line and abs(above.y0 - line.y0) < 0.3 * line.height
        if level and 0 <= line.x0 - above.x1 < 3 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows
