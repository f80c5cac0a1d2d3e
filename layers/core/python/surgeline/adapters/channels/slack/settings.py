"""The settings of a Slack channel, and what Slack's pages show of it, are here."""

from dataclasses import dataclass

KIND_NAME = "slack"
API_BASE = "https://slack.com"


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """The settings of a Slack channel. `api_base` is the server that takes what is sent.

    `profiles` says if Slack is asked for customers' names: `on` or `off`.
    """

    api_base: str = API_BASE
    profiles: str = "on"


FIELDS = {
    "signing_secret": (
        "api.slack.com/apps, your app, 'Basic Information', 'App Credentials', 'Signing Secret'"
    ),
    "bot_token": (
        "api.slack.com/apps, your app, 'OAuth & Permissions', 'Bot User OAuth Token' (xoxb-...)"
    ),
}
STEPS = (
    "api.slack.com/apps, your app, 'Event Subscriptions': turn it on, and enter {hook_url}",
    "In the same place subscribe to the bot events message.im and app_mention.",
    "'Interactivity & Shortcuts': turn it on, and enter {hook_url} too.",
    "'App Home': show the messages tab, and allow people to write there.",
    "'OAuth & Permissions': the bot needs chat:write, im:history, files:read, app_mentions:read.",
    "For the customers' names and languages it needs im:read and users:read too.",
    "Install the app again, because new scopes count only then.",
)
