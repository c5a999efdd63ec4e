"""Blocks cut where a question begins or ends within them: at labels, bold words, lines that ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from faq.curator.importing.asking import (
    ENDED,
    LONGEST_PLAIN,
    LONGEST_QUESTION,
    asks,
    first_sentence,
    label,
    letters_of,
    numbered,
)
from faq.curator.importing.blocks import Block, Kind
from faq.curator.importing.columns import cell_of, columns_of

#: A look of blocks is a question's where so many of those that have it ask.
MOST = 0.5
#: So many paragraphs at least that begin with bold words are sections.
FEWEST_LEADS = 3
_LEAD = re.compile(
    r"^\*\*(?P<lead>(?:(?!\*\*).)+)\*\*(?P<mark>[ \t]*[?:.–—-]?)\s*(?P<rest>.+)$", re.DOTALL
)


#: The style of bold words that begin a paragraph.
LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Piece:
    """A block, or a part of one, with the label it began with (`q`, `a` or empty)."""

    block: Block
    label: str = ""

    @property
    def text(self) -> str:
        """The text, with markup."""
        return self.block.text

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading."""
        return self.block.kind is Kind.HEADING

    @property
    def look(self) -> tuple[object, ...]:
        """What blocks that mark the same thing have in common."""
        block, label = self.block, self.label
        named = (
            ("label", label) if label else None,
            ("term", block.style) if block.kind is Kind.TERM else None,
            ("heading", block.level) if block.kind is Kind.HEADING else None,
            _standing_out(block) if block.strong else None,
            _numbering(block),
            ("style", block.style) if block.style else None,
        )
        return next(filter(None, named), ("plain", block.kind.value))

    @property
    def short(self) -> bool:
        """Whether it could be a question by its length."""
        return len(self.text) <= LONGEST_QUESTION


def pieces_of(blocks: Sequence[Block]) -> list[Piece]:
    """The blocks of a document, each cut where a question begins or ends within it."""
    letters = letters_of([line for b in blocks for line in b.text.split("\n")])
    labelled = [p for block in _rows_opened(blocks) for p in _labelled(block, letters)]
    bare = _answers_bare(labelled)
    leads = [_LEAD.match(p.text) for p in bare if not p.is_heading and not p.label]
    said = [m["lead"] + m["mark"] for m in leads if m]
    leads_ask = sum(map(asks, said)) > 1 and _share(said) >= MOST
    return [part for piece in bare for part in _split(piece, leads_ask=leads_ask)]


