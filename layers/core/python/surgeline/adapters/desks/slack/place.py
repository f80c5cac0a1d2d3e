"""The place of a conversation in Slack is a thread, which its channel and first message name."""

from surgeline.adapters.channels.slack.place import Place, is_time


def ref_of(channel: object, time: object) -> str:
    """Return the name of the thread below a message, or nothing for what can't be one."""
    return f"{channel}/{time}" if isinstance(channel, str) and is_time(time) else ""


def place_of(ref: str) -> Place:
    """Return the thread that a name means."""
    channel, _, time = ref.partition("/")
    return Place(channel, time)
