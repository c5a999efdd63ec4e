"""Which language a text is in, by py3langid: small, offline, the same answer every time."""

from __future__ import annotations

#: A text of fewer letters does not tell its language.
LEAST = 20


def detect(text: str) -> str:
    """A language's two letters, such as `de`; empty where the text or the library does not tell."""
    if sum(map(str.isalpha, text)) < LEAST:
        return ""
    try:
        from py3langid import classify  # noqa: PLC0415 - optional: the extra `curator`
    except ImportError:
        return ""
    return str(classify(text)[0])
