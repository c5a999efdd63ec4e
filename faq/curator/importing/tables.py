"""The pairs in a sheet: what each of its rows says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from faq.curator.importing.asking import MOST, asks, question_text
from faq.curator.importing.blocks import Block, Found, Kind, Pair
from faq.curator.importing.columns import (
    OWN,
    Columns,
    called,
    cell_of,
    columns_of,
    named_and_told,
)
from faq.curator.importing.entries import LONGEST_TOPIC
from faq.curator.importing.questions import pairs_of
from faq.curator.importing.unanswered import left_out
from faq.curator.importing.values import text_of
from faq.curator.sheets import Grid, grids
from faq.markup import quoted
from faq.model import FAQError

#: Two rows below each other with one answer of so many characters are two wordings.
LONG_ANSWER = 40
LONGEST_TITLE = 80
#: Labels of rows stand at their left, and are no longer.
LABEL_COLUMNS, LONGEST_LABEL = 3, 12
#: What is told of each question stands in no more rows, where questions stand beside each other.
LONGEST_HEAD = 8
_LINK = re.compile(r"\[[^\]]+\]\((?:https?://|mailto:)\S+\)|https?://\S+|mailto:\S+")
_ITEM = re.compile(r"[-•–*]\s+(?=\S)")
#: What a column of states says of an answer nobody has approved.
DRAFT = frozenset({"draft", "entwurf", "borrador", "brouillon", "bozza", "rascunho", "черновик"})


def sheet_pairs(file: Path) -> Found:
    """The pairs of a sheet. Raises FAQError where no column holds questions, or none answers."""
    read = [(name, _upright(grid)) for name, grid in grids(file)]
    if any(_is_labelled(grid) for _, grid in read):
        return Found("", _stacked(read))
    found = [(name, grid, columns_of(grid)) for name, grid in read]
    told = [(name, grid, columns) for name, grid, columns in found if columns]
    if not told and (named := named_and_told(read)):
        told = [named]
    if not told and (stacked := _stacked(read)):
        return Found("", stacked)
    if not told:
        raise FAQError(
            f"{file.name}: no column of questions beside one of answers. Name two columns "
            "“Question” and “Answer”, in the first row."
        )
    pairs: list[Pair] = []
    remarks: list[str] = []
    for name, grid, columns in told:
        _must_be_even(grid, columns, file)
        topic = name if len(told) > 1 else ""
        remarks += _remarks(columns)
        pairs += _grid_pairs(grid, columns, topic, remarks)
    title = next((t for _, grid, columns in told if (t := _title(grid[: max(columns.row, 0)]))), "")
    if not pairs:
        raise FAQError(f"{file.name}: no row holds a question and its answer. Fill them in.")
    return Found(title, tuple(pairs), tuple(dict.fromkeys(remarks)))


def _title(above: Grid) -> str:
    """What a sheet is called, where the first row above its headings says so and no more."""
    first = next(([c.strip() for c in row if c.strip()] for row in above if any(row)), [])
    return first[0] if len(first) == 1 and len(first[0]) <= LONGEST_TITLE else ""


def _upright(grid: Grid) -> Grid:
    """A grid whose questions stand beside each other, above their answers, the other way round."""
    width = max(map(len, grid), default=0)
    if len(grid) > LONGEST_HEAD or width < len(grid):
        return grid
    named = [called(row[0]) if row else "" for row in grid]
    beside = {called(cell) for row in grid for cell in row[1:]}
    if not all(named) or not {"question", "answer"} <= {*named} or beside & {"question", "answer"}:
        return grid
    return [[row[n] if n < len(row) else "" for row in grid] for n in range(width)]


def _stacked(read: Sequence[tuple[str, Grid]]) -> tuple[Pair, ...]:
    """Pairs of sheets that have their questions and answers below each other in one column."""
    rows = [list(filter(None, map(str.strip, row))) for _, grid in read for row in grid]
    return pairs_of([_as_block(row) for row in rows if row])


def _as_block(cells: Sequence[str]) -> Block:
    """The filled cells of a row below another: what one labels, an item of a list, or a text."""
    first, *rest = cells
    if _labels(first):
        return Block(Kind.PARAGRAPH, quoted(f"{first.rstrip(' .:')}: {' '.join(rest)}"))
    text = "\n".join(cells)
    if listed := _ITEM.match(text):
        return Block(Kind.ITEM, quoted(text[listed.end() :]), 1, marker="-")
    return Block(Kind.PARAGRAPH, quoted(text))


def _is_labelled(grid: Grid) -> bool:
    """Whether a column says of most rows no more than if they ask or answer: "Q:", "A:"."""
    for column in range(LABEL_COLUMNS):
        cells = [cell for row in grid if (cell := cell_of(row, column))]
        kinds = list(map(_labels, cells))
        asked, told = kinds.count("question"), kinds.count("answer")
        if min(asked, told) > 1 and asked + told >= MOST * len(cells):
            return True
    return False


def _labels(cell: str) -> str:
    """What a cell that is but a label begins: a question, an answer, or nothing known."""
    return called(cell) if len(cell) < LONGEST_LABEL and not asks(cell) else ""


def _must_be_even(grid: Grid, columns: Columns, file: Path) -> None:
    """Raises FAQError for rows of a CSV longer than their headings: quotes are missing there."""
    if columns.row < 0 or file.suffix.lower() == ".xlsx":
        return
    width = len(grid[columns.row])
    longer = [n for n, row in enumerate(grid, 1) if len(row) > width and any(row[width:])]
    if longer:
        raise FAQError(
            f"{file.name}: row {', '.join(map(str, longer[:10]))}: more cells than headings, as a "
            "cell holds a comma or whatever parts them. Put that cell in double quotes, or save "
            "the sheet as .xlsx."
        )


def _remarks(columns: Columns) -> list[str]:
    told = {
        "left out, as no field of an entry: column {}": columns.left_out,
        "left out, as in another language: column {}. To take it, delete those of the first": (
            columns.foreign
        ),
    }
    return [text.format(", ".join(names)) for text, names in told.items() if names]


def _grid_pairs(grid: Grid, columns: Columns, topic: str, remarks: list[str]) -> Iterator[Pair]:
    """Pairs of the rows below the headings; a row that asks only belongs to the one above."""
    pending: Pair | None = None
    wordings_below = _has_wordings_below(grid[columns.row + 1 :], columns)
    headings = [c.strip().lower() for c in grid[columns.row]] if columns.row >= 0 else []
    for number, row in enumerate(grid[columns.row + 1 :], columns.row + 2):
        filled = [c for c in row if c.strip()]
        question, answer = cell_of(row, columns.question), cell_of(row, columns.answer)
        again = [c.strip().lower() for c in row] == headings  # as on a printed sheet's next page
        if not filled or again or _only_stamped(row, columns):
            continue
        topic = cell_of(row, columns.topic) or topic
        if _is_rubric(filled, columns) and not (answer and pending):
            topic = filled[0].strip()
            continue
        incomplete = not (question and answer)
        if incomplete and pending and _belongs_above(row, columns, wordings_below):
            pending = _joined(pending, question, answer)
            continue
        if (why := left_out(question, answer)) is not None:
            remarks += [f"row {number}: {why}"] if why else []
            continue
        pair = _row_pair(row, columns, topic, number)
        own = {n: row[at] for at, n in enumerate(headings) if at < len(row) and n in OWN}
        if pair is not None:
            if pending is not None and _is_wording_of(pair, pending):
                more = (pair.question, *pair.paraphrases)
                pending = replace(pending, paraphrases=(*pending.paraphrases, *more))
                continue
            if pending is not None:
                yield pending
            pending = replace(pair, fields=tuple((n, c) for n, c in own.items() if c.strip()))
    if pending is not None:
        yield pending


def _belongs_above(row: Sequence[str], columns: Columns, wordings_below: bool) -> bool:
    """Whether a row goes on with the answer above, or only asks in other words."""
    named = cell_of(row, columns.id) or cell_of(row, columns.topic)
    if cell_of(row, columns.answer):
        return not named
    return wordings_below and sum(bool(cell.strip()) for cell in row) == 1


def _only_stamped(row: Sequence[str], columns: Columns) -> bool:
    """Whether a row says when and by whom, and neither asks nor answers, as a form's may."""
    told = cell_of(row, columns.question) or cell_of(row, columns.answer)
    return not told and sum(bool(cell.strip()) for cell in row) > 1


