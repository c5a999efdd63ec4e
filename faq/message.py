"""A message as it is understood: its parts, each read once, without the politeness around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np

from faq.assertions import Claims, claims_of
from faq.language.phrases import conversation, emoji, politeness
from faq.language.tokens import MAX_LENGTH, tokenise
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
class Ranked:
    """A text as it was read, and the entries nearest to it, the likeliest first."""

    reading: Reading
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One sentence, or a message of one: what it says, the entries nearest to it, if it asks."""

    text: str
    reading: Reading
    candidates: tuple[Candidate, ...]
    #: The likeliest of them, and those that can answer a question: articles and gaps.
    best: Candidate
    informing: tuple[Candidate, ...]
    claims: Claims
    #: What is left of it without what asserts no danger, and without what is only denied.
    asserted: Ranked | None
    undenied: Ranked | None
    asks: bool


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A message: the whole of it, and its sentences where it has more than one.

    `sentences` are those of `parts`; of a message of one, that one. Of a story so much is told that
    only a part of it may be what is asked.
    """

    text: str
    whole: Part
    parts: tuple[Part, ...]
    sentences: tuple[Part, ...]
    is_story: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Draft:
    """A part before it is ranked."""

    text: str
    reading: Reading
    claims: Claims
    asserted: Reading | None
    undenied: Reading | None


class _Texts:
    """Reads the texts of one message, what has the same words once, and ranks them together."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._read: dict[tuple[str, ...], Reading] = {}
        self._ranked: dict[Reading, Ranked] = {}

    def sentence(self, text: str) -> _Draft:
        """A sentence, and what is left of it where it asserts or does not deny."""
        reading, claims = self._reading(text), claims_of(text)
        left = [
            reading if some == claims.plain else self._reading(some) if some else None
            for some in (claims.asserted, claims.undenied)
        ]
        return _Draft(text, reading, claims, *left)

    def story(self, text: str, sentences: Sequence[_Draft]) -> _Draft:
        """The whole of several sentences: heard as a whole only where all of it is asserted.

        Of many it means what they mean together.
        """
        claims = claims_of(text)
        reading = self._together(text, sentences) if len(sentences) >= MANY else self._reading(text)
        left = [
            reading if some == claims.plain else None for some in (claims.asserted, claims.undenied)
        ]
        return _Draft(text, reading, claims, *left)

    def parts(self, drafts: Sequence[_Draft]) -> list[Part]:
        """The parts, all texts ranked in one pass; only what may be asked is read again."""
        texts = dict.fromkeys(r for d in drafts for r in (d.reading, d.asserted, d.undenied) if r)
        ranked = self._matcher.rank_many(texts, CONSIDERED)
        self._ranked = {
            reading: Ranked(reading, tuple(candidates))
            for reading, candidates in zip(texts, ranked, strict=True)
        }
        whole, *sentences = drafts
        return [self._part(whole, in_any_case=True), *map(self._part, sentences)]

    def _part(self, draft: _Draft, in_any_case: bool = False) -> Part:
        asks = bool(_ASKING.search(draft.claims.plain))
        candidates = self._ranked[draft.reading].candidates
        if asks or in_any_case:
            candidates = tuple(self._matcher.read_again(draft.reading, candidates))
        return Part(
            text=draft.text,
            reading=draft.reading,
            candidates=candidates,
            best=candidates[0],
            informing=tuple(c for c in candidates if c.entry.kind in INFORMING),
            claims=draft.claims,
            asserted=self._ranked[draft.asserted] if draft.asserted else None,
            undenied=self._ranked[draft.undenied] if draft.undenied else None,
            asks=asks,
        )

    def _reading(self, text: str) -> Reading:
        reading = self._matcher.reader.read(text)
        return self._read.setdefault(reading.words, reading)

    def _together(self, text: str, sentences: Sequence[_Draft]) -> Reading:
        vectors = [sqrt(len(s.reading.words)) * s.reading.vector for s in sentences]
        total = np.sum(vectors, axis=0)
        unit = np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), dtype=np.float32)
        return Reading(self._matcher.reader.words(text), unit, self._matcher.reader.language)


def read(query: str, matcher: Matcher) -> Message | None:
    """A message, its parts read once and ranked in one pass; None if it has no words."""
    text, texts = meant(query[:MAX_LENGTH]), _Texts(matcher)
    bare = without_politeness(text)
    sentences = list(split(bare))
    several = [texts.sentence(s) for s in sentences[-PARTS:]] if len(sentences) > 1 else []
    drafts = [texts.story(bare, several) if several else texts.sentence(bare), *several]
    may_greet = bare != text and len(sentences) < MANY
    if may_greet:
        drafts.append(texts.sentence(text))
    if not any(draft.reading.words for draft in drafts):
        return None
    whole, *parts = texts.parts(drafts)
    if may_greet:
        polite = parts.pop()  # "hello bot" is a greeting, not the word "bot" behind one
        if polite.best.entry.kind is Outcome.CHAT and polite.best.score > whole.best.score:
            whole, parts = polite, []
    is_story = len(whole.reading.words) > STORY
    return Message(text, whole, tuple(parts), tuple(parts or [whole]), is_story)


def meant(text: str) -> str:
    """What was really meant: the word an emoji stands for; nothing of "no, I meant" before it."""
    if not any(map(str.isalnum, text)):
        text = next((word for sign, word in emoji().items() if sign in text), text)
    return _before_meaning().sub("", text.strip()) or text


@cache
def _before_meaning() -> re.Pattern[str]:
    return re.compile(conversation()["meant"], re.IGNORECASE)


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
    whole = text.strip()
    bare = after.sub("", before.sub("", whole)).strip()
    return bare if bare == whole or content_words(tokenise(bare)) else text
