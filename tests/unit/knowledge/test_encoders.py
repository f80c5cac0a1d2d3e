"""The tiers that need weights: the same shape as the lexical one, and what happens without them."""

import json
import struct
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from surgeline.knowledge.articles import Article
from surgeline.knowledge.comparison import Comparison
from surgeline.knowledge.head import View
from surgeline.knowledge.index import Index, build
from surgeline.knowledge.sentence_encoder import SentenceEncoder
from surgeline.knowledge.static_table import StaticEncoder
from surgeline.knowledge.subwords import Subwords
from surgeline.knowledge.weights import WrongWeights, load_sentence_encoder
from surgeline.knowledge.wordpiece import WordPieces

from local.sentence_graph import comparing_graph, sentence_graph
from local.weight_images import read_safetensors, sentence_image, static_image

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "re", "##fund", "where", "is", "my", "parcel", "?"]
ENDINGS = (
    "알려 주세요",
    "언제 되나요",
    "어떻게 하나요",
    "문의",
    "가능한가요",
    "얼마나 걸리나요",
    "방법",
)
SUBWORDS = Subwords(
    vocabulary={
        "▁": 0,
        "r": 1,
        "e": 2,
        "re": 3,
        "▁re": 4,
        "f": 5,
        "u": 6,
        "n": 7,
        "d": 8,
        "<0xED>": 9,
        "<0x99>": 10,
        "<0x98>": 11,
    },
    ranks={"r e": 0, "▁ re": 1},
)


class Synonyms:
    """Knows that a few words mean the same, as an encoder of sentences would."""

    meanings = ("refund money cash back", "parcel package box delivery", "card voucher gift")

    def __init__(self, tier: str, digest: str = "1") -> None:
        """Stand in for a tier's encoder."""
        self.tier = tier
        self.digest = digest

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Count the words of each meaning."""
        rows = [
            [0.1, *(sum(word in text.lower() for word in words.split()) for words in self.meanings)]
            for text in texts
        ]
        found = np.array(rows, dtype=np.float32)
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit

    def comparing(self, _vectors: NDArray[np.float32]) -> None:
        """Have nothing faster."""
        return


def tiny_bert(layers: int = 1) -> dict[str, NDArray[np.float32]]:
    """Return random weights of a few layers, 64 wide."""
    random = np.random.default_rng(5)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(PIECES), 64),
        "embeddings.position_embeddings.weight": (32, 64),
        "embeddings.token_type_embeddings.weight": (2, 64),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{number}." for number in range(layers)):
        for name, out, wide in (
            ("attention.self.query", 64, 64),
            ("attention.self.key", 64, 64),
            ("attention.self.value", 64, 64),
            ("attention.output.dense", 64, 64),
            ("intermediate.dense", 128, 64),
            ("output.dense", 64, 128),
        ):
            shapes[f"{layer}{name}.weight"] = (out, wide)
            shapes[f"{layer}{name}.bias"] = (out,)
        norms += [f"{layer}attention.output.LayerNorm", f"{layer}output.LayerNorm"]
    for name in norms:
        shapes[f"{name}.weight"] = shapes[f"{name}.bias"] = (64,)
    return {name: random.normal(size=s).astype(np.float32) for name, s in shapes.items()}


def tiny_encoder(
    weights: dict[str, NDArray[np.float32]], *shares: float, loud: dict[int, float] | None = None
) -> SentenceEncoder:
    """Return the encoder of tiny weights."""
    graph = sentence_graph(weights, shares, loud=loud or {})
    return SentenceEncoder.of(graph, comparing_graph(), PIECES, "tiny")


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


def test_words_are_split_into_the_longest_known_pieces() -> None:
    """Case and accents are folded; what is unknown becomes one mark."""
    pieces = WordPieces({piece: place for place, piece in enumerate(PIECES)})
    assert pieces.ids("Where is my RÉFUND?") == [2, 6, 7, 8, 4, 5, 10, 3]
    assert pieces.ids("zzz") == [2, 1, 3]
    assert len(pieces.ids("my " * 1000)) == pieces.longest


def test_subwords_merge_by_rank_and_fall_back_to_bytes() -> None:
    """The lowest rank merges first; unknown characters become their bytes."""
    assert SUBWORDS.ids("refund") == [4, 5, 6, 7, 8]
    assert SUBWORDS.ids("홑") == [0, 9, 10]
    assert SUBWORDS.ids("") == []


def test_a_sentence_is_encoded_as_the_book_says() -> None:
    """The graph's products of bytes give, but for their steps, what plain products give."""
    weights = tiny_bert()
    encoder = tiny_encoder(weights, 1.0)
    for text in ("where is my refund?", "parcel"):
        expected = by_the_book(weights, encoder.pieces.ids(text))
        assert encoder.encode([text])[0] @ expected > 0.999


def test_loud_directions_cost_the_others_no_precision() -> None:
    """What is divided before a product of bytes is multiplied back within it."""
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
        (pool,) = found.pools
        assert [view.tier for view in pool.heads[-1].views] == ["sentence", "static"]
        assert all(isinstance(view.compare, Comparison) for view in pool.heads[-1].views)
    assert again.decide("my parcel please") == index.decide("my parcel please")


