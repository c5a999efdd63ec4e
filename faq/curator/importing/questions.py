"""Finds the list of questions in a document: which blocks ask, and what answers each of them.

A document marks its questions in one way, or two: by headings of a level, by bold lines, by labels,
by its page's elements, or by nothing but the question mark. Blocks that look alike are judged
together: where most of those that look one way ask, all that look so are questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from faq.curator.importing.asking import (
    ENDED,
    LONGEST_PLAIN,
    MOST,
    asks,
    in_capitals,
    may_ask,
    numbered,
    question_text,
)
from faq.curator.importing.blocks import CODE, LEADS_MORE, Block, Kind, Pair
from faq.curator.importing.boilerplate import (
    is_boilerplate,
    is_call,
    is_closing,
    is_contents,
    is_farewell,
    is_generic,
    is_last_call,
    is_vote,
)
from faq.curator.importing.looks import Looks
from faq.curator.importing.pieces import NEARLY_ALL, Piece, pieces_of
from faq.curator.importing.walk import Walk
from faq.markup import plain

#: So many of the bold lines ask, that one between them which does not is a question, too.
MOST_BOLD = 0.6


def pairs_of(blocks: Sequence[Block]) -> tuple[Pair, ...]:
    """The questions of a document with their answers; none where it is no list of questions."""
    return _Recogniser(blocks).pairs()


class _Recogniser(Looks):
    def __init__(self, blocks: Sequence[Block]) -> None:
        super().__init__(_without_boilerplate(pieces_of(blocks)))
        self.questions = self._questions()

    def _questions(self) -> set[int]:
        strong = {id(p) for p in self.pieces if p.look in self.looks and self._is_question(p)}
        plain_ones = {
            id(p)
            for p in self.pieces
            if p.look[0] in {"plain", "style", "numbered"} and self._asks_plainly(p)
        }
        answered = [p for p in self.pieces if id(p) in plain_ones and self._answered(p, plain_ones)]
        if any(p.block.style == LEADS_MORE for p in self.pieces if id(p) in strong):
            strong |= {id(p) for p in answered if p.block.kind is Kind.ITEM}
        kinds = {p.look[0] for p in self.pieces if id(p) in strong}
        explicit = kinds & {"term", "label"}
        if len(answered) > len(strong) and not (explicit and len(strong) >= 3):
            return self._with_counted(strong | plain_ones)
        return self._with_counted(self._in_the_list(strong))

    def _with_counted(self, questions: set[int]) -> set[int]:
        """The questions, with lines that no mark ends: 3, where 2 and 4 are questions."""
        asked = [n for n, p in enumerate(self.pieces) if id(p) in questions]
        found = set(questions)
        for before, after in pairwise(asked):
            first, last = _count(self.pieces[before]), _count(self.pieces[after])
            if first is None or last is None or first[0] != last[0] or last[1] != first[1] + 2:
                continue
            missing = (first[0], first[1] + 1)
            between = self.pieces[before + 1 : after]
            alike = [p for p in between if _count(p) == missing and p.short]
            if len(alike) == 1 and not ENDED.search(plain(alike[0].text)):
                found.add(id(alike[0]))
        return found

    def _in_the_list(self, questions: set[int]) -> set[int]:
        """Those under a heading that says "FAQ", where most of a page's questions stand there.

        What a page asks its visitors elsewhere ("Why choose us?") is nobody's question.
        """
        inside: set[int] = set()
        level = 0
        for piece in self.pieces[1:]:
            if piece.is_heading and id(piece) not in questions:
                level = 0 if piece.block.level <= level else level
                level = piece.block.level if is_generic(plain(piece.text)) else level
            if level and id(piece) in questions:
                inside.add(id(piece))
        if len(inside) < max(2, len(questions) / 2):
            return questions
        others = (p for p in self.pieces if id(p) in questions and not p.is_heading)
        return inside | set(map(id, others))

    def _answered(self, piece: Piece, among: set[int]) -> bool:
        after = self._next[id(piece)]
        return after is not None and id(after) not in among and not after.is_heading

    def _is_question(self, piece: Piece) -> bool:
        """Whether a piece of a look that marks questions is one."""
        kind, share = piece.look[0], self.looks[piece.look]
        said = question_text(piece.text)
        if not piece.short or piece.label == "a" or is_vote(said) or is_contents(said):
            return False
        if kind in {"term", "label"} or asks(piece.text) or is_closing(plain(piece.text)):
            return kind in {"term", "label"} or asks(piece.text)
        if kind not in {"heading", "strong"}:
            most = MOST if piece.block.style == LEADS_MORE else NEARLY_ALL
            return share >= most and not piece.text.rstrip().endswith((".", ":"))
        if may_ask(piece.text) and share >= MOST:
            return True
        if piece.text.rstrip().endswith(":") or (kind == "strong" and share < MOST_BOLD):
            return False
        below = self._has_content(piece) and not self._leads_to_questions(piece)
        return below and (self._is_draft(piece) or self._between(piece))

    def _leads_to_questions(self, piece: Piece) -> bool:
        """Whether the headings below a heading ask: it is their topic, then."""
        after = self._next[id(piece)]
        return after is not None and after.is_heading and after.look in self.looks

    def _is_draft(self, piece: Piece) -> bool:
        """A heading of a document that is no list of questions, though some of its headings ask."""
        share = self.looks.get(piece.look, 1.0)
        asked = may_ask(piece.text) or self._after_the_end(piece)
        return piece.is_heading and share < NEARLY_ALL and not asked

    def _after_the_end(self, piece: Piece) -> bool:
        """Whether a block closes the document, or one of its look above it did ("Contact us")."""
        closed = False
        for other in self.pieces:
            if other.look == piece.look:
                closed = is_closing(plain(other.text)) or (closed and not asks(other.text))
            if other is piece:
                break
        return closed

    def _between(self, piece: Piece) -> bool:
        """Whether blocks of the same look that ask stand before it, and after it if it must."""
        alike = [p for p in self.pieces if p.look == piece.look]
        asking = [n for n, p in enumerate(alike) if asks(p.text)]
        if not asking and piece.is_heading:
            asking = [n for n, p in enumerate(alike) if may_ask(p.text)]
        at = next(n for n, p in enumerate(alike) if p is piece)
        ends = at > asking[-1] and not self._after_the_end(piece) if asking else False
        counted = piece.block.kind is Kind.ITEM or numbered(piece.text)
        same = len(asking) >= 2 and alike[asking[-1]].block.style == piece.block.style
        ends = ends and bool(piece.is_heading or counted or same)
        begins = bool(asking) and at < asking[0] and self._same_chapter(piece, alike[asking[0]])
        return bool(asking) and (asking[0] < at < asking[-1] or ends or begins)

    def _same_chapter(self, one: Piece, other: Piece) -> bool:
        """Whether a higher heading stands above two headings, which is not the document's title."""
        between = self.pieces[: self._at(other)]
        above = [n for n, p in enumerate(between) if _is_above(p, one)]
        return one.is_heading and bool(above) and 0 < above[-1] < self._at(one)

    def _at(self, piece: Piece) -> int:
        return next(n for n, other in enumerate(self.pieces) if other is piece)

    def _asks_plainly(self, piece: Piece) -> bool:
        text = piece.text
        if (
            not asks(text)
            or not re.search(r"[^\W\d_]{2}", text)
            or len(text) > LONGEST_PLAIN
            or "\n" in text.strip()
        ):
            return False
        return len(re.findall(r"[.!?…](?=\s)|[。！？](?=.)", plain(text))) <= 2

    # What answers what

    def pairs(self) -> tuple[Pair, ...]:
        """Walk the document once: questions, topics, answers."""
        scopes = self._scopes()
        walk = Walk()
        for before, piece in zip([None, *self.pieces], self.pieces, strict=False):
            if id(piece) in self.questions:
                walk.question(piece, scopes.get(id(piece), ()), draft=self._is_draft(piece))
            elif self._closes(piece) or (piece is self.pieces[-1] and is_last_call(piece.text)):
                walk.flush()
            elif walk.counts_on(_count(piece)):
                walk.topic_line(piece)
            elif piece.is_heading:
                walk.heading(piece)
            elif not walk.waits and self._is_topic(piece, before):
                walk.topic_line(piece)
            else:
                walk.text(piece)
        walk.flush()
        return tuple(walk.found)

    def _closes(self, piece: Piece) -> bool:
        """Whether a line ends the questions: it looks as they do ("Useful numbers"), invites to
        write, or says goodbye."""
        text = plain(piece.text)
        if is_call(text) or is_farewell(text):
            return True
        return piece.block.strong and piece.look in self.looks and is_closing(text)

    def _is_topic(self, piece: Piece, before: Piece | None) -> bool:
        """A line that stands out, asks nothing, and has a question right below.

        What follows a colon does not, nor does code.
        """
        after = self._next[id(piece)]
        if (before and before.text.rstrip().endswith(":")) or piece.block.style == CODE:
            return False
        listed = piece.block.kind in {Kind.ITEM, Kind.ROW}
        if after is None or id(after) not in self.questions or piece.label or listed:
            return False
        text = plain(piece.text)
        short = len(text) <= 80 and "\n" not in text and not ENDED.search(text)
        short = short and not re.search(r"://|www\.|@|\b\d{3,}", text)
        return short and (
            piece.block.strong or in_capitals(text) or piece.block.style == "heading?"
        )

    def _scopes(self) -> dict[int, tuple[int, ...]]:
        """The elements of a page each answer must stand in."""
        asked = [p for p in self.pieces if id(p) in self.questions and p.block.path]
        found = {}
        for at, piece in enumerate(asked):
            beside = [*asked[max(0, at - 1) : at], *asked[at + 1 : at + 2]]
            shared = [_common(piece.block.path, other.block.path) for other in beside]
            after = self._next[id(piece)]
            if after is not None and id(after) not in self.questions:
                same = after.block.path == piece.block.path  # a paragraph with its question
                path = piece.block.path[:-1] if same else piece.block.path
                shared.append(_common(path, after.block.path))
            found[id(piece)] = max(shared, key=len, default=())
        return found


def _is_above(heading: Piece, piece: Piece) -> bool:
    return heading.is_heading and heading.block.level < piece.block.level


def _count(piece: Piece) -> tuple[object, int] | None:
    """The form of a piece's number, with whether it is a heading's, and the number itself."""
    told = (numbered(piece.text) or piece.block.marker).strip(" *")
    digits = re.search(r"\d+(?=\D*$)", told)
    form = (re.sub(r"\d+(?=\D*$)", "0", told), piece.is_heading)
    return (form, int(digits[0])) if digits else None


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    length = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    return one[: min(len(one), len(other)) if length is None else length]


def _without_boilerplate(pieces: list[Piece]) -> list[Piece]:
    return [p for p in pieces if not is_boilerplate(plain(p.text))]
