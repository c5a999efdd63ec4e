"""Teaches what reads a message and an entry together: MiniLM as a cross-encoder, and for danger.

    uv run --all-extras --with torch --with transformers --with safetensors \\
        python -m tests.benchmarks.train_cross_encoder FOLDER TUNED.safetensors

FOLDER holds the tuned weights of `fine_tune.py` as `model.safetensors`, and `config.json`; what it
begins with are these, or those of an earlier run (`--after`). A message and an entry are read as
one text, so that every word of one meets every word of the other (Nogueira and Cho 2019, "Passage
Re-ranking with BERT"). Of the entries that the encoder finds nearest, and "none", the right one
must score most; messages that share an entry's words and ask something else, and messages from
outside, are none's. A second head says of a message by itself whether somebody is in danger; the
bot does not use it: with the classifier of words it tells danger better than either alone (AUROC
.994, .988 and .991 on 280 messages of a new writer), but hardly an alarm more was right. Forty
minutes for two passes, on two cores that know bfloat16.

The shipped weights had two passes over the FAQs of the writers a to e, without danger, and after
them one over all (`--passes 1 --rate 5e-5`).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from faq.language.spelling import Repairer
from faq.matching.cross_encoder import Ids, entry_ids, pair, query_ids
from faq.matching.onnx_encoder import SHIPPED
from tests.benchmarks.fine_tune import ANSWER_LESS, Student, bert
from tests.benchmarks.fit_danger import of_shipped
from tests.benchmarks.training_data import MILDER, WrittenFAQ, situations, written_faqs

#: Lists a step, entries in each; drawn from so many that the encoder finds nearest.
LISTS, ENTRIES, NEAREST = 24, 5, 8
#: Messages a step that are read for danger, and what that term counts.
ALARMING, OF_DANGER = 24, 0.5
PASSES, RATE, HEAD_RATE, WARM_UP = 2, 1e-4, 1e-3, 0.06
#: "None" is right in so much of a pass, and counts so much.
OF_NEAR, OF_NONE = 0.7, 0.7
#: Texts of a length go through together, so many steps' worth sorted at a time.
SORTED = 16


@dataclass(frozen=True, slots=True)
class Shortlist:
    """A message, the entries near it, nearest first, and which is right; -1 for none."""

    message: Ids
    entries: Sequence[Ids]
    near: Sequence[int]
    right: int
    outside: bool


class Reader:
    """The model with its heads, as `faq/matching/cross_encoder.py` reads them."""

    def __init__(self, folder: Path, weights: Mapping[str, Tensor]) -> None:
        """The model of a folder's `config.json`, with these weights."""
        self.model = bert(folder, weights)
        self.model.embeddings.word_embeddings.requires_grad_(False)
        self.model.train()
        self.heads = torch.nn.Linear(self.model.config.hidden_size, 2)
        if "heads.weight" in weights:
            self.heads.load_state_dict({n: weights[f"heads.{n}"] for n in ("weight", "bias")})
        self.none = torch.nn.Parameter(torch.zeros(()))

    def read(self, texts: Sequence[tuple[Ids, int]]) -> Tensor:
        """What both heads say, (texts, 2), of texts whose second part begins where named."""
        longest = max(len(ids) for ids, _ in texts)
        ids = torch.tensor([[*ids, *[0] * (longest - len(ids))] for ids, _ in texts])
        lengths = torch.tensor([[len(ids)] for ids, _ in texts])
        begins = torch.tensor([[at] for _, at in texts])
        places = torch.arange(longest)
        seen = (places < lengths).float()
        second = ((places >= begins) & (places < lengths)).long()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            last = self.model(ids, seen, token_type_ids=second).last_hidden_state
        mean = (last.float() * seen[:, :, None]).sum(1) / seen.sum(1, keepdim=True)
        return self.heads(mean)


def asked(faq: WrittenFAQ, student: Student, tokenizer: Tokenizer) -> Iterator[Shortlist]:
    """All messages of a FAQ, with the entries that the encoder finds near."""
    entries = faq.entries
    repairer = Repairer([text for e in entries for text in (e.question, e.answer)])
    messages = [(m, n) for n, e in enumerate(entries) for m in e.rewordings]
    messages += [(m, -1) for e in entries for m in e.near]
    inside = len(messages)
    messages += [(m, -1) for m in faq.outside]
    with torch.no_grad():
        of_messages, of_questions, of_answers = (
            student.vectors([student.ids(repairer, text) for text in texts])
            for texts in (
                [m for m, _ in messages],
                [e.question for e in entries],
                [e.answer for e in entries],
            )
        )
        alike = torch.maximum(
            of_messages @ of_questions.T, of_messages @ of_answers.T - ANSWER_LESS
        )
    of_entries = [
        entry_ids(tokenizer, repairer.repair(e.question), repairer.repair(e.answer))
        for e in entries
    ]
    nearest = alike.argsort(1, descending=True)[:, : NEAREST + 1].tolist()
    for number, ((message, right), near) in enumerate(zip(messages, nearest, strict=True)):
        ids = query_ids(tokenizer, repairer.repair(message))
        yield Shortlist(
            ids, of_entries, [n for n in near if n != right][:NEAREST], right, number >= inside
        )


