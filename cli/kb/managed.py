"""The tier `managed` in the commands on a file: a model of Amazon Bedrock, in the caller's account.

It is turned on by `SURGELINE_EMBEDDER`. Nothing counts or caps what these commands ask.
"""

import os
import time
from typing import NoReturn

from surgeline.adapters.aws.clients import Clients
from surgeline.adapters.aws.embedder import SHAPES, BedrockEmbedder
from surgeline.application.answers.embeddings.managed_encoder import ManagedEncoder
from surgeline.application.ports.embedding import Embedder

from cli.console import Failed

VARIABLE = "SURGELINE_EMBEDDER"


class _Uncapped:
    def take(self, _count: int) -> bool:
        """Allow everything, because the caller sees the file and the command."""
        return True


class _Clock:
    def now(self) -> int:
        """Return UTC epoch milliseconds."""
        return time.time_ns() // 1_000_000


def managed_encoder() -> ManagedEncoder:
    """Return the encoder that asks the model. Raises Failed where none is turned on."""
    model = os.environ.get(VARIABLE, "")
    if model not in SHAPES:
        named = f"{VARIABLE}={model!r} names no such model" if model else "it is not turned on here"
        raise Failed(
            f"Tier managed asks a model of Amazon Bedrock for vectors, and {named}. Set {VARIABLE}"
            f" to one of {', '.join(SHAPES)}, with AWS credentials and a region. The texts then go"
            " to your AWS account, which pays for them."
        )
    clients = Clients()
    embedder = BedrockEmbedder(clients.bedrock_runtime, model, batches=clients.bedrock_batches)
    return encoder_over(embedder)


def encoder_over(embedder: Embedder) -> ManagedEncoder:
    """Return the encoder of a model. What the model fails at ends the command with Failed."""

    def fail(_message: str, **fields: object) -> NoReturn:
        raise Failed(
            f"{embedder.model} gave no vectors ({fields['error']}). It needs AWS credentials, a"
            " region in which Bedrock has it, and access to it in that account."
        )

    return ManagedEncoder(embedder, _Uncapped(), _Clock(), fail)
