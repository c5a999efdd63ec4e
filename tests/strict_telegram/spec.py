"""Checks a call against aiogram's models of the Bot API: a specification that is not PTB's."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any, Union, get_args, get_origin
from unittest import mock

from pydantic import BaseModel, ValidationError

SHOWN_ERRORS = 3  # a union lists one error for each of its members: the first few tell enough


@dataclass(frozen=True)
class SpecReport:
    """What a specification says of a call: errors refuse it, unknown names are only noted."""

    errors: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Models:
    """aiogram's models, and what their annotations name."""

    types: ModuleType
    methods: ModuleType
    names: dict[str, Any]


@cache
def models() -> Models:
    """aiogram, imported when the first server starts: whoever starts none need not wait for it.

    It builds the validators of all its 630 models when it is imported, which takes 3 s: here each
    gets its own when it is first used.
    """
    names: dict[str, Any] = {}

    def postponed(_: type[BaseModel], /, _types_namespace: dict[str, Any], **__: Any) -> None:
        names.update(_types_namespace)

    with mock.patch.object(BaseModel, "model_rebuild", classmethod(postponed)):
        return Models(import_module("aiogram.types"), import_module("aiogram.methods"), names)


@cache
def model(name: str) -> type[BaseModel]:
    """aiogram's model of a type or a method of the Bot API, named as there: Update, sendMessage."""
    where = models().types if name[0].isupper() else models().methods
    found: type[BaseModel] = getattr(where, name[0].upper() + name[1:])
    found.model_rebuild(_types_namespace=models().names)
    return found


@cache
def _kinds(method: str, name: str) -> frozenset[Any]:
    """The types a parameter may have, unions taken apart."""
    field = model(method).model_fields.get(name)
    return frozenset(_members(field.annotation)) if field else frozenset((str,))


def _members(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) in {Union, types.UnionType}:
        for member in get_args(annotation):
            yield from _members(member)
    else:
        yield annotation


def decode(method: str, raw: dict[str, Any]) -> dict[str, Any]:
    """Parameters with their JSON strings read: a form knows only strings.

    What cannot be read stays a string, and the check below will refuse it.
    """
    given = {name: value for name, value in raw.items() if value is not None}
    return {name: _decoded(_kinds(method, name), value) for name, value in given.items()}


def _decoded(kinds: frozenset[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if str in kinds:
        is_number = int in kinds and value.lstrip("-").isdecimal()
        return int(value) if is_number else value
    try:
        return json.loads(value)
    except ValueError:
        return value


def check(method: str, params: dict[str, Any]) -> SpecReport:
    """What is wrong with the decoded parameters of a call."""
    return _checked(method, json.dumps(params, sort_keys=True))


@lru_cache(maxsize=4096)
def _checked(method: str, params: str) -> SpecReport:
    try:
        call = model(method).model_validate_json(params, strict=True)
        _check_keyboard(json.loads(params).get("reply_markup"))
    except ValidationError as error:
        return SpecReport(errors=_told(error))
    return SpecReport(unknown=tuple(_unknown(call, "")))


def _check_keyboard(markup: Any) -> None:
    # In aiogram's union a malformed inline keyboard passes for a ForceReply with an unknown name.
    if isinstance(markup, dict) and "inline_keyboard" in markup:
        model("InlineKeyboardMarkup").model_validate_json(json.dumps(markup), strict=True)


def _told(error: ValidationError) -> tuple[str, ...]:
    # Of a union's members those are beside the point that already differ in their type,
    # and so is aiogram's own Default.
    told = error.errors(include_url=False, include_context=False, include_input=False)
    found = [entry for entry in told if entry["type"] != "is_instance_of"]
    wrong_type = [entry["loc"][:-1] for entry in found if entry["type"] == "literal_error"]
    relevant = [entry for entry in found if not _inside(entry["loc"], wrong_type)] or found
    return tuple(f"{_path(entry['loc'])}: {entry['msg']}" for entry in relevant[:SHOWN_ERRORS])


def _inside(location: tuple[int | str, ...], places: list[tuple[int | str, ...]]) -> bool:
    return any(location[: len(place)] == place for place in places)


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)


def _unknown(value: Any, path: str) -> Iterator[str]:
    """Names no model knows, however deep."""
    if isinstance(value, BaseModel):
        yield from (f"{path}{name}" for name in value.model_extra or {})
        for name in value.model_fields_set:
            yield from _unknown(getattr(value, name, None), f"{path}{name}.")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _unknown(member, f"{path}{index}.")
