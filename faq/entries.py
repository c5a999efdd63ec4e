"""An entry as a content file's table gives it, and how much fits into a reply.

`faq` itself knows no messenger. Its limits are its own, below what messengers take; the tests of
the bot compare them with those of the one it is for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from faq.fields import ENTRY_FIELDS
from faq.markup import plain, utf16
from faq.model import KINDS, Entry, Note, Outcome, Passage, Picture, Trigger
from faq.source import Table

__all__ = ["LONGEST_ID", "EntryReader", "Limits", "message_length", "wording"]

LONGEST_ID = 40
#: A button carries an id in bytes, a link to the bot takes these signs only, and a file's name on
#: some systems not both "Tea" and "tea".
_ID = re.compile(rf"[a-z0-9-]{{1,{LONGEST_ID}}}")
#: The fixed words and the date around a note's text and source.
PER_NOTE = 120
#: The widest line a comparison is drawn with, its end included, and the narrowest word break.
TABLE_LINE = 31
TABLE_CELL = 7

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class EntryReader:
    """Reads entries that name passages, notes, pictures and topics of their folder."""

    passages: Mapping[str, Passage]
    notes: Mapping[str, Note]
    pictures: Mapping[str, Picture]
    topics: tuple[str, ...]
    limits: Limits

    def entry(self, table: Table, kind: Outcome | None, groups: Mapping[str, str]) -> Entry:
        """The entry in a table of a file whose entries are of a `kind`, unless they say.

        `groups` are the file's words that triggers name with an @. What is wrong is noted.
        """
        readers: dict[str, Callable[[], object]] = {
            "id": lambda: _id(table),
            "kind": lambda: _kind(table, kind),
            "topic": lambda: self._topic(table),
            "question": lambda: table.text("question"),
            "answer": lambda: table.text("answer"),
            "short": lambda: table.text("short", ""),
            "paraphrases": lambda: table.texts("paraphrases"),
            "quotes": lambda: tuple(self._known(table, "quotes", self.passages)),
            "notes": lambda: tuple(self._known(table, "notes", self.notes)),
            "related": lambda: table.texts("related"),
            "picture": lambda: self._picture_of(table),
            "comparison": lambda: _comparison(table),
            "trigger": lambda: tuple(_triggers(table, groups)),
            "calm": lambda: tuple(_group(g, table, groups) for g in table.texts("calm")),
            "draft": lambda: table.get("draft", bool, False),
        }
        values: dict[str, Any] = {f.name: readers[f.key]() for f in ENTRY_FIELDS}
        entry = Entry(**values | {"paraphrases": _without_repeats(values)})
        self._check_fits(table, entry)
        return entry

    def _check_fits(self, table: Table, entry: Entry) -> None:
        length = message_length(entry)
        if length > self.limits.message:
            text = f"{length} characters with its notes; {self.limits.message} fit into a message"
            table.note(text, "Shorten the answer.", key="answer", rule="too-long")
        if len(entry.related) > self.limits.related:
            text = f"{len(entry.related)} related entries; {self.limits.related} fit"
            table.note(text, "Keep the most useful.", key="related", rule="too-many")

    def _topic(self, table: Table) -> str:
        topic = table.text("topic", "")
        if topic and self.topics and topic not in self.topics:
            text = f"topic {topic!r} is not in faq.toml's topics"
            table.note(text, "Add it there or use another.", key="topic", rule="reference")
        return topic

    def _known(self, table: Table, key: str, among: Mapping[str, T]) -> Iterable[T]:
        for name in table.texts(key):
            if name in among:
                yield among[name]
            else:
                text = f"{key} names {name!r}, which does not exist"
                table.note(text, "Correct or remove it.", key=key, rule="reference")

    def _picture_of(self, table: Table) -> Picture | None:
        name = table.text("picture", "")
        if name and name not in self.pictures:
            text = f"picture {name!r} is not in pictures.toml"
            table.note(text, "Correct or remove it.", key="picture", rule="reference")
        return self.pictures.get(name)


def _triggers(table: Table, groups: Mapping[str, str]) -> Iterator[Trigger]:
    for data in table.get("trigger", list, []):
        if isinstance(data, dict):
            yield _trigger(table.within(data, "trigger"), groups)
        else:
            text = "trigger must be written as [[entry.trigger]]"
            table.note(text, "Change it.", key="trigger", rule="kind")


def _trigger(table: Table, groups: Mapping[str, str]) -> Trigger:
    wanted, unless = (
        tuple(_group(g, table, groups) for g in table.texts(key)) for key in ("all", "unless")
    )
    table.finish()
    if not wanted:
        table.note("without `all` it would always fire", "Add it.", rule="missing")
    return Trigger(all=wanted, unless=unless)


def _group(
    written: str, table: Table, groups: Mapping[str, str], within: tuple[str, ...] = ()
) -> str:
    """A group of alternatives with every @name replaced by the group of that name."""
    found = []
    for part in written.split("|"):
        if not part.startswith("@"):
            found.append(part)
        elif part not in groups:
            text = f"no group {part!r} in [groups]"
            table.note(text, "Add or correct it.", at=written, rule="reference")
        elif part in within:
            text = f"group {part!r} is part of itself"
            table.note(text, "Mend [groups].", at=written, rule="reference")
        else:
            found.append(_group(groups[part], table, groups, (*within, part)))
    return "|".join(found)


def _id(table: Table) -> str:
    identity = table.text("id")
    if identity and not _ID.fullmatch(identity):
        text = f"id may hold up to {LONGEST_ID} small letters a-z, digits and - only"
        near = re.sub(r"[^a-z0-9]+", "-", identity.lower()).strip("-")[:LONGEST_ID]
        named = f" to {near}" if near else ""
        table.note(text, f"Rename it{named}, wherever it stands.", key="id", rule="id")
    return identity


def _kind(table: Table, kind: Outcome | None) -> Outcome:
    named = table.text("kind", kind.value if kind else None)
    if named in KINDS:
        return Outcome(named)
    if named:
        text = f"kind {named!r} is none of {', '.join(KINDS)}"
        table.note(text, "Change it.", key="kind", rule="kind")
    return Outcome.ANSWER


def wording(text: str) -> str:
    """What makes two phrasings the same: not case, spaces or end marks. Symbols count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.split()).rstrip(" ?!.…¿¡").lstrip("¿¡ ")


