"""How well `new` finds the questions of files in the shapes people have them.

    python -m tests.benchmarks.import_files [--show NAME]

Every file is written here, from small FAQs of several domains and languages, in a shape seen in the
wild: a site's Markdown, a page of accordions, a Word file, a PDF with running heads, a shop's sheet.
Printed for each: pairs wanted, found, too many, whole (every paragraph, list item, link and row of
the answer, and nothing of another's), and seconds.
"""

from __future__ import annotations

import argparse
import io
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import docx
import openpyxl
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from faq.curator.importing.reading import read
from faq.loader import wording
from faq.markup import written_out
from faq.model import FAQError

#: A paragraph; a list of items; or a link, as (before, words, address, after).
Part = str | list[str] | tuple[str, str, str, str]


@dataclass(frozen=True)
class QA:
    """A question with the parts of its answer, under a topic."""

    topic: str
    question: str
    parts: tuple[Part, ...]


def qa(topic: str, question: str, *parts: Part) -> QA:
    """Short to write."""
    return QA(topic, question, parts)


LIBRARY = [
    qa(
        "Cards",
        "How do I get a library card?",
        "Bring a document with your photo and address.",
        "The card is free for residents.",
    ),
    qa(
        "Cards",
        "What if I lose my card?",
        ("Report it on the", "lost card page", "https://lib.example.org/lost?x=1&y=2", "at once."),
    ),
    qa(
        "Cards",
        "Can my child have a card of his or her own?",
        "Yes, from the age of six. A parent signs the form.",
    ),
    qa(
        "Loans",
        "How many books may I borrow?",
        "You may borrow:",
        ["20 books", "5 films", "3 board games"],
        "Reference books stay in the reading room.",
    ),
    qa(
        "Loans",
        "How long can I keep them?",
        "Four weeks. Is the book not reserved? Then you can extend twice.",
    ),
    qa("Loans", "Do you charge for late returns?", "20 cents a day, at most 5 euros."),
    qa(
        "Rooms",
        "Is there Wi-Fi, and does it cost anything?",
        "It is free. Ask for the password at the desk (1st floor).",
    ),
    qa(
        "Rooms",
        "Where can I print a document?",
        "Next to the entrance, 10 cents a page.",
        "Colour costs 50 cents.",
    ),
]
VET = [
    qa(
        "Termine",
        "Wie bekomme ich einen Termin?",
        "Rufen Sie uns an oder buchen Sie online.",
        ("Zur", "Terminbuchung", "https://tierarzt.example.org/termin", "geht es hier."),
    ),
    qa(
        "Termine",
        "Was muss ich zum ersten Besuch mitbringen?",
        "Bitte bringen Sie mit:",
        ["den Impfpass", "frühere Befunde", "eine Transportbox für Katzen"],
    ),
    qa(
        "Termine",
        "Muss mein Hund vor der Operation nüchtern sein?",
        "Ja. Geben Sie ihm ab dem Vorabend um 20 Uhr nichts mehr zu fressen. Wasser darf er trinken.",
    ),
    qa("Kosten", "Wie viel kostet eine Impfung?", "Zwischen 45 und 80 Euro, je nach Impfstoff."),
    qa("Kosten", "Kann ich in Raten zahlen?", "Ja, ab 200 Euro. Sprechen Sie uns vorher an."),
    qa(
        "Notfall",
        "Wer hilft nachts und am Wochenende?",
        "Die Tierklinik Nord ist rund um die Uhr offen.",
        "Ihre Nummer steht an unserer Tür.",
    ),
]
BIKES = [
    qa(
        "Alquiler",
        "¿Cómo puedo alquilar una bicicleta?",
        "Descargue la aplicación y regístrese con su correo.",
    ),
    qa(
        "Alquiler",
        "¿Qué documentos necesito?",
        "Necesita:",
        ["un documento de identidad", "una tarjeta de crédito"],
        "Los menores vienen con un adulto.",
    ),
    qa("Alquiler", "¿Cuánto cuesta un día completo?", "Quince euros. Los estudiantes pagan doce."),
    qa(
        "Problemas",
        "¿Qué hago si tengo un pinchazo?",
        (
            "Llame al taller o escriba a",
            "ayuda",
            "https://bici.example.org/ayuda",
            "y le llevamos otra.",
        ),
    ),
    qa(
        "Problemas",
        "¿Puedo devolver la bicicleta en otra estación?",
        "Sí, en cualquiera de las treinta estaciones.",
    ),
]
WASTE = [
    qa(
        "Collecte",
        "Quand les poubelles sont-elles ramassées ?",
        "Le mardi et le vendredi matin, avant sept heures.",
    ),
    qa(
        "Collecte",
        "Que faire des objets encombrants ?",
        "Prenez rendez-vous par téléphone.",
        "Le service est gratuit deux fois par an.",
    ),
    qa(
        "Tri",
        "Où jeter le verre ?",
        "Dans les bornes vertes. Vous en trouvez :",
        ["place du Marché", "rue des Écoles", "au stade"],
    ),
    qa(
        "Tri",
        "Pourquoi mon bac n'a-t-il pas été vidé ?",
        "Il contenait peut-être des erreurs de tri.",
    ),
]
RUSSIAN = [
    qa("Оплата", "Как оплатить счёт за воду?", "В банке или на сайте. Комиссия не берётся."),
    qa("Оплата", "Когда приходит квитанция?", "До десятого числа каждого месяца."),
    qa(
        "Ремонт",
        "Что делать, если течёт кран?",
        "Позвоните диспетчеру. Сообщите:",
        ["адрес", "номер квартиры", "телефон"],
    ),
    qa("Ремонт", "Кто отвечает за лифт?", "Управляющая компания. Телефон указан в лифте."),
]
SOFTWARE = [
    qa("Installing", "Which versions of Windows are supported?", "Windows 10 and 11, 64 bit only."),
    qa(
        "Installing",
        "I get “permission denied” on Linux. What now?",
        "Make the file executable, then start it again.",
    ),
    qa(
        "Using",
        "How can I export my data?",
        "Choose File, then Export. There are three formats:",
        ["CSV for spreadsheets", "JSON for programs", "PDF for people"],
    ),
    qa(
        "Using",
        "Why is the first start so slow?",
        "It builds an index once. Later starts take a second.",
    ),
    qa(
        "Using",
        "Does it work offline?",
        (
            "Yes; see the",
            "manual",
            "https://soft.example.org/manual.html#offline",
            "for the two exceptions.",
        ),
    ),
    qa("Licence", "May I use it at work?", "Yes. The licence allows it, at no cost."),
]


