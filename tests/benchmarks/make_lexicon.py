"""Makes faq/data/lexicon.npz: common English words, most frequent first, each with a small vector.

    python -m tests.benchmarks.make_lexicon WORDLIST...

The words are the whole words of the BERT vocabulary (its order is the order of frequency). A
word's vector is the encoder's vector of the word alone, reduced to its 128 principal
directions and to int8. The word lists (one word a line, SCOWL's american-english and
british-english) become faq/data/english.txt.gz: what counts as a real word, never repaired.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np

from faq.matching.encoder import Encoder

DATA = Path("faq/data")
DIMENSIONS = 128
FIRST_WORD = 1012  # below stand BERT's special tokens, unused slots and punctuation


def common_words() -> list[str]:
    """Whole ASCII words of the vocabulary, most frequent first."""
    vocabulary = json.loads((DATA / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    ordered = sorted(vocabulary, key=vocabulary.get)[FIRST_WORD:]
    return [word for word in ordered if word.isalpha() and word.isascii()]


def reduced(vectors: np.ndarray) -> np.ndarray:
    """Rows on their first principal directions, scaled to fill int8."""
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    small = centred @ directions[:DIMENSIONS].T
    scaled = np.rint(small / np.abs(small).max() * 127)
    return np.asarray(np.clip(scaled, -127, 127), dtype=np.int8)


def main(wordlists: list[str]) -> None:
    """Write both data files."""
    words = common_words()
    encoder = Encoder.load("auto")
    assert encoder, "install the extra semantic"
    vectors = reduced(encoder.encode(words))
    np.savez_compressed(DATA / "lexicon.npz", words="\n".join(words), vectors=vectors)
    lines = (line for name in wordlists for line in Path(name).read_text("utf-8").splitlines())
    english = {w.lower() for w in lines if w.isalpha() and w.isascii() and len(w) > 1}
    text = "\n".join(sorted(english | set(words)))
    (DATA / "english.txt.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1:])
