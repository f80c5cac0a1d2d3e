"""The encoders at hand, loaded when an index first needs them; without one, lexical answers."""

from collections.abc import Callable, Iterable

from surgeline.knowledge.encoders.encoder import Encoder
from surgeline.knowledge.encoders.weights import WrongWeights, load_encoder

Images = Callable[[str], bytes]
"""The image of an encoder's weights, by its name. Raises WrongWeights where there is none."""


class Encoders:
    """Keeps each encoder in memory once; `alarm(message, **fields)` is told of one that is not."""

    def __init__(self, images: Images, alarm: Callable[..., None]) -> None:
        self._images = images
        self._alarm = alarm
        self._loaded: dict[str, Encoder] = {}

    def of(self, names: Iterable[str]) -> tuple[Encoder, ...]:
        """Those of the named encoders that can be had; a damaged or missing one is left out."""
        found = (self._one(name) for name in names)
        return tuple(each for each in found if each is not None)

    def _one(self, name: str) -> Encoder | None:
        if name not in self._loaded:
            try:
                self._loaded[name] = load_encoder(name, self._images(name))
            except (WrongWeights, KeyError, ValueError) as error:
                self._alarm("weights_unusable", encoder=name, error=type(error).__name__)
        return self._loaded.get(name)
