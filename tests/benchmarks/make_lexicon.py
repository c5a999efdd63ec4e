"""Makes faq/data/lexicon.npz: common English words, most frequent first, each with a small vector.

    python -m tests.benchmarks.make_lexicon american-english-huge british-english-huge

The words are the whole words of the BERT vocabulary (its order is the order of frequency). A
word's vector is the encoder's vector of the word alone, reduced to its 128 principal
directions and to int8. The word lists (one word a line: SCOWL's, as the Debian packages
wamerican-huge and wbritish-huge put them into /usr/share/dict) become faq/data/english.txt.gz:
what counts as a real word, never repaired. `--words-only` leaves the vectors as they are.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

import numpy as np

from faq.matching.encoder import load_encoder

DATA = Path("faq/data")
DIMENSIONS = 128
FIRST_WORD = 1012  # below stand BERT's special tokens, unused slots and punctuation


def common_words() -> list[str]:
    """Whole ASCII words of the vocabulary, most frequent first."""
    vocabulary = json.loads((DATA / "encoder" / "tokenizer.json").read_text(encoding="utf-8"))[
        "model"
    ]["vocab"]
    ordered = sorted(vocabulary, key=vocabulary.get)[FIRST_WORD:]
    return [word for word in ordered if word.isalpha() and word.isascii()]


def reduced(vectors: np.ndarray) -> np.ndarray:
    """Rows on their first principal directions, scaled to fill int8."""
    centred = vectors - vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    small = centred @ directions[:DIMENSIONS].T
    scaled = np.rint(small / np.abs(small).max() * 127)
    return np.asarray(np.clip(scaled, -127, 127), dtype=np.int8)


def write_vectors(words: list[str]) -> None:
    """The common words and their vectors, by the encoder that `auto` names."""
    encoder = load_encoder("auto")
    assert encoder, "install the extra semantic"
    vectors = reduced(encoder.encode(words))
    np.savez_compressed(DATA / "lexicon.npz", words="\n".join(words), vectors=vectors)


def main() -> None:
    """Write the data files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wordlists", nargs="+", type=Path, metavar="WORDLIST")
    parser.add_argument("--words-only", action="store_true")
    options = parser.parse_args()
    words = common_words()
    if not options.words_only:
        write_vectors(words)
    lines = (line for file in options.wordlists for line in file.read_text("utf-8").splitlines())
    english = {w.lower() for w in lines if w.isalpha() and w.isascii() and len(w) > 1}
    text = "\n".join(sorted(english | set(words)))
    (DATA / "english.txt.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
