"""Changes to the content that a curator makes with a tap: tried on a copy, then written whole.

Nothing here knows Telegram or the journal. What is written is the very text that was checked; if
somebody has edited the folder meanwhile, nothing is written.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from faq import FAQError, Knowledge, Outcome, Responder, load
from faq.curator.content_store import edited, put_entries
from faq.curator.files import VERSIONS, locked, replace, replaced_at, take_back, text_of, versions
from faq.curator.lint import LONGEST_BUTTON
from faq.language.spelling import phrase
from faq.loader import ENTRY_FILES, content_files
from faq.matching.matcher import Matcher

#: Queries and the entries that answered them.
Answered = Sequence[tuple[str, str]]
GAPS = "gaps.toml"
#: A longer query is cut in messages.
SHOWN = 200
ANSWERING = frozenset({Outcome.ANSWER, Outcome.GAP})


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a change. Where something would break by it, nothing was written."""

    broken: tuple[str, ...]
    responder: Responder
    #: Names the change; `undo` gives it back. Empty where nothing had to be written.
    version: str = ""

    def answers(self, query: str) -> bool:
        """Whether the changed content has an answer to a query, or names the gap."""
        return self.responder.reply(query).outcome in ANSWERING


def add_phrasing(folder: Path, entry: str, query: str, answered: Answered) -> Published:
    """Make a query a paraphrase of an entry.

    Raises FAQError where the content cannot be changed so.
    """
    name = _file_of(folder, entry)

    def change(place: Path) -> None:
        with edited(place / name) as document:
            [table] = [t for t in document["entry"] if str(t["id"]) == entry]
            known = [str(p) for p in table.get("paraphrases", [])]
            if phrase(query) not in map(phrase, [*known, str(table["question"])]):
                put_entries(document, [{"id": entry, "paraphrases": [*known, query]}])

    return _publish(folder, name, change, answered)


def add_gap(folder: Path, query: str, answered: Answered) -> Published:
    """Make a query a gap entry with a plain answer. Raises FAQError as for a phrasing."""

    def change(place: Path) -> None:
        knowledge = load(place)
        gap = {
            "id": gap_id(query, knowledge),
            "topic": knowledge.topics[-1] if knowledge.topics else "",
            "question": _shortened(query),
            "answer": gap_answer(knowledge),
            "paraphrases": [query] if len(query) > LONGEST_BUTTON else [],
        }
        (place / GAPS).touch()
        with edited(place / GAPS) as document:
            put_entries(document, [gap])

    return _publish(folder, GAPS, change, answered)


def _shortened(query: str) -> str:
    """The query, cut between words where it is too long for a button."""
    return (
        query
        if len(query) <= LONGEST_BUTTON
        else query[: LONGEST_BUTTON - 1].rsplit(" ", 1)[0] + "…"
    )


def gap_answer(knowledge: Knowledge) -> str:
    """What a new gap says until somebody words it better."""
    return f"“{knowledge.title}” doesn't say anything about that."


def gap_id(query: str, knowledge: Knowledge) -> str:
    """A free id made of the query's words."""
    base = "-".join(re.findall(r"[a-z0-9]+", phrase(query)))[:32].strip("-") or "gap"
    free = (f"{base}{number or ''}" for number in range(1000))
    return next(identity for identity in free if identity not in knowledge.by_id)


def undo(folder: Path) -> tuple[str, ...]:
    """Take back the last change of the entry files; the versions put back, none if none is kept.

    Raises FAQError where a file was edited by hand since, or something needs what was added.
    """
    with _copy(folder, versions_too=True) as copy:
        if _take_back(copy):
            load(copy)
    return _take_back(folder)


def _take_back(folder: Path) -> tuple[str, ...]:
    """Put back the newest versions, all those of one time."""
    kept = ((v, folder / name) for name in ENTRY_FILES for v in versions(folder / name))
    newest_first = sorted(kept, key=lambda pair: replaced_at(pair[0]), reverse=True)
    with locked(folder):
        for _, together in groupby(newest_first, key=lambda pair: replaced_at(pair[0])):
            taken = tuple(version.name for version, path in together if take_back(path, version))
            if taken:
                return taken
    return ()


