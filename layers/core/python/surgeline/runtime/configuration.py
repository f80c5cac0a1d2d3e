"""A function's view of the configuration is made here, from its home and its alarm."""

from collections.abc import Callable

from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.application.configuration import FRESH_SECONDS, ConfigurationShelf
from surgeline.runtime.bootstrap import Backend


def unheard(message: str, **fields: object) -> None:
    """Raise no alarm. This is for a tool whose caller sees each error itself."""
    del message, fields


def shelf_of(
    backend: Backend, alarm: Callable[..., None], *, fresh_seconds: int = FRESH_SECONDS
) -> ConfigurationShelf:
    """Return the shelf of a function. Workers give `fresh_seconds=0` (see the shelf)."""
    form = ConfigurationFormat(backend.kinds)
    return ConfigurationShelf(
        backend.blobs(),
        backend.clock,
        form.decode,
        form.encode,
        alarm=alarm,
        fresh_seconds=fresh_seconds,
    )
