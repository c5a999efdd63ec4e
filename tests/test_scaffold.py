"""A content folder made from a document of any usual kind, and one filled in to prove it."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from faq import FAQError, Knowledge, Responder, load
from faq.__main__ import main
from faq.curator.check import check
from faq.curator.content_store import VERSIONS
from faq.curator.evaluation import Verdict, answered_outside, by_kind, judge, read_cases
from faq.curator.importing.reading import read
from faq.curator.new import scaffold
from faq.curator.new_texts import SMALL_TALK, TEMPLATES
from faq.curator.sentences import sentences
from faq.source import content_files

CONTENT = Path(__file__).parent / "content"
RIGHTS = CONTENT / "bill_of_rights"
TODAY = date(2026, 6, 1)

PLAIN = """Garden club

Opening times

The garden opens at 9 a.m. every day.
It closes at dusk. Dogs must be on a lead!

Fees

Entry is free. Mr. Reed sells "tea". Is parking free? Yes.
"""
MARKDOWN = """# Garden club
## Opening times
The garden opens at 9 a.m. every day. It closes at *dusk*.

* Dogs must be on a lead!

## Fees
Entry is free. Mr. Reed sells "tea". Is parking free? Yes.
"""
HTML = """<html><head><style>p{}</style><title>x</title></head><body><nav><p>Menu</p></nav>
<h1>Garden club</h1><h2>Opening times</h2><p>The garden opens at 9&nbsp;a.m. every day.
It closes at <b>dusk</b>.</p><ul><li><p>Dogs must be on a lead!</p></li></ul>
<h2>Fees</h2><p>Entry is free. Mr. Reed sells &quot;tea&quot;. Is parking free? Yes.</p>
<script>alert(1)</script></body></html>"""
SENTENCES = [
    "The garden opens at 9 a.m. every day.",
    "It closes at dusk.",
    "Dogs must be on a lead!",
    "Entry is free.",
    'Mr. Reed sells "tea".',
    "Is parking free?",
    "Yes.",
]


def word_file(path: Path) -> None:
    document = docx.Document()
    document.add_heading("Garden club", 0)
    document.add_heading("Opening times", 1)
    document.add_paragraph("The garden opens at 9 a.m. every day. It closes at dusk.")
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "Dogs must be on a lead!"
    document.add_heading("Fees", 1)
    document.add_paragraph('Entry is free. Mr. Reed sells "tea". Is parking free? Yes.')
    document.save(str(path))


def pdf_file(path: Path, text: str = PLAIN) -> None:
    """One page of Helvetica, a line of the text each line."""
    writer = PdfWriter()
    page = writer.add_blank_page(400, 400)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    names = DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): names})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    lines = "".join(f"({line}) Tj T*\n" for line in text.splitlines())
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 10 Tf 14 TL 20 380 Td\n{lines}ET".encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(path)


def written(folder: Path, name: str) -> Path:
    """The garden club's page as a file of one kind."""
    path = folder / name
    make = {".docx": word_file, ".pdf": pdf_file}.get(path.suffix)
    texts = {".txt": PLAIN, ".md": MARKDOWN, ".html": HTML}
    if make:
        make(path)
    else:
        path.write_text(texts[path.suffix], encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def words_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def scaffolded(folder: Path, document: Path, title: str = "") -> Knowledge:
    """A new folder, loaded."""
    scaffold(folder, [document], title=title, today=TODAY)
    return load(folder)


@pytest.mark.parametrize("name", ["club.txt", "club.md", "club.html", "club.docx", "club.pdf"])
def test_every_kind_of_document_becomes_a_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "made"
    made = scaffolded(folder, written(tmp_path, name))
    assert made.title == "Garden club"
    assert [p.text for p in made.passages] == SENTENCES
    assert [p.id for p in made.passages] == [f"S{n}" for n in range(1, 8)]
    assert [p.section for p in made.passages] == ["Opening times"] * 3 + ["Fees"] * 4
    drafts = [e for e in made.entries if e.draft]
    assert [e.id for e in drafts] == ["opening-times", "fees"]
    assert "Dogs must be on a lead!" in drafts[0].answer  # the last sentence of its section
    assert made.topics == ("Opening times", "Fees")
    assert made.reviewed == TODAY
    assert check(folder, today=TODAY).errors == 0


def test_curators_find_every_file_explained(tmp_path: Path) -> None:
    scaffolded(tmp_path / "made", written(tmp_path, "club.txt"), "Our club")
    files = {f.name: f.read_text("utf-8") for f in content_files(tmp_path / "made")}
    assert files.keys() == {
        "alerts.toml",
        "chat.toml",
        "document.txt",
        "entries.toml",
        "faq.toml",
        "gaps.toml",
        "negatives.txt",
        "notes.toml",
        "passages.toml",
    }
    assert all(t.startswith("# ") for name, t in files.items() if name.endswith(".toml"))
    assert 'title = "Our club"' in files["faq.toml"]


@pytest.mark.parametrize("name", ["gaps.toml", "alerts.toml", "notes.toml"])
def test_the_examples_in_the_comments_load(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "made"
    scaffolded(folder, written(tmp_path, "club.txt"))
    text = (folder / name).read_text("utf-8")
    lines = text[text.index("# [[") :].splitlines()
    (folder / name).write_text("\n".join(line.removeprefix("# ") for line in lines), "utf-8")
    load(folder)


TWICE = "# Fees\n\nTen pounds.\n\n# Fees\n\nFor children five.\n\n# Ünïcode\n\n“Quoted \\ text.”\n"


def test_headings_that_come_twice_and_odd_characters_load(tmp_path: Path) -> None:
    (tmp_path / "fees.md").write_text(TWICE, encoding="utf-8")
    made = scaffolded(tmp_path / "made", tmp_path / "fees.md")
    assert [e.id for e in made.entries if e.draft] == ["fees", "fees-2", "unicode"]


def test_a_long_heading_gives_an_id_of_whole_words(tmp_path: Path) -> None:
    heading = "How to look after the garden in a summer without any rain at all"
    (tmp_path / "club.md").write_text(f"# {heading}\n\nWater it.\n\n# {heading}\n\nAgain.\n")
    made = scaffolded(tmp_path / "made", tmp_path / "club.md")
    found = [e.id for e in made.entries if e.draft]
    assert found == ["how-to-look-after-the-garden-in-a", "how-to-look-after-the-garden-in-a-2"]


NESTED = "# Wash\n\n- Wash your hands:\n  - with soap\n  - for long\n- Dry them\n"
LOOSE = """<header><h1>Club</h1></header><div>Bare <b>text</b>.</div><section>Before<p>Within.</p>
after</section><!-- no text --><ul><li>Same.</li><li>Same.</li></ul><p>Because.</p>"""


def test_no_text_of_a_page_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "nested.md").write_text(NESTED)
    (tmp_path / "loose.html").write_text(LOOSE)
    [nested], [loose] = (read(tmp_path / f).pairs for f in ("nested.md", "loose.html"))
    assert nested.answer == "- Wash your hands:\n  - with soap\n  - for long\n- Dry them"
    assert loose.question == "Club"
    assert loose.answer == (
        "Bare **text**.\n\nBefore\n\nWithin.\n\nafter\n\n- Same.\n- Same.\n\nBecause."
    )


def test_what_word_keeps_in_boxes_and_changes_is_read_and_merged_cells_once(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("First.")
    table = document.add_table(1, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Merged."
    inserted = OxmlElement("w:ins")
    inserted.append(document.add_paragraph("Inserted.").runs[0]._r)
    document.paragraphs[-1]._p.append(inserted)
    document.save(str(tmp_path / "club.docx"))
    [pair] = read(tmp_path / "club.docx").pairs
    assert pair.answer == "First.\n\nMerged.\n\nInserted."


def test_a_pdf_without_text_says_so(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.add_blank_page(400, 400)
    writer.write(tmp_path / "scan.pdf")
    with pytest.raises(FAQError, match="A scanned PDF needs text recognition first"):
        read(tmp_path / "scan.pdf")


def test_headings_may_be_those_of_small_talk(tmp_path: Path) -> None:
    (tmp_path / "club.md").write_text(
        "# Who are you?\n\nA club.\n\n# Chat greeting\n\nWe say hi.\n"
    )
    made = scaffolded(tmp_path / "made", tmp_path / "club.md")
    assert {"who-are-you", "chat-greeting", "chat-greeting-2"} <= made.by_id.keys()


LEAFLET = """Fees
====

What does it cost?

Ten euros a year. Is that too much? We think not.

Opening times
-------------
From Monday to Friday.

2026

Where do I park?

Behind the hall.
"""


def test_a_leaflet_of_questions_is_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "fees.txt").write_text(LEAFLET, "utf-8")
    first, second = read(tmp_path / "fees.txt").pairs
    assert (first.question, first.answer) == (
        "What does it cost?",
        "Ten euros a year. Is that too much? We think not.",
    )
    assert (second.question, second.answer) == ("Where do I park?", "Behind the hall.")
    assert not first.draft


def test_page_numbers_are_not_part_of_a_pdf(tmp_path: Path) -> None:
    pdf_file(
        tmp_path / "page.pdf",
        "1\nOur prices\nIt costs, a year,\n20\neuros. Is it worth it?\nYes.\n- 1 -",
    )
    [pair] = read(tmp_path / "page.pdf").pairs
    assert pair.question == "Our prices"
    assert pair.answer == "It costs, a year, 20 euros. Is it worth it? Yes."


def test_what_nobody_sees_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_text("\ufeffIt is ex\u00adam\u200bple\x07 text\x00.", "utf-8")
    [pair] = read(tmp_path / "odd.txt").pairs
    assert pair.answer == "It is example text."


def test_a_document_without_headings_is_one_section(tmp_path: Path) -> None:
    (tmp_path / "our_rules.txt").write_text("No smoking. No dogs.", encoding="utf-8")
    made = scaffolded(tmp_path / "made", tmp_path / "our_rules.txt")
    assert made.title == "Our rules"
    assert len(made.passages) == 2


REFUSED = [
    ("club.odt", b"x", "is no .odt file inside"),
    ("club.xyz", b"x", "files with .xyz are not known. Use one of"),
    ("club", b"x", "has no ending"),
    ("club.doc", b"x", "save it as .docx"),
    ("club.gdoc", b"{}", "save it as .docx"),
    ("page.mhtml", b"x", "save it as .html"),
    ("club.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old format under a new name"),
    ("club.txt", b"  \n", "no text in it"),
    ("club.docx", b"no zip", "is no .docx file inside"),
    ("club.pdf", b"no pdf", "damaged"),
    ("club.md", None, "no such file. Check the name"),
    ("club.csv", b"colour,size\nred,7\n", "no column of questions"),
]


@pytest.mark.parametrize(("name", "content", "complaint"), REFUSED)
def test_what_cannot_be_read_leaves_no_folder(
    tmp_path: Path, name: str, content: bytes | None, complaint: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FAQError) as caught:
        scaffolded(tmp_path / "made", tmp_path / name)
    assert complaint in str(caught.value)
    assert not (tmp_path / "made").exists()


def test_a_full_folder_is_never_touched(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["new", str(tmp_path), "--document", str(written(tmp_path, "club.txt"))]
    assert main(command) == 1
    assert "holds files already. Name a new folder." in capsys.readouterr().err
    assert main(["new", str(tmp_path / "club.txt"), *command[2:]]) == 1
    assert "holds files already. Name a new folder." in capsys.readouterr().err
    assert main(["new", str(tmp_path / "club.txt" / "inside"), *command[2:]]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("club.txt: File exists. Check the name, and who may write.")
    assert [f.name for f in tmp_path.iterdir()] == ["club.txt"]


SPLITS = [
    ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
    ("See Fig. 2 and Dr. No.", ["See Fig. 2 and Dr. No."]),
    ("J. S. Bach wrote it. It is long.", ["J. S. Bach wrote it.", "It is long."]),
    ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
    ("It costs 3.50 euros. Really.", ["It costs 3.50 euros.", "Really."]),
    ("Wait... what? (Yes.) No.", ["Wait... what?", "(Yes.)", "No."]),
    ("1. Open the lid. 2. Pour.", ["1. Open the lid.", "2. Pour."]),
    ("So do I. Me too.", ["So do I.", "Me too."]),
    ("", []),
]


@pytest.mark.parametrize(("text", "found"), SPLITS)
def test_sentences(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_the_bill_of_rights_was_made_this_way(tmp_path: Path) -> None:
    scaffolded(tmp_path / "made", CONTENT / "bill_of_rights.md")
    made, filled = load(tmp_path / "made"), load(RIGHTS)
    assert (tmp_path / "made" / "document.txt").read_bytes() == (
        RIGHTS / "document.txt"
    ).read_bytes()
    assert (made.title, made.topics) == (filled.title, filled.topics)
    assert len([e for e in made.entries if e.draft]) == 10


def test_the_bill_of_rights_answers_questions_nobody_taught_it() -> None:
    responder = Responder(load(RIGHTS))
    lines = (CONTENT / "bill_of_rights.jsonl").read_text("utf-8").splitlines()
    cases = read_cases(lines, responder.knowledge.by_id)
    taught = {p for e in responder.knowledge.entries for p in e.phrasings}
    judged = [judge(case, responder.reply(case.query)) for case in cases]
    counts = by_kind(judged)["in"]
    assert len(cases) == 60
    assert not taught & {json.loads(line)["q"] for line in lines}
    assert counts[Verdict.RIGHT] + counts[Verdict.OFFERED] >= 0.75 * counts.total()
    assert answered_outside(judged).count == 0


def test_every_passage_of_the_bill_of_rights_is_used_once_at_least() -> None:
    checked = check(RIGHTS, today=TODAY).checked
    assert checked is not None
    assert checked.coverage.unused == ()
    assert not (RIGHTS / VERSIONS).exists()


def test_small_talk_is_in_the_language_of_the_questions(tmp_path: Path) -> None:
    sheet = tmp_path / "laden.csv"
    sheet.write_text(
        "Frage;Antwort\nWann haben Sie geöffnet?;Montag bis Freitag von neun bis siebzehn Uhr.\n",
        encoding="utf-8",
    )
    scaffold(tmp_path / "faq", [sheet], today=TODAY)
    made = load(tmp_path / "faq")
    assert made.language == "de"
    assert made.by_id["chat-thanks"].answer == "Gern geschehen."


def test_all_small_talk_is_complete() -> None:
    talk = tomllib.loads(SMALL_TALK.read_text("utf-8"))
    ids = {
        entry["id"]
        for entry in tomllib.loads((TEMPLATES / "chat.toml").read_text("utf-8"))["entry"]
    }
    assert all(set(told) == ids and all(map(len, told.values())) for told in talk.values())