@contextmanager
def _copy(folder: Path, *, versions_too: bool = False) -> Iterator[Path]:
    """A content folder to try a change on; an editor's hidden files stay behind."""

    def left_out(_: str, names: list[str]) -> list[str]:
        hidden = [n for n in names if n.startswith(".") and not (versions_too and n == VERSIONS)]
        return [*hidden, "pictures"]

    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "content")
        shutil.copytree(folder, copy, ignore=left_out)
        if (folder / "pictures").exists():
            (copy / "pictures").symlink_to((folder / "pictures").resolve())
        yield copy


def file_of(version: str) -> str:
    """The name of the file a version is of."""
    return next(name for name in ENTRY_FILES if version.startswith(f"{name}."))


def _file_of(folder: Path, entry: str) -> str:
    pattern = re.compile(rf'^\s*id\s*=\s*["\']{re.escape(entry)}["\']', re.MULTILINE)
    for name in ENTRY_FILES:
        if (folder / name).exists() and pattern.search(text_of(folder / name)):
            return name
    raise FAQError(f'No file in {folder.name} has the entry "{entry}".')


def _publish(
    folder: Path, name: str, change: Callable[[Path], None], answered: Answered
) -> Published:
    """Make a change to a file, unless something would break by it."""
    before = _texts(folder)
    with _copy(folder) as copy:
        change(copy)
        new = Responder(load(copy))
        wanted = text_of(copy / name)
    broken = tuple(breaks(Responder(load(folder)), new, answered))
    if broken:
        return Published(broken, new)
    with locked(folder):
        if _texts(folder) != before:
            raise FAQError("The content was edited meanwhile. Nothing is written; try again.")
        (folder / name).touch()  # the version before a new file's first change is an empty one
        version = replace(folder / name, wanted)
    return Published((), new, version.name if version else "")


def _texts(folder: Path) -> Mapping[str, bytes]:
    """What stands in the content files."""
    return {f.name: f.read_bytes() for f in content_files(folder)}


def breaks(old: Responder, new: Responder, answered: Answered) -> Iterator[str]:
    """What the old content answers well and the new content would not, in words.

    Asked again: every entry's question, `answered` queries, the negatives, and those phrasings
    that another entry would now lead for.
    """
    asked = [(entry.question, entry.id) for entry in old.knowledge.entries]
    for query, entry in dict.fromkeys([*asked, *answered, *_led_astray(old.matcher, new.matcher)]):
        before, after = old.reply(query).entry, new.reply(query).entry
        if before and before.id == entry and not (after and after.id == entry):
            yield f"“{query}” would no longer get “{before.question}”"
    for query in old.knowledge.negatives:
        reply = new.reply(query)
        if reply.outcome in ANSWERING and old.reply(query).outcome not in ANSWERING:
            assert reply.entry
            yield f"“{query}” would get “{reply.entry.question}”"


def _led_astray(old: Matcher, new: Matcher) -> Iterable[tuple[str, str]]:
    """Phrasings whose entry leads in the old content and does not in the new."""
    still = set(_led_right(new))
    return [pair for pair in _led_right(old) if pair not in still]


def _led_right(matcher: Matcher) -> Iterator[tuple[str, str]]:
    """Phrasings that lead to their own entry, with its id."""
    for number, label in enumerate(matcher.labels.tolist()):
        logits = matcher.scorer.logits(matcher.sample.reading(number))[: len(matcher.entries)]
        if label < len(matcher.entries) and int(logits.argmax()) == label:
            yield matcher.texts[number], matcher.entries[label].id


def described(broken: Iterable[str], most: int = 5) -> str:
    """What would break, for a message."""
    lines: Sequence[str] = [line[: 2 * SHOWN] for line in broken]
    more = f"\nand {len(lines) - most} more" if len(lines) > most else ""
    return "\n".join(f"• {line}" for line in lines[:most]) + more
