"""How certain it is that an entry answers what a sentence asks: answer, ask back, or neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from faq.language.lexicon import english
from faq.matching.matcher import Matcher
from faq.matching.query import Reader, Reading, content_words
from faq.message import Message, Part
from faq.mismatch import BEGINNING, compares, is_beside, is_form, turns
from faq.model import ALERTS, INFORMING, Candidate, Entry, Knowledge, Outcome

#: What is asked back with: three entries, and as many more as may be meant, too. With one phrasing
#: an entry the right one is among the first three for 84 % of the questions, among five for 90 %
#: (docs/measure.md, "What the encoder was taught").
OFFERED, MOST_OFFERED = 3, 5
#: From this score on an entry may be meant.
NEAR = 1.0
#: A word of an entry's question names what the entry is about where it says so much
#: (`Lexicon.weight`, 0 to 10: angina 10.0, diabetes 9.3, complications 9.1, risks 8.9) and no more
#: entries have it.
RARE, NAMESAKES = 9.2, 2
#: Forms of one word begin with the same letters, so many of them.
BEGUN = 5
#: So many of a sentence's entries are pooled with those of the others.
POOLED = 8
#: A sentence that tells counts half as much as one that asks.
TELLING_SHARE = 0.5
#: Of what a query says one of the entries it is asked back with covers at least so much: who asks
#: about slugs is not helped by "How is narrowing again prevented?".
MIN_COVERAGE = 0.5
#: An entry with fewer phrasings has not shown its words.
MANY_PHRASINGS = 20
#: From this score on hardly anything else can be meant.
SURE = 90.0
#: The less an answer from the document covers, the surer it must be: what it must score where it
#: covers all, and where it covers nothing, because people write "thru" and "lol". Words alone are
#: seldom so sure, and right as often.
SURE_ENOUGH_TO_ANSWER, SURE_ENOUGH_BY_WORDS = (93.0, 96.0), (72.0, 90.0)
#: An entry that leads by so little of what its relatives share with it leads by chance.
LEADS = 0.8
#: Where an entry of another family has so much of the score, either may be meant.
RIVALS = 0.14
#: Of a message an entry covers so much if it may answer a sentence like "how is it done" there.
TOUCHED = 0.34
#: A query without a word of content says something in so many words, if the leader scores so much:
#: "where do they go in" does, "do i" and "to the of" do not.
ENOUGH_WORDS = 4
SURE_ENOUGH = 70.0
#: From this score in the whole message on an entry is meant by one word of it, too.
MEANT = 30.0
#: Of the words of a query without content and of a phrasing so many are the same.
SAME_WORDS = 2 / 3


class Certainty:
    """Says which entries answer a sentence, and which it may be asked back with."""

    def __init__(self, knowledge: Knowledge, matcher: Matcher) -> None:
        self._knowledge = knowledge
        self._matcher = matcher
        self._families = families(knowledge.entries)
        self._names = Names(knowledge.entries, matcher.reader)
        asked = {e: frozenset(matcher.phrasings(e)[0]) for e in filter(informs, knowledge.entries)}
        self._comparing = [(entry, words) for entry, words in asked.items() if compares(words)]
        chat = (e for e in knowledge.entries if e.kind is Outcome.CHAT)
        self._small_talk = {w for e in chat for p in matcher.phrasings(e) for w in p}
        #: Answering, asking back and what stands below ask for the same.
        self._coverages = lru_cache(maxsize=64)(self._coverage)
        self._answers = lru_cache(maxsize=64)(self._answer_to)

    def coverage(self, reading: Reading, entry: Entry) -> float:
        """The share, 0 to 1, of what is read that the words of an entry explain."""
        return self._coverages(reading, entry.id)

    def _coverage(self, reading: Reading, name: str) -> float:
        return self._matcher.coverage(reading, self._knowledge.by_id[name])

    def answer_to(self, part: Part, message: Message) -> Candidate | None:
        """The entry that answers a part of a message without asking back, if one does.

        Where those that compete are relatives, they add up: to be wrong among them is cheap.
        """
        return self._answers(part, message)

    def _answer_to(self, part: Part, message: Message) -> Candidate | None:
        leader = part.best
        needed = self._knowledge.thresholds.answer
        if leader.entry.kind in ALERTS or leader.score < LEADS * needed:
            return None
        covered = self.coverage(part.reading, leader.entry)
        score = leader.score
        if covered >= MIN_COVERAGE:
            relatives = (c for c in part.informing if self.is_kin(c.entry, leader.entry))
            score = max(score, min(99.0, score + sum(c.score for c in relatives)))
        entry = leader.entry
        if score < needed or not self._says_something(part, entry) or self.is_turned(part, entry):
            return None
        if entry.kind not in INFORMING:
            return leader
        if entry.kind is not Outcome.ANSWER or len(entry.phrasings) < MANY_PHRASINGS:
            return leader if self._stands_alone(message, part, entry) else None
        is_meant = (
            may_answer(entry, score, covered, needed_to_answer(self._matcher))
            and not self._has_rival(part, leader, score)
            and not self._is_beside(part, entry)
            and self._is_about(message, part, entry, covered)
        )
        return leader if is_meant else None

    def _is_about(self, message: Message, part: Part, entry: Entry, covered: float) -> bool:
        """Whether an entry tells of what a message is about, not only of a few words in it."""
        if part is message.whole:
            return not message.is_story or covered >= MIN_COVERAGE
        touched = self.coverage(message.whole.reading, entry) >= TOUCHED
        return touched or len(part.reading.content) > 1

    def _stands_alone(self, message: Message, part: Part, entry: Entry) -> bool:
        """Whether a part says enough beside what is told: "is that bad" does not.

        An entry of many phrasings has such questions among them.
        """
        if part is message.whole or len(part.reading.content) > 1:
            return True
        if len(entry.phrasings) >= MANY_PHRASINGS or all(each.asks for each in message.parts):
            return True
        return any(c.entry is entry and c.score >= MEANT for c in message.whole.informing)

    def is_turned(self, part: Part, entry: Entry) -> bool:
        """Whether a sentence turns round what an entry says; the words that do are English.

        Who has read both together has seen it.
        """
        reading = part.reading
        return (
            not self._matcher.second_opinion
            and reading.language == "en"
            and turns(reading.words, self._matcher.phrasings(entry))
        )

    def _is_beside(self, part: Part, entry: Entry) -> bool:
        reading = part.reading
        return reading.language == "en" and is_beside(reading.words, self._matcher.phrasings(entry))

    def is_kin(self, entry: Entry, other: Entry) -> bool:
        """Whether one entry names the other among its related ones."""
        return entry.id in self._families[other.id]

    def covers(self, part: Part, entry: Entry) -> bool:
        """Whether an entry covers enough of a sentence, or has too few phrasings to tell."""
        covered = self.coverage(part.reading, entry)
        return covered >= MIN_COVERAGE or len(entry.phrasings) < MANY_PHRASINGS

    def contenders(self, part: Part) -> list[Candidate]:
        """What a sentence may be asked back with."""
        first, more = part.informing[:OFFERED], part.informing[OFFERED:MOST_OFFERED]
        found = (*first, *(c for c in more if c.score >= NEAR))
        if not found or part.best.entry.kind not in ALERTS:
            return list(found)
        if self.coverage(part.reading, found[0].entry) < MIN_COVERAGE:
            return list(found)
        # The alert that leads is not meant: its share is theirs.
        share = min(part.best.score, self._knowledge.thresholds.answer) / max(found[0].score, 1.0)
        return [Candidate(c.entry, share * c.score) for c in found]

    def besides(self, part: Part, shown: Iterable[Entry]) -> list[Entry]:
        """An entry near a sentence, beyond those shown, that has its rare word or compares, too.

        "Does angina go to the shoulder" is asked of angina, whatever else stands there; "what is
        worse, a stent or just the balloon" of what tells the two apart.
        """
        shown = tuple(shown)
        named = {i for word in part.reading.content for i in self._names.of(word)}
        near = (c.entry for c in part.informing if c.entry not in shown)
        found = [entry for entry in near if entry.id in named]
        if not found and compares(part.reading.words):
            found = self._comparing_like(part, shown)
        return [] if set(found) & set(shown) else found[:1]

    def _comparing_like(self, part: Part, shown: Sequence[Entry]) -> list[Entry]:
        """The entries that compare what a sentence compares, most akin to those shown first."""
        words = set(part.reading.content)
        about = [e for e, asked in self._comparing if asked & words and self.covers(part, e)]
        return sorted(about, key=lambda e: -sum(self.is_kin(e, other) for other in shown))

    def is_likely(self, part: Part) -> bool:
        """Whether one of the entries a part may be asked back with is the right one."""
        together = sum(c.score for c in self.contenders(part))
        return together >= self._knowledge.thresholds.suggest

    def pooled(self, message: Message) -> list[Candidate]:
        """The entries any part of a message is near to, the likeliest first."""
        found: dict[str, float] = {}
        entries = self._knowledge.by_id
        for part in (message.whole, *message.parts):
            share = 1.0 if part.asks or part is message.whole else TELLING_SHARE
            for c in part.informing[:POOLED]:
                found[c.entry.id] = found.get(c.entry.id, 0.0) + share * c.score
        pooled = [Candidate(entries[i], min(100.0, score)) for i, score in found.items()]
        return sorted(pooled, key=lambda c: -c.score)

    def _has_rival(self, part: Part, leader: Candidate, score: float) -> bool:
        """Whether an entry of another family may as well be meant as those that `score` so much."""
        others = (c for c in part.informing[:OFFERED] if c.score >= RIVALS * score)
        return not all(c == leader or self.is_kin(c.entry, leader.entry) for c in others)

    def _says_something(self, part: Part, entry: Entry) -> bool:
        """Whether a query has content, or is in nearly all its words a phrasing: not "to the".

        Small talk has no content: its words are those of small talk, "thanks" of "thanks a lot".
        """
        words = set(part.reading.words)
        if entry.kind is Outcome.CHAT and words <= self._small_talk:
            return True
        if part.reading.content or (len(words) >= ENOUGH_WORDS and part.best.score >= SURE_ENOUGH):
            return True
        return any(
            len(words & set(p)) >= SAME_WORDS * len(words | set(p))
            for p in self._matcher.phrasings(entry)
        )


def needed_to_answer(matcher: Matcher) -> tuple[float, float]:
    """What an answer must score that covers all that was asked, and one that covers nothing."""
    return SURE_ENOUGH_TO_ANSWER if matcher.reader.encoder else SURE_ENOUGH_BY_WORDS


def may_answer(
    entry: Entry, score: float, covered: float, needed: tuple[float, float] = SURE_ENOUGH_TO_ANSWER
) -> bool:
    """Whether an entry above the threshold answers; a gap, which claims nothing, always does."""
    if entry.kind is not Outcome.ANSWER or len(entry.phrasings) < MANY_PHRASINGS:
        return True
    least, most = needed
    return score >= most - (most - least) * covered**2


def families(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """For every entry the ids of its relatives: those it names, and those that name it."""
    found: dict[str, set[str]] = {entry.id: set(entry.related) for entry in entries}
    for name, related in list(found.items()):
        for other in tuple(related):
            found[other].add(name)
    return {name: frozenset(related) for name, related in found.items()}


class Names:
    """The rare words that only few questions have, in one form or another, and of which entries."""

    def __init__(self, entries: Iterable[Entry], reader: Reader) -> None:
        found: dict[str, set[str]] = {}
        for entry in filter(informs, entries):
            for word in content_words(reader.words(entry.question)):
                found.setdefault(word, set()).add(entry.id)
        self._alike = _by_beginning(found.items())
        rare = {word for word in found if english().weight(word) >= RARE}
        names = {word: self.of(word) for word in rare}
        self._alike = _by_beginning((w, ids) for w, ids in names.items() if len(ids) <= NAMESAKES)

    def of(self, word: str) -> frozenset[str]:
        """The ids of the entries that a word, or a form of it, names."""
        alike = self._alike.get(word[:BEGINNING], ())
        return frozenset(i for other, ids in alike if _is_same(word, other) for i in ids)


def _by_beginning(
    words: Iterable[tuple[str, Iterable[str]]],
) -> dict[str, list[tuple[str, Iterable[str]]]]:
    """Words with what belongs to them, by the letters with which all forms of a word begin."""
    found: dict[str, list[tuple[str, Iterable[str]]]] = {}
    for word, ids in words:
        found.setdefault(word[:BEGINNING], []).append((word, ids))
    return found


def _is_same(word: str, other: str) -> bool:
    """Whether two words are forms of one: "allergy" and "allergies", not "scan" and "scam"."""
    begun = min(BEGUN, len(word), len(other))
    return word[:begun] == other[:begun] and is_form(word, other)


def informs(entry: Entry) -> bool:
    """Whether an entry can be offered as a question."""
    return entry.kind in INFORMING