def html_parts(parts: tuple[Part, ...]) -> str:
    """An answer as HTML."""
    out = ""
    for part in parts:
        if isinstance(part, str):
            out += f"<p>{escape(part)}</p>"
        elif isinstance(part, list):
            out += "<ul>" + "".join(f"<li>{escape(i)}</li>" for i in part) + "</ul>"
        else:
            before, words, url, after = map(escape, part)
            out += f'<p>{before} <a href="{url}">{words}</a> {after}</p>'
    return out


def md_parts(parts: tuple[Part, ...], indent: str = "") -> str:
    """An answer as Markdown."""
    out = []
    for part in parts:
        if isinstance(part, str):
            out.append(indent + part)
        elif isinstance(part, list):
            out.append("\n".join(f"{indent}* {i}" for i in part))
        else:
            out.append(f"{indent}{part[0]} [{part[1]}]({part[2]}) {part[3]}")
    return "\n\n".join(out)


def txt_parts(parts: tuple[Part, ...], width: int = 72, indent: str = "") -> str:
    """An answer as plain text, wrapped."""
    import textwrap  # noqa: PLC0415 - one use

    out = []
    for part in parts:
        if isinstance(part, list):
            out.append("\n".join(f"{indent}  - {i}" for i in part))
        else:
            text = part if isinstance(part, str) else f"{part[0]} {part[1]} ({part[2]}) {part[3]}"
            out.append(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent))
    return "\n\n".join(out)


