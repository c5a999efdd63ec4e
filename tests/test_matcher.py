"""Ranking: pooled over an entry's phrasings, deterministic, calibrated, open to bad input."""

from __future__ import annotations

import os
import random
from pathlib import Path

import numpy as np
import pytest

from faq import Entry, FAQError, Matcher
from faq.language.lexicon import english
from faq.matching import classifier
from faq.matching.background import background_questions
from faq.matching.cache import Cache
from faq.matching.classifier import KernelRidge, TrainingSet, landmarks

TEA = Entry(
    id="tea",
    question="How do I brew green tea?",
    answer="-",
    paraphrases=("green tea steps", "making a pot of tea", "brew tea leaves at home"),
)
BIKE = Entry(
    id="bike",
    question="How do I mend a flat tyre?",
    answer="-",
    paraphrases=("puncture repair", "my bicycle tyre lost its air", "fix a flat on a bike"),
)
CAT = Entry(
    id="cat",
    question="Why does my cat purr?",
    answer="-",
    paraphrases=("purring cats", "cat makes a humming sound", "reason a kitten purrs"),
)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher([TEA, BIKE, CAT])


@pytest.mark.parametrize(
    ("query", "entry"),
    [
        ("brewing green tea", "tea"),
        ("puncture in my bicicle tire", "bike"),
        ("purrring kitten", "cat"),
        ("HOW TO FIX FLAT BIKE TYRE???", "bike"),
    ],
)
def test_the_right_entry_leads(matcher: Matcher, query: str, entry: str) -> None:
    first, second = matcher.rank(query, limit=2)
    assert first.entry.id == entry
    assert 100 >= first.score > second.score >= 0


def test_scores_tell_what_is_asked_from_what_is_not(matcher: Matcher) -> None:
    inside = matcher.rank("how do i brew tea", 1)[0].score
    outside = matcher.rank("exchange rate of the dollar", 1)[0].score
    assert inside > outside + 20


def test_limit_and_order(matcher: Matcher) -> None:
    ranked = matcher.rank("tea", limit=10)
    assert len(ranked) == 3
    assert [c.score for c in ranked] == sorted((c.score for c in ranked), reverse=True)


def test_in_bulk_and_one_by_one_are_the_same(matcher: Matcher) -> None:
    queries = ["tea?", "cat sounds", "flat", "", "😀"]
    assert matcher.rank_many(queries) == [matcher.rank(q) for q in queries]
    assert Matcher([TEA, BIKE, CAT]).rank("tea?") == matcher.rank("tea?")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "a" * 10_000,
        "😀😀",
        "\x00\x07",
        "שלום עולם",
        "什么是茶",
        "'; DROP TABLE entries; --",
        "<b>tea</b>",
    ],
)
def test_any_text_is_ranked_without_fuss(matcher: Matcher, query: str) -> None:
    assert all(0 <= c.score <= 100 for c in matcher.rank(query))


def test_a_single_entry_and_none() -> None:
    assert Matcher([TEA]).rank("tea")[0].entry is TEA
    assert Matcher([Entry(id="x", question="tea", answer="-")]).rank("tea")[0].entry.id == "x"
    with pytest.raises(FAQError, match="no entries"):
        Matcher([])


