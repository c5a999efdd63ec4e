"""What the bot counts, in the Prometheus text format."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

#: Seconds, from a good answer to nobody waiting any more.
BUCKETS = (0.05, 0.1, 0.2, 0.4, 1, 2, 5, 10, 30, 60, 300)


class Metrics:
    """Counts of one bot, in a registry of its own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._polled_at: float | None = None
        self._registry = CollectorRegistry()
        self._latency = self._histogram("faq_handling_seconds", "From arrival to handled")
        self._age = self._histogram(
            "faq_message_age_seconds", "From being sent, by Telegram's clock, to being taken up"
        )
        self._updates = self._counter("faq_updates", "Updates taken up, by kind", "kind")
        self._outcomes = self._counter("faq_outcomes", "Replies, by outcome", "outcome")
        self._retries = self._counter("faq_retries", "Calls made again, by reason", "reason")
        self._errors = self._counter("faq_errors", "Updates that went wrong, by reason", "reason")
        self._in_hand = self._gauge("faq_in_hand", "Updates being handled")
        self._standby = False
        self._store_is_well: Callable[[], bool] = lambda: True
        self._waiting = self._gauge("faq_waiting", "Updates that wait or are being worked on")
        self._waiting_age = 0.0
        self._gauge("faq_waiting_age_seconds", "Since when the oldest of them does").set_function(
            self.waiting_age
        )
        self._dead = self._gauge("faq_dead_letters", "Updates given up in three months")
        self._gauge("faq_store_up", "1: the store answers").set_function(
            lambda: float(self.store_is_well())
        )
        age = Gauge("faq_poll_age_seconds", "Since the last good getUpdates; -1 before the first",
                    registry=self._registry)  # fmt: skip
        age.set_function(self._age_or_minus_one)

    def _counter(self, name: str, text: str, label: str) -> Counter:
        return Counter(name, text, [label], registry=self._registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self._registry)

    def _histogram(self, name: str, text: str) -> Histogram:
        return Histogram(name, text, registry=self._registry, buckets=BUCKETS)

    def watch_store(self, is_well: Callable[[], bool]) -> None:
        """Ask there whether the store answers."""
        self._store_is_well = is_well

    def store_is_well(self) -> bool:
        """Whether the store answers."""
        return self._store_is_well()

    def watch_work(self, count: Callable[[], int]) -> None:
        """Ask there how many updates this process is handling."""
        self._in_hand.set_function(lambda: float(count()))

    def note_waiting(self, count: int, age: float) -> None:
        """So many updates wait, the oldest for `age` seconds."""
        self._waiting.set(count)
        self._waiting_age = age

    def waiting_age(self) -> float:
        """For how long the oldest update has waited (seconds)."""
        return self._waiting_age

    def note_dead_letters(self, count: int) -> None:
        """So many updates were given up."""
        self._dead.set(count)

    def note_standby(self, standby: bool) -> None:
        """Another process polls (or not)."""
        self._standby = standby

    def is_standby(self) -> bool:
        """Whether another process polls."""
        return self._standby

    def count_update(self, kind: str, age: float | None = None) -> None:
        """An update is taken up; a message is so old (seconds), it may have waited at Telegram."""
        self._updates.labels(kind).inc()
        if age is not None:
            self._age.observe(max(0.0, age))

    def count_handled(self, seconds: float) -> None:
        """An update is done with, so long after it arrived."""
        self._latency.observe(seconds)

    def count_outcome(self, outcome: str) -> None:
        self._outcomes.labels(outcome).inc()

    def count_retry(self, reason: str) -> None:
        self._retries.labels(reason).inc()

    def count_error(self, reason: str) -> None:
        self._errors.labels(reason).inc()

    def note_poll(self) -> None:
        """A getUpdates succeeded."""
        self._polled_at = self._clock()

    def poll_age(self) -> float | None:
        """Seconds since the last good getUpdates, or None before the first."""
        return None if self._polled_at is None else self._clock() - self._polled_at

    def _age_or_minus_one(self) -> float:
        age = self.poll_age()
        return -1 if age is None else age

    def text(self) -> bytes:
        """All of it, in the Prometheus text format."""
        return generate_latest(self._registry)
