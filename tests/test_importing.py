"""From the FAQ somebody already has to pairs: every form of the field cases."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZipFile

import pytest

from faq import load
from faq.__main__ import main
from faq.curator.cells import moment_shown, number_shown
from faq.curator.importing.blocks import Pair
from faq.curator.importing.entries import make, slug
from faq.curator.importing.reading import read
from tests.benchmarks.wild_files import FALLS_SHORT, built, count, expected, texts

CASES = Path(__file__).parent / "cases"
LISTED = "\n\n- Model 5a\n- Model 5\n- Model 4a"
#: File: questions with their answers.
FOUND: dict[str, list[tuple[str, str]]] = {
    "d01_qline_then_answer.txt": [
        ("What is the garden club?", "We meet every Tuesday. Everybody is welcome."),
        ("When do you meet?", "At 18:00 in the hall."),
        ("How much does it cost?", "12 euros a year. Children pay nothing."),
    ],
    "d02_details_summary.html": [
        ("How do I borrow a book?", "Sign up and reserve it online."),
        ("How long may I keep it?", "28 days."),
    ],
    "d03_dl_dt_dd.html": [
        ("I would like a guided tour.", "We offer none at present."),
        ("May I give you something?", "In general we cannot take anything."),
    ],
    "d04_bold_q.md": [
        ("Do I have to claim tokens for every vote?", "Yes, separately for each one."),
        ("What if I don't?", "Then you can't vote."),
    ],
    "d05_q_a_labels.txt": [
        (
            'I get an error message at the start with "Can\'t locate icon"',
            "Put the icon file into the folder extlib.",
        ),
        ("Which ports are used?", "Port 3307. If there is no response, port 3306."),
        ("How do I add a shortcut?", "Open the Control Panel. Choose the Java icon."),
    ],
    "d06_strong_question.html": [
        ("Where is the museum?", "At Dock 3."),
        ("Where can I park?", "At Dock 8."),
    ],
    "d07_list_in_answer.html": [
        (
            "Which devices are no longer supported?",
            f"The following devices are no longer supported:{LISTED}",
        ),
        (
            "Which devices are supported?",
            "Devices bought from a carrier may be locked. This is rare outside the US.\n\n"
            "These are supported:\n\n- Pixel 9\n- Pixel 8",
        ),
    ],
    "d08_links.html": [
        ("Which features are there?", "See the [features page](https://example.org/features)."),
        ("How do I join?", "Fill in [this form](https://example.org/form.pdf)."),
    ],
    "d09_toc_and_chapters.md": [
        ("What is the purpose?", "Education."),
        ("How do I join?", "By post."),
    ],
    "d10_front_matter.md": [("What is the purpose?", "Education.\nAnd fun.")],
    "d11_json_front_matter.md": [
        ("How expensive is it?", "32 euros a year."),
        ("How can I pay?", "By bank transfer."),
    ],
    "d13_bold_questions.docx": [
        ("Why did you make this?", "To help. It was needed."),
        ("What is version 4?", "It builds on version 3."),
    ],
    "d15_page_header_and_long_question.pdf": [
        ("What is it?", "It is a club that meets in the old hall near the river."),
        (
            "What happens to the tokens that I have bought in the first year when I leave the club "
            "in the second year?",
            "They are paid back.\n\nIt takes a month until the money arrives.",
        ),
        ("How do I join?", "By post."),
    ],
    "d32_ruled_table.pdf": [
        (
            "Can a school apply for a group of parents?",
            "Yes, if the group has an account of its own.",
        ),
        ("Must we match it?", "No."),
        ("Which costs will you not pay for?", "Two kinds:\n- salaries of our own people"),
        ("When will we hear from you?", "In May."),
    ],
    "d16_latin1.html": [("Was kostet es für Schüler?", "Nichts.")],
    "d17_question_answer.json": [
        ("Is the price final?", "Yes."),
        ("How do I order?", "By phone."),
    ],
    "no-id.xlsx": [("How do I join?", "Online.")],
    "title-rows.xlsx": [("How do I join?", "Online.")],
    "percent.xlsx": [("How high is the VAT?", "15%"), ("What is the fee?", "12.00 €")],
    "phone.xlsx": [("Phone?", "441632960123"), ("Postcode?", "01067")],
    "q-lines.xlsx": [("How do I join?", "Line one\nLine two\n\n- a\n- b")],
}


@pytest.mark.parametrize("name", FOUND)
def test_pairs_of_the_field_cases(name: str) -> None:
    pairs = read(CASES / name).pairs
    assert [(p.question, p.answer) for p in pairs] == FOUND[name]
    assert not any(p.draft for p in pairs)


def test_what_stands_beside_the_pairs() -> None:
    assert read(CASES / "d05_q_a_labels.txt").pairs[2].paraphrases == (
        "How do I remove the program?",
    )
    assert {p.topic for p in read(CASES / "d09_toc_and_chapters.md").pairs} == {"Membership"}
    assert read(CASES / "q-lines.xlsx").pairs[0].paraphrases == ("Where can I sign up?", "join")
    assert read(CASES / "extra-col.xlsx").remarks == (
        "left out, as no field of an entry: column remarks",
    )
    assert [p.topic for p in read(CASES / "topic.xlsx").pairs] == ["Joining", "Leaving"]


ACCORDIONS = {
    "bootstrap": '<div class="card-header"><a data-toggle="collapse" href="#c{n}">{q}</a></div>'
    '<div id="c{n}" class="collapse"><p>{a}</p></div>',
    "button": '<button class="accordion">{q}</button><div class="panel"><p>{a}</p></div>',
    "heading": '<h4 class="panel-title"><a href="#c{n}">{q}</a></h4><div id="c{n}">{a}</div>',
    "summary": "<details><summary><h3>{q}</h3></summary>{a}</details>",
}


@pytest.mark.parametrize("form", ACCORDIONS.values(), ids=ACCORDIONS)
def test_what_is_tapped_to_open_is_a_question(tmp_path: Path, form: str) -> None:
    told = [("How do I pay?", "By card."), ("Refunds and returns", "Write to us."), ("Why?", "So.")]
    body = "".join(form.format(n=n, q=q, a=a) for n, (q, a) in enumerate(told))
    (tmp_path / "page.html").write_text(f"<h1>Help</h1><div>{body}</div>")
    pairs = read(tmp_path / "page.html").pairs
    assert [(p.question, p.answer) for p in pairs] == told


def test_one_heading_that_asks_above_bold_questions_is_a_topic(tmp_path: Path) -> None:
    asked = "".join(f"**{word}?**\n\nHere.\n\n" for word in ("Where", "When", "Who"))
    (tmp_path / "page.md").write_text(f"# Help\n\n## What is this?\n\n{asked}")
    found = [(pair.topic, pair.question) for pair in read(tmp_path / "page.md").pairs]
    assert found == [("What is this?", word) for word in ("Where?", "When?", "Who?")]


def test_a_box_of_boxes_is_a_topic(tmp_path: Path) -> None:
    inner = "<details><summary>{q}</summary><p>{a}</p></details>"
    body = inner.format(q="How do I pay?", a="By card.") + inner.format(q="When?", a="Now.")
    page = f"<details><summary>Payment</summary>{body}</details>"
    (tmp_path / "page.html").write_text(page)
    pairs = read(tmp_path / "page.html").pairs
    assert [(p.question, p.topic) for p in pairs] == [
        ("How do I pay?", "Payment"),
        ("When?", "Payment"),
    ]


def test_the_letter_of_an_answer_is_no_part_of_it(tmp_path: Path) -> None:
    page = "<h2>FAQ</h2>" + "".join(
        f"<p><strong>Q.</strong> {q}</p><div><strong>A.</strong> {a}</div>"
        for q, a in (("How?", "So."), ("Why?", "Because."))
    )
    (tmp_path / "page.html").write_text(page)
    pairs = read(tmp_path / "page.html").pairs
    assert [(p.question, p.answer) for p in pairs] == [("How?", "So."), ("Why?", "Because.")]


def test_a_footnote_stands_where_it_is_called(tmp_path: Path) -> None:
    page = """<h2>What does it cost?</h2><p>40 euros<a id="r1" href="#n1">[1]</a>.</p>
      <h2>Who may come?</h2><p>All.</p><hr><p><a id="n1" href="#r1">[1]</a> Half for pupils</p>"""
    (tmp_path / "page.html").write_text(page)
    cost, who = read(tmp_path / "page.html").pairs
    assert (cost.answer, who.answer) == ("40 euros (Half for pupils).", "All.")


def test_a_chat_gives_what_was_asked_and_answered(tmp_path: Path) -> None:
    lines = ["Al: hi there. are you open today?", "Bakery: Yes, until 6.", "Al: thanks!"]
    lines += ["Bo: Do you sell rye bread?", "Bakery: On Fridays.\n- sliced\n- whole"]
    talk = "\n".join(f"5/1/26, 9:0{n} AM - {line}" for n, line in enumerate(lines))
    (tmp_path / "chat.txt").write_text(talk)
    pairs = read(tmp_path / "chat.txt").pairs
    assert [(p.question, p.answer) for p in pairs] == [
        ("are you open today?", "Yes, until 6."),
        ("Do you sell rye bread?", "On Fridays.\n- sliced\n- whole"),
    ]


OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODT = f"""<office:document-content xmlns:office="{OFFICE}:office:1.0" xmlns:text="{OFFICE}:text:1.0"
 xmlns:style="{OFFICE}:style:1.0" xmlns:fo="{OFFICE}:xsl-fo-compatible:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink"><office:automatic-styles>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Standard">