def _is_wording_of(pair: Pair, before: Pair) -> bool:
    """Whether a row asks what the one above asks, in other words: same answer, same id."""
    known = pair.id == before.id if pair.id else len(pair.answer) >= LONG_ANSWER
    return pair.answer == before.answer and known


def _has_wordings_below(rows: Grid, columns: Columns) -> bool:
    """Whether so many rows only ask that they are other wordings of the row above each."""
    asked, answer = columns.question, columns.answer
    told = [bool(cell_of(row, answer)) for row in rows if cell_of(row, asked)]
    return told.count(False) >= max(2, told.count(True) / 4)


def _is_rubric(filled: Sequence[str], columns: Columns) -> bool:
    """A row of one short text that asks nothing names the topic of the rows below."""
    alone = len(filled) == 1 and columns.topic is None
    text = filled[0].strip()
    named = not text[:1].islower() and len(text) <= LONGEST_TOPIC and "\n" not in text
    return alone and named and not asks(text)


def _row_pair(row: Sequence[str], columns: Columns, topic: str, number: int) -> Pair | None:
    wordings = (_listed if columns.several else _wordings)(cell_of(row, columns.question))
    wordings += [w for n in columns.more for w in _listed(cell_of(row, n))]
    if not wordings:
        return None
    told = [cell_of(row, n) for n in (columns.answer, *columns.answers)]
    answer, identity = "\n\n".join(text_of(c) for c in told if c), cell_of(row, columns.id)
    used = {columns.question, columns.answer, columns.topic, *columns.more, *columns.answers}
    cells = [(n, cell.strip()) for n, cell in enumerate(row) if n not in used]
    links = [c for n, c in cells if _LINK.fullmatch(c) or (n in columns.links and "://" in c)]
    urls = [link.removeprefix("mailto:") for link in links]
    answer = "\n".join([answer, *(url for url in urls if url not in answer)])
    draft = cell_of(row, columns.status).lower() in DRAFT
    place = f"row {number}"
    return Pair(wordings[0], answer, topic, tuple(wordings[1:]), place, identity, draft)


