"""The queue of updates: kept until acknowledged, filtered, repeated on demand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.strict_telegram.facts import Json

# Sent only to bots that ask for them by name.
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(frozen=True)
class Webhook:
    """Where updates are pushed to; an empty url means they are polled."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    failures: int = 0
    last_error: str = ""
    last_error_date: int = 0

    def json(self, pending: int) -> Json:
        """The answer of getWebhookInfo."""
        data: Json = {"url": self.url, "has_custom_certificate": False}
        data["pending_update_count"] = pending
        if self.url:
            data["max_connections"] = self.max_connections
        if self.last_error:
            data["last_error_message"] = self.last_error
            data["last_error_date"] = self.last_error_date
        return data

    def failed(self, error: str, date: int) -> Webhook:
        """The same after a push that was not answered with 2xx."""
        count = self.failures + 1
        return replace(self, failures=count, last_error=error, last_error_date=date)


@dataclass
class UpdateQueue:
    """Updates the bot has not acknowledged, oldest first."""

    next_id: int = 1000
    pending: list[Json] = field(default_factory=list)
    repeated: list[Json] = field(default_factory=list)
    allowed: tuple[str, ...] = ()
    repeats_wanted: int = 0
    to_repeat: set[int] = field(default_factory=set)

    def add(self, kind: str, content: Json) -> int:
        """Queue an update, unless the bot does not want its kind; its id."""
        self.next_id += 1
        if self.wants(kind):
            self.pending.append({"update_id": self.next_id, kind: content})
            if self.repeats_wanted:
                self.repeats_wanted -= 1
                self.to_repeat.add(self.next_id)
        return self.next_id

    def wants(self, kind: str) -> bool:
        """Whether allowed_updates lets this kind through."""
        return kind in self.allowed if self.allowed else kind not in UNASKED

    def acknowledge(self, offset: int) -> None:
        """Forget updates below the offset; a negative one keeps only so many of the newest."""
        if offset < 0:
            self.pending = self.pending[offset:]
            return
        done = [update for update in self.pending if update["update_id"] < offset]
        self.pending = self.pending[len(done) :]
        for update in done:
            self._repeat(update)

    def read(self, limit: int) -> list[Json]:
        """The next updates; those to be repeated come first, and only once more."""
        again, self.repeated = self.repeated[:limit], self.repeated[limit:]
        return (again + self.pending)[:limit]

    def pop(self, update: Json) -> None:
        """Forget the update a webhook has taken."""
        if update in self.pending:
            self.pending.remove(update)
            if update["update_id"] in self.to_repeat:
                self.to_repeat.discard(update["update_id"])
                self.pending.insert(0, update)

    def clear(self) -> None:
        """Drop everything that is pending."""
        self.pending.clear()
        self.repeated.clear()

    def _repeat(self, update: Json) -> None:
        if update["update_id"] in self.to_repeat:
            self.to_repeat.discard(update["update_id"])
            self.repeated.append(update)
