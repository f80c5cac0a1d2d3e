"""Pagers that take one post for each call share this: its words, their answers, and a try."""

import json
from collections.abc import Callable, Mapping

from surgeline.adapters.channels.calls import (
    ACCOUNT_WAIT_SECONDS,
    SERVER_ERRORS,
    THROTTLED,
    delivered,
    failed,
    held,
)
from surgeline.adapters.channels.own_hook import SECONDS
from surgeline.adapters.channels.posting import PostedReplies, Speech
from surgeline.adapters.configuration.kinds import Kind, api_base_problems
from surgeline.adapters.configuration.providers import Checked, Finding, Provider
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery, Reply, SendFailed
from surgeline.application.ports.targets import SendResult, Target

NOBODYS = "surgeline-check"
"""A name that no call ever has."""
CHOOSE_PEOPLE = "The configuration's on_call: give people a reach over the channel {channel_id}."
"""A step of pagers. PagerDuty's settings have words of their own: its hook imports little."""
_INVALID = (400, 422)


def pager(settings: type, speech: Speech, provider: Provider) -> Kind:
    """Return the kind of a pager: it rings by `speech`, and has its secrets in its fields."""

    def target(parts: TargetParts) -> Target:
        return PostedReplies(parts, speech)

    return Kind(settings, api_base_problems, secret=False, target=target, provider=provider)


def words_of(delivery: Delivery) -> tuple[str, str]:
    """Return the first line of a call and all of its words, or two empty texts."""
    message = delivery.payload["message"]
    text = str(message.get("text", "")).strip() if isinstance(message, Mapping) else ""
    return (text.splitlines()[0], text) if text else ("", "")


def judge_by(*taken: int) -> Callable[[Reply], SendResult]:
    """Return the judge of answers of a service that takes a post with one of these statuses."""

    def judge(reply: Reply) -> SendResult:
        status = reply.status
        if status in taken:
            return delivered(reply)
        if status == THROTTLED or status >= SERVER_ERRORS:
            return held(reply, f"later: status {status}", wait_seconds=reply.retry_after_seconds)
        if status in _INVALID:
            return failed(reply, f"message: status {status}")
        return held(reply, f"account: status {status}", wait_seconds=ACCOUNT_WAIT_SECONDS)

    return judge


def try_key(
    checked: Checked,
    name: str,
    path: str,
    headers: Mapping[str, str],
    body: Mapping[str, str],
    *taken: int,
) -> Finding:
    """End a call that nobody began, which has no effect, and judge the answer.

    `name` is the field with the key.
    """
    sent = {"content-type": "application/json", **headers}
    url = f"{checked.settings.api_base}{path}"
    try:
        reply = checked.posts.post(url, sent, json.dumps(body).encode(), timeout_seconds=SECONDS)
    except SendFailed as error:
        return Finding(name, ok=False, said=f"{url} could not be asked ({error.reason}); try again")
    if reply.status in taken:
        return Finding(name, ok=True, said="the service accepts it")
    advice = f"copy the key again, then `surgeline channel rotate ID --field {name}=-`"
    return Finding(name, ok=False, said=f"it is not accepted (HTTP {reply.status}): {advice}")