def leads_cut(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a document that asks nothing, where most paragraphs begin with bold words.

    Those name what the rest of their paragraph, and what stands below, is about.
    """
    paragraphs = [b for b in blocks if b.kind is Kind.PARAGRAPH and not b.strong]
    leads = {id(b): m for b in paragraphs if (m := _LEAD.match(b.text)) and len(m["lead"]) < 80}
    if len(leads) < FEWEST_LEADS or len(leads) < MOST * len(paragraphs):
        return list(blocks)
    cut: list[Block] = []
    for block in blocks:
        match = leads.get(id(block))
        if match:
            cut.append(replace(block, text=match["lead"].rstrip(" .:–—-"), strong=True))
        cut.append(replace(block, text=match["rest"].strip()) if match else block)
    return cut


def _split(piece: Piece, *, leads_ask: bool) -> Iterator[Piece]:
    """A piece that begins with a question in bold, or a line that asks, as two or more."""
    block = piece.block
    if piece.label or piece.is_heading or block.kind in {Kind.TERM, Kind.ROW}:
        yield piece
        return
    if match := _LEAD.match(block.text):
        lead = match["lead"] + match["mark"]
        named = leads_ask and (
            "\n" in block.text or not match["mark"].strip() or lead.endswith(".")
        )
        if (asks(lead) or named) and len(lead) <= LONGEST_QUESTION:
            asked = lead if asks(lead) else lead.rstrip(" .")
            style = LEAD if leads_ask else block.style
            yield Piece(replace(block, text=asked, strong=True, style=style))
            rest = replace(block, text=match["rest"].strip(), kind=Kind.PARAGRAPH, strong=False)
            yield from _split(Piece(replace(rest, marker="")), leads_ask=leads_ask)
            return
    yield from _by_lines(piece)


def _standing_out(block: Block) -> tuple[object, ...]:
    apart = LEAD if block.style == LEAD else block.kind is Kind.ITEM
    return ("strong", apart, bool(numbered(block.text)))


def _numbering(block: Block) -> tuple[object, ...] | None:
    """How deep a numbered block's number goes, None where it has none."""
    number = numbered(block.text) or block.marker
    return ("numbered", len(re.findall(r"\w+", number))) if re.match(r"\W*\w", number) else None


def _share(texts: list[str]) -> float:
    return sum(map(asks, texts)) / len(texts) if texts else 0.0


def _rows_opened(blocks: Sequence[Block]) -> Iterator[Block]:
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
    if len(grid) < FEWEST_LEADS or len({len(row) for row in grid}) > 1:
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
    return sum(map(asks, cells)) >= 2 and _share(cells) >= MOST


def _is_head(cells: list[str]) -> bool:
    return all(len(cell) < 30 and not asks(cell) for cell in cells)


def _labelled(block: Block, letters: tuple[str, str] | None) -> Iterator[Piece]:
    """A block cut where its lines begin with labels for questions and answers."""
    if block.kind in {Kind.ROW}:
        yield Piece(block)
        return
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line in block.text.split("\n"):
        kind, _, rest = label(line, letters)
        if kind:
            parts.append((kind, [rest]))
        else:
            parts[-1][1].append(line)
    for kind, lines in parts:
        text = "\n".join(lines).strip()
        if not kind and text:
            yield Piece(replace(block, text=text))
        elif kind == "q":
            yield from _question_and_more(replace(block, text=text), letters)
        elif kind == "a" and text:
            yield Piece(replace(block, text=text, kind=_no_heading(block), strong=False), "a")


_LOOSE_ANSWER = re.compile(
    r"^(?:\*\*|\*)?\s*(?:A|Ans|R|О)\s*\d*\s*[.)–-]\s*(?P<end>\*\*|\*)?\s+(?=\S)"
)


def _answers_bare(pieces: list[Piece]) -> list[Piece]:
    """Pieces with `A.` gone where it follows a labelled question; elsewhere it counts a list."""
    found: list[Piece] = []
    for piece in pieces:
        match = _LOOSE_ANSWER.match(piece.text) if found and found[-1].label == "q" else None
        if match:
            block = replace(piece.block, text=piece.text[match.end() :], kind=Kind.PARAGRAPH)
            found.append(Piece(replace(block, strong=False), "a"))
        else:
            found.append(piece)
    return found


def _no_heading(block: Block) -> Kind:
    return Kind.PARAGRAPH if block.kind in {Kind.HEADING, Kind.TERM} else block.kind


def _question_and_more(block: Block, letters: tuple[str, str] | None) -> Iterator[Piece]:
    """A labelled question; its answer may stand behind it, on the same line or the next."""
    inline = re.match(r"(?P<q>.+?[?.:])\s+(?P<a>\S{1,12}\s?[:.)].+)$", block.text, re.DOTALL)
    if inline and label(inline["a"], letters)[0] == "a":
        yield Piece(replace(block, text=inline["q"]), "q")
        yield Piece(replace(block, text=label(inline["a"], letters)[2], strong=False), "a")
        return
    bold = _LEAD.match(block.text)
    if bold and asks(bold["lead"] + bold["mark"]):
        yield Piece(replace(block, text=bold["lead"] + bold["mark"]), "q")
        kind, _, rest = label(bold["rest"], letters)
        yield Piece(replace(block, text=rest, strong=False, kind=_no_heading(block)), kind)
        return
    lines = block.text.split("\n")
    ends = next((n for n, line in enumerate(lines) if asks(line)), len(lines) - 1)
    if text := "\n".join(lines[: ends + 1]).strip():
        yield Piece(replace(block, text=text), "q")
    if rest := "\n".join(lines[ends + 1 :]).strip():
        yield Piece(replace(block, text=rest, strong=False, kind=_no_heading(block)))


def _by_lines(piece: Piece) -> Iterator[Piece]:
    """A text of several lines cut at those that are questions by themselves."""
    lines = piece.text.split("\n")
    if len(lines) == 1 or piece.block.strong:
        yield piece
        return
    gathered: list[str] = []
    widest, at = max(map(len, lines)), 0
    while at < len(lines):
        ends = _question_ends(lines, at) if _begins(gathered, widest) else None
        if ends is None:
            gathered.append(lines[at])
            at += 1
            continue
        if gathered:
            yield _part(piece, gathered)
        yield _part(piece, [" ".join(lines[at : ends + 1])])
        gathered, at = [], ends + 1
        if piece.block.kind is Kind.ITEM:  # what stands below the question is no item itself
            piece = replace(piece, block=replace(piece.block, kind=Kind.PARAGRAPH, marker=""))
    if gathered:
        yield _part(piece, gathered)


def _part(piece: Piece, lines: list[str]) -> Piece:
    return replace(piece, block=replace(piece.block, text="\n".join(lines).strip()))


def _begins(before: list[str], widest: int) -> bool:
    """Whether a sentence begins after these lines: the last is ended, or far from the margin."""
    last = before[-1].strip() if before else ""
    return not last or bool(ENDED.search(last)) or (widest >= 40 and len(last) < widest / 2)


def _question_ends(lines: list[str], at: int) -> int | None:
    """The line where a question that begins on a line ends, within three lines."""
    for end in range(at, min(at + 3, len(lines))):
        if asks(lines[end]):
            text = " ".join(lines[at : end + 1])
            return end if len(text) <= LONGEST_PLAIN and first_sentence(text) == text else None
        if ENDED.search(lines[end].strip()):
            return None
    return None
