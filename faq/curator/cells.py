"""What a cell of a workbook says: as it is shown, or as a text and nothing else."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from faq.model import FAQError

_KINDS = {"d": "a date", "b": "TRUE or FALSE", "e": "an error value"}


def linked(cell: Any) -> str:
    """What a cell shows, as a link in Markdown where all of it is one."""
    text = shown(cell)
    url = str(getattr(getattr(cell, "hyperlink", None), "target", None) or "")
    if not text or "\n" in text or url in {"", text} or not url.startswith(("http", "mailto:")):
        return text
    return f"[{text}]({url})"


def shown(cell: Any) -> str:
    """What a cell shows: numbers as their format writes them, dates as people do."""
    value = cell.value
    match value:
        case None:
            told = ""
        case bool():
            told = "TRUE" if value else "FALSE"
        case str():
            told = "" if cell.data_type == "e" else value
        case datetime() if (value.hour, value.minute, value.second) != (0, 0, 0):
            told = f"{value:%Y-%m-%d %H:%M}"
        case date():
            told = f"{value:%Y-%m-%d}"
        case time():
            told = f"{value:%H:%M}"
        case _:
            told = number_shown(value, str(cell.number_format or "General"))
    return told


_DIGITS = re.compile(r"[#0?][#0?,. ]*")


def number_shown(value: float, written: str) -> str:
    """A number as a spreadsheet's format shows it: 15 %, 12.00 €, 01067."""
    form = re.sub(r"\[[^\]]*\]", lambda m: _currency(m[0]), written.split(";", maxsplit=1)[0])
    form = re.sub(r"_.|\*.", "", form).replace("\\", "")
    if form in {"General", "@", ""} or not _DIGITS.search(form.replace('"', "")):
        return str(int(value)) if float(value).is_integer() else f"{value:.10g}"
    match = _DIGITS.search(form)
    assert match
    digits = match[0].strip()
    before, after = form[: match.start()], form[match.start() + len(digits) :]
    percent = "%" in form
    if percent:
        value *= 100
    decimals = len(digits.rpartition(".")[2]) if "." in digits else 0
    text = f"{abs(value):,.{decimals}f}" if "," in digits else f"{abs(value):.{decimals}f}"
    least = len(re.sub(r"[^0]", "", digits.partition(".")[0]))
    whole, point, rest = text.partition(".")
    if "," not in digits:
        whole = whole.zfill(least)
    if digits.endswith("#") or digits.endswith("?"):
        rest = rest.rstrip("0")
        point = point if rest else ""
    sign = "-" if value < 0 else ""
    around = (part.replace('"', "") for part in (before, after))
    left, right = around
    if percent and right.strip() == "%":
        right = " %" if right.startswith(" ") else "%"
    return f"{left}{sign}{whole}{point}{rest}{right}".strip()


def _currency(bracket: str) -> str:
    found = re.match(r"\[\$([^\]-]*)", bracket)
    return found[1] if found else ""


def text_of(written: Any, shown: Any) -> str:
    """What a cell shows, which differs from what is written in it where that is a formula.

    Raises FAQError for what is no text and no number: Excel makes a date of "1/2".
    """
    value, kind = shown.value, shown.data_type
    if value is None and written.value is None:
        return ""
    if isinstance(value, str) and kind == "s":
        return value
    if isinstance(value, int | float) and kind == "n":
        return str(int(value)) if float(value).is_integer() else str(value)
    what = _KINDS.get(kind, "a formula") if value is not None else "a formula without a value"
    raise FAQError(
        f"row {written.row}, column {written.column_letter} holds {what}, no text. "
        "Format the cell as text and write it again."
    )
