"""Teaches MiniLM to read a message and an entry together, as a cross-encoder.

    uv run --all-extras --with torch --with transformers --with safetensors \\
        python -m tests.benchmarks.train_cross_encoder FOLDER TUNED.safetensors

FOLDER holds the tuned weights of `fine_tune.py` as `model.safetensors`, to begin with, and
`config.json`. A message and an entry are read as one text, so that every word of one meets every
word of the other (Nogueira and Cho 2019, "Passage Re-ranking with BERT"). Of the entries that the
encoder finds nearest, and "none", the right one must score most; messages that share an entry's
words and ask something else, and messages from outside, are none's. So that it learns what is
asked, and not how these entries are worded, an entry often stands under one of its rewordings.

Several such readers (`--seed`) are right more often than each alone, and one can be taught to say
what they say on the average (`--teachers`; Hinton et al. 2015, "Distilling the Knowledge in a
Neural Network"); it begins with the mean of their weights, and stays that with `--passes 0`. The
shipped one is the mean of two that the same three taught, three passes each for all: six minutes
on one graphics card. On the FAQs kept back the right entry leads for 70.2 % of the messages with
one teacher, 71.1 with three, 71.8 with the shipped one.
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
from tests.benchmarks.fine_tune import ANSWER_LESS, DEVICE, Student, bert
from tests.benchmarks.training_data import WrittenFAQ, written_faqs

#: Lists a step, entries in each; drawn from so many that the encoder finds nearest.
LISTS, ENTRIES, NEAREST = 128, 5, 8
PASSES, RATE, HEAD_RATE, WARM_UP = 3, 2e-4, 1e-3, 0.05
DROPOUT = 0.1
#: An entry is read under one of its rewordings so often.
REWORDED = 0.4
#: So much of the messages that share an entry's words, and of the questions themselves, are read in
#: a pass; and so much counts where "none" is right.
OF_NEAR, OF_QUESTIONS, OF_NONE = 0.7, 0.5, 0.7
#: What the truth counts beside the teachers, and how far their doubts are drawn out.
OF_TRUTH, SOFTENED = 0.4, 1.5
#: Texts of a length go through together, so many steps' worth sorted at a time.
SORTED = 12


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist:
    """A message, the entries near it, nearest first, and which is right; -1 for none.

    `entries` are all of the FAQ's: each under its question, and under its rewordings.
    """

    message: Ids
    entries: Sequence[Sequence[Ids]]
    near: Sequence[int]
    right: int
    #: How often it is read in a pass.
    share: float


class Reader:
    """The model with its head, as `faq/matching/cross_encoder.py` reads it."""

    def __init__(self, folder: Path, weights: Mapping[str, Tensor]) -> None:
        """The model of a folder's `config.json`, with these weights."""
        self.model = bert(folder, weights, DROPOUT)
        self.model.embeddings.word_embeddings.requires_grad_(False)
        self.head = torch.nn.Linear(self.model.config.hidden_size, 1)
        if "heads.weight" in weights:
            self.head.load_state_dict({n: weights[f"heads.{n}"] for n in ("weight", "bias")})
        self.none = torch.nn.Parameter(torch.zeros(()))

    def says(self, lists: Sequence[tuple[Ids, int]]) -> Tensor:
        """How likely each entry of a list answers, and none: (lists, ENTRIES + 1)."""
        said = self._read(lists).view(-1, ENTRIES)
        return torch.cat([said, self.none.expand(len(said), 1)], dim=1)

    def _read(self, texts: Sequence[tuple[Ids, int]]) -> Tensor:
        """What is said of texts whose second part begins where named, (texts,)."""
        longest = max(len(ids) for ids, _ in texts)
        ids = torch.tensor([[*ids, *[0] * (longest - len(ids))] for ids, _ in texts])
        lengths = torch.tensor([[len(ids)] for ids, _ in texts])
        begins = torch.tensor([[at] for _, at in texts])
        places = torch.arange(longest)
        seen = (places < lengths).float()
        second = ((places >= begins) & (places < lengths)).long()
        with torch.autocast(DEVICE, dtype=torch.bfloat16):
            last = self.model(ids, seen, token_type_ids=second).last_hidden_state
        mean = (last.float() * seen[:, :, None]).sum(1) / seen.sum(1, keepdim=True)
        return self.head(mean)[:, 0]

    def weights(self) -> Mapping[str, Tensor]:
        """The model's weights and the head's, less what none scores."""
        weights = {name: value.contiguous() for name, value in self.model.state_dict().items()}
        bias = self.head.bias.detach() - self.none.detach()
        return {**weights, "heads.weight": self.head.weight.detach(), "heads.bias": bias}


def asked(faq: WrittenFAQ, student: Student, tokenizer: Tokenizer) -> Iterator[Shortlist]:
    """All messages of a FAQ, with the entries that the encoder finds near."""
    entries = faq.entries
    repairer = Repairer([text for e in entries for text in (e.question, e.answer)])
    messages = [(m, n, 1.0) for n, e in enumerate(entries) for m in e.rewordings]
    messages += [(e.question, n, OF_QUESTIONS) for n, e in enumerate(entries)]
    messages += [(m, -1, OF_NEAR) for e in entries for m in e.near]
    messages += [(m, -1, 1.0) for m in faq.outside]
    with torch.no_grad():
        of_messages, of_questions, of_answers = (
            student.vectors([student.ids(repairer, text) for text in texts])
            for texts in (
                [m for m, _, _ in messages],
                [e.question for e in entries],
                [e.answer for e in entries],
            )
        )
        alike = torch.maximum(
            of_messages @ of_questions.T, of_messages @ of_answers.T - ANSWER_LESS
        )
    worded = [
        [
            entry_ids(tokenizer, repairer.repair(text), repairer.repair(e.answer))
            for text in (e.question, *e.rewordings)
        ]
        for e in entries
    ]
    nearest = alike.argsort(1, descending=True)[:, : NEAREST + 1].tolist()
    for (message, right, share), near in zip(messages, nearest, strict=True):
        ids = query_ids(tokenizer, repairer.repair(message))
        yield Shortlist(ids, worded, [n for n in near if n != right][:NEAREST], right, share)