def test_a_static_vector_is_the_mean_of_its_subwords() -> None:
    """A text without any subword has the zero vector, not a crash."""
    table = np.eye(12, dtype=np.float16)
    vectors = StaticEncoder(SUBWORDS, table, "t").encode(["refund", ""])
    assert np.allclose(vectors[0][[4, 5, 6, 7, 8]], 1 / np.sqrt(5))
    assert not vectors[1].any()


def test_an_encoder_finds_what_shares_no_word(articles: tuple[Article, ...]) -> None:
    """Meaning counts where words differ, and the tier says so."""
    encoders = (Synonyms("static"), Synonyms("sentence"))
    index = build(articles, tier="sentence", encoders=encoders)
    decision = index.decide("I want cash", language="en")
    assert decision.ranking[0].article_id == "en-refund"
    assert decision.tier in {"static", "sentence"}
    again = Index.from_bytes(index.to_bytes(), encoders=encoders)
    assert again.decide("I want cash", language="en") == decision


def test_what_all_phrasings_differ_in_counts_less_where_a_view_is_evened() -> None:
    """Two subjects that a common direction drowns come apart; equal texts stay equal."""
    random = np.random.default_rng(2)
    common = random.normal(size=(40, 1)) * [5.0, 0.0, 0.0]
    subjects = np.repeat([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], 20, axis=0)
    encoded = (common + subjects).astype(np.float32)

    def apart(*, evened: bool) -> float:
        view = View.of("static", 1.0, encoded, peak=0.5, centred=True, evened=evened)
        closeness = np.array([view.closeness(row) for row in encoded])
        assert np.allclose(np.diag(closeness), 1.0, atol=1e-2)
        return float(closeness[:20, :20].mean() - closeness[:20, 20:].mean())

    assert apart(evened=True) > 1.3 * apart(evened=False)


def test_a_korean_index_is_stored_with_its_evened_view() -> None:
    """In Korean the table alone counts, its directions evened; the artifact answers the same."""
    articles = tuple(
        Article(f"ko-{place}", title, "ko", tuple(f"{title} {word}" for word in ENDINGS), "답")
        for place, title in enumerate(("환불 refund", "배송 parcel", "상품권 card"))
    )
    encoders = (Synonyms("static"), Synonyms("sentence"))
    index = build(articles, tier="sentence", encoders=encoders)
    (view,) = index.pools[0].heads[-1].views
    assert view.tier == "static"
    assert view.evening is not None
    again = Index.from_bytes(index.to_bytes(), encoders=encoders)
    for text in ("돈 money", "소포 package 어디", "gift 선물"):
        assert again.decide(text, language="ko") == index.decide(text, language="ko")


def test_what_was_encoded_to_choose_a_blend_is_not_encoded_again(
    articles: tuple[Article, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Choosing by the first phrasings only leaves the same vectors in the same order."""
    whole = build(articles, tier="static", encoders=[Synonyms("static")])
    monkeypatch.setattr("surgeline.knowledge.pool._CHOOSE_FROM", 2)
    parted = build(articles, tier="static", encoders=[Synonyms("static")])
    assert parted.to_bytes() == whole.to_bytes()


def test_a_repeated_question_needs_no_encoder(articles: tuple[Article, ...]) -> None:
    """What an author wrote word for word is answered by the cheapest tier."""
    encoders = (Synonyms("static"), Synonyms("sentence"))
    index = build(articles, tier="sentence", encoders=encoders)
    decision = index.decide("Where is my refund?")
    assert (decision.tier, decision.article_id) == ("lexical", "en-refund")


def test_without_its_encoders_an_index_answers_lexically(articles: tuple[Article, ...]) -> None:
    """Missing or different weights cost quality, never the answer."""
    index = build(articles, tier="static", encoders=[Synonyms("static")])
    for encoders in ((), (Synonyms("static", digest="other"),)):
        bare = Index.from_bytes(index.to_bytes(), encoders=encoders)
        assert bare.decide("Where is my refund?").tier == "lexical"


def test_a_tier_without_its_encoder_is_not_built(articles: tuple[Article, ...]) -> None:
    """The error names what is missing."""
    with pytest.raises(ValueError, match="needs the encoders static, sentence"):
        build(articles, tier="sentence")
    with pytest.raises(ValueError, match="choose one of lexical, static, sentence"):
        build(articles, tier="magic")


def test_unknown_weights_are_refused() -> None:
    """Only the published bytes, known by their sha256, become an encoder."""
    with pytest.raises(WrongWeights, match="expected 53aa51"):
        sentence_image(b"weights", b"vocabulary")
    with pytest.raises(WrongWeights, match="sha256"):
        static_image(b"weights", b"tokenizer")
    with pytest.raises(WrongWeights, match="damaged"):
        load_sentence_encoder(b"PK")


def test_safetensors_are_read_as_data() -> None:
    """Names, shapes and values come out; integers are left aside."""
    header = {
        "a": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
        "ids": {"dtype": "I64", "shape": [1], "data_offsets": [8, 16]},
        "__metadata__": {},
    }
    text = json.dumps(header).encode()
    raw = struct.pack("<Q", len(text)) + text + struct.pack("<ffq", 1.5, -2.0, 7)
    assert {name: array.tolist() for name, array in read_safetensors(raw).items()} == {
        "a": [[1.5], [-2.0]]
    }
