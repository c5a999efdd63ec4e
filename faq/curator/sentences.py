"""Splits a paragraph into sentences by a short rule: good for prose, for a person to read over."""

from __future__ import annotations

import re

#: Words after which a full stop ends no sentence.
ABBREVIATIONS = re.compile(
    r"mr|mrs|ms|dr|prof|st|sr|jr|vs|etc|eg|ie|e\.g|i\.e|cf|figs?|vol|pp?|approx|dept|est|inc|ltd|co"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|u\.s|u\.k|a\.m|p\.m",
    re.IGNORECASE,
)
#: Marks that end a sentence, quotation marks and brackets that close, and what opens the next.
_END = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019)\]]*\s+(?=[\"'\u201c\u2018(\[]*[^\W_a-z])")
_LAST_WORD = re.compile(r"(\S+?)[.!?\u2026]+[\"'\u201d\u2019)\]]*\s*$")
_LIST_NUMBER = re.compile(r"^\(?(\d{1,3}|[ivxIVX]+|[A-Za-z])$")


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, spaces made single."""
    text = " ".join(paragraph.split())
    found, start = [], 0
    for end in _END.finditer(text):
        if not _goes_on(text[start : end.end()]):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [*found, text[start:]] if text[start:] else found


def _goes_on(so_far: str) -> bool:
    """Whether what looks like an end is an abbreviation, an initial, or the number of a list."""
    last = _LAST_WORD.search(so_far)
    if last is None or not last[0].rstrip().endswith("."):
        return False
    word = last[1].strip("(\"'\u201c\u2018[")
    initial = len(word) == 1 and word.isupper() and word != "I"
    numbered = bool(_LIST_NUMBER.match(word)) and so_far.strip() == last[0].strip()
    return ABBREVIATIONS.fullmatch(word) is not None or initial or numbered
