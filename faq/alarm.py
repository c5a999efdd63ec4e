"""Hears danger in a message: which fixed safety text it sets off, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, log

from faq.assertions import Claims
from faq.certainty import MANY_PHRASINGS, MIN_COVERAGE
from faq.danger import danger_classifier
from faq.matching.matcher import Matcher
from faq.matching.query import Reading
from faq.message import Message, Ranked
from faq.model import ALERTS, Candidate, Entry, Knowledge, Manner, Outcome, Reply
from faq.triggers import TriggerIndex, emergency_in

URGENT = (Outcome.EMERGENCY, Outcome.SELF_HARM)
#: From these scores on an alert goes before everything else: a missed emergency is worse than a
#: false one. Chosen on tests/alert_questions.jsonl; docs/measure.md has the rates.
NEEDED = 40.0
#: One sentence among the many of a story is heard without what stands around it.
NEEDED_IN_STORY = 74.0
MANY = 3
#: So much less is enough where something goes on with somebody now.
LESS_UNDER_WAY = 16.0
#: What a score alone must reach where the wording is calm. A general question never sets one off
#: by a score, and by a trigger only where the score speaks for it, too.
NEEDED_WHERE_CALM = 87.0
ADVICE_NEEDED = 60.0
#: Below this a score alone says "if this is happening now", with a way to the answer.
CERTAIN = 80.0
#: From here on the number stands in a reply that is something else.
CAUTION = 20.0
#: An alert that scores so much less than another is the wrong text.
WRONG_TEXT = 20.0
#: What all words of a message tell of danger (`faq/danger.py`), half of it those of its most
#: alarming sentence, and so much of what the nearest alert scores make log-odds. From `DANGER` on
#: they set that alert off by themselves. Below `CALM` no score does, below `CALM_STORY` nothing in
#: a story, and below `SURELY_CALM` no trigger, nor what sounds like self-harm, of which less is
#: known. Chosen on the messages the classifier was taught (each when it was held out).
OF_SCORE = 0.3
DANGER, CALM, CALM_STORY, SURELY_CALM = 1.5, -0.5, -1.5, -3.0
#: So many phrasings of an alert are asked whether it is a danger of the kind that words tell of.
ASKED = 20


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What of one sentence is asserted for one kind of alert."""

    text: Ranked
    needed: float
    by_triggers: bool = True


@dataclass(frozen=True, slots=True)
class Alerts:
    """What a message sets off.

    `reply`: the texts an urgent message gets. `advice`: the text for whoever asks the bot to decide
    or to judge for one person. `caution`: an urgent alert that may be meant, but is not likely
    enough to be the reply.
    """

    reply: Reply | None
    advice: Entry | None
    caution: Entry | None


