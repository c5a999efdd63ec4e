"""Answers questions from one curated document."""

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
