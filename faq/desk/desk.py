"""What the desk's pages share: the live content, what waits, and what it would change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from faq.curator import draft
from faq.curator.content_store import texts_of
from faq.curator.cross_validation import inside, rehearse
from faq.curator.draft import Content, Workbench
from faq.curator.edits import Edit, Fields, tables_of
from faq.curator.evaluation import Case, read_cases
from faq.curator.publishing import ASKED_AGAIN, Trial, folder_of, get_ready, try_out
from faq.curator.questions import Asked
from faq.loader import ENTRY_FILES
from faq.model import Entry, FAQError, Knowledge
from faq.responder import Responder

__all__ = ["Desk", "Preview"]

T = TypeVar("T")

#: Questions that shall go on getting the answer they should; the form `faq evaluate` reads.
TESTS = "test_questions.jsonl"


class Journal(Protocol):
    """What people asked and how it ended."""

    def open(self) -> Sequence[Asked]:
        """Questions without an answer that helped, that nobody has settled; newest first."""

    def settle(self, rows: Sequence[int], how: str, *, version: str = "") -> Sequence[int]:
        """Note what a curator made of questions, and by which change; those open until now."""

    def reopen(self, version: str) -> int:
        """Open again what a change settled; how many questions."""

    def latest(self, most: int) -> Sequence[str]:
        """The latest questions, each once."""

    def answered(self, most: int) -> Sequence[tuple[str, str]]:
        """The latest answered queries that nobody called unhelpful, with their entries."""

    def by_day(self, *, days: int) -> Mapping[tuple[str, str], int]:
        """Questions by day (2026-01-31) and outcome."""

    def by_entry(self, *, days: int, unhelpful: bool = False) -> Mapping[str, int]:
        """Questions by the entry that answered."""

    def helpful(self, *, days: int) -> tuple[int, int]:
        """How many said that an answer helped, and that it did not."""


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer as the messenger draws it: HTML, rows of buttons, its length and the most."""

    html: str
    rows: Sequence[Sequence[str]]
    length: int
    limit: int
    picture: Path | None = None


Draw = Callable[[Entry, Knowledge], Preview]


@dataclass(slots=True, kw_only=True)
class Desk:
    """One desk for one content folder; training is done one at a time, beside the answers."""

    content: Content
    draw: Draw
    #: None where nothing is known of what people ask.
    journal: Journal | None = None
    _training: asyncio.Lock = field(default_factory=asyncio.Lock)
    _trials: dict[str, Trial] = field(default_factory=dict)
    #: Entries another of which leads for held-out phrasings, with that other, as far as known.
    confused: Mapping[str, str] = field(default_factory=dict)
    _looked_at: Responder | None = None
    _looking: asyncio.Task[None] | None = None

    @property
    def live(self) -> Responder:
        """What answers people now."""
        return self.content.responder

    @property
    def folder(self) -> Path:
        """The content folder."""
        return folder_of(self.live)

    def workbench(self) -> Workbench:
        """What waits, what was published."""
        return draft.read(self.folder)

    def tables(self, workbench: Workbench) -> dict[str, tuple[str, Fields]]:
        """Every entry as it would be, with its file; those in which an edit conflicts as they are.

        Raises FAQError where a file cannot be read.
        """
        texts = texts_of(self.folder)
        found = {
            identity: (name, table)
            for name in ENTRY_FILES
            for identity, table in tables_of(texts.get(name, ""), name).items()
        }
        for edit in workbench.edits:
            if edit.file in ENTRY_FILES:
                _, known = found.get(edit.id, ("", {}))
                if edit.fields is None:
                    found.pop(edit.id, None)
                else:
                    found[edit.id] = (edit.file, {"id": edit.id, **known, **edit.fields})
        return found

    async def trial(self) -> Trial:
        """What waits as it would be. Raises FAQError."""
        return await self.trial_of(self.workbench().edits)

    async def trial_of(self, edits: Sequence[Edit]) -> Trial:
        """Edits as they would be; the last two are remembered. Raises FAQError."""
        name = f"{id(self.live)} {edits!r}"
        async with self._training:
            if name not in self._trials:
                trial = await asyncio.to_thread(try_out, self.live, edits)
                kept = list(self._trials.items())[-1:]  # a trial takes as much memory as the bot
                self._trials = {**dict(kept), name: trial}
            return self._trials[name]

    async def publish(self, trial: Trial, edits: Sequence[Edit], by: str) -> Sequence[str]:
        """Put a trial in force; the versions it replaces. Raises FAQError."""

        def write() -> Sequence[str]:
            versions, rows = draft.release(self.content, trial, edits, by)
            if self.journal and rows:
                self.journal.settle(rows, "published", version=versions[0] if versions else "")
            return versions

        async with self._training:
            self._trials.clear()
            return await asyncio.to_thread(write)

    def look_for_confusions(self) -> None:
        """Find out, aside, which entries are mixed up (a later page shows it); ask what is asked
        before publishing."""
        live = self.live
        if self._looked_at is not live and (self._looking is None or self._looking.done()):
            self._looked_at = live
            self._looking = asyncio.create_task(self._look(live))

    async def _look(self, live: Responder) -> None:
        self.confused = await asyncio.to_thread(_confused, live)
        if self.journal:
            answered = [query for query, _ in self.journal.answered(ASKED_AGAIN)]
            queries = [*answered, *self.journal.latest(ASKED_AGAIN)]
            await asyncio.to_thread(get_ready, live, queries)

    def tests(self) -> Sequence[Case]:
        """The test questions of the folder; those for entries that are gone are left out."""
        try:
            lines = (self.folder / TESTS).read_text("utf-8").splitlines()
        except OSError:
            return ()
        found: list[Case] = []
        for line in lines:
            try:
                found += read_cases([line], self.live.knowledge.by_id)
            except FAQError:
                continue
        return found

    def build(self, file: str, fields: Mapping[str, Any]) -> Entry:
        """An entry of these fields to look at, as far as they make sense."""
        knowledge = self.live.knowledge
        identity = str(fields.get("id", ""))
        passages = {passage.id: passage for passage in knowledge.passages}
        known = knowledge.by_id.get(identity)
        entry = known or Entry(id=identity or "new", question="", answer="")
        pictures = {e.picture.id: e.picture for e in knowledge.entries if e.picture}
        return replace(
            entry,
            question=str(fields.get("question", "")),
            answer=str(fields.get("answer", "")),
            paraphrases=tuple(map(str, fields.get("paraphrases", ()))),
            kind=entry.kind if known else ENTRY_FILES[file] or entry.kind,
            quotes=tuple(passages[i] for i in fields.get("quotes", ()) if i in passages),
            related=tuple(i for i in fields.get("related", ()) if i in knowledge.by_id),
            picture=pictures.get(str(fields.get("picture", ""))),
        )


def _confused(live: Responder) -> Mapping[str, str]:
    """Entries that often lose a held-out phrasing to the same other entry."""
    lost: dict[tuple[str, str], int] = {}
    for tried in inside(rehearse(live.matcher)):
        sure = tried.score >= live.knowledge.thresholds.answer
        if not tried.right and sure and tried.may_answer:
            pair = (str(tried.entry), tried.leader)
            lost[pair] = lost.get(pair, 0) + 1
    worst = sorted(lost, key=lambda pair: lost[pair])
    return {own: other for own, other in worst if lost[own, other] >= 2}
