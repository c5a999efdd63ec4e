"""Loads a content folder and makes sure that Telegram can carry all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.telegram.render import LIMIT, answer_html, utf16
from bot.ui.texts import ENGLISH
from faq import FAQError, Knowledge, load


def load_content(folder: Path | None) -> Knowledge:
    """The knowledge in a folder; without one, the shipped content.

    Raises FAQError for what cannot be loaded or does not fit into a message.
    """
    knowledge = load(folder)
    for entry in knowledge.entries:
        length = utf16(answer_html(replace(entry, quotes=()), ENGLISH))
        if length > LIMIT:
            raise FAQError(
                f'entry "{entry.id}": {length} characters with its notes; {LIMIT} fit into a'
                " message. Shorten the answer."
            )
    return knowledge
