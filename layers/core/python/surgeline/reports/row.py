"""A conversation becomes one flat row here, as the exports have it."""

from typing import Any

from surgeline.domain.events import UsedSuggestion
from surgeline.domain.times import rfc3339
from surgeline.reports.case import Case
from surgeline.reports.numbers import between


def row_of(case: Case, *, at: int, quiet: int) -> dict[str, Any]:
    """Return the row. An erased conversation has only its channel, its time and that word."""
    row = {
        "channel": case.channel_id,
        "opened_at": rfc3339(case.opened_at),
        "resolution": case.verdict(at, quiet),
    }
    account = case.account
    if case.is_erased or account is None:
        return row
    told = case.told
    return row | {
        "conversation_id": case.conversation_id,
        "customer": case.customer,
        "language": case.language,
        "closed_at": None if case.closed_at is None else rfc3339(case.closed_at),
        "ended_by": case.ended_by,
        "outcome": case.code,
        "resolution_code": told.code if told else None,
        "value": told.value if told else None,
        "value_kind": told.value_kind if told and told.value is not None else None,
        "suggestions": [_suggestion(each) for each in told.suggestions] if told else [],
        "reason": case.reason,
        "topic": case.topic,
        "first_reply_ms": next(iter(case.first_reply_ms), None),
        "wait_ms": next(iter(between(account.asked_at, account.joined_at)), None),
        "answered": list(account.answered),
        "offered": list(account.offered),
        "rejections": account.rejections,
        "handoffs": account.handoffs,
        "transfers": account.transfers,
        "reopened": account.reopened,
        "pools": list(account.pools),
        "cost": sum(costs) if (costs := [e.cost for e in account.stays if e.cost]) else None,
        "agents": list(dict.fromkeys(each.agent for each in account.stays if each.agent)),
        "helped": case.helped,
        "page": account.page,
        "referrer": account.referrer,
    }


def _suggestion(told: UsedSuggestion) -> dict[str, Any]:
    """Return what a person made of an article, without their words."""
    return {"article_id": told.article_id, "use": told.use, "rating": told.rating}
