"""What a check finds, and what of it can be told from the content alone, without the matcher."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain

from faq.curator.readability import reading_age
from faq.language.tokens import tokenise
from faq.model import ALERTS, Entry, Knowledge, Outcome
from faq.source import Block, Source
from faq.triggers import TriggerIndex

#: From Flesch-Kincaid grade 10 on a text is "fairly difficult" (Flesch 1949): sixteen-year-olds
#: read it with ease, many adults do not.
OLDEST_READER = 16
#: The formula knows no end.
OLDEST_NAMED = 25
#: A phone shows no more of a button.
LONGEST_BUTTON = 60
#: Shorter answers have too few sentences to measure.
LEAST_WORDS = 30
REVIEW_EVERY = timedelta(days=365)


class Level(StrEnum):
    """An error must be mended; a warning is for the curator to judge."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `rule` is its short name, `line` counts from 1 (0: the whole file).

    `weight` tells which of one rule's findings matter most.
    """

    level: Level
    rule: str
    file: str
    line: int
    message: str
    weight: float = 0.0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.level}: {self.message} [{self.rule}]"


def finding(level: Level, rule: str, block: Block, message: str, *, at: str = "") -> Finding:
    """A finding about a block, at the line where the text `at` stands."""
    line = block.line_of(at) if at else block.line
    return Finding(level, rule, block.file, line, f'"{block.id}": {message}')


def lint(knowledge: Knowledge, source: Source, today: date) -> list[Finding]:
    """Everything worth a curator's look in a folder that loads."""
    found = [_entry_findings(entry, knowledge, source) for entry in knowledge.entries]
    alarms = _alarms(knowledge, source)
    return [*chain.from_iterable(found), *alarms, *_stale(knowledge, source, today)]


def _entry_findings(entry: Entry, knowledge: Knowledge, source: Source) -> Iterator[Finding]:
    block = source.entries[entry.id]
    if not entry.paraphrases:
        text = "has one phrasing. Write five or more as people would type them."
        yield finding(Level.WARNING, "one-phrasing", block, text)
    if entry.draft:
        text = "is a draft. Put it into your own words, then delete the line draft = true."
        yield finding(Level.WARNING, "draft", block, text, at="draft")
    elif entry.kind is Outcome.ANSWER and knowledge.passages and not entry.quotes:
        text = "quotes nothing. Name the passages it rests on in quotes, or make it a gap."
        yield finding(Level.WARNING, "no-quote", block, text)
    if len(entry.question) > LONGEST_BUTTON or "\n" in entry.question:
        text = (
            f"question does not fit on a button. Use one line, at most {LONGEST_BUTTON} characters."
        )
        yield finding(Level.WARNING, "long-question", block, text, at="question =")
    age = reading_age(entry.answer)
    if age >= OLDEST_READER and len(entry.answer.split()) >= LEAST_WORDS:
        text = (
            f"answer reads easily only from about age {min(age, OLDEST_NAMED):.0f}. "
            "Use shorter sentences and words."
        )
        yield finding(Level.WARNING, "hard-to-read", block, text, at="answer =")


def _alarms(knowledge: Knowledge, source: Source) -> Iterator[Finding]:
    """Phrasings of ordinary entries that set off an alert."""
    triggers = TriggerIndex(e for kind in ALERTS for e in knowledge.entries if e.kind is kind)
    for entry in (e for e in knowledge.entries if e.kind not in ALERTS):
        for text in entry.phrasings:
            if fired := triggers.look(tokenise(text)).fired:
                alert = fired[0]
                message = (
                    f'{text!r} sets off the alert "{alert.id}". '
                    "Add what tells them apart to the trigger's unless, or remove the phrasing."
                )
                yield finding(
                    Level.WARNING, "sets-off-alert", source.entries[entry.id], message, at=text
                )


def _stale(knowledge: Knowledge, source: Source, today: date) -> Iterator[Finding]:
    notes = {note.id: note for entry in knowledge.entries for note in entry.notes}
    for block in source.blocks("notes.toml", "note"):
        reviewed = notes[block.id].reviewed if block.id in notes else block.data["reviewed"]
        if complaint := _complaint(reviewed, today):
            message = f"{complaint} Review it and put in today's date."
            yield finding(Level.WARNING, "stale-note", block, message, at="reviewed")
    if knowledge.reviewed and (complaint := _complaint(knowledge.reviewed, today)):
        message = f"{complaint} Review the content and put in the date."
        yield Finding(Level.WARNING, "stale-content", "faq.toml", 0, message)


def _complaint(reviewed: date, today: date) -> str:
    """What is wrong with the day of a review, if anything."""
    if reviewed > today:
        return f"last reviewed on {reviewed}, which is yet to come."
    return f"last reviewed on {reviewed}." if reviewed < today - REVIEW_EVERY else ""


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Errors, then warnings, each by file and line."""
    return sorted(findings, key=lambda f: (f.level is not Level.ERROR, f.file, f.line, f.rule))
