"""Each mistake a bot can make is refused as Telegram refuses it, and remembered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.strict_telegram.chat import Chat
from tests.strict_telegram.client import Client
from tests.strict_telegram.html import ParseError, parse_html, trim
from tests.strict_telegram.server import TelegramServer

ARTICLE = {"type": "article", "id": "a", "title": "A"}
CONTENT = {"input_message_content": {"message_text": "text"}}


def button(**fields: Any) -> dict[str, Any]:
    return {"reply_markup": {"inline_keyboard": [[fields]]}}


HTML = {"parse_mode": "HTML"}
SENDING = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n"}, "message text is empty"),
    ({"text": "<b></b>"} | HTML, "message text is empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": 7}, "text: Input should be a valid string"),
    ({}, "text: Field required"),
    ({"text": "a", "protect_content": "maybe"}, "protect_content"),
    ({"text": "<b>a"} | HTML, 'Can\'t find end tag corresponding to start tag "b"'),
    ({"text": "a < b"} | HTML, 'Unsupported start tag "" at byte offset 2'),
    ({"text": "a<br>b"} | HTML, 'Unsupported start tag "br" at byte offset 1'),
    ({"text": "<b>a</i>"} | HTML, 'expected "</b>", found "</i>"'),
    ({"text": "*a*", "parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
    ({"text": "a", "chat_id": 4711}, "chat not found"),
    ({"text": "a", "message_thread_id": 4711}, "message thread not found"),
    ({"text": "a", "reply_parameters": {"message_id": 4711}}, "message to be replied not found"),
    ({"text": "a"} | button(text="a", callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    ({"text": "a"} | button(text="a", callback_data="ü" * 33), "BUTTON_DATA_INVALID"),
    ({"text": "a"} | button(text="a", callback_data=""), "BUTTON_DATA_INVALID"),
    ({"text": "a"} | button(text=" ", callback_data="x"), "button text must be non-empty"),
    ({"text": "a"} | button(text="a"), "Text buttons are unallowed"),
    ({"text": "a"} | button(text="a", url="nowhere"), "Wrong HTTP URL"),
    ({"text": "a"} | button(text="a", callback_data="x", url="https://a.b"), "has ['callback_data"),
    ({"text": "a"} | button(callback_data="x"), "text: Field required"),
    ({"text": "a", "reply_markup": {"inline_keyboard": [{"text": "a"}]}}, "inline_keyboard"),
    ({"text": "a", "reply_markup": "oops"}, "reply_markup"),
]


@pytest.mark.parametrize(("params", "complaint"), SENDING, ids=[text for _, text in SENDING])
def test_mistakes_in_sending(
    server: TelegramServer, client: Client, chat: Chat, params: dict[str, Any], complaint: str
) -> None:
    description = client.error("sendMessage", **({"chat_id": chat.id} | params))
    assert complaint in description
    assert [violation for violation in server.violations if complaint in violation]
    assert not chat.messages
    with pytest.raises(AssertionError, match="the bot broke the Bot API's rules"):
        server.check()


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"colour": "red"}, "colour"),
        (button(text="a", callback_data="x", size=3), "reply_markup.inline_keyboard.0.0.size"),
        ({"link_preview_options": {"disabled": True}}, "link_preview_options.disabled"),
    ],
)
def test_unknown_parameters_are_noted(
    server: TelegramServer, client: Client, chat: Chat, params: dict[str, Any], name: str
) -> None:
    client.call("sendMessage", chat_id=chat.id, text="a", **params)
    assert f"sendMessage: unknown parameter {name}" in server.violations


OTHERS = [
    ("sendDice", {}, "Not Found: method not found"),
    ("sendChatAction", {"action": "thinking"}, "wrong parameter action"),
    ("sendPhoto", {"photo": "unknown"}, "wrong file identifier"),
    ("sendPhoto", {"photo": "https://a.b/c.png", "caption": "x" * 1025}, "caption is too long"),
    ("sendMediaGroup", {"media": [{"type": "photo", "media": "https://a.b"}]}, "album"),
    ("editMessageText", {"message_id": 4711, "text": "a"}, "message to edit not found"),
    ("deleteMessage", {"message_id": 4711}, "message to delete not found"),
    ("setMessageReaction", {"message_id": 4711, "reaction": []}, "message to react not found"),
    ("answerCallbackQuery", {"callback_query_id": "4711"}, "query is too old"),
    ("answerCallbackQuery", {"callback_query_id": ["4711"]}, "callback_query_id: Input should"),
    ("answerInlineQuery", {"inline_query_id": "4711", "results": []}, "query is too old"),
    ("setMyDescription", {"description": "x" * 513}, "longer than 512"),
    ("setMyShortDescription", {"short_description": "x" * 121}, "longer than 120"),
    ("setMyCommands", {"commands": [{"command": "Help", "description": "a"}]}, "COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "help", "description": ""}]}, "DESCRIPTION"),
    ("setMyCommands", {"commands": [], "language_code": "deu"}, "LANG_CODE_INVALID"),
    ("setWebhook", {"url": "ftp://a.b"}, "bad webhook"),
    ("setWebhook", {"url": "https://a.b", "secret_token": "ü"}, "secret token"),
    ("getUpdates", {"allowed_updates": "message"}, "allowed_updates"),
]


@pytest.mark.parametrize(("method", "params", "complaint"), OTHERS)
def test_mistakes_in_other_methods(
    server: TelegramServer,
    client: Client,
    chat: Chat,
    method: str,
    params: dict[str, Any],
    complaint: str,
) -> None:
    writes = method.startswith(("send", "edit", "delete", "setMessage"))
    where = {"chat_id": chat.id} if writes else {}
    assert complaint in client.error(method, **(where | params))
    assert [violation for violation in server.violations if complaint in violation]


@pytest.mark.parametrize(
    ("results", "complaint"),
    [
        ([ARTICLE | CONTENT, ARTICLE | CONTENT], "RESULT_ID_DUPLICATE"),
        ([ARTICLE | CONTENT | {"id": "x" * 65}], "RESULT_ID_INVALID"),
        ([ARTICLE | CONTENT | {"id": ""}], "RESULT_ID_INVALID"),
        ([ARTICLE | CONTENT | {"id": str(number)} for number in range(51)], "RESULTS_TOO_MUCH"),
        ([ARTICLE | CONTENT | {"title": ""}], "RESULT_TITLE_INVALID"),
        ([ARTICLE], "input_message_content: Field required"),
        ([ARTICLE | {"input_message_content": {"message_text": ""}}], "message text is empty"),
    ],
)
def test_mistakes_in_inline_results(
    server: TelegramServer, client: Client, results: list[dict[str, Any]], complaint: str
) -> None:
    server.inline(server.user("Ann"), "stent")
    query = client.result("getUpdates")[0]["inline_query"]["id"]
    assert complaint in client.error("answerInlineQuery", inline_query_id=query, results=results)
    assert len(server.violations) == 1


def test_notice_too_long(server: TelegramServer, client: Client, chat: Chat) -> None:
    client.result("sendMessage", chat_id=chat.id, text="a", **button(text="a", callback_data="b"))
    chat.press(chat.wait()[0], "a")
    query = client.result("getUpdates")[0]["callback_query"]["id"]
    error = client.error("answerCallbackQuery", callback_query_id=query, text="x" * 201)
    assert "MESSAGE_TOO_LONG" in error
    assert len(server.violations) == 1


def test_foreign_messages_cannot_be_edited(client: Client, chat: Chat) -> None:
    chat.send("mine")
    message_id = client.result("getUpdates")[0]["message"]["message_id"]
    error = client.error("editMessageText", chat_id=chat.id, message_id=message_id, text="yours")
    assert "message can't be edited" in error


def test_text_of_the_largest_length_is_sent(
    server: TelegramServer, client: Client, chat: Chat
) -> None:
    client.result("sendMessage", chat_id=chat.id, text=f"<b>{'&lt;' * 4096}</b>", **HTML)
    client.result("sendMessage", chat_id=chat.id, text="😀" * 2048)
    server.check()


@pytest.mark.parametrize(
    ("source", "text", "marks"),
    [
        ("a &amp;&lt;&gt;&quot;&#x27;&#39; b", "a &<>\"'' b", []),
        ("&nbsp; & &unknown;", "&nbsp; & &unknown;", []),
        ("😀<b>a<i>b</i></b>", "😀ab", [("bold", 2, 2), ("italic", 3, 1)]),
        (" \n<b> x </b> ", "x", [("bold", 0, 1)]),
        ('<a href="https://a.b/?c=1&amp;d=2">e</a>', "e", [("text_link", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1)]),
        ("<code>c</code><pre>p</pre>", "cp", [("code", 0, 1), ("pre", 1, 1)]),
        ("<B>b</B>", "b", [("bold", 0, 1)]),
    ],
)
def test_html_is_read(source: str, text: str, marks: list[tuple[str, int, int]]) -> None:
    formatted = trim(parse_html(source))
    assert formatted.text == text
    assert [(mark.type, mark.offset, mark.length) for mark in formatted.entities] == marks


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("é<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 2'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ],
)
def test_broken_html_is_refused(source: str, complaint: str) -> None:
    with pytest.raises(ParseError) as error:
        parse_html(source)
    assert str(error.value) == complaint


@pytest.mark.parametrize("body", ["{", "[]", "7"])
def test_body_that_is_no_object(server: TelegramServer, client: Client, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    response = client.http.post(f"{client.base}/getMe", content=body, headers=headers)
    assert response.status_code == 400
    assert len(server.violations) == 1
