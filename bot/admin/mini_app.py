"""Who has opened the desk inside Telegram: its word for it, checked.

https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Collection
from urllib.parse import parse_qsl

#: A page just opened has data seconds old (seconds).
OLDEST = 300.0


class MiniApp:
    """Checks `initData`: signed with our token, fresh, new, and an admin's."""

    def __init__(
        self, token: str, admins: Collection[int], clock: Callable[[], float] = time.time
    ) -> None:
        self._secret = hmac.digest(b"WebAppData", token.encode(), "sha256")
        self._admins = admins
        self._clock = clock
        self._used: dict[str, float] = {}

    def __call__(self, init_data: str) -> str | None:
        """The admin's name, or None for anybody else."""
        try:
            pairs = parse_qsl(
                init_data, keep_blank_values=True, strict_parsing=True, max_num_fields=32
            )
            fields = dict(pairs)
            given = fields.pop("hash")
            user = json.loads(fields["user"])
            name, person = str(user["first_name"]), int(user["id"])
            age = self._clock() - int(fields["auth_date"])
        except (ValueError, KeyError, TypeError):
            return None
        if len(fields) + 1 != len(pairs) or not hmac.compare_digest(
            given.encode(), self._signature(fields).encode()
        ):
            return None
        if not -OLDEST <= age <= OLDEST or person not in self._admins or not self._first(given):
            return None
        return name or str(person)

    def _signature(self, fields: dict[str, str]) -> str:
        told = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
        return hmac.new(self._secret, told.encode(), hashlib.sha256).hexdigest()

    def _first(self, given: str) -> bool:
        """Whether this word is given for the first time."""
        now = self._clock()
        self._used = {used: at for used, at in self._used.items() if now - at <= 2 * OLDEST}
        if given in self._used:
            return False
        self._used[given] = now
        return True
