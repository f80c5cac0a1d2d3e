"""The rules for the stages of waiting are here. Each problem names its place."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from surgeline.adapters.configuration.rules import LANGUAGE
from surgeline.adapters.system_texts import system_texts
from surgeline.domain.company.stages import PLACEHOLDERS, WHOLE, Stage, WaitingSettings
from surgeline.domain.company.wording import MOST_CHARS, mark_problems, placeholders
from surgeline.knowledge.text.promises import tone_problems

MOST_STAGES: Final = 40
MOST_AFTER: Final = 8
_BOUNDS: Final[Mapping[str, tuple[int, int]]] = {
    "same_again_minutes": (1, 10_080),
    "estimate_step_minutes": (1, 240),
}
_MINUTES: Final = (1, 10_080)


def waiting_problems(waiting: WaitingSettings, channels: Collection[str]) -> Iterator[str]:
    """Yield the problems of the times, of the stages, and of their words."""
    for name, (least, most) in _BOUNDS.items():
        given = getattr(waiting, name)
        if not least <= given <= most:
            yield f"waiting.{name}: {given}; use {least} to {most}"
    if len(waiting.stages) > MOST_STAGES:
        yield f"waiting.stages: {len(waiting.stages)}; at most {MOST_STAGES} are accepted"
    after = {each.minutes for each in waiting.stages if each.when == "after"}
    if len(after) > MOST_AFTER:
        yield f"waiting.stages: {len(after)} different `minutes`; at most {MOST_AFTER} are accepted"
    for position, stage in enumerate(waiting.stages):
        yield from _stage_problems(f"waiting.stages[{position}]", stage, channels)


def _stage_problems(place: str, stage: Stage, channels: Collection[str]) -> Iterator[str]:
    least, most = _MINUTES
    if stage.when == "after" and not least <= stage.minutes <= most:
        yield f"{place}.minutes: {stage.minutes}; use {least} to {most}"
    elif stage.when != "after" and stage.minutes:
        yield f"{place}.minutes: only a stage `after` has minutes; leave it out"
    for name in stage.channels:
        if name not in channels:
            yield f"{place}.channels: there is no channel {name[:64]!r}"
    for language, text in stage.texts.items():
        if not LANGUAGE.fullmatch(language) or language not in system_texts():
            yield f"{place}.texts.{language[:16]}: use {', '.join(system_texts())}"
        yield from (f"{place}.texts.{language[:16]}: {p}" for p in _text_problems(stage, text))


def _text_problems(stage: Stage, text: str) -> Iterator[str]:
    if not text.strip():
        yield "give a text, or leave the language out for Surgeline's own words"
        return
    if len(text) > MOST_CHARS:
        yield f"{len(text)} characters; at most {MOST_CHARS} are shown well"
    yield from mark_problems(text)
    allowed = PLACEHOLDERS[stage.when]
    shown = ", ".join(f"{{{each}}}" for each in sorted(allowed))
    for name, fallback in placeholders(text).items():
        if name not in allowed:
            yield f"there is no {{{name}}} here; use {shown}"
        elif fallback is None and name not in WHOLE | {"why"}:
            yield f"give {{{name}}} words for when there is none, such as {{{name}|…}}"
    yield from tone_problems(text)
