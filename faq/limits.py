"""How much fits into a reply: one rule, used by everything that loads a content folder.

`faq` itself knows no messenger. The numbers are its own, below what messengers take; the tests of
the bot compare them with those of the one it is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from faq.markup import plain, utf16
from faq.model import Entry

__all__ = ["Limits", "message_length"]

#: The fixed words and the date around a note's text and source.
PER_NOTE = 120
#: The widest line a comparison is drawn with, its end included, and the narrowest word break.
TABLE_LINE = 31
TABLE_CELL = 7


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of everything.

    message: UTF-16 units of an answer and its notes, without markup. buttons: topics, or entries
    of a topic, offered at once. title: characters of the FAQ's name, which stands in sentences.
    """

    message: int = 4000
    buttons: int = 90
    related: int = 20
    title: int = 64


def message_length(entry: Entry) -> int:
    """UTF-16 units of what is always shown of an entry; quotes come as far as there is room."""
    parts = [entry.question, plain(entry.answer)]
    parts += [note.text + note.source + " " * PER_NOTE for note in entry.notes]
    return sum(utf16(part) + 2 for part in parts) + sum(_comparison_lines(entry)) * TABLE_LINE


def _comparison_lines(entry: Entry) -> Iterator[int]:
    """At most so many lines a row of a comparison fills."""
    for row in entry.comparison:
        yield 2 + sum(1 + utf16(cell) // TABLE_CELL for cell in row)
