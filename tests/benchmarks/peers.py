"""What a user would pick instead of this matcher, each behind the same two calls.

A peer is made from phrasings and their entries and answers a query with an entry and a score
of its own scale. A peer whose library is not installed is left out and named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process, utils

from faq import Entry, Matcher

Answer = tuple[str, float]
Ask = Callable[[str], Answer]
Build = Callable[[Sequence[str], Sequence[str]], Ask]


def ours(texts: Sequence[str], labels: Sequence[str]) -> Ask:
    """This project's matcher."""
    phrasings: dict[str, list[str]] = {}
    for text, label in zip(texts, labels, strict=True):
        phrasings.setdefault(label, []).append(text)
    matcher = Matcher(
        Entry(id=label, question=first, answer="-", paraphrases=tuple(rest))
        for label, (first, *rest) in phrasings.items()
    )

    def ask(query: str) -> Answer:
        best = matcher.rank(query, 1)[0]
        return best.entry.id, best.score

    return ask


def fuzzy(scorer: Any) -> Build:
    """`rapidfuzz.process.extractOne` with one of its scorers."""

    def build(texts: Sequence[str], labels: Sequence[str]) -> Ask:
        clean = [utils.default_process(text) for text in texts]

        def ask(query: str) -> Answer:
            found = process.extractOne(
                utils.default_process(query), clean, scorer=scorer, processor=None
            )
            return labels[found[2]], found[1]

        return ask

    return build


def linear_svc(texts: Sequence[str], labels: Sequence[str]) -> Ask:
    """scikit-learn: TF-IDF of words and word pairs, LinearSVC."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - extra `peers`
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LinearSVC())
    model.fit(texts, labels)

    def ask(query: str) -> Answer:
        margins = model.decision_function([query])[0]
        return str(model.classes_[margins.argmax()]), float(margins.max())

    return ask


def bm25(texts: Sequence[str], labels: Sequence[str]) -> Ask:
    """bm25s with its own tokeniser."""
    import bm25s  # noqa: PLC0415 - extra `peers`

    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(texts), show_progress=False), show_progress=False)

    def ask(query: str) -> Answer:
        tokens = bm25s.tokenize(query, show_progress=False)
        found, scores = index.retrieve(tokens, k=1, show_progress=False)
        return labels[int(found[0, 0])], float(scores[0, 0])

    return ask


def chatterbot(texts: Sequence[str], labels: Sequence[str]) -> Ask:
    """ChatterBot's best match: Levenshtein similarity of the whole statement."""
    from chatterbot.comparisons import LevenshteinDistance  # noqa: PLC0415 - extra `peers`
    from chatterbot.conversation import Statement  # noqa: PLC0415

    compare = LevenshteinDistance(language=None).compare
    statements = [Statement(text) for text in texts]

    def ask(query: str) -> Answer:
        scores = [compare(Statement(query), statement) for statement in statements]
        return labels[int(np.argmax(scores))], float(max(scores))

    return ask


def sentence_transformers(texts: Sequence[str], labels: Sequence[str]) -> Ask:
    """sentence-transformers all-MiniLM-L6-v2, nearest phrasing (needs its weights at hand)."""
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - optional

    model = SentenceTransformer("sentence-transformers/all-MiniLM-L6-v2", local_files_only=True)
    vectors = model.encode(list(texts), normalize_embeddings=True)

    def ask(query: str) -> Answer:
        scores = vectors @ model.encode(query, normalize_embeddings=True)
        return labels[int(scores.argmax())], float(scores.max())

    return ask


def model2vec(texts: Sequence[str], labels: Sequence[str]) -> Ask:
    """model2vec's static vectors, nearest phrasing (needs its weights at hand)."""
    from model2vec import StaticModel  # noqa: PLC0415 - extra `peers`

    model = StaticModel.from_pretrained("minishlab/potion-base-8M")
    vectors = model.encode(list(texts))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9

    def ask(query: str) -> Answer:
        vector = model.encode(query)
        scores = vectors @ (vector / (np.linalg.norm(vector) + 1e-9))
        return labels[int(scores.argmax())], float(scores.max())

    return ask


PEERS: dict[str, Build] = {
    "this matcher": ours,
    "rapidfuzz extractOne (WRatio, its default)": fuzzy(fuzz.WRatio),
    "rapidfuzz extractOne (token_set_ratio)": fuzzy(fuzz.token_set_ratio),
    "scikit-learn TF-IDF + LinearSVC": linear_svc,
    "bm25s": bm25,
    "ChatterBot (Levenshtein)": chatterbot,
    "sentence-transformers, nearest": sentence_transformers,
    "model2vec, nearest": model2vec,
}
