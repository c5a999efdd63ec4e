"""Every case of a reply as a card, and what pressing its buttons shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.ui import cards, replies, topics
from bot.ui.cards import Card, Style, View
from bot.ui.presses import Action, Press
from bot.ui.texts import LANGUAGES, fitted, texts_in
from bot.ui.topics import PAGE
from faq import Candidate, Entry, Knowledge, Outcome, Reply
from faq.markup import plain
from faq.model import Manner, Note, Passage, Picture, Term

NOTE = Note("N1", "It is <safe> & sound.", "A & B", date(2026, 1, 31))
TEA = Entry(
    id="tea",
    question="What is <tea>?",
    answer="Leaves & water. They steep.",
    topic="Drinks",
    quotes=(Passage("S1", "Tea is <hot>.", "Intro"), Passage("S2", "It cools.", "")),
    notes=(NOTE,),
    related=("cost",),
)
COST = Entry(id="cost", question="Cost?", answer="Not said.", kind=Outcome.GAP, related=("tea",))
HELP = Entry(id="help", question="Help", answer="Call 112. Wait.", kind=Outcome.EMERGENCY)
HELLO = Entry(id="hi", question="Hi", answer="Hi!", kind=Outcome.CHAT, related=("tea",))
CONTENT = Knowledge(title="Tea", entries=(TEA, COST, HELP, HELLO), topics=("Drinks",))
PICTURE = Picture("p", Path("p.png"), "A pot.")


def view(knowledge: Knowledge = CONTENT) -> View:
    return View(knowledge, fitted(texts_in("en"), knowledge, days=90), "tea_bot", 90)


def labels(card: Card | None) -> list[str]:
    assert card
    return [button.label for row in card.rows for button in row]


def read(card: Card) -> str:
    return "\n".join(plain(block.text) for block in card.blocks)


def reply(outcome: Outcome, *entries: Entry, manner: Manner = Manner.PLAIN) -> Reply:
    candidates = tuple(Candidate(entry, 50.0) for entry in entries)
    answers = () if outcome in {Outcome.SUGGEST, Outcome.FALLBACK} else entries
    return Reply(query="q", outcome=outcome, candidates=candidates, answers=answers, manner=manner)


def only(outcome: Outcome, *entries: Entry, row: int = 0) -> Card:
    [card] = replies.reply_cards(reply(outcome, *entries), view(), row)
    return card


def test_an_answer_from_top_to_bottom() -> None:
    card = only(Outcome.ANSWER, TEA, row=7)
    assert [(block.style, plain(block.text)) for block in card.blocks] == [
        (Style.TEXT, "What is <tea>?\nLeaves & water. They steep."),
        (Style.NOTE, "✎ Editor's note\nIt is <safe> & sound."),
        (
            Style.SOURCE,
            "Source: A & B.\nChecked 31 January 2026.\nFrom the document, Intro:\n“Tea is <hot>.”\n"
            "From the document:\n“It cools.”",
        ),
    ]
    assert labels(card) == ["Cost?", "👍 Helpful", "👎 No help", "Share"]
    assert card.entry is TEA


def test_a_source_that_two_notes_share_is_named_once_and_a_question_needs_no_colon() -> None:
    notes, quotes = (NOTE, replace(NOTE, id="N2")), (Passage("S1", "Hot.", "What is tea?"),)
    card = only(Outcome.ANSWER, replace(TEA, notes=notes, quotes=quotes))
    assert plain(card.blocks[-1].text) == (
        "Source: A & B.\nChecked 31 January 2026.\nFrom the document, What is tea?\n“Hot.”"
    )


def test_an_answer_that_was_not_noted_is_not_asked_about() -> None:
    assert labels(only(Outcome.ANSWER, TEA)) == ["Cost?", "Share"]


def test_a_gap_leads_to_all_topics() -> None:
    assert labels(only(Outcome.GAP, COST)) == ["What is <tea>?", "All topics"]


def test_where_there_is_one_topic_its_questions_are_shown_at_once() -> None:
    questions = [f"Question {n}?" for n in range(PAGE + 1)]
    entries = tuple(Entry(id=f"q{n}", question=q, answer="-") for n, q in enumerate(questions))
    club = view(Knowledge(title="A club", entries=entries))
    told = labels(replies.fallback(club))
    assert told[:PAGE] == questions[:PAGE]
    assert len(told) == PAGE + 1  # and the way to the next page
    assert sorted(labels(replies.fallback(club, near=entries[1:2]))) == sorted(told)


@pytest.mark.parametrize("outcome", [Outcome.EMERGENCY, Outcome.SELF_HARM, Outcome.PERSONAL_ADVICE])
def test_an_alert_is_its_text_and_nothing_else(outcome: Outcome) -> None:
    card = only(outcome, replace(HELP, kind=outcome, related=("tea",)), row=7)
    assert (read(card), card.rows) == ("Call 112. Wait.", ())


def test_what_to_do_in_an_emergency_is_bold_where_it_is_one_line() -> None:
    assert only(Outcome.EMERGENCY, HELP).blocks[0].text == "**Call 112.** Wait."
    for answer in ("Call 112\nand wait.", "*Call* 112. Wait."):
        assert only(Outcome.EMERGENCY, replace(HELP, answer=answer)).blocks[0].text == answer


def test_an_alert_that_is_not_certain_lets_people_go_on() -> None:
    doubtful = replace(reply(Outcome.EMERGENCY, HELP, manner=Manner.IF_NOW), offered=(TEA,))
    [card] = replies.reply_cards(doubtful, view(), 7)
    assert read(card) == "If this is happening now:\nCall 112. Wait."
    [[button]] = card.rows
    assert (button.label, button.press) == (
        "Not now, I'm asking",
        Press(Action.SUGGESTED, "tea", 7),
    )


def test_small_talk_has_questions_to_tap() -> None:
    card = only(Outcome.CHAT, HELLO)
    assert (read(card), labels(card)) == ("Hi!", ["What is <tea>?"])


def test_did_you_mean_has_three_at_most_and_a_way_out() -> None:
    card = only(Outcome.SUGGEST, TEA, COST, row=3)
    assert labels(card) == ["What is <tea>?", "Cost?", "None of these"]
    assert card.rows[0][0].press == Press(Action.SUGGESTED, "tea", 3)


MANNERS = [
    (Manner.SEVERAL, "I read several things"),
    (Manner.TURNED, "which way round"),
    (Manner.MORE, "These questions go with it"),
]


@pytest.mark.parametrize(("manner", "line"), MANNERS)
def test_asking_back_says_why(manner: Manner, line: str) -> None:
    [card] = replies.reply_cards(reply(Outcome.SUGGEST, TEA, manner=manner), view())
    assert line in read(card)


def test_the_last_answer_in_short() -> None:
    short = replace(TEA, short="A drink.")
    [card] = replies.reply_cards(reply(Outcome.ANSWER, short, manner=Manner.SHORT), view())
    assert read(card) == "A drink."
    [card] = replies.reply_cards(reply(Outcome.ANSWER, TEA, manner=Manner.SHORT), view())
    assert read(card) == "Leaves & water."


def test_words_are_explained() -> None:
    term = Term("steep", (), "To steep is to lie in hot water.")
    asked = Reply(query="q", outcome=Outcome.CHAT, manner=Manner.TERMS, terms=(term,))
    assert read(replies.reply_cards(asked, view())[0]) == term.text


def test_who_asks_for_a_person_is_told_whom_to_ask_or_that_there_is_nobody() -> None:
    asked = Reply(query="q", outcome=Outcome.CHAT, manner=Manner.CONTACT)
    kitchen = replace(CONTENT, contact="Ring the kitchen.")
    assert read(replies.reply_cards(asked, view(kitchen))[0]) == "Ring the kitchen."
    assert "can't put you through" in read(replies.reply_cards(asked, view())[0])


def test_whatever_is_no_answer_says_what_to_do_in_danger() -> None:
    careful = view(replace(CONTENT, texts={"danger": "In danger, call 112."}))
    for outcome in (Outcome.SUGGEST, Outcome.FALLBACK):
        [card] = replies.reply_cards(reply(outcome, TEA), careful)
        assert read(card).endswith("In danger, call 112.")


def test_an_alert_that_may_be_meant_is_named() -> None:
    for outcome in (Outcome.ANSWER, Outcome.SUGGEST, Outcome.FALLBACK):
        [card] = replies.reply_cards(replace(reply(outcome, TEA), caution=HELP), view())
        assert "If this is happening now: Call 112." in read(card)


def test_advice_has_more_to_read_below_it() -> None:
    advice = replace(HELP, kind=Outcome.PERSONAL_ADVICE)
    asked = replace(reply(Outcome.PERSONAL_ADVICE, advice), offered=(TEA, COST), caution=HELP)
    [card] = replies.reply_cards(asked, view())
    assert labels(card) == ["What is <tea>?", "Cost?"]
    assert read(card).startswith("If this is happening now: Call 112.")


def test_a_fallback_offers_topics_also_where_entries_have_none() -> None:
    assert labels(only(Outcome.FALLBACK)) == ["Drinks", "Tea"]


def test_two_answers_are_asked_about_once() -> None:
    first, second = replies.reply_cards(reply(Outcome.ANSWER, TEA, COST), view(), 7)
    assert "👍 Helpful" not in labels(first)
    assert "👍 Helpful" in labels(second)


def test_other_entries_that_may_be_meant_stand_below_the_answer() -> None:
    [card] = replies.reply_cards(replace(reply(Outcome.ANSWER, TEA), offered=(HELLO,)), view())
    assert labels(card)[:2] == ["Hi", "Cost?"]


def test_short_questions_share_a_row() -> None:
    [row] = cards.offers([COST, HELLO])
    assert [button.label for button in row] == ["Cost?", "Hi"]
    assert len(cards.offers([COST, replace(TEA, question="How does one make tea well?")])) == 2


def test_quotes_are_shortened_first() -> None:
    many = tuple(Passage(f"S{n}", "word " * 40, "Part") for n in range(40))
    card = cards.entry_card(replace(TEA, answer="x" * 3000, quotes=many), view())
    assert card.length <= cards.MESSAGE
    assert card.blocks[-1].style is Style.SOURCE
    long = cards.entry_card(replace(TEA, answer="x" * 4022, quotes=many), view())
    assert all(block.style is not Style.SOURCE for block in long.blocks)


def test_an_answer_stands_below_its_picture_where_it_fits() -> None:
    assert cards.entry_card(replace(TEA, picture=PICTURE), view()).is_caption
    many = tuple(Passage(f"S{n}", "word " * 40, "Part") for n in range(40))
    crowded = cards.entry_card(replace(TEA, picture=PICTURE, quotes=many), view())
    assert crowded.is_caption
    assert "Checked" in read(crowded)
    long = cards.entry_card(replace(TEA, picture=PICTURE, answer="x" * 1000, quotes=many), view())
    assert not long.is_caption
    assert len(read(long)) > cards.CAPTION


def test_a_comparison_is_plain_lines() -> None:
    rows = (("", "Angioplasty", "Stent"), ("What it is", "A procedure", "A device"))
    card = cards.entry_card(replace(TEA, comparison=rows), view())
    assert "What it is\nAngioplasty: A procedure\nStent: A device" in read(card)


def many_entries(count: int, topic: str = "Drinks") -> Knowledge:
    made = tuple(
        replace(TEA, id=f"t{n}", question=f"Q{n}?", related=(), topic=topic.format(n))
        for n in range(count)
    )
    return Knowledge(title="Tea", entries=made, topics=())


def test_topics_turn_pages_to_and_fro() -> None:
    shown = view(many_entries(20))
    pages = [topics.topic(shown, Press(Action.TOPIC, "0", page)) for page in range(4)]
    first, middle, last, beyond = pages
    assert first
    assert beyond is None
    assert labels(first)[PAGE:] == ["More »", "All topics"]
    assert labels(middle)[PAGE:] == ["« Back", "More »", "All topics"]
    assert labels(last)[4:] == ["« Back", "All topics"]
    assert read(first) == "Drinks (page 1 of 3)"


def test_a_hundred_topics_are_paged_too() -> None:
    shown = view(many_entries(101, "Topic {}"))
    first = replies.fallback(shown)
    assert len(labels(first)) == PAGE + 1
    turned = replies.pressed(Press(Action.TOPICS, "", 12), shown)
    assert labels(turned) == [*(f"Topic {n}" for n in range(96, 101)), "« Back"]
    assert replies.pressed(Press(Action.TOPICS, "", 13), shown) is None


@pytest.mark.parametrize("about", ["9", "-1", "", "x", "²"])
def test_a_topic_that_is_gone(about: str) -> None:
    assert topics.topic(view(), Press(Action.TOPIC, about)) is None


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_who_writes_in_another_language_is_told_so_in_it(language: str) -> None:
    texts = texts_in(language)
    asked = replace(reply(Outcome.SUGGEST, TEA), language=language)
    [card] = replies.reply_cards(asked, view())
    assert labels(card) == ["What is <tea>?", texts.none_of_these]
    assert texts.english in read(card)
    lost = replace(reply(Outcome.FALLBACK), language=language)
    assert texts.english in read(replies.reply_cards(lost, view())[0])
    danger = replace(reply(Outcome.EMERGENCY, HELP), language=language)
    assert "112" in read(replies.reply_cards(danger, view())[0])
