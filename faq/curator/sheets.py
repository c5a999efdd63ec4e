"""Tables on disk, as CSV or XLSX: read as people fill them in, or as an export wrote them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from faq.curator.cells import linked, text_of
from faq.curator.importing.text import decoded
from faq.extras import install
from faq.model import FAQError

MOST_ROWS = 20_000
MOST_COLUMNS = 200
#: So many empty rows end a sheet: a cursor may once have stood far below.
MOST_EMPTY = 500
#: Bytes of unpacked sheets up to which their links are read: they are known only once all is, which
#: takes fifty times as much memory.
LINKS_UP_TO = 2_000_000
#: What a cell of Excel takes; a longer text would be cut off without a word.
LONGEST_CELL = 32_767
#: With these a cell of a CSV begins that a spreadsheet would run; a ' before it stops that.
_ACTIVE = r"[=+\-@\t]"
_HYPERLINK = re.compile(r'=HYPERLINK\("(?P<url>[^"]+)"(?:[,;]\s*"(?P<words>[^"]*)")?\)', re.I)

Grid = list[list[str]]
Row = dict[str, str]


def grids(file: Path) -> list[tuple[str, Grid]]:
    """The cells of a CSV, or of every visible sheet of a workbook, as they are shown.

    In any encoding, parted by whatever parts them. Raises `FAQError` with the cure.
    """
    if file.suffix.lower() not in {".xlsx", ".xlsm"}:
        return [(file.stem, _csv_grid(file))]
    with _sound(file), ZipFile(file) as archive:
        parts = archive.infolist()
        size = sum(part.file_size for part in parts if "worksheets/" in part.filename)
        linked_by_formula = size <= LINKS_UP_TO and any(
            b"HYPERLINK(" in archive.read(part) for part in parts if "worksheets/" in part.filename
        )
    book = _workbook(file, read_only=size > LINKS_UP_TO, data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    with _sound(file):
        if linked_by_formula:
            _link(sheets, _workbook(file, read_only=False, data_only=False))
        return [(sheet.title, _cells(sheet, file.name)) for sheet in sheets]


def _link(sheets: Iterable[Any], written: Any) -> None:
    """Give cells that show what =HYPERLINK("address") says the link it leads to."""
    for sheet in sheets:
        for row in written[sheet.title].iter_rows():
            for cell in row:
                told = _HYPERLINK.match(str(cell.value)) if cell.data_type == "f" else None
                if told:
                    shown = sheet[cell.coordinate]
                    shown.value = shown.value or told["words"] or told["url"]
                    shown.hyperlink = told["url"]


def read_sheet(file: Path) -> list[Row]:
    """The rows under the heading row, in the form that `write_sheet` gives them.

    Raises `FAQError` where the file is no such table, or a cell holds no text.
    """
    cells = _xlsx_texts(file) if _is_xlsx(file) else _csv_texts(file)
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


def _csv_grid(file: Path) -> Grid:
    """A CSV's cells; what parts them is found out."""
    text, told = _without_sep(decoded(file.read_bytes(), file.name))
    delimiter = told or _delimiter(text, file)
    csv.field_size_limit(1_000_000)
    with _sound(file):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        grid = [[_unquoted(cell) for cell in row] for row in _counted(rows, file.name)]
    if delimiter == "\t":  # QnA Maker writes the end of a line as two signs
        grid = [[cell.replace("\\n", "\n") for cell in row] for row in grid]
    return grid


def _csv_texts(file: Path) -> Grid:
    """The cells of a CSV as an export writes it."""
    try:
        text, told = _without_sep(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise FAQError(f"{file}: not UTF-8. Save it as “CSV UTF-8”.") from None
    except OSError as error:
        raise FAQError(f"{file}: cannot be read ({error}). Check the name.") from None
    # Excel writes what the country's commas leave free.
    delimiter = told or max(",;\t", key=text.partition("\n")[0].count)
    with _sound(file):
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [[_unquoted(cell) for cell in row] for row in rows]


def _without_sep(text: str) -> tuple[str, str]:
    """A CSV without the line that tells Excel alone what parts the cells, and what does."""
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)\r?", first.strip("\ufeff"))
    return (rest, told[1]) if told else (text, "")


def _counted(rows: Any, name: str) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise FAQError(f"{name}: more than {MOST_ROWS} rows. Split it.")
        yield row[:MOST_COLUMNS]


def _unquoted(cell: str) -> str:
    return re.sub(f"^'(?='*{_ACTIVE})", "", cell)


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


def _cells(sheet: Any, name: str) -> Grid:
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # what the file says of its size need not be true
    grid: Grid = []
    empty = 0
    for row in sheet.iter_rows(max_col=MOST_COLUMNS):
        texts = [linked(cell) for cell in row]
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


def _xlsx_texts(file: Path) -> Grid:
    """The texts in the first sheet of a workbook."""
    written, shown = (
        _workbook(file, read_only=True, data_only=values).worksheets[0] for values in (False, True)
    )
    with _sound(file):
        both = zip(written.iter_rows(), shown.iter_rows(), strict=True)
        return [[text_of(*cells) for cells in zip(*rows, strict=True)] for rows in both]


def _workbook(file: Path, *, read_only: bool, data_only: bool) -> Any:
    """A workbook; `data_only` gives what its formulas last showed, not the formulas."""
    try:
        import openpyxl  # noqa: PLC0415 - optional: the extra `curator`
    except ImportError:
        raise FAQError(f"XLSX needs openpyxl. Type: {install('curator')}") from None
    with _sound(file):
        return openpyxl.load_workbook(file, read_only=read_only, data_only=data_only)


@contextmanager
def _sound(file: Path) -> Iterator[None]:
    """Raises `FAQError` for whatever the readers of tables raise: they raise many kinds."""
    kind = "XLSX" if file.suffix.lower() in {".xlsx", ".xlsm"} else "CSV"
    try:
        yield
    except FAQError as error:
        told = str(error)
        raise FAQError(told if file.name in told else f"{file}: {told}") from None
    except OSError as error:
        raise FAQError(f"{file}: cannot be read ({error.strerror}). Check the name.") from None
    except MemoryError:
        raise
    except Exception as error:
        raise FAQError(f"{file}: no sound {kind} ({error}). Save it again.") from None


def _write_csv(file: Path, cells: Iterable[Sequence[str]]) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:  # the mark tells Excel: UTF-8
        csv.writer(out).writerows([[_inert(cell) for cell in line] for line in cells])


def _inert(cell: str) -> str:
    """A text no spreadsheet takes for a formula: people ask what they like, curators open it."""
    return f"'{cell}" if re.match(f"'*{_ACTIVE}", cell) else cell


def _write_xlsx(file: Path, cells: Sequence[Sequence[str]]) -> None:
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - optional: the extra `curator`
        from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - optional, the same
        from openpyxl.utils import get_column_letter  # noqa: PLC0415 - optional, the same
        from openpyxl.utils.exceptions import IllegalCharacterError  # noqa: PLC0415 - the same
    except ImportError:
        raise FAQError(f"XLSX needs openpyxl. Type: {install('curator')}") from None
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
