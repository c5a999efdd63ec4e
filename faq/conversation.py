"""What a message means in the light of the last answer: "and why?", "simpler", "the second"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from faq.certainty import LEADS
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
#: From this score on what goes with the last answer may be meant by few words.
NEAR = 3.0
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
            return self._in_the_light(message, said, after)
        # A fixed safety text is no subject, and what was offered is a guess at one.
        likely = next((entry for entry in offered if entry.kind in INFORMING), None)
        return self._perhaps_of(message, said, likely) if likely else None

    def _in_the_light(self, message: Message, said: str, after: Entry) -> Reply | None:
        """The reply to what is said of the last answer."""
        if _says("more", said):
            return self._more(message, after, manner=Manner.MORE)
        if _says("follow", said) or (_refers(said) and not self._is_clear(message)):
            return self._follow_up(message, said, after)
        return None

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

    def _follow_up(self, message: Message, said: str, after: Entry) -> Reply | None:
        """The query read together with the last question, where alone it says too little."""
        thresholds = self._knowledge.thresholds
        best, few = message.whole.best, len(message.whole.reading.content) <= 1
        near = self._besides(after, f"{said} {after.question}")
        akin = [
            c for c in message.whole.informing if c.score >= NEAR and _goes_with(after, c.entry)
        ]
        sure = near[0] if near and near[0].score >= thresholds.answer else None
        fits = sure and (sure.entry == best.entry or _goes_with(after, sure.entry))
        if (
            best.score >= thresholds.answer
            and best.entry != after
            and message.whole.reading.content
        ):
            if sure and sure.entry.id in after.related:
                return _showing(message, sure.entry, score=sure.score)
            if akin and few and best.entry.kind in INFORMING and best not in akin:
                return self._more(message, after, [akin[0], best])
            return None
        if sure and fits and (few or self._speaks_of(message, sure.entry, after)):
            return _showing(message, sure.entry, score=sure.score)
        likely = [c for c in (*akin, *near) if c.score >= thresholds.suggest][:2]
        if best.entry.kind in INFORMING and best.score >= LEADS * thresholds.answer:
            if not likely:
                return None  # it may well be a question of its own
            likely = [likely[0], best]
        return self._more(message, after, likely) if few else None

    def _speaks_of(self, message: Message, *entries: Entry) -> bool:
        """Whether a message has a word of these entries: else it speaks of something else."""
        texts = (text for entry in entries for text in entry.phrasings)
        known = {word for text in texts for word in self._matcher.reader.words(text)}
        return not known.isdisjoint(message.whole.reading.content)

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
