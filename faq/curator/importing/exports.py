"""What other bots and help desks export (.json, .yaml), as pairs.

One walk for all of them: wherever a table holds something that is asked and something that answers,
under any of the names these programs use, there is a pair. Rasa, Watson and ChatterBot, which keep
the two apart, are read by their form, and so are talks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faq.curator.importing.asking import asks
from faq.curator.importing.blocks import Found, Pair
from faq.curator.importing.boilerplate import is_closing
from faq.curator.importing.columns import called
from faq.curator.importing.languages import Spoken, by_language, languages_of
from faq.curator.importing.text import decoded
from faq.curator.importing.training import chatterbot_pairs, rasa_pairs, talk_pairs, watson_pairs
from faq.curator.importing.values import nodes_in, question_in, text_key, text_of, texts_in
from faq.model import FAQError

MOST_NODES = 300_000
#: Keys of what is asked, of what answers, of more wordings and of topics, the surest first.
_KEYS = (
    "questions question q utterances sampleUtterances userSays frage fragen pregunta pergunta"
    " domanda вопрос vraag pytanie trainingPhrases training_phrases phrases prompt query patterns"
    " user input title name heading titel summary",
    "answers answer a acceptedAnswer suggestedAnswer antwort respuesta resposta risposta réponse"
    " reponse ответ antwoord odpowiedź responses response reply output bot body content text"
    " html_body body_html html description solution completion conclusionStatement",
    "paraphrases alternatives alternativeQuestions synonyms variants alternate_questions"
    " variations aliases",
    "topic category categories section kategorie group theme thema tema categoría categoria"
    " section_name categoryName",
)
ASKED, ANSWERS, MORE, TOPIC = (tuple(names.split()) for names in _KEYS)
_KNOWN = frozenset(name.lower() for name in (*ASKED, *ANSWERS, *MORE, *TOPIC))
#: A key that counts: "q1", "answer_02".
_COUNTED_KEY = re.compile(r"(?P<name>[^\W\d_]+)[\W_]?(?P<number>\d{1,3})")
#: Keys of answers of which a bot gives one, whichever.
ALTERNATIVES = frozenset({"responses", "replies"})
#: A value of YAML with a colon in it, which has to stand in quotes and doesn't.
_BARE_VALUE = re.compile(
    r"^(?P<key>[ \t-]*[\w-]+:[ \t]+)(?P<value>[^\s\"'|>\[{&*!#].*:[ \t].*)$", re.MULTILINE
)
#: Keys of a list that an answer ends with.
LISTS = ("items", "list", "points", "bullets", "steps", "options")
ID = ("qid", "id", "key", "slug", "intent", "tag")


def export_pairs(file: Path) -> Found:
    """The pairs of an export. Raises FAQError where there are none."""
    data = parsed(file)
    state = _State()
    kept_apart = (rasa_pairs, watson_pairs, chatterbot_pairs, talk_pairs)
    told = (*(read(data) for read in kept_apart), _walk(data, "", "", state, 0))
    pairs = next(filter(None, map(list, told)), [])
    if not pairs:
        raise FAQError(
            f"{file.name}: no questions with answers in it. Name them “question” and “answer”."
        )
    title = data.get("title") if isinstance(data, Mapping) else ""
    named = title if isinstance(title, str) else ""
    return Found(named, tuple(pairs), state.spoken.remarks())


def parsed(file: Path) -> Any:
    """The data of a JSON, JSON Lines or YAML file."""
    text = decoded(file.read_bytes(), file.name)
    if file.suffix.lower() in {".yml", ".yaml"}:
        return _yaml(text, file.name)
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        raise FAQError(f"{file.name}: nested too deeply. Export it again.") from None
    except ValueError as error:
        rows = _json_lines(text)
        if rows:
            return rows
        raise FAQError(f"{file.name}: no sound JSON ({error}). Export it again.") from None


def _json_lines(text: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return []


def _yaml(text: str, name: str) -> Any:
    import yaml  # noqa: PLC0415 - optional: the extra `documents`

    try:
        documents = list(yaml.load_all(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        quoted = _BARE_VALUE.sub(lambda m: m["key"] + json.dumps(m["value"].rstrip()), text)
        if quoted != text:
            return _yaml(quoted, name)
        at = getattr(error, "problem_mark", None)
        line = f" in line {at.line + 1}" if at else ""
        raise FAQError(f"{name}: no sound YAML{line}. Export it again.") from None
    except RecursionError:
        raise FAQError(f"{name}: nested too deeply. Export it again.") from None
    filled = [d for d in documents if d is not None]
    return filled[0] if len(filled) == 1 else filled


def pairs_in(data: Any) -> Iterator[Pair]:
    """Every pair in nested data, in one language."""
    yield from _walk(data, "", "", _State(), 0)


@dataclass(slots=True)
class _State:
    """Of a walk: how many nodes it may still see, and the language it takes."""

    left: int = MOST_NODES
    spoken: Spoken = field(default_factory=Spoken)


def _walk(data: Any, topic: str, key: str, state: _State, depth: int) -> Iterator[Pair]:
    state.left -= 1
    if state.left < 0:
        raise FAQError("more data than a FAQ can hold. Split the file.")
    if depth > 60:
        raise FAQError("nested too deeply. Export it again.")
    if languages := languages_of(data):
        yield from _walk(data.get(state.spoken.one_of(languages)), topic, key, state, depth + 1)
    elif isinstance(data, Mapping):
        data = by_language(data, _KNOWN)
        pair = _pair(data, topic, state)
        inner = [] if pair and not _is_named(data) else list(_within(data, topic, state, depth))
        yield from inner if len(inner) > 1 or not pair else [pair]
    elif isinstance(data, list):
        if len(data) == 2 and all(isinstance(d, str) for d in data) and asks(data[0]):
            yield Pair(question_in(data[0]), text_of(data[1]), topic)
            return
        for value in _rows_below(data[:1], data[1:]) or data:
            yield from _walk(value, topic, "", state, depth + 1)


def _within(data: Mapping[Any, Any], topic: str, state: _State, depth: int) -> Iterator[Pair]:
    """The pairs below a table; one from questions to answers holds them itself."""
    named = _first_text(data, ("title", "name", *TOPIC)) or topic
    lists = [value for value in data.values() if isinstance(value, list)]
    if len(lists) == 2 and (rows := _rows_below(lists[:1], lists[1])):
        yield from _walk(rows, named, "", state, depth + 1)
        return
    yield from _counted_pairs(data, named)
    for key, value in data.items():
        if _is_asked(key) and _holds_text(value) and not isinstance(value, Mapping):
            yield Pair(question_in(str(key)), _told(value), topic)
        elif isinstance(value, Mapping | list):
            heading = str(key) if _is_heading(key, value) else named
            yield from _walk(value, heading, str(key), state, depth + 1)


def _rows_below(heads: Sequence[Any], rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows as tables by the headings above them; none where these name no question and answer."""
    head = heads[0] if heads and isinstance(heads[0], list) else []
    names = [str(name).lower().strip() for name in head]
    even = all(isinstance(row, list) and len(row) == len(names) for row in rows)
    if not (rows and even and {*names} & {*ASKED} and {*names} & {*ANSWERS}):
        return []
    return [dict(zip(names, row, strict=True)) for row in rows]


