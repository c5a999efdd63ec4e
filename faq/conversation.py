"""What a message means in the light of the last answer: "and why?", "simpler", "the second"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import sqrt

from faq.certainty import needed_to_answer
from faq.language.phrases import conversation, politeness, words_of
from faq.language.tokens import normalise, phrase
from faq.matching.matcher import Matcher
from faq.message import CONSIDERED, Message
from faq.model import (
    ALERTS,
    INFORMING,
    Candidate,
    Entry,
    Knowledge,
    Manner,
    Outcome,
    Reply,
    Term,
)

#: What goes with the last answer is offered up to so many times.
OFFERED = 4
#: Of what the last answer leaves of a score, at least so much is thought to be left.
LEAST_LEFT = 5.0
#: From this pooled score on an entry answers; is likely meant; may be (see docs/measure.md).
AGREED, LIKELY, NEAR = 50.0, 20.0, 3.0
#: No score is quite nothing.
LEAST = 0.1
#: What so few words of content mean by themselves must fit the last question so well.
FEW_WORDS, FITTING = 2, 10.0
#: A message of more letters says more than the patterns know.
LONGEST = 200
#: Signs around a message that say nothing.
AROUND = " .!?,;:\u2026\"'"
#: Words of an answer explained to whoever did not understand it.
EXPLAINED = 3
#: In a message of so few words "it" or "that" is what was spoken of; in a longer one it may be
#: something that stands there.
REFERRING = 8
#: So many words may say something though none of them has content.
ENOUGH = 4


class Conversation:
    """Reads a message in the light of the last answer, of the glossary and of what was offered."""

    def __init__(self, knowledge: Knowledge, matcher: Matcher) -> None:
        self._knowledge = knowledge
        self._matcher = matcher
        self._terms: Mapping[str, Term] = {
            phrase(name): term for term in knowledge.glossary for name in term.names
        }

    def reply(
        self, message: Message, after: Entry | None, offered: Sequence[Entry]
    ) -> Reply | None:
        """The reply to what says too little by itself; None for everything else."""
        said = plain(message.text)
        if chosen := _chosen(said, offered):
            return _showing(message, chosen)
        if _says("human", said):
            return _chat(message, Manner.CONTACT)
        if after and _says("short", said):
            return self._shorter(message, after)
        if after and after.kind not in ALERTS:
            return self._more(message, after, manner=Manner.MORE) if _says("more", said) else None
        # A fixed safety text is no subject, and what was offered is a guess at one.
        likely = next((entry for entry in offered if entry.kind in INFORMING), None)
        return self._perhaps_of(message, said, likely) if likely else None

    def in_the_light(self, message: Message, after: Entry | None) -> Reply | None:
        """The reply to what is said of the last answer, or after it; None where that tells nothing.

        What a message means by itself and what it means together with the last question are two
        opinions on one thing, pooled as those of `second_opinion` are.
        """
        if after is None or after.kind in ALERTS or len(message.parts) > 1:
            return None
        said = plain(message.text)
        together = {c.entry.id: c.score for c in self._besides(after, f"{after.question} {said}")}
        pooled = self._pooled(message, together, after)
        if pooled and pooled[0].score >= AGREED:
            return _showing(message, pooled[0].entry, score=pooled[0].score)
        if self._speaks_for_itself(message, together, after):
            return None
        likely = [c for c in pooled if c.score >= NEAR][: OFFERED - 1]
        if self._is_clear(message):  # by itself, though not after that answer
            likely.append(message.whole.best)
        elif not likely or likely[0].score < LIKELY:
            few = len(message.whole.reading.content) <= 1
            leans = few and (_refers(said) or _says("follow", said))
            return self._more(message, after, likely) if leans else None
        return self._more(message, after, likely)

    def asked_back(self, message: Message, after: Entry | None, reply: Reply) -> Reply:
        """What is asked back with after an answer: what that lets expect, too."""
        if after is None or after.kind in ALERTS or len(message.parts) > 1:
            return reply
        near = self._besides(after, f"{after.question} {plain(message.text)}")
        pooled = self._pooled(message, {c.entry.id: c.score for c in near}, after)
        likely = [c for c in pooled if c.score >= NEAR][:OFFERED]
        entries = dict.fromkeys(c.entry for c in (*likely, *reply.candidates))
        return replace(reply, candidates=tuple(Candidate(e, 0.0) for e in entries)[: OFFERED + 1])

    def _pooled(
        self, message: Message, together: Mapping[str, float], after: Entry
    ) -> list[Candidate]:
        """What a message may mean, by itself and after the last question, the likeliest first."""
        alone = {c.entry.id: c.score for c in message.whole.informing if c.entry != after}
        pooled = [
            Candidate(
                self._knowledge.by_id[i],
                sqrt((alone.get(i, 0.0) + LEAST) * (together.get(i, 0.0) + LEAST)),
            )
            for i in {**alone, **together}
        ]
        return sorted(pooled, key=lambda c: -c.score)

    def _speaks_for_itself(
        self, message: Message, together: Mapping[str, float], after: Entry
    ) -> bool:
        """Whether a message is a question of its own, or the last one again.

        In few words it must be surer, and make sense after that answer, too: "for how long" does
        not ask how long a wait is.
        """
        best, reading = message.whole.best, message.whole.reading
        no_other = best.entry == after or best.entry.kind not in INFORMING
        if no_other or len(reading.content) > FEW_WORDS:
            return self._is_clear(message)
        sure = best.score >= needed_to_answer(self._matcher)[0]
        return sure and together.get(best.entry.id, 0.0) >= FITTING

    def _perhaps_of(self, message: Message, said: str, likely: Entry) -> Reply | None:
        """What goes with what was offered first, for words that say too little by themselves."""
        few = len(message.whole.reading.content) <= 1
        follows = any(_says(what, said) for what in ("more", "follow")) or _refers(said)
        if not follows or not few or self._is_clear(message):
            return None
        near = self._besides(likely, f"{said} {likely.question}")[:1]
        suggest = self._knowledge.thresholds.suggest
        found = [c for c in near if c.score >= suggest and _goes_with(likely, c.entry)]
        return self._more(message, likely, [*found, Candidate(likely, 0.0)], is_guess=True)

    def _is_clear(self, message: Message) -> bool:
        """Whether a message says enough by itself: "how long does it take" does, "why" does not."""
        best, reading = message.whole.best, message.whole.reading
        says = reading.content or len(reading.words) >= ENOUGH or best.entry.kind is Outcome.CHAT
        return bool(says) and best.score >= self._knowledge.thresholds.answer

    def at_a_loss(self, message: Message, after: Entry | None) -> Reply | None:
        """What goes with the last answer, for words that say nothing by themselves."""
        reading = message.whole.reading
        if after is None or after.kind in ALERTS or reading.content or not reading.words:
            return None
        return self._more(message, after)

    def defined(self, message: Message) -> Reply | None:
        """The meaning of the word that is asked for, if the glossary has it."""
        term = self._term(plain(message.text))
        if term is None:
            return None
        [near] = self._matcher.rank_many([term.text], CONSIDERED)
        offered = [c.entry for c in near if c.entry.kind in INFORMING][:2]
        return _chat(message, Manner.TERMS, terms=(term,), offered=offered)

    def _term(self, said: str) -> Term | None:
        for pattern in _patterns("word"):
            found = pattern.fullmatch(said)
            term = self._terms.get(phrase(found["what"])) if found else None
            if term:
                return term
        return None

    def _shorter(self, message: Message, after: Entry) -> Reply:
        """The last answer in one sentence, and what its words mean."""
        words = f" {phrase(after.answer)} "
        named = (term for name, term in self._terms.items() if f" {name} " in words)
        terms = tuple(dict.fromkeys(named))[:EXPLAINED]
        return _showing(message, after, manner=Manner.SHORT, terms=terms)

    def _more(
        self,
        message: Message,
        after: Entry,
        near: Sequence[Candidate] = (),
        *,
        is_guess: bool = False,
        manner: Manner = Manner.FOLLOW,
    ) -> Reply | None:
        """What goes with the last answer, to choose from; with a guess at it, that too."""
        related = (self._knowledge.by_id[i] for i in after.related)
        entries = dict.fromkeys([*(c.entry for c in near), *related, *self._same_topic(after)])
        candidates = [Candidate(entry, 0.0) for entry in entries if is_guess or entry != after][
            :OFFERED
        ]
        if not candidates:
            return None
        return Reply(
            query=message.text,
            outcome=Outcome.SUGGEST,
            candidates=tuple(candidates),
            manner=manner,
        )

    def _same_topic(self, after: Entry) -> list[Entry]:
        alike = (e for e in self._knowledge.entries if e.kind in INFORMING)
        return [e for e in alike if after.topic and e.topic == after.topic][:OFFERED]

    def _besides(self, after: Entry, query: str) -> list[Candidate]:
        """The entries nearest to a query, given that it is not the last one that is meant."""
        [ranked] = self._matcher.rank_many([query], CONSIDERED)
        taken = sum(c.score for c in ranked if c.entry == after)
        share = 100 / max(100 - taken, LEAST_LEFT)
        found = (c for c in ranked if c.entry.kind in INFORMING and c.entry != after)
        return [Candidate(c.entry, min(100.0, share * c.score)) for c in found]


def _goes_with(after: Entry, entry: Entry) -> bool:
    """Whether an entry is related to the last one, or stands under the same topic."""
    related = entry.id in after.related or after.id in entry.related
    return related or bool(entry.topic and entry.topic == after.topic)


def _refers(said: str) -> bool:
    """Whether a short message has a word that stands for what was spoken of."""
    words = said.split()
    return len(words) <= REFERRING and not words_of("pronouns").isdisjoint(words)


def plain(text: str) -> str:
    """A message as the patterns read it: small letters, no punctuation, no "please" around it."""
    said = normalise(text).strip(AROUND)
    if len(said) > LONGEST:
        return said
    before, behind = politeness()
    bare = behind.sub("", before.sub("", said)).strip(AROUND)
    return bare or said


def _says(what: str, said: str) -> bool:
    return any(pattern.fullmatch(said) for pattern in _patterns(what))


@cache
def _patterns(what: str) -> tuple[re.Pattern[str], ...]:
    which = "|".join(map(re.escape, conversation()["which"]))
    found = (written.replace("<word>", "(?P<what>.{1,60}?)") for written in conversation()[what])
    return tuple(re.compile(f.replace("<which>", f"(?P<which>{which})")) for f in found)


def _chosen(said: str, offered: Sequence[Entry]) -> Entry | None:
    """The entry that "the second one" means."""
    for pattern in _patterns("choice") if offered else ():
        if found := pattern.fullmatch(said):
            number = conversation()["which"][found["which"]]
            return offered[number] if number < len(offered) else None
    return None


def _showing(
    message: Message,
    entry: Entry,
    *,
    score: float = 100.0,
    manner: Manner = Manner.PLAIN,
    terms: tuple[Term, ...] = (),
) -> Reply:
    return Reply(
        query=message.text,
        outcome=entry.kind,
        candidates=(Candidate(entry, score),),
        answers=(entry,),
        manner=manner,
        terms=terms,
    )


def _chat(
    message: Message,
    manner: Manner,
    *,
    terms: tuple[Term, ...] = (),
    offered: Sequence[Entry] = (),
) -> Reply:
    return Reply(
        query=message.text,
        outcome=Outcome.CHAT,
        candidates=message.whole.candidates[:OFFERED],
        manner=manner,
        terms=terms,
        offered=tuple(offered),
    )
