"""Builds and keeps the bot's messages; what sending and editing have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any

from tests.strict_telegram.facts import BotMessage, ChatRecord, Json, Upload, circumstance, mistake
from tests.strict_telegram.html import Entity, Formatted
from tests.strict_telegram.limits import buttons_of
from tests.strict_telegram.world import World, now

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
CONTENT = ("text", "entities", "caption", "caption_entities", "photo", "voice", "reply_markup")


@dataclass(frozen=True)
class Request:
    """A call that has passed the specification; params decoded, files by their form name."""

    world: World
    method: str
    params: Json
    files: dict[str, Upload] = field(default_factory=dict)


def text_content(formatted: Formatted) -> Json:
    """The message fields of a text."""
    return _content("text", "entities", formatted)


def caption_content(formatted: Formatted) -> Json:
    """The message fields of a caption."""
    return _content("caption", "caption_entities", formatted)


def _content(name: str, entities_name: str, formatted: Formatted) -> Json:
    content: Json = {name: formatted.text} if formatted.text else {}
    if formatted.entities:
        content[entities_name] = [entity.json() for entity in formatted.entities]
    return content


def post(request: Request, chat: ChatRecord, content: Json) -> Json:
    """Put a new message into a chat; the message as the Bot API answers it."""
    world = request.world
    message: Json = {"message_id": next(world.message_ids), "date": now()}
    message |= {"from": world.me.json(), "chat": chat.json()}
    message |= _thread(request, chat) | _reply(request, chat) | content
    chat.messages[message["message_id"]] = message
    record(request, chat, message)
    return message


def replace_content(request: Request, chat: ChatRecord, message: Json, content: Json) -> Json:
    """Give a message new content; the message as the Bot API answers it."""
    if {name: message.get(name) for name in CONTENT} == {
        name: content.get(name) for name in CONTENT
    }:
        raise circumstance(NOT_MODIFIED)
    kept = {name: value for name, value in message.items() if name not in CONTENT}
    changed = kept | content | {"edit_date": now()}
    chat.messages[message["message_id"]] = changed
    record(request, chat, changed)
    return changed


def record(request: Request, chat: ChatRecord, message: Json) -> None:
    """Show a message to the test."""
    params = request.params
    text: str = message.get("text") or message.get("caption") or ""
    entities: list[Json] = message.get("entities") or message.get("caption_entities") or []
    source: str = params.get("text") or params.get("caption") or text
    shown = BotMessage(
        chat_id=chat.id,
        message_id=message["message_id"],
        method=request.method,
        text=text,
        html=source if params.get("parse_mode", "").lower() == "html" else escape(text),
        entities=tuple(Entity(**entity) for entity in entities),
        buttons=buttons_of(message.get("reply_markup")),
        edited="edit_date" in message,
        thread_id=message.get("message_thread_id"),
        reply_to=message.get("reply_to_message", {}).get("message_id"),
        photo=message["photo"][0]["file_id"] if "photo" in message else "",
        voice=message.get("voice", {}).get("file_id", ""),
        params=params,
    )
    chat.outbox.append(shown)


def _thread(request: Request, chat: ChatRecord) -> Json:
    thread_id: Any = request.params.get("message_thread_id")
    if thread_id is None:
        return {}
    if thread_id in chat.removed_topics:
        raise circumstance("message thread not found")
    if thread_id not in chat.topics:
        raise mistake("message thread not found")
    return {"message_thread_id": thread_id, "is_topic_message": True}


def _reply(request: Request, chat: ChatRecord) -> Json:
    reply: Json = request.params.get("reply_parameters") or {}
    message_id = reply.get("message_id")
    if message_id is None:
        return {}
    if message_id in chat.messages:
        original = dict(chat.messages[message_id])
        original.pop("reply_to_message", None)
        return {"reply_to_message": original}
    if reply.get("allow_sending_without_reply"):
        return {}
    text = "message to be replied not found"
    raise circumstance(text) if message_id in chat.removed else mistake(text)