def by_topic(faq: list[QA]) -> list[tuple[str, list[QA]]]:
    """The pairs under their topics."""
    return [(t, [q for q in faq if q.topic == t]) for t in dict.fromkeys(q.topic for q in faq)]


def jekyll(faq: list[QA]) -> str:
    toc = "\n".join(f"- [{q.question}](#{n})" for n, q in enumerate(faq))
    body = "".join(
        f"## {t}\n\n"
        + "".join(
            f"### {q.question}\n{{: #{n} .q}}\n\n{md_parts(q.parts)}\n\n" for n, q in enumerate(qs)
        )
        for t, qs in by_topic(faq)
    )
    return f"---\nlayout: page\ntitle: FAQ\npermalink: /faq/\n---\n\nHere is what people ask us.\n\n{toc}\n\n{{% include ad.html %}}\n\n{body}"


def hugo(faq: list[QA]) -> str:
    body = "".join(f"**{q.question}**\n\n{md_parts(q.parts)}\n\n" for q in faq)
    return f'+++\ntitle = "Questions"\ndate = 2024-01-02\n+++\n\n{{{{< toc >}}}}\n\n{body}{{{{< button href="/" >}}}}\n'


def readme(faq: list[QA]) -> str:
    body = "".join(f"#### {q.question}\n{md_parts(q.parts)}\n\n" for q in faq)
    return (
        "# Indexer\n\n[![build](https://ci.example.org/b.svg)](https://ci.example.org)\n\n"
        "Indexer finds things.\n\n## Install\n\n```\npip install indexer\n```\n\n## Usage\n\nRun it.\n\n"
        f"## FAQ\n\n{body}## License\n\nMIT\n"
    )


def md_details(faq: list[QA]) -> str:
    body = "".join(
        f"<details>\n<summary><b>{escape(q.question)}</b></summary>\n\n{md_parts(q.parts)}\n\n</details>\n\n"
        for q in faq
    )
    return f"# Help\n\n{body}\n---\nStill stuck? [Write to us](mailto:x@example.org).\n"


def notion(faq: list[QA]) -> str:
    return "# FAQ\n\n" + "".join(
        f"- **{q.question}**\n\n{md_parts(q.parts, '    ')}\n\n" for q in faq
    )


def md_numbered(faq: list[QA]) -> str:
    return "# Fragen und Antworten\n\n" + "".join(
        f"{n}. **{q.question}**\n\n{md_parts(q.parts, '   ')}\n\n" for n, q in enumerate(faq, 1)
    )


def docusaurus(faq: list[QA]) -> str:
    body = "".join(f"## {q.question}\n\n:::note\n\n{md_parts(q.parts)}\n\n:::\n\n" for q in faq)
    return f"---\nid: faq\nsidebar_label: FAQ\n---\nimport Tabs from '@theme/Tabs';\n\n# Frequent questions\n\n{body}"


PAGE = """<!DOCTYPE html><html lang="en"><head><title>FAQ | Example</title><style>.x{{color:red}}</style></head>
<body><header class="site-header"><nav><ul><li><a href="/">Home</a></li><li><a href="/c">What we do?</a></li></ul></nav></header>
<div class="cookie-banner">We use cookies. OK?</div><main>{}</main>
<footer><p>© 2024 Example. Where are we? Here.</p></footer><script>var q="Why?"</script></body></html>"""


