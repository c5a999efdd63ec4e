"""The curator's commands: what `python -m faq evaluate | check | …` does."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Sequence
from pathlib import Path

from faq.evaluation import Judgement, judge, read_cases
from faq.knowledge import FAQError
from faq.loader import load
from faq.progress import progress
from faq.report import evaluation_json, evaluation_text
from faq.responder import Responder


def add_to(subparsers: _SubParsersAction[ArgumentParser], *, content: str | None) -> None:
    """Add the commands; `content` is the folder they use where none is named."""
    evaluate = subparsers.add_parser("evaluate", help="measure the answers to labelled questions")
    evaluate.add_argument("file", type=Path, help="JSON lines with q, gold and kind")
    evaluate.add_argument("--content", default=content, help="the content folder")
    evaluate.add_argument("--html", type=Path, help="write a page to look at")
    evaluate.add_argument("--json", action="store_true", help="all figures and every reply")
    evaluate.set_defaults(run=evaluate_command)


def evaluate_command(options: Namespace) -> int:
    """Ask every question of a file and count what came of it."""
    judged = judgements(Responder(load(options.content)), options.file)
    print(_json(evaluation_json(judged)) if options.json else evaluation_text(judged))
    return 0


def judgements(responder: Responder, file: Path) -> Sequence[Judgement]:
    """Every case of a file, asked and judged."""
    try:
        cases = read_cases(_text(file).splitlines(), responder.knowledge.by_id)
    except FAQError as error:
        raise FAQError(f"{file}: {error}") from None
    return [judge(c, responder.reply(c.query)) for c in progress(cases, "asking")]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FAQError(f"{file}: cannot be read ({error}). Check the name.") from None


def _json(figures: object) -> str:
    return json.dumps(figures, ensure_ascii=False, indent=2)
