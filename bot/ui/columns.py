"""A comparison as two columns of plain text, narrow enough for a phone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

#: Two columns and a gap make 30 characters of monospace: they fit a screen 360 px wide.
COLUMN = 14
GAP = "  "
WIDTH = 2 * COLUMN + len(GAP)


def comparison(rows: Sequence[Sequence[str]]) -> str:
    """Each row's name as a heading, its two cells side by side; more cells one below the other.

    The first row names the columns; the first cell of every row names the row.
    """
    (_, *heads), *body = rows
    draw = _beside if len(heads) == 2 else _below
    return "\n".join(draw(heads, body))


def _beside(heads: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[str]:
    yield from _columns(heads)
    for name, *cells in body:
        yield "─" * WIDTH
        yield from textwrap.wrap(f"{name}:", WIDTH)
        yield from _columns(cells)


def _below(heads: Sequence[str], body: Sequence[Sequence[str]]) -> Iterator[str]:
    for name, *cells in body:
        yield from textwrap.wrap(name, WIDTH)
        for head, cell in zip(heads, cells, strict=True):
            yield from textwrap.wrap(f"{head}: {cell}", WIDTH, subsequent_indent="  ")
        yield "─" * WIDTH


def _columns(cells: Sequence[str]) -> Iterator[str]:
    left, right = (textwrap.wrap(cell, COLUMN) for cell in cells)
    for line in range(max(len(left), len(right))):
        first, second = (column[line] if line < len(column) else "" for column in (left, right))
        yield f"{first:<{COLUMN}}{GAP}{second}".rstrip()
