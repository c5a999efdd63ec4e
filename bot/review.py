"""From a question nobody could answer to an answered one: what a curator's tap does.

Nothing here knows Telegram. A change is tried on a copy of the content folder first; only if no
other answer breaks is it written, whole, with the previous version kept.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.journal import Asked, SQLiteJournal
from faq import Candidate, FAQError, Knowledge, Outcome, Responder, load
from faq.editing import edited, put_entries
from faq.files import locked, replace, versions
from faq.knowledge import ALERTS
from faq.loader import ENTRY_FILES
from faq.words import phrase

#: Cosine from which two questions count as the same (sentence vectors; "cost" and "price" of
#: one thing lie above, two things' cost below).
SAME = 0.72
#: Earlier questions asked again before a change is written.
ASKED_AGAIN = 500
ANSWERED = frozenset({Outcome.ANSWER, Outcome.GAP})


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one meaning: the first stands for all; with entries it might belong to."""

    asked: tuple[Asked, ...]
    candidates: tuple[Candidate, ...]

    @property
    def query(self) -> str:
        """The wording that stands for the group."""
        return self.asked[0].query

    @property
    def rows(self) -> tuple[int, ...]:
        """Its rows in the journal."""
        return tuple(each.id for each in self.asked)


def groups(journal: SQLiteJournal, responder: Responder) -> list[Group]:
    """Open questions by meaning, the most asked first."""
    found: list[tuple[np.ndarray, list[Asked]]] = []
    reader = responder.matcher.reader
    for each in journal.open_questions():
        vector = reader.read(each.query).vector
        near = [pair for pair in found if float(pair[0] @ vector) >= SAME]
        if near:
            max(near, key=lambda pair: float(pair[0] @ vector))[1].append(each)
        else:
            found.append((vector, [each]))
    found.sort(key=lambda pair: -len(pair[1]))
    return [Group(tuple(asked), _candidates(asked[0].query, responder)) for _, asked in found]


def _candidates(query: str, responder: Responder) -> tuple[Candidate, ...]:
    ranked = responder.matcher.rank(query, 8)
    return tuple(c for c in ranked if c.entry.kind not in ALERTS)[:3]


def add_phrasing(folder: Path, entry: str, query: str, journal: SQLiteJournal) -> list[str]:
    """Make a query a paraphrase of an entry; what would break, in which case nothing is written.

    Raises FAQError where the content cannot be changed so.
    """
    name = _file_of(folder, entry)

    def change(place: Path) -> None:
        with edited(place / name) as document:
            tables = [t for t in document["entry"] if str(t["id"]) == entry]
            known = [str(p) for p in tables[0].get("paraphrases", [])]
            put_entries(document, [{"id": entry, "paraphrases": [*known, query]}])

    return _publish(folder, name, change, journal)


def add_gap(folder: Path, query: str, journal: SQLiteJournal) -> list[str]:
    """Make a query a gap entry with a plain answer; what would break, as for a phrasing."""
    knowledge = load(folder)
    gap = {
        "id": gap_id(query, knowledge),
        "topic": knowledge.topics[-1] if knowledge.topics else "",
        "question": query[:60],
        "answer": gap_answer(knowledge),
    }

    def change(place: Path) -> None:
        file = place / "gaps.toml"
        if not file.exists():
            replace(file, "")
        with edited(file) as document:
            put_entries(document, [gap])

    return _publish(folder, "gaps.toml", change, journal)


def gap_answer(knowledge: Knowledge) -> str:
    """What a new gap says until somebody words it better."""
    return f"“{knowledge.title}” doesn't say anything about that."


def gap_id(query: str, knowledge: Knowledge) -> str:
    """A free id made of the query's words."""
    base = "-".join(re.findall(r"[a-z0-9]+", phrase(query)))[:32].strip("-") or "gap"
    free = (f"{base}{number or ''}" for number in range(1000))
    return next(identity for identity in free if identity not in knowledge.by_id)


def undo(folder: Path) -> str | None:
    """Take back the last change of a content file; the file's name, None if there is none."""
    kept = [(f, name) for name in ENTRY_FILES for f in versions(folder / name)[-1:]]
    if not kept:
        return None
    newest, name = max(kept, key=lambda pair: pair[0].name.removeprefix(pair[1]))
    with locked(folder):
        text = newest.read_text(encoding="utf-8")
        newest.unlink()
        before = replace(folder / name, text)
        if before:  # taking back is no change to take back again
            before.unlink()
    return name


def _file_of(folder: Path, entry: str) -> str:
    pattern = re.compile(rf'^id\s*=\s*["\']{re.escape(entry)}["\']', re.MULTILINE)
    for name in ENTRY_FILES:
        file = folder / name
        if file.exists() and pattern.search(file.read_text(encoding="utf-8")):
            return name
    raise FAQError(f'No file in {folder.name} has the entry "{entry}".')


def _publish(folder: Path, name: str, change: object, journal: SQLiteJournal) -> list[str]:
    """Try a change on a copy, then make it; what would break, in which case it is not made."""
    assert callable(change)
    before = _digest(folder / name)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "content")
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".versions", "pictures"))
        if (folder / "pictures").exists():
            (copy / "pictures").symlink_to((folder / "pictures").resolve())
        change(copy)
        broken = breaks(Responder(load(folder)), Responder(load(copy)), journal)
    if broken:
        return broken
    if _digest(folder / name) != before:
        raise FAQError(f"{name} was edited by hand meanwhile. Nothing is written; try again.")
    change(folder)
    return []


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def breaks(old: Responder, new: Responder, journal: SQLiteJournal) -> list[str]:
    """What the old content answers well and the new content would not, in words."""
    asked = [(entry.question, entry.id) for entry in old.knowledge.entries]
    asked += journal.answered()[:ASKED_AGAIN]
    found = [_changed(query, entry, old, new) for query, entry in asked]
    found += [_answered_now(query, old, new) for query in old.knowledge.negatives]
    return [each for each in found if each]


def _changed(query: str, entry: str, old: Responder, new: Responder) -> str | None:
    before, after = old.reply(query).entry, new.reply(query).entry
    if before is None or before.id != entry or (after and after.id == entry):
        return None
    return f"“{query}” would no longer get “{before.question}”"


def _answered_now(query: str, old: Responder, new: Responder) -> str | None:
    after = new.reply(query)
    if after.outcome not in ANSWERED or old.reply(query).outcome in ANSWERED:
        return None
    assert after.entry
    return f"“{query}” would get “{after.entry.question}”"


def described(broken: Iterable[str], most: int = 5) -> str:
    """What would break, for a message."""
    lines: Sequence[str] = list(broken)
    more = f"\nand {len(lines) - most} more" if len(lines) > most else ""
    return "\n".join(f"• {line}" for line in lines[:most]) + more
