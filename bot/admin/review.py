"""What waits for a curator: unanswered questions, grouped by meaning, the most asked first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from bot.storage.questions import Asked, Questions
from faq import Candidate, Entry, Outcome, Responder
from faq.language.tokens import phrase
from faq.model import ALERTS

#: Cosine from which two questions count as the same: of pairs of phrasings of different gap
#: entries 0.2 % lie above. ("Cost" and "price" of one thing do, two things' cost does not.)
SAME = 0.77
CANDIDATES = 3
UNANSWERED = frozenset({Outcome.FALLBACK, Outcome.SUGGEST})


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one meaning; the wording asked most stands for all."""

    asked: tuple[Asked, ...]
    #: Entries it might belong to, nearest first.
    candidates: tuple[Candidate, ...]

    @property
    def query(self) -> str:
        """The wording that stands for the group."""
        return self.asked[0].query

    @property
    def others(self) -> list[str]:
        """The other wordings, each once."""
        wordings = {phrase(each.query): each.query for each in self.asked}
        return [query for wording, query in wordings.items() if wording != phrase(self.query)]

    @property
    def rows(self) -> list[int]:
        """Its rows in the journal."""
        return [each.id for each in self.asked]


@dataclass(slots=True)
class Queue:
    """The groups as they stood when a curator last asked for them."""

    questions: Questions
    groups: Sequence[Group] = field(default_factory=list)

    def refresh(self, responder: Responder) -> None:
        """Read the journal anew."""
        self.groups = grouped(self.questions.open(), responder)

    def after(self, row: int) -> Group | None:
        """The next group still open after the one of a row, the first where there is none."""
        starts = [number for number, group in enumerate(self.groups) if row in group.rows]
        left = self.groups[starts[0] + 1 :] if starts else self.groups
        return next((group for group in left if self.questions.still_open(group.rows)), None)

    def of(self, row: int) -> Group | None:
        """The group of a row, if it is still open."""
        found = next((group for group in self.groups if row in group.rows), None)
        return found if found and self.questions.still_open(found.rows) else None


def grouped(asked: Sequence[Asked], responder: Responder) -> list[Group]:
    """Questions by meaning, the most asked first.

    Those are left out that the content has learnt to answer since, unless somebody said that the
    answer did not help.
    """
    found: list[tuple[NDArray[Any], list[Asked]]] = []
    for same in _wordings(asked):
        if not any(each.unhelpful for each in same) and _answers(responder, same[0].query):
            continue
        vector = responder.matcher.reader.read(same[0].query).vector
        near = max(found, key=lambda pair: float(pair[0] @ vector), default=None)
        if near and float(near[0] @ vector) >= SAME:
            near[1].extend(same)
        else:
            found.append((vector, list(same)))
    found.sort(key=lambda pair: -len(pair[1]))
    return [Group(tuple(g), _candidates(g[0].query, responder)) for _, g in found]


def _wordings(asked: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    """Questions of one wording together, the most asked first, then in their order."""
    by_wording: dict[str, list[Asked]] = defaultdict(list)
    for each in asked:
        by_wording[phrase(each.query)].append(each)
    yield from sorted(by_wording.values(), key=len, reverse=True)


def _answers(responder: Responder, query: str) -> bool:
    return responder.reply(query).outcome not in UNANSWERED


def _candidates(query: str, responder: Responder) -> tuple[Candidate, ...]:
    """Entries it may be added to: no alerts, and none that has it already."""
    ranked = responder.matcher.rank(query, 2 * CANDIDATES)
    fitting = (c for c in ranked if c.entry.kind not in ALERTS)
    return tuple(c for c in fitting if not _has(c.entry, query))[:CANDIDATES]


def _has(entry: Entry, query: str) -> bool:
    return phrase(query) in map(phrase, entry.phrasings)