def steps(draw: random.Random, every: Sequence[Shortlist]) -> Iterator[Sequence[Shortlist]]:
    """One pass: all messages in another order, some together, those of a length side by side."""
    some = [a for a in every if a.right >= 0 or a.outside or draw.random() < OF_NEAR]
    draw.shuffle(some)
    for first in range(0, len(some), LISTS * SORTED):
        part = sorted(some[first : first + LISTS * SORTED], key=lambda a: len(a.message))
        lists = [part[at : at + LISTS] for at in range(0, len(part), LISTS)]
        yield from draw.sample(lists, len(lists))


class Lesson:
    """How far the reader is from what it should say."""

    def __init__(self, reader: Reader, draw: random.Random, tokenizer: Tokenizer) -> None:
        self._reader = reader
        self._draw = draw
        plain = Repairer([])

        def read(texts: Sequence[str]) -> list[Ids]:
            return [query_ids(tokenizer, plain.repair(text)) for text in texts]

        every = list(situations())
        self._danger = [read(s.danger) for s in every if s.kind not in MILDER]
        self._calm = [read(s.calm) for s in every]
        urgent, questions = of_shipped()
        self._urgent, self._questions = read(urgent), read(questions)

    def of_answers(self, some: Sequence[Shortlist]) -> Tensor:
        """Of each message's entries, and none, the right one must score most."""
        texts, truth = [], []
        for each in some:
            others = self._draw.sample(each.near, min(len(each.near), ENTRIES))
            shown = [each.right, *others[: ENTRIES - 1]] if each.right >= 0 else others
            truth.append(0 if each.right >= 0 else ENTRIES)
            texts += [pair(each.message, each.entries[number]) for number in shown]
        said = self._reader.read(texts)[:, 0].view(len(some), ENTRIES)
        said = torch.cat([said, self._reader.none.expand(len(some), 1)], dim=1)
        right = torch.tensor(truth)
        lost = functional.cross_entropy(said, right, reduction="none")
        return (lost * torch.where(right == ENTRIES, OF_NONE, 1.0)).mean()

    def of_danger(self, elsewhere: Sequence[Shortlist]) -> Tensor:
        """Messages of danger from calm ones in the same words, and from what is asked elsewhere."""
        draw, third = self._draw, ALARMING // 3
        danger = [draw.choice(own) for own in draw.sample(self._danger, third)]
        calm = [draw.choice(own) for own in draw.sample(self._calm, third)]
        others = [draw.choice(self._urgent), *draw.sample(self._questions, 2)]
        others += [each.message for each in draw.sample(elsewhere, third - len(others))]
        rows = [*danger, *calm, *others]
        truth = torch.tensor([1.0] * len(danger) + [0.0] * len(calm) + [1.0] + [0.0] * (third - 1))
        counts = torch.tensor([1.0] * (len(danger) + len(calm)) + [0.3] * third)
        said = self._reader.read([(ids, len(ids)) for ids in rows])[:, 1]
        lost = functional.binary_cross_entropy_with_logits(said, truth, counts, reduction="sum")
        return lost / counts.sum()


def main() -> None:
    """Teach, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("tuned", type=Path, metavar="TUNED.safetensors")
    parser.add_argument("--after", type=Path, metavar="EARLIER.safetensors")
    parser.add_argument("--passes", type=int, default=PASSES)
    parser.add_argument("--rate", type=float, default=RATE)
    options = parser.parse_args()
    torch.manual_seed(0)
    draw = random.Random(0)
    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    student = Student(options.folder)
    every = [a for f in written_faqs(kept_back=False) for a in asked(f, student, tokenizer)]
    print(f"{len(every)} messages", flush=True)
    weights = load_file(options.after or options.folder / "model.safetensors")
    reader = Reader(options.folder, weights)
    lesson = Lesson(reader, draw, tokenizer)
    learning = [p for p in reader.model.parameters() if p.requires_grad]
    beside = [*reader.heads.parameters(), reader.none]
    optimiser = torch.optim.AdamW(
        [{"params": learning, "lr": options.rate}, {"params": beside, "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    lessons = [some for _ in range(options.passes) for some in steps(draw, every)]
    begun = time.monotonic()
    for number, some in enumerate(lessons, 1):
        part = number / len(lessons)
        slower = min(1.0, part / WARM_UP, (1 - part) / (1 - WARM_UP) + 1e-3)
        for group, rate in zip(optimiser.param_groups, (options.rate, HEAD_RATE), strict=True):
            group["lr"] = rate * slower
        of_answers, of_danger = lesson.of_answers(some), lesson.of_danger(every)
        optimiser.zero_grad()
        (of_answers + OF_DANGER * of_danger).backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        if number % 50 == 0:
            seconds = time.monotonic() - begun
            terms = f"{of_answers.item():.2f}, {of_danger.item():.2f}"
            print(f"step {number} of {len(lessons)}: {terms}; {seconds:.0f} s", flush=True)
        if number % 600 == 0 or number == len(lessons):
            save(reader, options.tuned)


def save(reader: Reader, file: Path) -> None:
    """The model's weights, and of the heads: `answers` less what none scores, and `danger`."""
    weights = {name: value.contiguous() for name, value in reader.model.state_dict().items()}
    bias = reader.heads.bias.detach().clone()
    bias[0] -= reader.none.detach()
    save_file({**weights, "heads.weight": reader.heads.weight.detach(), "heads.bias": bias}, file)


if __name__ == "__main__":
    main()
