"""The tier `managed` is refused in words where it is not turned on, and never falls back unseen."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from fake_instance import Run
from surgeline.application.ports.embedding import EmbeddingFailed
from surgeline.knowledge.answering.index import Index, build
from surgeline.knowledge.arrays.floats import Floats
from surgeline.knowledge.articles.jsonl import parse_jsonl

from cli.kb.managed import VARIABLE, encoder_over
from tests.unit.knowledge.shop import jsonl
from tests.unit.knowledge.stand_ins import Service

MODEL = "cohere.embed-multilingual-v3"


@pytest.fixture
def shop(surgeline: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a file of articles in the folder of the test, with nothing of AWS around it."""
    for name in (VARIABLE, "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    Path("shop.jsonl").write_bytes(jsonl("en"))
    return Path("shop.jsonl")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("kb", "check", "shop.jsonl", "--tier", "managed"), "it is not turned on here. Set"),
        (("up", "--tier", "managed"), "--tier managed: it is not turned on; name its model"),
        (("up", "--embedder", MODEL), f"{MODEL} is asked in an AWS account, and no region is set"),
        (("deploy", "check", "--tier", "managed"), "it is not turned on; name its model"),
    ],
)
def test_where_it_is_not_turned_on_a_command_says_how(
    surgeline: Run, shop: Path, command: tuple[str, ...], words: str
) -> None:
    """The sentence names what is missing, and the models that there are."""
    told = surgeline(*command)
    assert told.exit_code in (1, 2)
    assert words in told.output
    assert MODEL in told.output


@pytest.mark.enable_socket
def test_an_unknown_model_is_told_which_there_are(
    surgeline: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable is named with its value."""
    monkeypatch.setenv(VARIABLE, "word2vec")
    told = surgeline("kb", "check", shop, "--tier", "managed")
    assert f"{VARIABLE}='word2vec' names no such model" in told.output
    told = surgeline("doctor", "--port", "28787")
    assert f"{VARIABLE}='word2vec' names no model of vectors" in told.output


def test_a_command_on_a_file_ends_where_the_model_fails(
    surgeline: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures of two tiers are never mixed, and the sentence says what to look at."""

    class Refusing:
        model, dimensions = MODEL, 4

        def embed(self, texts: Sequence[str], *, seconds: float | None) -> Floats:
            del texts, seconds
            raise EmbeddingFailed("AccessDeniedException")

    monkeypatch.setattr("cli.kb.managed.managed_encoder", lambda: encoder_over(Refusing()))
    told = surgeline("kb", "check", shop, "--tier", "managed")
    assert told.exit_code == 1
    assert f"{MODEL} gave no vectors (AccessDeniedException). It needs AWS credentials" in (
        told.output
    )


def test_an_artifact_with_it_is_explained_by_the_tier_below(surgeline: Run, shop: Path) -> None:
    """Where nothing is turned on, the explanation says so and names the tier that judged."""
    articles = parse_jsonl(jsonl("en"), "shop.jsonl")
    index: Index = build(articles, encoders=(Service(),))
    Path("shop.index").write_bytes(index.to_bytes())
    told = surgeline("kb", "explain", "is my cash coming?", "--kb", "shop.index")
    assert told.exit_code == 0, told.output
    assert "not turned on here" in told.output
    assert "So tier lexical answers." in told.output
    assert "gave no vectors for this, so tier lexical judged" in told.output
