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
#: How sure it must be: at 0.5 it names 267 of 270 short questions in nine languages right
#: (tests/foreign_questions.jsonl); what it takes English words for is sorted out by a word list.
SURE = 0.5
#: And how unlikely the language must be that is expected: so none of those 270 is taken for another
#: where it is the FAQ's, and 89 % of the others are told; at 0.3 Russian passes for Ukrainian.
UNLIKELY = 0.03
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


def language_of(text: str, sure: float = SURE, expected: str = "") -> str | None:
    """The code of a message's language; None if that isn't clear, or the extra isn't installed.

    Nor is it clear where it may as well be the `expected` one.
    """
    rank = _classifier()
    if rank is None or not any(map(str.isalpha, text)):
        return None
    ranked = rank(text.lower())
    code, confidence = ranked[0]
    likely = code != expected and dict(ranked).get(expected, 0) > UNLIKELY
    return code if confidence >= sure and not likely else None


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
