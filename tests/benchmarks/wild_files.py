"""How well `new` finds the questions of files in the shapes of the web's FAQs, drawn from memory.

    python -m tests.benchmarks.wild_files [--show] [NAME …]

`tests/wild/` holds them: pages of health services, towns, shops and help centres with all that
stands around the questions, readmes, texts, sheets; Word files are made here, and PDFs printed by
Chromium where there is one. `expected.json` names for each file its questions, and what their
answers must hold: words, links, items and rows; behind a ≠ what they must not. Printed for each
file that is not read as it should be: pairs wanted, found, too many, whole.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.shared import Pt, RGBColor

from faq.curator.importing.blocks import Pair
from faq.curator.importing.reading import read
from faq.loader import wording
from faq.markup import written_out
from faq.model import FAQError
from tests.benchmarks.import_files import link

WILD = Path(__file__).parents[1] / "wild"
#: What sheets call questions and answers, by language.
HEADINGS = (
    *("Question/Answer", "Frage/Antwort", "Questions/Réponses", "Pregunta/Respuesta"),
    *("PERGUNTA/RESPOSTA", "Domanda/Risposta", "Vraag/Antwoord", "Pytanie/Odpowiedź"),
    *("Otázka/Odpověď", "ВОПРОС/ОТВЕТ", "Soru/Cevap", "Fråga/Svar", "问题/答案", "質問/回答"),
    *("Питання/Відповідь", "Ερώτηση/Απάντηση", "سؤال/جواب", "Kysymys/Vastaus", "Kérdés/Válasz"),
    *("Întrebare/Răspuns", "질문/답변", "प्रश्न/उत्तर", "Câu hỏi/Trả lời", "שאלה/תשובה"),
    *("Pertanyaan/Jawaban", "Spørgsmål/Svar", "Въпрос/Отговор"),
)
#: Not read whole so far; the benchmark keeps them in sight: a question that no sign marks, in a
#: text copied from a page; a third column of two lines.
FALLS_SHORT = frozenset({"browser_paste.txt", "trifold.pdf"})
Wanted = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Count:
    """Of a file's questions how many were found and whole, and how many pairs are too many."""

    wanted: int
    found: int
    extra: int
    whole: int

    @property
    def perfect(self) -> bool:
        """Whether nothing is missing and nothing too much."""
        return self.wanted == self.found == self.whole and not self.extra


def expected() -> dict[str, Wanted]:
    """By file its questions, each followed by what its answer must hold."""
    wanted: dict[str, Wanted] = json.loads((WILD / "expected.json").read_text("utf-8"))
    return wanted


def count(pairs: Sequence[Pair], wanted: Wanted) -> Count:
    """What was read against what was wanted."""
    answers = {wording(q): p.answer for p in pairs for q in (p.question, *p.paraphrases)}
    found = [(q, parts) for q, *parts in wanted if wording(q) in answers]
    others = [q for q, *_ in wanted if len(q) > 12]
    whole = 0
    for question, parts in found:
        told = " ".join(written_out(answers[wording(question)]).split())
        held = all(_holds(told, " ".join(part.split())) for part in parts)
        whole += held and not any(q in told for q in others if q != question)
    read_once = {wording(pair.question) for pair in pairs}  # `new` merges what comes twice
    return Count(len(wanted), len(found), len(read_once) - len(found), whole)


def _holds(told: str, part: str) -> bool:
    return part[1:] not in told if part.startswith("≠") else part in told


def texts() -> list[Path]:
    """The files that are read as they lie."""
    return [WILD / name for name in expected() if (WILD / name).exists()]


