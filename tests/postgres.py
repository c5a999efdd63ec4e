"""A PostgreSQL server of one's own for tests: Debian's programs, a cluster in a scratch folder."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.running import free_port


def programs() -> Path | None:
    """Where initdb and postgres are; None where PostgreSQL is not installed."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    return next(iter([*places, *([Path(on_path).parent] if on_path else [])]), None)


def _unprivileged() -> tuple[int, int] | None:
    """Whom to run as where one is root: PostgreSQL refuses to be started by root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    found = names.get("postgres") or names["nobody"]
    return found.pw_uid, found.pw_gid


class Server:
    """A running cluster; `url` is an empty database in it."""

    def __init__(self, folder: Path, bin_: Path, *, durable: bool) -> None:
        self._data, self._bin, self._as = folder / "data", bin_, _unprivileged()
        self._durable = durable
        self.port = free_port()
        folder.chmod(0o755)
        self._data.mkdir(mode=0o700)
        if self._as:
            os.chown(self._data, *self._as)
        self._run("initdb", "-D", str(self._data), "-U", "faq", "-A", "trust", "-E", "UTF8", "-N")
        self._process: subprocess.Popen[bytes] | None = None

    def _run(self, program: str, *arguments: str) -> None:
        user, group = self._as or (None, None)
        command = [str(self._bin / program), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd="/", user=user, group=group)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The postmaster."""
        assert self._process
        return self._process

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories="
        options += f" -c fsync={'on' if self._durable else 'off'}"
        user, group = self._as or (None, None)
        self._process = subprocess.Popen(
            [str(self._bin / "postgres"), "-D", str(self._data), *options.split(" ")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            user=user,
            group=group,
        )
        ready = [str(self._bin / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        end = time.monotonic() + 30
        while subprocess.run(ready, check=False).returncode:
            assert time.monotonic() < end, "PostgreSQL does not start"
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop, without a word to those who are connected."""
        if self._process:
            self._process.send_signal(signal.SIGINT)  # what PostgreSQL calls a fast shutdown
            self._process.wait(30)
            self._process = None

    def new_database(self, name: str) -> str:
        """The address of a new, empty database."""
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", "faq")
        self._run("createdb", *where, name)
        return f"postgresql://faq@127.0.0.1:{self.port}/{name}"


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Server]:
    """A server for the time of the block; a durable one would survive a power cut."""
    bin_ = programs()
    assert bin_, "PostgreSQL is not installed (Debian: apt-get install postgresql)"
    with tempfile.TemporaryDirectory(prefix="faq-pg-") as folder:
        server = Server(Path(folder), bin_, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
