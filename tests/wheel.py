"""What is installed works: builds the wheel, installs it into a bare environment, asks it.

    python -m tests.wheel [--extras semantic,postgres]

Exit code 1 if a command is missing, the wheel holds what it should not, or no answer comes. Says
how long the first answer takes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extras", default="semantic,postgres")
    extras = parser.parse_args().extras
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        programs = install(folder, extras)
        own = {"FAQ_CACHE": str(folder / "cache"), "FAQ_DATA": str(folder / "data")}
        environment = {"PATH": os.environ["PATH"], "HOME": scratch} | own
        for name in ("faq-bot", "faq"):
            print(run([str(programs / name), "--version"], environment, folder).strip())
        begun = time.monotonic()
        answer = run([str(programs / "faq-bot")], environment, folder, "what is a stent\n")
        took = time.monotonic() - begun
        assert "A stent is" in answer, answer
        print(f"first answer after {took:.1f} s")
    return 0


def install(folder: Path, extras: str) -> Path:
    """Build and install the wheel; the folder of its programs."""
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / "bin"
    pip = [str(programs / "python"), "-m", "pip", "--quiet"]
    run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], dict(os.environ), ROOT)
    [wheel] = folder.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    unwanted = [name for name in names if name.endswith(".svg") or "/thumb-" in name]
    assert not unwanted, unwanted
    assert {"faq/py.typed", "bot/py.typed", "bot/ui/texts/en.toml"} <= set(names)
    constraint = ["--constraint", str(ROOT / "constraints.txt")]
    run([*pip, "install", *constraint, f"{wheel}[{extras}]"], dict(os.environ), ROOT)
    return programs


def run(command: list[str], environment: dict[str, str], folder: Path, said: str = "") -> str:
    """What a command prints; AssertionError if it fails."""
    done = subprocess.run(
        command,
        env=environment,
        cwd=folder,
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
