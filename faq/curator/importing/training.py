"""What bots are trained with: Rasa and Watson keep what is asked and told apart, others talks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from faq.curator.importing.asking import question_text
from faq.curator.importing.blocks import Pair
from faq.curator.importing.values import question_in, text_of, texts_in
from faq.markup import quoted


def rasa_pairs(data: Any) -> Iterator[Pair]:
    """`nlu` examples and `responses` of one intent; retrieval intents (faq/ask_x) too."""
    tables = [d for d in (data if isinstance(data, list) else [data]) if isinstance(d, Mapping)]
    examples = {
        str(i["intent"]): _rasa_examples(i.get("examples"))
        for d in tables
        for i in d.get("nlu") or []
        if isinstance(i, Mapping) and "intent" in i
    }
    responses = {
        str(name): list(texts_in(texts))
        for d in tables
        if isinstance(d.get("responses"), Mapping)
        for name, texts in d["responses"].items()
    }
    actions = _rasa_actions(tables)
    if not examples:  # the half that answers: what is asked has to be written
        for name, texts in responses.items():
            words = re.sub(r"[\W_]+", " ", name.removeprefix("utter_").rpartition("/")[2]).strip()
            if words and texts:
                yield Pair(words, text_of(texts[0]), id=words, draft=True)
    for intent, wordings in examples.items():
        names = (
            *actions.get(intent, ()),
            f"utter_{intent}",
            f"utter_{intent.partition('/')[2]}",
            intent,
        )
        answer = next((responses[n] for n in names if responses.get(n)), [])
        asked = [w for w in map(question_text, map(quoted, wordings)) if w]
        if asked and answer:
            topic = intent.partition("/")[0] if "/" in intent else ""
            yield Pair(
                asked[0], text_of(answer[0]), topic, tuple(asked[1:]), "", intent.rpartition("/")[2]
            )


def _rasa_examples(value: Any) -> list[str]:
    lines = value.splitlines() if isinstance(value, str) else list(texts_in(value))
    texts = (re.sub(r"^\s*-\s*", "", line).strip() for line in lines)
    return [re.sub(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})", r"\1", t) for t in texts if t]


def _rasa_actions(tables: list[Mapping[Any, Any]]) -> dict[str, list[str]]:
    """Which responses the rules and stories give to an intent."""
    found: dict[str, list[str]] = {}
    for table in tables:
        for story in [*(table.get("rules") or []), *(table.get("stories") or [])]:
            intent = ""
            for step in story.get("steps") or [] if isinstance(story, Mapping) else []:
                intent = str(step.get("intent") or intent)
                if intent and str(step.get("action") or "").startswith("utter_"):
                    found.setdefault(intent, []).append(str(step["action"]))
                    intent = ""
    return found


def chatterbot_pairs(data: Any) -> Iterator[Pair]:
    """`conversations`: lists of a question and what answers it; each line answers the one above."""
    talks = data.get("conversations") if isinstance(data, Mapping) else None
    if not isinstance(talks, list):
        return
    categories = data.get("categories")
    topic = str(categories[0]) if isinstance(categories, list) and categories else ""
    for talk in talks:
        texts = [t for t in talk if isinstance(t, str)] if isinstance(talk, list) else []
        if len(texts) >= 2:
            yield Pair(question_in(texts[0]), text_of(texts[1]), topic)


def watson_pairs(data: Any) -> Iterator[Pair]:
    """`intents` with their examples; each of the `dialog_nodes` may stand for one: "#price"."""
    intents, nodes = _tables(data, "intents"), _tables(data, "dialog_nodes")
    told = {str(n.get("conditions")).strip(): list(texts_in(_generic(n))) for n in nodes}
    for intent in intents:
        asked = [w for t in texts_in(intent.get("examples")) if (w := question_in(t))]
        answer = told.get(f"#{intent.get('intent')}")
        if asked and answer:
            identity = str(intent.get("intent"))
            yield Pair(asked[0], text_of(answer[0]), "", tuple(asked[1:]), "", identity)


def _tables(data: Any, *keys: str) -> list[Mapping[Any, Any]]:
    """The tables in the first list that data has under one of these keys."""
    found = [data.get(key) for key in keys] if isinstance(data, Mapping) else []
    rows: list[Any] = next((value for value in found if isinstance(value, list)), [])
    return [row for row in rows if isinstance(row, Mapping)]


def _generic(node: Mapping[Any, Any]) -> Any:
    """What a node says: the first of its texts, under one of two names."""
    output = node.get("output")
    said = output.get("generic") or output.get("text") if isinstance(output, Mapping) else None
    each = said if isinstance(said, list) else [said]
    return [e.get("values") or e.get("text") if isinstance(e, Mapping) else e for e in each]


#: Who asks in a talk that teaches a model, and who answers.
_ASKS, _TELLS = {"user", "human", "prompter"}, {"assistant", "gpt", "bot", "model"}


def talk_pairs(data: Any) -> Iterator[Pair]:
    """Talks that teach a model, turns of somebody with a role: the first question, its answer."""
    for talk in data if isinstance(data, list) else [data]:
        turns = _tables(talk, "messages", "conversations", "contents")
        said = [(_role(turn), _said(turn)) for turn in turns]
        said = [(role, text) for role, text in said if role in _ASKS | _TELLS and text]
        if [role in _ASKS for role, _ in said[:2]] == [True, False]:
            yield Pair(question_in(said[0][1]), text_of(said[1][1]))


def _role(turn: Mapping[Any, Any]) -> str:
    return str(turn.get("role") or turn.get("from") or "").lower()


def _said(turn: Mapping[Any, Any]) -> str:
    told = next((turn[k] for k in ("content", "value", "parts", "text") if k in turn), "")
    return "\n\n".join(texts_in(told))
