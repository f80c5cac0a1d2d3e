"""A delivery of several calls goes on where it stopped, and settles what is unknown first."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from surgeline.adapters.channels.calls import Arrived, in_parts
from surgeline.application.ports.deliveries import Delivery, SendFailed, Tried
from surgeline.application.ports.targets import Delivered, Refused, SendResult

BUSY = Refused(outcome="later: status 503", status=503)
SPENT = Refused(outcome="account: token_revoked", status=200)
DELIVERY = Delivery("d", "t", "t-1", "channel", "app", "message.created", 0, 0, {})


class Provider:
    """A provider that answers the calls in the given order."""

    def __init__(self, *answers: SendResult | SendFailed) -> None:
        self.answers = list(answers)
        self.said: list[str] = []
        self.delivery = DELIVERY

    def say(self, text: str) -> SendResult:
        self.said.append(text)
        answer = self.answers.pop(0) if self.answers else Delivered(200)
        if isinstance(answer, SendFailed):
            raise answer
        return answer

    def calls(self) -> list[Callable[[], SendResult]]:
        return [partial(self.say, text) for text in ("a", "b", "c")]

    def send(self, **how: Arrived) -> SendResult:
        """Send the three parts, as the next try of one delivery."""
        result = in_parts(self.delivery, self.calls(), **how)
        if isinstance(result, Refused):
            self.delivery = replace(self.delivery, tried=result.tried)
        return result


LOST, UNSENT = SendFailed("timeout", sent=True), SendFailed("connect")


def test_every_part_is_said_once_in_its_order() -> None:
    """Without trouble each part is one call."""
    provider = Provider()
    assert provider.send() == Delivered(200)
    assert provider.said == ["a", "b", "c"]


@pytest.mark.parametrize("trouble", [SPENT, UNSENT])
def test_a_later_try_says_what_is_left(trouble: SendResult | SendFailed) -> None:
    """Parts that arrived are not said again, whichever process tries."""
    provider = Provider(Delivered(200), trouble)
    assert isinstance(provider.send(), Refused)
    assert provider.delivery.tried == Tried(1)
    assert provider.send() == Delivered(200)
    assert provider.said == ["a", "b", "b", "c"]


@pytest.mark.parametrize("trouble", [BUSY, LOST])
@pytest.mark.parametrize(("there", "said"), [(True, "abc"), (False, "abbc")])
def test_a_lost_answer_is_settled_first(
    trouble: SendResult | SendFailed, there: bool, said: str
) -> None:
    """The part whose answer was lost is looked for, and said again only if it is not there."""
    provider = Provider(Delivered(200), trouble)
    provider.send()
    looked: list[int] = []

    def arrived(number: int) -> bool:
        looked.append(number)
        return there

    assert isinstance(provider.send(arrived=arrived), Delivered)
    assert "".join(provider.said) == said
    assert looked == [1]


def test_the_last_part_may_have_arrived() -> None:
    """Nothing is left to say if the last part was the lost one."""
    provider = Provider(Delivered(200), Delivered(200), LOST)
    provider.send()
    assert provider.send(arrived=lambda _: True) == Delivered()
    assert provider.said == ["a", "b", "c"]


def test_nothing_is_said_while_the_outcome_can_not_be_told() -> None:
    """A look-up that fails is a try that failed, and the next try looks again."""
    provider, lost = Provider(LOST), Tried(lost=True)
    provider.send()
    assert provider.send(arrived=lambda _: SPENT) == replace(SPENT, tried=lost)

    def unreachable(_number: int) -> bool:
        raise UNSENT

    refused = provider.send(arrived=unreachable)
    assert isinstance(refused, Refused)
    assert (refused.outcome, refused.tried) == ("connect", lost)
    assert provider.said == ["a"]


@pytest.mark.parametrize(("is_look_up", "said"), [(True, "c"), (False, "abc")])
def test_a_process_that_told_nothing_is_looked_after(is_look_up: bool, said: str) -> None:
    """Where a look-up harms nothing, what an earlier process sent is not sent again."""
    provider, tried = Provider(), replace(DELIVERY, tried=Tried(unknown=True))
    there = lambda number: number < 2  # noqa: E731 # the first two parts
    in_parts(tried, provider.calls(), arrived=there, is_look_up=is_look_up)
    assert "".join(provider.said) == said


def test_a_message_without_words_has_failed() -> None:
    """A delivery of no calls says so."""
    refused = in_parts(DELIVERY, [])
    assert isinstance(refused, Refused)
    assert refused.outcome == "message: nothing to say"
