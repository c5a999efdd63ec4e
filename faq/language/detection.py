"""Which language a text is in, by py3langid: small, offline, the same answer every time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

#: Codes a text is told apart by: what the multilingual encoder reads, and what else people write in
#: most. Fewer languages make fewer mistakes in texts of three words.
LANGUAGES = (
    *("ar", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it"),
    *("ja", "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"),
)
#: How much likelier than any other language the FAQ's own is, before a word is read, and English,
#: which people fall back on. So of 270 short questions in nine languages none is taken for another
#: where its own is the FAQ's, and 95 % of the others are told (tests/foreign_questions.jsonl); of
#: 905 English ones asked of FAQs in seven languages 98 % are told, none as a third language.
OWN, ENGLISH = 16.0, 12.0
#: How sure it must be then.
SURE = 0.5
#: A document of fewer letters does not tell its language.
LEAST = 20


def detect(document: str) -> str:
    """The language of a longer text, any of 139, such as `de`; empty where that isn't clear."""
    if sum(map(str.isalpha, document)) < LEAST:
        return ""
    try:
        from py3langid import classify  # noqa: PLC0415 - optional: the extra `curator`
    except ImportError:
        return ""
    return str(classify(document)[0])


def language_of(text: str, expected: str = "") -> str | None:
    """The code of a message's language; None if that isn't clear, or the extra isn't installed.

    `expected` is the language of the FAQ, empty where there is none.
    """
    rank = _classifier()
    if rank is None or not any(map(str.isalpha, text)):
        return None
    prior = {"en": ENGLISH, expected: OWN}
    likely = {code: chance * prior.get(code, 1.0) for code, chance in rank(text.lower())}
    best = max(likely, key=lambda code: likely[code])
    return best if likely[best] >= SURE * sum(likely.values()) else None


@cache
def _classifier() -> Callable[[str], Sequence[tuple[str, float]]] | None:
    """Read once: it takes a second and 80 MB."""
    try:
        from py3langid.langid import (  # noqa: PLC0415 - optional: the extra `multilingual`
            MODEL_FILE,
            LanguageIdentifier,
        )
    except ImportError:
        return None
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    rank: Callable[[str], Sequence[tuple[str, float]]] = identifier.rank
    return rank
