"""Rows of a sheet that hold no question with an answer: yet to be written, failed, or a sum."""

from __future__ import annotations

import re

__all__ = ["left_out"]

#: What people write where an answer is to come, and a spreadsheet where a formula fails.
_TO_COME = re.compile(
    r"\?{2,}.*|[-–—.…_]+"
    r"|(?:todo|tbd|tbc|tba|fixme|xxx+|n/?a|offen|pendiente|à compléter|da definire)\b.{0,30}"
    r"|#(?:ref|n/a|name|value|wert|bezug|div/0|nv)[!?]?",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"(?:grand )?(?:total|sum|summe|gesamt|suma|somme|totale|итого)\s*:?", re.IGNORECASE
)
_NUMBER = re.compile(r"\W*\d[\d.,\s]*\W*")


def left_out(question: str, answer: str) -> str | None:
    """Why a row makes no entry, with the cure: empty for a sum, None where it makes one."""
    if not question:
        return "no question. Fill it in, or delete the row"
    if not answer:
        return f"“{question}” has no answer. Fill it in, or delete the row"
    if _SUM.fullmatch(question) and _NUMBER.fullmatch(answer):
        return ""
    if _TO_COME.fullmatch(answer):
        return f"“{question}” is left out, as its answer is “{answer}”. Write it, or delete the row"
    return None