def bootstrap(faq: list[QA]) -> str:
    body = "".join(
        f"<h2>{escape(t)}</h2><div class='accordion' id='a{escape(t)}'>"
        + "".join(
            f'<div class="accordion-item"><h3 class="accordion-header"><button class="accordion-button collapsed" type="button" '
            f'aria-expanded="false">{escape(q.question)}</button></h3><div class="accordion-collapse collapse">'
            f'<div class="accordion-body">{html_parts(q.parts)}</div></div></div>'
            for q in qs
        )
        + "</div>"
        for t, qs in by_topic(faq)
    )
    return PAGE.format(
        f"<h1>Frequently asked questions</h1><p>Find answers below.</p>{body}<div class='cta'><p>Still have questions?</p><p>Contact us.</p></div>"
    )


def elementor(faq: list[QA]) -> str:
    body = "".join(
        f'<div class="elementor-accordion-item"><div class="elementor-tab-title" role="button"><span class="icon">+</span>'
        f'<a class="elementor-accordion-title" href="">{escape(q.question)}</a></div>'
        f'<div class="elementor-tab-content">{html_parts(q.parts)}</div></div>'
        for q in faq
    )
    return PAGE.format(
        f"<h1>FAQ</h1><div class='elementor-accordion'>{body}</div><h4>Newsletter</h4><p>Subscribe now.</p>"
    )


def yoast(faq: list[QA]) -> str:
    body = "".join(
        f'<div class="schema-faq-section" id="f{n}"><strong class="schema-faq-question">{escape(q.question)}</strong> '
        f'<div class="schema-faq-answer">{html_parts(q.parts)}</div></div>'
        for n, q in enumerate(faq)
    )
    return PAGE.format(
        f"<article><h1>Bike hire</h1><p>We hire bikes since 1990.</p><h2>Questions</h2><div class='schema-faq'>{body}</div></article>"
    )


def confluence(faq: list[QA]) -> str:
    body = "".join(
        f'<div class="expand-container"><div class="expand-control"><span class="expand-control-icon"></span>'
        f'<span class="expand-control-text">{escape(q.question)}</span></div><div class="expand-content">{html_parts(q.parts)}</div></div>'
        for q in faq
    )
    return f'<html><head><title>Space : FAQ</title></head><body><div id="page"><div id="breadcrumb-section"><ol><li>Home</li></ol></div><h1 id="title-heading">FAQ</h1><div class="wiki-content">{body}</div><div id="footer">Document generated by Confluence</div></div></body></html>'


def google_docs(faq: list[QA]) -> str:
    def answer(parts: tuple[Part, ...]) -> str:
        out = ""
        for part in parts:
            if isinstance(part, str):
                out += f'<p class="c2"><span class="c3">{escape(part)}</span></p>'
            elif isinstance(part, list):
                out += (
                    '<ul class="c6">'
                    + "".join(
                        f'<li class="c2"><span class="c3">{escape(i)}</span></li>' for i in part
                    )
                    + "</ul>"
                )
            else:
                before, words, url, after = part
                link = f"https://www.google.com/url?q={url.replace('&', '%26').replace('?', '%3F')}&amp;sa=D&amp;usg=x"
                out += f'<p class="c2"><span class="c3">{before} </span><span class="c5"><a class="c7" href="{link}">{words}</a></span><span class="c3"> {after}</span></p>'
        return out

    body = "".join(
        f'<p class="c2"><span class="c4">{escape(q.question)}</span></p>{answer(q.parts)}<p class="c2 c8"><span class="c3"></span></p>'
        for q in faq
    )
    return f"<html><head><style>.c3{{font-weight:400}}.c4{{color:#000;font-weight:700;font-size:11pt}}</style></head><body class='c1'><p class='c2 title'><span class='c9'>Our FAQ</span></p>{body}</body></html>"


def bold_break(faq: list[QA]) -> str:
    def flat(parts: tuple[Part, ...]) -> str:
        return html_parts(parts).replace("<p>", "").replace("</p>", "<br>\n")

    return PAGE.format(
        "<h1>FAQ</h1>"
        + "".join(f"<p><b>{escape(q.question)}</b><br>\n{flat(q.parts)}</p>" for q in faq)
    )


