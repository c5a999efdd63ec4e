"""The commands, once for Telegram and the terminal: each gives a card."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from bot.ui import cards
from bot.ui.cards import SHOWN, Card, View
from bot.ui.topics import topics
from faq import Outcome

#: Asked with what stands behind the command.
Command = Callable[[View, str], Card]


def _start(view: View, argument: str) -> Card:
    """A welcome, or the entry a deep link names."""
    entry = view.knowledge.by_id.get(argument)
    if entry and entry.kind in SHOWN:
        return cards.entry_card(entry, view)
    return _with_examples(f"{view.texts.welcome}\n\n{view.texts.disclaimer}", view)


def _help(view: View, _: str) -> Card:
    """How to ask, with examples to tap."""
    return _with_examples(view.texts.help, view)


def _topics(view: View, _: str) -> Card:
    """Everything the bot can answer."""
    return topics(view)


def _random(view: View, _: str) -> Card:
    """Any question, answered; the topics where the document answers none."""
    entries = [e for e in view.knowledge.entries if e.kind is Outcome.ANSWER]
    return cards.entry_card(random.choice(entries), view) if entries else topics(view)


def _about(view: View, _: str) -> Card:
    """Where the answers come from, and when they were last reviewed."""
    texts = view.texts
    parts = (texts.about, texts.reviewed, texts.disclaimer)
    return cards.text("\n\n".join(part for part in parts if part))


def _privacy(view: View, _: str) -> Card:
    """What is kept."""
    return cards.text(view.texts.privacy)


def _forget(view: View, _: str) -> Card:
    """Says that what was talked about is forgotten; forgetting is up to who remembers."""
    return cards.text(view.texts.forgotten)


def unknown(view: View) -> Card:
    """A command nobody knows is no reason for silence."""
    return _with_examples(view.texts.unknown_command, view)


def not_text(view: View) -> Card:
    """A voice message, a picture, a place: one friendly line."""
    return Card((cards.said(view.texts.not_text), *cards.danger(view)))


def _with_examples(line: str, view: View) -> Card:
    return cards.text(line, view.entries(view.knowledge.examples))


COMMANDS: Mapping[str, Command] = {
    "start": _start,
    "topics": _topics,
    "help": _help,
    "random": _random,
    "about": _about,
    "privacy": _privacy,
    "forget": _forget,
}


def described(view: View) -> dict[str, str]:
    """What Telegram shows beside each command; /start is no news to anybody."""
    names = [name for name in COMMANDS if name != "start"]
    return {name: getattr(view.texts, f"command_{name}") for name in names}
