"""Teaches the encoder what people mean who ask a FAQ: MiniLM, fine-tuned on FAQs written for it.

    uv run --all-extras --with torch --with transformers --with safetensors \\
        python -m tests.benchmarks.fine_tune FOLDER TUNED.safetensors

FOLDER holds the weights to begin with, `model.safetensors` and `config.json` (`make_encoder.py`
says where they come from, and makes the shipped file of TUNED); `training/` holds what is taught. A
message must be nearer to the question and the answer of its entry than to those of all others, and
than to what is asked in the same words and means something else. What no entry of a FAQ answers
must be nearer to "none" than to any of them (contrastive learning, van den Oord et al. 2018).
Messages of one danger must be nearer to each other than to calm ones in the same words. What was
known before is kept: the vectors of words stay as they are, and of the way that all others go
so much only is gone (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models"). Two minutes
on a graphics card, twenty on two cores that know bfloat16.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import BertConfig, BertModel

from faq.language.spelling import Repairer
from faq.language.tokens import written
from faq.matching.onnx_encoder import SHIPPED, read_settings
from tests.benchmarks.make_encoder import INNER, LAYERS
from tests.benchmarks.training_data import MILDER, Situation, WrittenFAQ, situations, written_faqs

#: What one step sees.
FAQS, SITUATIONS, OUTSIDE = 2, 12, 6
PASSES, RATE, WARM_UP = 8, 5e-5, 0.1
DROPOUT = 0.1
#: Cosines are divided by it before they are compared.
TEMPERATURE = 0.05
#: An answer is a weaker sign than a question, so much in cosine.
ANSWER_LESS = 0.05
#: What the terms of the loss count beside the first.
OF_ANSWERS, OF_NEAR, OF_DANGER = 0.5, 0.7, 0.5
MAX_TOKENS = 100
#: A graphics card is used where there is one; it takes more texts at a time.
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
AT_ONCE = 1024 if DEVICE == "cuda" else 64
#: So much of the way from the old weights to the new: of what is said to CLINC150's bot nothing is
#: lost, of what is gained on FAQs half a point.
GONE = 0.75

Ids = list[int]


@dataclass(frozen=True, slots=True)
class Taught:
    """A FAQ's texts as numbers of word pieces; one row an entry, and what is outside."""

    questions: list[Ids]
    answers: list[Ids]
    rewordings: list[list[Ids]]
    near: list[list[Ids]]
    outside: list[Ids]


def bert(folder: Path, weights: Mapping[str, Tensor], dropout: float = 0.0) -> BertModel:
    """The model of a folder's `config.json` with these weights."""
    config = BertConfig.from_json_file(folder / "config.json")
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = dropout
    config._attn_implementation = "eager"  # four times as fast on processors as the default
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(weights, strict=False)
    return model