def old_table(faq: list[QA]) -> str:
    toc = "".join(f'<li><a href="#q{n}">{escape(q.question)}</a></li>' for n, q in enumerate(faq))
    body = "".join(
        f'<a name="q{n}"></a><h3><font color="navy">{n}. {escape(q.question)}</font></h3>{html_parts(q.parts)}<p><a href="#top">Back to top</a></p><hr>'
        for n, q in enumerate(faq, 1)
    )
    return f"<html><body><table width=100%><tr><td><h1>The FAQ</h1><ol>{toc}</ol>{body}</td></tr></table><p>Last updated: 3 May 2009</p></body></html>"


def definition_list(faq: list[QA]) -> str:
    return PAGE.format(
        "<h1>FAQ</h1>"
        + "".join(
            f"<h2>{escape(t)}</h2><dl>"
            + "".join(f"<dt>{escape(q.question)}</dt><dd>{html_parts(q.parts)}</dd>" for q in qs)
            + "</dl>"
            for t, qs in by_topic(faq)
        )
    )


def question_class(faq: list[QA]) -> str:
    return PAGE.format(
        "<h1>Preguntas</h1>"
        + "".join(
            f'<div class="row"><div class="faq-question">{escape(q.question)}</div><div class="faq-answer">{html_parts(q.parts)}</div></div>'
            for q in faq
        )
    )


def ordered_items(faq: list[QA]) -> str:
    return PAGE.format(
        "<h1>Questions</h1><ol>"
        + "".join(f"<li>{escape(q.question)}{html_parts(q.parts)}</li>" for q in faq)
        + "</ol>"
    )


def plain_paragraphs(faq: list[QA]) -> str:
    return PAGE.format(
        "<h1>FAQ</h1>" + "".join(f"<p>{escape(q.question)}</p>{html_parts(q.parts)}" for q in faq)
    )


def labelled_html(faq: list[QA]) -> str:
    return PAGE.format(
        "".join(
            f"<p><strong>Q.</strong> {escape(q.question)}</p><div><strong>A.</strong> {html_parts(q.parts)}</div>"
            for q in faq
        )
    )


def headings_without_marks(faq: list[QA]) -> str:
    return PAGE.format(
        "<h1>FAQ</h1>"
        + "".join(f"<h2>{escape(q.question.rstrip(' ?'))}</h2>{html_parts(q.parts)}" for q in faq)
    )


def sphinx(faq: list[QA]) -> str:
    def rst(parts: tuple[Part, ...]) -> str:
        out = []
        for part in parts:
            if isinstance(part, str):
                out.append(part)
            elif isinstance(part, list):
                out.append("\n".join(f"* {i}" for i in part))
            else:
                out.append(f"{part[0]} `{part[1]} <{part[2]}>`__ {part[3]}")
        return "\n\n".join(out)

    body = "".join(
        f"{t}\n{'=' * len(t)}\n\n"
        + "".join(
            f".. _q-{n}:\n\n{q.question}\n{'-' * len(q.question)}\n\n{rst(q.parts)}\n\n"
            for n, q in enumerate(qs)
        )
        for t, qs in by_topic(faq)
    )
    return f".. meta::\n   :description: x\n\n{'*' * 9}\nQuestions\n{'*' * 9}\n\n.. contents:: :local:\n\n{body}"


def usenet(faq: list[QA]) -> str:
    toc = "\n".join(f"  {n}) {q.question}" for n, q in enumerate(faq, 1))
    body = "".join(
        f"{'-' * 60}\n\n{n}) {q.question}\n\n{txt_parts(q.parts, 66, '   ')}\n\n"
        for n, q in enumerate(faq, 1)
    )
    return f"THE INDEXER FAQ\n\nContents\n\n{toc}\n\n{body}"


