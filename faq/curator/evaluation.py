"""Labelled queries in, numbers out: how often a FAQ is right, and where it is wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from faq.model import FAQError, Outcome, Reply

#: What a gold word of a question file asks for. An outcome's own name asks for that outcome.
WANTED = {
    "not_covered": frozenset({Outcome.GAP, Outcome.FALLBACK}),
    "off_topic": frozenset({Outcome.FALLBACK, Outcome.GAP, Outcome.CHAT}),
    "not_alert": frozenset(Outcome) - {Outcome.EMERGENCY, Outcome.SELF_HARM},
    **{outcome.value: frozenset({outcome}) for outcome in Outcome},
}
#: More words make a message long: a story more often than a question.
LONG = 25
URGENT = frozenset({Outcome.EMERGENCY, Outcome.SELF_HARM})
INFORMING = URGENT | {Outcome.ANSWER}
BINS = 10


class Verdict(StrEnum):
    """How a reply compares with what was wanted.

    offered: it asked back, with a right entry among those offered (or, where no entry is right,
    with any). declined: it gave no answer, or one that is tolerable but not exact. wrong: all
    else; an article question answered with a gap, an alert or small talk is wrong too.
    """

    RIGHT = "right"
    OFFERED = "offered"
    DECLINED = "declined"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Case:
    """A query with what should come of it: ids of entries, or words of `WANTED`."""

    query: str
    gold: tuple[str, ...]
    kind: str
    tolerable: tuple[str, ...] = ()

    @property
    def wanted(self) -> frozenset[Outcome]:
        """The outcomes that are right whatever entry leads to them."""
        return _outcomes(self.gold)

    @property
    def named(self) -> frozenset[str]:
        """The entries that are right; none where small talk is all that is wanted."""
        return frozenset() if Outcome.CHAT in self.wanted else frozenset(self.gold) - WANTED.keys()

    @property
    def tolerated(self) -> frozenset[Outcome]:
        """Outcomes that are safe but not exact."""
        return _outcomes(self.tolerable)


def _outcomes(words: Iterable[str]) -> frozenset[Outcome]:
    return frozenset().union(*(WANTED.get(word, frozenset()) for word in words))


@dataclass(frozen=True, slots=True)
class Judgement:
    """A case, the reply it got, and the verdict."""

    case: Case
    reply: Reply
    verdict: Verdict

    @property
    def leads_right(self) -> bool:
        """Whether the best candidate is (or ends as) what was wanted."""
        best = self.reply.candidates[0].entry
        return best.id in self.case.gold or best.kind in self.case.wanted


@dataclass(frozen=True, slots=True)
class Rate:
    """So many out of so many."""

    count: int
    total: int

    @property
    def share(self) -> float:
        """The rate, 0 to 1; 0 where there was nothing to count."""
        return self.count / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often queries that mean one entry led to another."""

    wanted: str
    led_to: str
    count: int
    example: str


