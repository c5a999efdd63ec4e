"""Finds the entries a query may mean: repaired words and meaning, pooled over each entry."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from sys import intern

import numpy as np
from threadpoolctl import ThreadpoolController

from faq.language.lexicon import english
from faq.language.spelling import Repairer
from faq.matching.cache import Cache, Trained, key
from faq.matching.calibration import calibrate, chance, signs_of_leader, trials
from faq.matching.classifier import WORD_SHARE_ALONE, WORD_SHARE_ENCODER, Sample, Scorer, scorer_for
from faq.matching.coverage import Vocabulary, burden, share_explained
from faq.matching.encoder import Encoder, load_encoder
from faq.matching.malloc import give_back
from faq.matching.query import Reader, Reading
from faq.matching.similarity import Floats, Halves
from faq.model import Candidate, Entry, FAQError

log = logging.getLogger(__name__)

#: From so many phrasings on a person would wonder what takes so long.
WORTH_A_WORD = 500
#: Held-out phrasings that tell what a score means well enough.
ENOUGH = 2_000


class Matcher:
    """Ranks entries for a query. Built once; afterwards a pure function of the query.

    `negatives` are queries no entry should answer. Without an `encoder` it uses the one that
    the setting FAQ_ENCODER names; read here, because `Matcher(entries)` alone must obey it. `like`
    is a matcher of much the same entries: what both know is taken over, which gives the same
    matcher sooner.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        *,
        negatives: Sequence[str] = (),
        encoder: Encoder | None = None,
        like: Matcher | None = None,
    ) -> None:
        self.entries = tuple(entries)
        if not self.entries:
            raise FAQError("Matcher: there are no entries. Give it at least one.")
        self._numbers = {entry.id: number for number, entry in enumerate(self.entries)}
        wordings = [[*e.phrasings, *name_of(e)] for e in self.entries] + [list(negatives)]
        texts = [text for group in wordings for text in group]
        sizes = [len(group) for group in wordings]
        self.labels = np.repeat(np.arange(len(sizes)), sizes)
        self.texts = tuple(texts)
        self.reader = reader_of(texts, encoder, like)
        self._like = like
        # More threads fight the encoder's: 8 ms a query, not 3; and on a busy machine, training
        # for minutes.
        self._blas = ThreadpoolController().select(user_api="blas")
        with self._blas.limit(limits=1):
            self._build(Cache.shared(self.reader.key))
        self._like = None
        self.reader.known = dict(zip(self.sample.words, self.sample.vectors, strict=True))
        self.vocabulary = lru_cache(maxsize=512)(self._vocabulary)
        give_back()

    def _build(self, disk: Cache) -> None:
        content = key(*self.texts, *map(str, self.labels))
        kept = disk.get(content)
        if kept is None and len(self.texts) > WORTH_A_WORD:
            log.info(
                "Learning %d phrasings. This is done once, and takes a moment …", len(self.texts)
            )
        self.sample = self._sample(kept, disk)
        self.scorer: Scorer = scorer_for(self.sample, kept.weights if kept else None)
        self.calibration = kept.calibration if kept else self._calibrated()
        if kept is None:
            texts = tuple(map(read_as, self.sample.words))
            trained = Trained(texts, self.sample.vectors, self.scorer.weights, self.calibration)
            disk.put(content, trained)

    def _sample(self, kept: Trained | None, disk: Cache) -> Sample:
        if kept:
            words = [tuple(map(intern, text.split())) for text in kept.texts]
        else:
            words = [self.reader.words(text) for text in self.texts]
        vectors = kept.vectors if kept else self._vectors(words, disk)
        share = WORD_SHARE_ENCODER if self.reader.encoder else WORD_SHARE_ALONE
        return Sample(words, vectors, self.labels, len(self.entries), share)

    def _vectors(self, words: Sequence[tuple[str, ...]], disk: Cache) -> Halves:
        """Vectors of texts, shape (texts, dimensions); those not in the cache are computed."""
        distinct = {read_as(w): w for w in words}
        if self._like:
            known = self._like.reader.known
            by_text = {text: known[w] for text, w in distinct.items() if w in known}
        else:
            by_text = dict(disk.vectors(distinct))
        new = [text for text in distinct if text not in by_text]
        if new:
            vectors = self.reader.vectors([distinct[text] for text in new]).astype(np.float16)
            by_text |= zip(new, vectors, strict=True)
        return np.stack([by_text[read_as(w)] for w in words])

    def _calibrated(self) -> Floats:
        vocabulary = cache(self._vocabulary)  # of all entries, and only for so long
        found = trials(self.sample, self.scorer, vocabulary, at_most=ENOUGH)
        return calibrate(found)

    def _vocabulary(self, entry: int) -> Vocabulary:
        """The words of one entry's phrasings."""
        return Vocabulary(self._phrasings(entry))

    def _phrasings(self, entry: int) -> Sequence[tuple[str, ...]]:
        first, end = np.searchsorted(self.labels, (entry, entry + 1))
        return self.sample.words[first:end]

    def rank(self, query: str | Reading, limit: int = 3) -> list[Candidate]:
        """The best `limit` entries, best first, with scores from 0 to 100."""
        reading = self.reader.read(query) if isinstance(query, str) else query
        with self._blas.limit(limits=1):
            logits = self.scorer.logits(reading)
        inside = logits[: len(self.entries)]
        best = np.argsort(-inside, kind="stable")[:limit]
        left = burden(self.vocabulary(int(best[0])).unexplained(reading.words))
        top = chance(self.calibration, signs_of_leader(logits, int(best[0]), left))
        ratios = np.exp(logits[best] - logits[best[0]])
        return [
            Candidate(self.entries[i], float(100 * top * ratio))
            for i, ratio in zip(best, ratios, strict=True)
        ]

    def explained(self, query: str | Reading, entry: Entry) -> float:
        """The share, 0 to 1, of what a query says that the words of an entry explain."""
        words = self.reader.words(query) if isinstance(query, str) else query.words
        return share_explained(self.vocabulary(self._numbers[entry.id]), words)

    def phrasings(self, entry: Entry) -> Sequence[tuple[str, ...]]:
        """An entry's phrasings as their repaired words."""
        return self._phrasings(self._numbers[entry.id])

    def led_right(self) -> set[tuple[str, str]]:
        """Phrasings that lead to their own entry, with its id."""
        with self._blas.limit(limits=1):
            right = np.flatnonzero(self.scorer.leaders == self.labels).tolist()
        return {(self.texts[n], self.entries[self.labels[n]].id) for n in right}

    def rank_many(self, queries: Iterable[str], limit: int = 3) -> list[list[Candidate]]:
        """`rank` for each query."""
        return [self.rank(query, limit) for query in queries]


def reader_of(texts: Sequence[str], encoder: Encoder | None, like: Matcher | None = None) -> Reader:
    """A reader of these texts; without an `encoder` with the one FAQ_ENCODER names.

    It is loaded while the texts are counted: 0.1 s of the second that a start takes.
    """
    if like:
        return Reader(Repairer(texts), like.reader.encoder, like.reader)
    if encoder:
        return Reader(Repairer(texts), encoder)
    with ThreadPoolExecutor(1) as aside:
        loading = aside.submit(load_encoder, os.environ.get("FAQ_ENCODER", "auto"))
        repairer = Repairer(texts)
    return Reader(repairer, loading.result())


def name_of(entry: Entry) -> list[str]:
    """The entry's id as one more phrasing, if real words make it up.

    `risk-blood-clots` is what a curator calls the entry; people type such keywords too. Worth
    1.5 points at 5 phrasings an entry and 0.5 at 10 on CLINC150's validation rows.
    """
    words = entry.id.replace("_", "-").split("-")
    return [" ".join(words)] if all(english().is_real(w) for w in words) else []


def read_as(words: Sequence[str]) -> str:
    """What a vector is of: two texts with the same words have the same vector."""
    return " ".join(words)
