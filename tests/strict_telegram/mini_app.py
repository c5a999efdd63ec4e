"""What Telegram gives a Mini App: who has opened it, signed with the bot's token."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

from tests.strict_telegram.facts import User


def init_data(user: User, token: str, *, age: float = 0.0) -> str:
    """`Telegram.WebApp.initData`, as it stands in the address of the page."""
    shown = {"id": user.id, "first_name": user.first_name}
    fields = {
        "auth_date": str(int(time.time() - age)),
        "query_id": "AAH",
        "user": json.dumps(shown),
    }
    told = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
    signature = hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()
    return urlencode({**fields, "hash": signature})