class Student:
    """The model, and how the shipped encoder reads it: two layers' means, their weighted sum."""

    def __init__(self, folder: Path) -> None:
        self._settings = read_settings(SHIPPED)
        self.model = bert(folder, load_file(folder / "model.safetensors"), DROPOUT)
        for parameter in self.model.embeddings.parameters():
            parameter.requires_grad_(False)
        self.model.train()
        self._tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def ids(self, repairer: Repairer, text: str) -> Ids:
        """A text as the matcher hands it to the encoder."""
        read = written(repairer.repair(text))
        return list(self._tokenizer.encode(self._settings.lead_in + read).ids)

    def vectors(self, texts: Sequence[Ids]) -> Tensor:
        """Unit vectors, shape (texts, dimensions); texts of a length go through together."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        parts = [order[at : at + AT_ONCE] for at in range(0, len(order), AT_ONCE)]
        found = torch.cat([self._batch([texts[number] for number in part]) for part in parts])
        return found[torch.argsort(torch.tensor(order))]

    def _batch(self, texts: Sequence[Ids]) -> Tensor:
        longest = max(map(len, texts))
        ids = torch.tensor([text + [0] * (longest - len(text)) for text in texts])
        places, lengths = (
            torch.arange(longest),
            torch.tensor([len(text) for text in texts])[:, None],
        )
        with torch.autocast(DEVICE, dtype=torch.bfloat16):
            layers = self.model(
                ids, (places < lengths).float(), output_hidden_states=True
            ).hidden_states
        of_words = ((places > 0) & (places < lengths - 1)).float()[:, :, None]
        weights = self._settings.outputs
        last, inner = (
            functional.normalize((layer.float() * of_words).sum(1) / of_words.sum(1), dim=-1)
            for layer in (layers[LAYERS], layers[INNER + 1])
        )
        return functional.normalize(weights["last"] * last + weights["inner"] * inner, dim=-1)

    def taught(self, faq: WrittenFAQ) -> Taught:
        """A FAQ's texts, read as the bot reads them."""
        entries = faq.entries
        repairer = Repairer([text for e in entries for text in (e.question, e.answer)])

        def read(texts: Iterator[str]) -> list[Ids]:
            return [self.ids(repairer, text) for text in texts]

        return Taught(
            read(e.question for e in entries),
            read(e.answer for e in entries),
            [read(iter(e.rewordings)) for e in entries],
            [read(iter(e.near)) for e in entries],
            read(iter(faq.outside)),
        )


class Lesson:
    """One step: some FAQs and situations, and how far the student is from what it should say."""

    def __init__(self, student: Student, draw: random.Random) -> None:
        self._student = student
        self._draw = draw
        #: The cosine that "none" has with everything, and what tells danger by a vector: both are
        #: learnt along the way, and not kept.
        self.none = torch.nn.Parameter(torch.tensor(0.5))
        self.danger = torch.nn.Linear(student.model.config.hidden_size, 1)

    def loss(self, faqs: Sequence[Taught], situations: Sequence[Situation]) -> Tensor:
        """A number to make small."""
        draw, ids = self._draw, self._student.ids
        two = [draw.sample(own, 2) for faq in faqs for own in faq.rewordings]
        outside = [draw.sample(faq.outside, min(OUTSIDE, len(faq.outside))) for faq in faqs]
        plain = Repairer([])
        asserted = [[ids(plain, m) for m in draw.sample(s.danger, 2)] for s in situations]
        columns = [
            [first for first, _ in two],
            [second for _, second in two],
            [text for faq in faqs for text in faq.questions],
            [text for faq in faqs for text in faq.answers],
            [draw.choice(near) for faq in faqs for near in faq.near],
            [text for texts in outside for text in texts],
            [first for first, _ in asserted],
            [second for _, second in asserted],
            [ids(plain, draw.choice(s.calm)) for s in situations],
        ]
        vectors = self._student.vectors([text for column in columns for text in column])
        asked, again, question, answer, near, off, danger, same, calm = vectors.split(
            [len(column) for column in columns]
        )
        sizes = [len(faq.questions) for faq in faqs]
        return (
            nearest(asked, torch.cat([question, near]))
            + nearest(question, torch.cat([asked, near, off]))
            + OF_ANSWERS * nearest(asked, answer)
            + OF_ANSWERS * nearest(again, torch.cat([asked, near]))
            + self._or_none(sizes, asked, again, question, answer, torch.cat([near, off]))
            + self._of_danger(situations, danger, same, calm, torch.cat([asked, off]))
        )

    def _or_none(
        self,
        sizes: Sequence[int],
        asked: Tensor,
        again: Tensor,
        question: Tensor,
        answer: Tensor,
        outside: Tensor,
    ) -> Tensor:
        """Each FAQ by itself: its own entry, or none for what others are asked."""
        found = torch.zeros(())
        at = 0
        for size in sizes:
            own = slice(at, at + size)
            at += size
            others = torch.cat([asked[: own.start], asked[own.stop :], outside])
            texts = torch.cat([asked[own], again[own], others])
            fit = torch.logaddexp(
                texts @ question[own].T / TEMPERATURE,
                (texts @ answer[own].T - ANSWER_LESS) / TEMPERATURE,
            )
            fit = torch.cat([fit, (self.none / TEMPERATURE).expand(len(texts), 1)], dim=1)
            numbers = torch.arange(size)
            truth = torch.cat([numbers, numbers, torch.full((len(others),), size)])
            each = functional.cross_entropy(fit, truth, reduction="none")
            found = found + each[: 2 * size].mean() + OF_NEAR * each[2 * size :].mean()
        return found / len(sizes)

    def _of_danger(
        self,
        situations: Sequence[Situation],
        danger: Tensor,
        same: Tensor,
        calm: Tensor,
        elsewhere: Tensor,
    ) -> Tensor:
        """One danger is like itself, not like the calm; and a plane parts them."""
        alike = torch.cat([danger @ same.T, danger @ calm.T], dim=1) / TEMPERATURE
        kinds = [s.kind for s in situations]
        for row, kind in enumerate(kinds):
            others = [n for n, other in enumerate(kinds) if other == kind and n != row]
            alike[row, others] = -1e4  # of another situation, and may be as near
        severe = [n for n, kind in enumerate(kinds) if kind not in MILDER]
        texts = torch.cat([danger[severe], same[severe], calm, elsewhere])
        truth = (torch.arange(len(texts)) < 2 * len(severe)).float()
        counts = torch.full((len(texts),), 0.15)
        counts[: 2 * len(severe)] = 0.5
        counts[2 * len(severe) : 2 * len(severe) + len(calm)] = 1
        told = functional.binary_cross_entropy_with_logits(
            self.danger(10 * texts)[:, 0], truth, weight=counts, reduction="sum"
        )
        numbers = torch.arange(len(kinds))
        return OF_DANGER * functional.cross_entropy(alike, numbers) + told / counts.sum()


