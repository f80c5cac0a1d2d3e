"""The reasons of the routing are told in a lead's language. They are kept in English on record.

What no pattern knows, as a reason of a later release, is told as it was kept.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from surgeline.domain.texts import Words

_Table = Sequence[tuple[re.Pattern[str], str]]

_STEP: Final = re.compile(r"(?:step (?P<number>\d+)|supervisors): (?P<rest>.+)", re.DOTALL)
_POOL: Final = re.compile(r"(?P<pool>[a-z0-9][a-z0-9_-]*): (?P<rest>.+)", re.DOTALL)
_SEGMENT: Final = re.compile(r"not (?P<segment>.+?) \((?P<missing>.+?)\)")
_SCORE: Final = re.compile(
    r"(?P<share>\S+) of (?P<ended>\d+) ends confirmed, (?P<low>\S+) to (?P<high>\S+)"
)


def _table(**patterns: str) -> _Table:
    return tuple((re.compile(each, re.DOTALL), f"routing_{key}") for key, each in patterns.items())


_OF_ALL: Final = _table(
    waited_enough="waited long enough",
    nobody_left="nobody is left to ask",
    emergency=r"emergency (?P<rule>\S+): (?P<why>.+); the rota (?P<rota>\S+) is called",
)
_OF_STEP: Final = _table(
    over="its time is over",
    not_for="not for this reason or language",
    skipped="skipped",
    not_triggered="not triggered",
    earlier="an earlier step has the turn",
)
_OF_POOL: Final = _table(
    had_before="had it before",
    full="full",
    asked_before="asked before",
    paused="paused",
    draining="draining",
    outside_hours="outside its hours",
    over_its_cap="over its daily cap",
    over_budget="the company's budget of today is spent",
    disabled="disabled: (?P<why>.+)",
    does_not_speak=r"does not speak (?P<language>\S+)",
    lacks="lacks (?P<skills>.+)",
    offered="offered",
    offered_by_score=r"offered \((?P<score>.+)\)",
    surely_below=r"surely below (?P<pools>.+?) \((?P<score>.+)\)",
)
_OF_EMERGENCY: Final = _table(
    why_reason=r"the reason is (?P<reason>\S+)",
    why_priority=r"the priority is (?P<priority>\S+)",
    why_segment="the customer is in (?P<segment>.+)",
    why_word="the message has (?P<word>.+)",
    why_topic="the topic is (?P<topic>.+)",
)


def told_routing(reasons: Iterable[str], words: Words) -> list[str]:
    """Return each reason in the language of the words."""
    return [_told(each, words) for each in reasons]


def _told(reason: str, words: Words) -> str:
    if step := _STEP.fullmatch(reason):
        rest = step["rest"]
        said = (
            _by(_OF_STEP, rest, words) or _of_segments(rest, words) or _of_pool(rest, words) or rest
        )
        key = "routing_step" if step["number"] else "routing_supervisors"
        return words(key, number=step["number"], what=said)
    return _by(_OF_ALL, reason, words) or _of_pool(reason, words) or reason


def _of_pool(reason: str, words: Words) -> str:
    """Return what is said of one pool, or an empty text if it is something else."""
    found = _POOL.fullmatch(reason)
    said = _by(_OF_POOL, found["rest"], words) if found else ""
    return words("routing_of_pool", pool=found["pool"], what=said) if found and said else ""


def _of_segments(reason: str, words: Words) -> str:
    """Return in which segments the customer is not, or an empty text if it is something else."""
    parts = [_SEGMENT.fullmatch(each) for each in reason.split("; ")]
    return "; ".join(words("routing_not_in", **part.groupdict()) for part in parts if part)


def _by(table: _Table, reason: str, words: Words) -> str:
    """Return the text of the pattern that the reason has, or an empty text without one."""
    for pattern, key in table:
        if found := pattern.fullmatch(reason):
            values = found.groupdict()
            if "score" in values:
                values["score"] = _of_score(values["score"], words)
            if key == "routing_emergency":
                values["why"] = _by(_OF_EMERGENCY, values["why"], words) or values["why"]
            return words(key, **values)
    return ""


def _of_score(score: str, words: Words) -> str:
    found = _SCORE.fullmatch(score)
    return words("routing_score", **found.groupdict()) if found else score
