"""How alike a query and the phrasings are, by their words and by their meaning.

A similarity is a number from 0 to 1. Words count by shared words, word pairs and character
n-grams, weighted by how rare they are (TF-IDF); meaning by the angle between two vectors.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from faq.language.stems import stem
from faq.matching.query import content_words

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]

#: Character n-grams inside a word, its ends marked: "stent" gives " s", "st", … "stent".
SHORTEST, LONGEST = 2, 5
#: Sharpness of the meaning similarity exp(-3(1 - cos)). On CLINC150's validation rows 4 tells best
#: what is in the FAQ at all (AUROC .970 against .960 with 2), with one phrasing an entry 2 ranks
#: best; 3 lies between.
SHARPNESS = 3.0
#: What stands in a larger share of the documents tells little of any and takes most of the time:
#: without it a look-up among 8,000 takes 0.3 ms, not 0.9. Of few documents all is kept.
COMMON = 0.2
FEW = 50
#: Words of a text that count; what is longer is read sentence by sentence, too.
MOST_WORDS = 100


def word_features(words: Sequence[str], language: str = "en") -> Iterator[int]:
    """Words and pairs of neighbours.

    Of languages without a lexicon, whose meanings would outweigh them, stop words count in pairs
    alone: in a few phrasings a "my" may be as rare as a "parcel".
    """
    alone = words if language == "en" else content_words(words, language)
    yield from (_code(stem(word, language)) for word in alone)
    stems = [stem(word, language) for word in words]
    yield from (_code(f"{a} {b}") for a, b in pairwise(stems))


def character_features(word: str) -> Sequence[int]:
    """Character n-grams of a word."""
    padded = f" {word} "
    longest = min(LONGEST, len(padded))
    return [
        _code(padded[i : i + size])
        for size in range(SHORTEST, longest + 1)
        for i in range(len(padded) - size + 1)
    ]


def _code(feature: str) -> int:
    """A feature's CRC-32: a tenth of the memory of its letters.

    Of 100,000 features one or two share theirs with another, which does no harm.
    """
    return crc32(feature.encode("utf-8", "surrogatepass"))


class TfidfIndex:
    """Documents by feature (TF-IDF): the cosine of a query with all of them in one pass."""

    def __init__(self, documents: Iterable[Iterable[int]]) -> None:
        codes, counts, sizes = array("I"), array("f"), array("I")
        for document in documents:
            counted = Counter(document)
            codes.extend(counted.keys())
            counts.extend(counted.values())
            sizes.append(len(counted))
        self.size = len(sizes)
        self._codes, features = np.unique(np.array(codes), return_inverse=True)
        owners = np.bincount(features)
        self._idf = np.log((1 + self.size) / (1 + owners)).astype(np.float32) + 1
        smallest = np.min_scalar_type(self.size)
        owner = np.repeat(np.arange(self.size, dtype=smallest), np.array(sizes))
        weights = (1 + np.log(np.array(counts))) * self._idf[features]
        lengths = np.sqrt(np.bincount(owner, weights**2, self.size)).astype(np.float32)
        order = np.argsort(features, kind="stable")
        order = order[(owners <= max(FEW, COMMON * self.size))[features[order]]]
        self._documents = owner[order]
        self._weights = (weights / np.maximum(lengths, 1e-9)[owner])[order]
        self._starts = np.searchsorted(features[order], np.arange(len(self._codes) + 1))

    def cosine(self, features: Iterable[int]) -> Floats:
        """The cosine with every document, shape (documents,)."""
        counted = Counter(features)
        codes = np.fromiter(counted.keys(), np.uint32, len(counted))
        numbers = np.searchsorted(self._codes, codes)
        known = self._codes[np.minimum(numbers, len(self._codes) - 1)] == codes
        if not known.any():
            return np.zeros(self.size, dtype=np.float32)
        numbers = numbers[known]
        counts = np.fromiter(counted.values(), np.float32, len(counted))[known]
        weights = (1 + np.log(counts)) * self._idf[numbers]
        weights /= max(float(np.linalg.norm(weights)), 1e-9)
        starts = self._starts[numbers]
        lengths = self._starts[numbers + 1] - starts
        ends = np.cumsum(lengths)
        at = np.arange(ends[-1]) + np.repeat(starts - ends + lengths, lengths)
        scores = self._weights[at] * np.repeat(weights, lengths)
        return np.bincount(self._documents[at], scores, self.size).astype(np.float32)


class LexicalSimilarity:
    """Similarity by words: half whole words, half character n-grams."""

    def __init__(self, phrasings: Sequence[Sequence[str]], language: str = "en") -> None:
        self._language = language
        self._words = TfidfIndex(word_features(p, language) for p in phrasings)
        of_word = cache(self._characters_of)  # phrasings share most of their words
        self._characters = TfidfIndex(chain.from_iterable(map(of_word, p)) for p in phrasings)

    def similarity(self, words: Sequence[str]) -> Floats:
        """Similarity to every phrasing, shape (phrasings,), 0 to 1."""
        words = words[:MOST_WORDS]
        whole = self._words.cosine(word_features(words, self._language))
        inside = self._characters.cosine(chain.from_iterable(map(self._characters_of, words)))
        return np.asarray((whole + inside) / 2)

    def _characters_of(self, word: str) -> Sequence[int]:
        return character_features(stem(word, self._language))


def meaning_similarity(vectors: Floats, vector: Floats) -> Floats:
    """Similarity of unit vectors (n, d) to one (d,), or to m of them (m, d): (n,) or (n, m)."""
    return np.asarray(np.exp(SHARPNESS * (vectors @ vector.T - 1)), dtype=np.float32)