def _counted_pairs(data: Mapping[Any, Any], topic: str) -> Iterator[Pair]:
    """The pairs of a table that counts its keys, as translations of an app do: q1, a1, q2 …"""
    by_number: dict[str, dict[str, str]] = {}
    for key, value in data.items():
        match = _COUNTED_KEY.fullmatch(str(key).lower())
        if match and isinstance(value, str) and value.strip():
            what = "asked" if match["name"] in ASKED else "told" if match["name"] in ANSWERS else ""
            by_number.setdefault(match["number"], {})[what] = value
    for pair in by_number.values():
        if "asked" in pair and "told" in pair:
            yield Pair(question_in(pair["asked"]), text_of(pair["told"]), topic)


def _told(value: Any) -> str:
    """What answers: a text, or a list of them as its items."""
    texts = [text_of(text) for text in texts_in(value)]
    listed = isinstance(value, list) and len(texts) > 1
    return "\n".join(f"- {text}" for text in texts) if listed else "".join(texts)


def _is_asked(key: object) -> bool:
    return isinstance(key, str) and asks(key) and len(key) > 4


def _is_heading(key: object, value: Any) -> bool:
    """Whether a key names the topic of the pairs below it."""
    generic = re.fullmatch(
        r"(?i)[\w.-]*(?:data|items?|list|faqs?|qna\w*|questions?|entries|payload|articles?|records?|results?|documents?|mainentity|@graph|content|children|sections?|categories|pairs|intents?|nodes)",
        str(key),
    )
    return isinstance(value, list) and not generic and str(key)[:1].isalpha()


