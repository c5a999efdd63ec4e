"""How cards look on Telegram: HTML it reads, and buttons it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.telegram import render
from bot.telegram.render import encoded, parse
from bot.ui import cards
from bot.ui.cards import Card
from bot.ui.presses import Action, Press
from faq import Knowledge, load
from faq.markup import utf16
from tests.strict_telegram.html import parse_html
from tests.test_cards import CONTENT, TEA, view


def test_an_answer_as_html() -> None:
    message = render.message(cards.entry_card(TEA, view()), view())
    assert message.html == (
        "<b>What is &lt;tea&gt;?</b>\nLeaves &amp; water. They steep.\n"
        "<blockquote><b>✎ Editor&#x27;s note</b>\nIt is &lt;safe&gt; &amp; sound.</blockquote>\n"
        "<blockquote expandable>Source: A &amp; B.\nChecked 31 January 2026.\n"
        "<b>From the document</b>, Intro:\n“Tea is &lt;hot&gt;.”\n"
        "<b>From the document</b>:\n“It cools.”</blockquote>"
    )


@pytest.mark.parametrize("action", Action)
def test_presses_survive_the_way_to_the_button_and_back(action: Action) -> None:
    press = Press(action, "a" * 40, 10**15 - 1)
    assert parse(encoded(press)) == press
    assert len(encoded(press).encode()) <= 64


@pytest.mark.parametrize("data", ["", "a", "as", "bs:tea", "a?:tea", "as²:x", f"as{'9' * 16}:x"])
def test_buttons_of_other_versions_mean_nothing(data: str) -> None:
    assert parse(data) is None


@pytest.mark.parametrize("knowledge", [CONTENT, load()], ids=["made up", "shipped"])
def test_everything_a_view_can_show_is_markup_telegram_reads(knowledge: Knowledge) -> None:
    shown = view(knowledge)
    for entry in shown.knowledge.entries:
        card = cards.entry_card(entry, shown, 1)
        message = render.message(card, shown)
        assert utf16(parse_html(message.html).text) <= card.length
        assert card.length <= (cards.CAPTION if card.is_caption else cards.MESSAGE)


def test_numbers_come_in_the_order_of_a_person_s_country() -> None:
    numbers = {"default": "112 or 911", "en-US": "911 or 112", "hi": "112, 108 or 911"}
    alert = Card((cards.said("Call 112 or 911 now."),))

    def told(locale: str, knowledge: Knowledge) -> str:
        return render.message(alert, replace(view(knowledge), locale=locale)).html

    careful = replace(CONTENT, numbers=numbers)
    assert told("en-US", careful) == "Call 911 or 112 now."
    assert told("hi-IN", careful) == "Call 112, 108 or 911 now."
    assert told("en", careful) == told("de", careful) == "Call 112 or 911 now."
    assert told("en-US", CONTENT) == "Call 112 or 911 now."
