"""The pairs in a sheet: which columns hold what, and what each row says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from faq.curator.importing.asking import ENDED, asks, question_text
from faq.curator.importing.blocks import Block, Found, Kind, Pair
from faq.curator.importing.questions import pairs_of
from faq.curator.sheets import Grid, grids
from faq.markup import quoted
from faq.model import ENTRY_FIELDS, FAQError

#: Headings stand within so many rows of the top.
HEADING_ROWS = 30
#: Signs of a heading.
LONGEST_HEADING = 40
#: Signs of what a sheet of two columns tells more of, where no heading says what they hold.
LONGEST_NAME = 120
#: Two rows below each other with one answer of so many characters are two wordings.
LONG_ANSWER = 40

#: What columns are called, by what they hold; compared without case, spaces and signs.
NAMES = {
    "question": "question questions q frage fragen pregunta preguntas pergunta perguntas domanda"
    " domande вопрос вопросы vraag vragen pytanie pytania otázka otázky soru kérdés spørgsmål"
    " spørsmål fråga kysymys întrebare запитання питання 問題 問 质问 質問 问题 السؤال سؤال prompt"
    " pertanyaan câuhỏi въпрос въпроси 질문 प्रश्न שאלה userquestion"
    " says asks ask asked wants inquiry enquiry"
    " title titel titre título titolo faq query kysymykset erotima ερώτηση thema"
    " customerquestion questiontext faqquestion intentquestion anfrage interrogation phrase",
    "answer": "answer answers a antwort antworten respuesta respuestas resposta respostas risposta"
    " risposte réponse réponses reponse ответ ответы antwoord antwoorden odpowiedź odpowiedzi"
    " odpověď cevap yanıt válasz svar vastaus răspuns відповідь відповіді 答え 答 回答 答案 الجواب"
    " جواب إجابة jawaban trảlời отговор отговори 답변 답 उत्तर תשובה response responses"
    " reply content body text inhalt απάντηση solution lösung"
    " answertext faqanswer botresponse description beschreibung auskunft",
    "paraphrases": "paraphrase paraphrases phrasing rephrasing rephrasings rewording rewordings"
    " wording variation variations alternate alternates aka alternative alternatives"
    " alternativequestions alternativequestion alternatequestions synonym synonyms"
    " synonyme utterance utterances variant variants variante varianten wordings"
    " otherwordings otherquestions alsoasked"
    " andereformulierungen weitereformulierungen formulierungen formulierung sinónimos variantes"
    " autresformulations варианты вариант синонимы phrasings examples trainingphrases keywords"
    " similarquestions similarquestion otrasformas otraspreguntas variaciones altquestion"
    " weiterefragen umformulierungen alias aliases",
    "topic": "topic topics category categories kategorie kategorien thema themen rubrik bereich"
    " categoría categoria catégorie rubrique тема темы категория раздел section subject group"
    " gruppe onderwerp temat kategori konu area 分類 カテゴリ tema assunto sezione",
    "link": "link links url urls website webseite weblink hyperlink enlace lien ссылка",
    "id": "id qid key code nr no number nummer lfdnr name slug identifier qnaid ref reference",
}


def _key(cell: str) -> str:
    return re.sub(r"[\W_\d]+", "", cell.casefold())


_BY_NAME = {_key(name): what for what, names in NAMES.items() for name in names.split()}
#: Columns of a sheet that an export wrote.
OWN = frozenset(f.key for f in ENTRY_FIELDS) | {"file"}


@dataclass(slots=True)
class Columns:
    """Which columns of a grid hold what."""

    question: int
    answer: int
    row: int
    more: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    topic: int | None = None
    id: int | None = None
    left_out: list[str] = field(default_factory=list)


def sheet_pairs(file: Path) -> Found:
    """The pairs of a sheet. Raises FAQError where no column holds questions, or none answers."""
    read = grids(file)
    found = [(name, grid, columns_of(grid)) for name, grid in read]
    told = [(name, grid, columns) for name, grid, columns in found if columns]
    if not told and (stacked := _stacked(read)):
        return Found("", stacked)
    if not told and (named := _named_and_told(read)):
        told = [named]
    if not told:
        raise FAQError(
            f"{file.name}: no column of questions beside one of answers. Name two columns "
            "“Question” and “Answer”, in the first row."
        )
    pairs: list[Pair] = []
    remarks: list[str] = []
    for name, grid, columns in told:
        _must_be_even(grid, columns, file)
        topic = name if len(told) > 1 else ""
        remarks += _remarks(columns)
        pairs += _grid_pairs(grid, columns, topic, remarks)
    if not pairs:
        raise FAQError(f"{file.name}: no row holds a question and its answer. Fill them in.")
    return Found("", tuple(pairs), tuple(dict.fromkeys(remarks)))


def _stacked(read: Sequence[tuple[str, Grid]]) -> tuple[Pair, ...]:
    """Pairs of sheets that have their questions and answers below each other in one column."""
    cells = ["\n".join(filter(None, map(str.strip, row))) for _, grid in read for row in grid]
    return pairs_of([Block(Kind.PARAGRAPH, quoted(cell)) for cell in cells if cell])


def _named_and_told(read: Sequence[tuple[str, Grid]]) -> tuple[str, Grid, Columns] | None:
    """The one sheet of two columns, its first of short texts, each once, told more of beside."""
    filled = [(name, grid) for name, grid in read if any(map(any, grid))]
    if len(filled) != 1:
        return None
    [(name, grid)] = filled
    rows = [[c for c in row if c.strip()] for row in grid if any(row)]
    names = [row[0] for row in rows if len(row) == 2]
    if len(names) < max(3, 0.9 * len(rows)) or len(set(names)) < len(names):
        return None
    if any(len(row) > 2 for row in rows) or max(map(len, names)) > LONGEST_NAME:
        return None
    told = [n for n in range(max(map(len, grid))) if any(_cell(row, n) for row in grid)]
    if len(told) != 2 or not any(re.search(r"[^\W\d_]{3}.*\s", _cell(r, told[1])) for r in grid):
        return None
    first = next(n for n, row in enumerate(grid) if any(row))
    headed = any(_meaning(cell) for cell in grid[first])
    return name, grid, Columns(told[0], told[1], first if headed else -1)


def _must_be_even(grid: Grid, columns: Columns, file: Path) -> None:
    """Raises FAQError for rows of a CSV longer than their headings: quotes are missing there."""
    if columns.row < 0 or file.suffix.lower() == ".xlsx":
        return
    width = len(grid[columns.row])
    longer = [n for n, row in enumerate(grid, 1) if len(row) > width and any(row[width:])]
    if longer:
        raise FAQError(
            f"{file.name}: row {', '.join(map(str, longer[:10]))}: more cells than headings, as a "
            "cell holds a comma or whatever parts them. Put that cell in double quotes, or save "
            "the sheet as .xlsx."
        )


def _remarks(columns: Columns) -> list[str]:
    if not columns.left_out:
        return []
    return [f"left out, as no field of an entry: column {', '.join(columns.left_out)}"]


def columns_of(grid: Grid) -> Columns | None:
    """Which columns hold what: by their headings, else by what stands in them."""
    for number, row in enumerate(grid[:HEADING_ROWS]):
        found = _by_heading(row, number, grid[number + 1 :])
        if found:
            return found
    return _by_cells(grid)


def _meaning(cell: str) -> str:
    """What a heading means; the word that decides may stand among others."""
    key = _key(cell)
    if key in _BY_NAME:
        return _BY_NAME[key]
    if len(cell) > 40:
        return ""
    words = [_key(word) for word in re.split(r"[\s/_()|,:;-]+", cell) if _key(word)]
    known = [_BY_NAME[word] for word in words if word in _BY_NAME]
    for what in ("paraphrases", "answer", "question", "topic"):
        if what in known:
            return what
    return ""


_SURE_QUESTION = {
    *("question", "frage", "q", "pregunta", "pergunta"),
    *("вопрос", "domanda", "vraag"),
}
_SURE_ANSWER = {
    *("answer", "antwort", "a", "respuesta", "resposta"),
    *("ответ", "risposta", "réponse"),
}


def _by_heading(row: Sequence[str], number: int, below: Grid) -> Columns | None:
    """What the columns below a row of headings hold; None where the row is none.

    Where only the questions, or only the answers, are called what they are ("Question", "What we
    say"), a column whose heading means nothing known holds the others.
    """
    meanings = [_meaning(cell) for cell in row]
    keys = {_key(cell) for cell in row}
    questions = [n for n, what in enumerate(meanings) if what == "question"]
    answers = [n for n, what in enumerate(meanings) if what == "answer"]
    unknown = [n for n, cell in enumerate(row) if cell.strip() and not meanings[n]]
    if not answers and keys & _SURE_QUESTION:
        answers = unknown
    if not questions and keys & _SURE_ANSWER:
        questions = unknown[:1]
    if not questions or not answers:
        return None
    question = next((n for n in questions if _key(row[n]) in _SURE_QUESTION), questions[0])
    others = [n for n in answers if n != question]
    if not others:
        return None
    fullest = max(others, key=lambda n: sum(len(_cell(line, n)) for line in below))
    answer = next((n for n in others if _key(row[n]) in _SURE_ANSWER), fullest)
    return _with_others(Columns(question, answer, number), row)


def _with_others(columns: Columns, row: Sequence[str]) -> Columns:
    """The columns of questions and answers, and what the headings of the others mean."""
    meanings = [
        "" if n in {columns.question, columns.answer} else _meaning(cell)
        for n, cell in enumerate(row)
    ]
    columns.topic, columns.id = (
        meanings.index(what) if what in meanings else None for what in ("topic", "id")
    )
    generic = {"title", "titel", "thema", "name"}
    columns.more += [
        n
        for n, what in enumerate(meanings)
        if n not in columns.more
        and (what == "paraphrases" or (what == "question" and _key(row[n]) not in generic))
    ]
    columns.links = [n for n, what in enumerate(meanings) if what == "link"]
    used = {columns.question, columns.answer, columns.topic, columns.id}
    used |= {*columns.more, *columns.links}
    columns.left_out = [
        cell.strip()
        for n, cell in enumerate(row)
        if n not in used and cell.strip() and cell.strip().lower() not in OWN
    ]
    return columns


def _by_cells(grid: Grid) -> Columns | None:
    """The column where most cells ask, and the one of the longest texts."""
    rows = [row for row in grid if sum(bool(c.strip()) for c in row) >= 2]
    width = max(map(len, rows), default=0)
    if len(rows) < 1 or width < 2:
        return None
    cells = [[row[n] for row in rows if n < len(row) and row[n].strip()] for n in range(width)]
    shares = [sum(map(asks, column)) / len(rows) for column in cells]
    question = max(range(width), key=lambda n: shares[n])
    if shares[question] < 0.4:
        return None
    rest = [n for n in range(width) if n != question and cells[n]]
    behind = [n for n in rest if n > question and shares[n] < 0.4]
    lengths = {n: sum(map(len, cells[n])) / len(rows) for n in rest}
    answer = max(behind or rest, key=lambda n: lengths[n], default=None)
    if answer is None:
        return None
    more = [n for n in rest if shares[n] >= 0.4 and n != answer]
    columns = Columns(question, answer, _heading_row(grid, question, answer), more=more)
    return _with_others(columns, grid[columns.row]) if columns.row >= 0 else columns


def _heading_row(grid: Grid, question: int, answer: int) -> int:
    """The first row, if it is short in both columns and asks nothing while the next one does."""
    first, *rest = [n for n, row in enumerate(grid) if _cell(row, question) and _cell(row, answer)]
    cells = _cell(grid[first], question), _cell(grid[first], answer)
    named = all(len(cell) <= LONGEST_HEADING and not ENDED.search(cell) for cell in cells)
    return first if named and rest and asks(_cell(grid[rest[0]], question)) else -1


def _grid_pairs(grid: Grid, columns: Columns, topic: str, remarks: list[str]) -> Iterator[Pair]:
    """Pairs of the rows below the headings; a row that asks only belongs to the one above."""
    pending: Pair | None = None
    wordings_below = _has_wordings_below(grid[columns.row + 1 :], columns)
    headings = [c.strip().lower() for c in grid[columns.row]] if columns.row >= 0 else []
    for number, row in enumerate(grid[columns.row + 1 :], columns.row + 2):
        filled = [c for c in row if c.strip()]
        if not filled or _meaning_row(row, columns):
            continue
        question, answer = _cell(row, columns.question), _cell(row, columns.answer)
        topic = _cell(row, columns.topic) or topic
        if not (question and answer):
            if _is_rubric(filled, columns):
                topic = filled[0].strip()
            elif pending is not None and len(filled) == 1 and (answer or wordings_below):
                pending = _joined(pending, question, answer)
            else:
                what = "question" if not question else "answer"
                remarks.append(f"row {number}: no {what}. Fill it in, or delete the row")
            continue
        pair = _row_pair(row, columns, topic, number)
        own = {n: row[at] for at, n in enumerate(headings) if at < len(row) and n in OWN}
        if pair is not None:
            if pending is not None and _is_wording_of(pair, pending):
                more = (pair.question, *pair.paraphrases)
                pending = replace(pending, paraphrases=(*pending.paraphrases, *more))
                continue
            if pending is not None:
                yield pending
            pending = replace(pair, fields=tuple((n, c) for n, c in own.items() if c.strip()))
    if pending is not None:
        yield pending


def _is_wording_of(pair: Pair, before: Pair) -> bool:
    """Whether a row asks what the one above asks, in other words: same answer, same id."""
    known = pair.id == before.id if pair.id else len(pair.answer) >= LONG_ANSWER
    return pair.answer == before.answer and known


def _cell(row: Sequence[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _has_wordings_below(rows: Grid, columns: Columns) -> bool:
    """Whether so many rows only ask that they are other wordings of the row above each."""
    asked, answer = columns.question, columns.answer
    told = [bool(_cell(row, answer)) for row in rows if _cell(row, asked)]
    return told.count(False) >= max(2, told.count(True) / 4)


def _is_rubric(filled: Sequence[str], columns: Columns) -> bool:
    """A row of one short text that asks nothing names the topic of the rows below."""
    alone = len(filled) == 1 and columns.topic is None
    text = filled[0].strip()
    named = not text[:1].islower() and len(text) < 60 and "\n" not in text
    return alone and named and not asks(text)


def _row_pair(row: Sequence[str], columns: Columns, topic: str, number: int) -> Pair | None:
    wordings = _wordings(_cell(row, columns.question))
    wordings += [w for n in columns.more for w in _listed(_cell(row, n))]
    if not wordings:
        return None
    answer, identity = _answer(_cell(row, columns.answer)), _cell(row, columns.id)
    links = [link for n in columns.links if "://" in (link := _cell(row, n))]
    answer = "\n".join([answer, *(link for link in links if link not in answer)])
    return Pair(wordings[0], answer, topic, tuple(wordings[1:]), f"row {number}", identity)


def _joined(pair: Pair, question: str, answer: str) -> Pair:
    """A row that only asks is another wording of the one above; one that only answers goes on."""
    if question:
        return replace(pair, paraphrases=(*pair.paraphrases, *_wordings(question)))
    return replace(pair, answer=f"{pair.answer}\n\n{_answer(answer)}")


def _meaning_row(row: Sequence[str], columns: Columns) -> bool:
    """The headings once more, as after a page's end."""
    width = max(columns.question, columns.answer)
    return len(row) > width and (
        (_meaning(row[columns.question]), _meaning(row[columns.answer])) == ("question", "answer")
        and len(row[columns.question]) < 30
    )


def _wordings(cell: str) -> list[str]:
    """The wordings in a question's cell: one a line, or several questions on one."""
    lines = [line for line in cell.split("\n") if line.strip()]
    if len(lines) == 1:
        inner = re.split(r"(?<=[?？])\s*[,/;|]?\s*(?=[^\W\d_a-z])", lines[0])
        lines = inner if all(map(asks, inner)) else lines
    elif lines and asks(" ".join(lines)) and not any(map(asks, lines[:-1])):
        broken = all(line[:1].islower() for line in lines[1:])
        lines = [" ".join(lines)] if broken else lines
    return [w for w in map(question_text, map(quoted, lines)) if w]


def _listed(cell: str) -> list[str]:
    """The wordings in a cell of paraphrases; bars, semicolons and commas may part short ones."""
    if "\n" in cell.strip():
        return _wordings(cell)
    for sign in ("|", ";", ","):
        parts = [part.strip() for part in cell.split(sign) if part.strip()]
        short = sign != "," or all(len(part.split()) <= 5 for part in parts)
        if len(parts) > 1 and short:
            return [w for part in parts for w in _wordings(part)]
    return _wordings(cell)


def _answer(cell: str) -> str:
    """An answer's cell: HTML and Markdown are read, all else is kept as it stands."""
    text = cell.replace("\r\n", "\n").strip()
    if re.search(r"</?(?:p|br|ul|ol|li|b|strong|a|div|i|em|span)\b[^>]*>", text, re.IGNORECASE):
        from faq.curator.importing.html import markup_of  # noqa: PLC0415 - extra `documents`

        return markup_of(
            text.replace("\n", "<br>") if "<p" not in text and "<br" not in text else text
        )
    return from_markdown(text)


def from_markdown(text: str) -> str:
    """A cell's text: the Markdown we know is kept, the rest becomes ordinary."""
    text = re.sub(r"__(?=\S)([^_\n]+?)(?<=\S)__", r"**\1**", text)
    text = re.sub(r"^#{1,6}\s+(.+?)\s*#*$", r"**\1**", text, flags=re.MULTILINE)
    return re.sub(r"^(\s*)[•●▪*]\s+", r"\1- ", text, flags=re.MULTILINE)
