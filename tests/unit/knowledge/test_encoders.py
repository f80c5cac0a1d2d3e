"""The tiers that need weights: the same shape as the lexical one, and what happens without them."""

import json
import struct
import sys

import numpy as np
import pytest
from stand_ins import Synonyms
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.arrays.artifact import pack
from surgeline.knowledge.articles.jsonl import Article
from surgeline.knowledge.encoders.static_table import StaticEncoder
from surgeline.knowledge.encoders.subwords import Subwords
from surgeline.knowledge.encoders.weights import (
    WrongWeights,
    digest_of,
    load_sentence_encoder,
    load_static_encoder,
)
from surgeline.knowledge.encoders.wordpiece import WordPieces
from surgeline.knowledge.matching.encoder_view import EncoderView

from weights.images import read_safetensors, sentence_image, static_image

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
    verdict = index.judge("I want cash", language="en")
    assert verdict.ranking[0].article_id == "en-refund"
    assert verdict.tier in {"static", "sentence"}
    again = Index.from_bytes(index.to_bytes(), encoders=encoders)
    assert again.judge("I want cash", language="en") == verdict


def test_what_all_phrasings_differ_in_counts_less_where_a_view_is_evened() -> None:
    """Two subjects that a common direction drowns come apart; equal texts stay equal."""
    random = np.random.default_rng(2)
    common = random.normal(size=(40, 1)) * [5.0, 0.0, 0.0]
    subjects = np.repeat([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], 20, axis=0)
    encoded = (common + subjects).astype(np.float32)

    def apart(*, whitened: bool) -> float:
        view = EncoderView.of(
            "static", 1.0, encoded, sharpness=0.5, centred=True, whitened=whitened
        )
        closeness = np.array([view.closeness(row) for row in encoded])
        assert np.allclose(np.diag(closeness), 1.0, atol=1e-2)
        return float(closeness[:20, :20].mean() - closeness[:20, 20:].mean())

    assert apart(whitened=True) > 1.3 * apart(whitened=False)


def test_a_korean_index_is_stored_with_its_evened_view() -> None:
    """A Korean index uses only the table with whitened directions, and its artifact answers the
    same.
    """
    articles = tuple(
        Article(f"ko-{place}", title, "ko", tuple(f"{title} {word}" for word in ENDINGS), "답")
        for place, title in enumerate(("환불 refund", "배송 parcel", "상품권 card"))
    )
    encoders = (Synonyms("static"), Synonyms("sentence"))
    index = build(articles, tier="sentence", encoders=encoders)
    (view,) = index.parts[0].models[-1].views
    assert view.tier == "static"
    assert view.whitening is not None
    again = Index.from_bytes(index.to_bytes(), encoders=encoders)
    for text in ("돈 money", "소포 package 어디", "gift 선물"):
        assert again.judge(text, language="ko") == index.judge(text, language="ko")


def test_what_was_encoded_to_choose_a_blend_is_not_encoded_again(
    articles: tuple[Article, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Choosing by the first phrasings only leaves the same vectors in the same order."""
    whole = build(articles, tier="static", encoders=[Synonyms("static")])
    monkeypatch.setattr("surgeline.knowledge.answering.blends._CHOOSE_FROM", 2)
    parted = build(articles, tier="static", encoders=[Synonyms("static")])
    assert parted.to_bytes() == whole.to_bytes()


def test_a_repeated_question_needs_no_encoder(articles: tuple[Article, ...]) -> None:
    """The cheapest tier answers a question that an author wrote word for word."""
    encoders = (Synonyms("static"), Synonyms("sentence"))
    index = build(articles, tier="sentence", encoders=encoders)
    verdict = index.judge("Where is my refund?")
    assert (verdict.tier, verdict.article_id) == ("lexical", "en-refund")


def test_without_its_encoders_an_index_answers_lexically(articles: tuple[Article, ...]) -> None:
    """Missing or different weights cost quality, never the answer."""
    index = build(articles, tier="static", encoders=[Synonyms("static")])
    for encoders in ((), (Synonyms("static", digest="other"),)):
        bare = Index.from_bytes(index.to_bytes(), encoders=encoders)
        assert bare.judge("Where is my refund?").tier == "lexical"


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


def test_a_remade_image_is_known_by_the_digest_of_those_it_agrees_with() -> None:
    """An index that was built with an image before answers with the one that took its place."""
    arrays = {
        "table": np.ones((1, 4), np.float32),
        "pieces": np.frombuffer(b"a", np.uint8),
        "merges": np.frombuffer(b"a a", np.uint8),
    }
    first = load_static_encoder(pack(arrays))
    known_as = np.frombuffer(first.digest.encode(), np.uint8)
    remade = pack(arrays | {"table": np.full((1, 4), 1.001, np.float32), "known_as": known_as})
    assert digest_of(remade) != first.digest
    assert load_static_encoder(remade).digest == first.digest


def test_without_what_it_runs_on_an_encoder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An encoder without its runtime or with a broken graph is refused, so the caller does
    without.
    """
    image = pack({name: np.zeros(3, np.uint8) for name in ("graph", "comparing", "vocabulary")})
    with pytest.raises(WrongWeights, match="onnxruntime"):
        load_sentence_encoder(image)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(WrongWeights, match="can't be imported"):
        load_sentence_encoder(image)


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
