"""Rows of tables that hold a question and its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from faq.curator.importing.asking import MOST, asks, share_asking
from faq.curator.importing.blocks import Block, Kind
from faq.curator.importing.columns import cell_of, columns_of
from faq.markup import plain

#: A table of fewer rows, its headings among them, is no list.
FEWEST_ROWS = 3
#: What a row across a table says of the rows below is no longer.
LONGEST_BAND = 60


def rows_opened(blocks: Sequence[Block]) -> Iterator[Block]:
    """Rows of tables that hold a question and its answer as these; other rows as they are.

    A table's headings say so, or most of its first or second cells ask, or most of all its cells
    are a question with its answer below.
    """
    rows = [_cells(b) for b in blocks if b.kind is Kind.ROW]
    column = next((c for c in (0, 1) if _asking_column(rows, c)), None)
    for (is_row, _), group in groupby(blocks, lambda b: (b.kind is Kind.ROW, b.path)):
        table = list(group)
        yield from _opened(table, column) if is_row else table


def _opened(table: Sequence[Block], column: int | None) -> Iterator[Block]:
    """The rows of one table; `column` holds the questions where no heading says which does."""
    grid = [_cells(block) for block in table]
    cards = [cell for cells in grid if not _is_band(cells) for cell in cells if _is_told(cell)]
    if _are_cards(cards):
        for block, cells in zip(table, grid, strict=True):
            paragraph, band = replace(block, kind=Kind.PARAGRAPH), _is_band(cells)
            shown = [cells[0]] if band else [cell for cell in cells if _is_told(cell)]
            yield from (replace(paragraph, text=cell, strong=band) for cell in shown)
        return
    told = _told_by_headings(grid)
    for number, (block, cells) in enumerate(zip(table, grid, strict=True)):
        if number in told:
            question, answer = told[number]
        elif len(cells) > 1 and _LETTER_ALONE.fullmatch(cells[0]):
            label = re.sub(r"\W", "", cells[0])
            yield replace(block, kind=Kind.PARAGRAPH, text=f"{label}: {' '.join(cells[1:])}")
            continue
        elif (told or column is not None) and _is_band(cells):
            yield replace(block, kind=Kind.PARAGRAPH, text=plain(cells[0]), strong=True)
            continue
        elif told or column is None or len(cells) < column + 2:
            yield block
            continue
        else:
            question, answer = cells[column], " | ".join(c for c in cells[column + 1 :] if c)
        if question:
            yield replace(block, kind=Kind.TERM, text=question)
            yield replace(block, kind=Kind.PARAGRAPH, text=answer)


_LETTER_ALONE = re.compile(r"\W*[QAqa]\W*")


def _cells(row: Block) -> list[str]:
    """The cells of a row; the first and the last may be empty."""
    return re.split(r"(?:^| )\|(?: |$)", row.text)


def _is_told(cell: str) -> bool:
    """Whether a cell says something, and is no number that counts the rows."""
    return re.search(r"[^\W\d]", cell) is not None


def _are_cards(cells: Sequence[str]) -> bool:
    """Whether most cells are a question with its answer on the lines below."""
    asked = [above for above, _, below in (cell.partition("\n") for cell in cells) if below]
    return sum(map(asks, asked)) >= max(2, MOST * len(cells))


def _is_band(cells: Sequence[str]) -> bool:
    """Whether a row across a table names what the rows below are about."""
    text = cells[0]
    alone = bool(text) and not any(cells[1:])
    return alone and len(text) < LONGEST_BAND and "\n" not in text and not asks(text)


def _told_by_headings(grid: Sequence[list[str]]) -> dict[int, tuple[str, str]]:
    """The question and answer of each row of a table whose headings tell where they stand.

    Of the headings themselves nothing; a row across the table names a topic.
    """
    full = [number for number, row in enumerate(grid) if not _is_band(row)]
    rows = [grid[number] for number in full]
    if len(rows) < FEWEST_ROWS or len({len(row) for row in rows}) > 1:
        return {}
    columns = columns_of(rows)
    if columns is None or columns.row != 0 or any(map(asks, rows[0])):
        return {}
    told = [(cell_of(row, columns.question), cell_of(row, columns.answer)) for row in rows[1:]]
    if not all(question and answer for question, answer in told):
        return {}
    return {full[0]: ("", ""), **dict(zip(full[1:], told, strict=True))}


def _asking_column(rows: list[list[str]], column: int) -> bool:
    cells = [row[column] for row in rows if len(row) > column + 1]
    return sum(map(asks, cells)) >= 2 and share_asking(cells) >= MOST
