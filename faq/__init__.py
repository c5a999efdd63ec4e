"""Answers questions from one curated document."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faq.loader import load
    from faq.matching.matcher import Matcher
    from faq.model import Candidate, Entry, FAQError, Knowledge, Outcome, Reply
    from faq.responder import Responder

__version__ = "0.2.0"

__all__ = [
    "Candidate",
    "Entry",
    "FAQError",
    "Knowledge",
    "Matcher",
    "Outcome",
    "Reply",
    "Responder",
    "load",
]

_ELSEWHERE = {"Matcher": "faq.matching.matcher", "Responder": "faq.responder", "load": "faq.loader"}


def __getattr__(name: str) -> object:
    """A public name, imported when it is first asked for: who only reads a file needs no numpy."""
    if name not in __all__:
        raise AttributeError(f"module 'faq' has no attribute '{name}'")
    found: object = getattr(import_module(_ELSEWHERE.get(name, "faq.model")), name)
    return found
