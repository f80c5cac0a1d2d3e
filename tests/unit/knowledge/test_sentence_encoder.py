"""The sentence encoder's graph in onnxruntime agrees with the arithmetic of the book."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from stand_ins import Synonyms
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.arrays.comparison import Comparison
from surgeline.knowledge.articles.jsonl import Article

from tests.unit.knowledge.recorded.record import ARTICLES, FOLDER, TEXTS
from tests.unit.knowledge.tiny_bert import tiny_bert, tiny_encoder

pytest.importorskip("onnxruntime", reason="there is no build of it for this machine")
pytest.importorskip("onnx", reason="there is no build of it for this machine")

from weights.sentence_graph import comparing_graph


def by_the_book(weights: dict[str, NDArray[np.float32]], ids: list[int]) -> NDArray[np.float32]:
    """Return the sentence vector of a one-layer BERT as its paper says it, a product at a time."""

    def times(rows: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        product: NDArray[np.float32] = rows @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
        return product

    def normal(rows: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        around = (rows - rows.mean(1, keepdims=True)) / rows.std(1, keepdims=True)
        moved: NDArray[np.float32] = around * weights[f"{name}.weight"] + weights[f"{name}.bias"]
        return moved

    first, layer = "embeddings.", "encoder.layer.0."
    rows = weights[f"{first}word_embeddings.weight"][ids]
    rows = rows + weights[f"{first}position_embeddings.weight"][: len(ids)]
    rows = normal(rows + weights[f"{first}token_type_embeddings.weight"][0], f"{first}LayerNorm")
    asked, offered, told = (
        times(rows, f"{layer}attention.self.{part}").reshape(len(ids), 2, 32).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    drawn = np.exp(asked @ offered.transpose(0, 2, 1) / np.sqrt(32))
    seen = (drawn / drawn.sum(-1, keepdims=True) @ told).transpose(1, 0, 2).reshape(len(ids), 64)
    attention = f"{layer}attention.output."
    rows = normal(rows + times(seen, f"{attention}dense"), f"{attention}LayerNorm")
    wide = times(rows, f"{layer}intermediate.dense")
    wide = 0.5 * wide * (1 + np.tanh(np.sqrt(2 / np.pi) * (wide + 0.044715 * wide**3)))
    rows = normal(rows + times(wide, f"{layer}output.dense"), f"{layer}output.LayerNorm")
    pooled: NDArray[np.float32] = rows.mean(0) / np.linalg.norm(rows.mean(0))
    return pooled


def test_a_sentence_is_encoded_as_the_book_says() -> None:
    """The graph's products of bytes give, but for their steps, what plain products give."""
    weights = tiny_bert()
    encoder = tiny_encoder(weights, 1.0)
    for text in ("where is my refund?", "parcel"):
        expected = by_the_book(weights, encoder.pieces.ids(text))
        assert encoder.encode([text])[0] @ expected > 0.999


def test_loud_directions_cost_the_others_no_precision() -> None:
    """A loud direction is divided before a product of bytes and multiplied back within the
    product.
    """
    weights = tiny_bert()
    layer, loudness = "encoder.layer.0.", np.float32(50)
    for norm in ("embeddings.LayerNorm", f"{layer}attention.output.LayerNorm"):
        weights[f"{norm}.weight"][7] *= loudness
        weights[f"{norm}.bias"][7] *= loudness
    for name in ("attention.self.query", "attention.self.key", "attention.self.value"):
        weights[f"{layer}{name}.weight"] *= np.float32(0.1)
        weights[f"{layer}{name}.weight"][:, 7] /= loudness
    weights[f"{layer}intermediate.dense.weight"][:, 7] /= loudness
    weights[f"{layer}output.LayerNorm.weight"][7] = weights[f"{layer}output.LayerNorm.bias"][7] = 0
    ids = tiny_encoder(weights, 1.0).pieces.ids("where is my refund?")
    expected = by_the_book(weights, ids)

    def strayed(loud: dict[int, float]) -> float:
        found = tiny_encoder(weights, 1.0, loud=loud).encode(["where is my refund?"])[0]
        return 1.0 - float(found @ expected)

    assert strayed({7: 50.0}) < 0.3 * strayed({})


