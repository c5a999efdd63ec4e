"""The fixed sentences: complete in every language, and short enough for Telegram."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.ui.commands import COMMANDS, described
from bot.ui.texts import FOLDER, LANGUAGES, fitted, texts_for, texts_in
from faq import Responder
from faq.markup import utf16
from tests.test_cards import CONTENT, view

BOT = Path(__file__).parent.parent / "bot"
PATTERN = tomllib.loads((FOLDER / "en.toml").read_text("utf-8"))
#: Telegram's limits; what is not named here stands in a message.
LONGEST = {
    "description": 512,
    "short_description": 120,
    "inline_hint": 64,
    "stale": 200,
    "slow_down": 200,
    "thanks_helpful": 200,
    "thanks_unhelpful": 200,
}
BUTTONS = ("none_of_these", "not_now", "share", "helpful_yes", "helpful_no", "all_topics")


def sentences(code: str) -> dict[str, str]:
    return tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8"))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_language_lacks_a_sentence_or_a_placeholder(code: str) -> None:
    found = sentences(code)
    assert found.keys() == PATTERN.keys()
    for name, text in found.items():
        assert placeholders(text) == placeholders(PATTERN[name]), name
        assert bool(text.strip()) is bool(PATTERN[name].strip()), name
        assert re.findall(r"/[a-z]+", text) == re.findall(r"/[a-z]+", PATTERN[name]), name


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_sentence_is_longer_than_telegram_allows(code: str) -> None:
    knowledge = replace(CONTENT, title="x" * 40, reviewed=date(2026, 12, 31))
    texts = fitted(texts_in(code), knowledge, days=90)
    for name in PATTERN:
        length = utf16(getattr(texts, name))
        assert length <= LONGEST.get(name, 2000), (name, length)
        if name.startswith("command_"):
            assert length <= 256
        if name in BUTTONS:
            assert length <= 40, (name, length)
    assert len(texts.months.split(", ")) == 12


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_to_do_in_danger_names_a_number_in_every_language(
    code: str, responder: Responder
) -> None:
    texts = texts_in(code)
    for text in (texts.emergency, texts.self_harm):
        assert all(number in text for number in ("112", "911", "999"))
    knowledge = responder.knowledge
    own = knowledge.texts_in.get(code, knowledge.texts)
    assert "112" in own["danger"]
    assert "112" in own["disclaimer"]


def test_every_command_is_described() -> None:
    assert described(view()).keys() == COMMANDS.keys() - {"start"}


def test_the_content_may_speak_for_itself() -> None:
    own = {"source": "the leaflet", "fallback": "{source} {other}"}
    texts = fitted(texts_in("en"), replace(CONTENT, texts=own), days=30)
    assert texts.quote == "From the leaflet"
    assert texts.fallback == "the leaflet {other}"
    assert "30 days" in texts.privacy
    assert texts.reviewed == ""


def test_the_content_may_speak_for_itself_in_other_languages() -> None:
    knowledge = replace(
        CONTENT, texts={"danger": "Call."}, texts_in={"de": {"danger": "Rufen Sie an."}}
    )
    assert fitted(texts_in("de"), knowledge, days=0).danger == "Rufen Sie an."
    assert fitted(texts_in("fr"), knowledge, days=0).danger == "Call."


def test_who_keeps_nothing_says_so() -> None:
    texts = fitted(texts_in("en"), CONTENT, days=0)
    assert texts.privacy.startswith("I don't keep your questions.")
    assert "days" not in texts.privacy.replace("two days", "")


@pytest.mark.parametrize("code", [None, "", "en", "en-GB", "xx", "EN"])
def test_english_is_for_everybody_who_has_no_other(code: str | None) -> None:
    assert texts_for(code) is texts_in("en")


@pytest.mark.parametrize("code", ["pt-br", "PT", "pt_PT"])
def test_countries_share_a_language(code: str) -> None:
    assert texts_for(code) is texts_in("pt")


#: A capital, small letters, a space, and a mark at the end; SQL has more capitals.
SENTENCE = re.compile(r"([A-Z][a-z']*|I'm)[ ,].*[.!?:…]\s*$", re.DOTALL)


def said_in_code() -> Iterator[tuple[str, str]]:
    """Texts in the code that look like a sentence; what is logged or raised is for curators."""
    for file in sorted(BOT.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        docs = {id(n.body[0].value) for n in ast.walk(tree) if _has_docstring(n)}  # type: ignore[attr-defined]  # checked there
        told = {id(s) for n in ast.walk(tree) if _is_told_elsewhere(n) for s in ast.walk(n)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_sentence = SENTENCE.match(node.value)
                if is_sentence and id(node) not in docs | told:
                    yield file.name, node.value


def _has_docstring(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    return isinstance(body, list) and bool(body) and isinstance(body[0], ast.Expr)


def _is_told_elsewhere(node: ast.AST) -> bool:
    """Whether a part of the code raises an error, or writes to the log."""
    logs = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("_log.")
    return logs or isinstance(node, ast.Raise)


def test_no_sentence_a_person_reads_stands_in_the_code() -> None:
    assert list(said_in_code()) == []
