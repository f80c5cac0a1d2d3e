"""The certificates of the outbound tests, for mail servers too."""

from tests.unit.adapters.outbound.far_ends import authority

__all__ = ["authority"]
