"""Decides: alerts first, then what was asked. Nothing else in the bot decides what is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from faq.alarm import URGENT, Alarm
from faq.conversation import Conversation, chosen_of, corrected
from faq.language.tokens import MAX_LENGTH
from faq.matching.foreign import ForeignQuestions
from faq.matching.matcher import Matcher
from faq.message import Message, Part, read, said
from faq.model import (
    ALERTS,
    INFORMING,
    Candidate,
    Entry,
    Knowledge,
    Manner,
    Outcome,
    Reply,
    Thresholds,
)
from faq.turning import turns

OFFERED = 3
#: How many questions of one message are answered or named.
QUESTIONS = 3
#: What is offered for a story: what it asks may stand in any of its sentences.
OFFERED_SEVERAL = 5
#: A question in a story is asked back from this score on.
SUGGEST_SEVERAL = 3.0
#: So many of a sentence's entries are pooled with those of the others.
POOLED = 8
#: A sentence that tells counts half as much as one that asks.
TELLING_SHARE = 0.5
#: Of what a query says one of the entries it is asked back with explains at least so much: who asks
#: about slugs is not helped by "How is narrowing again prevented?". The less an answer from the
#: document explains, the surer it must be, from `LEAST_SURE` where it explains all to `SURE` where
#: it explains nothing, because people write "thru" and "lol". An entry with few phrasings has not
#: shown its words.
GRASPED = 0.5
TELLING = 20
SURE = 90.0
LEAST_SURE = 55.0
#: From this score on a relative of the answer may have been meant, and stands first below it.
RIVAL = 10.0
#: From this score on what is nearest stands on buttons below "I don't know".
NEAR = 3.0
#: An entry that leads by so little of what its relatives share with it leads by chance.
LEADS = 0.8


class Responder:
    """Answers queries from a `Knowledge`. Built once; `reply` is a pure function."""

    def __init__(self, knowledge: Knowledge, *, like: Responder | None = None) -> None:
        """`like` is a responder of much the same content: it makes this one sooner."""
        self.knowledge = knowledge
        self.matcher: Matcher = Matcher(
            knowledge.entries,
            negatives=knowledge.negatives,
            language=knowledge.language,
            like=like.matcher if like else None,
        )
        self._alarm = Alarm(knowledge, self.matcher)
        self._conversation = Conversation(knowledge, self.matcher)
        self._kin = kin(knowledge.entries)
        self._foreign = ForeignQuestions(knowledge.entries, knowledge.language)

    @property
    def thresholds(self) -> Thresholds:
        """From which scores on the bot answers and asks back."""
        return self.knowledge.thresholds

    def reply(self, query: str, after: Entry | None = None, offered: Sequence[Entry] = ()) -> Reply:
        """The decision on a query.

        `after` is the entry that answered just before it, if any, `offered` what stood on the
        buttons below: "the second one" may be said of those.
        """
        text = corrected(said(query[:MAX_LENGTH]))
        if foreign := self._alarm.in_another_language(text):
            return replace(foreign, query=query)
        if not self.matcher.reader.words(text):
            return Reply(query=query, outcome=Outcome.FALLBACK)
        if chosen := chosen_of(text, offered):
            return self._with_buttons(replace(_answered(chosen.kind, (), [chosen]), query=query))
        message = read(text, self.matcher)
        reply = (
            self._alarmed(message)
            or self._in_another_language(message)
            or self._conversation.reply(message, after)
            or self._advice(message)
            or self._several(message)
            or self._single(message)
        )
        caution = self._alarm.caution(message) if reply.caution is None else reply.caution
        return self._with_buttons(replace(reply, query=query, caution=caution))

    def _in_another_language(self, message: Message) -> Reply | None:
        """What a message in another language than the FAQ's may mean: offered, never answered."""
        language = self._foreign.language_of(message.text)
        if not language:
            return None
        nearest = tuple(self._foreign.nearest(message.text, OFFERED))
        best = self._clear(message.whole)
        if not nearest and best and best.entry.kind is Outcome.CHAT:  # "hola", "gracias"
            return None
        outcome = Outcome.SUGGEST if nearest else Outcome.FALLBACK
        return Reply(query=message.text, outcome=outcome, candidates=nearest, language=language)

    def _alarmed(self, message: Message) -> Reply | None:
        """The texts of an alert; where it is not certain, with the way to what is asked."""
        reply = self._alarm.reply(message)
        if reply is None or reply.manner is not Manner.IF_NOW:
            return reply
        asked = (self._clear(part) for part in message.sentences if part.asks)
        clear = [c.entry for c in asked if c and _informs(c.entry)]
        near = [c.entry for c in self._pooled(message)][:OFFERED]
        return replace(reply, offered=tuple(dict.fromkeys([*clear, *near])))

    def _advice(self, message: Message) -> Reply | None:
        """The fixed text for whoever asks the bot to decide, with the entries on the matter."""
        advice = self._alarm.advice(message)
        if advice is None:
            return None
        offered = [c.entry for c in self._pooled(message)][:OFFERED_SEVERAL]
        return _answered(Outcome.PERSONAL_ADVICE, message.whole.candidates, [advice], offered)

    def _several(self, message: Message) -> Reply | None:
        """Up to three questions of one message, each answered; what is not clear is offered."""
        asking = [part for part in message.parts if part.asks]
        if len(asking) < 2:
            return None
        clear = self._answerable(message, asking)
        found = {c.entry.id: c for c in reversed(clear)}
        answers = list(reversed(found.values()))[:QUESTIONS]
        if not answers:
            return None
        named = [
            part.informing[0].entry for part in asking if not self._clear(part) and part.informing
        ]
        entries = [c.entry for c in answers]
        outcome = (
            Outcome.ANSWER if any(e.kind is Outcome.ANSWER for e in entries) else entries[0].kind
        )
        return _answered(outcome, answers, entries, named[:QUESTIONS])

    def _single(self, message: Message) -> Reply:
        best = self._clear(message.whole) or self._asked(message)
        if best is None:
            return self._unclear(message)
        if self._turns(message.whole, best.entry):
            if not _informs(best.entry):
                return self._unclear(message)
            return self._suggest(self._contenders(message.whole), Manner.TURNED)
        family = self._kin[best.entry.id]
        rivals = (c for c in self._contenders(message.whole) if c.score >= RIVAL)
        others = [c.entry for c in rivals if c.entry.id in family]
        return _answered(best.entry.kind, message.whole.candidates, [best.entry], others)

    def _turns(self, part: Part, entry: Entry) -> bool:
        """Whether a question turns an entry's round; the words that do are known in English."""
        known = self.knowledge.language == "en"
        return known and turns(part.reading.words, self.matcher.phrasings(entry))

    def _asked(self, message: Message) -> Candidate | None:
        """The entry that answers the one question among the sentences of a message."""
        clear = self._answerable(message, [part for part in message.parts if part.asks])
        return clear[0] if len(clear) == 1 else None

    def _answerable(self, message: Message, parts: Iterable[Part]) -> list[Candidate]:
        """The entries that answer these parts; in a story, where much may be meant, sure ones."""
        needed = SURE if message.is_story else 0.0
        clear = [c for part in parts if (c := self._clear(part)) and _informs(c.entry)]
        return [c for c in clear if c.score >= needed]

    def _unclear(self, message: Message) -> Reply:
        """What may be meant, to choose from; or that nothing is known of it."""
        whole = message.whole
        if message.parts:
            pooled = self._pooled(message)[:OFFERED_SEVERAL]
            needed = SUGGEST_SEVERAL if message.is_story else self.thresholds.suggest
            if pooled and pooled[0].score >= needed:
                return self._suggest(pooled, Manner.SEVERAL)
        if told := self._conversation.explained(message):
            return told
        offered = self._contenders(whole)
        likely = [c for c in offered if c.score >= self.thresholds.suggest]
        if whole.reading.content and any(self._grasps(whole, c) for c in likely):
            return self._suggest(offered, Manner.PLAIN)
        near = [
            c.entry
            for c in offered
            if c.score >= RIVAL
            or (c.score >= NEAR and self.matcher.explained(whole.reading, c.entry) >= GRASPED)
        ]
        return Reply(
            query="",
            outcome=Outcome.FALLBACK,
            candidates=whole.candidates[:OFFERED],
            offered=tuple(near) if whole.reading.content else (),
        )

    def _grasps(self, part: Part, candidate: Candidate) -> bool:
        """Whether an entry explains enough of a query."""
        return grasps(candidate.entry, self.matcher.explained(part.reading, candidate.entry))

    def _suggest(self, offered: Sequence[Candidate], manner: Manner) -> Reply:
        candidates = tuple(offered)
        return Reply(query="", outcome=Outcome.SUGGEST, candidates=candidates, manner=manner)

    def _contenders(self, part: Part) -> list[Candidate]:
        """What a query may be asked back with."""
        found = part.informing[:OFFERED]
        if not found or part.best.entry.kind not in ALERTS:
            return list(found)
        if self.matcher.explained(part.reading, found[0].entry) < GRASPED:
            return list(found)
        # The alert that leads is not meant: its share is theirs.
        share = min(part.best.score, self.thresholds.answer) / max(found[0].score, 1.0)
        return [Candidate(c.entry, share * c.score) for c in found]

    def _pooled(self, message: Message) -> list[Candidate]:
        """The entries any part of a message is near to, the likeliest first."""
        found: dict[str, float] = {}
        entries = self.knowledge.by_id
        for part in (message.whole, *message.parts):
            share = 1.0 if part.asks or part is message.whole else TELLING_SHARE
            for c in part.informing[:POOLED]:
                found[c.entry.id] = found.get(c.entry.id, 0.0) + share * c.score
        pooled = [Candidate(entries[i], min(100.0, score)) for i, score in found.items()]
        return sorted(pooled, key=lambda c: -c.score)

    def _clear(self, part: Part) -> Candidate | None:
        """The entry that answers a part without asking back, if one does.

        Where those that compete are relatives, they add up: to be wrong among them is cheap.
        """
        leader = part.best
        if leader.entry.kind in ALERTS or leader.score < LEADS * self.thresholds.answer:
            return None
        explained = self.matcher.explained(part.reading, leader.entry)
        score = leader.score
        if explained >= GRASPED:
            family = self._kin[leader.entry.id]
            relatives = (c for c in part.informing[:OFFERED] if c.entry.id in family)
            score = max(score, min(99.0, score + sum(c.score for c in relatives)))
        sure = score >= self.thresholds.answer and may_answer(leader.entry, score, explained)
        return leader if sure and self._says_something(part, leader.entry) else None

    def _says_something(self, part: Part, entry: Entry) -> bool:
        """Whether a query has content, or is in nearly all its words a phrasing: not "to the"."""
        words = set(part.reading.words)
        if part.reading.content or (len(words) >= ENOUGH_WORDS and part.best.score >= SURE_ENOUGH):
            return True
        return any(
            len(words & set(p)) >= SAME_WORDS * len(words | set(p))
            for p in self.matcher.phrasings(entry)
        )

    def _with_buttons(self, reply: Reply) -> Reply:
        """The reply with the entries that stand on buttons below it."""
        if reply.outcome is Outcome.SUGGEST:
            return replace(reply, offered=tuple(c.entry for c in reply.candidates))
        if reply.outcome in URGENT and reply.manner is not Manner.IF_NOW:
            return reply
        related = (self.knowledge.by_id[i] for e in reply.answers for i in e.related)
        offered = dict.fromkeys((*reply.offered, *related))
        shown = {entry.id for entry in reply.answers}
        return replace(reply, offered=tuple(e for e in offered if e.id not in shown))


