"""The configuration's JSON: strict with what people write, tolerant of newer fields when read."""

import json
import re
from functools import cache

from pydantic import TypeAdapter, ValidationError

from surgeline.adapters.configuration.fields import unknown_fields
from surgeline.adapters.configuration.pools import pool_problems, routing_problems
from surgeline.adapters.outbound.guard import check_url
from surgeline.application.configuration import ChannelSettings, Configuration, PoolSettings
from surgeline.errors import Unprocessable

ID = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")


def decode_configuration(raw: bytes) -> Configuration:
    """A stored configuration. Raises Unprocessable."""
    return _validated(_configuration(), json.loads(raw))


def encode_configuration(configuration: Configuration) -> bytes:
    """As it is stored and shown."""
    return _configuration().dump_json(configuration, indent=1)


def parse_configuration(value: object, *, allow_loopback: bool) -> Configuration:
    """A configuration that a person wrote. Raises Unprocessable listing every problem."""
    configuration = _validated(_configuration(), value)
    problems = [
        *unknown_fields(Configuration, value),
        *_id_problems("channels", [each.id for each in configuration.channels]),
        *_id_problems("pools", [each.id for each in configuration.pools]),
        *_rule_problems(configuration),
        *routing_problems(configuration),
    ]
    for number, channel in enumerate(configuration.channels):
        problems += _channel_problems(f"channels[{number}]", channel, allow_loopback)
    for number, pool in enumerate(configuration.pools):
        problems += _pool_problems(f"pools[{number}]", pool, allow_loopback)
    if problems:
        raise Unprocessable("the configuration is not valid", problems=tuple(problems))
    return configuration


@cache
def _configuration() -> TypeAdapter[Configuration]:
    return TypeAdapter(Configuration)


def _validated(adapter: TypeAdapter[Configuration], value: object) -> Configuration:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        problems = tuple(
            f"{'.'.join(str(step) for step in each['loc']) or 'document'}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)
        )
        raise Unprocessable("the configuration is not valid", problems=problems) from None


def _id_problems(kind: str, ids: list[str]) -> list[str]:
    problems = [
        f"{kind}[{number}].id: use 1 to 64 of a-z 0-9 - _"
        for number, each in enumerate(ids)
        if not ID.fullmatch(each)
    ]
    repeated = {each for each in ids if ids.count(each) > 1}
    return problems + [f"{kind}: the id {each!r} stands twice" for each in sorted(repeated)]


def _rule_problems(configuration: Configuration) -> list[str]:
    rules = configuration.rules
    limits = {
        "reopen_seconds": (0, 7 * 86_400),
        "conversation_seconds": (60, 30 * 86_400),
        "agent_silence_seconds": (5, 86_400),
        "unanswered_seconds": (30, 86_400),
        "gap_seconds": (1, 300),
    }
    return [
        f"rules.{name}: {getattr(rules, name)} is not between {low} and {high}"
        for name, (low, high) in limits.items()
        if not low <= getattr(rules, name) <= high
    ]


def _channel_problems(place: str, channel: ChannelSettings, allow_loopback: bool) -> list[str]:
    problems = []
    if channel.kind == "signed" and not channel.reply_url:
        problems.append(f"{place}.reply_url: a signed channel needs the URL its replies go to")
    if channel.reply_url:
        problems += _url_problems(f"{place}.reply_url", channel.reply_url, allow_loopback)
    if not ID.fullmatch(channel.knowledge_base):
        problems.append(f"{place}.knowledge_base: use 1 to 64 of a-z 0-9 - _")
    return problems


def _pool_problems(place: str, pool: PoolSettings, allow_loopback: bool) -> list[str]:
    problems = _url_problems(f"{place}.url", pool.url, allow_loopback)
    return problems + pool_problems(place, pool)


def _url_problems(place: str, url: str, allow_loopback: bool) -> list[str]:
    try:
        check_url(url, allow_loopback=allow_loopback)
    except Unprocessable as error:
        return [f"{place}: {error}"]
    return []