def built(folder: Path) -> Iterator[Path]:
    """Sheets, Word files and PDFs, written into a folder."""
    for name, sheets in json.loads((WILD / "sheets.json").read_text("utf-8")).items():
        yield _workbook(folder / name, sheets)
    written = json.loads((WILD / "documents.json").read_text("utf-8"))
    for name, document in {**DOCUMENTS, **{n: _lines(ls) for n, ls in written.items()}}.items():
        document.save(str(folder / name))
        yield folder / name
    with ZipFile(folder / "volunteers.odt", "w") as archive:
        archive.write(WILD / "volunteers.odt.xml", "content.xml")
    yield folder / "volunteers.odt"
    yield from (_word(body, folder) for body in sorted(WILD.glob("*.docx.xml")))
    if chromium := shutil.which("chromium") or shutil.which("google-chrome"):
        for page in WILD.glob("*.print.html"):
            pdf = folder / page.name.replace(".print.html", ".pdf")
            told = [chromium, "--headless", "--no-sandbox", "--disable-gpu"]
            told += [f"--print-to-pdf={pdf}", page.as_uri()]
            subprocess.run(told, check=True, capture_output=True)
            yield pdf


def _workbook(file: Path, sheets: dict[str, Any]) -> Path:
    """A workbook: of each sheet its rows, or more: cells merged, columns hidden, its state.

    A cell is a text, or one with a link, or with the formula it comes from.
    """
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, told in sheets.items():
        sheet = book.create_sheet(title)
        more = told if isinstance(told, dict) else {"rows": told}
        for number, row in enumerate(more["rows"], 1):
            for at, value in enumerate(row, 1):
                cell = sheet.cell(number, at)
                linked = value if isinstance(value, dict) else {"text": value}
                cell.value = f"={linked['formula']}" if "formula" in linked else linked["text"]
                cell.hyperlink = linked.get("link")
        for cells in more.get("merge", ()):
            sheet.merge_cells(cells)
        for column in more.get("hide", ()):
            sheet.column_dimensions[column].hidden = True
        sheet.sheet_state = more.get("state", "visible")
    book.save(file)
    texts = {v["formula"]: v["text"] for v in _formulas(sheets)}
    return _counted(file, texts) if texts else file


def _formulas(told: Any) -> Iterator[dict[str, str]]:
    """The cells with a formula, wherever in a workbook."""
    if isinstance(told, dict) and "formula" in told:
        yield told
    elif isinstance(told, dict | list):
        for inner in told.values() if isinstance(told, dict) else told:
            yield from _formulas(inner)


def _counted(file: Path, texts: dict[str, str]) -> Path:
    """A workbook with what its formulas show, as Excel writes it and openpyxl does not."""
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(file, "w") as archive:
        for name, part in parts.items():
            text = part.decode("utf-8", "surrogateescape")
            for formula, shown in texts.items():
                told = formula.replace('"', "&quot;")
                for written in (formula, told):
                    text = re.sub(
                        rf'<c ([^>]*?)(?: t="\w+")?><f>{re.escape(written)}</f><v ?/?>(?:</v>)?',
                        rf'<c \1 t="str"><f>{written}</f><v>{shown}</v>',
                        text,
                    )
            archive.writestr(name, text.encode("utf-8", "surrogateescape"))
    return file


def _word(body: Path, folder: Path) -> Path:
    """A Word file of the text that its maker wrote; links are named by their addresses."""
    document = docx.Document()
    numbered: dict[str, str] = {}
    text = body.read_text("utf-8")
    for url in re.findall(r'r:id="([^"]+)"', text):
        numbered[url] = document.part.relate_to(url, RT.HYPERLINK, is_external=True)
    for url, number in numbered.items():
        text = text.replace(f'r:id="{url}"', f'r:id="{number}"')
    file = folder / body.name.removesuffix(".xml")
    document.save(str(file))
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = text.encode()
    with ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file


def _lines(lines: Sequence[tuple[str, Any]]) -> Any:
    """A Word file of styles with texts (**bold**, [links](address) in them), or tables' rows."""
    document = docx.Document()
    for style, text in lines:
        if style == "Table":
            _table(document, text)
            continue
        paragraph = document.add_paragraph(style=style)
        for bold, words, address, plain in re.findall(
            r"\*\*(.+?)\*\*|\[(.+?)\]\((.+?)\)|((?:(?!\*\*|\[).)+)", text
        ):
            if words:
                link(paragraph, words, address)
            else:
                paragraph.add_run(bold or plain).bold = bool(bold)
    return document


