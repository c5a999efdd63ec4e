"""Blocks cut where a question begins or ends within them: at labels, bold words, lines that ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from faq.curator.importing.asking import (
    ENDED,
    LONGEST_PLAIN,
    LONGEST_QUESTION,
    MOST,
    asks,
    first_sentence,
    label,
    letters_of,
    numbered,
    share_asking,
)
from faq.curator.importing.blocks import Block, Kind
from faq.curator.importing.rows import rows_opened
from faq.curator.importing.text import is_heading

#: So many of the blocks of one look ask, that those which do not ask are questions, too.
NEARLY_ALL = 0.7
#: So many paragraphs at least that begin with bold words are sections.
FEWEST_LEADS = 3
#: Lines of names and what is told of them come by turns so often.
FEWEST_TURNS = 4
#: Bold words that name a section, where nothing asks, are no longer.
LONGEST_LEAD = 160
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
    labelled = [p for block in rows_opened(blocks) for p in _labelled(block, letters)]
    bare = _answers_bare(labelled)
    leads = [_LEAD.match(p.text) for p in bare if not p.is_heading and not p.label]
    said = [m["lead"] + m["mark"] for m in leads if m]
    leads_ask = sum(map(asks, said)) > 1 and share_asking(said) >= MOST
    listed = [p for p in bare if p.block.kind is Kind.ITEM and "\n" in p.text]
    lines = [p.text.partition("\n")[0] for p in listed]
    cut = listed if len(lines) >= FEWEST_LEADS and share_asking(lines) >= NEARLY_ALL else []
    bare = [part for p in bare for part in (_below_its_line(p) if p in cut else [p])]
    return [part for piece in bare for part in _split(piece, leads_ask=leads_ask)]


def _below_its_line(piece: Piece) -> list[Piece]:
    """A block as the line it begins with and a paragraph of the lines below."""
    first, _, more = piece.text.partition("\n")
    below = replace(piece.block, text=more, kind=Kind.PARAGRAPH, marker="")
    return [Piece(replace(piece.block, text=first)), Piece(below)]


def leads_cut(blocks: Sequence[Block]) -> list[Block]:
    """The blocks of a document that asks nothing, where most paragraphs begin with bold words.

    Those name what the rest of their paragraph, and what stands below, is about.
    """
    paragraphs = [b for b in blocks if b.kind is Kind.PARAGRAPH and not b.strong]
    leads = {
        id(b): m
        for b in paragraphs
        if (m := _LEAD.match(b.text)) and len(m["lead"]) <= LONGEST_LEAD
    }
    if len(leads) < FEWEST_LEADS or len(leads) < MOST * len(paragraphs):
        return list(blocks)
    cut: list[Block] = []
    for block in blocks:
        match = leads.get(id(block))
        if match:
            cut.append(replace(block, text=match["lead"].rstrip(" .:–—-"), strong=True))
        cut.append(replace(block, text=match["rest"].strip()) if match else block)
    return cut


def lines_opened(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks, where a name and what is told of it stand on lines by turns in one paragraph."""
    for block in blocks:
        lines = block.text.split("\n")
        odd = len(lines) % 2
        turns = list(zip(lines[odd::2], lines[odd + 1 :: 2], strict=True))
        ended = sum(bool(ENDED.search(told)) for _, told in turns)
        named = all(is_heading(name.rstrip("?")) for name, _ in turns)
        if len(turns) < FEWEST_TURNS or not named or ended < NEARLY_ALL * len(turns):
            yield block
            continue
        yield from [replace(block, text=line) for line in lines[:odd]]
        for name, told in turns:
            yield replace(block, kind=Kind.HEADING, text=name, level=3)
            yield replace(block, text=told)


def _split(piece: Piece, *, leads_ask: bool) -> Iterator[Piece]:
    """A piece that begins with a question in bold, or a line that asks, as two or more."""
    block = piece.block
    first, _, more = block.text.partition("\n")
    if block.kind is Kind.TERM and more and asks(first):
        yield from _below_its_line(piece)
        return
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


def _labelled(block: Block, letters: tuple[str, str] | None) -> Iterator[Piece]:
    """A block cut where its lines begin with labels for questions and answers."""
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
        ends = _question_ends(lines, at, widest)
        if ends is None:
            gathered.append(lines[at])
            at += 1
            continue
        *told, last = gathered or [""]
        if told and ENDED.search(told[-1].strip()) and is_heading(last.strip()):
            yield _part(piece, told)  # what the questions below are about
            yield replace(piece, block=replace(piece.block, text=last.strip(), style="heading?"))
        elif gathered:
            yield _part(piece, gathered)
        yield _part(piece, [" ".join(lines[at : ends + 1])])
        gathered, at = [], ends + 1
        if piece.block.kind is Kind.ITEM:  # what stands below the question is no item itself
            piece = replace(piece, block=replace(piece.block, kind=Kind.PARAGRAPH, marker=""))
    if gathered:
        yield _part(piece, gathered)


def _part(piece: Piece, lines: list[str]) -> Piece:
    return replace(piece, block=replace(piece.block, text="\n".join(lines).strip()))


def _question_ends(lines: list[str], at: int, widest: int) -> int | None:
    """The line where a question that begins on a line ends, within three lines.

    It goes on below a line that reaches for the margin, or in the middle of a sentence.
    """
    for end in range(at, min(at + 3, len(lines))):
        if asks(lines[end]):
            text = " ".join(lines[at : end + 1])
            return end if len(text) <= LONGEST_PLAIN and first_sentence(text) == text else None
        below = "".join(lines[end + 1 : end + 2]).strip()
        wrapped = len(lines[end]) >= widest / 2 or below[:1].islower()
        if ENDED.search(lines[end].strip()) or not wrapped:
            return None
    return None
