"""Texts are published to a topic here. SNS passes them on to whoever subscribed to the topic.

A standard topic knows no repeats. So after a lost answer a text may come twice, which is better
than never.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from surgeline.adapters.channels.calls import (
    ACCOUNT_WAIT_SECONDS,
    SERVER_ERRORS,
    THROTTLED,
    Calls,
    delivered,
    failed,
    held,
    not_sent,
)
from surgeline.adapters.channels.sns.settings import ARN, FIELDS, KIND_NAME, SnsChannel
from surgeline.adapters.channels.sns.sign import signed_headers
from surgeline.adapters.signing.field_sets import Fields, field_sets
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.deliveries import Delivery, Reply, SendFailed
from surgeline.application.ports.targets import Refused, SendResult

VERSION = "2010-03-31"
MOST_TEXT = 10_000
MOST_SUBJECT = 99
FIFO = ".fifo"
OF_THE_MESSAGE = ("InvalidParameter", "InvalidParameterValue", "ValidationError")
LATER = ("Throttling", "Throttled", "InternalError", "InternalFailure", "ServiceUnavailable")
_CODE = re.compile(rb"<Code>([A-Za-z.]{1,64})</Code>")
_SUBJECT = re.compile(r"[A-Za-z0-9][ -~]*")


class Published:
    """Publishes each delivery to its channel's topic."""

    def __init__(self, parts: TargetParts) -> None:
        self._parts = parts

    def send(self, delivery: Delivery, *, timeout_seconds: float) -> SendResult:
        """See ports.targets.Target."""
        channel = self._parts.configuration.channel(delivery.target_id)
        if channel is None:
            return Refused(outcome="unknown channel", final=True, attempted=False)
        sets = field_sets(self._parts.secrets, channel.id, KIND_NAME)
        if not sets or not all(sets[0].get(name) for name in FIELDS):
            return Refused(outcome="no_secret", unhealthy=True, attempted=False)
        form = form_of(delivery, sets[0])
        if form is None:
            return Refused(outcome="message: nothing to say", final=True, attempted=False)
        url = url_of(channel.own(SnsChannel), sets[0])
        headers = headers_of(url, form, sets[0], at=self._parts.clock.now())
        try:
            return judge(Calls(self._parts.posts, timeout_seconds).post(url, headers, form))
        except SendFailed as error:
            return not_sent(error)


def form_of(delivery: Delivery, fields: Fields) -> bytes | None:
    """Return the form that publishes a delivery, or None where it says nothing."""
    message = delivery.payload["message"]
    text = str(message.get("text", "")).strip() if isinstance(message, Mapping) else ""
    if not text:
        return None
    form = {
        "Action": "Publish",
        "Version": VERSION,
        "TopicArn": fields["topic_arn"],
        "Message": text[:MOST_TEXT],
    }
    subject = text.splitlines()[0][:MOST_SUBJECT]
    if _SUBJECT.fullmatch(subject):
        form["Subject"] = subject
    if fields["topic_arn"].endswith(FIFO):
        form |= {"MessageGroupId": "on-call", "MessageDeduplicationId": delivery.id}
    return urlencode(form).encode()


def url_of(settings: SnsChannel, fields: Fields) -> str:
    """Return the address that publishes: the region of the topic, unless the settings name one."""
    found = ARN.fullmatch(fields["topic_arn"])
    region, partition = (found["region"], found["partition"]) if found else ("us-east-1", "aws")
    end = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    return f"{settings.api_base or f'https://sns.{region}.{end}'}/"


def headers_of(url: str, form: bytes, fields: Fields, *, at: int) -> dict[str, str]:
    """Return the signed headers of a form."""
    found = ARN.fullmatch(fields["topic_arn"])
    return signed_headers(
        url,
        form,
        region=found["region"] if found else "us-east-1",
        service="sns",
        access_key_id=fields["access_key_id"],
        secret_access_key=fields["secret_access_key"],
        at=at,
    )


def judge(reply: Reply) -> SendResult:
    """Return the meaning of an answer of SNS, by its error's code."""
    status = reply.status
    if status == 200:  # noqa: PLR2004 # the only success of a query
        return delivered(reply)
    found = _CODE.search(reply.body)
    code = found[1].decode() if found else ""
    if status == THROTTLED or status >= SERVER_ERRORS or code in LATER:
        return held(reply, f"later: status {status}", wait_seconds=reply.retry_after_seconds)
    if code in OF_THE_MESSAGE:
        return failed(reply, f"message: status {status}")
    return held(reply, f"account: status {status}", wait_seconds=ACCOUNT_WAIT_SECONDS)