def test_a_torn_cache_file_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cache, "shared", classmethod(lambda cls, key: cls(tmp_path, key)))
    first = Matcher([TEA, BIKE]).rank("green tea")
    (file,) = tmp_path.glob("*.npz")
    whole = file.read_bytes()
    for torn in (b"", whole[: len(whole) // 2], b"not a zip at all"):
        file.write_bytes(torn)
        assert Matcher([TEA, BIKE]).rank("green tea") == first
        assert file.read_bytes() == whole or len(file.read_bytes()) == len(whole)


def test_a_read_only_cache_is_no_reason_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setattr(Cache, "shared", classmethod(lambda cls, key: cls(blocked, key)))
    assert Matcher([TEA, BIKE]).rank("green tea")[0].entry is TEA


def test_large_faqs_are_solved_by_landmarks(
    matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all texts are landmarks both ways are one, with the weights whole or in parts."""
    texts = matcher.training_set
    numbers = np.arange(len(texts.labels))
    exact = KernelRidge(texts)
    monkeypatch.setattr(classifier, "EXACT", 0)
    for cells in (classifier.DENSE_CELLS, 0):
        monkeypatch.setattr(classifier, "DENSE_CELLS", cells)
        other = KernelRidge(texts)
        for number in numbers.tolist():
            reading = texts.reading(number)
            assert np.allclose(exact.outputs(reading), other.outputs(reading), atol=0.03)
        assert np.allclose(exact.held_out(numbers), other.held_out(numbers), atol=0.03)
        assert np.allclose(exact.fitted(numbers), other.fitted(numbers), atol=0.03)


def test_what_is_held_out_is_what_a_model_without_it_says(matcher: Matcher) -> None:
    texts = matcher.training_set
    number = 1
    kept = np.delete(np.arange(len(texts.labels)), number)
    without = TrainingSet(
        [texts.words[i] for i in kept.tolist()],
        texts.vectors[kept],
        texts.labels[kept],
        texts.written[kept],
        texts.entries,
        texts.word_share,
    )
    said = KernelRidge(without).outputs(texts.reading(number))
    told = KernelRidge(texts).held_out(np.array([number]))[0]
    assert said.argmax() == told.argmax()
    assert np.allclose(said, told, atol=0.1)  # classes weigh a little less without it


def test_what_an_answer_says_leads_to_its_entry() -> None:
    pool = Entry(id="q1", question="Are there rules?", answer="Wear a bathing cap in the water.")
    gym = Entry(id="q2", question="Are there more rules?", answer="Bring a towel and clean shoes.")
    assert Matcher([pool, gym]).rank("do i need a cap to swim")[0].entry is pool
    assert Matcher([pool, gym]).rank("which shoes")[0].entry is gym


@pytest.mark.parametrize("size", [100, 1_000])
def test_a_question_asked_word_for_word_is_answered(size: int) -> None:
    """With one phrasing an entry, and ids that say nothing."""
    draw = random.Random(size)
    words = sorted(english().common)[:: len(english().common) // 300]
    questions = {" ".join(draw.sample(words, 5)) for _ in range(size)}
    entries = [Entry(id=f"q{i}", question=q, answer="-") for i, q in enumerate(sorted(questions))]
    matcher = Matcher(entries)
    asked = draw.sample(entries, 50)
    scores = [(matcher.rank(e.question)[0], e) for e in asked]
    assert all(best.entry is entry and best.score >= 95 for best, entry in scores)


def test_words_alone_still_know_what_words_mean() -> None:
    if os.environ.get("FAQ_ENCODER") != "off":
        pytest.skip("with the encoder meaning is tested in test_encoder.py")
    assert Matcher([TEA, BIKE, CAT]).rank("bicycle wheel", 1)[0].entry is BIKE


def test_one_phrasing_more_moves_one_landmark_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a curator's change would shift the scores of all other entries."""

    monkeypatch.setattr(classifier, "LANDMARK_CELLS", 0)
    monkeypatch.setattr(classifier, "FEWEST_LANDMARKS", 50)

    def texts(count: int) -> TrainingSet:
        words = [("tea", "number", str(number)) for number in range(count)]
        vectors = np.zeros((count, 2), dtype=np.float16)
        labels, written = (np.arange(count) * 5) % 7, np.ones(count, dtype=bool)
        return TrainingSet(words, vectors, labels, written, 7, 0.5)

    for count in range(200, 230):
        before, after = (set(landmarks(texts(n)).tolist()) for n in (count, count + 1))
        assert len(before - after) <= 1
        assert len(after - before) <= 1


def test_scores_of_a_query_are_chances_and_add_up_to_no_more_than_a_hundred(
    matcher: Matcher,
) -> None:
    for query in ("how do I brew green tea", "tea or a flat tyre", "who won the chess final"):
        scores = [c.score for c in matcher.rank(query, limit=len(matcher.entries))]
        assert scores == sorted(scores, reverse=True)
        assert sum(scores) <= 100


def test_the_fewer_ask_what_a_faq_has_the_less_sure_it_is() -> None:
    query = "how do I brew some tea"
    usual, rare = (
        Matcher([TEA, BIKE], in_scope_share=share).rank(query, 1)[0].score for share in (0.8, 0.3)
    )
    assert rare < usual - 5


def test_what_every_faq_is_not_about_is_what_some_faq_is_about() -> None:
    """The questions that stand for everything else leave out what is near to a FAQ's own."""
    plants = Entry(
        id="cactus",
        question="How often should I water a cactus?",
        answer="Every two weeks in summer, hardly ever in winter.",
    )
    about = Matcher([plants, TEA, BIKE])
    assert "how often should i water a cactus" in background_questions()
    best = about.rank("when does my cactus need water", 1)[0]
    elsewhere = Matcher([TEA, BIKE]).rank("when does my cactus need water", 1)[0]
    assert best.entry is plants and best.score > 40 > elsewhere.score