def txt_topics(faq: list[QA]) -> str:
    return "Häufige Fragen\n\n" + "".join(
        f"{t.upper()}\n\n" + "".join(f"{q.question}\n{txt_parts(q.parts)}\n\n" for q in qs)
        for t, qs in by_topic(faq)
    )


def txt_labels(faq: list[QA]) -> str:
    return "".join(f"Вопрос: {q.question}\nОтвет: {txt_parts(q.parts)}\n\n" for q in faq)


def txt_french(faq: list[QA]) -> str:
    return "Déchets\n=======\n\n" + "".join(
        f"Q{n} - {q.question}\nR{n} - {txt_parts(q.parts)}\n\n" for n, q in enumerate(faq, 1)
    )


def link(paragraph: object, words: str, url: str) -> None:
    """A link in a Word paragraph."""
    part = paragraph.part  # type: ignore[attr-defined]  # python-docx has no type for it
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), part.relate_to(url, kind, is_external=True))
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = words
    run.append(text)
    element.append(run)
    paragraph._p.append(element)  # type: ignore[attr-defined]  # the same


def word(faq: list[QA], form: str) -> bytes:
    """A Word file: questions as headings, in bold, numbered, labelled, or in a table."""
    document = docx.Document()
    document.add_heading("Our questions", 0)
    document.sections[0].header.paragraphs[0].text = "Do you know? Our header"
    document.add_paragraph("Please read this first.")
    table = document.add_table(0, 2) if form == "table" else None
    topic = ""
    for number, q in enumerate(faq, 1):
        if q.topic != topic and form in {"heading", "bold"}:
            topic = q.topic
            document.add_heading(topic, 1)
        if table is not None:
            cells = table.add_row().cells
            cells[0].text = q.question
            cells[1].text = "\n".join(txt_parts((p,), 999) for p in q.parts)
            continue
        if form == "heading":
            document.add_heading(q.question, 2)
        elif form == "styled":
            document.add_paragraph(q.question, style="Intense Quote")
        else:
            told = {"numbered": f"{number}. {q.question}", "label": f"F: {q.question}"}.get(
                form, q.question
            )
            document.add_paragraph().add_run(told).bold = form != "label"
        for at, part in enumerate(q.parts):
            before = "A: " if form == "label" and not at else ""
            if isinstance(part, str):
                document.add_paragraph(before + part)
            elif isinstance(part, list):
                for item in part:
                    document.add_paragraph(item, style="List Bullet")
            else:
                paragraph = document.add_paragraph(f"{before}{part[0]} ")
                link(paragraph, part[1], part[2])
                paragraph.add_run(f" {part[3]}")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(faq: list[QA], form: str) -> bytes:
    """Pages of Helvetica with a running head and a number; questions bold, or told by their mark."""
    import textwrap  # noqa: PLC0415 - one use

    lines: list[tuple[str, str, float]] = [("F2", "Our questions", 18), ("", "", 6)]
    topic = ""
    for number, q in enumerate(faq, 1):
        if q.topic != topic:
            topic = q.topic
            lines += [("", "", 8), ("F2", topic, 14)]
        told = f"{number}. {q.question}" if form == "numbered" else q.question
        lines.append(("", "", 6))
        lines += [("F1" if form == "plain" else "F2", x, 10) for x in textwrap.wrap(told, 34)]
        for part in q.parts:
            if isinstance(part, list):
                lines += [("F1", f"• {i}", 10) for i in part]
            else:
                text = part if isinstance(part, str) else f"{part[0]} {part[1]} {part[3]}"
                lines += [("F1", x, 10) for x in textwrap.wrap(text, 60)] + [("", "", 4)]
    writer = PdfWriter()
    while lines:
        top, page_lines, y = 330.0, [], 360.0
        while lines and y > 60:
            font, text, size = lines.pop(0)
            y -= size * 1.3 if font else size
            if font:
                page_lines.append((font, text, size, y))
        top = 375
        number = len(writer.pages) + 1
        page_lines += [
            ("F1", "City services - questions and answers", 8, top),
            ("F1", f"Page {number}", 8, 25),
        ]
        _page(writer, page_lines)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _page(writer: PdfWriter, lines: list[tuple[str, str, float, float]]) -> None:
    page = writer.add_blank_page(420, 400)
    fonts = DictionaryObject()
    for name, base in (("/F1", "/Helvetica"), ("/F2", "/Helvetica-Bold")):
        keys = {
            "/Type": "/Font",
            "/Subtype": "/Type1",
            "/BaseFont": base,
            "/Encoding": "/WinAnsiEncoding",
        }
        fonts[NameObject(name)] = DictionaryObject(
            {NameObject(k): NameObject(v) for k, v in keys.items()}
        )
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    parts = []
    for font, text, size, y in lines:
        safe = re.sub(r"([()\\])", r"\\\1", text)
        parts.append(f"BT /{font} {size} Tf 30 {y} Td ({safe}) Tj ET\n")
    stream = DecodedStreamObject()
    stream.set_data("".join(parts).encode("cp1252", "replace"))
    page[NameObject("/Contents")] = writer._add_object(stream)


