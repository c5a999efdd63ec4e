"""The Bot API's limits on texts and keyboards, with the errors Telegram gives."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from tests.strict_telegram.facts import Button, Json, mistake
from tests.strict_telegram.html import Entity, Formatted, ParseError, parse_html, trim, utf16_length

# https://core.telegram.org/bots/api
TEXT_UNITS = 4096
CAPTION_UNITS = 1024
CALLBACK_DATA_BYTES = 64
BUTTONS = 100
# More buttons a row are not shown.
BUTTONS_A_ROW = 8
BUTTON_DECORATION = frozenset({"text", "icon_custom_emoji_id", "style"})
COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def text_of(params: Json) -> Formatted:
    """The text of a message, within its limits."""
    formatted = _formatted(params, "text", "entities")
    if not formatted.text:
        raise mistake("message text is empty")
    if utf16_length(formatted.text) > TEXT_UNITS:
        raise mistake("message is too long")
    return formatted


def caption_of(params: Json) -> Formatted:
    """The caption of a photo, within its limits; may be empty."""
    formatted = _formatted(params, "caption", "caption_entities")
    if utf16_length(formatted.text) > CAPTION_UNITS:
        raise mistake("message caption is too long")
    return formatted


def _formatted(params: Json, name: str, entities: str) -> Formatted:
    source = params.get(name, "")
    mode = params.get("parse_mode", "")
    if mode.lower() == "html":
        return _parsed(source)
    if mode:
        raise mistake(f"unsupported parse_mode {mode!r} (this server reads HTML only)")
    found = tuple(_entity(source, entity) for entity in params.get(entities, ()))
    return trim(Formatted(source, found))


def _parsed(source: str) -> Formatted:
    try:
        return trim(parse_html(source))
    except ParseError as error:
        raise mistake(f"can't parse entities: {error}") from error


def _entity(source: str, entity: Json) -> Entity:
    found = Entity(entity["type"], entity["offset"], entity["length"], entity.get("url", ""))
    if found.offset < 0 or found.offset + found.length > utf16_length(source):
        raise mistake("entity begins or ends outside of the text")
    return found


def keyboard_of(params: Json) -> Json | None:
    """The inline keyboard of a message, within its limits; None without one."""
    markup = params.get("reply_markup") or {}
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if sum(len(row) for row in rows) > BUTTONS:
        raise mistake("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        _check_row(row)
    return {"inline_keyboard": rows} if any(rows) else None


def _check_row(row: list[Json]) -> None:
    if len(row) > BUTTONS_A_ROW:
        raise mistake(f"more than {BUTTONS_A_ROW} buttons a row")
    for button in row:
        _check_button(button)


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise mistake("can't parse inline keyboard button: button text must be non-empty")
    actions = set(button) - BUTTON_DECORATION
    if not actions:
        text = "Text buttons are unallowed in the inline keyboard"
        raise mistake(f"can't parse inline keyboard button: {text}")
    if len(actions) > 1:
        raise mistake(f"inline keyboard button {button['text']!r} has {sorted(actions)}")
    if "callback_data" in button:
        _check_data(button["callback_data"])
    if "url" in button:
        _check_url(button["url"])
    if "web_app" in button and not button["web_app"]["url"].startswith("https://"):
        raise mistake("inline keyboard button Web App URL is invalid: Only HTTPS links are allowed")


def _check_data(data: str) -> None:
    if not 1 <= len(data.encode()) <= CALLBACK_DATA_BYTES:
        raise mistake("BUTTON_DATA_INVALID")


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    known = parts.scheme in {"http", "https", "tg", "ton", "tonsite"}
    if not known or (parts.scheme in {"http", "https"} and "." not in parts.netloc):
        raise mistake(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def buttons_of(markup: Json | None) -> tuple[tuple[Button, ...], ...]:
    """The buttons of a checked inline keyboard, row by row."""
    rows = (markup or {}).get("inline_keyboard", ())
    return tuple(tuple(_button(button) for button in row) for row in rows)


def _button(button: Json) -> Button:
    query: Any = None
    for name in ("switch_inline_query", "switch_inline_query_current_chat"):
        query = button.get(name, query)
    url = button.get("url") or button.get("web_app", {}).get("url", "")
    data = button.get("callback_data", "")
    return Button(text=button["text"], data=data, url=url, query=query)


def check_commands(commands: list[Json]) -> None:
    """The limits of setMyCommands."""
    if len(commands) > 100:
        raise mistake("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise mistake("BOT_COMMAND_INVALID")
        if not 1 <= utf16_length(command["description"].strip()) <= 256:
            raise mistake("BOT_COMMAND_DESCRIPTION_INVALID")