def _pair(data: Mapping[Any, Any], topic: str, state: _State) -> Pair | None:
    if _is_held_back(data):
        return None
    asked, answers = _key_of(data, ASKED), _key_of(data, ANSWERS)
    if asked is None or answers is None:
        inner = data.get("data")  # Botpress has the id beside it
        ids = {key: data[key] for key in ID if key in data}
        return _pair({**ids, **inner}, topic, state) if isinstance(inner, Mapping) else None
    if spoken := [n for n in languages_of(data[asked]) if n in languages_of(data[answers])]:
        language = state.spoken.one_of([n for n in spoken if data[asked][n] and data[answers][n]])
        data = {k: v.get(language) if languages_of(v) else v for k, v in data.items()}
    questions = list(texts_in(data[asked]))
    answer = "\n\n".join(dict.fromkeys((*_answer_texts(data, answers), *_items(data))))
    if not questions or not answer.strip():
        return None
    more = [t for name in MORE for t in texts_in(_get(data, name))]
    wordings = [w for w in (question_in(t) for t in [*questions, *more]) if w]
    identity = next((str(_get(data, k)) for k in ID if isinstance(_get(data, k), str)), "")
    own = _topic_of(data)
    if not wordings or (_is_named(data) and is_closing(wordings[0])):
        return None
    return Pair(wordings[0], answer, own or topic, tuple(wordings[1:]), "", identity)


def _is_named(data: Mapping[Any, Any]) -> bool:
    """Whether what a table asks is but its name, as that of a page or a chapter may be."""
    return str(_key_of(data, ASKED)).lower() in {"title", "name", "heading", "titel", "summary"}


def _is_held_back(data: Mapping[Any, Any]) -> bool:
    """Whether it is not to be seen: a draft, or put away. Freshdesk writes 1 for a draft."""
    told = {str(data.get(key)).lower() for key in ("status", "state")}
    hidden = {"draft", "archived", "unpublished", "inactive", "hidden", "deleted", "disabled"}
    unseen = data.get("enabled") is False or data.get("published") is False
    return unseen or data.get("draft") is True or bool(told & hidden) or _is_freshdesk(data, 1)


def _is_freshdesk(data: Mapping[Any, Any], status: int) -> bool:
    return "desc_un_html" in data and data.get("status") == status


def _key_of(data: Mapping[Any, Any], names: tuple[str, ...]) -> Any:
    """The key of a table under one of these names, any case, whose value holds text.

    Else one that sheets use for it.
    """
    lowered = {str(k).lower().strip(): k for k in data}
    told = [lowered[name.lower()] for name in names if name.lower() in lowered]
    meaning = called(names[0])
    told += [key for name, key in lowered.items() if called(name) == meaning]
    return next((key for key in told if _holds_text(data[key])), None)


def _holds_text(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, list):
        return bool(value) and all(isinstance(v, str) or text_key(v) for v in value)
    if isinstance(value, Mapping):
        told = bool(text_key(value) or nodes_in(value))
        return told or all(isinstance(v, list | str) or nodes_in(v) for v in value.values())
    return False


def _answer_texts(data: Mapping[Any, Any], key: Any) -> Iterator[str]:
    alternative = data.get("alt")
    marked = alternative.get("markdown") if isinstance(alternative, Mapping) else None
    if isinstance(marked, str) and marked.strip():  # QnABot keeps lists and links there only
        yield text_of(marked)
        return
    texts = list(texts_in(data[key]))
    yield from map(text_of, texts[:1] if str(key).lower() in ALTERNATIVES else texts)


def _items(data: Mapping[Any, Any]) -> Iterator[str]:
    """The list that an answer ends with, where it stands under a name of its own."""
    lists = (value for name in LISTS if isinstance(value := _get(data, name), list))
    told = [text for value in lists for text in texts_in(value)]
    if told:
        yield "\n".join(f"- {text_of(text)}" for text in told)


def _get(data: Mapping[Any, Any], name: str) -> Any:
    return next((v for k, v in data.items() if str(k).lower() == name.lower()), None)


def _first_text(data: Mapping[Any, Any], names: tuple[str, ...]) -> str:
    found = (_get(data, name) for name in names)
    return next((f for f in found if isinstance(f, str) and f.strip() and len(f) < 80), "")


def _topic_of(data: Mapping[Any, Any]) -> str:
    for name in TOPIC:
        value = _get(data, name)
        text = next(iter(texts_in(value)), "") if isinstance(value, str | list | Mapping) else ""
        if text and len(text) < 80:
            return text
    return ""
