"""Rows of tables that hold a question and its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from faq.curator.importing.asking import MOST, asks, share_asking
from faq.curator.importing.blocks import Block, Kind
from faq.curator.importing.columns import cell_of, columns_of

#: A table of fewer rows, its headings among them, is no list.
FEWEST_ROWS = 3


def rows_opened(blocks: Sequence[Block]) -> Iterator[Block]:
    """Rows of tables that hold a question and its answer as these; other rows as they are.

    A table's headings say so, or most of its first or second cells ask.
    """
    rows = [_cells(b) for b in blocks if b.kind is Kind.ROW]
    column = next((c for c in (0, 1) if _asking_column(rows, c)), None)
    told: dict[int, tuple[str, str]] = {}
    for is_row, table in groupby(blocks, lambda block: block.kind is Kind.ROW):
        told |= _told_by_headings(list(table)) if is_row else {}
    for block in blocks:
        cells = _cells(block) if block.kind is Kind.ROW else []
        if block.kind is Kind.ROW and id(block) in told:
            question, answer = told[id(block)]
        elif len(cells) > 1 and _LETTER_ALONE.fullmatch(cells[0]):
            label = re.sub(r"\W", "", cells[0])
            yield replace(block, kind=Kind.PARAGRAPH, text=f"{label}: {' '.join(cells[1:])}")
            continue
        elif column is None or len(cells) < column + 2:
            yield block
            continue
        elif asks(cells[column]) or not _is_head(cells):
            question, answer = cells[column], " | ".join(c for c in cells[column + 1 :] if c)
        else:
            continue
        if question:
            yield replace(block, kind=Kind.TERM, text=question)
            yield replace(block, kind=Kind.PARAGRAPH, text=answer)


_LETTER_ALONE = re.compile(r"\W*[QAqa]\W*")


def _cells(row: Block) -> list[str]:
    """The cells of a row; the first and the last may be empty."""
    return re.split(r"(?:^| )\|(?: |$)", row.text)


def _told_by_headings(table: list[Block]) -> dict[int, tuple[str, str]]:
    """The question and answer of each row of a table whose headings tell where they stand."""
    grid = [_cells(block) for block in table]
    if len(grid) < FEWEST_ROWS or len({len(row) for row in grid}) > 1:
        return {}
    columns = columns_of(grid)
    if columns is None or columns.row != 0 or any(map(asks, grid[0])):
        return {}
    told = [(cell_of(row, columns.question), cell_of(row, columns.answer)) for row in grid[1:]]
    if not all(question and answer for question, answer in told):
        return {}
    return {id(table[0]): ("", ""), **dict(zip(map(id, table[1:]), told, strict=True))}


def _asking_column(rows: list[list[str]], column: int) -> bool:
    cells = [row[column] for row in rows if len(row) > column + 1]
    return sum(map(asks, cells)) >= 2 and share_asking(cells) >= MOST


def _is_head(cells: list[str]) -> bool:
    return all(len(cell) < 30 and not asks(cell) for cell in cells)