def steps(draw: random.Random, every: Sequence[Shortlist]) -> Iterator[Sequence[Shortlist]]:
    """One pass: all messages in another order, some together, those of a length side by side."""
    some = [a for a in every if draw.random() < a.share]
    draw.shuffle(some)
    for first in range(0, len(some), LISTS * SORTED):
        part = sorted(some[first : first + LISTS * SORTED], key=lambda a: len(a.message))
        lists = [part[at : at + LISTS] for at in range(0, len(part), LISTS)]
        yield from draw.sample(lists, len(lists))


class Lesson:
    """How far the reader is from what it should say."""

    def __init__(self, reader: Reader, teachers: Sequence[Reader], draw: random.Random) -> None:
        self._reader, self._teachers, self._draw = reader, teachers, draw

    def loss(self, some: Sequence[Shortlist]) -> Tensor:
        """Of each message's entries, and none, the right one must score most."""
        texts, truth = [], []
        for each in some:
            others = self._draw.sample(each.near, ENTRIES)
            shown = [each.right, *others[: ENTRIES - 1]] if each.right >= 0 else others
            truth.append(0 if each.right >= 0 else ENTRIES)
            texts += [pair(each.message, self._worded(each, number)) for number in shown]
        said = self._reader.says(texts)
        right = torch.tensor(truth)
        lost = functional.cross_entropy(said, right, reduction="none")
        if self._teachers:
            lost = OF_TRUTH * lost + (1 - OF_TRUTH) * self._unlike_teachers(texts, said)
        return (lost * torch.where(right == ENTRIES, OF_NONE, 1.0)).mean()

    def _worded(self, asked: Shortlist, number: int) -> Ids:
        """An entry under its question or a rewording, but not under the message itself."""
        question, *others = asked.entries[number]
        message = asked.message[1:]
        rewordings = [ids for ids in others if ids[: len(message)] != message]
        is_itself = question[: len(message)] == message
        reworded = rewordings and (is_itself or self._draw.random() < REWORDED)
        return self._draw.choice(rewordings) if reworded else question

    def _unlike_teachers(self, texts: Sequence[tuple[Ids, int]], said: Tensor) -> Tensor:
        """How unlikely what the teachers say is to the reader, a list."""
        with torch.no_grad():
            mean = sum(teacher.says(texts) for teacher in self._teachers) / len(self._teachers)
        soft = torch.softmax(mean / SOFTENED, dim=1)
        return -(soft * torch.log_softmax(said / SOFTENED, dim=1)).sum(1) * SOFTENED**2


def mean_of(files: Sequence[Path]) -> Mapping[str, Tensor]:
    """The mean of weights that began alike (Wortsman et al. 2022, "Model soups")."""
    every = [load_file(file) for file in files]
    return {name: sum(w[name] for w in every) / len(every) for name in every[0]}


def main() -> None:
    """Teach, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("tuned", type=Path, metavar="TUNED.safetensors")
    parser.add_argument("--teachers", type=Path, nargs="*", default=[], metavar="FILE")
    parser.add_argument("--passes", type=int, default=PASSES)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_default_device(DEVICE)
    torch.manual_seed(options.seed)
    draw = random.Random(options.seed)
    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    student = Student(options.folder)
    student.model.eval()
    every = [a for f in written_faqs(kept_back=False) for a in asked(f, student, tokenizer)]
    print(f"{len(every)} messages", flush=True)
    teachers = [Reader(options.folder, load_file(file)) for file in options.teachers]
    for teacher in teachers:
        teacher.model.eval()
    begin = options.teachers or [options.folder / "model.safetensors"]
    reader = Reader(options.folder, mean_of(begin))
    reader.model.train()
    lesson = Lesson(reader, teachers, draw)
    learning = [p for p in reader.model.parameters() if p.requires_grad]
    beside = [*reader.head.parameters(), reader.none]
    optimiser = torch.optim.AdamW(
        [{"params": learning, "lr": RATE}, {"params": beside, "lr": HEAD_RATE}], weight_decay=0.01
    )
    lessons = [some for _ in range(options.passes) for some in steps(draw, every)]
    begun = time.monotonic()
    for number, some in enumerate(lessons, 1):
        part = number / len(lessons)
        slower = min(1.0, part / WARM_UP, (1 - part) / (1 - WARM_UP) + 1e-3)
        for group, rate in zip(optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * slower
        loss = lesson.loss(some)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        if number % 50 == 0:
            seconds = time.monotonic() - begun
            print(
                f"step {number} of {len(lessons)}: {loss.item():.2f}; {seconds:.0f} s", flush=True
            )
    save_file(dict(reader.weights()), options.tuned)


if __name__ == "__main__":
    main()
