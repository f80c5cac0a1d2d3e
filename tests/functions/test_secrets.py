"""What an unusable secret of ours looks like from outside, and that two may overlap."""

from surgeline.adapters.standard_webhooks import new_secret

from tests.functions.stage import Stage

PATH = "/v1/channels/shop/messages"
GOOD = {"sender": "c1", "text": "hi"}


def test_f48_an_unusable_secret_is_our_fault(stage: Stage) -> None:
    """A stored secret that can't be decoded: 503, nothing is taken in, nothing is told."""
    stage.backend.secrets().put("channels/shop", "rubbish")
    assert stage.signed(PATH, GOOD).status == 503


def test_f46_during_a_rotation_both_secrets_are_good(stage: Stage) -> None:
    """Old and new, separated by a space: both verify; once the old one is gone it is refused."""
    new = new_secret(b"n" * 32)
    stage.backend.secrets().put("channels/shop", f"{new} {stage.secret}")
    assert stage.signed(PATH, GOOD).status == 202
    assert stage.signed(PATH, GOOD, secret=new).status == 202
    stage.backend.secrets().put("channels/shop", new)
    assert stage.signed(PATH, GOOD).status == 401
