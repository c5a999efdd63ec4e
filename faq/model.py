"""What the bot knows: entries, the passages that support them, and the decision they lead to.

Everything here is frozen data. `faq.loader` builds it from a content folder, the matcher and the
responder read it, nobody changes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from faq.hours import Hours

__all__ = [
    "ALERTS",
    "INFORMING",
    "KINDS",
    "Candidate",
    "Entry",
    "FAQError",
    "Knowledge",
    "Manner",
    "Note",
    "Outcome",
    "Passage",
    "Picture",
    "Problem",
    "Reply",
    "Term",
    "Thresholds",
    "Trigger",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a content folder: where it is, what is wrong, what to do.

    `line` counts from 1 (0: the whole file); `entry` is an id, empty where none is concerned.
    """

    file: str
    line: int
    rule: str
    text: str
    cure: str
    entry: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"

    @property
    def message(self) -> str:
        """What is wrong and what to do, without the place."""
        return f"{self.text}. {self.cure}"


class FAQError(Exception):
    """Something a person can fix: the message names the place and the cure.

    Of a content folder that does not load, `problems` holds all there is to mend.
    """

    def __init__(self, message: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message or "\n".join(map(str, problems)))
        self.problems = tuple(problems)


class Outcome(StrEnum):
    """How a query ended."""

    ANSWER = "answer"
    SUGGEST = "suggest"
    GAP = "gap"
    EMERGENCY = "emergency"
    SELF_HARM = "self_harm"
    PERSONAL_ADVICE = "personal_advice"
    CHAT = "chat"
    FALLBACK = "fallback"


#: The outcomes an entry can lead to by itself; an entry's kind is one of these.
KINDS = tuple(o for o in Outcome if o not in {Outcome.SUGGEST, Outcome.FALLBACK})

#: Kinds that answer a question about the document, or say that it has no answer.
INFORMING = (Outcome.ANSWER, Outcome.GAP)

#: Kinds whose answer is a fixed safety text, most urgent first.
ALERTS = (Outcome.EMERGENCY, Outcome.SELF_HARM, Outcome.PERSONAL_ADVICE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of the document, word for word."""

    id: str
    text: str
    section: str


@dataclass(frozen=True, slots=True)
class Note:
    """An editor's correction, shown apart from the answer."""

    id: str
    text: str
    source: str
    reviewed: date


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary, its other spellings, and what it means in one plain sentence."""

    term: str
    spellings: tuple[str, ...]
    text: str

    @property
    def names(self) -> tuple[str, ...]:
        """The word, then its other spellings."""
        return (self.term, *self.spellings)


@dataclass(frozen=True, slots=True)
class Picture:
    """An illustration drawn for the bot."""

    id: str
    file: Path
    caption: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A pattern that sets off an alert: every group of `all` matches and none of `unless`.

    A group is alternatives separated by bars; `word*` matches any ending.
    """

    all: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One curated question with its answer.

    `short` says the answer in one sentence, for whom the whole is too long. An alert may have
    `triggers`, and `calm`: groups of words that mark a question about such matters in general, on
    which a score alone must be very sure to set the alert off. A `draft` was taken over from a
    document and nobody has looked at it yet; it answers all the same.
    """

    id: str
    question: str
    answer: str
    short: str = ""
    paraphrases: tuple[str, ...] = ()
    kind: Outcome = Outcome.ANSWER
    topic: str = ""
    quotes: tuple[Passage, ...] = ()
    notes: tuple[Note, ...] = ()
    related: tuple[str, ...] = ()
    comparison: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None
    triggers: tuple[Trigger, ...] = ()
    calm: tuple[str, ...] = ()
    draft: bool = False

    @property
    def phrasings(self) -> tuple[str, ...]:
        """The question, then its paraphrases."""
        return (self.question, *self.paraphrases)


#: Of ten queries about eight are something a FAQ has an entry for: 82 % of CLINC150's test
#: rows, 86 % of our development questions (gaps and alerts are entries too).
IN_SCOPE_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which scores (0-100) the bot answers or asks back, and where they come from.

    `answer` is what the first entry scores, `suggest` what those on offer score together.
    """

    answer: float = 55.0
    suggest: float = 50.0
    origin: str = "defaults; run `python -m faq check` to choose them from the content"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A content folder, loaded and checked; `contact` says how to reach a person, if it can.

    `language` is a code such as `en` or `de`; `texts_in` has `texts` in other languages, by code.
    `numbers` has the emergency numbers as the texts name them, under "default", and in the order
    for people of one language ("en-US", "hi"). `hours` is when the people behind the bot read.
    `in_scope_share` is the share, 0 to 1, of what is asked that has an entry.
    """

    title: str
    entries: tuple[Entry, ...]
    passages: tuple[Passage, ...] = ()
    negatives: tuple[str, ...] = ()
    thresholds: Thresholds = Thresholds()
    in_scope_share: float = IN_SCOPE_SHARE
    topics: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    texts_in: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    glossary: tuple[Term, ...] = ()
    contact: str = ""
    numbers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    hours: Hours | None = None
    reviewed: date | None = None
    language: str = "en"
    folder: Path | None = None
    by_id: Mapping[str, Entry] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_id = MappingProxyType({entry.id: entry for entry in self.entries})
        object.__setattr__(self, "by_id", by_id)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry with its score (0-100) for one query."""

    entry: Entry
    score: float


class Manner(StrEnum):
    """How a reply is to be put, where its outcome alone does not say it."""

    PLAIN = "plain"
    #: Suggest: a long message was read, and these are the things it may ask.
    SEVERAL = "several"
    #: Suggest: a word like "not" may turn the meaning of what is nearest round.
    TURNED = "turned"
    #: Suggest: what goes with the last answer.
    MORE = "more"
    #: Suggest: what goes with the last answer, for a few words that may be said of it.
    FOLLOW = "follow"
    #: The last answer once more, in one sentence (`Entry.short`).
    SHORT = "short"
    #: Chat: the meaning of words (`Reply.terms`).
    TERMS = "terms"
    #: Chat: whom to turn to (`Knowledge.contact`).
    CONTACT = "contact"
    #: An alert that is likely, not certain: "If this is happening now …".
    IF_NOW = "if_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The decision on one query.

    `candidates` are best first. With the outcome `suggest` they are what to ask back; with an
    outcome that answers, `answers` are the entries to show (more than one when more was asked).
    `offered` are the entries to put on buttons below, the likeliest first. `caution` is an alert
    that may be meant while the reply is something else: its number must stand in the reply.
    `subject` is the entry that what is said next may be about ("and why?").
    `language` is the query's code where it is another than the FAQ's, else empty: a person is told
    so in that language, or what to do in danger.
    """

    query: str
    outcome: Outcome
    candidates: tuple[Candidate, ...] = ()
    answers: tuple[Entry, ...] = ()
    offered: tuple[Entry, ...] = ()
    manner: Manner = Manner.PLAIN
    terms: tuple[Term, ...] = ()
    caution: Entry | None = None
    subject: Entry | None = None
    language: str = ""

    @property
    def entry(self) -> Entry | None:
        """The entry that answers, or None when the bot asks back or declines."""
        return self.answers[0] if self.answers else None