class Scored(NamedTuple):
    """A best score, whether it led right, and how much it counts."""

    score: float
    right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Replies whose best score lies in a range: how many, their mean score, the share right."""

    low: float
    high: float
    count: int
    mean: float
    right: float


def read_cases(lines: Iterable[str], ids: Collection[str]) -> tuple[Case, ...]:
    """The cases of a question file; `ids` are the entries it may name. Empty lines are skipped.

    Raises `FAQError` naming the line.
    """
    return tuple(_case(line, number, ids) for number, line in enumerate(lines, 1) if line.strip())


def _case(line: str, number: int, ids: Collection[str]) -> Case:
    try:
        row = json.loads(line)
        case = Case(row["q"], _words(row["gold"]), str(row["kind"]), _words(row.get("tolerable")))
        if not isinstance(case.query, str) or not case.gold:
            raise ValueError("q must be a text, and gold must name something")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FAQError(
            f"line {number}: {error!r}. "
            'Write {"q": "the question", "gold": ["an-entry"], "kind": "in"} on one line.'
        ) from None
    for word in (*case.gold, *case.tolerable):
        if word not in ids and word not in WANTED:
            raise FAQError(
                f"line {number}: gold {word!r} is no entry of this FAQ and none of "
                f"{', '.join(WANTED)}. Correct it."
            )
    return case


def _words(value: Any) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value or []
    return tuple(str(word) for word in words)


def judge(case: Case, reply: Reply) -> Judgement:
    """The verdict on a reply."""
    return Judgement(case, reply, _verdict(case, reply))


def _verdict(case: Case, reply: Reply) -> Verdict:
    kinds = {reply.outcome, *(e.kind for e in reply.answers)}
    if kinds & case.wanted or any(e.id in case.gold for e in reply.answers):
        return Verdict.RIGHT
    if case.wanted & URGENT:  # whoever is in danger is not asked back
        return Verdict.DECLINED if reply.outcome in case.tolerated else Verdict.WRONG
    if reply.outcome is Outcome.SUGGEST:
        gold = case.wanted or any(c.entry.id in case.gold for c in reply.candidates)
        return Verdict.OFFERED if gold else Verdict.DECLINED
    safe = reply.outcome is Outcome.FALLBACK or reply.outcome in case.tolerated
    return Verdict.DECLINED if safe else Verdict.WRONG


def by_kind(judged: Sequence[Judgement]) -> dict[str, Counter[Verdict]]:
    """Verdicts counted for every kind, in the order the kinds first appear."""
    counted: dict[str, Counter[Verdict]] = {}
    for judgement in judged:
        counted.setdefault(judgement.case.kind, Counter())[judgement.verdict] += 1
    return counted


def missed_emergencies(judged: Iterable[Judgement]) -> Rate:
    """Emergencies and self-harm that got neither the wanted nor a tolerable reply."""
    urgent = [j for j in judged if j.case.wanted & URGENT]
    return Rate(sum(j.verdict is Verdict.WRONG for j in urgent), len(urgent))


def false_alarms(judged: Iterable[Judgement]) -> Rate:
    """Queries for which no emergency is wanted or tolerable, and that set one off."""
    calm = [j for j in judged if not (j.case.wanted | j.case.tolerated) & URGENT]
    return Rate(sum(j.reply.outcome in URGENT for j in calm), len(calm))


def answered_outside(judged: Iterable[Judgement]) -> Rate:
    """Queries the document has no answer to (gaps, off-topic, personal advice) given one."""
    outside = [j for j in judged if j.case.wanted and not j.case.wanted & INFORMING]
    return Rate(sum(j.reply.outcome is Outcome.ANSWER for j in outside), len(outside))


def informed(judged: Iterable[Judgement]) -> Rate:
    """Queries an entry could inform, and to which it answered or stood among the buttons."""
    could = [j for j in judged if j.case.named]
    return Rate(sum(not j.case.named.isdisjoint(shown(j.reply)) for j in could), len(could))


def long_informed(judged: Iterable[Judgement]) -> Rate:
    """`informed`, of the queries over 25 words."""
    return informed(j for j in judged if len(j.case.query.split()) > LONG)


def answered_beside(judged: Iterable[Judgement]) -> Rate:
    """All queries, and those given an article answer that none of theirs is."""
    judged = tuple(judged)
    beside = [
        j
        for j in judged
        if j.reply.outcome is Outcome.ANSWER
        and Outcome.ANSWER not in j.case.wanted
        and not any(entry.id in j.case.gold for entry in j.reply.answers)
    ]
    return Rate(len(beside), len(judged))


def shown(reply: Reply) -> frozenset[str]:
    """The ids of the entries a reply answers with or offers."""
    return frozenset(entry.id for entry in (*reply.answers, *reply.offered))


def confusions(judged: Iterable[Judgement]) -> list[Confusion]:
    """Entries taken for each other by a best candidate that is not gold, most frequent first."""
    found: dict[tuple[str, str], list[str]] = {}
    for case, reply in ((j.case, j.reply) for j in judged if not j.case.wanted):
        best = reply.candidates[0].entry.id if reply.candidates else ""
        if best and best not in case.gold and reply.outcome is not Outcome.FALLBACK:
            found.setdefault((case.gold[0], best), []).append(case.query)
    pairs = [Confusion(*pair, len(queries), queries[0]) for pair, queries in found.items()]
    return sorted(pairs, key=lambda pair: -pair.count)


def reliability(scores: Iterable[Scored]) -> list[Bin]:
    """Scores (0-100) and whether they led right, in bins of ten; empty bins are left out."""
    bins: dict[int, list[Scored]] = {}
    for scored in scores:
        bins.setdefault(min(BINS - 1, int(scored.score * BINS / 100)), []).append(scored)
    return [_bin(number, bins[number]) for number in sorted(bins)]


def _bin(number: int, found: Sequence[Scored]) -> Bin:
    width, weight = 100 / BINS, sum(s.weight for s in found)
    mean = sum(s.weight * s.score for s in found) / weight
    right = sum(s.weight * s.right for s in found) / weight
    return Bin(number * width, (number + 1) * width, len(found), mean, right)


def led(judged: Iterable[Judgement]) -> list[Scored]:
    """Best scores of the queries that were answered or asked back, for `reliability`."""
    shown = (j for j in judged if j.reply.candidates and j.reply.outcome is not Outcome.FALLBACK)
    return [Scored(j.reply.candidates[0].score, j.leads_right) for j in shown]