class Alarm:
    """Finds the alerts that a message sets off."""

    def __init__(self, knowledge: Knowledge, matcher: Matcher, triggers: TriggerIndex) -> None:
        self._matcher = matcher
        self._triggers = triggers
        self._language = knowledge.language
        self._of_kind = {k: [e for e in knowledge.entries if e.kind is k] for k in ALERTS}
        urgent = (e for kind in URGENT for e in self._of_kind[kind])
        self._of_life = tuple(filter(self._is_of_life, urgent))

    def hear(self, message: Message) -> Alerts:
        """All that is heard in a message."""
        if foreign := self._in_another_language(message):
            return Alerts(foreign, None, None)
        scores = _scores(message)
        urgent = [e for kind in URGENT for e in self._of_kind[kind] if scores[e.id] >= CAUTION]
        return Alerts(
            reply=self._reply(message, scores),
            advice=self._advice(message),
            caution=max(urgent, key=lambda e: scores[e.id], default=None),
        )

    def _in_another_language(self, message: Message) -> Reply | None:
        """The alert that the emergency words of another language set off."""
        found = emergency_in(message.text)
        if found is None or not self._of_kind[found[0]]:
            return None
        kind, language = found
        entry = self._of_kind[kind][0]
        return Reply(
            query=message.text,
            outcome=kind,
            candidates=(Candidate(entry, 100.0),),
            answers=(entry,),
            language="" if language == self._language else language,
        )

    def _reply(self, message: Message, scores: Mapping[str, float]) -> Reply | None:
        """The texts an urgent message gets; where two kinds of danger are heard, both."""
        sure: dict[Outcome, list[Entry]] = {}
        certain = False
        for kind in URGENT:
            fired, enough = self._set_off(kind, message)
            if fired or enough:
                certain = certain or bool(fired)
                sure[kind] = self._texts(kind, fired | enough, fired, scores)
        danger = self._danger(message, scores)
        if not sure and danger >= DANGER:
            best = max(self._of_life, key=lambda entry: scores[entry.id])
            sure[best.kind] = [best]
        if not sure:
            return None
        first, *others = sorted(sure, key=lambda kind: -scores[sure[kind][0].id])
        entries = [*sure[first], *(entry for kind in others for entry in sure[kind])]
        entries += self._overlooked(message, entries)
        least = CALM_STORY if message.is_story else SURELY_CALM if certain else CALM
        if Outcome.SELF_HARM in sure:
            least = SURELY_CALM
        if danger < least and all(entry in self._of_life for entry in entries):
            return None
        certain = certain or max(scores[e.id] for e in entries) >= CERTAIN
        return Reply(
            query=message.text,
            outcome=first,
            candidates=tuple(Candidate(e, scores[e.id]) for e in entries),
            answers=tuple(entries),
            manner=Manner.PLAIN if certain else Manner.IF_NOW,
        )

    def _is_of_life(self, entry: Entry) -> bool:
        """Whether an alert is about somebody's life, not, say, a stolen card: its words tell."""
        asked = self._matcher.phrasings(entry)[:ASKED] if self._language == "en" else ()
        told = [danger_classifier().log_odds(words) > 0 for words in asked]
        return len(entry.phrasings) >= MANY_PHRASINGS and 2 * sum(told) > len(told)

    def _danger(self, message: Message, scores: Mapping[str, float]) -> float:
        """Log-odds that somebody is in danger; 0, which says nothing, of what is not of life."""
        if not self._of_life:
            return 0.0
        likely = max(scores[entry.id] for entry in self._of_life)
        of_score = log((likely + 0.5) / (100.5 - likely))
        whole, *parts = (
            danger_classifier().log_odds(part.reading.words)
            for part in (message.whole, *message.parts)
        )
        told = (whole + max(parts)) / 2 if parts else whole
        return told + OF_SCORE * of_score

    @staticmethod
    def _overlooked(message: Message, shown: Sequence[Entry]) -> list[Entry]:
        """The alert that a message as a whole is much nearer to than to those shown."""
        urgent = {c.entry: c.score for c in message.whole.candidates if c.entry.kind in URGENT}
        best = max(urgent, key=lambda entry: urgent[entry], default=None)
        most = max(urgent.get(entry, 0.0) for entry in shown)
        return [best] if best and urgent[best] > most + WRONG_TEXT else []

    def _advice(self, message: Message) -> Entry | None:
        """The text for whoever asks the bot to decide or to judge for one person."""
        kind = Outcome.PERSONAL_ADVICE
        found: list[tuple[float, Entry]] = []
        needed = NEEDED_IN_STORY if message.is_story else ADVICE_NEEDED
        for part in (message.whole, *message.parts):
            alike = [c for c in part.candidates if c.entry.kind is kind]
            total = sum(c.score for c in alike)
            if total >= needed:
                found.append((total, alike[0].entry))
            if part is not message.whole or not message.parts:
                fired = self._fired(kind, part.reading.words)
                found += [(ADVICE_NEEDED, entry) for entry in fired]
        return max(found, key=lambda pair: pair[0], default=(0.0, None))[1]

    def _fired(self, kind: Outcome, words: Sequence[str]) -> list[Entry]:
        return [entry for entry in self._triggers.look(words).fired if entry.kind is kind]

    def _set_off(self, kind: Outcome, message: Message) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the alerts of a kind set off by triggers, and by scores."""
        fired: set[str] = set()
        enough: set[str] = set()
        for heard in self._hear(kind, message):
            alike = [c for c in heard.text.candidates if c.entry.kind is kind]
            score = sum(c.score for c in alike)
            reading = heard.text.reading
            for entry in self._fired(kind, reading.words if heard.by_triggers else ()):
                if heard.needed < inf or len(entry.phrasings) < MANY_PHRASINGS:
                    fired.add(entry.id)
                elif score >= CAUTION:
                    enough.add(entry.id)
            if score >= heard.needed and self._is_telling(alike[0].entry, reading):
                enough.add(alike[0].entry.id)
        return frozenset(fired), frozenset(enough)

    def _is_telling(self, entry: Entry, reading: Reading) -> bool:
        """Whether a score says enough: an alert of few phrasings must cover half of the words."""
        told = self._matcher.coverage(reading, entry)
        return len(entry.phrasings) >= MANY_PHRASINGS or told >= MIN_COVERAGE

    def _hear(self, kind: Outcome, message: Message) -> Iterable[Heard]:
        """Each sentence, as far as it asserts something."""
        for part in message.sentences:
            left = part.asserted if kind is Outcome.EMERGENCY else part.undenied
            if left:
                needed = self._needed(kind, message, part.claims, left.reading)
                score = sum(c.score for c in left.candidates if c.entry.kind is kind)
                yield Heard(left, needed, by_triggers=score >= CAUTION or not part.claims.mild)
        if message.parts and not message.is_story:
            whole = message.whole
            left = whole.asserted if kind is Outcome.EMERGENCY else whole.undenied
            if left and left.reading.content and not whole.claims.in_general:
                yield Heard(left, NEEDED, by_triggers=False)

    def _needed(self, kind: Outcome, message: Message, claims: Claims, heard: Reading) -> float:
        """What a score must reach in a sentence that claims so much and of which this is heard."""
        if kind is Outcome.EMERGENCY and claims.in_general:
            return inf
        if not heard.content or claims.mild or kind in self._triggers.look(heard.words).calm:
            return NEEDED_WHERE_CALM
        many = message.is_story and len(message.parts) >= MANY
        if kind is Outcome.SELF_HARM and many:
            return NEEDED_WHERE_CALM
        needed = NEEDED_IN_STORY if many else NEEDED
        now = kind is Outcome.EMERGENCY and claims.under_way
        return needed - LESS_UNDER_WAY if now else needed

    def _texts(
        self,
        kind: Outcome,
        set_off: frozenset[str],
        fired: frozenset[str],
        scores: Mapping[str, float],
    ) -> list[Entry]:
        """The likeliest of a kind's texts; before it the first in the file, if it was set off.

        A curator puts first what cannot wait for anything else.
        """
        entries = self._of_kind[kind]
        best = max(
            entries,
            key=lambda e: scores[e.id] + (WRONG_TEXT if e.id in fired else 0.0),
        )
        return list(dict.fromkeys([*(e for e in entries[:1] if e.id in set_off), best]))


def _scores(message: Message) -> Mapping[str, float]:
    """The best score of every urgent alert, in the whole or in a sentence; 0 for all others."""
    scores: dict[str, float] = defaultdict(float)
    for part in (message.whole, *message.parts):
        for c in part.candidates:
            if c.entry.kind in URGENT:
                scores[c.entry.id] = max(c.score, scores[c.entry.id])
    return scores