<style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/>
</style:style></office:automatic-styles><office:body><office:text>
<text:h text:outline-level="1">Our FAQ</text:h>
<text:p text:style-name="P1">How do I join?</text:p>
<text:p>Fill in <text:a xlink:href="https://example.org/f">this form</text:a>.</text:p>
<text:list><text:list-item><text:p>name</text:p></text:list-item>
<text:list-item><text:p>address</text:p></text:list-item></text:list>
<text:p><text:span text:style-name="T1">What does it cost?</text:span></text:p>
<text:p>Nothing<text:s/>at all.</text:p></office:text></office:body></office:document-content>"""


@pytest.mark.parametrize("more", ["", "From the market you walk along the water for five minutes."])
def test_an_answer_may_stand_on_the_line_below_its_question(tmp_path: Path, more: str) -> None:
    told = f"Where?\nHere. {more}\n\nWhen?\nNow. {more}\n"
    (tmp_path / "page.md").write_text(told)
    found = [(pair.question, pair.answer) for pair in read(tmp_path / "page.md").pairs]
    assert found == [("Where?", f"Here. {more}".strip()), ("When?", f"Now. {more}".strip())]


def test_an_odt_is_read(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "faq.odt", "w") as archive:
        archive.writestr("content.xml", ODT)
    pairs = read(tmp_path / "faq.odt").pairs
    assert [(p.question, p.answer) for p in pairs] == [
        ("How do I join?", "Fill in [this form](https://example.org/f).\n\n- name\n- address"),
        ("What does it cost?", "Nothing at all."),
    ]


def test_an_rtf_is_read(tmp_path: Path) -> None:
    told = r"""{\rtf1\ansicpg99999 Our caf\'e9\par {\b How do I pay?}\par
      By card \u-10179 ?\u-8704 ?\par {\pict\bin9 }}}\b {{{\ }{\b When?}\par Now.\par}"""
    (tmp_path / "faq.rtf").write_text(told)
    pairs = read(tmp_path / "faq.rtf").pairs
    assert [(p.question, p.answer) for p in pairs] == [
        ("How do I pay?", "By card 😀"),
        ("When?", "Now."),
    ]


def test_a_document_that_names_nothing_is_named_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "house_rules.txt").write_text("Be quiet after ten. Lock the door.")
    (pair,) = read(tmp_path / "house_rules.txt").pairs
    assert (pair.question, pair.draft) == ("house rules", True)


CODE = [
    ("faq.txt", "Type this:\n\nRestart now\n\n"),
    ("faq.txt", "Type:\n\nsudo systemctl restart shop\n\n"),
    ("faq.txt", "Like so.\n\nshop --restart\n\n"),
    ("faq.md", "Like so.\n\n    SHOW TABLES\n\n"),
]


@pytest.mark.parametrize(("name", "answer"), CODE)
def test_a_lone_line_of_code_is_no_topic(tmp_path: Path, name: str, answer: str) -> None:
    (tmp_path / name).write_text(f"How do I restart?\n\n{answer}Who may?\n\nAnn may.\n")
    first, second = read(tmp_path / name).pairs
    assert first.answer.split() == answer.split()
    assert not second.topic


def test_what_is_no_list_of_questions_becomes_a_draft_a_section() -> None:
    (box,) = read(CASES / "d14_text_box.docx").pairs
    assert (box.question, box.draft) == ("How to", True)
    assert box.answer == "Choose the day:\n\n(1) name of the meeting\n\nThen save."
    manual = read(CASES / "d12_101_headings.md").pairs
    assert len(manual) == 101
    assert {p.topic for p in manual} == {""}  # a hundred topics are no help
    first, second = read(CASES / "d18_ru_headings.txt").pairs
    assert slug(first.question) == "priem-dokumentov"
    assert second.question == "Общежитие"


@pytest.mark.parametrize("file", sorted(CASES.iterdir()), ids=lambda f: f.name)
def test_new_makes_a_bot_of_every_case(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "off")
    code = main(["new", str(tmp_path / "made"), "--document", str(file)])
    if file.name == "unquoted.csv":
        assert code == 1
        assert "Put that cell in double quotes" in capsys.readouterr().err
        return
    assert code == 0
    *_, look, start = capsys.readouterr().out.splitlines()
    assert look.startswith(("Look at:", "Nothing needs a look."))
    assert start == f"Start it: FAQ_CONTENT={tmp_path / 'made'} uv run run_bot.py"
    assert len([e for e in load(tmp_path / "made").entries if e.kind == "answer"]) > 0


# Exports of other bots, as their programs write them.

QNABOT = """{"qna": [{"qid": "Admissions.001", "q": ["How do I apply?", "apply for a place"],
 "a": "Fill in the form.", "alt": {"markdown": "Fill in **the [form](https://example.org/f)**."},
 "t": "admissions"}, {"qid": "Fees.001", "q": ["What are the fees?"], "a": "None."}]}"""
QNA_MAKER = """Question\tAnswer\tSource\tMetadata\tSuggestedQuestions\tIsContextOnly\tPrompts\tQnaId
Can I bring a pet?\tYes, **small** ones.\\n\\n* cats\\n* dogs\tEditorial\t\t[]\tFalse\t[]\t1
Are pets allowed\tYes, **small** ones.\\n\\n* cats\\n* dogs\tEditorial\t\t[]\tFalse\t[]\t1
Where is it?\tHere.\tEditorial\t\t[]\tFalse\t[]\t2
"""
RASA = """version: "3.1"
nlu:
- intent: faq/ask_price
  examples: |
    - what does it cost
    - how much is [a ticket](item)?
- intent: goodbye
  examples: |
    - bye
responses:
  utter_faq/ask_price:
  - text: "It costs ten euros."
  utter_goodbye:
  - text: Bye!
"""
CHATTERBOT = """categories:
- garden
conversations:
- - What grows here?
  - Roses.
- - When may I water?
  - In the evening.
  - And at noon?
  - Never.
"""
DIALOGFLOW = '"How do I reset it?","Hold the button, for ten seconds."\n"Is it loud?","No."\n'
BOTPRESS = """{"qnas": [{"id": "0x_how", "data": {"action": "text", "contexts": ["global"],
 "enabled": true, "answers": {"en": ["By bus."]}, "questions": {"en": ["How do I get there?",
 "directions"]}}}, {"id": "off", "data": {"enabled": false, "answers": {"en": ["x"]},
 "questions": {"en": ["Old?"]}}}]}"""
ZENDESK = """{"count": 2, "articles": [{"id": 1, "draft": false, "title": "How do I return goods?",
 "body": "<p>Send them <a href=\\"https://example.org/r\\">back</a>.</p><ul><li>whole</li></ul>"},
 {"id": 2, "draft": true, "title": "Not yet?", "body": "<p>x</p>"}]}"""
JSON_LD = """<html><head><script type="application/ld+json">{"@context": "https://schema.org",
"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "Do you ship abroad?",
"acceptedAnswer": {"@type": "Answer", "text": "<p>Yes, <b>to</b> most places.</p>"}},
{"@type": "Question", "name": "How long does it take?", "acceptedAnswer": {"@type": "Answer",
"text": "A week."}}]}</script></head><body><h1>Help</h1><div id="app">Loading</div></body></html>"""
PLAIN_YAML = """- question: Is it open on Sundays?
  answer: |
    No.
    Only on Mondays.
  category: Hours
