"""Whatever is typed: a polite reply, and nothing raised."""

from __future__ import annotations

import pytest

from tests.strict_telegram.chat import Chat
from tests.strict_telegram.server import TelegramServer


@pytest.fixture
def server(shipped: TelegramServer) -> TelegramServer:
    return shipped


@pytest.fixture
def chat(server: TelegramServer) -> Chat:
    return server.private(server.user("Ann", language_code="en"))


BAD = {
    "spaces": "   ",
    "one letter": "x",
    "the longest": "a" * 4096,
    "longest with words": "stent " * 682,
    "longer than allowed": "a" * 10_000,
    "emoji": "😀😀😀",
    "family": "👩‍👩‍👧‍👦" * 50,
    "control characters": "\x00\x07\x1b[2J what",
    "right to left": "\u202eright to left שלום",
    "Arabic": "ما هي الدعامة",
    "Chinese": "什么是支架",
    "combining": "z\u0351\u036b\u0343\u036a" * 100,
    "lone surrogate": "\ud83d",
    "SQL": "'; DROP TABLE x; --",
    "HTML": "<b>bold</b> & <script>alert(1)</script>",
    "end tags": "</blockquote></pre>",
    "entities": "&lt;&amp;&#0;",
    "Markdown": "*_[](tg://user?id=1)`",
    "braces": "{title} {0} %s",
    "digits": "42",
    "punctuation": "?!?!",
    "newlines": "\n\n\nwhat\n\n",
    "slash": "/ what",
    "path": "../../etc/passwd",
}


@pytest.mark.parametrize("typed", BAD.values(), ids=BAD)
def test_bad_input_gets_a_polite_reply(chat: Chat, typed: str) -> None:
    chat.send(typed)
    message = chat.wait()[0]
    assert message.text
    assert "went wrong" not in message.text
    assert "{" not in message.text


def test_a_payload_of_a_deep_link_is_only_looked_up(chat: Chat) -> None:
    for payload in ("<b>", "emergency-heart", "a" * 64, "../x", "what-is-stent extra"):
        chat.send(f"/start {payload}")
        assert chat.wait()[0].text


def test_an_album_gets_one_line(server: TelegramServer, chat: Chat) -> None:
    for _ in range(3):
        chat.send("", media_group_id="7", photo=[])
    chat.send_voice()
    server.wait_for(lambda: server.pending == 0)
    assert len(chat.wait(2)) == 2
    assert chat.untaken() == []
