"""The backend of functions that the emulator runs: AWS's own, and endpoints on this machine.

This module travels in the test's packages only. The pool and the channel of the test listen on
127.0.0.1, which the guard of a real deployment refuses.
"""

from surgeline.adapters.aws.backend import AwsBackend
from surgeline.adapters.aws.clients import Clients
from surgeline.runtime.settings import Settings


class EmulatedBackend(AwsBackend):
    """AWS's backend with loopback endpoints allowed."""

    allows_loopback = True


def connect(settings: Settings) -> EmulatedBackend:
    """Return the backend of this function."""
    return EmulatedBackend(settings, Clients())