- frage: Und montags?
  antwort: Ja.
"""
LISTED_YAML = """- q: What do I bring?
  a: "To the first evening:"
  items:
    - item: a towel
    - item: "[the form](https://pool.example/form)"
- q: May I bring a friend?
  a: Yes.
"""
MAPPING = '{"Hours": {"When do you open?": "At nine.", "When do you close?": "At six."}}'
JSON_LINES = """{"prompt": "Who are you?", "completion": "A club."}
{"prompt": "Why?", "completion": "Fun."}
"""

EXPORTS: list[tuple[str, str, list[tuple[str, str, tuple[str, ...]]]]] = [
    (
        "qnabot.json",
        QNABOT,
        [
            (
                "How do I apply?",
                "Fill in **the [form](https://example.org/f)**.",
                ("apply for a place",),
            ),
            ("What are the fees?", "None.", ()),
        ],
    ),
    (
        "qnamaker.tsv",
        QNA_MAKER,
        [
            ("Can I bring a pet?", "Yes, **small** ones.\n\n- cats\n- dogs", ("Are pets allowed",)),
            ("Where is it?", "Here.", ()),
        ],
    ),
    (
        "rasa.yml",
        RASA,
        [
            ("what does it cost", "It costs ten euros.", ("how much is a ticket?",)),
            ("bye", "Bye!", ()),
        ],
    ),
    (
        "chatterbot.yml",
        CHATTERBOT,
        [
            ("What grows here?", "Roses.", ()),
            ("When may I water?", "In the evening.", ()),
        ],
    ),
    (
        "dialogflow.csv",
        DIALOGFLOW,
        [
            ("How do I reset it?", "Hold the button, for ten seconds.", ()),
            ("Is it loud?", "No.", ()),
        ],
    ),
    ("botpress.json", BOTPRESS, [("How do I get there?", "By bus.", ("directions",))]),
    (
        "zendesk.json",
        ZENDESK,
        [("How do I return goods?", "Send them [back](https://example.org/r).\n\n- whole", ())],
    ),
    (
        "page.html",
        JSON_LD,
        [
            ("Do you ship abroad?", "Yes, **to** most places.", ()),
            ("How long does it take?", "A week.", ()),
        ],
    ),
    (
        "list.yaml",
        PLAIN_YAML,
        [
            ("Is it open on Sundays?", "No.\nOnly on Mondays.", ()),
            ("Und montags?", "Ja.", ()),
        ],
    ),
    (
        "listed.yml",
        LISTED_YAML,
        [
            (
                "What do I bring?",
                "To the first evening:\n\n- a towel\n- [the form](https://pool.example/form)",
                (),
            ),
            ("May I bring a friend?", "Yes.", ()),
        ],
    ),
    (
        "mapping.json",
        MAPPING,
        [("When do you open?", "At nine.", ()), ("When do you close?", "At six.", ())],
    ),
    (
        "rows.json",
        '[["Topic", "Question", "Answer"], ["Us", "Who?", "A club."], ["Us", "Fees", "None."]]',
        [("Who?", "A club.", ()), ("Fees", "None.", ())],
    ),
    ("lines.jsonl", JSON_LINES, [("Who are you?", "A club.", ()), ("Why?", "Fun.", ())]),
]


def test_a_pair_keeps_the_id_beside_it(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text(BOTPRESS, "utf-8")
    assert [pair.id for pair in read(tmp_path / "export.json").pairs] == ["0x_how"]


#: What only looks as if it said the same in several languages: the pairs' questions and answers.
NO_LANGUAGES = {
    "numbered": (
        '[{"id": 7, "en": {"question": "Where?", "answer": "Here."},'
        ' "fr": {"question": "Où ?", "answer": "Ici."}}]',
        [("Where?", "Here.")],
    ),
    "places": (
        '{"at_home": [{"question": "Where?", "answer": "Here."}],'
        ' "in_shop": [{"question": "When?", "answer": "Now."}]}',
        [("Where?", "Here."), ("When?", "Now.")],
    ),
    "who answered": (
        '[{"question": "Where?", "answer": "Here.", "answer_by": "Ann", "answer_on": "May"}]',
        [("Where?", "Here.")],
    ),
}


@pytest.mark.parametrize(("text", "wanted"), NO_LANGUAGES.values(), ids=NO_LANGUAGES)
def test_keys_of_two_letters_are_languages_where_they_say_the_same(
    tmp_path: Path, text: str, wanted: list[tuple[str, str]]
) -> None:
    (tmp_path / "export.json").write_text(text, "utf-8")
    found = read(tmp_path / "export.json").pairs
    assert [(pair.question, pair.answer) for pair in found] == wanted


@pytest.mark.parametrize(("name", "text", "wanted"), EXPORTS, ids=[e[0] for e in EXPORTS])
def test_exports_of_other_bots(
    tmp_path: Path, name: str, text: str, wanted: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    made = make(read(tmp_path / name).pairs, known={}).entries
    assert [(e["question"], e["answer"], tuple(e["paraphrases"])) for e in made] == wanted


SHOWN = [
    (0.15, "0%", "15%"),
    (0.155, "0.0 %", "15.5 %"),
    (12, "#,##0.00 €", "12.00 €"),
    (1234.5, "#,##0.00 €", "1,234.50 €"),
    (12, '#,##0.00\\ "€"', "12.00 €"),
    (12.5, "[$£-809]#,##0.00", "£12.50"),
    (1067, "00000", "01067"),
    (441632960123, "General", "441632960123"),
    (2.0, "General", "2"),
    (1.5, "General", "1.5"),
    (-5, "0", "-5"),
    (5, '0" km"', "5 km"),
    (3, "0.##", "3"),
]


@pytest.mark.parametrize(("value", "form", "text"), SHOWN)
def test_a_cell_means_what_it_shows(value: float, form: str, text: str) -> None:
    assert number_shown(value, form) == text


MOMENTS = [
    (date(2026, 5, 1), "dd.mm.yyyy", "01.05.2026"),
    (date(2026, 5, 1), "[$-809]d mmmm yyyy", "1 May 2026"),
    (date(2026, 5, 1), "[$-407]d. mmmm yyyy", "2026-05-01"),
    (date(2026, 5, 1), "mm-dd-yy", "2026-05-01"),
    (datetime(2026, 5, 1, 9, 30), "General", "2026-05-01 09:30"),
    (time(14, 5), "h:mm AM/PM", "2:05 PM"),
    (time(14, 5), 'hh:mm" Uhr"', "14:05 Uhr"),
]


@pytest.mark.parametrize(("value", "form", "text"), MOMENTS)
def test_a_date_is_written_as_its_sheet_does(value: date | time, form: str, text: str) -> None:
    assert moment_shown(value, form) == text


def test_of_columns_in_two_languages_the_fuller_one_is_taken(tmp_path: Path) -> None:
    sheet = tmp_path / "both.csv"
    sheet.write_text("q_en,q_fr,a_en,a_fr\nWhere?,Où ?,,Ici.\nWhen?,Quand ?,Now.,Maintenant.\n")
    found = read(sheet)
    assert [(p.question, p.answer, p.paraphrases) for p in found.pairs] == [
        ("Où ?", "Ici.", ()),
        ("Quand ?", "Maintenant.", ()),
    ]
    assert found.remarks[0].startswith("left out, as in another language: column q_en, a_en.")


def test_a_template_within_a_sentence_parts_no_paragraph(tmp_path: Path) -> None:
    (tmp_path / "rooms.md").write_text(
        "## Where?\n\nIn {% for r in x %}{{ r }}{% endfor %} above.\n"
    )
    assert [pair.answer for pair in read(tmp_path / "rooms.md").pairs] == ["In above."]


def test_duplicates_are_merged_or_told_all_at_once() -> None:
    pairs = [
        Pair("How much?", "Ten.", place="row 2"),
        Pair("how much", "Ten!", paraphrases=("price",), place="row 3"),
        Pair("How much?", "Twelve.", place="row 4"),
        Pair("Where?", "Here.", place="row 5"),
        Pair("Where?", "There.", place="row 6"),
    ]
    made = make(pairs, known={})
    assert [(e["id"], e["paraphrases"]) for e in made.entries] == [
        ("how-much", ["price"]),
        ("where", []),
    ]
    first, second = made.remarks
    assert first.startswith("row 4: “How much?” is asked in row 2 too and answered otherwise")
    assert second.startswith("row 6: “Where?” is asked in row 5 too")


def test_the_same_question_under_two_topics_is_told_apart() -> None:
    pairs = [Pair("What does it cost?", "Ten.", "Hall"), Pair("What does it cost?", "Two.", "Bus")]
    made = make(pairs, known={})
    assert [e["question"] for e in made.entries] == [
        "What does it cost? (Hall)",
        "What does it cost? (Bus)",
    ]


def answers(folder: Path) -> dict[str, str]:
    return {e.question: e.answer for e in load(folder).entries if e.kind == "answer"}


def test_new_without_a_document_is_empty_and_loads(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "made")]) == 0
    assert answers(tmp_path / "made") == {}


def test_an_own_wording_goes_before_the_small_talk(tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text("Question,Answer\nWho are you?,A club.\nHello,Hi!\n")
    assert main(["new", str(tmp_path / "made"), "--document", str(tmp_path / "sheet.csv")]) == 0
    assert answers(tmp_path / "made") == {"Who are you?": "A club.", "Hello": "Hi!"}


def test_rows_that_cannot_be_used_are_named_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "Question,Answer,Owner\nHow?,So.,Ann\nWhy?,,Ann\nWhen?,Now.,Ann\nHow?,Otherwise.,Ann\n"
    (tmp_path / "sheet.csv").write_text(rows)
    assert main(["new", str(tmp_path / "made"), "--document", str(tmp_path / "sheet.csv")]) == 0
    column, empty, twice, *_, look, _ = capsys.readouterr().out.splitlines()
    assert column == "left out, as no field of an entry: column Owner."
    assert empty == "row 3: “Why?” has no answer. Fill it in, or delete the row."
    assert twice.startswith("row 5: “How?” is asked in row 2 too and answered otherwise")
    assert look == "Look at: the 3 lines above."


def test_answers_to_come_are_named_and_sums_are_none(tmp_path: Path) -> None:
    rows = "Question,Answer\nMay I park?,??? ask Tom\nWhen?,TBD\nWhere?,Here.\nTotal:,3\n"
    (tmp_path / "sheet.csv").write_text(rows)
    found = read(tmp_path / "sheet.csv")
    assert [pair.question for pair in found.pairs] == ["Where?"]
    assert [remark.split(":")[0] for remark in found.remarks] == ["row 2", "row 3"]
    assert "“??? ask Tom”" in found.remarks[0]


@pytest.mark.parametrize("heading", ["Other words guests use", "Weitere Begriffe", "also known as"])
def test_a_column_of_other_words_holds_wordings(tmp_path: Path, heading: str) -> None:
    (tmp_path / "sheet.csv").write_text(f"Question,Answer,{heading}\nWhere?,Here.,place; site\n")
    assert read(tmp_path / "sheet.csv").pairs[0].paraphrases == ("place", "site")


def test_a_cell_of_wordings_on_lines_is_cut_there_alone(tmp_path: Path) -> None:
    cell = '"How much, please\nWhat is the price; and why"'
    (tmp_path / "sheet.csv").write_text(f"Question,Answer,Other words\nDear?,No.,{cell}\n")
    found = read(tmp_path / "sheet.csv").pairs[0].paraphrases
    assert found == ("How much, please", "What is the price; and why")


def test_headings_that_stand_once_more_are_no_question(tmp_path: Path) -> None:
    again = "Question,Answer\nWhere?,Here.\nQuestion,Answer\nWhen?,Now.\n"
    (tmp_path / "sheet.csv").write_text(again)
    assert [pair.question for pair in read(tmp_path / "sheet.csv").pairs] == ["Where?", "When?"]


def test_a_row_of_one_long_text_names_no_topic(tmp_path: Path) -> None:
    told = "The board looked over all of these answers in May and will do so again"
    (tmp_path / "sheet.csv").write_text(f"Question,Answer\n{told},\nWhere?,Here.\n")
    found = read(tmp_path / "sheet.csv")
    assert [pair.topic for pair in found.pairs] == [""]
    assert told in found.remarks[0]


def test_topics_are_spelt_as_they_are_first() -> None:
    made = make([Pair("a?", "a", "Arrival"), Pair("b?", "b", "arrival ")], known={})
    assert (made.topics, made.entries[1]["topic"]) == (["Arrival"], "Arrival")


def test_a_sheet_is_called_what_stands_above_its_headings(tmp_path: Path) -> None:
    text = "Ward 7: what visitors ask,\nQuestion,Answer\nMay I smoke?,No.\n"
    (tmp_path / "a.csv").write_text(text)
    assert read(tmp_path / "a.csv").title == "Ward 7: what visitors ask"


def test_rows_that_only_ask_are_wordings_of_the_row_above(tmp_path: Path) -> None:
    rows = "Question,Answer\nHow much?,Ten.\nprice,\nwhat does it cost,\nWhen?,At nine.\nhours,\n"
    (tmp_path / "sheet.csv").write_text(rows)
    first, second = read(tmp_path / "sheet.csv").pairs
    assert first.paraphrases == ("price", "what does it cost")
    assert second.paraphrases == ("hours",)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out.startswith("faq 0.")


@pytest.mark.parametrize(
    "file", [f for f in texts() if f.name not in FALLS_SHORT], ids=lambda file: file.name
)
def test_pages_and_texts_as_the_web_has_them_are_read_whole(file: Path) -> None:
    counted = count(read(file).pairs, expected()[file.name])
    assert counted.perfect, counted


def test_sheets_and_documents_as_offices_have_them_are_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no browser prints PDFs
    counts = {file.name: count(read(file).pairs, expected()[file.name]) for file in built(tmp_path)}
    counts = {name: c for name, c in counts.items() if name not in FALLS_SHORT}
    assert not {name: c for name, c in counts.items() if not c.perfect}
