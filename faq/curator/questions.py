"""What people asked in vain, grouped by meaning, the most asked first: a curator's inbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from faq.language.tokens import phrase
from faq.model import ALERTS, Candidate, Entry, Outcome
from faq.responder import Responder

__all__ = ["Asked", "Group", "grouped"]

#: Cosine from which two questions count as the same: of pairs of phrasings of different gap
#: entries 0.2 % lie above. ("Cost" and "price" of one thing do, two things' cost does not.)
SAME = 0.77
CANDIDATES = 3
UNANSWERED = frozenset({Outcome.FALLBACK, Outcome.SUGGEST})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the journal; `unhelpful` where somebody said so of its answer."""

    id: int
    query: str
    unhelpful: bool


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

    @property
    def unhelpful(self) -> int:
        """How often somebody said that the answer did not help."""
        return sum(each.unhelpful for each in self.asked)


@dataclass(slots=True)
class Sorting:
    """What a curator has put together or taken apart by hand, by the words of the questions."""

    together: list[list[str]] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)

    def merge(self, queries: Collection[str]) -> None:
        """These questions mean the same."""
        words = {phrase(query) for query in queries}
        for known in [known for known in self.together if words & set(known)]:
            self.together.remove(known)
            words |= set(known)
        self.together.append(sorted(words))
        self.apart = [wording for wording in self.apart if wording not in words]

    def split(self, query: str) -> None:
        """This question stands for itself."""
        wording = phrase(query)
        self.together = [[w for w in known if w != wording] for known in self.together]
        self.apart.append(wording)


def grouped(
    asked: Sequence[Asked], responder: Responder, sorting: Sorting | None = None
) -> list[Group]:
    """Questions by meaning, the most asked first.

    Those are left out that the content has learnt to answer since, unless somebody said that the
    answer did not help.
    """
    by_hand = sorting or Sorting()
    leader = {w: known[0] for known in by_hand.together if known for w in known}
    found: list[tuple[str, NDArray[Any] | None, list[Asked]]] = []
    for wording, same in _wordings(asked):
        if not any(each.unhelpful for each in same) and _answers(responder, same[0].query):
            continue
        name = leader.get(wording, wording)
        alone = wording in by_hand.apart
        vector = None if alone else responder.matcher.reader.read(same[0].query).vector
        home = next((group for group in found if group[0] == name), None) or _near(found, vector)
        if home and not alone:
            home[2].extend(same)
        else:
            found.append((name, vector, list(same)))
    found.sort(key=lambda group: -len(group[2]))
    return [Group(tuple(g), _candidates(g[0].query, responder)) for *_, g in found]


def _near(
    found: Sequence[tuple[str, NDArray[Any] | None, list[Asked]]], vector: NDArray[Any] | None
) -> tuple[str, NDArray[Any] | None, list[Asked]] | None:
    """The group of the same meaning, if there is one."""
    if vector is None:
        return None
    near = [
        (float(other @ vector), n) for n, (_, other, _) in enumerate(found) if other is not None
    ]
    best, number = max(near, default=(0.0, 0))
    return found[number] if best >= SAME else None


def _wordings(asked: Sequence[Asked]) -> Iterator[tuple[str, Sequence[Asked]]]:
    """Questions of one wording together, the most asked first, then in their order."""
    by_wording: dict[str, list[Asked]] = defaultdict(list)
    for each in asked:
        by_wording[phrase(each.query)].append(each)
    yield from sorted(by_wording.items(), key=lambda pair: len(pair[1]), reverse=True)


def _answers(responder: Responder, query: str) -> bool:
    return responder.reply(query).outcome not in UNANSWERED


def _candidates(query: str, responder: Responder) -> tuple[Candidate, ...]:
    """Entries it may be added to: no alerts, and none that has it already."""
    ranked = responder.matcher.rank(query, 2 * CANDIDATES)
    fitting = (c for c in ranked if c.entry.kind not in ALERTS)
    return tuple(c for c in fitting if not _has(c.entry, query))[:CANDIDATES]


def _has(entry: Entry, query: str) -> bool:
    return phrase(query) in map(phrase, entry.phrasings)
