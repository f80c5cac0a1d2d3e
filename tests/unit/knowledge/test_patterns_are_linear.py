"""Every pattern that reads an author's or a customer's text takes time in proportion to it."""

import importlib
import pkgutil
import random
import re
import time
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
import surgeline.knowledge
from surgeline.knowledge.articles import suspicious
from surgeline.knowledge.articles.answer_text import answer_problems, answer_warnings
from surgeline.knowledge.text import (
    choices,
    courtesies,
    detection,
    message,
    person_requests,
    rejections,
)

import cli.importers

SHORT, LONG = 2_000, 8_000
WORTH_A_LOOK_SECONDS = 0.005
GROWTH = 9.0
"""Four times the text takes four times as long, or sixteen times if the time is its square."""
ATTACKS = 12


def modules() -> Iterator[ModuleType]:
    """Return all modules of the knowledge base and of the importers."""
    for package in (surgeline.knowledge, cli.importers):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def inside(value: object) -> Iterator[re.Pattern[str]]:
    """Yield the patterns in a value, however deep in tuples."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from inside(each)


def anchored() -> tuple[object, ...]:
    """Return what is only asked where a text or a word begins."""
    return (detection._detector(), rejections._known(), choices._known(), courtesies._known())


def searched() -> tuple[object, ...]:
    """Return what is looked for anywhere in a text."""
    wishes = [person_requests._wishes(joined=joined) for joined in (False, True)]
    unwanted = [person_requests._compiled(text) for each in wishes for text in each.unwanted]
    plain = [tuple(vars(module).values()) for module in modules()]
    return (suspicious._instructions(), *wishes, *unwanted, *plain)


def attacks(pattern: re.Pattern[str]) -> Iterator[str]:
    """Return parts to repeat, from the pattern's own words and the characters that end them."""
    chance = random.Random(pattern.pattern)
    words = re.findall(r"[^\W_]+(?: [^\W_]+)*", re.sub(r"\\.", " ", pattern.pattern)) or ["a"]
    signs = sorted(set(re.sub(r"[\w\\]", "", pattern.pattern))) or [" "]
    yield from ("a.", "[](", "{{#", " ", "a", "://", "' ", "<a ")
    for _ in range(ATTACKS):
        word = chance.choice(words)[: chance.choice((1, 3, 12))]
        yield chance.choice((word, word + " ", chance.choice(signs) + word, word + "'" + word))


def seconds(ask: Callable[[str], object], text: str) -> float:
    """Return the least processor time of three times asking."""
    taken = []
    for _ in range(3):
        started = time.process_time()
        ask(text)
        taken.append(time.process_time() - started)
        if taken[-1] < WORTH_A_LOOK_SECONDS:
            break
    return min(taken)


def grows_too_fast(ask: Callable[[str], object], part: str) -> bool:
    """Return whether four times the text takes far more than four times as long."""
    short, long = (part * (size // len(part)) + "\x00" for size in (SHORT, LONG))
    before = seconds(ask, short)
    return before > WORTH_A_LOOK_SECONDS and seconds(ask, long) > GROWTH * before


@pytest.mark.parametrize(
    ("those", "how"), [(searched, "findall"), (anchored, "match"), (anchored, "fullmatch")]
)
def test_no_pattern_takes_the_square_of_a_text(
    those: Callable[[], tuple[object, ...]], how: str
) -> None:
    """Repetitions of a pattern's own words, cut off in many ways, take linear time."""
    patterns = {each.pattern: each for each in inside(those())}
    assert len(patterns) > 8
    slow = [
        (pattern.pattern[:80], part)
        for pattern in patterns.values()
        for part in attacks(pattern)
        if grows_too_fast(getattr(pattern, how), part)
    ]
    assert slow == []


def test_no_message_takes_the_square_of_its_length_to_read() -> None:
    """Repetitions of the words of greetings, numbers and closings are read in linear time."""
    patterns = {each.pattern: each for each in inside(message._patterns())}
    assert len(patterns) > 8
    parts = {part for pattern in patterns.values() for part in attacks(pattern)}
    slow = [part for part in sorted(parts) if grows_too_fast(message.read_message, part)]
    assert slow == []


def test_a_pattern_that_takes_the_square_is_seen() -> None:
    """The measure tells such a pattern from others."""
    assert grows_too_fast(re.compile(r"\b([a-z][a-z.-]*)://").findall, "a.")
    assert not grows_too_fast(re.compile(r"a[^b]*+b").match, "a")


@pytest.mark.parametrize("part", ["a.", "[](", "{{# ", "[](  ", "://", "a://", "{{ a", "{a|"])
def test_an_answer_is_checked_in_linear_time(part: str) -> None:
    """Links, placeholders and templates of a hundred thousand characters are found quickly."""
    started = time.process_time()
    answer = part * (100_000 // len(part))
    for told in (answer_problems(answer), answer_warnings(answer)):
        for _ in told:
            pass
    assert time.process_time() - started < 3.0