def sheet(
    faq: list[QA], head: list[str], row: Callable[[QA], list[object]], before: int = 0
) -> bytes:
    """A workbook with title rows above its headings."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for n in range(before):
        page.append([f"Shop list {n}"])
    page.append(head)
    for q in faq:
        page.append(row(q))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def one(q: QA) -> str:
    """An answer in a cell."""
    return "\n".join(txt_parts((p,), 999) for p in q.parts)


def csv_of(faq: list[QA], head: str, sign: str) -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    return head + "\n" + "".join(f"{cell(q.question)}{sign}{cell(one(q))}\n" for q in faq)


FILES: list[tuple[str, list[QA], str | bytes]] = [
    ("jekyll.md", LIBRARY, jekyll(LIBRARY)),
    ("hugo.md", VET, hugo(VET)),
    ("readme.md", SOFTWARE, readme(SOFTWARE)),
    ("details.md", SOFTWARE, md_details(SOFTWARE)),
    ("notion.md", LIBRARY, notion(LIBRARY)),
    ("numbered.md", VET, md_numbered(VET)),
    ("docusaurus.mdx", SOFTWARE, docusaurus(SOFTWARE)),
    ("bootstrap.html", LIBRARY, bootstrap(LIBRARY)),
    ("elementor.html", VET, elementor(VET)),
    ("yoast.html", BIKES, yoast(BIKES)),
    ("confluence.html", SOFTWARE, confluence(SOFTWARE)),
    ("google-docs.html", LIBRARY, google_docs(LIBRARY)),
    ("bold-break.html", WASTE, bold_break(WASTE)),
    ("old-table.html", SOFTWARE, old_table(SOFTWARE)),
    ("definitions.html", VET, definition_list(VET)),
    ("classes.html", BIKES, question_class(BIKES)),
    ("items.html", LIBRARY, ordered_items(LIBRARY)),
    ("plain.html", WASTE, plain_paragraphs(WASTE)),
    ("labels.html", SOFTWARE, labelled_html(SOFTWARE)),
    ("no-marks.html", LIBRARY, headings_without_marks(LIBRARY)),
    ("sphinx.rst", SOFTWARE, sphinx(SOFTWARE)),
    ("usenet.txt", SOFTWARE, usenet(SOFTWARE)),
    ("topics.txt", VET, txt_topics(VET)),
    ("labels-ru.txt", RUSSIAN, txt_labels(RUSSIAN)),
    ("labels-fr.txt", WASTE, txt_french(WASTE)),
    ("headings.docx", LIBRARY, word(LIBRARY, "heading")),
    ("bold.docx", SOFTWARE, word(SOFTWARE, "bold")),
    ("numbered.docx", VET, word(VET, "numbered")),
    ("labels.docx", VET, word(VET, "label")),
    ("styled.docx", LIBRARY, word(LIBRARY, "styled")),
    ("table.docx", BIKES, word(BIKES, "table")),
    ("bold.pdf", LIBRARY, pdf(LIBRARY, "bold")),
    ("numbered.pdf", VET, pdf(VET, "numbered")),
    ("plain.pdf", SOFTWARE, pdf(SOFTWARE, "plain")),
    (
        "shop.xlsx",
        LIBRARY,
        sheet(
            LIBRARY,
            ["Nr.", "Customer question", "Our answer", "Owner"],
            lambda q: [1, q.question, one(q), "Ann"],
            3,
        ),
    ),
    (
        "frage.xlsx",
        VET,
        sheet(
            VET,
            ["Thema", "Frage", "Antwort", "Stand"],
            lambda q: [q.topic, q.question, one(q), "2024"],
        ),
    ),
    ("no-head.csv", SOFTWARE, csv_of(SOFTWARE, '"Can I try it?","Yes, for a month."', ",")),
    ("pregunta.csv", BIKES, csv_of(BIKES, "Pregunta;Respuesta", ";").encode("cp1252")),
    ("tabs.tsv", RUSSIAN, csv_of(RUSSIAN, "Вопрос\tОтвет", "\t").encode("utf-16")),
]
SPARE = {"no-head.csv": 1}


def whole(wanted: QA, answer: str, others: list[QA], *, links: bool) -> bool:
    """Whether an answer holds all it should, its items on lines of their own, and no other's."""
    told = written_out(answer)
    flat = " ".join(told.split())
    for part in wanted.parts:
        if isinstance(part, list):
            lines = [
                re.sub(r"^\s*(?:[•*-]|\d+\.)\s+", "", line).strip() for line in told.split("\n")
            ]
            if not all(item in lines for item in part):
                return False
        elif isinstance(part, str):
            if " ".join(part.split()) not in flat:
                return False
        elif part[0] not in flat or part[3] not in flat or (links and part[2] not in flat):
            return False
    return not any(q.question in flat for q in others if q is not wanted)


