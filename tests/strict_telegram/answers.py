"""The methods that answer a pressed button or an inline query."""

from __future__ import annotations

from tests.strict_telegram.facts import Json, Question, circumstance, mistake
from tests.strict_telegram.html import utf16_length
from tests.strict_telegram.limits import CAPTION_UNITS, caption_of, keyboard_of, text_of
from tests.strict_telegram.posts import Request

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOTICE_UNITS = 200
RESULTS = 50
ID_BYTES = 64


def answer_callback_query(request: Request) -> bool:
    question = _question(request, "callback", request.params["callback_query_id"])
    if utf16_length(request.params.get("text", "")) > NOTICE_UNITS:
        raise mistake("MESSAGE_TOO_LONG")
    question.answer = request.params
    return True


def answer_inline_query(request: Request) -> bool:
    question = _question(request, "inline", request.params["inline_query_id"])
    results: list[Json] = request.params["results"]
    if len(results) > RESULTS:
        raise mistake("RESULTS_TOO_MUCH")
    if len(request.params.get("next_offset", "").encode()) > ID_BYTES:
        raise mistake("NEXT_OFFSET_INVALID")
    _check_ids([result["id"] for result in results])
    for result in results:
        _check_result(result)
    question.answer = request.params
    return True


def _question(request: Request, kind: str, question_id: str) -> Question:
    question = request.world.questions.get(question_id)
    if not question or question.kind != kind:
        raise mistake(TOO_OLD)
    # A second answer may be a retry after an answer that got lost on its way.
    if question.expired or question.answer is not None:
        raise circumstance(TOO_OLD)
    return question


def _check_ids(ids: list[str]) -> None:
    if any(not 1 <= len(result_id.encode()) <= ID_BYTES for result_id in ids):
        raise mistake("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise mistake("RESULT_ID_DUPLICATE")


def _check_result(result: Json) -> None:
    if "title" in result and not result["title"].strip():
        raise mistake("RESULT_TITLE_INVALID")
    keyboard_of(result)
    if utf16_length(result.get("caption", "")) > CAPTION_UNITS or "parse_mode" in result:
        caption_of(result)
    content = result.get("input_message_content", {})
    if "message_text" in content:
        text_of(content | {"text": content["message_text"]})
