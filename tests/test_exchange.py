"""Entries travel to a spreadsheet and back: nothing lost, nothing touched without need."""

from __future__ import annotations

import csv
import shutil
import tomllib
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from faq import FAQError, load
from faq.__main__ import main
from faq.curator.content_store import VERSIONS, versions
from faq.curator.edits import dumps, parse, put_entries
from faq.curator.sheets import Row, read_sheet, write_sheet
from faq.curator.spreadsheet import COLUMNS, Refused, export, import_sheet
from faq.loader import SHIPPED
from tests import folders

ENDINGS = (".csv", ".xlsx")
EVERYTHING = '''# A comment on top.

[groups]
me = "i|my"

[[entry]]
id = "scald"   # never change it
kind = "emergency"
question = "Scalded?"
answer = """
Call "999" now = help.
Second line; with, every|sign."""
paraphrases = [
  # plain
  "i am scalded",
  "=SUM(1)",   # no formula
  "ünïcode ☕ and \\"quotes\\"",
  "\\"quoted\\" first",
  "two\\nlines",
]
comparison = [["", "Tea"], ["Heat", "a | b, c"]]
calm = ["@me", "article|leaflet"]
draft = true
[[entry.trigger]]
all = ["@me", "scald*|burn*"]
unless = ["article"]
[[entry.trigger]]
all = ["boiling water"]
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content = tmp_path / "content"
    content.mkdir()
    return folders.write(content, alerts=EVERYTHING)


def texts(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob("*.*") if file.is_file()}


def edit(sheet: Path, entry: str, **cells: str) -> None:
    """Change cells of one row, as a curator would."""
    rows = read_sheet(sheet)
    next(row for row in rows if row["id"] == entry).update(cells)
    write_sheet(sheet, COLUMNS, rows)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_round_trip_changes_no_byte(folder: Path, tmp_path: Path, ending: str) -> None:
    sheet, before = tmp_path / f"out{ending}", texts(folder)
    assert export(folder, sheet) == 3
    done = import_sheet(sheet, folder)
    assert (done.changed, done.added, done.unchanged, done.not_in_sheet) == ((), (), 3, ())
    assert texts(folder) == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_sheet_alone_carries_every_field(folder: Path, tmp_path: Path, ending: str) -> None:
    sheet, entries = tmp_path / f"out{ending}", load(folder).entries
    export(folder, sheet)
    (folder / "entries.toml").write_text("", "utf-8")
    (folder / "alerts.toml").write_text('[groups]\nme = "i|my"\n', "utf-8")
    assert import_sheet(sheet, folder).added == tuple(e.id for e in entries)
    assert load(folder).entries == entries
    after = texts(folder)
    assert import_sheet(sheet, folder).unchanged == 3
    assert texts(folder) == after


def test_the_shipped_content_survives_a_round_trip(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(SHIPPED, tmp_path / "copy"))
    export(copy, tmp_path / "out.csv")
    import_sheet(tmp_path / "out.csv", copy)
    assert texts(copy) == texts(SHIPPED)


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_edit_changes_one_place(folder: Path, tmp_path: Path, ending: str) -> None:
    sheet, before = tmp_path / f"out{ending}", (folder / "alerts.toml").read_text("utf-8")
    export(folder, sheet)
    edit(sheet, "scald", paraphrases="i am scalded\n=SUM(1)\nhot tea on my leg")
    done = import_sheet(sheet, folder)
    assert (done.changed, done.unchanged) == (("scald",), 2)
    after = (folder / "alerts.toml").read_text("utf-8")
    assert "hot tea on my leg" in load(folder).by_id["scald"].paraphrases
    for kept in ("# A comment on top.", "# never change it", "# plain", "# no formula"):
        assert kept in after
    assert after.split("paraphrases")[0] == before.split("paraphrases")[0]
    assert [v.read_text("utf-8") for v in versions(folder / "alerts.toml")] == [before]
    assert import_sheet(sheet, folder).changed == ()


def test_an_empty_cell_takes_a_field_away_a_missing_column_does_not(
    folder: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "some.csv"
    write_sheet(sheet, ["id", "related"], [{"id": "what-is-tea", "related": ""}])
    done = import_sheet(sheet, folder)
    tea = load(folder).by_id["what-is-tea"]
    assert (tea.related, len(tea.paraphrases)) == ((), 3)
    assert done.not_in_sheet == ("how-hot", "scald")


def test_a_row_cut_short_takes_nothing_away(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "short.csv").write_text("id,answer,related\nwhat-is-tea,Leaves.\n", "utf-8")
    import_sheet(tmp_path / "short.csv", folder)
    tea = load(folder).by_id["what-is-tea"]
    assert (tea.answer, tea.related) == ("Leaves.", ("how-hot",))


def test_a_new_row_becomes_an_entry_of_its_file(folder: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "new.csv"
    row = {"file": "gaps.toml", "id": "price", "question": "What does it cost?"}
    row |= {"answer": "The document does not say.", "paraphrases": "price\nhow much"}
    write_sheet(sheet, COLUMNS, [row])
    assert import_sheet(sheet, folder).added == ("price",)
    price = load(folder).by_id["price"]
    assert (price.kind, price.paraphrases) == ("gap", ("price", "how much"))


def test_semicolons_and_windows_lines_are_read(folder: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "excel.csv"
    sheet.write_bytes(b'id;question;paraphrases\r\nhow-hot;"How hot; exactly?";"a b\r\nc d"\r\n')
    import_sheet(sheet, folder)
    assert load(folder).by_id["how-hot"].phrasings == ("How hot; exactly?", "a b", "c d")


GOOD: Row = {"file": "entries.toml", "id": "new", "question": "New?", "answer": "Yes."}
REFUSED: list[tuple[Row, str]] = [
    ({**GOOD, "id": ""}, "row 2, column id: is empty"),
    ({**GOOD, "answer": " "}, "row 2, column answer: is empty"),
    ({**GOOD, "kind": "answr"}, "row 2, column kind: 'answr' is none of answer,"),
    ({**GOOD, "file": "entries.txt"}, "row 2, column file: 'entries.txt' is none of"),
    ({**GOOD, "id": "scald"}, "row 2, column file: scald stands in alerts.toml"),
    ({**GOOD, "trigger": "{all: x}"}, "row 2, column trigger: not JSON"),
    ({**GOOD, "paraphrases": '"open'}, "row 2, column paraphrases: not JSON"),
    ({**GOOD, "colour": "red"}, "row 2, column colour: no such column"),
    ({**GOOD, "quotes": "S9"}, "row 2: entries.toml: entry \"new\": quotes names 'S9'"),
    ({**GOOD, "paraphrases": "tea meaning"}, 'row 2: entries.toml: entry "new": paraphrase 1'),
    ({**GOOD, "trigger": '{"unless": ["x"]}'}, 'row 2: entries.toml: entry "new": trigger'),
    ({**GOOD, "trigger": "5"}, "row 2, column trigger: not in the form an export writes"),
    ({**GOOD, "comparison": '[["a"], null]'}, "row 2, column comparison: not in the form"),
]


@pytest.mark.parametrize(("row", "complaint"), REFUSED, ids=[r[1] for r in REFUSED])
def test_a_row_is_refused_by_number(folder: Path, tmp_path: Path, row: Row, complaint: str) -> None:
    sheet, before = tmp_path / "bad.csv", texts(folder)
    write_sheet(sheet, [*COLUMNS, "colour"], [row])
    with pytest.raises(Refused) as caught:
        import_sheet(sheet, folder)
    assert complaint in str(caught.value)
    assert str(caught.value).endswith("Nothing was imported.")
    assert texts(folder) == before


def test_all_bad_rows_are_named_at_once(folder: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "bad.csv"
    write_sheet(sheet, COLUMNS, [GOOD, {}, {**GOOD, "question": "Again?"}, {**GOOD, "id": ""}])
    with pytest.raises(Refused) as caught:
        import_sheet(sheet, folder)
    assert str(caught.value).splitlines()[:2] == [
        "row 4, column id: stands in row 2 too. Keep one of them.",
        "row 5, column id: is empty. Fill it in, or delete the row.",
    ]


BROKEN_FILES = [
    ("out.csv", b"question\nx\n", "row 1 has no column id"),
    ("out.csv", "id\nhöt\n".encode("latin-1"), "not UTF-8"),
    ("out.csv", b'id\n"open\n', "no sound CSV"),
    ("out.xlsx", b"no zip", "no sound XLSX"),
    ("out.ods", b"", "neither .csv nor .xlsx"),
    ("out.csv", None, "cannot be read"),
    ("out.xlsx", None, "cannot be read"),
    ("out.csv", b"id,answer,Answer\na,b,c\n", "row 1 has two columns answer"),
    ("out.csv", b"id,answer\na,b,lost\n", "row 2: 'lost' stands under no heading"),
    ("out.csv", b"id,,\na,lost,\n", "row 2: 'lost' stands under no heading"),
]


@pytest.mark.parametrize(("name", "content", "complaint"), BROKEN_FILES)
def test_a_broken_sheet_is_told_in_a_line(
    folder: Path, tmp_path: Path, name: str, content: bytes | None, complaint: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FAQError) as caught:
        import_sheet(tmp_path / name, folder)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


ODD_CELLS = [
    (datetime(2026, 2, 1, tzinfo=None), "row 2, column B holds a date"),
    (True, "row 2, column B holds TRUE or FALSE"),
    ("#NAME?", "row 2, column B holds an error value"),
    ("=A1", "row 2, column B holds a formula without a value"),
]


@pytest.mark.parametrize(("value", "complaint"), ODD_CELLS)
def test_a_cell_that_is_no_text_is_refused(
    folder: Path, tmp_path: Path, value: object, complaint: str
) -> None:
    book = openpyxl.Workbook()
    for row in (["id", "paraphrases"], ["how-hot", value]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "odd.xlsx")
    with pytest.raises(FAQError, match=complaint):
        import_sheet(tmp_path / "odd.xlsx", folder)
    assert len(load(folder).by_id["how-hot"].paraphrases) > 0


def test_a_number_is_as_good_as_a_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["id", "question", "answer"], [7, 2.0, 1.5]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "numbers.xlsx")
    expected = {"id": "7", "question": "2", "answer": "1.5"}
    assert read_sheet(tmp_path / "numbers.xlsx") == [expected]


def test_a_control_character_is_named(tmp_path: Path) -> None:
    with pytest.raises(FAQError, match="row 2, answer: holds a control character"):
        write_sheet(tmp_path / "out.xlsx", ["id", "answer"], [{"id": "a", "answer": "b\x0bc"}])


def test_excel_is_told_the_sign_between_columns(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_bytes(b"sep=;\r\nid;answer\r\na;b,c\r\n")
    assert read_sheet(tmp_path / "in.csv") == [{"id": "a", "answer": "b,c"}]


ACTIVE = ["=1+1", "@SUM(1)", "-dogs", "+49", "'=quoted", "plain", "'tis", "\t=1"]


def test_a_csv_holds_no_formulas_either(tmp_path: Path) -> None:
    """Anybody can ask `=HYPERLINK(...)`, and a curator's spreadsheet would run it."""
    rows = [{"id": str(number), "answer": text} for number, text in enumerate(ACTIVE)]
    write_sheet(tmp_path / "out.csv", ["id", "answer"], rows)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [row for row in csv.reader(file) if row[1][0] in "=@+-\t"]
    assert read_sheet(tmp_path / "out.csv") == rows


def test_excel_sees_texts_not_formulas(folder: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "out.xlsx"
    write_sheet(sheet, ["id", "answer"], [{"id": "a", "answer": "=1+1"}])
    cell = openpyxl.load_workbook(sheet).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_commands_say_what_they_did(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "out.csv"
    assert main(["export", str(folder), str(sheet)]) == 0
    edit(sheet, "how-hot", answer="The document says warm.")
    assert main(["import", str(sheet), str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "3 entries" in printed
    assert "1 changed: how-hot" in printed
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == list(COLUMNS)
    assert (folder / VERSIONS).is_dir()


NOTED = """[
  # from Anna's list
  "one",
  "two",  # legal, do not remove
  "three",
]"""


@pytest.mark.parametrize(
    "wanted",
    [
        ["one", "two better", "three"],
        ["zero", "one", "two", "three", "four"],
        ["one", "two", "new", "three"],
        ["two", "three"],
        ["three", "one", "two"],
    ],
)
def test_a_changed_list_keeps_its_comments(wanted: list[str]) -> None:
    document = parse(f'[[entry]]\nid = "a"\nparaphrases = {NOTED}\n')
    assert put_entries(document, [{"id": "a", "paraphrases": wanted}]) == ["a"]
    text = dumps(document)
    assert tomllib.loads(text)["entry"][0]["paraphrases"] == wanted
    assert "# from Anna's list" in text
    assert "  # legal, do not remove" in text
    assert text.count("\n") >= len(wanted) + 4


def test_a_folder_that_is_missing_or_broken_is_named(folder: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    export(folder, sheet)
    with pytest.raises(FAQError, match="no such folder"):
        import_sheet(sheet, tmp_path / "nowhere")
    (folder / "entries.toml").write_text("[[entry]\n", encoding="utf-8")
    with pytest.raises(FAQError, match=r"entries\.toml: .*Mend the line"):
        import_sheet(sheet, folder)
    (folder / "entries.toml").write_text("entry = [{id = 'how-hot'}]", encoding="utf-8")
    with pytest.raises(FAQError, match=r"entries\.toml: write each entry as \[\[entry\]\]"):
        import_sheet(sheet, folder)
    (folder / "entries.toml").write_text('[[entry]]\nquestion = "Q"\n', encoding="utf-8")
    with pytest.raises(FAQError, match=r"entries\.toml: an entry has no id"):
        import_sheet(sheet, folder)


def test_a_field_added_to_an_alert_is_not_its_triggers(folder: Path, tmp_path: Path) -> None:
    (folder / "alerts.toml").write_text(
        EVERYTHING.replace('calm = ["@me", "article|leaflet"]\n', "").replace("draft = true\n", ""),
        "utf-8",
    )
    sheet = tmp_path / "out.csv"
    export(folder, sheet)
    edit(sheet, "scald", calm="leaflet", draft="yes")
    import_sheet(sheet, folder)
    scald = load(folder).by_id["scald"]
    assert (scald.calm, scald.draft, len(scald.triggers)) == (("leaflet",), True, 2)
