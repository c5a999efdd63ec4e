"""The conversation in a terminal: the same cards, numbers in place of buttons."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

from bot.settings import Settings
from bot.ui.cards import Block, Card, Style, View
from bot.ui.commands import COMMANDS, unknown
from bot.ui.presses import Press
from bot.ui.replies import fallback, pressed, reply_cards
from bot.ui.texts import fill, fitted, texts_for
from faq import Entry, Responder, load
from faq.markup import written_out

#: Lines longer than this are hard to read, however wide the terminal.
WIDEST = 88
_RESET = "\x1b[0m"


class Look(StrEnum):
    """How a line looks, as the escape sequence that makes it so."""

    PLAIN = ""
    BOLD = "\x1b[1m"
    DIM = "\x1b[2m"


@dataclass(frozen=True, slots=True)
class Line:
    """Text to wrap, paragraph by paragraph; `indent` goes before each line."""

    text: str
    look: Look = Look.PLAIN
    indent: str = ""


class Page:
    """Writes lines; in colour only on a terminal, and not where NO_COLOR is set."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._in_colour = stream.isatty() and not os.environ.get("NO_COLOR")
        self._width = min(shutil.get_terminal_size().columns, WIDEST)

    def show(self, lines: Sequence[Line]) -> None:
        """Write lines, and an empty one behind them."""
        for line in lines:
            self._stream.write(self._drawn(line) + "\n")
        if lines:
            self._stream.write("\n")
        self._stream.flush()

    def _drawn(self, line: Line) -> str:
        text = "\n".join(
            textwrap.fill(
                paragraph,
                self._width,
                initial_indent=line.indent,
                subsequent_indent=" " * len(line.indent),
                break_on_hyphens=False,
            )
            for paragraph in line.text.split("\n")
        )
        return f"{line.look}{text}{_RESET}" if line.look and self._in_colour else text


_LOOKS = {
    Style.TEXT: Look.PLAIN,
    Style.NOTE: Look.PLAIN,
    Style.SOURCE: Look.DIM,
}


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


class Talk:
    """One conversation: remembers what was offered, and what the next question may refer to."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder
        texts = fitted(texts_for(responder.knowledge.language), responder.knowledge, days=0)
        self._view = View(responder.knowledge, texts.over({"privacy": texts.privacy_here}))
        self._offered: tuple[Press, ...] = ()
        self._last: Entry | None = None

    def hello(self) -> list[Line]:
        """What to show before the first question."""
        texts = self._view.texts
        return [
            *_lines(f"{texts.welcome}\n{texts.disclaimer}"),
            Line(texts.terminal),
            Line(texts.terminal_telegram, Look.DIM),
        ]

    def answer(self, typed: str) -> list[Line]:
        """What to show for a line that was typed."""
        if not typed:
            return []
        if typed.isascii() and typed.isdigit() and self._offered:
            return self._pick(int(typed))
        offered, self._offered = self._offered, ()
        if typed.startswith("/"):
            return self._draw(self._command(typed))
        by_id = self._view.knowledge.by_id
        entries = [by_id[press.about] for press in offered if press.about in by_id]
        reply = self._responder.reply(typed, after=self._last, offered=entries)
        shown = reply_cards(reply, self._view)
        drawn = [line for card in shown for line in (*self._draw(card), Line(""))]
        self._last = reply.subject
        return drawn[:-1]

    def _command(self, typed: str) -> Card:
        name, _, argument = typed[1:].partition(" ")
        if name.lower() == "forget":
            self._last = None
        command = COMMANDS.get(name.lower())
        return command(self._view, argument.strip()) if command else unknown(self._view)

    def _pick(self, number: int) -> list[Line]:
        if not 1 <= number <= len(self._offered):
            return [Line(fill(self._view.texts.no_such_number, number=str(number)))]
        press, self._offered = self._offered[number - 1], ()
        card = pressed(press, self._view)
        return self._draw(card or fallback(self._view))

    def _draw(self, card: Card) -> list[Line]:
        """A card as lines, its buttons as a numbered list."""
        self._last = card.entry or self._last
        lines = [line for block in card.blocks for line in (Line(""), *_block(block))][1:]
        if card.picture:
            caption = f"{self._view.texts.picture}: {card.picture.caption}"
            lines += [Line(""), Line(caption, Look.DIM)]
        offers = self._offer(card)
        return [*lines, Line(""), *offers] if offers else lines

    def _offer(self, card: Card) -> list[Line]:
        """A numbered list to pick from; what two answers offer is numbered through."""
        start = len(self._offered) + 1
        buttons = [(b.label, b.press) for row in card.rows for b in row]
        found = [(label, press) for label, press in buttons if press]
        self._offered = (*self._offered, *(press for _, press in found))
        width = len(str(len(self._offered)))
        return [
            Line(label, indent=f"  {number:{width}}  ")
            for number, (label, _) in enumerate(found, start)
        ]


def _block(block: Block) -> list[Line]:
    """A block's lines; a line that is nothing but bold stands out."""
    indent = "  " if block.style is Style.SOURCE else ""
    return [
        Line(written_out(line), Look.BOLD if _is_heading(line) else _LOOKS[block.style], indent)
        for line in block.text.splitlines()
        if line
    ]


def _is_heading(line: str) -> bool:
    return line.startswith("**") and line.endswith("**")


def _lines(text: str) -> list[Line]:
    return [Line(line) for line in text.splitlines() if line]
