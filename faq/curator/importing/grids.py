"""Sheets (.csv, .tsv, .xlsx) as grids of what their cells show."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from faq.curator.importing.text import decoded
from faq.model import FAQError

MOST_ROWS = 20_000
MOST_COLUMNS = 200
#: So many empty rows end a sheet: a cursor may once have stood far below.
MOST_EMPTY = 500
#: Bytes of a workbook up to which its links are read: they are known only once all of it is.
LINKS_UP_TO = 1_000_000

Grid = list[list[str]]


def csv_grid(file: Path) -> tuple[str, Grid]:
    """A CSV's cells; what parts them is found out."""
    text = decoded(file.read_bytes(), file.name)
    first, _, rest = text.partition("\n")
    if told := re.fullmatch(r"sep=(.)\r?", first.strip("\ufeff")):
        text = rest
    delimiter = told[1] if told else _delimiter(text, file)
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        grid = [[_unquoted(cell) for cell in row] for row in _counted(reader, file.name)]
        if delimiter == "\t":  # QnA Maker writes the end of a line as two signs
            grid = [[cell.replace("\\n", "\n") for cell in row] for row in grid]
    except csv.Error as error:
        raise FAQError(f"{file.name}: no sound table ({error}). Export it again.") from None
    return file.stem, grid


def _counted(rows: Any, name: str) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise FAQError(f"{name}: more than {MOST_ROWS} rows. Split it.")
        yield row[:MOST_COLUMNS]


def _unquoted(cell: str) -> str:
    return re.sub(r"^'(?='*[=+\-@\t])", "", cell)


def _delimiter(text: str, file: Path) -> str:
    """What parts the cells: the sign that gives the most rows of one width above 1."""
    if file.suffix.lower() == ".tsv":
        return "\t"
    sample = text[:20_000]

    def fit(sign: str) -> tuple[int, int]:
        widths = [
            len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if row
        ]
        many = [w for w in widths if w > 1]
        return (max(map(many.count, set(many)), default=0), 0)

    return max(",;\t|", key=fit)


def xlsx_grids(file: Path) -> list[tuple[str, Grid]]:
    """The cells of every sheet of a workbook, as they are shown."""
    try:
        import openpyxl  # noqa: PLC0415 - optional: the extra `curator`
    except ImportError:
        raise FAQError(
            "XLSX needs openpyxl. Install the extra: pip install '.[curator]'."
        ) from None
    try:
        large = file.stat().st_size > LINKS_UP_TO
        book = openpyxl.load_workbook(file, read_only=large, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        return [(sheet.title, _cells(sheet, file.name)) for sheet in sheets]
    except FAQError:
        raise
    except OSError as error:
        raise FAQError(f"{file}: cannot be read ({error.strerror}). Check the name.") from None
    except Exception as error:  # openpyxl, zipfile and the XML parser raise many kinds
        raise FAQError(f"{file.name}: no sound XLSX ({error}). Save it again as .xlsx.") from None


def _cells(sheet: Any, name: str) -> Grid:
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # what the file says of its size need not be true
    grid: Grid = []
    empty = 0
    for row in sheet.iter_rows(max_col=MOST_COLUMNS):
        texts = [_linked(cell) for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        empty = 0 if texts else empty + 1
        if empty > MOST_EMPTY:
            break
        grid.append(texts)
        if len(grid) > MOST_ROWS:
            raise FAQError(f"{name}: more than {MOST_ROWS} rows. Split it.")
    while grid and not grid[-1]:
        grid.pop()
    return grid


def _linked(cell: Any) -> str:
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
