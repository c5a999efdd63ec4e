"""Checks a content folder: what is wrong in it, how well it answers, what it leaves out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from faq.curator.confusable import astray, near_duplicates, unreachable
from faq.curator.cross_validation import Rehearsal, inside, rehearse
from faq.curator.evaluation import Rate
from faq.curator.lint import Finding, Level, lint, worst_first
from faq.curator.thresholds import choose
from faq.entries import Limits
from faq.loader import read
from faq.model import Entry, FAQError, Knowledge, Outcome, Passage, Problem, Thresholds
from faq.responder import Responder
from faq.source import Source


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many entries quote each passage, and which entries of the document quote none."""

    uses: tuple[tuple[Passage, int], ...]
    without_quotes: tuple[Entry, ...]

    @property
    def unused(self) -> tuple[Passage, ...]:
        """Passages no entry quotes."""
        return tuple(passage for passage, uses in self.uses if not uses)


def coverage(knowledge: Knowledge) -> Coverage:
    """The uses of every passage, in the order of the document."""
    uses = Counter(passage.id for entry in knowledge.entries for passage in entry.quotes)
    articles = (entry for entry in knowledge.entries if entry.kind is Outcome.ANSWER)
    return Coverage(
        tuple((passage, uses[passage.id]) for passage in knowledge.passages),
        tuple(entry for entry in articles if not entry.quotes),
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check tells of a folder that loads."""

    knowledge: Knowledge
    coverage: Coverage
    rehearsals: tuple[Rehearsal, ...]
    chosen: Thresholds | None

    @property
    def led_right(self) -> Rate:
        """Of the phrasings held out, those whose own entry still leads."""
        asked = inside(self.rehearsals)
        return Rate(sum(r.right for r in asked), len(asked))

    @property
    def confused(self) -> Counter[tuple[str, str]]:
        """How often a held-out phrasing of one entry led to another."""
        asked = inside(self.rehearsals)
        return Counter((r.entry or "", r.leader) for r in asked if not r.right)


@dataclass(frozen=True, slots=True)
class Examination:
    """All findings, errors first; `checked` is None where the folder does not load."""

    findings: tuple[Finding, ...]
    checked: Checked | None

    @property
    def errors(self) -> int:
        """How many findings must be mended."""
        return sum(f.level is Level.ERROR for f in self.findings)


def check(folder: Path, *, today: date) -> Examination:
    """Examine a content folder; never raises for what is wrong in it."""
    source = Source(folder)
    try:
        knowledge, problems = read(source, Limits())
    except FAQError as error:  # there is no such folder
        return Examination((Finding(Level.ERROR, "no-folder", ".", 0, str(error)),), None)
    if problems:
        return Examination(tuple(worst_first(map(_error, problems))), None)
    responder = Responder(knowledge)
    rehearsals = rehearse(responder.matcher)
    findings = [
        *lint(knowledge, source, today),
        *near_duplicates(responder.matcher, source),
        *astray(rehearsals, knowledge, source),
        *unreachable(responder, source),
    ]
    checked = Checked(knowledge, coverage(knowledge), rehearsals, choose(rehearsals))
    return Examination(tuple(worst_first(findings)), checked)


def _error(problem: Problem) -> Finding:
    return Finding(Level.ERROR, problem.rule, problem.file, problem.line, problem.message)
