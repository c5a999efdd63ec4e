"""What only stands beside a question: turned round, of another kind, about another thing."""

from __future__ import annotations

import pytest

from faq.language.tokens import tokenise
from faq.mismatch import asks_another, names_another, turns

TRAIN = [
    tokenise(text)
    for text in (
        "what is a locomotive for",
        "why use a locomotive",
        "what would happen without a locomotive",
        "how effective is a steam locomotive",
        "I did not order the blue ticket",
    )
]


@pytest.mark.parametrize(
    ("query", "turned"),
    [
        ("why use a locomotive", False),
        ("why not use a locomotive", True),
        ("why don't they just use a locomotive", True),
        ("what happens without a locomotive", False),
        ("I do not need a locomotive", True),
        ("a locomotive never fails", True),
        ("is a locomotive 100% effective", True),
        ("isn't that what a locomotive is for", False),
        ("I don't know what a locomotive is for", False),
        ("the blue ticket is what I did not order", False),
        ("I can't stop thinking how effective a locomotive is", False),
        ("I did not say how effective a locomotive is", False),
    ],
)
def test_a_negation_is_the_same_only_if_it_denies_the_same(query: str, turned: bool) -> None:
    assert turns(tokenise(query), TRAIN) is turned


@pytest.mark.parametrize(
    ("query", "another"),
    [
        ("who drives a locomotive", True),
        ("how long does a locomotive last", True),
        ("how does a locomotive work", False),
    ],
)
def test_who_and_how_long_are_asked_of_those_that_tell(query: str, another: bool) -> None:
    assert asks_another(tokenise(query), TRAIN) is another


@pytest.mark.parametrize(
    ("query", "another"),
    [
        ("how effective is homeopathy", True),
        ("what is a catapult for", True),
        ("what is a steam catapult", True),
        ("how effective are locomotives", False),
        ("how effective is teh steam locomotive", False),
        ("how effective is a steam locomotiv", False),
        ("my nephew asks me to explain to him and his budgerigar what a locomotive is", False),
    ],
)
def test_a_rare_word_no_phrasing_has_is_what_is_asked_about(query: str, another: bool) -> None:
    assert names_another(tokenise(query), TRAIN) is another
