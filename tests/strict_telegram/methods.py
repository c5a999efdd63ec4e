"""The table of methods the test server knows, and the way of a call through its checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.strict_telegram import answers, forum, profile, sending
from tests.strict_telegram.facts import ApiError, mistake
from tests.strict_telegram.posts import Request
from tests.strict_telegram.spec import check

METHODS: dict[str, Callable[[Request], Any]] = {
    "answerCallbackQuery": answers.answer_callback_query,
    "answerInlineQuery": answers.answer_inline_query,
    "closeForumTopic": forum.close_forum_topic,
    "copyMessage": sending.copy_message,
    "createForumTopic": forum.create_forum_topic,
    "deleteMessage": sending.delete_message,
    "deleteMyCommands": profile.delete_my_commands,
    "editMessageCaption": sending.edit_message_caption,
    "editMessageMedia": sending.edit_message_media,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "editMessageText": sending.edit_message_text,
    "getChat": profile.get_chat,
    "getFile": profile.get_file,
    "getMe": profile.get_me,
    "getMyCommands": profile.get_my_commands,
    "getMyDescription": profile.get_my_description,
    "getMyShortDescription": profile.get_my_short_description,
    "sendChatAction": sending.send_chat_action,
    "sendMediaGroup": sending.send_media_group,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "setMessageReaction": sending.set_message_reaction,
    "setMyCommands": profile.set_my_commands,
    "setMyDescription": profile.set_my_description,
    "setMyShortDescription": profile.set_my_short_description,
}


def check_call(request: Request) -> None:
    """Compare a call with the specification: an unknown name is noted, an error raised."""
    report = check(request.method, request.params)
    for name in report.unknown:
        request.world.violate(f"{request.method}: unknown parameter {name}")
    if report.errors:
        raise mistake("; ".join(report.errors))


def answer(request: Request) -> dict[str, Any]:
    """Handle a call of a method of the table; its answer, an error as well."""
    with request.world.changing() as world:
        try:
            check_call(request)
            return {"ok": True, "result": METHODS[request.method](request)}
        except ApiError as error:
            return world.fail(request.method, error)
