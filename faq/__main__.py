"""The FAQ on the command line: `python -m faq ask | check | evaluate`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Iterable, Sequence

from faq import FAQError, Reply, Responder, __version__, load
from faq.curator import commands
from faq.curator.explanation import explain
from faq.extras import install
from faq.markup import written_out


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except FAQError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - nobody reads on; say nothing
        return 0
    except OSError as error:
        place = error.filename or "a file"
        print(f"{place}: {error.strerror}. Check the name, and who may write.", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="python -m faq", description=__doc__)
    top.add_argument("--version", action="version", version=f"faq {__version__}")
    subparsers = top.add_subparsers(required=True, metavar="COMMAND")
    ask = subparsers.add_parser("ask", help="answer a question, or one a line from standard input")
    ask.add_argument("--json", action="store_true", help="one JSON object a line")
    ask.add_argument("--why", action="store_true", help="show how the decision came about")
    ask.add_argument("--content", default=os.environ.get("FAQ_CONTENT"), help="the content folder")
    ask.add_argument("query", nargs="?", default="-", help="the question; - reads standard input")
    ask.set_defaults(run=ask_command)
    commands.add_to(subparsers, content=os.environ.get("FAQ_CONTENT"))
    prepare = subparsers.add_parser("prepare", help="learn the shipped content, for a release")
    prepare.set_defaults(run=prepare_command)
    desk = subparsers.add_parser("desk", help="open the curator's desk in a browser")
    desk.add_argument(
        "folder", nargs="?", default=os.environ.get("FAQ_CONTENT"), help="the content"
    )
    desk.add_argument("--port", type=int, default=8090, help="on this machine (8090)")
    desk.set_defaults(run=desk_command)
    return top


def prepare_command(_: argparse.Namespace) -> int:
    """Put what the shipped content teaches into the package."""
    from faq.matching.prepare import prepare  # noqa: PLC0415 - no other command needs it

    for file in prepare():
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")
    return 0


def desk_command(options: argparse.Namespace) -> int:
    """Serve the desk until Ctrl-C."""
    # The desk shows answers as the bot draws them and what people asked it, so the bot opens it;
    # this edge is the one place of faq that starts anything of the bot's.
    try:
        desk = importlib.import_module("bot.admin.desk")
    except ImportError as missing:
        raise FAQError(f"{missing}. Type: {install('desk')}") from None
    return int(desk.serve(options.folder, options.port, os.environ))


def ask_command(options: argparse.Namespace) -> int:
    """Answer one query or many."""
    responder = Responder(load(options.content))
    for query in queries(options.query):
        reply = responder.reply(query)
        print(as_json(reply) if options.json else as_text(reply))
        if options.why:
            print(
                "\n".join(
                    ["", f"outcome: {reply.outcome}", *explain(responder.matcher, query).lines()]
                )
            )
    return 0


def queries(argument: str) -> Iterable[str]:
    """The query itself, or the lines of standard input."""
    if argument != "-":
        return [argument]
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # text stdin
    return (line.rstrip("\n") for line in sys.stdin)


def as_json(reply: Reply) -> str:
    """The contract's JSON object for a reply."""
    best = reply.candidates[0].score if reply.candidates else 0.0
    row: dict[str, object] = {
        "query": reply.query,
        "outcome": reply.outcome.value,
        "entry": reply.entry.id if reply.entry else None,
        "score": round(best, 2),
        "candidates": [{"entry": c.entry.id, "score": round(c.score, 2)} for c in reply.candidates],
    }
    if len(reply.answers) > 1:
        row["entries"] = [entry.id for entry in reply.answers]
    return json.dumps(row, ensure_ascii=False)


def as_text(reply: Reply) -> str:
    """A reply to read: the answers, or what would be asked back."""
    if reply.answers:
        return "\n\n".join(f"{e.question}\n{written_out(e.answer)}" for e in reply.answers)
    heading = {"suggest": "Did you mean:", "fallback": "No answer. Nearest:"}[reply.outcome.value]
    return "\n".join([heading, *(f"  {c.entry.question}" for c in reply.candidates)])


if __name__ == "__main__":
    sys.exit(main())
