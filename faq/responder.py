"""Decides: alerts first, then thresholds. Nothing else in the bot decides what is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from faq.language.tokens import normalise
from faq.matching.matcher import Matcher
from faq.model import (
    ALERTS,
    Candidate,
    Entry,
    Knowledge,
    Outcome,
    Reply,
    Thresholds,
)
from faq.triggers import TriggerIndex

#: How many entries compete; more than three are needed to add up an alert's several entries.
CONSIDERED = 8
OFFERED = 3
#: From these scores on an alert goes before everything else. An emergency needs only to be likelier
#: than not, because a missed one is worse than a false one; docs/measure.md has the rate.
ALERT_THRESHOLDS = {
    Outcome.EMERGENCY: 50.0,
    Outcome.SELF_HARM: 50.0,
    Outcome.PERSONAL_ADVICE: 60.0,
}
#: What a score alone must reach where the wording is that of a general question.
CALM_THRESHOLD = 98.0
#: Of what a query says an answer from the document explains at least so much, and so does one of
#: the entries it is asked back with: who asks about slugs is not helped by "How is narrowing again
#: prevented?". That spared 21 of 86 questions without an answer a wrong one, and 12 of 91 off-topic
#: questions a "did you mean"; it cost one of 302 right answers. But an entry with few phrasings has
#: not shown its words, and there it cost 8 of 47.
GRASPED = 0.5
TELLING = 20
#: So sure an entry answers whatever it explains: people write "thru" and "lol".
SURE = 90.0
_ASKS = r"(?:what|how|why|when|where|who|which|is|are|does|do|can|will|would|could|did|was)\b"
#: Where danger may hide behind a question: "… and why does my chest hurt".
_SENTENCES = re.compile(rf"[.!?;\n]+|\b(?:and|also)\b(?=\s*{_ASKS})", re.IGNORECASE)
#: Where one question ends and the next begins: "... and is it risky", not "... and a stent".
_PARTS = re.compile(rf"(?:[.!?;,&+\n]+|\band\b|\balso\b)\s*(?={_ASKS})", re.IGNORECASE)
_FOLLOW_UP = re.compile(
    r"^(and|but|so|then|why|how come|what about|how about|what if|when|where|really|"
    r"is (it|that)|are (they|there)|does (it|that)|can (it|they))\b"
)


class Responder:
    """Answers queries from a `Knowledge`. Built once; `reply` is a pure function."""

    def __init__(self, knowledge: Knowledge, *, like: Responder | None = None) -> None:
        """`like` is a responder of much the same content: it makes this one sooner."""
        self.knowledge = knowledge
        self.matcher: Matcher = Matcher(
            knowledge.entries,
            negatives=knowledge.negatives,
            like=like.matcher if like else None,
        )
        alerts = [e for kind in ALERTS for e in knowledge.entries if e.kind is kind]
        self._triggers = TriggerIndex(alerts)

    @property
    def thresholds(self) -> Thresholds:
        """From which scores on the bot answers and asks back."""
        return self.knowledge.thresholds

    def reply(self, query: str, after: Entry | None = None) -> Reply:
        """The decision on a query; `after` is the entry that answered just before it, if any."""
        return self._with_buttons(self._decide(query, after))

    def _with_buttons(self, reply: Reply) -> Reply:
        """The reply with the entries that stand on buttons below it."""
        if reply.outcome is Outcome.SUGGEST:
            return replace(reply, offered=tuple(c.entry for c in reply.candidates))
        if reply.outcome in ALERTS:
            return reply
        by_id = self.knowledge.by_id
        related = dict.fromkeys(by_id[i] for e in reply.answers for i in e.related)
        return replace(reply, offered=tuple(e for e in related if e not in reply.answers))

    def _decide(self, query: str, after: Entry | None) -> Reply:
        if not self.matcher.reader.words(query):
            return Reply(query=query, outcome=Outcome.FALLBACK)
        candidates = tuple(self.matcher.rank(query, CONSIDERED))
        alert = self._alert(query, candidates)
        if alert:
            return _answered(query, alert.kind, candidates, [alert])
        return (
            self._both(query, candidates)
            or self._follow_up(query, candidates, after)
            or self._single(query, candidates)
        )

    def _alert(self, query: str, candidates: Sequence[Candidate]) -> Entry | None:
        """The alert that a query, or one sentence of it, sets off; the most urgent first."""
        heard = [(query, candidates), *self._sentences(query)]
        found = [alert for text, ranked in heard for alert in self._set_off(text, ranked)]
        return min(found, key=lambda alert: ALERTS.index(alert.kind), default=None)

    def _set_off(self, text: str, ranked: Sequence[Candidate]) -> Iterable[Entry]:
        """The alerts one text sets off, by a trigger or by the scores of its entries."""
        words = self.matcher.reader.words(text)
        if fired := self._triggers.fired(words):
            yield fired
        for kind in ALERTS:
            alike = [c for c in ranked if c.entry.kind is kind]
            if alike and sum(c.score for c in alike) >= self._needed(alike[0].entry, words):
                yield alike[0].entry

    def _needed(self, alert: Entry, words: Sequence[str]) -> float:
        """The score from which on an alert is set off without a trigger."""
        calm = self._triggers.is_calm(alert, words)
        return CALM_THRESHOLD if calm else ALERT_THRESHOLDS[alert.kind]

    def _sentences(self, query: str) -> Iterable[tuple[str, Sequence[Candidate]]]:
        """Each sentence of a longer message by itself: an emergency may stand in one of many."""
        parts = [part for part in _SENTENCES.split(query) if len(part.split()) > 1]
        return [(p, self.matcher.rank(p, CONSIDERED)) for p in parts[:8]] if len(parts) > 1 else []

    def _both(self, query: str, candidates: tuple[Candidate, ...]) -> Reply | None:
        """Both answers, where a query asks two things and each part is clear by itself."""
        parts = [part for part in _PARTS.split(query) if part and len(part.split()) > 1]
        if len(parts) != 2:
            return None
        best = [self.matcher.rank(part, 1)[0] for part in parts]
        clear = all(self._is_clear(part, c) for part, c in zip(parts, best, strict=True))
        if not clear or best[0].entry == best[1].entry or not all(_informs(c.entry) for c in best):
            return None
        return _answered(query, best[0].entry.kind, tuple(best), [c.entry for c in best])

    def _follow_up(
        self, query: str, candidates: tuple[Candidate, ...], after: Entry | None
    ) -> Reply | None:
        """The query read in the light of the last answer, where alone it says too little."""
        says_enough = candidates[0].score >= self.thresholds.answer
        if after is None or says_enough or not _FOLLOW_UP.match(normalise(query)):
            return None
        informed = tuple(self.matcher.rank(f"{query} {after.question}", CONSIDERED))
        best = informed[0]
        if best.entry == after or best.score < self.thresholds.answer or not _informs(best.entry):
            return None
        return _answered(query, best.entry.kind, informed, [best.entry])

    def _single(self, query: str, candidates: tuple[Candidate, ...]) -> Reply:
        best = candidates[0]
        if self._is_clear(query, best) and best.entry.kind not in ALERTS:
            return _answered(query, best.entry.kind, candidates, [best.entry])
        offered = tuple(c for c in candidates if _informs(c.entry))[:OFFERED]
        if offered and offered[0].score >= self.thresholds.suggest and self._grasps(query, offered):
            return Reply(query=query, outcome=Outcome.SUGGEST, candidates=offered)
        return Reply(query=query, outcome=Outcome.FALLBACK, candidates=candidates[:OFFERED])

    def _is_clear(self, query: str, candidate: Candidate) -> bool:
        """Whether an entry answers without asking back."""
        entry, score = candidate.entry, candidate.score
        explained = self.matcher.explained(query, entry)
        return score >= self.thresholds.answer and may_answer(entry, score, explained)

    def _grasps(self, query: str, candidates: Iterable[Candidate]) -> bool:
        """Whether one of the entries explains enough of a query."""
        return any(grasps(c.entry, self.matcher.explained(query, c.entry)) for c in candidates)


def grasps(entry: Entry, explained: float) -> bool:
    """Whether an entry explains enough of a query, or has too few phrasings to tell."""
    return explained >= GRASPED or len(entry.phrasings) < TELLING


def may_answer(entry: Entry, score: float, explained: float) -> bool:
    """Whether an entry above the threshold answers; a gap, which claims nothing, always does."""
    return entry.kind is not Outcome.ANSWER or score >= SURE or grasps(entry, explained)


def _informs(entry: Entry) -> bool:
    """Whether an entry can be offered as a question."""
    return entry.kind in {Outcome.ANSWER, Outcome.GAP}


def _answered(
    query: str, outcome: Outcome, candidates: tuple[Candidate, ...], entries: Sequence[Entry]
) -> Reply:
    shown = {entry.id for entry in entries}
    first = tuple(c for c in candidates if c.entry.id in shown) or (Candidate(entries[0], 100.0),)
    rest = tuple(c for c in candidates if c.entry.id not in shown)
    return Reply(
        query=query, outcome=outcome, candidates=(*first, *rest)[:OFFERED], answers=tuple(entries)
    )
