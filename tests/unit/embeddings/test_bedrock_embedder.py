"""An answer of a model counts only if it holds one whole vector for every text."""

import json
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import botocore.session
import numpy as np
import pytest
from botocore.exceptions import NoRegionError
from botocore.response import StreamingBody
from botocore.stub import Stubber
from surgeline.adapters.aws.embedder import SHAPES, BedrockEmbedder
from surgeline.application.ports.embedding import EmbeddingFailed

COHERE = "cohere.embed-multilingual-v3"
TITAN = "amazon.titan-embed-text-v2:0"
ASKED = "provide-client-params.bedrock-runtime.InvokeModel"
TEXTS = ["Where is my parcel?", "환불해 주세요"]


@pytest.fixture(scope="module")
def client() -> Any:
    """Return a client of the documented interface, which checks every request and answer."""
    session = botocore.session.get_session()
    return session.create_client(
        "bedrock-runtime", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )


def vector(model: str, number: float = 0.5) -> list[float]:
    return [number] * SHAPES[model].dimensions


def cohere(embeddings: Any, kind: str = "embeddings_floats") -> dict[str, Any]:
    """Return an answer of Cohere's model, as it is documented."""
    return {"id": "5f1", "response_type": kind, "texts": TEXTS, "embeddings": embeddings}


def answered(body: bytes) -> dict[str, Any]:
    return {"contentType": "application/json", "body": StreamingBody(BytesIO(body), len(body))}


def embedded(client: Any, model: str, *bodies: Any, texts: list[str]) -> tuple[Any, list[Any]]:
    """Return the vectors that recorded answers make, and the requests that were sent."""
    sent: list[Any] = []

    def see(params: Any, **_: object) -> None:
        sent.append(params)

    client.meta.events.register(ASKED, see)
    with Stubber(client) as stub:
        for each in bodies:
            raw = each if isinstance(each, bytes) else json.dumps(each).encode()
            stub.add_response("invoke_model", answered(raw))
        try:
            return BedrockEmbedder(lambda: client, model).embed(texts, seconds=9.0), sent
        finally:
            client.meta.events.unregister(ASKED, see)


@pytest.mark.parametrize(
    "embeddings",
    [
        [vector(COHERE, 0.1), vector(COHERE, 0.2)],
        {"float": [vector(COHERE, 0.1), vector(COHERE, 0.2)]},
    ],
)
def test_one_call_gives_the_vectors_of_many_texts(client: Any, embeddings: Any) -> None:
    """Both documented shapes are read, and questions are asked as what is to be classified."""
    found, [sent] = embedded(client, COHERE, cohere(embeddings), texts=TEXTS)
    assert found.shape == (2, 1024)
    assert found[:, 0].tolist() == pytest.approx([0.1, 0.2])
    body = json.loads(sent["body"])
    assert body == {"texts": TEXTS, "input_type": "classification", "truncate": "END"}
    assert sent["modelId"] == COHERE


def test_a_model_of_one_text_a_call_is_asked_for_each(client: Any) -> None:
    """Titan takes a text a call, and is asked for short vectors of length one."""
    answer = {"embedding": vector(TITAN), "inputTextTokenCount": 5, "embeddingsByType": {}}
    found, sent = embedded(client, TITAN, answer, answer, texts=TEXTS)
    assert found.shape == (2, 512)
    bodies = [json.loads(each["body"]) for each in sent]
    assert sorted(each["inputText"] for each in bodies) == sorted(TEXTS)
    assert {each["dimensions"] for each in bodies} == {512}


def test_a_call_has_as_many_texts_as_the_model_takes(client: Any) -> None:
    """A hundred texts are two calls of Cohere's model, which takes 96."""
    texts = [f"question {number}" for number in range(100)]
    sizes: list[int] = []

    class Counting:
        def invoke_model(self, **asked: Any) -> Any:
            count = len(json.loads(asked["body"])["texts"])
            sizes.append(count)
            return answered(json.dumps(cohere([vector(COHERE)] * count)).encode())

    found = BedrockEmbedder(Counting, COHERE).embed(texts, seconds=None)
    assert found.shape == (100, 1024)
    assert sorted(sizes) == [4, 96]


