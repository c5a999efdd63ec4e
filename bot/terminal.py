"""The conversation in a terminal: the same replies, numbers to pick suggestions."""

from __future__ import annotations

import sys

from bot.settings import Settings
from faq import Entry, Outcome, Reply, Responder, load

INVITATION = "Set TELEGRAM_BOT_TOKEN to run this as a Telegram bot (see README.md)."
COMMANDS = "Ask a question, type a number to pick one, /topics, /help; Ctrl-D ends."


def chat(settings: Settings) -> None:
    """Answer standard input until it ends."""
    knowledge = load(settings.content)
    talk = _Talk(Responder(knowledge))
    print(f"{knowledge.title}. {COMMANDS}\n{INVITATION}\n")
    for line in sys.stdin:
        print(talk.answer(line.strip()) + "\n", flush=True)


class _Talk:
    """One conversation: remembers what the numbers stand for."""

    def __init__(self, responder: Responder) -> None:
        self._responder = responder
        self._offered: list[Entry] = []
        self._last: Entry | None = None

    def answer(self, line: str) -> str:
        """What to print for one line."""
        if line.isdigit() and 1 <= int(line) <= len(self._offered):
            return self._entry(self._offered[int(line) - 1])
        if line in {"/help", "/start"}:
            return COMMANDS
        if line == "/topics":
            known = self._responder.knowledge.entries
            return self._offer([e for e in known if e.kind is Outcome.ANSWER])
        return self._reply(self._responder.reply(line, after=self._last))

    def _reply(self, reply: Reply) -> str:
        if reply.answers:
            return "\n\n".join(self._entry(entry) for entry in reply.answers)
        if reply.outcome is Outcome.SUGGEST:
            return "Did you mean:\n" + self._offer([c.entry for c in reply.candidates])
        return "My article doesn't cover that. /topics shows what it does cover."

    def _entry(self, entry: Entry) -> str:
        self._last = entry
        lines = [entry.question, entry.answer]
        lines += [f"Editor's note: {n.text} (Source: {n.source})" for n in entry.notes]
        lines += [f"  “{p.text}” ({p.section})" for p in entry.quotes]
        known = self._responder.knowledge.by_id
        if entry.related:
            lines.append(self._offer([known[i] for i in entry.related]))
        return "\n".join(lines)

    def _offer(self, entries: list[Entry]) -> str:
        self._offered = entries
        return "\n".join(f"  {n}  {e.question}" for n, e in enumerate(entries, 1))
