"""Tables on disk, as CSV or XLSX: a list of rows, each a text by column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from faq.knowledge import FAQError

#: What a cell of Excel takes; a longer text would be cut off without a word.
LONGEST_CELL = 32_767
Row = dict[str, str]


def read_sheet(file: Path) -> list[Row]:
    """The rows under the heading row. Raises `FAQError` where the file is no such table."""
    cells = _read_xlsx(file) if _is_xlsx(file) else _read_csv(file)
    heading = [cell.strip().lower() for cell in next(iter(cells), [])]
    if "id" not in heading:
        raise FAQError(f"{file}: row 1 has no column id. Begin with the row an export writes.")
    return [dict(zip(heading, cells_of_row, strict=False)) for cells_of_row in cells[1:]]


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
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)  # Excel writes what the country's commas leave free
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise FAQError(f"{file}: no sound CSV ({error}). Export it again.") from None


def _write_csv(file: Path, cells: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:  # the mark tells Excel: UTF-8
        csv.writer(out).writerows(cells)


def _read_xlsx(file: Path) -> list[list[str]]:
    try:
        import openpyxl  # noqa: PLC0415 - optional: the extra `curator`
    except ImportError:
        raise FAQError(
            "XLSX needs openpyxl. Install the extra: pip install '.[curator]'."
        ) from None
    try:
        sheet = openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets[0]
        return [[_as_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    except Exception as error:  # openpyxl, zipfile and the XML parser raise many kinds
        raise FAQError(f"{file}: no sound XLSX ({error}). Export it again.") from None


def _as_text(value: object) -> str:
    if value is None:
        return ""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)  # type: ignore[call-overload]  # it is a float


def _write_xlsx(file: Path, cells: Sequence[Sequence[str]]) -> None:
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - optional: the extra `curator`
        from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - optional, the same
        from openpyxl.utils import get_column_letter  # noqa: PLC0415 - optional, the same
    except ImportError:
        raise FAQError(
            "XLSX needs openpyxl. Install the extra: pip install '.[curator]'."
        ) from None
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.freeze_panes = "C2"
    for number, line in enumerate(cells, 1):
        for at, text in enumerate(line, 1):
            cell = sheet.cell(number, at)
            cell.value, cell.data_type = text or None, "s" if text else "n"  # "=1+1" is no formula
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=number == 1)
    for at, column in enumerate(zip(*cells, strict=True), 1):
        longest = max(len(line) for text in column for line in text.split("\n"))
        sheet.column_dimensions[get_column_letter(at)].width = min(60, max(10, longest))
    book.save(file)