def _surgery() -> Any:
    """Bold questions, one of them without its mark, below a letterhead."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Riverside Surgery – confidential"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    head = document.add_paragraph().add_run("Riverside Surgery")
    head.bold, head.font.size = True, Pt(20)
    document.add_paragraph("Questions our receptionists are asked. Version 3, June 2024")
    document.add_paragraph().add_run("How do I register as a new patient?").bold = True
    paragraph = document.add_paragraph("Fill in the form on ")
    link(paragraph, "our website", "https://riverside.example/register")
    paragraph.add_run(" or ask at the desk.")
    document.add_paragraph().add_run("Can I see the same doctor each time").bold = True
    document.add_paragraph("We try. Tell us when you book.")
    document.add_paragraph().add_run("How do I order a repeat prescription?").bold = True
    document.add_paragraph("You can:")
    document.add_paragraph("use the app", style="List Bullet")
    document.add_paragraph("drop the slip in the box", style="List Bullet")
    paragraph = document.add_paragraph("Please allow ")
    paragraph.add_run("two working days").bold = True
    paragraph.add_run(".")
    document.add_paragraph().add_run("What do I do when the surgery is closed?").bold = True
    document.add_paragraph("Call 111. In an emergency call 999.")
    return document


def _school() -> Any:
    """Questions as headings with headings below them, and a list of contents before them."""
    document = docx.Document()
    document.add_heading("Graduate School FAQ", 0)
    contents = next((s for s in document.styles if str(s.name).lower() == "toc 1"), None)
    contents = contents or document.styles.add_style("toc 1", 1)
    for line in ("Admission\t1", "What grades do I need?\t1", "Can I apply twice?\t1"):
        document.add_paragraph(line).style = contents
    document.add_heading("Admission", 1)
    document.add_heading("What grades do I need?", 2)
    document.add_paragraph("A good degree, and:")
    document.add_heading("Language test", 3)
    document.add_paragraph("IELTS 6.5 or more.")
    document.add_heading("References", 3)
    document.add_paragraph("Two letters.")
    document.add_heading("Can I apply twice?", 2)
    document.add_paragraph("Yes.")
    document.add_heading("Funding", 1)
    document.add_heading("Are there scholarships?", 2)
    _table(document, [("Name", "Amount"), ("Merit", "5,000"), ("Need", "2,500")])
    document.add_heading("Work while studying", 2)
    link(document.add_paragraph("Up to 20 hours. See "), "the rules", "https://gs.example/work")
    return document


def _table(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return document


def _plain(title: str, pairs: Sequence[Sequence[str]], look: str) -> Any:
    """Questions told by nothing but a number and italics, or by larger letters in colour."""
    document = docx.Document()
    document.add_paragraph(title, style="Title" if look == "italic" else None)
    for question, *answer in pairs:
        style = "List Number" if look == "italic" else None
        run = document.add_paragraph(style=style).add_run(question)
        if look == "italic":
            run.italic = True
        else:
            run.font.size, run.font.color.rgb = Pt(14), RGBColor(0, 0x55, 0xAA)
        for line in answer:
            document.add_paragraph(line)
    return document


def _in_one_paragraph(pairs: Sequence[tuple[str, str]]) -> Any:
    """A bold question and its answer in one paragraph, parted by Shift+Enter."""
    document = docx.Document()
    document.add_heading("Staff handbook Q&A", 0)
    for question, answer in pairs:
        paragraph = document.add_paragraph()
        paragraph.add_run(question).bold = True
        paragraph.add_run(f"\n{answer}")
    return document


def _chapters(chapters: dict[str, list[tuple[str, str, tuple[str, ...]]]]) -> Any:
    """Questions as headings below those of lettered chapters, lists in their answers."""
    document = docx.Document()
    document.add_heading("Fragen und Antworten zum Umzug", 1)
    for chapter, pairs in chapters.items():
        document.add_heading(chapter, 2)
        for question, answer, items in pairs:
            document.add_heading(question, 3)
            document.add_paragraph(answer)
            for item in items:
                document.add_paragraph(item, style="List Bullet")
    return document


def _counted_labels(pairs: Sequence[tuple[str, str]]) -> Any:
    """Labels with numbers before questions, in italics before answers."""
    document = docx.Document()
    document.add_paragraph("Domande sul nuovo portale")
    for number, (question, answer) in enumerate(pairs, 1):
        document.add_paragraph().add_run(f"Domanda {number}: {question}").bold = True
        paragraph = document.add_paragraph()
        paragraph.add_run("Risposta: ").italic = True
        paragraph.add_run(answer)
    return document


def _one_column(pairs: Sequence[tuple[str, str]]) -> Any:
    """A table of one column: a question, its answer, the next question."""
    document = docx.Document()
    document.add_heading("Parking permits", 1)
    document.add_paragraph("Version 2")
    table = document.add_table(rows=0, cols=1)
    for question, answer in pairs:
        table.add_row().cells[0].paragraphs[0].add_run(question).bold = True
        table.add_row().cells[0].text = answer
    return document


def _labelled(topics: dict[str, list[tuple[str, str]]]) -> Any:
    """Labels in bold before questions and answers, topics in capitals."""
    document = docx.Document()
    document.add_heading("Benefits FAQ", 0)
    for topic, pairs in topics.items():
        head = document.add_paragraph().add_run(topic.upper())
        head.bold = head.underline = True
        for question, answer in pairs:
            paragraph = document.add_paragraph()
            paragraph.add_run("Q: ").bold = True
            paragraph.add_run(question).bold = True
            paragraph = document.add_paragraph()
            paragraph.add_run("A: ").bold = True
            paragraph.add_run(answer)
    return document


DOCUMENTS = {
    "surgery.docx": _surgery(),
    "school.docx": _school(),
    "mieter.docx": _plain(
        "Häufige Fragen – Mieter",
        [
            (
                "Wen rufe ich an, wenn die Heizung ausfällt?",
                "Den Notdienst: 0800 123 456, Tag und Nacht.",
            ),
            (
                "Wann kommt die Nebenkostenabrechnung?",
                "Bis Ende Dezember des folgenden Jahres.",
                "Sie haben zwölf Monate, um Einwände zu erheben.",
            ),
            (
                "Darf ich ein Haustier halten?",
                "Kleintiere ja. Hunde nur mit unserer Erlaubnis.",
            ),
            ("Wer streut im Winter?", "Die Firma Glatt & Söhne."),
        ],
        "italic",
    ),
    "nursery.docx": _plain(
        "Nursery: parents' questions",
        [
            ("What time do you open?", "7.30 am, Monday to Friday."),
            (
                "What does my child need?",
                *("Please bring:", "- slippers", "- a change of clothes", "- sun cream in summer"),
            ),
            (
                "Do you give medicine?",
                "Only with the form that you find on our site.",
                "A doctor must have signed it.",
            ),
            ("How do I report sickness?", "Ring before 9 am."),
        ],
        "large",
    ),
    "camp.docx": _table(
        docx.Document(),
        [
            ("No.", "Guest asks", "We say"),
            (
                "1",
                "Where do I put my rubbish?",
                "In the containers at the gate.\nGlass goes into the green one.",
            ),
            ("2", "Is there hot water?", "Yes, from 6 am to 10 pm."),
            ("3", "Can I make a fire?", "Only in the fire bowls."),
        ],
    ),
    "bullet_q.docx": _plain(
        "Funeral services: what families ask",
        [
            ("• What do I do first?", "Call the doctor. Then call us, day or night."),
            (
                "• How much does a funeral cost?",
                *("Our fees are:", "Simple: £1,500", "Traditional: £3,200"),
            ),
            ("• Can I bring flowers?", "Yes."),
        ],
        "large",
    ),
    "softbreak.docx": _in_one_paragraph(
        [
            ("How do I claim expenses?", "Use the form on the intranet within 30 days."),
            ("Who approves my leave?", "Your line manager."),
            ("What do I do if I lose my badge?", "Tell security at once: ext. 4455."),
        ]
    ),
    "umzug.docx": _chapters(
        {
            "A. Vorbereitung": [
                ("Wann ziehen wir um?", "Am 3. Juni.", ()),
                (
                    "Was muss ich packen?",
                    "Nur Ihren Schreibtisch:",
                    ("Akten in rote Kisten", "Privates nehmen Sie mit"),
                ),
            ],
            "B. Danach": [
                ("Wo finde ich meinen Platz?", "Im Plan auf jeder Etage.", ()),
                ("Was ist mit dem Telefon", "Ihre Nummer bleibt.", ()),
            ],
        }
    ),
    "domande.docx": _counted_labels(
        [
            ("Come accedo al portale?", "Con SPID o con la carta d'identità."),
            ("Posso delegare qualcuno?", "Sì, con il modulo."),
            ("Quanto tempo restano i referti?", "Per 45 giorni."),
        ]
    ),
    "permits.docx": _one_column(
        [
            ("Who can have a permit?", "Residents of zones A to D."),
            ("How much is it?", "£40 for the first car.\n£90 for the second."),
            ("Can I get one for visitors?", "Yes, in books of ten."),
        ]
    ),
    "benefits.docx": _labelled(
        {
            "Sick pay": [
                ("Am I paid when I am ill?", "Yes, from the first day."),
                ("When do I need a doctor's note?", "From the fourth day."),
            ],
            "Leave": [
                ("How many days of leave do I have?", "28."),
                ("Can I carry days over?", "Up to five, until March."),
            ],
        }
    ),
}


def headings_read(folder: Path) -> int:
    """How many of the languages' headings of sheets are understood, where no cell asks."""
    understood = 0
    for number, pair in enumerate(HEADINGS):
        rows = [pair.split("/"), ["aaa bbb", "x one"], ["ccc ddd", "y two"]]
        file = _workbook(folder / f"heading-{number}.xlsx", {"1": rows})
        try:
            understood += len(read(file).pairs) == len(rows) - 1
        except FAQError:
            print("not understood:", pair)
    return understood


def main() -> None:
    """Read every file, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="files to read; all, where none is named")
    parser.add_argument("--show", action="store_true", help="print what they give")
    arguments = parser.parse_args()
    names, shown = arguments.names, arguments.show
    counts = []
    with tempfile.TemporaryDirectory() as scratch:
        for file in [*texts(), *built(Path(scratch))]:
            if names and file.name not in names:
                continue
            try:
                pairs: Sequence[Pair] = read(file).pairs
            except FAQError as error:
                print(error)
                pairs = ()
            counts.append(count(pairs, expected()[file.name]))
            if not counts[-1].perfect or shown:
                print(file.name, counts[-1])
            for pair in pairs if shown else ():
                print(repr(pair.question), "|", repr(pair.answer), "|", pair.topic, pair.draft)
        understood = headings_read(Path(scratch))
    wanted, found, extra, whole = (
        sum(getattr(c, name) for c in counts) for name in ("wanted", "found", "extra", "whole")
    )
    print(
        f"{len(counts)} files, {wanted} pairs: found {found / wanted:.1%}, "
        f"too many {extra / wanted:.1%}, whole {whole / wanted:.1%}; "
        f"headings in {understood} of {len(HEADINGS)} languages"
    )


if __name__ == "__main__":
    main()
