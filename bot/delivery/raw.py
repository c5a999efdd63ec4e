"""An update as Telegram sends it: what it brings, and how it waits for its turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telegram import Update

from bot.storage.inbox import Item

Raw = dict[str, Any]

ALLOWED_UPDATES = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
)


def content(raw: Raw) -> tuple[str, Raw]:
    """The kind of an update, and what it brings."""
    found = ((kind, raw[kind]) for kind in ALLOWED_UPDATES if isinstance(raw.get(kind), dict))
    return next(found, ("other", {}))


def item_of(raw: Raw, arrived: float, is_urgent: Callable[[str], bool]) -> Item:
    """An update as it waits; `is_urgent` is asked about what somebody wrote."""
    lane, text = _lane(raw), _text(raw)
    urgent = bool(text) and is_urgent(text)
    return Item(raw["update_id"], lane, raw, urgent=urgent, arrived=arrived)


def _lane(raw: Raw) -> int:
    """What has to be handled in order: a chat, or a person without one (inline queries)."""
    _, brought = content(raw)
    place = brought.get("message") if isinstance(brought.get("message"), dict) else brought
    chat = (place or {}).get("chat") or brought.get("from") or {}
    number = chat.get("id") if isinstance(chat, dict) else None
    return number if isinstance(number, int) and abs(number) < 2**63 else 0


def _text(raw: Raw) -> str:
    """What somebody wrote, for a first look."""
    kind, brought = content(raw)
    text = brought.get("text") or brought.get("caption") if "message" in kind else None
    return text if isinstance(text, str) else ""
