"""Whether somebody is in danger, by all words of a message together."""

from __future__ import annotations

from pathlib import Path

import pytest

from faq import Entry, Knowledge, Outcome, Responder, load
from faq.curator.evaluation import false_alarms, judge, missed_emergencies, read_cases
from faq.danger import danger_classifier
from faq.language.spelling import Repairer
from faq.model import Manner

TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    ("danger", "calm"),
    [
        (
            "my chest feels tight and i am sweating, it started an hour ago",
            "my chest felt tight before i got the stent two years ago",
        ),
        (
            "the wound in my groin wont stop bleeding, the towel is soaked",
            "how long does the wound in the groin bleed after the tube is pulled",
        ),
        (
            "he has collapsed and is not breathing, what do i do",
            "what do they do in a film when somebody has collapsed and is not breathing",
        ),
    ],
)
def test_the_same_words_tell_danger_from_calm(danger: str, calm: str) -> None:
    words = Repairer([]).repair
    assert danger_classifier().log_odds(words(danger)) > 1
    assert danger_classifier().log_odds(words(calm)) < -1


def shares(file: str, every: int = 1) -> tuple[float, float]:
    """The danger that is missed and the calm that sets off an alert, each 0 to 1.

    Messages of danger, calm ones in their words and everyday ones; none was mended by. One of so
    many is asked.
    """
    knowledge = load()
    responder = Responder(knowledge)
    ids = {entry.id for entry in knowledge.entries}
    cases = read_cases((TESTS / file).read_text("utf-8").splitlines()[::every], ids)
    judged = [judge(case, responder.reply(case.query)) for case in cases]
    return missed_emergencies(judged).share, false_alarms(judged).share


UNSEEN = [
    ("unseen_alerts.jsonl", "auto", 0.05, 0.06),
    ("unseen_alerts.jsonl", "off", 0.08, 0.05),
]


@pytest.mark.measure
@pytest.mark.parametrize(
    ("file", "encoder", "missed", "false"),
    [
        *UNSEEN,
        ("newest_alerts.jsonl", "auto", 0.05, 0.1),
        ("november_alerts.jsonl", "auto", 0.05, 0.04),
    ],
)
def test_messages_that_taught_nothing(
    file: str, encoder: str, missed: float, false: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", encoder)
    measured = shares(file)
    assert measured[0] <= missed
    assert measured[1] <= false


@pytest.mark.parametrize(("file", "encoder", "missed", "false"), UNSEEN)
def test_one_in_three_messages_that_taught_nothing(
    file: str, encoder: str, missed: float, false: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", encoder)
    measured = shares(file, every=3)
    assert measured[0] <= missed
    assert measured[1] <= false


def test_an_alert_that_is_not_about_life_goes_by_its_own_words() -> None:
    things = ("card", "phone", "purse", "bag", "wallet")
    told = [
        f"{how} my {thing}"
        for thing in things
        for how in ("someone stole", "I lost", "thieves took", "I can't find")
    ]
    alert = Entry(
        id="stolen",
        question="My card was stolen",
        answer="Call 0800 1.",
        paraphrases=tuple(told),
        kind=Outcome.EMERGENCY,
    )
    hours = Entry(id="hours", question="When are you open?", answer="From nine to five.")
    responder = Responder(Knowledge(title="A bank", entries=(alert, hours)))
    assert responder.reply("help, someone stole my bank card").outcome is Outcome.EMERGENCY


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ("i dont have it now", Outcome.FALLBACK),
        ("I don't want to be here any more", Outcome.SELF_HARM),
        ("i think i'm having one", Outcome.EMERGENCY),
    ],
)
def test_small_words_alone_tell_of_danger_only_where_they_surely_do(
    responder: Responder, message: str, outcome: Outcome
) -> None:
    assert responder.reply(message).outcome is outcome


def test_what_is_hardly_like_an_alert_is_said_with_an_if(responder: Responder) -> None:
    assert responder.reply("pain have?").manner is Manner.IF_NOW
