"""Hears danger in a message: which fixed safety text it sets off, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from faq.certainty import MANY_PHRASINGS, MIN_COVERAGE, SURE
from faq.danger import asserted, danger_classifier, in_danger, is_known, signs_of
from faq.matching.matcher import Matcher
from faq.message import CONSIDERED, Message, Part, Ranked
from faq.model import ALERTS, Candidate, Entry, Knowledge, Manner, Outcome, Reply
from faq.triggers import TriggerIndex, emergency_in

URGENT = (Outcome.EMERGENCY, Outcome.SELF_HARM)
#: From these log-odds of danger on an alert of life goes before everything else: a missed emergency
#: is worse than a false one, and who wants to die may say so calmly. Below `CERTAIN` it says "if
#: this is happening now", with a way to the answer. Chosen on the older messages in tests/;
#: docs/measure.md has the rates.
DANGER = {Outcome.EMERGENCY: -0.5, Outcome.SELF_HARM: -1.2}
CERTAIN = 1.5
#: What an alert that is not of life, or that has few phrasings, must score.
NEEDED = 40.0
#: The same for advice, in one sentence among the many of a story, too.
ADVICE_NEEDED, ADVICE_NEEDED_IN_STORY = 60.0, 74.0
#: From here on the number stands in a reply that is something else.
CAUTION = 20.0
#: What one must score where a message has small words only: "I think I'm having one" may be a heart
#: attack, "I don't have it now" is nothing that somebody who wants to die would say.
NEEDED_BY_SMALL_WORDS = {Outcome.EMERGENCY: CAUTION, Outcome.SELF_HARM: SURE}
#: An alert that scores so much less than another is the wrong text.
WRONG_TEXT = 20.0
#: So many phrasings of an alert are asked whether it is a danger of the kind that words tell of.
ASKED = 20


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
        self._reads_meaning = is_known(matcher.reader.encoder)
        self._language = knowledge.language
        self._of_kind = {k: [e for e in knowledge.entries if e.kind is k] for k in ALERTS}
        urgent = (e for kind in URGENT for e in self._of_kind[kind])
        self._of_life = frozenset(e.id for e in urgent if self._is_of_life(e))

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
        texts: dict[Outcome, list[Entry]] = {}
        certain = False
        for kind in URGENT:
            fired = self._fired(kind, message)
            by_itself = self._by_itself(kind, message, fired)
            danger = self._danger(kind, message, fired)
            heard = by_itself | self._of_life if danger >= DANGER[kind] else by_itself
            if own := [e for e in self._of_kind[kind] if e.id in heard]:
                texts[kind] = self._texts(own, fired, scores)
                alike = max(scores[e.id] for e in own) >= CAUTION
                certain = certain or bool(by_itself) or (danger >= CERTAIN and alike)
        if not texts:
            return None
        first, *others = sorted(texts, key=lambda kind: -scores[texts[kind][0].id])
        entries = [*texts[first], *(entry for kind in others for entry in texts[kind])]
        entries += self._overlooked(message, entries)
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

    def _danger(self, kind: Outcome, message: Message, fired: frozenset[str]) -> float:
        """Log-odds of a danger of life; none where no alert of this kind is of life.

        Where several questions are all there is, each may be meant by itself.
        """
        if not any(entry.id in self._of_life for entry in self._of_kind[kind]):
            return -inf
        if not fired and not self._has_words_of(kind, message):
            return -inf
        alone = [(part, (part,)) for part in message.parts]
        read = [(message.whole, message.sentences)]
        read += alone if all(part.asks for part in message.parts) else []
        classifier, known = danger_classifier(), self._reads_meaning
        signs = (
            signs_of(whole, parts, kind, self._triggers, classifier, by_meaning=known)
            for whole, parts in read
        )
        return max(in_danger(kind, each, by_meaning=known) for each in signs)

    @staticmethod
    def _has_words_of(kind: Outcome, message: Message) -> bool:
        """Whether a message has content, or else the small words of an alert."""
        if message.whole.reading.content:
            return True
        scores = (c.score for c in message.whole.candidates if c.entry.kind is kind)
        return max(scores, default=0.0) >= NEEDED_BY_SMALL_WORDS[kind]

    def _by_itself(self, kind: Outcome, message: Message, fired: frozenset[str]) -> frozenset[str]:
        """The ids of alerts not of life that one of their triggers sets off, or their score."""
        found = fired
        for part in dict.fromkeys((message.whole, *message.sentences)):
            left = asserted(part, kind)
            alike = [c for c in left.candidates if c.entry.kind is kind] if left else []
            if left and sum(c.score for c in alike) >= self._needed(kind, part, left):
                told = self._matcher.coverage(left.reading, alike[0].entry)
                if told >= MIN_COVERAGE or len(alike[0].entry.phrasings) >= MANY_PHRASINGS:
                    found |= {alike[0].entry.id}
        return found - self._of_life

    def _needed(self, kind: Outcome, part: Part, left: Ranked) -> float:
        """What a score alone must reach, of what a part of a message asserts."""
        if kind is Outcome.EMERGENCY and part.claims.in_general:
            return inf
        calm = part.claims.mild or kind in self._triggers.look(left.reading.words).calm
        return SURE if calm or not left.reading.content else NEEDED

    def _fired(self, kind: Outcome, message: Message) -> frozenset[str]:
        """The ids of alerts of which a trigger fires in what a sentence asserts."""
        left = (asserted(part, kind) for part in message.sentences)
        looked = (self._triggers.look(some.reading.words) for some in left if some)
        return frozenset(e.id for found in looked for e in found.fired if e.kind is kind)

    def _overlooked(self, message: Message, shown: Sequence[Entry]) -> list[Entry]:
        """The alert that a message, read in one go, is much nearer to than to those shown."""
        [ranked] = self._matcher.rank_many([message.text], CONSIDERED)
        urgent = {c.entry: c.score for c in ranked if c.entry.kind in URGENT}
        best = max(urgent, key=lambda entry: urgent[entry], default=None)
        most = max(urgent.get(entry, 0.0) for entry in shown)
        return [best] if best and urgent[best] > most + WRONG_TEXT else []

    def _advice(self, message: Message) -> Entry | None:
        """The text for whoever asks the bot to decide or to judge for one person."""
        kind = Outcome.PERSONAL_ADVICE
        found: list[tuple[float, Entry]] = []
        needed = ADVICE_NEEDED_IN_STORY if message.is_story else ADVICE_NEEDED
        for part in (message.whole, *message.parts):
            alike = [c for c in part.candidates if c.entry.kind is kind]
            total = sum(c.score for c in alike)
            if total >= needed:
                found.append((total, alike[0].entry))
            if part is not message.whole or not message.parts:
                fired = self._triggers.look(part.reading.words).fired
                found += [(ADVICE_NEEDED, entry) for entry in fired if entry.kind is kind]
        return max(found, key=lambda pair: pair[0], default=(0.0, None))[1]

    @staticmethod
    def _texts(
        own: Sequence[Entry], fired: frozenset[str], scores: Mapping[str, float]
    ) -> list[Entry]:
        """The likeliest of a kind's texts; before it the first in the file, if a trigger fired.

        A curator puts first what cannot wait for anything else.
        """
        best = max(own, key=lambda e: scores[e.id] + (WRONG_TEXT if e.id in fired else 0.0))
        return list(dict.fromkeys([*(e for e in own[:1] if e.id in fired), best]))


def _scores(message: Message) -> Mapping[str, float]:
    """The best score of every urgent alert, in the whole or in a sentence; 0 for all others."""
    scores: dict[str, float] = defaultdict(float)
    for part in (message.whole, *message.parts):
        for c in part.candidates:
            if c.entry.kind in URGENT:
                scores[c.entry.id] = max(c.score, scores[c.entry.id])
    return scores
