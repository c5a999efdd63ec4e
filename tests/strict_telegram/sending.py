"""The methods that send, change and remove messages."""

from __future__ import annotations

from typing import Any

from tests.strict_telegram.facts import ChatRecord, Json, circumstance, mistake
from tests.strict_telegram.limits import caption_of, keyboard_of, text_of
from tests.strict_telegram.photos import file_id_of, sizes
from tests.strict_telegram.posts import (
    Request,
    caption_content,
    post,
    replace_content,
    text_content,
)

# Values the specification gives only in its prose.
ACTION_NAMES = """
typing upload_photo record_video upload_video record_voice upload_voice upload_document
choose_sticker find_location record_video_note upload_video_note
"""
REACTION_EMOJI = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡
🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈
😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿
🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
CAPTIONED = ("photo", "voice", "video", "audio", "document", "animation")
COPIED = (*CAPTIONED, "text", "sticker", "location")
ACTIONS = frozenset(ACTION_NAMES.split())
REACTIONS = frozenset(REACTION_EMOJI.split())


def send_message(request: Request) -> Json:
    chat = _chat(request)
    return post(request, chat, text_content(text_of(request.params)) | _keyboard(request))


def send_photo(request: Request) -> Json:
    chat = _chat(request)
    return post(request, chat, _photo(request, request.params) | _keyboard(request))


def send_media_group(request: Request) -> list[Json]:
    chat = _chat(request)
    media = request.params["media"]
    if not 2 <= len(media) <= 10:
        raise mistake("wrong number of messages in the album: 2 to 10")
    contents = [_media(request, item) for item in media]
    group = {"media_group_id": str(next(request.world.ids))}
    return [post(request, chat, group | content) for content in contents]


def copy_message(request: Request) -> Json:
    """A copy shows nobody's name; a caption may take the place of the original's."""
    chat, params = _chat(request), request.params
    source = request.world.chat_named(params["from_chat_id"])
    original = request.world.message_named(source, params["message_id"], "copy")
    kinds = [kind for kind in COPIED if kind in original]
    if not kinds or original.get("has_protected_content"):
        raise circumstance("message can't be copied")
    content = {kinds[0]: original[kinds[0]]}
    if "caption" in params and kinds[0] in CAPTIONED:
        content |= caption_content(caption_of(params))
    copy = post(request, chat, content | _keyboard(request))
    return {"message_id": copy["message_id"]}


def send_chat_action(request: Request) -> bool:
    _chat(request)
    if request.params["action"] not in ACTIONS:
        raise mistake("wrong parameter action in request")
    return True


def edit_message_text(request: Request) -> Json:
    chat, message = _own_message(request)
    content = text_content(text_of(request.params)) | _keyboard(request)
    if "text" not in message:
        raise mistake("there is no text in the message to edit")
    return replace_content(request, chat, message, content)


def edit_message_caption(request: Request) -> Json:
    chat, message = _own_message(request)
    kinds = [kind for kind in CAPTIONED if kind in message]
    if not kinds:
        raise mistake("there is no caption in the message to edit")
    content = caption_content(caption_of(request.params)) | _keyboard(request)
    return replace_content(request, chat, message, content | {kinds[0]: message[kinds[0]]})


def edit_message_media(request: Request) -> Json:
    chat, message = _own_message(request)
    content = _media(request, request.params["media"]) | _keyboard(request)
    return replace_content(request, chat, message, content)


def edit_message_reply_markup(request: Request) -> Json:
    chat, message = _own_message(request)
    names = ("text", "entities", "caption", "caption_entities", "photo")
    content = {name: message[name] for name in names if name in message}
    return replace_content(request, chat, message, content | _keyboard(request))


def delete_message(request: Request) -> bool:
    chat = _chat(request)
    message_id = request.params["message_id"]
    request.world.message_named(chat, message_id, "delete")
    del chat.messages[message_id]
    chat.removed.add(message_id)
    return True


def set_message_reaction(request: Request) -> bool:
    chat = _chat(request)
    request.world.message_named(chat, request.params["message_id"], "react")
    reactions = request.params.get("reaction", [])
    if len(reactions) > 1:
        raise mistake("REACTIONS_TOO_MANY")
    if any(reaction.get("emoji", "") not in REACTIONS for reaction in reactions):
        raise mistake("REACTION_INVALID")
    return True


def _chat(request: Request) -> ChatRecord:
    return request.world.chat_to_write_to(request.params["chat_id"])


def _own_message(request: Request) -> tuple[ChatRecord, Json]:
    params = request.params
    if "chat_id" not in params or "message_id" not in params:
        raise mistake("message identifier is not specified")
    chat = _chat(request)
    message = request.world.message_named(chat, params["message_id"], "edit")
    if message.get("from", {}).get("id") != request.world.me.id:
        raise mistake("message can't be edited")
    return chat, message


def _keyboard(request: Request) -> Json:
    keyboard = keyboard_of(request.params)
    return {"reply_markup": keyboard} if keyboard else {}


def _photo(request: Request, params: Json) -> Json:
    caption = caption_content(caption_of(params))
    file_id = file_id_of(request.world, params["photo"], request.files)
    return caption | {"photo": sizes(request.world, file_id)}


def _media(request: Request, item: Any) -> Json:
    if item["type"] != "photo":
        raise mistake(f"media of type {item['type']!r} (this server knows photos only)")
    return _photo(request, item | {"photo": item["media"]})
