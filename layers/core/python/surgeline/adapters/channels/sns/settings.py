"""The settings of an SNS channel, and where AWS shows its fields, are here. See docs/on-call.md."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import api_base_problems

KIND_NAME = "sns"
ARN = re.compile(
    r"arn:(?P<partition>aws(?:-[a-z]+)*):sns:(?P<region>[a-z]{2}(?:-[a-z]+)+-\d):\d{12}:"
    r"[A-Za-z0-9_-]{1,256}(?:\.fifo)?"
)
_KEY_ID = re.compile(r"[A-Z0-9]{16,128}")


@dataclass(frozen=True, slots=True)
class SnsChannel:
    """The settings of an SNS channel. Without `api_base` the topic's region is called."""

    api_base: str = ""


FIELDS = {
    "topic_arn": "AWS, SNS, 'Topics', the topic, 'ARN'",
    "access_key_id": "AWS, IAM, a user that may only sns:Publish to that topic, 'Access keys'",
    "secret_access_key": "the same place; it is shown once",
}
STEPS = (
    "AWS, SNS, the topic: 'Create subscription' for each phone, mail address or endpoint.",
    "The configuration's on_call: give people a reach over the channel {channel_id}.",
)


def problems(settings: SnsChannel, allow_loopback: bool) -> Iterable[str]:  # as Kind has it
    """Yield the problems of an address that is not Amazon's own."""
    return api_base_problems(settings, allow_loopback) if settings.api_base else ()


def wrong_fields(fields: Mapping[str, str]) -> Iterator[str]:
    """Yield the problems of the fields together. No problem repeats a value."""
    if not ARN.fullmatch(fields.get("topic_arn", "")):
        yield "fields.topic_arn: give one such as arn:aws:sns:eu-west-1:123456789012:on-call"
    if not _KEY_ID.fullmatch(fields.get("access_key_id", "")):
        yield "fields.access_key_id: give the id of an access key, such as AKIA…"
