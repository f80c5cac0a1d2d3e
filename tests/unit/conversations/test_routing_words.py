"""The reasons of the routing are told in the language of the lead."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.adapters.system_texts import lead_words
from surgeline.application.conversations.routing_words import told_routing
from surgeline.application.pools.seats import OUTSIDE_HOURS, OVER_BUDGET, OVER_ITS_CAP
from surgeline.domain.customers.segment import Segment, Traits
from surgeline.domain.pools import Pool, Score
from surgeline.domain.routing import Ask, Policy, Step, route

from tests.unit.domain.test_routing import ASK, IDS, POLICIES, POOLS, later

OTHERS = (
    *(f"step 2: vendor: {each}" for each in (OUTSIDE_HOURS, OVER_ITS_CAP, OVER_BUDGET, "draining")),
    "step 1: vendor: disabled: 410",
    "vendor: had it before",
    "supervisors: vendor: full",
    "emergency fire: the reason is no_answer; the rota night is called",
    "emergency fire: the priority is 9; the rota night is called",
    "emergency fire: the customer is in vip; the rota night is called",
    "emergency fire: the message has 'fire'; the rota night is called",
    "emergency fire: the topic is fire; the rota night is called",
)
NAMES = {*IDS, "billing", "vip", "fire", "night", "language", "no_answer"}


def scored() -> tuple[str, ...]:
    """Return the reasons of a route by scores and by segments."""
    pools = (Pool("home", 20, score=Score(400, 300)), Pool("crowd", 20, score=Score(400, 100)))
    steps = (Step(segments=("vip",)), Step(prefer="confirmed_resolution"))
    policy = Policy(steps, segments=(Segment("vip", vip=True), Segment("ko", languages=("ko",))))
    ask = Ask("c-1", "no_answer", "en", later(0), traits=Traits())
    return route(policy, pools, ask, now=later(0)).why


@pytest.mark.parametrize("language", ["ko", "fr"])
def test_every_other_reason_has_words_and_english_is_as_it_was_kept(language: str) -> None:
    """A pattern and its English text say the same, so that neither changes alone."""
    reasons = [*OTHERS, *scored()]
    assert told_routing(reasons, lead_words("en")) == reasons
    for reason, said in zip(reasons, told_routing(reasons, lead_words(language)), strict=True):
        assert said != reason
        if language == "ko":
            assert set(re.findall(r"[a-z_]{3,}", said)) <= NAMES


@given(POLICIES, POOLS, st.integers(0, 300), st.integers(0, 20))
def test_whatever_the_routing_says_has_words(
    policy: Policy, pools: tuple[Pool, ...], waited: int, backlog: int
) -> None:
    """No route of any policy leaves English words in Korean, but for names."""
    reasons = route(policy, pools, ASK, now=later(waited), backlog=backlog).why
    assert told_routing(reasons, lead_words("en")) == list(reasons)
    for said in told_routing(reasons, lead_words("ko")):
        assert set(re.findall(r"[a-z_]{3,}", said)) <= NAMES


def test_a_reason_of_a_later_release_is_told_as_it_was_kept() -> None:
    """What no pattern knows is not lost."""
    reasons = ["step 1: vendor: something new", "altogether new"]
    assert told_routing(reasons, lead_words("ko")) == ["1단계: vendor: something new", reasons[1]]
