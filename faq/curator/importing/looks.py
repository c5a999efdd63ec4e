"""Which looks of blocks mark a question: of those that have it most ask, and text stands below."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from faq.curator.importing.asking import MOST, asks, may_ask
from faq.curator.importing.blocks import Kind
from faq.curator.importing.boilerplate import is_call
from faq.curator.importing.pieces import NEARLY_ALL, Piece
from faq.markup import plain

#: A page that marks so many questions marks all; a look that so many times fewer have is no mark.
FEWEST_TERMS, RARE = 3, 1.5


class Looks:
    """The pieces of a document, and the looks that mark its questions with the share that asks."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.looks = self._looks()

    def _looks(self) -> dict[tuple[object, ...], float]:
        """The looks that mark a question, with the share of blocks that ask among them."""
        by_look: dict[tuple[object, ...], list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            if piece.short and piece.label != "a" and piece.block.kind is not Kind.ROW:
                by_look[piece.look].append(piece)
        found: dict[tuple[object, ...], float] = {}
        for look, pieces in by_look.items():
            share = self._share_of(look, pieces)
            if share:
                found[look] = share
        return self._without_rare(found, by_look)

    def _without_rare(
        self,
        shares: dict[tuple[object, ...], float],
        by_look: dict[tuple[object, ...], list[Piece]],
    ) -> dict[tuple[object, ...], float]:
        """The looks, less those that few have beside the look that marks what is asked.

        Where the page itself marks its questions, a heading that asks invites ("Ready to apply?")
        and bold words are part of an answer; where headings ask, one box that opens is. One heading
        that asks among bold questions names what they are about.
        """
        asked = {look: sum(map(_asks_for, by_look[look])) for look in shares}
        marked = sum(len(by_look[look]) for look in shares if look[0] in {"term", "style"})
        headings = max((n for look, n in asked.items() if look[0] == "heading"), default=0)
        bold = max((n for look, n in asked.items() if look[0] == "strong"), default=0)

        def is_rare(look: tuple[object, ...]) -> bool:
            if look[0] == "term":
                return marked < min(FEWEST_TERMS, headings)
            if look[0] == "heading" and asked[look] == 1 and bold >= FEWEST_TERMS:
                return True
            stands_out = look[0] in {"heading", "strong"}
            return stands_out and marked >= FEWEST_TERMS and marked >= RARE * asked[look]

        return {look: share for look, share in shares.items() if not is_rare(look)}

    def _share_of(self, look: tuple[object, ...], pieces: list[Piece]) -> float:
        """How many of these ask; 0 where the look marks no questions."""
        kind = look[0]
        if kind == "label" or (kind == "term" and self._are_asked(pieces)):
            return 1.0
        if kind in {"plain", "term"}:
            return 0.0
        stands_out = kind in {"heading", "strong"}
        told = [p for p in pieces if not stands_out or self._has_content(p)]
        told = [p for p in told if not is_call(plain(p.text))]
        asking = [p for p in told if (may_ask if stands_out else asks)(p.text)]
        marked = sum(asks(p.text) for p in told)
        share = len(asking) / len(told) if told else 0.0
        if not marked and not (kind == "heading" and len(asking) >= 3 and share >= NEARLY_ALL):
            return 0.0
        if kind == "heading":
            return share if share >= MOST or len(asking) >= 2 or len(told) == 1 else 0.0
        least = 1 if kind == "strong" else 2
        return (
            share
            if share >= MOST and len(asking) >= least
            else min(share, 0.01) * (kind == "strong" and marked >= 2)
        )

    def _are_asked(self, terms: list[Piece]) -> bool:
        """Whether terms are questions: not those of a page's data ("Published"), where others ask.

        They are where one asks, or where nothing else does.
        """
        of_terms = {id(piece) for piece in terms}
        others = (p for p in self.pieces if id(p) not in of_terms and self._stands_out(p))
        return any(may_ask(p.text) for p in terms) or sum(asks(p.text) for p in others) < 2

    @staticmethod
    def _stands_out(piece: Piece) -> bool:
        return piece.look[0] in {"term", "heading", "strong", "label"}

    @cached_property
    def _next(self) -> dict[int, Piece | None]:
        following: dict[int, Piece | None] = {}
        for piece, after in zip(self.pieces, [*self.pieces[1:], None], strict=True):
            following[id(piece)] = after
        return following

    def _has_content(self, piece: Piece) -> bool:
        """Whether something other than a heading of its kind stands below."""
        after = self._next[id(piece)]
        if after is None:
            return False
        if piece.is_heading:
            return not (after.is_heading and after.block.level <= piece.block.level)
        return after.look != piece.look and not after.is_heading


def _asks_for(piece: Piece) -> bool:
    return may_ask(piece.text) and not is_call(plain(piece.text))