def main() -> None:
    """Write every file, read it, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", default="", help="print what one file gives")
    shown = parser.parse_args().show
    totals = [0, 0, 0, 0]
    print(f"{'file':20} {'wanted':>7} {'found':>7} {'extra':>7} {'whole':>7} {'seconds':>8}")
    with tempfile.TemporaryDirectory() as scratch:
        for name, faq, content in FILES:
            if shown and shown != name:
                continue
            file = Path(scratch, name)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
            started = time.perf_counter()
            try:
                pairs = read(file).pairs
            except FAQError as error:
                print(name, error)
                pairs = ()
            seconds = time.perf_counter() - started
            answers = {wording(w): p.answer for p in pairs for w in (p.question, *p.paraphrases)}
            found = [q for q in faq if wording(q.question) in answers]
            right = [
                q
                for q in found
                if whole(q, answers[wording(q.question)], faq, links=not name.endswith(".pdf"))
            ]
            extra = max(0, len(pairs) - len(found) - SPARE.get(name, 0))
            row = [len(faq), len(found), extra, len(right)]
            totals = [a + b for a, b in zip(totals, row, strict=True)]
            print(f"{name:20} " + " ".join(f"{n:7}" for n in row) + f" {seconds:8.2f}")
            if shown:
                for pair in pairs:
                    print(repr(pair.question), "|", repr(pair.answer), "|", pair.topic, pair.draft)
    wanted, found_all, extra_all, whole_all = totals
    print(f"{'all':20} " + " ".join(f"{n:7}" for n in totals))
    print(
        f"found {found_all / wanted:.1%}, too many {extra_all / wanted:.1%}, whole {whole_all / wanted:.1%}"
    )


if __name__ == "__main__":
    main()
