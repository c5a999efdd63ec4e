"""How old a reader must be for a text: the Flesch-Kincaid grade, turned into years.

Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas" (US Navy, 1975):
0.39 words a sentence + 11.8 syllables a word - 15.59 = US school grade; grade 1 begins at six.
Syllables are estimated from spelling, so a year more or less means nothing.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^.!?:;\n]*[^\W_][^.!?:;\n]*")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyäöüéèêáàóúíâôû]+")
#: A last e, ed, es that is not spoken: made, whole, stopped, takes; not table, wanted, boxes.
_SILENT = re.compile(
    r"(?:(?<![aeiouyl])e|(?<=[aeiouy]l)e|(?<![aeioudty])(?<![^aeiouyl]l)ed"
    r"|(?<![aeiouycgshxz])(?<![^aeiouyl]l)es)$"
)


def syllables(word: str) -> int:
    """Syllables of an English word, by its groups of vowels and its silent endings."""
    plain = word.lower()
    spoken = len(_VOWELS.findall(plain)) - len(_SILENT.findall(plain))
    return max(1, spoken)


def reading_age(text: str) -> float:
    """The age in years from which a text reads with ease; 0 for a text without words."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = len(_SENTENCE.findall(text))
    spoken = sum(syllables(word) for word in words)
    grade = 0.39 * len(words) / max(1, sentences) + 11.8 * spoken / len(words) - 15.59
    return max(5.0, grade + 5)
