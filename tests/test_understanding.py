"""How messages are understood, on a FAQ of another domain, with few phrasings, on words alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from faq import Entry, Knowledge, Outcome, Reply, Responder
from faq.message import split, without_politeness
from faq.model import Manner, Term, Thresholds

GARAGE = Knowledge(
    title="Garage",
    thresholds=Thresholds(40, 10, "-"),
    contact="Ring Ada on extension 7.",
    glossary=(Term("ABS", ("anti-lock brakes",), "ABS keeps the wheels from locking."),),
    entries=(
        Entry(
            id="opening",
            question="When does the garage open?",
            paraphrases=("opening hours", "are you open on Saturday"),
            answer="The garage opens at eight.",
            short="At eight.",
            related=("booking", "cost"),
        ),
        Entry(
            id="booking",
            question="How do I book a service?",
            paraphrases=("book an appointment", "make a booking for my car"),
            answer="Book a service by phone. The ABS is checked with it.",
            short="By phone.",
            related=("opening",),
        ),
        Entry(
            id="cost",
            question="What does a service cost?",
            paraphrases=("price of a service", "how much is a service"),
            answer="A service costs 90.",
        ),
        Entry(
            id="courtesy-car",
            question="Do I need a courtesy car?",
            paraphrases=("I need a replacement car", "can I borrow a car"),
            answer="Ask for a courtesy car when you book.",
        ),
        Entry(
            id="thanks",
            kind=Outcome.CHAT,
            question="Thank you",
            answer="Welcome.",
            paraphrases=("thanks", "cheers"),
        ),
        Entry(id="fine", kind=Outcome.CHAT, question="I am happy", answer="Great!"),
        Entry(
            id="fire",
            kind=Outcome.EMERGENCY,
            question="My car is on fire",
            paraphrases=("there are flames under the bonnet", "the engine is burning"),
            answer="Call 112.",
        ),
    ),
)


@pytest.fixture(scope="module")
def garage() -> Responder:
    patch = pytest.MonkeyPatch()
    patch.setenv("FAQ_ENCODER", "off")
    try:
        return Responder(GARAGE)
    finally:
        patch.undo()


def shown(reply: Reply) -> list[str]:
    return [entry.id for entry in reply.answers]


def test_politeness_is_taken_off() -> None:
    asked = "hello there good morning are dogs allowed? thank you so much for your help"
    assert without_politeness(asked) == "are dogs allowed"
    assert without_politeness("hello there") == "hello there"
    assert without_politeness("there is no petrol") == "there is no petrol"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1. when do you open 2. what is the price 3. how do I book", 3),
        ("when do you open and what does it cost", 2),
        ("it costs 1.50, he said", 1),
        ("she is grey and is talking nonsense", 1),
        ("It rattles. It smokes. Why does it?", 3),
    ],
)
def test_a_message_is_split_into_its_sentences(text: str, parts: int) -> None:
    assert len(list(split(text))) == parts


def test_a_polite_question_is_answered(garage: Responder) -> None:
    reply = garage.reply("good morning, when does the garage open please? many thanks in advance")
    assert shown(reply) == ["opening"]


def test_up_to_three_questions_are_answered(garage: Responder) -> None:
    asked = "1. When does the garage open? 2. How do I book a service? 3. What does a service cost?"
    assert shown(garage.reply(asked)) == ["opening", "booking", "cost"]


def test_a_story_is_asked_back_with_what_it_may_ask(garage: Responder) -> None:
    story = (
        "My brother gave me his old blue van when he moved to Spain in the summer. It has been "
        "standing in the rain behind my house for months now and my wife wants it gone. "
        "I thought somebody should look at it, so how would I book one of your services for it"
    )
    reply = garage.reply(story)
    assert "booking" in [*shown(reply), *(entry.id for entry in reply.offered)]


def test_a_story_in_which_nothing_is_asked_is_no_question(garage: Responder) -> None:
    story = (
        "My brother came over from Spain last week with his old blue van and we sat outside until "
        "midnight. I am so very happy about all of that. "
    )
    reply = garage.reply(story + "He has booked an early flight back for his service on Saturday")
    assert shown(reply) == ["fine"]
    assert "booking" in {entry.id for entry in reply.offered}
    assert shown(garage.reply(story + "When does the garage open?")) == ["opening"]


@pytest.mark.parametrize("text", ["to the of", "do i", "3", "and it"])
def test_words_that_say_nothing_are_no_question(garage: Responder, text: str) -> None:
    assert garage.reply(text).outcome is Outcome.FALLBACK


def test_a_thumb_is_thanks_or_ok(garage: Responder) -> None:
    assert shown(garage.reply("🙏")) == ["thanks"]


@pytest.mark.parametrize("text", ["I do not need a courtesy car", "I am not happy"])
def test_what_is_turned_round_is_not_answered(garage: Responder, text: str) -> None:
    assert garage.reply(text).answers == ()


def test_not_knowing_turns_nothing_round(garage: Responder) -> None:
    assert shown(garage.reply("I do not know how I book a service")) == ["booking"]


def test_danger_that_is_denied_or_past_is_none(garage: Responder) -> None:
    assert garage.reply("the engine is burning").outcome is Outcome.EMERGENCY
    for calm in ("my car was on fire in 2012", "what if my car is on fire"):
        assert garage.reply(calm).outcome is not Outcome.EMERGENCY


FOLLOW_UPS: list[tuple[Sequence[str], Manner]] = [
    (("in short", "simpler please", "I don't understand", "huh?", "shorter pls thx"), Manner.SHORT),
    (("more", "tell me more", "next"), Manner.MORE),
    (("why", "n then", "what can be done about it"), Manner.FOLLOW),
]


@pytest.mark.parametrize(
    ("text", "manner"), [(text, manner) for texts, manner in FOLLOW_UPS for text in texts]
)
def test_a_message_is_read_in_the_light_of_the_last_answer(
    garage: Responder, text: str, manner: Manner
) -> None:
    reply = garage.reply(text, after=GARAGE.by_id["opening"])
    assert reply.manner is manner
    if manner in {Manner.MORE, Manner.FOLLOW}:
        assert {entry.id for entry in reply.offered} >= {"booking", "cost"}
        assert reply.subject == GARAGE.by_id["opening"]


def test_a_few_words_may_be_said_of_what_was_offered(garage: Responder) -> None:
    offered = (GARAGE.by_id["opening"], GARAGE.by_id["cost"])
    reply = garage.reply("why", offered=offered)
    assert [entry.id for entry in reply.offered][:2] == ["opening", "booking"]
    fire = GARAGE.by_id["fire"]  # a safety text is nothing to ask more about
    assert garage.reply("why", after=fire, offered=offered).offered == reply.offered
    assert garage.reply("what does it cost, a service", offered=offered).answers[0].id == "cost"


def test_the_words_of_an_answer_are_explained(garage: Responder) -> None:
    reply = garage.reply("I don't understand", after=GARAGE.by_id["booking"])
    assert [term.term for term in reply.terms] == ["ABS"]
    assert [term.term for term in garage.reply("what does ABS mean").terms] == ["ABS"]


def test_one_of_several_is_chosen(garage: Responder) -> None:
    offered = (GARAGE.by_id["booking"], GARAGE.by_id["cost"])
    for text in ("the second one", "tell me more about the second one", "what about the last"):
        assert shown(garage.reply(text, offered=offered)) == ["cost"]
    assert shown(garage.reply("no, I meant the price of a service")) == ["cost"]


def test_a_person_is_named(garage: Responder) -> None:
    assert garage.reply("can I talk to a human").manner is Manner.CONTACT