#: A query without a word of content says something in so many words, if the leader scores so much:
#: "where do they go in" does, "do i" and "to the of" do not.
ENOUGH_WORDS = 4
SURE_ENOUGH = 70.0
#: Of the words of a query without content and of a phrasing so many are the same.
SAME_WORDS = 2 / 3


def kin(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """For every entry the ids of its relatives: those it names, and those that name it."""
    found: dict[str, set[str]] = {entry.id: set(entry.related) for entry in entries}
    for name, related in list(found.items()):
        for other in tuple(related):
            found[other].add(name)
    return {name: frozenset(related) for name, related in found.items()}


def grasps(entry: Entry, explained: float) -> bool:
    """Whether an entry explains enough of a query, or has too few phrasings to tell."""
    return explained >= GRASPED or len(entry.phrasings) < TELLING


def may_answer(entry: Entry, score: float, explained: float) -> bool:
    """Whether an entry above the threshold answers; a gap, which claims nothing, always does."""
    if entry.kind is not Outcome.ANSWER or len(entry.phrasings) < TELLING:
        return True
    return score >= SURE - (SURE - LEAST_SURE) * explained**2


def _informs(entry: Entry) -> bool:
    """Whether an entry can be offered as a question."""
    return entry.kind in INFORMING


def _answered(
    outcome: Outcome,
    candidates: Sequence[Candidate],
    entries: Sequence[Entry],
    offered: Sequence[Entry] = (),
) -> Reply:
    shown = {entry.id for entry in entries}
    first = tuple(c for c in candidates if c.entry.id in shown) or (Candidate(entries[0], 100.0),)
    rest = tuple(c for c in candidates if c.entry.id not in shown)
    return Reply(
        query="",
        outcome=outcome,
        candidates=(*first, *rest)[:OFFERED],
        answers=tuple(entries),
        offered=tuple(offered),
    )