def nearest(texts: Tensor, keys: Tensor) -> Tensor:
    """How far each text is from being nearest to the key of its own number."""
    return functional.cross_entropy(texts @ keys.T / TEMPERATURE, torch.arange(len(texts)))


def steps(draw: random.Random, faqs: Sequence[Taught]) -> Iterator[Sequence[Taught]]:
    """All FAQs in another order each time, a few together."""
    for _ in range(PASSES):
        order = draw.sample(faqs, len(faqs))
        yield from (order[at : at + FAQS] for at in range(0, len(order), FAQS))


def main() -> None:
    """Teach, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("tuned", type=Path, metavar="TUNED.safetensors")
    options = parser.parse_args()
    torch.set_default_device(DEVICE)
    torch.manual_seed(0)
    draw = random.Random(0)
    student = Student(options.folder)
    faqs = [student.taught(faq) for faq in written_faqs(kept_back=False)]
    dangers = list(situations())
    lesson = Lesson(student, draw)
    learning = [p for p in student.model.parameters() if p.requires_grad]
    beside = [lesson.none, *lesson.danger.parameters()]
    optimiser = torch.optim.AdamW(
        [{"params": learning, "lr": RATE}, {"params": beside, "lr": 1e-2}], weight_decay=0.01
    )
    lessons = list(steps(draw, faqs))
    for number, some in enumerate(lessons, 1):
        part = number / len(lessons)
        slower = min(part / WARM_UP, 1 - part + 1 / len(lessons))
        for group, rate in zip(optimiser.param_groups, (RATE, 1e-2), strict=True):
            group["lr"] = rate * min(1.0, slower)
        loss = lesson.loss(some, draw.sample(dangers, SITUATIONS))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        if number % 10 == 0:
            print(f"step {number} of {len(lessons)}: {loss.item():.2f}", flush=True)
    before = load_file(options.folder / "model.safetensors")
    tuned = student.model.state_dict()
    for name in before.keys() & tuned.keys():
        before[name] = torch.lerp(before[name].float(), tuned[name].cpu().float(), GONE)
    save_file(before, options.tuned)


if __name__ == "__main__":
    main()
