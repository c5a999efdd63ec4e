"""Pairs, collected while a document goes by: a question's answer is all up to the next one."""

from __future__ import annotations

from faq.curator.importing.asking import may_ask, question_text
from faq.curator.importing.blocks import Block, Pair, joined
from faq.curator.importing.boilerplate import is_contents
from faq.curator.importing.pieces import Piece
from faq.markup import plain

#: So many questions without an answer between them are a list of contents.
LONGEST_RUN = 3


class Walk:
    """Collects pairs while a document goes by."""

    def __init__(self) -> None:
        self.found: list[Pair] = []
        self.stack: list[Block] = []
        self.line_topic = ""
        self.asked: list[Piece] = []
        self.answer: list[Block] = []
        #: What stands outside of where the answer must, as in a column beside.
        self.beside: list[Block] = []
        self.scope: tuple[int, ...] = ()
        self.draft = False
        #: The number of the chapter the questions stand in: "2. Questions from residents".
        self.chapter: tuple[object, int] | None = None

    @property
    def waits(self) -> bool:
        """Whether what comes next answers, be it a short line: one question is asked."""
        return len(self.asked) == 1 and not self.answer

    def counts_on(self, count: tuple[object, int] | None) -> bool:
        """Whether a number goes on with that of the chapter: another one begins there."""
        before = self.chapter
        goes_on = bool(self.asked and before and count == (before[0], before[1] + 1))
        if goes_on or not self.asked:
            self.chapter = count or before
        return goes_on

    def question(self, piece: Piece, scope: tuple[int, ...], *, draft: bool) -> None:
        """A question begins; one without an answer before it is another wording of it."""
        if self.asked and self.answer:
            self.flush()
        elif self.asked and not (self.asked[-1].label or may_ask(self.asked[-1].text)):
            self.line_topic, self.asked = question_text(self.asked[-1].text), []
        self.asked.append(piece)
        self.scope, self.draft = scope, draft

    def _in_contents(self) -> bool:
        return any(is_contents(plain(b.text)) for b in self.stack)

    def heading(self, piece: Piece) -> None:
        """A heading is part of an answer if the question is a higher one; else a topic."""
        block = piece.block
        if self.asked and self.asked[0].is_heading and block.level > self.asked[0].block.level:
            self.answer.append(block)
            return
        self.flush()
        self._enter(block)
        self.line_topic = ""

    def _enter(self, block: Block) -> None:
        self.stack = [*(b for b in self.stack if b.level < block.level), block]

    def topic_line(self, piece: Piece) -> None:
        """A line that names the topic of what follows."""
        self.flush()
        self.line_topic = plain(piece.text).split("\n")[0].strip(" :")

    def text(self, piece: Piece) -> None:
        """Something that answers, if anything is asked."""
        path = piece.block.path
        if self.asked and path[: len(self.scope)] == self.scope:
            self.answer.append(piece.block)
        elif self.asked and self.answer:
            self.flush()
        elif self.asked:
            self.beside.append(piece.block)

    def flush(self) -> None:
        """The question so far is complete; or several are, and as many answers stand beside."""
        each = list(zip(self.asked, self.beside, strict=False))
        if len(self.asked) == len(self.beside) > LONGEST_RUN:
            self.beside = []
            for piece, block in each:
                self.asked, self.answer = [piece], [block]
                self.flush()
        answer = joined(self.answer)
        if self.asked and answer and not self._in_contents():
            wordings = (
                self.asked[-LONGEST_RUN:] if len(self.asked) <= LONGEST_RUN else (self.asked[-1:])
            )
            texts = [question_text(p.text) for p in wordings]
            first = self.asked[0].block
            place = f"line {first.line}" if first.line else ""
            self.found.append(
                Pair(texts[0], answer, self._topic(), tuple(texts[1:]), place, draft=self.draft)
            )
        self.asked, self.answer, self.beside = [], [], []

    def _topic(self) -> str:
        names = [" ".join(plain(b.text).split()) for b in self.stack]
        named = self.line_topic or (names[-1] if names else "")
        return question_text(named)
