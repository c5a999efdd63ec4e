"""Decides: alerts first, then what was asked. Nothing else in the bot decides what is said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from faq.alarm import URGENT, Alarm, Alerts
from faq.certainty import MANY_PHRASINGS, MIN_COVERAGE, NEAR, OFFERED, SURE, Certainty, informs
from faq.conversation import Conversation
from faq.language.tokens import phrase
from faq.matching.foreign import ForeignQuestions
from faq.matching.matcher import WORD_FOR_WORD, Matcher
from faq.message import Message, Part, read
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
    Thresholds,
)
from faq.triggers import TriggerIndex

__all__ = ["BELOW"]

#: What holds where every entry that leads is read once more and the content names no thresholds.
READ_TWICE = Thresholds(answer=64.0, suggest=25.0)
#: How many questions of one message are answered or named.
QUESTIONS = 3
#: What is offered for a story: what it asks may stand in any of its sentences.
OFFERED_SEVERAL = 5
#: A question in a story is asked back from this score on.
SUGGEST_SEVERAL = 3.0
#: From this score on an entry may well have been meant.
RIVAL = 10.0
#: So many stand on buttons below an answer: more are not read on a phone.
BELOW = 4
#: So many of them are what may have been meant instead; the others go with the answer.
RIVALS_BELOW = 2


class Responder:
    """Answers queries from a `Knowledge`. Built once; `reply` is a pure function."""

    def __init__(self, knowledge: Knowledge, *, like: Responder | None = None) -> None:
        """`like` is a responder of much the same content: it makes this one sooner."""
        self.matcher: Matcher = Matcher(
            knowledge.entries,
            negatives=knowledge.negatives,
            language=knowledge.language,
            in_scope_share=knowledge.in_scope_share,
            like=like.matcher if like else None,
        )
        if self.matcher.second_opinion and knowledge.thresholds == Thresholds():
            knowledge = replace(knowledge, thresholds=READ_TWICE)
        self.knowledge = knowledge
        triggers = TriggerIndex(e for e in knowledge.entries if e.kind in ALERTS)
        #: Whether a message should be answered before others: a first look, in microseconds.
        self.is_urgent = triggers.at_first_sight
        self._alarm = Alarm(knowledge, self.matcher, triggers)
        self._conversation = Conversation(knowledge, self.matcher)
        self._certainty = Certainty(knowledge, self.matcher)
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
        message = read(query, self.matcher)
        if message is None:
            return Reply(query=query, outcome=Outcome.FALLBACK, subject=after)
        alerts = self._alarm.hear(message)
        if alerts.reply:
            reply = self._alarmed(message, alerts.reply)
        else:
            reply = (
                self._conversation.reply(message, after, offered)
                or self._in_another_language(message)
                or self._advice(message, alerts)
                or self._conversation.in_the_light(message, after)
                or self._several(message)
                or self._single(message)
            )
            if reply.outcome is Outcome.FALLBACK and not reply.language:
                reply = self._conversation.at_a_loss(message, after) or reply
            elif reply.manner is Manner.PLAIN and reply.outcome is Outcome.SUGGEST:
                reply = self._conversation.asked_back(message, after, reply)
        subject = _subject(reply, after)
        reply = replace(reply, query=query, caution=alerts.caution, subject=subject)
        return self._with_buttons(reply)

    def _in_another_language(self, message: Message) -> Reply | None:
        """What a message in another language than the FAQ's may mean: offered, never answered."""
        language = self._foreign.language_of(message.text)
        if not language:
            return None
        nearest = tuple(self._foreign.nearest(message.text, OFFERED))
        best = self._clear(message, message.whole)
        if not nearest and best and best.entry.kind is Outcome.CHAT:  # "hola", "gracias"
            return None
        outcome = Outcome.SUGGEST if nearest else Outcome.FALLBACK
        return Reply(query=message.text, outcome=outcome, candidates=nearest, language=language)

    def _alarmed(self, message: Message, reply: Reply) -> Reply:
        """The texts of an alert; where it is not certain, with the way to what is asked."""
        if reply.manner is not Manner.IF_NOW:
            return reply
        asked = (self._clear(message, part) for part in message.sentences if part.asks)
        clear = [c.entry for c in asked if c and informs(c.entry)]
        near = [c.entry for c in self._certainty.pooled(message)][:OFFERED]
        return replace(reply, offered=tuple(dict.fromkeys([*clear, *near])))

    def _advice(self, message: Message, alerts: Alerts) -> Reply | None:
        """The fixed text for whoever asks the bot to decide, with the entries on the matter."""
        advice = alerts.advice
        if advice is None:
            return None
        offered = [c.entry for c in self._certainty.pooled(message)][:OFFERED_SEVERAL]
        entries = [advice, *self._asked_besides(message)]
        return _answered(Outcome.PERSONAL_ADVICE, message.whole.candidates, entries, offered)

    def _asked_besides(self, message: Message) -> list[Entry]:
        """What answers the other questions of a message in which one asks for advice."""
        asking = [part for part in message.parts if part.asks]
        clear = self._answerable(message, asking) if len(asking) > 1 else []
        return [*dict.fromkeys(c.entry for c in clear)][: QUESTIONS - 1]

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
        open_parts = (part for part in asking if not self._clear(message, part))
        named = [part.informing[0].entry for part in open_parts if part.informing]
        entries = [c.entry for c in answers]
        outcome = (
            Outcome.ANSWER if any(e.kind is Outcome.ANSWER for e in entries) else entries[0].kind
        )
        return _answered(outcome, answers, entries, named[:QUESTIONS])

    def _single(self, message: Message) -> Reply:
        best = self._clear(message, message.whole) or self._asked(message)
        if best is None:
            return self._unclear(message)
        told = self._conversation.defined(message)
        if told and best.score < WORD_FOR_WORD and not _explains(best.entry, told.terms):
            near = [best.entry] if best.entry.kind is Outcome.ANSWER else []
            return replace(told, offered=(*near, *self._relatives(best.entry), *told.offered))
        rivals = [c for c in self._certainty.contenders(message.whole) if c.entry != best.entry]
        others = [c.entry for c in rivals[:RIVALS_BELOW] if c.score >= NEAR]
        return _answered(best.entry.kind, message.whole.candidates, [best.entry], others)

    def _relatives(self, entry: Entry) -> list[Entry]:
        return [e for e in map(self.knowledge.by_id.__getitem__, entry.related) if informs(e)]

    def _clear(self, message: Message, part: Part) -> Candidate | None:
        return self._certainty.answer_to(part, message)

    def _asked(self, message: Message) -> Candidate | None:
        """The entry that answers the one question among the sentences of a message."""
        clear = self._answerable(message, [part for part in message.parts if part.asks])
        return clear[0] if len(clear) == 1 else None

    def _answerable(self, message: Message, parts: Iterable[Part]) -> list[Candidate]:
        """The entries that answer these parts; in a story, where much may be meant, sure ones."""
        needed = SURE if message.is_story else 0.0
        clear = [c for part in parts if (c := self._clear(message, part)) and informs(c.entry)]
        return [c for c in clear if c.score >= needed]

    def _unclear(self, message: Message) -> Reply:
        """What may be meant, to choose from; or that nothing is known of it."""
        whole = message.whole
        if message.parts:
            pooled = self._certainty.pooled(message)[:OFFERED_SEVERAL]
            if told := self._told(message):
                return replace(told, offered=tuple(c.entry for c in pooled[:OFFERED]))
            in_a_story = message.is_story and pooled and pooled[0].score >= SUGGEST_SEVERAL
            if in_a_story or any(map(self._certainty.is_likely, (whole, *message.parts))):
                return _suggested(pooled, Manner.SEVERAL)
        if told := self._conversation.defined(message):
            return told
        offered = self._certainty.contenders(whole)
        turned = offered and self._certainty.is_turned(whole, offered[0].entry)
        if turned and offered[0].score >= self.thresholds.answer:
            return _suggested(self._with_besides(whole, offered), Manner.TURNED)
        likely = [c for c in offered[:OFFERED] if c.score >= RIVAL]
        asked_back = whole.reading.content and self._certainty.is_likely(whole)
        if asked_back and any(self._certainty.covers(whole, c.entry) for c in likely):
            return _suggested(self._with_besides(whole, offered), Manner.PLAIN)
        coverage = self._certainty.coverage
        near = [
            c.entry
            for c in offered[:OFFERED]
            if c.score >= (NEAR if coverage(whole.reading, c.entry) >= MIN_COVERAGE else RIVAL)
        ]
        return Reply(
            query="",
            outcome=Outcome.FALLBACK,
            candidates=whole.candidates[:OFFERED],
            offered=(*near, *self._certainty.besides(whole, near)) if whole.reading.content else (),
        )

    def _told(self, message: Message) -> Reply | None:
        """The small talk that fits a story in which nothing is asked: it is no question."""
        if not message.is_story or any(part.asks for part in message.parts):
            return None
        near = [c for part in (message.whole, *message.parts) for c in part.candidates]
        best = max(near, key=lambda c: c.score)
        likely = self._certainty.pooled(message)[:1]  # what all its sentences are near to together
        if best.entry.kind is not Outcome.CHAT or any(c.score > best.score for c in likely):
            return None
        return _answered(Outcome.CHAT, [best], [best.entry])

    def _with_besides(self, part: Part, offered: Sequence[Candidate]) -> list[Candidate]:
        besides = self._certainty.besides(part, [c.entry for c in offered])
        return [*offered, *(Candidate(entry, 0.0) for entry in besides)]

    def _with_buttons(self, reply: Reply) -> Reply:
        """The reply with the entries that stand on buttons below it."""
        if reply.outcome is Outcome.SUGGEST:
            return replace(reply, offered=tuple(c.entry for c in reply.candidates))
        if reply.outcome in URGENT and reply.manner is not Manner.IF_NOW:
            return reply
        related = (self.knowledge.by_id[i] for e in reply.answers for i in e.related)
        offered = dict.fromkeys((*reply.offered, *related))
        shown = {entry.id for entry in reply.answers}
        below = tuple(e for e in offered if e.id not in shown)
        return replace(reply, offered=below[:BELOW] if reply.outcome in INFORMING else below)


def _subject(reply: Reply, after: Entry | None) -> Entry | None:
    """The entry that what is said next may be about; `after`: the one until now."""
    if reply.answers and reply.answers[0].kind is not Outcome.CHAT:
        return reply.answers[0]
    goes_on = reply.manner in {Manner.MORE, Manner.FOLLOW}
    return after if goes_on or reply.outcome is not Outcome.SUGGEST else None


def _explains(entry: Entry, terms: Iterable[Term]) -> bool:
    """Whether an answer that is well known says one of these words: it needs no glossary."""
    if entry.kind is not Outcome.ANSWER or len(entry.phrasings) < MANY_PHRASINGS:
        return False
    said = f" {phrase(entry.question)} {phrase(entry.answer)}"
    return any(f" {phrase(name)}" in said for term in terms for name in term.names)


def _suggested(offered: Sequence[Candidate], manner: Manner) -> Reply:
    return Reply(query="", outcome=Outcome.SUGGEST, candidates=tuple(offered), manner=manner)


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
