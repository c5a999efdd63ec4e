"""The conversation in a terminal: the same replies, numbers in place of buttons."""

from __future__ import annotations

import logging
import os
import random
import sys
from collections.abc import Iterable, Iterator
from enum import Enum, auto

from bot.settings import Settings
from bot.ui.columns import comparison
from bot.ui.page import Line, Page, Style
from bot.ui.passages import by_section
from bot.ui.texts import ENGLISH, fill, fitted
from bot.ui.topics import SHOWN, Shelf, answered_entries, shelves
from faq import Entry, Outcome, Reply, Responder, load


def chat(settings: Settings) -> None:
    """Answer standard input until it ends.

    Raises FAQError for content that cannot be used.
    """
    logging.basicConfig(format="%(message)s")
    logging.getLogger("faq").setLevel(logging.INFO)
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text
    talk = Talk(Responder(load(settings.content)))
    page = Page(sys.stdout)
    try:
        page.show(talk.hello())
        while line := _read():
            page.show(talk.answer(line.strip()))
    except (KeyboardInterrupt, BrokenPipeError):
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - whoever read is gone


def _read() -> str:
    """The next line; at a terminal after a prompt. Empty at the end."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    try:
        return input("> ") + "\n"
    except EOFError:
        print()  # noqa: T201 - the shell's prompt begins on a line of its own
        return ""


class Nothing(Enum):
    """The offer that is none of the others."""

    OF_THESE = auto()


Offer = Entry | Shelf | Nothing


class Talk:
    """One conversation: remembers what was offered, and what the next question may refer to."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder
        self._knowledge = responder.knowledge
        self._texts = fitted(ENGLISH, responder.knowledge, days=0)
        self._offered: tuple[Offer, ...] = ()
        self._last: Entry | None = None

    def hello(self) -> list[Line]:
        """What to show before the first question."""
        texts = self._texts
        return [
            *_paragraphs(texts.welcome),
            *_paragraphs(texts.disclaimer),
            Line(texts.terminal),
            Line(texts.terminal_telegram, Style.DIM),
        ]

    def answer(self, typed: str) -> list[Line]:
        """What to show for a line that was typed."""
        if not typed:
            return []
        if typed.isascii() and typed.isdigit() and self._offered:
            return self._pick(int(typed))
        self._offered = ()
        if typed.startswith("/"):
            return self._command(typed.split(maxsplit=1)[0].lower())
        return self._reply(self._responder.reply(typed, after=self._last))

    def _command(self, name: str) -> list[Line]:
        texts = self._texts
        said = {
            "/about": (texts.about, texts.reviewed, texts.disclaimer),
            "/privacy": (texts.privacy_here,),
            "/forget": (texts.forgotten,),
        }
        if name in said:
            if name == "/forget":
                self._last = None
            return _paragraphs("\n".join(said[name]))
        if name == "/topics":
            return [Line(texts.topics), *self._offer(shelves(self._knowledge))]
        if name == "/random":
            if entries := answered_entries(self._knowledge):
                return self._entry(random.choice(entries))
            return [Line(texts.topics), *self._offer(shelves(self._knowledge))]
        text = texts.help if name in {"/start", "/help"} else texts.unknown_command
        examples = [self._knowledge.by_id[i] for i in self._knowledge.examples]
        return [*_paragraphs(text), *self._offer(examples)]

    def _pick(self, number: int) -> list[Line]:
        if not 1 <= number <= len(self._offered):
            return [Line(fill(self._texts.no_such_number, number=str(number)))]
        picked, self._offered = self._offered[number - 1], ()
        match picked:
            case Shelf(name, entries):
                return [Line(name, Style.BOLD), *self._offer(entries)]
            case Nothing():
                return self._fallback()
            case entry:
                return self._entry(entry)

    def _reply(self, reply: Reply) -> list[Line]:
        if reply.answers:
            shown = [(*self._entry(entry), Line("")) for entry in reply.answers]
            return [line for lines in shown for line in lines][:-1]
        if reply.outcome is Outcome.SUGGEST:
            offers: list[Offer] = [*(c.entry for c in reply.candidates), Nothing.OF_THESE]
            return [Line(self._texts.suggest), *self._offer(offers)]
        return self._fallback()

    def _fallback(self) -> list[Line]:
        return [Line(self._texts.fallback), *self._offer(shelves(self._knowledge))]

    def _entry(self, entry: Entry) -> list[Line]:
        related = [self._knowledge.by_id[i] for i in entry.related]
        if entry.kind not in SHOWN:
            return [*_paragraphs(entry.answer), *self._offer(related)]
        self._last = entry
        lines = [Line(entry.question, Style.BOLD), *_paragraphs(entry.answer)]
        lines += [line for part in self._support(entry) for line in (Line(""), *part)]
        return [*lines, Line(""), *self._offer(related)] if related else lines

    def _support(self, entry: Entry) -> Iterator[list[Line]]:
        """What stands below an answer, part by part: comparison, notes, picture, quotes."""
        texts = self._texts
        if entry.comparison:
            yield [Line(row, indent="  ") for row in comparison(entry.comparison).split("\n")]
        for note in entry.notes:
            source = fill(texts.note_source, note=note.source, day=texts.day(note.reviewed))
            yield [Line(f"{texts.note}: {note.text}"), Line(source, Style.DIM, "  ")]
        if entry.picture:
            yield [Line(f"{texts.picture}: {entry.picture.caption}", Style.DIM)]
        for section, passages in by_section(entry.quotes):
            quoted = [Line(f"“{passage.text}”", Style.DIM, "  ") for passage in passages]
            place = f", {section}" if section else ""
            yield [Line(f"{texts.quote}{place}:", Style.DIM), *quoted]

    def _offer(self, offers: Iterable[Offer]) -> list[Line]:
        """A numbered list to pick from; what two answers offer is numbered through."""
        start = len(self._offered) + 1
        self._offered = (*self._offered, *offers)
        width = len(str(len(self._offered)))
        return [
            Line(self._label(offer), indent=f"  {number:{width}}  ")
            for number, offer in enumerate(self._offered[start - 1 :], start)
        ]

    def _label(self, offer: Offer) -> str:
        match offer:
            case Shelf(name, _):
                return name
            case Nothing():
                return self._texts.none_of_these
            case entry:
                return entry.question


def _paragraphs(text: str) -> list[Line]:
    return [Line(line) for line in text.splitlines() if line]
