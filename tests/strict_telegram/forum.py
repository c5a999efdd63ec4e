"""The methods for topics of a forum group."""

from __future__ import annotations

from tests.strict_telegram.facts import ChatRecord, Json, circumstance, mistake
from tests.strict_telegram.posts import Request

NAME_LENGTH = 128


def create_forum_topic(request: Request) -> Json:
    chat = _forum(request)
    name = request.params["name"]
    if not 1 <= len(name) <= NAME_LENGTH:
        raise mistake("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    thread_id = next(request.world.message_ids)
    chat.topics[thread_id] = name
    return {"message_thread_id": thread_id, "name": name, "icon_color": 7322096}


def close_forum_topic(request: Request) -> bool:
    chat = _forum(request)
    if request.params["message_thread_id"] not in chat.topics:
        raise circumstance("message thread not found")
    return True


def _forum(request: Request) -> ChatRecord:
    chat = request.world.chat_to_write_to(request.params["chat_id"])
    if not chat.is_forum:
        raise mistake("the chat is not a forum")
    if not chat.may_manage_topics:
        raise circumstance("not enough rights to create a topic")
    return chat
