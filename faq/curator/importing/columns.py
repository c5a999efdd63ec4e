"""Which columns of a sheet hold what: by their headings in many languages, else by their cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from faq.curator.importing.asking import ENDED, asks
from faq.curator.sheets import Grid
from faq.fields import ENTRY_FIELDS

#: Headings stand within so many rows of the top.
HEADING_ROWS = 30
#: Signs of a heading.
LONGEST_HEADING = 40
#: Signs of what a sheet of two columns tells more of, where no heading says what they hold.
LONGEST_NAME = 120
#: What columns are called, by what they hold; compared without case, spaces and signs.
NAMES = {
    "question": "question questions q frage fragen pregunta preguntas pergunta perguntas domanda"
    " domande вопрос вопросы vraag vragen pytanie pytania otázka otázky soru kérdés spørgsmål"
    " spørsmål fråga kysymys întrebare запитання питання 問題 問 质问 質問 问题 السؤال سؤال prompt"
    " pertanyaan câuhỏi въпрос въпроси 질문 प्रश्न שאלה userquestion"
    " says asks ask asked wants inquiry enquiry"
    " title titel titre título titolo faq query kysymykset erotima ερώτηση thema"
    " issue problem symptom"
    " customerquestion questiontext faqquestion intentquestion anfrage interrogation phrase",
    "answer": "answer answers a antwort antworten respuesta respuestas resposta respostas risposta"
    " risposte réponse réponses reponse ответ ответы antwoord antwoorden odpowiedź odpowiedzi"
    " odpověď cevap yanıt válasz svar vastaus răspuns відповідь відповіді 答え 答 回答 答案 الجواب"
    " جواب إجابة jawaban trảlời отговор отговори 답변 답 उत्तर תשובה response responses"
    " reply content body text inhalt απάντηση solution lösung"
    " say wesay sagen sagenwir resolution fix remedy workaround"
    " answertext faqanswer botresponse description beschreibung auskunft",
    "paraphrases": "paraphrase paraphrases phrasing rephrasing rephrasings rewording rewordings"
    " wording variation variations alternate alternates aka alternative alternatives"
    " alternativequestions alternativequestion alternatequestions synonym synonyms"
    " synonyme utterance utterances variant variants variante varianten wordings"
    " otherwordings otherquestions alsoasked"
    " andereformulierungen weitereformulierungen formulierungen formulierung sinónimos variantes"
    " autresformulations варианты вариант синонимы phrasings examples trainingphrases keywords"
    " example sample beispiel beispiele ejemplo ejemplos exemple exemples esempio esempi exemplo"
    " пример примеры"
    " similarquestions similarquestion otrasformas otraspreguntas variaciones altquestion"
    " weiterefragen umformulierungen alias aliases"
    " suchbegriffe suchwörter stichworte stichwörter schlagworte schlagwörter schlüsselwörter"
    " motsclés palabrasclave parolechiave palavraschave"
    " words known wörter begriffe worte mots palabras palavras parole слова",
    "topic": "topic topics category categories kategorie kategorien thema themen rubrik bereich"
    " categoría categoria catégorie rubrique тема темы категория раздел section subject group"
    " gruppe onderwerp temat kategori konu area 分類 カテゴリ tema assunto sezione",
    "link": "link links url urls website webseite weblink hyperlink enlace lien ссылка",
    "status": "status zustand estado statut stato статус",
    "id": "id qid key code nr no number nummer lfdnr name slug identifier qnaid ref reference"
    " intent intentname",
}


def _key(cell: str) -> str:
    if re.fullmatch(r"[A-Za-z]\d+", cell.strip()):  # "a1" numbers a row, "Answer 1" is a heading
        return cell
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
    #: Columns that go on with the answer: "Answer 2".
    answers: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    topic: int | None = None
    status: int | None = None
    id: int | None = None
    left_out: list[str] = field(default_factory=list)
    #: Headings of questions and answers that say the same in another language.
    foreign: list[str] = field(default_factory=list)
    #: Whether a cell of the questions holds several wordings.
    several: bool = False


def columns_of(grid: Grid) -> Columns | None:
    """Which columns hold what: by their headings, else by what stands in them."""
    for number, row in enumerate(grid[:HEADING_ROWS]):
        found = _by_heading(row, number, grid[number + 1 :])
        if found:
            return found
    return _by_cells(grid)


def called(cell: str) -> str:
    """What a heading means that is one of the names and nothing else; empty if it is none."""
    return _BY_NAME.get(_key(cell), "")


def meaning_of(cell: str) -> str:
    """What a heading means, empty if unknown; the word that decides may stand among others."""
    if named := called(cell):
        return named
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
    meanings = [meaning_of(cell) for cell in row]
    keys = {_key(cell) for cell in row}
    questions = [n for n, what in enumerate(meanings) if what == "question"]
    answers = [n for n, what in enumerate(meanings) if what == "answer"]
    wordings = [n for n, what in enumerate(meanings) if what == "paraphrases"]
    unknown = [n for n, cell in enumerate(row) if cell.strip() and not meanings[n]]
    if not questions and keys & _SURE_ANSWER:
        questions = [n for n in unknown[:1] if not wordings or n < wordings[0]]
    if not questions:  # a bot's training: each row another wording
        questions = wordings[:1]
    if not questions or not answers:
        return None
    question = next((n for n in questions if _key(row[n]) in _SURE_QUESTION), questions[0])
    others = [n for n in answers if n != question]
    if not others:
        return None
    fullest = max(others, key=lambda n: sum(len(cell_of(line, n)) for line in below))
    sure = [n for n in others if _key(row[n]) in _SURE_ANSWER]
    answer = next(iter(sure), fullest)
    if _beside(row[question]) and (spoken := _spoken(row, questions, others)):
        question, answer = max(
            spoken, key=lambda both: sum(all(cell_of(line, n) for n in both) for line in below)
        )
    columns = Columns(question, answer, number, several=question in wordings)
    return _with_others(columns, row)


def _spoken(
    row: Sequence[str], questions: Sequence[int], answers: Sequence[int]
) -> list[tuple[int, int]]:
    """The columns of questions and answers that belong together, as they say the same beside."""
    both = ((q, a) for q in questions for a in answers if q != a)
    return [(q, a) for q, a in both if _beside(row[q]) and _beside(row[q]) == _beside(row[a])]


def _beside(cell: str) -> frozenset[str]:
    """What a heading says beside what its column holds, such as the language."""
    words = map(_key, re.split(r"[\W_]+", cell))
    return frozenset(word for word in words if word and word not in _BY_NAME)


def _with_others(columns: Columns, row: Sequence[str]) -> Columns:
    """The columns of questions and answers, and what the headings of the others mean."""
    meanings = [
        "" if n in {columns.question, columns.answer} else meaning_of(cell)
        for n, cell in enumerate(row)
    ]
    asked, told = (
        [n for n, m in enumerate(meanings) if m == what] for what in ("question", "answer")
    )
    besides = {_beside(row[q]) for q, _ in _spoken(row, asked, told)}
    foreign = [n for n, cell in enumerate(row) if meanings[n] and _beside(cell) in besides]
    columns.foreign = [row[n].strip() for n in foreign]
    meanings = ["" if n in foreign else what for n, what in enumerate(meanings)]
    columns.topic, columns.id, columns.status = (
        meanings.index(what) if what in meanings else None for what in ("topic", "id", "status")
    )
    generic = {"title", "titel", "thema", "name"}
    columns.more += [
        n
        for n, what in enumerate(meanings)
        if n not in columns.more
        and (what == "paraphrases" or (what == "question" and _key(row[n]) not in generic))
    ]
    answered = _key(row[columns.answer]) if re.search(r"\d", row[columns.answer]) else ""
    columns.answers = [
        n for n, what in enumerate(meanings) if what == "answer" and _key(row[n]) == answered
    ]
    columns.links = [n for n, what in enumerate(meanings) if what == "link"]
    used = {columns.question, columns.answer, columns.topic, columns.id, columns.status}
    used |= {*columns.more, *columns.links, *columns.answers, *foreign}
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
    first, *rest = [
        n for n, row in enumerate(grid) if cell_of(row, question) and cell_of(row, answer)
    ]
    cells = cell_of(grid[first], question), cell_of(grid[first], answer)
    named = all(len(cell) <= LONGEST_HEADING and not ENDED.search(cell) for cell in cells)
    known = meaning_of(cells[1]) == "answer"
    return first if rest and (known or (named and asks(cell_of(grid[rest[0]], question)))) else -1


def named_and_told(read: Sequence[tuple[str, Grid]]) -> tuple[str, Grid, Columns] | None:
    """The one sheet that names something in a column, each once, and tells more of it in another.

    What is told is the longest of all; what it is told of has several words and stands before it.
    """
    filled = [(name, grid) for name, grid in read if any(map(any, grid))]
    if len(filled) != 1:
        return None
    [(name, grid)] = filled
    first = next(n for n, row in enumerate(grid) if any(row))
    wide = len(grid[first]) > 2
    headed = wide or any(meaning_of(cell) for cell in grid[first])
    rows = [row for row in grid[first + headed :] if any(row)]
    width = max(map(len, rows), default=0)
    columns = [[cell_of(row, n) for row in rows] for n in range(width)]
    full = [n for n, cells in enumerate(columns) if sum(map(bool, cells)) >= 0.9 * len(rows)]
    if len(rows) < 3 or len(full) < 2:
        return None
    told = max(full, key=lambda n: sum(map(len, columns[n])))
    names = [n for n in full if n < told and len(set(columns[n])) == len(rows)]
    named = max(names, key=lambda n: sum(len(c.split()) for c in columns[n]), default=None)
    if named is None or max(map(len, columns[named])) > LONGEST_NAME:
        return None
    if not any(re.search(r"[^\W\d_]{3}.*\s", cell) for cell in columns[told]):
        return None
    if wide and not all(re.search(r"[^\W\d_]{3}", cell) for cell in columns[named]):
        return None
    return name, grid, Columns(named, told, first if headed else -1)


def cell_of(row: Sequence[str], column: int | None) -> str:
    """What stands in a column of a row, empty where nothing does."""
    return row[column].strip() if column is not None and column < len(row) else ""
