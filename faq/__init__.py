"""Answers questions from one curated document."""

from faq.knowledge import Candidate, Entry, FAQError, Knowledge, Outcome, Reply
from faq.loader import load
from faq.matcher import Matcher
from faq.responder import Responder

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
