"""A function's encoders are made here: those of weights, and a service's where it is turned on."""

from collections.abc import Callable
from typing import Protocol

from surgeline.adapters.weights_folder import images_in
from surgeline.application.answers.encoders import Encoders
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.logs import Log


class Encoding(Protocol):
    """The settings of a function that encodes."""

    @property
    def weights(self) -> str:
        """Return the folder of the encoders' images."""

    @property
    def embedder(self) -> str:
        """Return the model that turns texts into vectors, or an empty text."""

    @property
    def tokens_a_month(self) -> str:
        """Return how many tokens the model may be given in a month."""


def encoders_of(
    backend: Backend,
    settings: Encoding,
    alarm: Log,
    keep: Callable[..., Encoders] = Encoders,
) -> Encoders:
    """Return the encoders of a function. `keep` makes what keeps them in memory."""
    images = images_in(settings.weights)
    embedder = backend.embedder(settings.embedder) if settings.embedder else None
    if embedder is None:
        return keep(images, alarm)
    # What follows is loaded only where it is turned on.
    from surgeline.application.answers.embeddings.managed_encoder import (  # noqa: PLC0415
        ManagedEncoder,
    )
    from surgeline.application.answers.picks.allowance import (  # noqa: PLC0415
        TOKENS_AT_ONCE,
        Allowance,
    )

    most, notebook = int(settings.tokens_a_month), backend.notebook()
    allowance = Allowance(notebook, backend.clock, most, alarm, of="tokens", at_once=TOKENS_AT_ONCE)
    return keep(images, alarm, ManagedEncoder(embedder, allowance, backend.clock, alarm))
