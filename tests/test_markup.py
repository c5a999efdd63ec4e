"""The small part of Markdown that answers may hold is drawn alike everywhere."""

from __future__ import annotations

import pytest

from faq.markup import Span, html, parse, plain, quoted, written_out

DRAWN = [
    ("**Yes**, *soon*.", "<b>Yes</b>, <i>soon</i>.", "Yes, soon.", "Yes, soon."),
    (
        "See [our page](https://a.org/x_(y)?b=1&c).",
        'See <a href="https://a.org/x_(y)?b=1&amp;c">our page</a>.',
        "See our page.",
        "See our page (https://a.org/x_(y)?b=1&c).",
    ),
    ("- one\n- two", "• one\n• two", "• one\n• two", "• one\n• two"),
    ("1 < 2 & 3", "1 &lt; 2 &amp; 3", "1 < 2 & 3", "1 < 2 & 3"),
    ("2 * 3 * 4 = 24", "2 * 3 * 4 = 24", "2 * 3 * 4 = 24", "2 * 3 * 4 = 24"),
    ("**not closed", "**not closed", "**not closed", "**not closed"),
    (r"\*as it is\*", "*as it is*", "*as it is*", "*as it is*"),
    ("[no](javascript:alert(1))", *["[no](javascript:alert(1))"] * 3),
    ("snake_case_name <b>", "snake_case_name &lt;b&gt;", *["snake_case_name <b>"] * 2),
    (
        "**[*Tap*](https://a.org)**",
        '<a href="https://a.org"><b><i>Tap</i></b></a>',
        "Tap",
        "Tap (https://a.org)",
    ),
]


@pytest.mark.parametrize(("text", "tags", "read", "terminal"), DRAWN, ids=[d[0] for d in DRAWN])
def test_drawn(text: str, tags: str, read: str, terminal: str) -> None:
    assert html(text) == tags
    assert plain(text) == read
    assert written_out(text) == terminal


@pytest.mark.parametrize("text", ["a * b", "**x**", "[a](https://b)", r"back\slash", r"\*", "[1]"])
def test_a_plain_text_can_be_kept_as_it_is(text: str) -> None:
    assert parse(quoted(text))
    assert plain(quoted(text)) == text


def test_spans() -> None:
    assert parse("a **b**") == (Span("a "), Span("b", bold=True))
