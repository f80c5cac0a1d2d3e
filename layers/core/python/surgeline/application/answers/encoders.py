"""The encoders are loaded here when an index first needs them. Without one, answers are lexical."""

from collections.abc import Callable, Iterable
from typing import Protocol

from surgeline.knowledge.encoders.encoder import MANAGED, Encoder
from surgeline.knowledge.encoders.weights import WrongWeights, load_encoder

Images = Callable[[str], bytes]
"""Returns the image of an encoder's weights by its name.

Raises WrongWeights for an absent image.
"""


class Managed(Encoder, Protocol):
    """An encoder whose vectors a service gives, for which a customer's message waits."""

    def begin(self) -> None:
        """Begin this thread's next message."""


class Encoders:
    """Keeps each encoder in memory once.

    `alarm(message, **fields)` is told of an unusable encoder. `managed` is the one whose vectors a
    service gives, where a deployment has turned it on.
    """

    def __init__(
        self, images: Images, alarm: Callable[..., None], managed: "Managed | None" = None
    ) -> None:
        self._images = images
        self._alarm = alarm
        self.managed = managed
        self._loaded: dict[str, Encoder] = {}

    def of(self, names: Iterable[str]) -> tuple[Encoder, ...]:
        """Return the usable ones of the named encoders.

        A damaged or missing encoder is left out.
        """
        found = (self._one(name) for name in names)
        return tuple(each for each in found if each is not None)

    def at_hand(self, names: Iterable[str]) -> dict[str, Encoder]:
        """Return those of the named encoders whose weights are here. Nobody is told of the rest."""
        found: dict[str, Encoder] = {}
        for name in names:
            try:
                found[name] = self._loaded.get(name) or load_encoder(name, self._images(name))
            except (WrongWeights, KeyError, ValueError):
                continue
        self._loaded.update(found)
        return found

    def begin_message(self) -> None:
        """Begin a customer's message, for which nobody waits longer than two seconds."""
        if self.managed is not None:
            self.managed.begin()

    def _one(self, name: str) -> Encoder | None:
        if name == MANAGED:
            return self.managed
        if name not in self._loaded:
            try:
                self._loaded[name] = load_encoder(name, self._images(name))
            except (WrongWeights, KeyError, ValueError) as error:
                self._alarm("weights_unusable", encoder=name, error=type(error).__name__)
        return self._loaded.get(name)
