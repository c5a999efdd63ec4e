"""Tables on disk, as CSV or XLSX: a list of rows, each a text by column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from faq.model import FAQError

#: What a cell of Excel takes; a longer text would be cut off without a word.
LONGEST_CELL = 32_767
#: With these a cell of a CSV begins that a spreadsheet would run; a ' before it stops that.
_ACTIVE = r"[=+\-@\t]"
_KINDS = {"d": "a date", "b": "TRUE or FALSE", "e": "an error value"}
Row = dict[str, str]


def read_sheet(file: Path) -> list[Row]:
    """The rows under the heading row. Raises `FAQError` where the file is no such table."""
    cells = _read_xlsx(file) if _is_xlsx(file) else _read_csv(file)
    heading = [cell.strip().lower() for cell in next(iter(cells), [])]
    if "id" not in heading:
        raise FAQError(f"{file}: row 1 has no column id. Begin with the row an export writes.")
    twice = [name for name in filter(None, heading) if heading.count(name) > 1]
    if twice:
        raise FAQError(f"{file}: row 1 has two columns {twice[0]}. Keep one of them.")
    return [_row(heading, line, f"{file}: row {n}") for n, line in enumerate(cells[1:], 2)]


def _row(heading: Sequence[str], line: Sequence[str], place: str) -> Row:
    """A row by column; what a short row lacks is not there, rather than empty."""
    for name, cell in zip_longest(heading, line, fillvalue=""):
        if cell.strip() and not name:
            raise FAQError(f"{place}: {cell.strip()[:40]!r} stands under no heading. Move it.")
    return {name: cell for name, cell in zip(heading, line, strict=False) if name}


def write_sheet(file: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a heading row and the rows, a missing column as an empty cell."""
    cells = [list(columns), *([row.get(c, "") for c in columns] for row in rows)]
    for number, line in enumerate(cells, 1):
        for column, cell in zip(columns, line, strict=True):
            if len(cell) > LONGEST_CELL:
                raise FAQError(f"row {number}, {column}: longer than a cell can be. Shorten it.")
    try:
        _write_xlsx(file, cells) if _is_xlsx(file) else _write_csv(file, cells)
    except OSError as error:
        raise FAQError(f"{file}: cannot be written ({error}). Choose another place.") from None


def _is_xlsx(file: Path) -> bool:
    if file.suffix.lower() not in {".csv", ".xlsx"}:
        raise FAQError(f"{file}: neither .csv nor .xlsx. Name it with one of these endings.")
    return file.suffix.lower() == ".xlsx"


def _read_csv(file: Path) -> list[list[str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FAQError(f"{file}: not UTF-8. Save it as “CSV UTF-8”.") from None
    except OSError as error:
        raise FAQError(f"{file}: cannot be read ({error}). Check the name.") from None
    first, _, rest = text.partition("\n")
    if told := re.fullmatch(r"sep=(.)\r?", first):  # a line that speaks to Excel only
        text = rest
    # Excel writes what the country's commas leave free.
    delimiter = told[1] if told else max(",;\t", key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [[re.sub(f"^'(?='*{_ACTIVE})", "", cell) for cell in line] for line in lines]
    except csv.Error as error:
        raise FAQError(f"{file}: no sound CSV ({error}). Export it again.") from None


def _write_csv(file: Path, cells: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:  # the mark tells Excel: UTF-8
        csv.writer(out).writerows([[_inert(cell) for cell in line] for line in cells])


def _inert(cell: str) -> str:
    """A text no spreadsheet takes for a formula: people ask what they like, curators open it."""
    return f"'{cell}" if re.match(f"'*{_ACTIVE}", cell) else cell


def _read_xlsx(file: Path) -> list[list[str]]:
    try:
        import openpyxl  # noqa: PLC0415 - optional: the extra `curator`
    except ImportError:
        raise FAQError(
            "XLSX needs openpyxl. Install the extra: pip install '.[curator]'."
        ) from None
    try:
        written, shown = (
            openpyxl.load_workbook(file, read_only=True, data_only=values).worksheets[0]
            for values in (False, True)
        )
        both = zip(written.iter_rows(), shown.iter_rows(), strict=True)
        return [[_as_text(*cells) for cells in zip(*rows, strict=True)] for rows in both]
    except FAQError as error:
        raise FAQError(f"{file}: {error}") from None
    except OSError as error:
        raise FAQError(f"{file}: cannot be read ({error}). Check the name.") from None
    except Exception as error:  # openpyxl, zipfile and the XML parser raise many kinds
        raise FAQError(f"{file}: no sound XLSX ({error}). Export it again.") from None


def _as_text(written: Any, shown: Any) -> str:
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


def _write_xlsx(file: Path, cells: Sequence[Sequence[str]]) -> None:
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - optional: the extra `curator`
        from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - optional, the same
        from openpyxl.utils import get_column_letter  # noqa: PLC0415 - optional, the same
        from openpyxl.utils.exceptions import IllegalCharacterError  # noqa: PLC0415 - the same
    except ImportError:
        raise FAQError(
            "XLSX needs openpyxl. Install the extra: pip install '.[curator]'."
        ) from None
    columns = cells[0]
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.freeze_panes = "C2"
    for number, line in enumerate(cells, 1):
        for at, text in enumerate(line, 1):
            cell = sheet.cell(number, at)
            try:
                cell.value = text or None
            except IllegalCharacterError:
                raise FAQError(
                    f"row {number}, {columns[at - 1]}: holds a control character, which Excel "
                    "does not take. Remove it, or export to .csv."
                ) from None
            cell.data_type = "s" if text else "n"  # "=1+1" is no formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    for at, column in enumerate(zip(*cells, strict=True), 1):
        longest = max(len(line) for text in column for line in text.split("\n"))
        sheet.column_dimensions[get_column_letter(at)].width = min(60, max(10, longest))
    book.save(file)
