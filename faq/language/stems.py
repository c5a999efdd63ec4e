"""What the bot knows of a language before it reads a FAQ: words that say little, and stems.

Stems stand in for the word list and the word meanings that English has: "Öffnungszeiten" and
"Öffnungszeit" are one word. The stop words are those of the package `stop-words`, the stems
Snowball's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from threading import Lock
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from faq.language.lexicon import DATA
from faq.language.tokens import tokenise

#: Places of a bag of stems: of 300 stems five share theirs with another, which does no harm.
DIMENSIONS = 8192

#: Snowball's names of the languages that it has stems of.
SNOWBALL = {
    **{"ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german"},
    **{"el": "greek", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian"},
    **{"fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian"},
    **{"hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian"},
    **{"ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese"},
    **{"ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil"},
    **{"tr": "turkish"},
}


@cache
def stop_words(language: str = "en") -> frozenset[str]:
    """Words that say little about what is asked; of English people and days as well."""
    if language == "en":
        return frozenset((DATA / "function_words.txt").read_text(encoding="utf-8").split())
    from stop_words import safe_get_stop_words  # noqa: PLC0415 - not for an English FAQ

    listed = safe_get_stop_words(language)
    return frozenset(word for each in listed for word in tokenise(each, language))


def stem(word: str, language: str) -> str:
    """What the forms of a word have in common, without accents; an English word as it is."""
    return word if language == "en" else _stemmer(language)(word)


def bag(words: Iterable[str], language: str) -> NDArray[np.float32]:
    """The unit vector of the stems of a text, shape (DIMENSIONS,); zero if it says nothing."""
    said = {stem(word, language) for word in words if word not in stop_words(language)}
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    vector[[crc32(each.encode()) % DIMENSIONS for each in said]] = 1
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    import snowballstemmer  # noqa: PLC0415 - not for an English FAQ

    name = SNOWBALL.get(language, language)
    if name not in snowballstemmer.algorithms():
        return _without_accents
    stemmer, lock = snowballstemmer.stemmer(name), Lock()

    def stem_of(word: str) -> str:
        with lock:  # it keeps the word it works on, and a change is tried while others ask
            return _without_accents(stemmer.stemWord(word))

    return lru_cache(maxsize=20_000)(stem_of)


def _without_accents(word: str) -> str:
    """Many people leave them out: "envio" is "envío"."""
    if word.isascii():
        return word
    parts: Sequence[str] = unicodedata.normalize("NFD", word)
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")
