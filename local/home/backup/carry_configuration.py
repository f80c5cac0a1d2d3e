"""The configuration in force is carried into another home, where that one can use all of it."""

from typing import Protocol

from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.clock import Clock
from surgeline.errors import Unprocessable
from surgeline.runtime.configuration import shelf_of, unheard

from local.home.backend import EmbeddedBackend


class Place(Protocol):
    """The part of the new home that a configuration needs."""

    @property
    def clock(self) -> Clock:
        """Return the source of time."""

    def blobs(self) -> Blobs:
        """Return the artifacts."""


def carry_configuration(source: EmbeddedBackend, target: Place) -> tuple[str, tuple[str, ...]]:
    """Publish the configuration there. Return the version in force there, and what forbids it.

    A configuration that is in force there stays. One with endpoints of this machine is not carried,
    because nothing on AWS may call those.
    """
    form, shelf = ConfigurationFormat(source.kinds), shelf_of(source, unheard)
    configuration = shelf.latest()
    there = ConfigurationShelf(
        target.blobs(), target.clock, form.decode, form.encode, alarm=unheard
    )
    there.latest()
    if there.pointer.version or not shelf.version:
        return there.pointer.version, ()
    try:
        form.parse(form.shown(configuration), allow_loopback=False, stored=configuration)
    except Unprocessable as error:
        return "", tuple(error.problems)
    there.publish(configuration, shelf.version, after=there.pointer)
    return shelf.version, ()
