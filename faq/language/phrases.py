"""What people say around a question: politeness, emoji, words that turn a meaning round."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from faq.language.lexicon import DATA


@cache
def _phrases() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "phrases.toml").read_text(encoding="utf-8"))


@cache
def words_of(name: str) -> frozenset[str]:
    """One list of words."""
    return frozenset(_phrases()[name])


@cache
def negations() -> Mapping[str, str]:
    """Words that turn a question round, and how each does so: "not", "without" …"""
    return {word: kind for kind, words in _phrases()["negations"].items() for word in words}


@cache
def asked_for() -> Mapping[tuple[str, ...], str]:
    """How questions begin that ask for a person, a place, a time, a number or a price."""
    kinds = _phrases()["asked_for"].items()
    return {tuple(words.split()): kind for kind, lines in kinds for words in lines}


def emoji() -> Mapping[str, str]:
    """Emoji that stand for a word, and the word."""
    found: Mapping[str, str] = _phrases()["emoji"]
    return found


@cache
def politeness() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Greeting and asking before a question, thanks after it."""
    whom = f"(?: (?:{'|'.join(_phrases()['whom'])}))*"
    polite = "|".join(_phrases()["polite"]).replace("<whom>", whom)
    before = rf"^(?:(?:{polite})\b[\s,.!:;?-]*)+"
    after = rf"(?:[\s,.!:;?-]*\b(?:{polite})\b)+[\s.!?)]*$"
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)


def conversation() -> Mapping[str, Any]:
    """What people say after an answer, by what they want."""
    found: Mapping[str, Any] = _phrases()["conversation"]
    return found
