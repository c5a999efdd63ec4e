"""What a cell of a workbook says: as it is shown, or as a text and nothing else."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
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
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            told = f"{minutes // 60}:{minutes % 60:02}"
        case date() | time():
            told = moment_shown(value, str(cell.number_format or ""))
        case _:
            told = number_shown(value, str(cell.number_format or "General"))
    return told


#: Parts of a format of dates and times: y, m, d, h and s by how often they stand, texts, signs.
_MOMENT = re.compile(r"y+|m+|d+|h+|s+|am/pm|a/p|\"[^\"]*\"|\\.|.", re.IGNORECASE)
_ENGLISH = re.compile(r"\[\$-(?:[0-9A-F]*)(?:409|809|C09|1009|1409|1809)\]", re.IGNORECASE)
#: Formats that every country's Excel shows in its own way.
_BY_COUNTRY = frozenset({"mm-dd-yy", "m/d/yy h:mm", "general", "@", ""})


def moment_shown(value: date | time, written: str) -> str:
    """A date or time as a spreadsheet's format shows it.

    As ISO 8601 where the format leaves that to the country, or names months in its language.
    """
    form = re.sub(r"\[[^\]]*\]|_.|\*.", "", written.partition(";")[0])
    named = re.search(r"mmm|ddd", form, re.IGNORECASE) and not _ENGLISH.match(written)
    if form.lower() in _BY_COUNTRY or named:
        form = "yyyy-mm-dd" if isinstance(value, date) else "hh:mm"
        if isinstance(value, datetime) and value.time() != time():
            form += " hh:mm"
    told, before = "", ""
    halved = re.search(r"am/pm|a/p", form, re.IGNORECASE) is not None
    for part in _MOMENT.findall(form):
        told += _part_shown(value, part.lower(), before, halved=halved) or part.strip('"\\')
        before = part[0].lower() if part[0].isalpha() else before
    return told.strip()


def _part_shown(value: date | time, part: str, before: str, *, halved: bool) -> str:
    """What one part of a format shows; empty where it is a text. Minutes stand behind hours."""
    day = value if isinstance(value, date) else date(1899, 12, 30)
    clock = value if isinstance(value, datetime | time) else time()
    hour = (clock.hour + 11) % 12 + 1 if halved else clock.hour
    width = "02" if len(part) > 1 else ""
    numbers = {
        "y": f"{day.year:04}"[-2 if len(part) < 3 else 0 :],
        "m": f"{clock.minute if before == 'h' else day.month:{width}}",
        "d": f"{day.day:{width}}",
        "h": f"{hour:{width}}",
        "s": f"{clock.second:{width}}",
        "a": "AM" if clock.hour < 12 else "PM",
    }
    names = {"mmm": "%b", "mmmm": "%B", "ddd": "%a", "dddd": "%A"}
    if part in names:
        return f"{day:{names[part]}}"
    known = part[0] * len(part) == part or part in {"am/pm", "a/p"}
    return numbers.get(part[0], "") if known and part != "a" else ""


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
