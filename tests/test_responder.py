"""The decision: alerts before anything, thresholds, two questions at once, follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from faq import Entry, Knowledge, Outcome, Responder
from faq.certainty import may_answer
from faq.model import Thresholds, Trigger
from faq.triggers import TriggerIndex
from tests.benchmarks.second_questions import ELSEWHERE, HERE, replies
from tests.benchmarks.second_questions import outcome as outcome_of

ASKED = [
    ("what's the difference between angioplasty and stent", Outcome.ANSWER),
    ("diffrence betwen angioplsty and stant", Outcome.ANSWER),
    ("how long do stents last", Outcome.GAP),
    ("how do I book a stunt double", Outcome.FALLBACK),
    ("hello", Outcome.CHAT),
    ("my dad has crushing chest pain", Outcome.EMERGENCY),
    ("my dad has crushng chst pian", Outcome.EMERGENCY),
    ("I don't want to live any more", Outcome.SELF_HARM),
    ("should I stop my clopidogrel before the dentist", Outcome.PERSONAL_ADVICE),
    ("", Outcome.FALLBACK),
    ("   ", Outcome.FALLBACK),
    ("😀", Outcome.FALLBACK),
]


@pytest.mark.parametrize(("query", "outcome"), ASKED)
def test_outcomes(responder: Responder, query: str, outcome: Outcome) -> None:
    assert responder.reply(query).outcome is outcome


@pytest.mark.parametrize(
    "query",
    [
        "I had chest pain last year",
        "what is chest pain",
        "can a stent cause chest pain",
        "is bleeding a risk of angioplasty",
        "is angioplasty done in an emergency",
        "what are the symptoms of a heart attack",
    ],
)
def test_talking_about_emergencies_is_not_one(responder: Responder, query: str) -> None:
    assert responder.reply(query).outcome not in {Outcome.EMERGENCY, Outcome.SELF_HARM}


def test_an_emergency_in_a_long_message_is_found(responder: Responder) -> None:
    query = (
        "Hello there. I was reading about stents for my father because he is booked in. "
        "What is the dye for? Now he has collapsed on the kitchen floor. Thank you."
    )
    assert responder.reply(query).outcome is Outcome.EMERGENCY


def test_an_emergency_behind_a_question_is_found(responder: Responder) -> None:
    for query in (
        "what are the risks and why does my chest hurt",
        "what is a stent and why is my arm numb and my face drooping",
    ):
        assert responder.reply(query).outcome is Outcome.EMERGENCY


def test_two_questions_get_two_answers(responder: Responder) -> None:
    reply = responder.reply("what is a stent and is the patient awake?")
    assert [entry.id for entry in reply.answers] == ["what-is-stent", "awake-during-angioplasty"]


def test_and_between_two_things_is_one_question(responder: Responder) -> None:
    reply = responder.reply("whats the diffrence betwen angioplsty and a stent")
    assert [entry.id for entry in reply.answers] == ["difference-angioplasty-stent"]


def test_a_follow_up_is_read_in_the_light_of_the_last_answer(responder: Responder) -> None:
    stent = responder.knowledge.by_id["what-is-stent"]
    alone = responder.reply("and how is it put in?")
    after = responder.reply("and how is it put in?", after=stent)
    assert after.entry is not None
    assert after.entry.id == "how-stent-is-placed"
    assert alone.outcome in {Outcome.ANSWER, Outcome.SUGGEST, Outcome.FALLBACK}


def test_replies_are_deterministic(responder: Responder) -> None:
    query = "is the little tube left in for ever"
    assert responder.reply(query) == responder.reply(query)


def tea(thresholds: Thresholds) -> Responder:
    entries = (
        Entry(id="tea", question="How do I brew tea?", answer="-", paraphrases=("making tea",)),
        Entry(id="milk", question="Is milk added?", answer="-", paraphrases=("tea with milk",)),
        Entry(
            id="alarm-1",
            question="Smoke and flames everywhere",
            answer="Call!",
            kind=Outcome.EMERGENCY,
            triggers=(Trigger(all=("fire|burn*", "kitchen"), unless=("what is",)),),
        ),
    )
    return Responder(Knowledge(title="Tea", entries=entries, thresholds=thresholds))


@pytest.mark.parametrize("query", ["", "???", "👍", "—"])
def test_what_has_no_words_is_never_answered(query: str) -> None:
    assert tea(Thresholds(0, 0, "-")).reply(query).outcome is Outcome.FALLBACK


@pytest.mark.parametrize(
    ("thresholds", "outcome"),
    [
        (Thresholds(0, 0, "-"), Outcome.ANSWER),
        (Thresholds(100, 0, "-"), Outcome.SUGGEST),
        (Thresholds(100, 100, "-"), Outcome.FALLBACK),
    ],
)
def test_the_thresholds_decide(thresholds: Thresholds, outcome: Outcome) -> None:
    assert tea(thresholds).reply("brew tea").outcome is outcome


def teas(thresholds: Thresholds) -> Responder:
    """Two entries with many phrasings each."""
    entries = tuple(
        Entry(
            id=name,
            question=f"How do I brew {name} tea?",
            answer="-",
            paraphrases=tuple(f"brew {name} tea for {number}" for number in range(20)),
        )
        for name in ("green", "black")
    )
    return Responder(Knowledge(title="Tea", entries=entries, thresholds=thresholds))


@pytest.mark.parametrize(
    ("query", "outcome"),
    [
        ("brew tea for slugs", Outcome.SUGGEST),
        ("how do I poach slugs with garlic", Outcome.FALLBACK),
        ("is it?", Outcome.FALLBACK),  # says nothing
    ],
)
def test_asking_back_needs_an_entry_that_explains_half(query: str, outcome: Outcome) -> None:
    assert teas(Thresholds(100, 0, "-")).reply(query).outcome is outcome


def test_the_less_an_answer_explains_the_surer_it_must_be(responder: Responder) -> None:
    entry = responder.knowledge.by_id["meaning-of-recanalize"]
    assert may_answer(entry, 85, 1.0, (80, 90))
    assert may_answer(entry, 95, 0.0, (80, 90))
    assert not may_answer(entry, 85, 0.0, (80, 90))


def test_words_an_answer_knows_nothing_of_make_it_unsure(responder: Responder) -> None:
    assert responder.reply("what are catapults made of").outcome is Outcome.FALLBACK


def test_an_entry_with_few_phrasings_is_offered_all_the_same() -> None:
    reply = tea(Thresholds(100, 0, "-")).reply("how do I poach slugs with garlic")
    assert reply.outcome is Outcome.SUGGEST


@pytest.mark.parametrize(
    ("query", "fires"),
    [
        ("the kitchen is burning", True),
        ("FIRE in the kitchn!!", True),
        ("what is a kitchen fire", False),
        ("the kitchen", False),
        ("fire", False),
    ],
)
def test_triggers_need_every_group_and_no_exception(query: str, fires: bool) -> None:
    matcher = tea(Thresholds(100, 100, "-")).matcher
    fired = TriggerIndex(matcher.entries).look(matcher.reader.words(query)).fired
    assert [entry.id for entry in fired] == (["alarm-1"] if fires else [])


def test_alerts_are_never_offered_as_suggestions(responder: Responder) -> None:
    for query in ("heart pain tablets", "stent chest", "worried about dad", "can I"):
        for candidate in responder.reply(query).candidates:
            if responder.reply(query).outcome is Outcome.SUGGEST:
                assert candidate.entry.kind in {Outcome.ANSWER, Outcome.GAP}


@pytest.mark.parametrize(
    ("query", "entry"),
    [
        ("whats worse stent or just ballon", "difference-angioplasty-stent"),
        ("Does angina usually go to the shoulder, neck or right arm too?", "chest-pain-angina"),
    ],
)
def test_what_compares_or_is_named_is_among_the_buttons(
    responder: Responder, query: str, entry: str
) -> None:
    assert entry in {e.id for e in responder.reply(query).offered}


def test_a_word_that_the_answer_does_not_say_is_explained(responder: Responder) -> None:
    reply = responder.reply("define PTCA")
    assert [term.term for term in reply.terms] == ["PCI"]
    assert reply.offered[0].id == "what-is-angioplasty"
    assert responder.reply("what is a stent").answers[0].id == "what-is-stent"


def test_small_talk_is_understood_in_each_others_words(responder: Responder) -> None:
    assert responder.reply("k thx").outcome is Outcome.CHAT


@pytest.mark.parametrize(
    ("after", "message", "first"),
    [
        ("diabetes", "how do they get it in", "how-stent-is-placed"),
        ("medicines-after-stent", "for how long", "medicines-how-long"),
        ("what-is-stent", "metal?", "stent-material-wire-mesh"),
        ("dye-in-angioplasty", "i come out in a rash from it", "dye-allergy"),
        ("restenosis-meaning", "the capital of peru", ""),
    ],
)
def test_by_itself_and_after_the_last_answer_are_two_opinions(
    responder: Responder, after: str, message: str, first: str
) -> None:
    reply = responder.reply(message, responder.knowledge.by_id[after])
    shown = [entry.id for entry in (*reply.answers, *reply.offered)]
    assert first in shown[:2] if first else reply.outcome is Outcome.FALLBACK


def test_what_is_hardly_meant_is_not_asked_back(responder: Responder) -> None:
    asked, after = "isnt that asking for a stroke", responder.knowledge.by_id["neck-brain-arteries"]
    offered = {candidate.entry for candidate in responder.reply(asked, after).candidates}
    assert offered <= {candidate.entry for candidate in responder.reply(asked).candidates}


@pytest.mark.measure
@pytest.mark.parametrize(("file", "leans", "alone"), [(HERE, 0.68, 0.85), (ELSEWHERE, 0.72, 0.88)])
def test_second_questions_find_their_entry(
    file: Path, leans: float, alone: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_ENCODER", "auto")
    found: dict[str, list[bool]] = {"leans": [], "alone": [], "nothing": []}
    for asked, reply in replies(file.read_text("utf-8").splitlines()):
        wanted = {"right", "offered"} if asked["gold"] else {"neither"}
        found[asked["sort"]].append(outcome_of(asked, reply) in wanted)
    assert sum(found["leans"]) >= leans * len(found["leans"])
    assert sum(found["alone"]) >= alone * len(found["alone"])
    assert sum(found["nothing"]) >= 0.7 * len(found["nothing"])


@pytest.mark.parametrize(
    ("message", "answers"),
    [
        (
            "1. does it hurt 2. how long does it take 3. should I stop my aspirin",
            ["advice-medicine", "pain", "procedure-duration"],
        ),
        (
            "is the patient awake and should I take my aspirin before it?",
            ["advice-medicine", "awake-during-angioplasty"],
        ),
    ],
)
def test_beside_what_asks_for_advice_the_other_questions_are_answered(
    responder: Responder, message: str, answers: Sequence[str]
) -> None:
    reply = responder.reply(message)
    assert reply.outcome is Outcome.PERSONAL_ADVICE
    assert [entry.id for entry in reply.answers] == answers
