"""Hears danger in a message: which fixed safety text it sets off, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from faq.assertions import asks_in_general, asserted, is_mild, is_under_way, undenied
from faq.certainty import GRASPED, MANY_PHRASINGS
from faq.emergency_words import emergency_in
from faq.language.tokens import normalise, tokenise
from faq.matching.matcher import Matcher
from faq.matching.query import Reading
from faq.message import Message, Part
from faq.model import ALERTS, Candidate, Entry, Knowledge, Manner, Outcome, Reply
from faq.triggers import TriggerIndex

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
#: Letters of a message that a first look takes in: it happens between two other things.
FIRST_LOOK = 1_000
#: An alert that scores so much less than another is the wrong text.
WRONG_TEXT = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What of one sentence is asserted for one kind of alert."""

    reading: Reading
    candidates: Sequence[Candidate]
    needed: float
    by_triggers: bool = True


class Alarm:
    """Finds the alerts that a message sets off."""

    def __init__(self, knowledge: Knowledge, matcher: Matcher) -> None:
        self._matcher = matcher
        self._language = knowledge.language
        of_kind = {kind: [e for e in knowledge.entries if e.kind is kind] for kind in ALERTS}
        self._of_kind = of_kind
        self._triggers = TriggerIndex(e for entries in of_kind.values() for e in entries)

    def at_first_sight(self, text: str) -> bool:
        """Whether a trigger hears an alert in the beginning of a text, without a word mended."""
        return bool(self._triggers.fired(tokenise(text[:FIRST_LOOK])))

    def in_another_language(self, text: str) -> Reply | None:
        """The alert that the emergency words of another language set off."""
        found = emergency_in(text)
        if found is None or not self._of_kind[found[0]]:
            return None
        kind, language = found
        entry = self._of_kind[kind][0]
        return Reply(
            query=text,
            outcome=kind,
            candidates=(Candidate(entry, 100.0),),
            answers=(entry,),
            language="" if language == self._language else language,
        )

    def reply(self, message: Message) -> Reply | None:
        """The texts an urgent message gets; where two kinds of danger are heard, both."""
        scores = self._scores(message)
        sure: dict[Outcome, list[Entry]] = {}
        certain = False
        for kind in URGENT:
            fired, enough = self._set_off(kind, message)
            if fired or enough:
                certain = certain or bool(fired)
                sure[kind] = self._texts(kind, fired | enough, fired, scores)
        if not sure:
            return None
        first, *others = sorted(sure, key=lambda kind: -scores.get(sure[kind][0].id, 0.0))
        entries = [*sure[first], *(entry for kind in others for entry in sure[kind])]
        entries += self._overlooked(message, entries)
        certain = certain or max(scores.get(e.id, 0.0) for e in entries) >= CERTAIN
        return Reply(
            query=message.text,
            outcome=first,
            candidates=tuple(Candidate(e, scores.get(e.id, 0.0)) for e in entries),
            answers=tuple(entries),
            manner=Manner.PLAIN if certain else Manner.IF_NOW,
        )

    @staticmethod
    def _overlooked(message: Message, shown: Sequence[Entry]) -> list[Entry]:
        """The alert that a message as a whole is much nearer to than to those shown."""
        urgent = {c.entry: c.score for c in message.whole.candidates if c.entry.kind in URGENT}
        best = max(urgent, key=lambda entry: urgent[entry], default=None)
        most = max(urgent.get(entry, 0.0) for entry in shown)
        return [best] if best and urgent[best] > most + WRONG_TEXT else []

    def caution(self, message: Message) -> Entry | None:
        """An urgent alert that may be meant, but is not likely enough to be the reply."""
        scores = self._scores(message)
        urgent = [
            e for kind in URGENT for e in self._of_kind[kind] if scores.get(e.id, 0) >= CAUTION
        ]
        return max(urgent, key=lambda e: scores[e.id], default=None)

    def advice(self, message: Message) -> Entry | None:
        """The text for whoever asks the bot to decide or to judge for one person."""
        kind = Outcome.PERSONAL_ADVICE
        found: list[tuple[float, Entry]] = []
        story = message.is_story
        for part in (message.whole, *message.parts):
            alike = [c for c in part.candidates if c.entry.kind is kind]
            total = sum(c.score for c in alike)
            if total >= (NEEDED_IN_STORY if story else ADVICE_NEEDED):
                found.append((total, alike[0].entry))
            if part is not message.whole or not message.parts:
                fired = self._fired(kind, part.reading.words)
                found += [(ADVICE_NEEDED, entry) for entry in fired]
        return max(found, key=lambda pair: pair[0], default=(0.0, None))[1]

    def _fired(self, kind: Outcome, words: Sequence[str]) -> list[Entry]:
        return [entry for entry in self._triggers.fired(words) if entry.kind is kind]

    def _set_off(self, kind: Outcome, message: Message) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the alerts of a kind set off by triggers, and by scores."""
        fired: set[str] = set()
        enough: set[str] = set()
        for heard in self._hear(kind, message):
            alike = [c for c in heard.candidates if c.entry.kind is kind]
            score = sum(c.score for c in alike)
            words = heard.reading.words if heard.by_triggers else ()
            for entry in self._fired(kind, words):
                if heard.needed < inf or len(entry.phrasings) < MANY_PHRASINGS:
                    fired.add(entry.id)
                elif score >= CAUTION:
                    enough.add(entry.id)
            if score >= heard.needed and self._is_telling(alike[0].entry, heard.reading):
                enough.add(alike[0].entry.id)
        return frozenset(fired), frozenset(enough)

    def _is_telling(self, entry: Entry, reading: Reading) -> bool:
        """Whether a score says enough: an alert of few phrasings must explain half of the words."""
        told = self._matcher.explained(reading, entry)
        return len(entry.phrasings) >= MANY_PHRASINGS or told >= GRASPED

    def _hear(self, kind: Outcome, message: Message) -> Iterable[Heard]:
        """Each sentence, as far as it asserts something."""
        filtered = asserted if kind is Outcome.EMERGENCY else undenied
        for part in message.sentences:
            left = filtered(part.text)
            if left:
                heard = self._reread(part, left)
                needed = self._needed(kind, message, part, heard.reading)
                score = sum(c.score for c in heard.candidates if c.entry.kind is kind)
                by_triggers = score >= CAUTION or not is_mild(part.text)
                yield Heard(heard.reading, heard.candidates, needed, by_triggers)
        if message.parts and not message.is_story:
            whole, text = message.whole, message.whole.text
            plain = filtered(text) == normalise(text) and not asks_in_general(text)
            if plain and whole.reading.content:
                yield Heard(whole.reading, whole.candidates, NEEDED, by_triggers=False)

    def _needed(self, kind: Outcome, message: Message, part: Part, heard: Reading) -> float:
        """What a score must reach in this sentence, of which `heard` is asserted."""
        if kind is Outcome.EMERGENCY and asks_in_general(part.text):
            return inf
        if not heard.content or is_mild(part.text) or self._triggers.is_calm(heard.words, kind):
            return NEEDED_WHERE_CALM
        many = message.is_story and len(message.parts) >= MANY
        if kind is Outcome.SELF_HARM and many:
            return NEEDED_WHERE_CALM
        needed = NEEDED_IN_STORY if many else NEEDED
        now = kind is Outcome.EMERGENCY and is_under_way(part.text)
        return needed - LESS_UNDER_WAY if now else needed

    def _reread(self, part: Part, left: str) -> Part:
        """The part with what is left of it, read again only if something was taken away."""
        words = tuple(self._matcher.reader.words(left))
        if words == part.reading.words:
            return part
        reading = self._matcher.reader.read(left)
        return Part(left, reading, tuple(self._matcher.rank(reading, len(part.candidates))), False)

    def _texts(
        self,
        kind: Outcome,
        set_off: frozenset[str],
        fired: frozenset[str],
        scores: dict[str, float],
    ) -> list[Entry]:
        """The likeliest of a kind's texts; before it the first in the file, if it was set off.

        A curator puts first what cannot wait for anything else.
        """
        entries = self._of_kind[kind]
        best = max(
            entries,
            key=lambda e: scores.get(e.id, 0.0) + (WRONG_TEXT if e.id in fired else 0.0),
        )
        return list(dict.fromkeys([*(e for e in entries[:1] if e.id in set_off), best]))

    def _scores(self, message: Message) -> dict[str, float]:
        """The best score of every urgent alert, in the whole or in a sentence."""
        scores: dict[str, float] = {}
        for part in (message.whole, *message.parts):
            for c in part.candidates:
                if c.entry.kind in URGENT:
                    scores[c.entry.id] = max(c.score, scores.get(c.entry.id, 0.0))
        return scores
