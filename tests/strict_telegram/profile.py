"""The methods about the bot itself, its chats and its files."""

from __future__ import annotations

import json

from tests.strict_telegram.facts import Json, mistake
from tests.strict_telegram.html import utf16_length
from tests.strict_telegram.limits import check_commands
from tests.strict_telegram.posts import Request

DESCRIPTION_UNITS = 512
SHORT_DESCRIPTION_UNITS = 120


def get_me(request: Request) -> Json:
    abilities = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
    return request.world.me.json() | dict.fromkeys(abilities, True)


def get_chat(request: Request) -> Json:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    accepted = dict.fromkeys((*gifts, "gifts_from_channels"), False)
    full: Json = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
    return request.world.chat_named(request.params["chat_id"]).json() | full


def get_file(request: Request) -> Json:
    file_id = request.params["file_id"]
    if file_id not in request.world.files:
        raise mistake("invalid file_id")
    size = len(request.world.files[file_id].content)
    unique = f"AQAD{file_id[-8:]}"
    place = f"photos/{file_id}"
    return {"file_id": file_id, "file_unique_id": unique, "file_size": size, "file_path": place}


def set_my_commands(request: Request) -> bool:
    check_commands(request.params["commands"])
    request.world.commands[_scope(request)] = request.params["commands"]
    return True


def get_my_commands(request: Request) -> list[Json]:
    return request.world.commands.get(_scope(request), [])


def delete_my_commands(request: Request) -> bool:
    request.world.commands.pop(_scope(request), None)
    return True


def set_my_description(request: Request) -> bool:
    return _set(request, "description", DESCRIPTION_UNITS)


def get_my_description(request: Request) -> Json:
    return _get(request, "description")


def set_my_short_description(request: Request) -> bool:
    return _set(request, "short_description", SHORT_DESCRIPTION_UNITS)


def get_my_short_description(request: Request) -> Json:
    return _get(request, "short_description")


def _scope(request: Request) -> tuple[str, str]:
    scope = request.params.get("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), _language(request)


def _language(request: Request) -> str:
    language: str = request.params.get("language_code", "")
    if language and not (len(language) == 2 and language.isalpha() and language.islower()):
        raise mistake("LANG_CODE_INVALID")
    return language


def _set(request: Request, name: str, limit: int) -> bool:
    text = request.params.get(name, "")
    if utf16_length(text) > limit:
        raise mistake(f"{name} is longer than {limit}")
    request.world.profile[name, _language(request)] = text
    return True


def _get(request: Request, name: str) -> Json:
    profile = request.world.profile
    # Telegram falls back to the text for all languages.
    return {name: profile.get((name, _language(request))) or profile.get((name, ""), "")}
