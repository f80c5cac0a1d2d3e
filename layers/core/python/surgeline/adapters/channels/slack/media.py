"""A file at Slack is fetched here, with the bot's token, which only Slack's own servers get."""

from surgeline.adapters.media.fetching import Fetching, is_of

FILES = "https://files.slack.com"


def fetch(fetching: Fetching) -> bytes:
    """Return the file at an address of Slack's, or at another's without the token."""
    token = fetching.fields.get("bot_token", "")
    known = is_of(fetching.ref, FILES, fetching.settings.api_base)
    return fetching.download(fetching.ref, {"authorization": f"Bearer {token}"} if known else {})
