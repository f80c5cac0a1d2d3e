"""A hook of Meta's form that hears nothing, for the tests of the intake's own steps."""

from collections.abc import Mapping, Sequence

from surgeline.adapters.channels.meta.proof import handshake, verify
from surgeline.adapters.hooks import Hook, Ignored, Said
from surgeline.adapters.signing.field_sets import Fields


def _part_for(keys: Sequence[Fields], body: Said) -> Said:
    own = body[keys[0]["account"]]
    assert isinstance(own, Mapping)
    return own


HOOK = Hook(
    verify,
    lambda _channel_id, body: [Ignored(name) for name in body],
    part_for=_part_for,
    handshake=handshake,
)
