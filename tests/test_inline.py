"""`@bot question` in any chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.strict_telegram.server import TelegramServer


@pytest.fixture
def server(shipped: TelegramServer) -> TelegramServer:
    return shipped


def answered(server: TelegramServer, typed: str) -> Mapping[str, Any]:
    return server.answer_to(server.inline(server.user("Ben"), typed))


def titles(answer: Mapping[str, Any]) -> list[str]:
    return [result["title"] for result in answer["results"]]


def test_the_answer_comes_first_and_leads_to_the_bot(server: TelegramServer) -> None:
    answer = answered(server, "is the patient awake during angioplasty")
    first = answer["results"][0]
    assert first["title"] == "Are people awake during angioplasty?"
    assert first["type"] == "article"
    [[button]] = first["reply_markup"]["inline_keyboard"]
    assert button["url"].endswith("?start=awake-during-angioplasty")
    assert answer["is_personal"] is True
    assert answer["button"]["start_parameter"] == "inline"


def test_an_emergency_stands_alone(server: TelegramServer) -> None:
    [only] = answered(server, "my dad has crushing chest pain")["results"]
    assert only["input_message_content"]["message_text"].startswith("<b>Call 112")
    assert "reply_markup" not in only


@pytest.mark.parametrize("typed", ["", "   ", "hello"])
def test_before_a_question_there_are_examples(server: TelegramServer, typed: str) -> None:
    found = titles(answered(server, typed))
    assert "How do angioplasty and a stent differ?" in found


def test_what_is_not_covered_offers_nothing_but_the_bot(server: TelegramServer) -> None:
    answer = answered(server, "who won the football world cup")
    assert answer["results"] == []
    assert answer["button"]["text"] == "Ask about “Angioplasty vs Stent”"


def test_pictures_are_offered_once_telegram_holds_them(server: TelegramServer) -> None:
    chat = server.private(server.user("Cem"))
    chat.send("what is a stent")
    chat.wait()
    results = answered(server, "what is a stent")["results"]
    photos = [result for result in results if result["type"] == "photo"]
    assert results[0]["type"] == "article"
    assert photos
    assert "not a figure from the article" in photos[0]["caption"]


ANYTHING = ["<b>", "😀" * 60, "\u202eleft", "什么是支架", "'; DROP TABLE x; --", "a" * 256]


@pytest.mark.parametrize("typed", ANYTHING)
def test_anything_may_be_typed(server: TelegramServer, typed: str) -> None:
    assert "results" in answered(server, typed)
