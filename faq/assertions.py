"""What a sentence asserts to be so here and now, and what it only denies, recalls or supposes.

"No chest pain", "chest pain in 2018" and "what if I get chest pain" name a danger that nobody is
in. The idea is ConText's (H. Harkema et al. 2009, "ConText: an algorithm for determining negation,
experiencer, and temporal status"): cue words open a scope that ends with the clause. The cues and
the scopes are our own, written for messages in a chat; they stand in `data/assertions.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from faq.language.lexicon import DATA
from faq.language.tokens import normalise

#: Where one clause ends and the next begins; the words that join them stay out.
_CLAUSES = re.compile(
    r"\s*(?:[,;:()]+|\s[-\u2013\u2014]+\s|\b(?:but|however|although|though|yet)\b"
    r"|\band\b(?=\s+(?:now|then|i|he|she|it|we|they|my|his|her|the|still|today|tonight)\b))\s*"
)


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    """Each list of cues as one pattern; `<sign>` in a cue stands for any sign of danger."""
    lists = tomllib.loads((DATA / "assertions.toml").read_text(encoding="utf-8"))
    sign = "|".join(lists.pop("sign"))
    lists["signs"] = ["<sign>"]
    return {
        name: re.compile(
            r"\b(?:" + "|".join(cue.replace("<sign>", f"(?:{sign})") for cue in cues) + ")"
        )
        for name, cues in lists.items()
    }


@dataclass(frozen=True, slots=True)
class Claims:
    """What a sentence claims.

    `plain` is the sentence, normalised. `asserted` is what is left of it without the clauses that
    assert no danger, `undenied` without what it denies alone: a wish to be dead may be past, or
    only supposed. Both are `plain`, its clauses joined with commas, if nothing was taken away.
    """

    plain: str
    asserted: str
    undenied: str
    #: It asks how things are, of no one in particular, and nothing is under way.
    in_general: bool
    #: What it tells of is small, or looked at already, or only asked about.
    mild: bool


def claims_of(sentence: str) -> Claims:
    """What a sentence claims, read once."""
    plain = normalise(sentence)
    clauses = tuple(_clauses(plain))
    cues = _cues()
    under_way, asking = cues["under_way"].search(plain), cues["asking"].search(plain)
    return Claims(
        plain=plain,
        asserted=", ".join(_asserted(clauses)),
        undenied=", ".join(_undenied(clauses)),
        in_general=_asks_in_general(cues["asking"].sub(" ", plain) if asking else plain),
        mild=bool(asking or cues["mild"].search(plain)) and not under_way,
    )


def _asserted(clauses: Iterable[str]) -> list[str]:
    """The clauses without those that assert no danger."""
    kept: list[str] = []
    dropped = ""
    past = denied = False
    for clause in clauses:
        present = bool(_cues()["present"].search(clause))
        past = not present and (past or _is_past(clause))
        denied = _is_denied(clause, denied)
        if _cues()["cancelled"].match(clause):
            dropped = kept.pop() if kept else dropped
        elif _cues()["come_true"].match(clause) and dropped:
            kept += [dropped, clause]
        elif past or denied or _is_supposed(clause) or _is_elsewhere(clause):
            dropped = clause
        else:
            kept.append(clause)
        past = past and not _cues()["over"].search(clause)
    return kept


def _undenied(clauses: Iterable[str]) -> list[str]:
    """The clauses without those that deny."""
    kept: list[str] = []
    denied = False
    for clause in clauses:
        denied = _is_denied(clause, denied)
        if not (denied or _cues()["over"].search(clause) or _cues()["hopes"].search(clause)):
            kept.append(clause)
    return kept


def _clauses(plain: str) -> Iterator[str]:
    """The clauses, without the turns of phrase that name a danger and mean none.

    What else stands in the clause of such a phrase is kept only if it names a sign of danger.
    """
    cues = _cues()
    for clause in filter(None, map(str.strip, _CLAUSES.split(plain))):
        without = cues["idiom"].sub(" ", clause)
        if without == clause or cues["signs"].search(without):
            yield " ".join(without.split())


def _is_past(clause: str) -> bool:
    """Whether a clause tells of a time that is over."""
    cues = _cues()
    return bool(cues["past"].search(clause)) and not cues["begun"].search(clause)


def _is_denied(clause: str, before: bool) -> bool:
    """Whether a clause denies a danger; a bare sign after such a clause is denied with it."""
    cues = _cues()
    return bool(cues["denied"].search(clause) or (before and cues["also"].match(clause)))


def _is_supposed(clause: str) -> bool:
    """Whether a clause only supposes something, or asks if it will be."""
    cues = _cues()
    if cues["future"].search(clause):
        return True
    return bool(cues["supposed"].search(clause)) and not cues["whenever"].search(clause)


def _is_elsewhere(clause: str) -> bool:
    """Whether a clause is over, made up, or about no person."""
    return any(_cues()[cue].search(clause) for cue in ("over", "nobody", "fiction"))


def _asks_in_general(told: str) -> bool:
    """Whether what a sentence tells, without what asks politely, is of no one in particular."""
    cues = _cues()
    if cues["somebody"].search(told) or cues["under_way"].search(told):
        return False
    return bool(cues["general"].match(told))