def nan(text: str) -> bytes:
    return text.replace("0.5", "NaN", 1).encode()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (cohere([vector(COHERE)]), "incomplete"),
        (cohere([vector(COHERE)] * 3), "incomplete"),
        (cohere([]), "incomplete"),
        (cohere([vector(COHERE)[:512]] * 2), "dimensions"),
        (cohere([vector(COHERE), vector(COHERE)[:9]]), "unreadable"),
        (cohere([vector(COHERE, 0.0)] * 2), "unreadable"),
        (nan(json.dumps(cohere([vector(COHERE)] * 2))), "unreadable"),
        (cohere([vector(COHERE, 1e300)] * 2), "unreadable"),
        (cohere([["a"] * 1024] * 2), "unreadable"),
        (cohere({"int8": [[1] * 1024] * 2}), "unreadable"),
        (cohere(None), "incomplete"),
        ({"message": "Too many tokens"}, "unreadable"),
        ([1, 2], "unreadable"),
        (b"", "unreadable"),
        (b"<html>Bad gateway</html>", "unreadable"),
        (b"[" * 100_000, "unreadable"),
    ],
)
def test_an_answer_that_is_not_whole_is_none(client: Any, body: Any, why: str) -> None:
    """Half a batch, other lengths, no numbers and prose all fail, and say how."""
    with pytest.raises(EmbeddingFailed, match=f"^{why}$"):
        embedded(client, COHERE, body, texts=TEXTS)


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_a_refusal_has_its_name(client: Any, code: str) -> None:
    """What the service refuses with is the reason, without its text."""
    with Stubber(client) as stub:
        stub.add_client_error("invoke_model", code, "a text of the service")
        with pytest.raises(EmbeddingFailed, match=f"^{code}$"):
            BedrockEmbedder(lambda: client, COHERE).embed(TEXTS, seconds=9.0)


def test_without_a_region_the_failure_says_so() -> None:
    """What botocore itself raises is the reason."""

    def no_region() -> Any:
        raise NoRegionError

    with pytest.raises(EmbeddingFailed, match=r"^NoRegionError$"):
        BedrockEmbedder(no_region, COHERE).embed(TEXTS, seconds=9.0)


def test_nobody_waits_for_vectors_that_hang() -> None:
    """Vectors that do not come in time have failed, and their caller goes on."""
    comes = threading.Event()

    class Hanging:
        def invoke_model(self, **_: object) -> Any:
            comes.wait(10)
            return answered(json.dumps(cohere([vector(COHERE)])).encode())

    try:
        with pytest.raises(EmbeddingFailed, match=r"^late$"):
            BedrockEmbedder(Hanging, COHERE).embed(TEXTS[:1], seconds=0.02)
    finally:
        comes.set()


def test_batches_have_a_client_of_their_own() -> None:
    """A customer's text goes by the client that gives up soon, a build's by the patient one.

    The first one is made before any text, because making it takes a part of the two seconds.
    """
    used: list[str] = []
    made: list[str] = []

    def named(name: str) -> Callable[[], Any]:
        class Client:
            def invoke_model(self, **asked: Any) -> Any:
                used.append(name)
                count = len(json.loads(asked["body"])["texts"])
                return answered(json.dumps(cohere([vector(COHERE)] * count)).encode())

        def make() -> Any:
            made.append(name)
            return Client()

        return make

    embedder = BedrockEmbedder(named("soon"), COHERE, batches=named("patient"))
    assert made == ["soon"]
    embedder.embed(TEXTS, seconds=None)
    assert np.isfinite(embedder.embed(TEXTS[:1], seconds=2.0)).all()
    assert used == ["patient", "soon"]
