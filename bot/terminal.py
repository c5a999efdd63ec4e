"""The conversation in a terminal: the same replies, numbers in place of buttons."""

from __future__ import annotations

import logging
import os
import random
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import TextIO

from bot import render
from bot.settings import Settings
from bot.texts import ENGLISH, Texts
from faq import Entry, Knowledge, Outcome, Reply, Responder, load

BOLD, DIM, RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
WIDEST = 88


def chat(settings: Settings) -> None:
    """Answer standard input until it ends."""
    logging.basicConfig(format="%(message)s")
    logging.getLogger("faq").setLevel(logging.INFO)
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text
    talk = Talk(Responder(load(settings.content)), days=settings.journal_days)
    page = Page(sys.stdout)
    page.show(talk.hello())
    try:
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
        return ""


class Page:
    """A place to write to: wrapped to its width, bold and dim only where a person looks."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._styled = stream.isatty() and "NO_COLOR" not in os.environ
        self._width = min(shutil.get_terminal_size().columns, WIDEST)

    def show(self, lines: Sequence[str]) -> None:
        """Write lines; one that begins with `*` is bold, with `|` a dim aside."""
        for line in lines:
            style = {"*": BOLD, "|": DIM}.get(line[:1], "")
            text = line[1:] if style else line
            if style and self._styled:
                text = f"{style}{self._wrap(text)}{RESET}"
            else:
                text = self._wrap(text)
            self._stream.write(text + "\n")
        self._stream.write("\n")
        self._stream.flush()

    def _wrap(self, text: str) -> str:
        indent = " " * (len(text) - len(text.lstrip(" ")))
        return textwrap.fill(text, self._width, subsequent_indent=indent, break_on_hyphens=False)


class Talk:
    """One conversation: remembers the last answer and what the numbers stand for."""

    def __init__(self, responder: Responder, *, days: int, texts: Texts = ENGLISH) -> None:
        self._responder = responder
        self._texts = texts
        self._days = days
        self._offered: list[Entry] = []
        self._last: Entry | None = None

    @property
    def _knowledge(self) -> Knowledge:
        return self._responder.knowledge

    def hello(self) -> list[str]:
        """What stands above the first question."""
        return [*self._fixed("welcome"), self._texts.terminal, f"|{self._texts.terminal_telegram}"]

    def answer(self, line: str) -> list[str]:
        """What to show for one line."""
        if line.isdigit() and 1 <= int(line) <= len(self._offered):
            return self._entry(self._offered[int(line) - 1])
        match line.lower():
            case "/start" | "/help":
                return [*self._fixed("help"), *self._examples()]
            case "/about" | "/privacy":
                return self._fixed(line[1:].lower())
            case "/topics":
                return self._topics()
            case "/random":
                known = [e for e in self._knowledge.entries if e.kind is Outcome.ANSWER]
                return self._entry(random.choice(known))
            case _:
                return self._reply(self._responder.reply(line, after=self._last))

    def _fixed(self, name: str) -> list[str]:
        text = self._knowledge.texts.get(name, getattr(self._texts, name))
        filled = render.fill(text, self._knowledge).replace("{days}", str(self._days))
        return [line for line in filled.splitlines() if line]

    def _examples(self) -> list[str]:
        return self._offer([self._knowledge.by_id[i] for i in self._knowledge.examples])

    def _topics(self) -> list[str]:
        shown = [e for e in self._knowledge.entries if e.kind in render.SHOWN]
        order = {topic: number for number, topic in enumerate(self._knowledge.topics)}
        self._offered = sorted(shown, key=lambda e: order.get(e.topic, len(order)))
        lines: list[str] = []
        for number, entry in enumerate(self._offered, 1):
            if f"*{entry.topic}" not in lines:
                lines.append(f"*{entry.topic}")
            lines.append(f"  {number}  {entry.question}")
        return lines

    def _reply(self, reply: Reply) -> list[str]:
        if reply.answers:
            return [line for entry in reply.answers for line in self._entry(entry)]
        if reply.outcome is Outcome.SUGGEST:
            offered = self._offer([c.entry for c in reply.candidates])
            return [self._texts.suggest, *offered]
        text = self._knowledge.texts.get("fallback", self._texts.fallback)
        return [text, *(f"  {topic}" for topic in self._knowledge.topics), "|/topics lists them."]

    def _entry(self, entry: Entry) -> list[str]:
        if entry.kind not in render.SHOWN:
            return entry.answer.splitlines()
        self._last = entry
        lines = [f"*{entry.question}", *entry.answer.splitlines()]
        for note in entry.notes:
            source = self._texts.note_source.format(source=note.source, reviewed=note.reviewed)
            lines += [f"{self._texts.note}: {note.text}", f"|  {source}"]
        for passage in entry.quotes:
            lines.append(f"|  {self._texts.quote}, {passage.section}: “{passage.text}”")
        related = [self._knowledge.by_id[i] for i in entry.related]
        return [*lines, *self._offer(related)] if related else lines

    def _offer(self, entries: list[Entry]) -> list[str]:
        self._offered = entries
        return [f"  {n}  {e.question}" for n, e in enumerate(entries, 1)]
