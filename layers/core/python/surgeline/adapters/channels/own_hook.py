"""A channel's own hook is tried here, with a request that the provider could have signed."""

from collections.abc import Mapping

from surgeline.adapters.configuration.providers import Checked, Finding
from surgeline.application.ports.deliveries import SendFailed

UNAUTHORIZED, OK = 401, 200
SECONDS = 10.0


def try_hook(checked: Checked, headers: Mapping[str, str], body: bytes) -> Finding:
    """Post to the URL that the provider calls, and judge how that is answered."""
    url = checked.hook_url
    try:
        reply = checked.posts.post(url, headers, body, timeout_seconds=SECONDS)
    except SendFailed as error:
        said = (
            f"nothing answers at {url} ({error.reason}); name the right address with --public-url"
        )
        return Finding("hook", ok=False, said=said)
    if reply.status == OK:
        return Finding("hook", ok=True, said=f"it answers at {url}")
    advice = "what answers there is not this system, or has other fields"
    if reply.status == UNAUTHORIZED:
        advice = "its proof is refused there; add the channel again with its fields"
    return Finding("hook", ok=False, said=f"HTTP {reply.status} at {url}: {advice}")