def _joined(pair: Pair, question: str, answer: str) -> Pair:
    """A row that only asks is another wording of the one above; one that only answers goes on."""
    if question:
        return replace(pair, paraphrases=(*pair.paraphrases, *_wordings(question)))
    more = text_of(answer)
    listed = more.startswith("- ")
    close = listed and pair.answer.rpartition("\n")[2].startswith("- ")
    return replace(pair, answer="\n".join([pair.answer, *([] if close else [""]), more]))


def _wordings(cell: str) -> list[str]:
    """The wordings in a question's cell: one a line, or several questions on one."""
    lines = [line for line in cell.split("\n") if line.strip()]
    if len(lines) == 1:
        inner = re.split(r"(?<=[?？])\s*[,/;|]?\s*(?=[^\W\d_a-z])", lines[0])
        lines = inner if all(map(asks, inner)) else lines
    elif lines and asks(" ".join(lines)) and not any(map(asks, lines[:-1])):
        broken = all(line[:1].islower() for line in lines[1:])
        lines = [" ".join(lines)] if broken else lines
    return [w for w in map(question_text, map(quoted, lines)) if w]


def _listed(cell: str) -> list[str]:
    """The wordings in a cell of paraphrases; bars, semicolons and commas may part short ones.

    Where they stand on lines, a comma is part of one.
    """
    if "\n" in cell.strip():
        return _wordings(cell)
    for sign in ("|", ";", ","):
        parts = [part.strip() for part in cell.split(sign) if part.strip()]
        short = sign != "," or all(len(part.split()) <= 5 for part in parts)
        if len(parts) > 1 and short:
            return [w for part in parts for w in _wordings(part)]
    return _wordings(cell)
