"""Finds the entries a query may mean: repaired words and meaning, pooled over each entry."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, cached_property, lru_cache
from sys import intern

import numpy as np
from threadpoolctl import ThreadpoolController

from faq.language.spelling import Repairer
from faq.matching.background import (
    RELATED,
    RELATED_BAGS,
    background_questions,
    unrelated,
)
from faq.matching.cache import Cache, Trained, key
from faq.matching.calibration import (
    Trial,
    calibrate,
    held_out,
    odds_to_first,
    signs_of,
)
from faq.matching.classifier import (
    WORD_SHARE_ALONE,
    WORD_SHARE_ENCODER,
    Ints,
    KernelRidge,
    TrainingSet,
)
from faq.matching.coverage import Vocabulary, coverage_of
from faq.matching.encoder import Encoder, load_encoder
from faq.matching.malloc import give_back
from faq.matching.priors import PRIORS, Priors
from faq.matching.query import Reader, Reading
from faq.matching.second_opinion import FEW_PHRASINGS, READ_AGAIN, SecondOpinion
from faq.matching.similarity import Floats, Halves
from faq.matching.texts import read_as, texts_of
from faq.model import IN_SCOPE_SHARE, Candidate, Entry, FAQError

log = logging.getLogger(__name__)

#: From so many phrasings on a person would wonder what takes so long.
WORTH_A_WORD = 500
#: What an entry scores at least that is asked for in words a curator wrote for it.
WORD_FOR_WORD = 97.0
#: Held-out phrasings that tell what a score means well enough.
ENOUGH = 2_000


class Matcher:
    """Ranks entries for a query. Built once; afterwards a pure function of the query.

    `negatives` are queries no entry should answer; of all queries `in_scope_share`, 0 to 1, are
    thought to have an entry. Without an `encoder` it uses the one that
    the setting FAQ_ENCODER names; read here, because `Matcher(entries)` alone must obey it. `like`
    is a matcher of much the same entries: what both know is taken over, which gives the same
    matcher sooner.
    """

    def __init__(  # noqa: PLR0913 - all but the entries are given by name
        self,
        entries: Iterable[Entry],
        *,
        negatives: Sequence[str] = (),
        encoder: Encoder | None = None,
        language: str = "en",
        in_scope_share: float = IN_SCOPE_SHARE,
        like: Matcher | None = None,
    ) -> None:
        self.entries = tuple(entries)
        if not self.entries:
            raise FAQError("Matcher: there are no entries. Give it at least one.")
        self._numbers = {entry.id: number for number, entry in enumerate(self.entries)}
        groups = [texts_of(entry) for entry in self.entries]
        groups.append([(text, True) for text in negatives])
        sizes = [len(group) for group in groups]
        self.labels = np.repeat(np.arange(len(sizes)), sizes)
        self.texts = tuple(text for group in groups for text, _ in group)
        self.written = np.array([written for group in groups for _, written in group])
        self.reader = reader_of(self.texts, encoder, like, language)
        self._like = like
        self._in_scope_share = in_scope_share
        # More threads fight the encoder's: 8 ms a query, not 3; and on a busy machine, training
        # for minutes.
        self._blas = ThreadpoolController().select(user_api="blas")
        with self._blas.limit(limits=1):
            self._build(Cache.shared(self.reader.key))
        self._like = None
        self.reader.remember(self.training_set.words, self.training_set.vectors)
        self.vocabulary = lru_cache(maxsize=512)(self._vocabulary)
        self.second_opinion = self._opinion_where_few()
        give_back()

    def _opinion_where_few(self) -> SecondOpinion | None:
        """Who is asked besides, where the entries have few phrasings."""
        if not self._has_few_phrasings or not self.reader.cross_encoder:
            return None
        return SecondOpinion(self.reader.cross_encoder, self.reader)

    @property
    def _has_few_phrasings(self) -> bool:
        phrasings = sum(len(entry.phrasings) for entry in self.entries)
        return phrasings <= FEW_PHRASINGS * len(self.entries)

    def _build(self, disk: Cache) -> None:
        content = key(*self.texts, *map(str, self.labels), *map(str, self.written))
        kept = disk.get(content)
        if kept is None and len(self.texts) > WORTH_A_WORD:
            log.info(
                "Learning %d phrasings. This is done once, and takes a moment …", len(self.texts)
            )
        self.training_set = self._training_set(kept, disk)
        self.model = KernelRidge(self.training_set, kept.solution if kept else None)
        learnt = kept.calibration if kept else calibrate(self.trials(), self._priors)
        self.calibration = learnt.asked_in_scope(self._in_scope_share)
        if kept is None:
            texts = tuple(map(read_as, self.training_set.words))
            vectors, solution = self.training_set.vectors, self.model.solution
            disk.put(content, Trained(texts, vectors, solution, learnt))

    @property
    def _priors(self) -> Priors:
        if self.reader.encoder:
            return PRIORS["encoder" if self._has_few_phrasings else "encoder, more phrasings"]
        return PRIORS["words" if self.reader.language == "en" else "stems"]

    def _training_set(self, kept: Trained | None, disk: Cache) -> TrainingSet:
        if kept:
            words = [tuple(map(intern, text.split())) for text in kept.texts]
            vectors = kept.vectors
        else:
            words = [self.reader.words(text) for text in self.texts]
            vectors = self._vectors(words, disk)
            other, of_other = self._background(vectors, disk)
            words, vectors = [*words, *other], np.concatenate((vectors, of_other))
        self._add_background(words[len(self.texts) :])
        share = WORD_SHARE_ENCODER if self.reader.encoder else WORD_SHARE_ALONE
        labels, written, entries = self.labels, self.written, len(self.entries)
        language = self.reader.language
        return TrainingSet(words, vectors, labels, written, entries, share, language)

    def _background(self, own: Halves, disk: Cache) -> tuple[Sequence[tuple[str, ...]], Halves]:
        """Words and vectors of questions about everything else, in a language that is read."""
        read = self.reader.encoder or self.reader.language == "en"
        words = [self.reader.words(text) for text in background_questions()] if read else []
        if not words:
            return [], own[:0]
        vectors = self._vectors(words, disk)
        kept = unrelated(vectors, own, RELATED if self.reader.encoder else RELATED_BAGS)
        return [words[number] for number in kept.tolist()], vectors[kept]

    def _add_background(self, words: Sequence[tuple[str, ...]]) -> None:
        """Count these among the negatives."""
        self.texts += tuple(map(read_as, words))
        self.labels = np.append(self.labels, np.full(len(words), len(self.entries)))
        self.written = np.append(self.written, np.full(len(words), True))

    def _vectors(self, words: Sequence[tuple[str, ...]], disk: Cache) -> Halves:
        """Vectors of texts, shape (texts, dimensions); those not in the cache are computed."""
        distinct = {read_as(w): w for w in words}
        if self._like:
            known = ((text, self._like.reader.known(w)) for text, w in distinct.items())
            by_text = {text: vector for text, vector in known if vector is not None}
        else:
            by_text = dict(disk.vectors(distinct))
        new = [text for text in distinct if text not in by_text]
        if new:
            vectors = self.reader.vectors([distinct[text] for text in new]).astype(np.float16)
            by_text |= zip(new, vectors, strict=True)
        return np.stack([by_text[read_as(w)] for w in words])

    def trials(self, at_most: int = ENOUGH) -> list[Trial]:
        """Held-out phrasings of the FAQ, asked as if they were new queries."""
        vocabulary = cache(self._vocabulary)  # of all entries, and only for so long
        with self._blas.limit(limits=1):
            return held_out(self.training_set, self.model, vocabulary, at_most)

    def _vocabulary(self, entry: int) -> Vocabulary:
        """The words of one entry's phrasings, and of its answer."""
        first, end = np.searchsorted(self.labels, (entry, entry + 1))
        return Vocabulary(self.training_set.words[first:end], self.reader.language)

    def rank(self, query: str | Reading, limit: int = 3) -> list[Candidate]:
        """The best `limit` entries, best first, with scores from 0 to 100."""
        reading = self.reader.read(query) if isinstance(query, str) else query
        [ranked] = self.rank_many([reading], max(limit, READ_AGAIN))
        return self.read_again(reading, ranked)[:limit]

    def rank_many(self, queries: Iterable[str | Reading], limit: int = 3) -> list[list[Candidate]]:
        """The same for many queries, in one pass over all texts, and without a second opinion."""
        readings = [self.reader.read(q) if isinstance(q, str) else q for q in queries]
        with self._blas.limit(limits=1):
            fits = self.model.fit(readings)
        return [
            self._best(reading, outputs[: len(self.entries)], nearest, limit)
            for reading, (outputs, nearest) in zip(readings, fits, strict=True)
        ]

    def read_again(self, reading: Reading, ranked: Sequence[Candidate]) -> list[Candidate]:
        """What `rank_many` found, with a second opinion on what leads, where one is needed."""
        if self.second_opinion is None or reading.words in self._by_words:
            return list(ranked)
        return self.second_opinion.pooled(reading, ranked)

    def _best(
        self, reading: Reading, outputs: Floats, nearest: float, limit: int
    ) -> list[Candidate]:
        """The entries that fit best, with their scores."""
        best = np.argsort(-outputs, kind="stable")[:limit]
        scores = self._scores(outputs, best, nearest, reading)
        ranked = [
            Candidate(self.entries[i], score)
            for i, score in zip(best.tolist(), scores.tolist(), strict=True)
        ]
        own = self._by_words.get(reading.words)
        return ranked if own is None else _first(self.entries[own], ranked)[:limit]

    def _scores(self, outputs: Floats, best: Ints, nearest: float, reading: Reading) -> Floats:
        """Scores from 0 to 100 of the entries `best`, the first of which leads."""
        leader = int(best[0])
        covered = coverage_of(self.vocabulary(leader), reading.words)
        signs = signs_of(outputs, leader, covered, nearest)
        odds = odds_to_first(outputs[best], float(outputs[leader]))
        scores: Floats = self.calibration.scores(signs, odds)
        return scores

    @cached_property
    def _by_words(self) -> Mapping[tuple[str, ...], int]:
        """The entry of each phrasing, by its words; not of what two entries have."""
        found: dict[tuple[str, ...], int] = {}
        shared: set[tuple[str, ...]] = set()
        numbers = np.flatnonzero(self.written & (self.labels < len(self.entries))).tolist()
        for number in numbers:
            words, entry = self.training_set.words[number], int(self.labels[number])
            if found.setdefault(words, entry) != entry:
                shared.add(words)
        return {words: entry for words, entry in found.items() if words not in shared}

    def coverage(self, query: str | Reading, entry: Entry) -> float:
        """The share, 0 to 1, of what a query says that the words of an entry cover."""
        words = self.reader.words(query) if isinstance(query, str) else query.words
        return coverage_of(self.vocabulary(self._numbers[entry.id]), words)

    def phrasings(self, entry: Entry) -> Sequence[tuple[str, ...]]:
        """An entry's phrasings as their repaired words."""
        first, end = np.searchsorted(self.labels, np.array([0, 1]) + self._numbers[entry.id])
        words, written = self.training_set.words, self.written
        return [words[number] for number in range(first, end) if written[number]]

    def led_right(self) -> set[tuple[str, str]]:
        """Phrasings that lead to their own entry, with its id."""
        numbers = np.flatnonzero(self.written & (self.labels < len(self.entries)))
        with self._blas.limit(limits=1):
            leaders = self.model.fitted(numbers)[:, : len(self.entries)].argmax(axis=1)
        right = numbers[leaders == self.labels[numbers]].tolist()
        return {(self.texts[n], self.entries[self.labels[n]].id) for n in right}


def reader_of(
    texts: Sequence[str],
    encoder: Encoder | None,
    like: Matcher | None = None,
    language: str = "en",
) -> Reader:
    """A reader of these texts; without an `encoder` with the one FAQ_ENCODER names.

    It is loaded while the texts are counted: 0.1 s of the second that a start takes.
    """
    if like:
        return Reader(Repairer(texts, language), like.reader.encoder, like.reader)
    if encoder:
        return Reader(Repairer(texts, language), encoder)
    with ThreadPoolExecutor(1) as aside:
        loading = aside.submit(load_encoder, os.environ.get("FAQ_ENCODER", "auto"), language)
        repairer = Repairer(texts, language)
    return Reader(repairer, loading.result())


def _first(own: Entry, ranked: Sequence[Candidate]) -> list[Candidate]:
    """The entry asked for in its own words first, and all others what that leaves."""
    score = max([WORD_FOR_WORD, *(c.score for c in ranked if c.entry is own)])
    others = [c for c in ranked if c.entry is not own]
    return [Candidate(own, score), *(replace(c, score=min(c.score, 100 - score)) for c in others)]
