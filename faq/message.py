"""A message as it is understood: its parts, each read once, without the politeness around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from faq.language.phrases import emoji, politeness
from faq.language.tokens import normalise, tokenise
from faq.matching.matcher import Matcher
from faq.matching.query import Reading, content_words
from faq.model import INFORMING, Candidate, Outcome

#: How many entries compete; more than three are needed to add up an alert's several entries.
CONSIDERED = 24
#: Of a long story so many sentences are read; the last ones, where the question stands.
PARTS = 10

#: From so many sentences on the whole is not read once more: a third of the time of a reply.
MANY = 3

#: A message of more words is a story, of which a part may be what is asked.
STORY = 25

#: So few words before a comma name what the question behind it is about.
TOPIC, JOINED = 4, ",&+:"

ASKS = (
    r"(?:what|how|why|when|where|who|whom|whose|which|is|are|am|does|do|can|will|would|could|did|"
    r"was|were|has|have|should|shall|may|must|what's|whats|how's|isn't|aren't|don't|doesn't|"
    r"explain|define|describe|tell me)\b"
)
_AUXILIARY = (
    r"(?:is|are|am|does|do|can|will|would|could|did|was|were|should|shall|may|must|has|have)"
)
_SUBJECT = (
    r"(?:i|you|he|she|it|we|they|the|a|an|my|your|his|her|our|there|this|that|these|those|"
    r"people|patients|anyone|someone|one)\b"
)
#: A question that begins within a sentence: "… and why does it hurt", not "… and is grey".
_INVERTED = (
    rf"(?:(?:what|how|why|which)\b|(?:when |where |who )?{_AUXILIARY}\s+{_SUBJECT}|"
    r"explain\b|tell me\b)"
)
#: Where one sentence ends and the next begins; a point between digits is none.
_SENTENCES = re.compile(
    r"(?:(?<!\d)\.|\.(?!\d)|[!?;\n\u2026])+"
    r"|(?:^|(?<=\s))(?:\d{1,2}|[a-c])[.)](?=\s|[^\W\d])"
    rf"|(?:,\s*|\s+)(?:and|also|but|plus|so)\b(?=\s*(?:also\s*|then\s*)?{_INVERTED})"
    rf"|[,&+:]\s*(?={_INVERTED})",
    re.IGNORECASE,
)
_ASKING = re.compile(
    rf"^(?:(?:so|and|but|ok|okay|well|just|also|then|or|now)\b[\s,]*)*{ASKS}"
    r"|\?\s*$"
    r"|\b(?:any idea|i wonder|wondering|want to know|like to know|need to know|tell me|"
    r"how (?:long|much|many|often|soon|do|does|is|are|can)|what (?:is|are|to do|happens))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One sentence, or a message of one: what it says, the entries nearest to it, if it asks."""

    text: str
    reading: Reading
    candidates: tuple[Candidate, ...]
    asks: bool

    @property
    def best(self) -> Candidate:
        """The likeliest entry."""
        return self.candidates[0]

    @property
    def informing(self) -> tuple[Candidate, ...]:
        """The candidates that can answer a question: articles and gaps."""
        return tuple(c for c in self.candidates if c.entry.kind in INFORMING)


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A message: the whole of it, and its sentences where it has more than one."""

    text: str
    whole: Part
    parts: tuple[Part, ...]

    @property
    def is_story(self) -> bool:
        """Whether so much is told that only a part of it may be what is asked."""
        return len(self.whole.reading.words) > STORY

    @property
    def sentences(self) -> tuple[Part, ...]:
        """The sentences; of a message of one, that one."""
        return self.parts or (self.whole,)


def read(text: str, matcher: Matcher) -> Message:
    """A message, its parts ranked; `text` must have words."""
    bare = without_politeness(text)
    sentences = list(split(bare))
    if len(sentences) >= MANY:
        parts = tuple(_part(s, matcher) for s in sentences[-PARTS:])
        return Message(text, _part_of(bare, _together(bare, parts, matcher), matcher), parts)
    whole = _part(bare, matcher)
    if bare != text:  # "hello bot" is a greeting, not the word "bot" behind one
        polite = _part(text, matcher)
        if polite.best.entry.kind is Outcome.CHAT and polite.best.score > whole.best.score:
            return Message(text, polite, ())
    if len(sentences) < 2:
        return Message(text, whole, ())
    return Message(text, whole, tuple(_part(s, matcher) for s in sentences[-PARTS:]))


def said(text: str) -> str:
    """The text; for a message of nothing but an emoji, the word it stands for."""
    if any(map(str.isalnum, text)):
        return text
    return next((word for sign, word in emoji().items() if sign in text), text)


def split(text: str) -> Iterator[str]:
    """The sentences of a text that say something, without politeness, as they were written."""
    at = 0
    for end in [*_SENTENCES.finditer(text), None]:
        piece = text[at : end.start() if end else len(text)]
        if end and end.group()[0] in JOINED and len(piece.split()) < TOPIC:
            continue
        at = end.end() if end else at
        mark = "?" if end and "?" in end.group() else ""
        if not mark and len(piece.split()) < 2:
            continue
        bare = without_politeness(piece.strip(" ,:-\u2013()\"'"))
        if len(bare.split()) > 1 or (mark and content_words(tokenise(bare))):
            yield bare + mark


def without_politeness(text: str) -> str:
    """A text without the greeting before it and the thanks after it, if anything is left."""
    before, after = politeness()
    bare = after.sub("", before.sub("", text.strip())).strip()
    return bare if content_words(tokenise(bare)) else text


def _together(text: str, parts: Sequence[Part], matcher: Matcher) -> Reading:
    """The reading of a text of many sentences: it means what they mean together."""
    vectors = [sqrt(len(p.reading.words)) * p.reading.vector for p in parts]
    total = np.sum(vectors, axis=0)
    unit = np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)
    return Reading(matcher.reader.words(text), unit, matcher.reader.language)


def _part(text: str, matcher: Matcher) -> Part:
    return _part_of(text, matcher.reader.read(text), matcher)


def _part_of(text: str, reading: Reading, matcher: Matcher) -> Part:
    candidates = tuple(matcher.rank(reading, CONSIDERED))
    return Part(text, reading, candidates, bool(_ASKING.search(normalise(text))))
