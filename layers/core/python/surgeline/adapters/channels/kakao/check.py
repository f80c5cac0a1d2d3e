"""A Kakao channel's settings are tried here, with a request that has no effect."""

import json

from surgeline.adapters.channels.own_hook import try_hook
from surgeline.adapters.configuration.providers import Checked, Finding

NOBODY = json.dumps({"userRequest": {"utterance": ""}}).encode()


def check(checked: Checked) -> list[Finding]:
    """Try the hook as the skill calls it. Kakao itself can't be asked for anything."""
    kept = Finding(
        "skill_secret",
        ok=True,
        said="it is kept; only a message from KakaoTalk proves that the skill sends it",
    )
    headers = {
        "content-type": "application/json",
        "x-skill-secret": checked.fields["skill_secret"],
    }
    return [kept, try_hook(checked, headers, NOBODY)]
