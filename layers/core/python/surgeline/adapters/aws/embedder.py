"""A model of Amazon Bedrock turns texts into vectors here, by its InvokeModel interface.

The shapes of requests and answers are each model's own. An answer counts only if it has a finite
vector of the model's length for every text.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from botocore.exceptions import BotoCoreError, ClientError

from surgeline.application.ports.embedding import EmbeddingFailed
from surgeline.knowledge.arrays.floats import Floats

THREADS: Final = 8
MOST_ANSWER_BYTES: Final = 8_000_000
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Shape:
    """A model's interface: the length of its vectors, how many texts a call takes, and its bodies.

    `vectors` finds the vectors in an answer. It raises KeyError, IndexError or TypeError where
    there are none.
    """

    dimensions: int
    texts_a_call: int
    body: Callable[[Sequence[str], int], dict[str, Any]]
    vectors: Callable[[Mapping[str, Any]], Any]


def _cohere_body(texts: Sequence[str], _dimensions: int) -> dict[str, Any]:
    # Questions are compared with questions, so that both are of one type.
    return {"texts": list(texts), "input_type": "classification", "truncate": "END"}


def _cohere_vectors(answer: Mapping[str, Any]) -> Any:  # noqa: ANN401 - not checked yet
    found = answer["embeddings"]
    return found["float"] if isinstance(found, dict) else found


def _titan_body(texts: Sequence[str], dimensions: int) -> dict[str, Any]:
    return {"inputText": texts[0], "dimensions": dimensions, "normalize": True}


def _titan_vectors(answer: Mapping[str, Any]) -> Any:  # noqa: ANN401 - not checked yet
    return [answer["embedding"]]


SHAPES: Final[Mapping[str, Shape]] = {
    "cohere.embed-multilingual-v3": Shape(1024, 96, _cohere_body, _cohere_vectors),
    "amazon.titan-embed-text-v2:0": Shape(512, 1, _titan_body, _titan_vectors),
}


class BedrockEmbedder:
    """ports.Embedder over InvokeModel. `batches` is the client of work that nobody waits for."""

    def __init__(
        self,
        client: Callable[[], Any],
        model: str,
        *,
        batches: Callable[[], Any] | None = None,
    ) -> None:
        self._client = client
        self._batches = batches or client
        self.model = model
        self._shape = SHAPES[model]
        self.dimensions = self._shape.dimensions
        self._threads = ThreadPoolExecutor(THREADS)
        # Making a client reads a service's model, for which the first message would have to wait.
        with suppress(BotoCoreError):
            client()

    def embed(self, texts: Sequence[str], *, seconds: float | None) -> Floats:
        """Return one row for each text. Raises EmbeddingFailed."""
        size = self._shape.texts_a_call
        parts = [texts[first : first + size] for first in range(0, len(texts), size)]
        client = self._client if seconds is not None else self._batches
        waiting = [self._threads.submit(self._asked, client, part) for part in parts]
        try:
            return np.concatenate([each.result(seconds) for each in waiting])
        except OutOfTime as error:
            raise EmbeddingFailed("late") from error
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "refused"))
            raise EmbeddingFailed(code) from error
        except BotoCoreError as error:
            raise EmbeddingFailed(type(error).__name__) from error
        finally:
            for each in waiting:
                each.cancel()

    def _asked(self, client: Callable[[], Any], texts: Sequence[str]) -> Floats:
        body = json.dumps(self._shape.body(texts, self.dimensions)).encode()
        answer = client().invoke_model(
            modelId=self.model, body=body, contentType=_JSON, accept=_JSON
        )
        return read(self._shape, answer["body"].read(MOST_ANSWER_BYTES), len(texts))


def read(shape: Shape, raw: bytes, count: int) -> Floats:
    """Return the vectors of an answer. Raises EmbeddingFailed for any other than so many."""
    try:
        with np.errstate(over="ignore"):  # a number that is too great becomes infinite
            rows = np.array(shape.vectors(json.loads(raw)), dtype=np.float32)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise EmbeddingFailed("unreadable") from error
    if rows.ndim != 2 or rows.shape != (count, shape.dimensions):  # noqa: PLR2004 - rows, columns
        raise EmbeddingFailed("incomplete" if rows.shape[:1] != (count,) else "dimensions")
    if not np.isfinite(rows).all() or not np.abs(rows).sum(axis=1).all():
        raise EmbeddingFailed("unreadable")
    return rows
