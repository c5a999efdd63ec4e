"""How replies look on Telegram: every case of a reply, as HTML and buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.telegram import render
from bot.telegram.callback_data import Action, Press, parse
from bot.ui.columns import WIDTH, comparison
from bot.ui.texts import ENGLISH, fitted, texts_for
from bot.ui.topics import PAGE
from faq import Candidate, Entry, Knowledge, Outcome, Reply
from faq.model import Note, Passage
from tests.strict_telegram.html import parse_html

NOTE = Note("N1", "It is <safe> & sound.", "A & B", date(2026, 1, 31))
TEA = Entry(
    id="tea",
    question="What is <tea>?",
    answer="Leaves & water.",
    topic="Drinks",
    quotes=(Passage("S1", "Tea is <hot>.", "Intro"), Passage("S2", "It cools.", "")),
    notes=(NOTE,),
    related=("cost",),
)
COST = Entry(id="cost", question="Cost?", answer="Not said.", kind=Outcome.GAP, related=("tea",))
HELP = Entry(id="help", question="Help", answer="Call 112 & wait.", kind=Outcome.EMERGENCY)
HELLO = Entry(id="hi", question="Hi", answer="Hi!", kind=Outcome.CHAT, related=("tea",))
CONTENT = Knowledge(title="Tea", entries=(TEA, COST, HELP, HELLO), topics=("Drinks",))


def view(knowledge: Knowledge = CONTENT) -> render.View:
    return render.View(knowledge, fitted(ENGLISH, knowledge, days=90), "tea_bot")


def labels(message: render.Message) -> list[str]:
    rows = message.markup.inline_keyboard if message.markup else ()
    return [button.text for row in rows for button in row]


def reply(outcome: Outcome, *entries: Entry) -> Reply:
    candidates = tuple(Candidate(entry, 50.0) for entry in entries)
    answers = () if outcome in {Outcome.SUGGEST, Outcome.FALLBACK} else entries
    return Reply(query="q", outcome=outcome, candidates=candidates, answers=answers)


def only(outcome: Outcome, *entries: Entry, row: int = 0) -> render.Message:
    [message] = render.reply_messages(reply(outcome, *entries), view(), row)
    return message


def test_an_answer_from_top_to_bottom() -> None:
    message = only(Outcome.ANSWER, TEA, row=7)
    assert message.html == (
        "<b>What is &lt;tea&gt;?</b>\n\nLeaves &amp; water.\n\n"
        "<blockquote>✎ <b>Editor&#x27;s note</b>\nIt is &lt;safe&gt; &amp; sound.\n"
        "<i>Source: A &amp; B. Checked 31 January 2026.</i></blockquote>\n\n"
        "<blockquote expandable><b>From the document</b>, <i>Intro</i>:\n“Tea is &lt;hot&gt;.”\n"
        "<b>From the document</b>:\n“It cools.”</blockquote>"
    )
    assert labels(message) == ["Cost?", "👍 Helpful", "👎 Not helpful", "Share this answer"]


def test_an_answer_that_was_not_noted_is_not_asked_about() -> None:
    assert labels(only(Outcome.ANSWER, TEA)) == ["Cost?", "Share this answer"]


def test_a_gap_leads_to_all_topics() -> None:
    assert labels(only(Outcome.GAP, COST)) == ["What is <tea>?", "All topics"]


@pytest.mark.parametrize("outcome", [Outcome.EMERGENCY, Outcome.SELF_HARM, Outcome.PERSONAL_ADVICE])
def test_an_alert_is_its_text_and_nothing_else(outcome: Outcome) -> None:
    message = only(outcome, replace(HELP, kind=outcome, related=("tea",)), row=7)
    assert message == render.Message("Call 112 &amp; wait.")


def test_small_talk_has_questions_to_tap() -> None:
    message = only(Outcome.CHAT, HELLO)
    assert (message.html, labels(message)) == ("Hi!", ["What is <tea>?"])


def test_did_you_mean_has_three_at_most_and_a_way_out() -> None:
    message = only(Outcome.SUGGEST, TEA, COST, TEA, COST, row=3)
    assert labels(message) == ["What is <tea>?", "Cost?", "What is <tea>?", "None of these"]
    assert message.markup
    pressed = parse(str(message.markup.inline_keyboard[0][0].callback_data))
    assert pressed == Press(Action.SUGGESTED, "tea", 3)


def test_a_fallback_offers_topics_also_where_entries_have_none() -> None:
    assert labels(only(Outcome.FALLBACK)) == ["Drinks", "Tea"]


def test_two_answers_are_asked_about_once() -> None:
    first, second = render.reply_messages(reply(Outcome.ANSWER, TEA, COST), view(), 7)
    assert "👍 Helpful" not in labels(first)
    assert "👍 Helpful" in labels(second)


def test_quotes_are_shortened_first() -> None:
    many = tuple(Passage(f"S{n}", "word " * 40, "Part") for n in range(40))
    html = render.answer_html(replace(TEA, answer="x" * 3000, quotes=many), ENGLISH)
    assert render.utf16(html) <= render.LIMIT
    assert "x" * 3000 in html
    assert html.endswith("</blockquote>")
    without = render.answer_html(replace(TEA, answer="x" * 3900, quotes=many), ENGLISH)
    assert "expandable" not in without


def test_a_comparison_fits_a_phone() -> None:
    rows = (
        ("", "Angioplasty", "Stent"),
        ("What it is", "A procedure with Donaudampfschifffahrt", "A device"),
    )
    text = comparison(rows)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert text.splitlines()[0].split() == ["Angioplasty", "Stent"]
    assert "What it is:" in text
    assert "A <b>" not in render.answer_html(replace(TEA, comparison=rows), ENGLISH)


def test_a_comparison_of_three_goes_below_each_other() -> None:
    text = comparison((("", "A", "B", "C"), ("Colour", "red", "green", "blue")))
    assert "A: red\nB: green\nC: blue" in text


def test_topics_turn_pages_to_and_fro() -> None:
    entries = tuple(replace(TEA, id=f"t{n}", question=f"Q{n}?", related=()) for n in range(20))
    shelf = view(Knowledge(title="Tea", entries=entries, topics=("Drinks",)))
    pages = [render.topic(shelf, Press(Action.TOPIC, "0", page)) for page in range(4)]
    first, middle, last, beyond = pages
    assert first and middle and last
    assert beyond is None
    assert labels(first)[PAGE:] == ["More »", "All topics"]
    assert labels(middle)[PAGE:] == ["« Back", "More »", "All topics"]
    assert labels(last)[4:] == ["« Back", "All topics"]
    assert first.html == "<b>Drinks (page 1 of 3)</b>"


@pytest.mark.parametrize("about", ["9", "-1", "", "x", "²"])
def test_a_topic_that_is_gone(about: str) -> None:
    assert render.topic(view(), Press(Action.TOPIC, about)) is None


@pytest.mark.parametrize("action", Action)
def test_presses_survive_the_way_to_the_button_and_back(action: Action) -> None:
    press = Press(action, "a" * 40, 10**15 - 1)
    assert parse(press.data()) == press
    assert len(press.data().encode()) <= 64


@pytest.mark.parametrize("data", ["", "a", "as", "bs:tea", "a?:tea", "as²:x", f"as{'9' * 16}:x"])
def test_buttons_of_other_versions_mean_nothing(data: str) -> None:
    assert parse(data) is None


def test_the_content_may_speak_for_itself() -> None:
    own = {"source": "the leaflet", "fallback": "{source} {other}"}
    texts = fitted(ENGLISH, replace(CONTENT, texts=own), days=30)
    assert texts.quote == "From the leaflet"
    assert texts.fallback == "the leaflet {other}"
    assert "30 days" in texts.privacy
    assert texts.reviewed == ""


def test_who_keeps_nothing_says_so() -> None:
    texts = fitted(ENGLISH, CONTENT, days=0)
    assert texts.privacy.startswith("I don't keep your questions.")
    assert "days" not in texts.privacy.replace("two days", "")


@pytest.mark.parametrize("code", [None, "", "en", "en-GB", "xx", "EN"])
def test_english_is_for_everybody_who_has_no_other(code: str | None) -> None:
    assert texts_for(code) is ENGLISH


def test_everything_a_view_can_show_is_markup_telegram_reads() -> None:
    for entry in CONTENT.entries:
        parse_html(render.answer(entry, view()).html)
