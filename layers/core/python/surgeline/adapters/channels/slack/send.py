"""Replies to Slack's customers are sent here, to the place where the customer wrote."""

from collections.abc import Mapping
from functools import partial

from surgeline.adapters.channels.attached import attached_to
from surgeline.adapters.channels.calls import Calls, in_parts
from surgeline.adapters.channels.slack.api import SlackApi
from surgeline.adapters.channels.slack.judge import judge
from surgeline.adapters.channels.slack.place import Place, place_of
from surgeline.adapters.channels.slack.render import (
    SlackMessage,
    is_a_picture,
    render,
    without_blocks,
)
from surgeline.adapters.channels.slack.settings import KIND_NAME, SlackChannel
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.targets import Refused, SendResult


class SlackMessages:
    """Sends each delivery as one message, or as several. Many threads may send at once."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        channel = self._parts.configuration.channel(delivery.target_id)
        if channel is None:
            return Refused(outcome="unknown channel", final=True, attempted=False)
        sets = field_sets(self._parts.secrets, channel.id, KIND_NAME)
        token = sets[0].get("bot_token") if sets else None
        if not token:
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        message = delivery.payload["message"]
        assert isinstance(message, Mapping)
        calls = Calls(self._parts.posts, timeout_seconds)
        slack = SlackApi(calls, channel.own(SlackChannel).api_base, token)
        place = place_of(str(delivery.payload["sender"]))
        said = render(message, delivery.id, attached_to(message, sets[0]))
        return in_parts(
            delivery,
            [partial(_post, slack, place, each) for each in said],
            arrived=partial(_has, slack, place, delivery),
            is_look_up=True,
        )


def _post(slack: SlackApi, place: Place, message: SlackMessage) -> SendResult:
    """Post a message. A picture that Slack does not take is told in words."""
    result = judge(slack.post(place, message))
    is_refused = isinstance(result, Refused) and result.outcome.startswith("message")
    if is_refused and is_a_picture(message):
        return judge(slack.post(place, without_blocks(message)))
    return result


def _has(slack: SlackApi, place: Place, delivery: Delivery, number: int) -> bool | Refused:
    """Return whether a part of the delivery is among the messages since it was decided."""
    wanted = {"id": delivery.id, "part": number}
    found = slack.find(place, wanted, since_ms=delivery.at)
    return found if isinstance(found, Refused) else found is not None