def check_wordings(table: Table, entry: Entry, owners: dict[str, str]) -> None:
    """Note each phrasing of an entry that another one, in `owners` by its wording, has too."""
    for number, phrasing in enumerate(entry.phrasings):
        key = wording(phrasing) or phrasing
        if phrasing and owners.setdefault(key, entry.id) != entry.id:
            where = f"paraphrase {number}" if number else "question"
            text = f'{where} ({phrasing!r}) is also a phrasing of "{owners[key]}"'
            table.note(text, "Remove one.", at=phrasing, rule="duplicate")


def _without_repeats(values: Mapping[str, Any]) -> tuple[str, ...]:
    """An entry's paraphrases, each wording once: a repeat does no harm."""
    unlike = {wording(values["question"]): ""}
    for text in values["paraphrases"]:
        unlike.setdefault(wording(text), text)
    return tuple(filter(None, unlike.values()))


def _comparison(table: Table) -> tuple[tuple[str, ...], ...]:
    rows = table.get("comparison", list, [])
    if any(not isinstance(r, list) or not r or len(r) != len(rows[0]) for r in rows):
        text = "comparison rows must be equally long lists"
        table.note(text, "Mend them.", key="comparison", rule="kind")
        return ()
    return tuple(tuple(str(cell) for cell in row) for row in rows)


def message_length(entry: Entry) -> int:
    """UTF-16 units of what is always shown of an entry; quotes come as far as there is room."""
    notes = [note.text + note.source + " " * PER_NOTE for note in entry.notes]
    read = utf16("\n\n".join([entry.question, plain(entry.answer), *notes, ""]))
    return read + sum(_comparison_lines(entry)) * TABLE_LINE


def _comparison_lines(entry: Entry) -> Iterator[int]:
    """At most so many lines a row of a comparison fills."""
    for row in entry.comparison:
        yield 2 + sum(1 + utf16(cell) // TABLE_CELL for cell in row)