def test_layers_count_by_their_shares() -> None:
    """Shares say how much each layer's vector counts."""
    weights = tiny_bert(layers=2)

    def vector(*shares: float) -> NDArray[np.float32]:
        found: NDArray[np.float32] = tiny_encoder(weights, *shares).encode(["where is my refund?"])
        return found[0]

    first, last = vector(1.0, 0.0), vector(0.0, 1.0)
    assert not np.allclose(first, last, atol=0.1)
    mixed = 0.4 * first + last
    assert np.allclose(vector(0.4, 1.0), mixed / np.linalg.norm(mixed), atol=1e-5)


def test_vectors_do_not_depend_on_the_company_they_are_encoded_in() -> None:
    """Few texts and many give the very unit vectors of one text at a time."""
    encoder = tiny_encoder(tiny_bert(), 1.0)
    texts = ["where is my parcel?", "refund", "where is my refund?", ""]
    together = encoder.encode(texts * 50)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for place, row in enumerate(together):
        assert np.array_equal(encoder.encode([texts[place % 4]])[0], row)
    assert encoder.encode([]).shape == (0, 64)


@given(st.integers(1, 300), st.integers(2, 400), st.integers(0, 2**32 - 1))
def test_vectors_are_compared_by_bytes_as_by_floats(count: int, width: int, seed: int) -> None:
    """The products of bytes are those of floats to within the steps of a byte."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count + 1, width)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = Comparison.of(comparing_graph(), rows[1:])(rows[0])
    assert found.shape == (count,)
    assert np.allclose(found, rows[1:] @ rows[0], atol=0.02)


def test_an_index_compares_by_its_best_encoder() -> None:
    """All views of a head are compared in bytes where its encoder can, built or loaded."""
    titles = ("where is my parcel", "refund", "is my refund where my parcel is")
    articles = [Article(f"a{n}", title, "en", (title,), "A.") for n, title in enumerate(titles)]
    encoders = (Synonyms("static"), tiny_encoder(tiny_bert(), 1.0))
    index = build(articles, tier="sentence", encoders=encoders)
    again = Index.from_bytes(index.to_bytes(), encoders=encoders)
    for found in (index, again):
        (part,) = found.parts
        assert [view.tier for view in part.models[-1].views] == ["sentence", "static"]
        assert all(isinstance(view.compare, Comparison) for view in part.models[-1].views)
    assert again.judge("my parcel please") == index.judge("my parcel please")


PROCESSORS = ("avx2", "avx512_vnni")
TOLERANCE = 1e-4
"""Products of bytes are the same everywhere; only floats are rounded in another order."""


@pytest.mark.parametrize("processor", PROCESSORS)
def test_every_processor_gives_the_same_vectors(processor: str) -> None:
    """Vectors that other kinds of processors gave are given here, too."""
    found = tiny_encoder(tiny_bert(), 1.0).encode(TEXTS)
    assert np.allclose(found, np.load(FOLDER / f"{processor}.npy"), atol=TOLERANCE)


@pytest.mark.parametrize("processor", PROCESSORS)
def test_an_artifact_built_on_another_processor_judges_as_one_built_here(processor: str) -> None:
    """An index built on one kind of processor may be asked on any other."""
    encoders = (Synonyms("static"), tiny_encoder(tiny_bert(), 1.0))
    here = build(ARTICLES, tier="sentence", encoders=encoders)
    there = Index.from_bytes((FOLDER / f"{processor}.index").read_bytes(), encoders=encoders)
    assert there.lacking == ()
    for text in ("my parcel please", "the refund", *TEXTS):
        one, other = here.judge(text), there.judge(text)
        assert (one.kind, one.article_id) == (other.kind, other.article_id)
        assert abs(one.confidence - other.confidence) < 100 * TOLERANCE
        assert [each.article_id for each in one.ranking] == [
            each.article_id for each in other.ranking
        ]


def test_what_it_runs_on_keeps_to_itself(tmp_path: Path) -> None:
    """Importing and running it writes nothing into the home folder and starts no thread."""
    graph = tmp_path / "graph"
    graph.write_bytes(comparing_graph())
    (tmp_path / "home").mkdir()
    code = (
        "import numpy as np, os, sys\n"
        "from surgeline.knowledge.arrays.comparison import Comparison\n"
        "tasks = '/proc/self/task' if os.path.exists('/proc/self/task') else '.'\n"
        "before = len(os.listdir(tasks))\n"
        "Comparison.of(open(sys.argv[1], 'rb').read(), np.eye(2, dtype=np.float32))\n"
        "print(len(os.listdir(tasks)) - before)\n"
    )
    own = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, str(graph)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=own | {"HOME": str(tmp_path / "home"), "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.stdout.strip() == "0"
    assert list((tmp_path / "home").rglob("*")) == []
