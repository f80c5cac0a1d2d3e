"""A delivery of several calls goes on where it stopped, and settles what is unknown first."""

from collections.abc import Callable
from functools import partial

import pytest
from surgeline.adapters.channels.calls import Parts
from surgeline.application.ports.deliveries import SendFailed
from surgeline.application.ports.targets import Delivered, Refused, SendResult

BUSY = Refused(outcome="later: status 503", status=503)
SPENT = Refused(outcome="account: token_revoked", status=200)


class Provider:
    """A provider that answers the calls in the given order."""

    def __init__(self, *answers: SendResult | SendFailed) -> None:
        self.answers = list(answers)
        self.said: list[str] = []

    def say(self, text: str) -> SendResult:
        self.said.append(text)
        answer = self.answers.pop(0) if self.answers else Delivered(200)
        if isinstance(answer, SendFailed):
            raise answer
        return answer

    def calls(self) -> list[Callable[[], SendResult]]:
        return [partial(self.say, text) for text in ("a", "b", "c")]


LOST, UNSENT = SendFailed("timeout", sent=True), SendFailed("connect")


def test_every_part_is_said_once_in_its_order() -> None:
    """Without trouble each part is one call."""
    provider = Provider()
    assert Parts().send("d", provider.calls()) == Delivered(200)
    assert provider.said == ["a", "b", "c"]


@pytest.mark.parametrize("trouble", [SPENT, UNSENT])
def test_a_later_try_says_what_is_left(trouble: SendResult | SendFailed) -> None:
    """Parts that arrived are not said again."""
    provider, parts = Provider(Delivered(200), trouble), Parts()
    assert isinstance(parts.send("d", provider.calls()), Refused)
    assert parts.send("d", provider.calls()) == Delivered(200)
    assert provider.said == ["a", "b", "b", "c"]


@pytest.mark.parametrize("trouble", [BUSY, LOST])
@pytest.mark.parametrize(("there", "said"), [(True, "abc"), (False, "abbc")])
def test_a_lost_answer_is_settled_first(
    trouble: SendResult | SendFailed, there: bool, said: str
) -> None:
    """The part whose answer was lost is looked for, and said again only if it is not there."""
    provider, parts = Provider(Delivered(200), trouble), Parts()
    parts.send("d", provider.calls())
    looked: list[int] = []

    def arrived(number: int) -> bool:
        looked.append(number)
        return there

    assert isinstance(parts.send("d", provider.calls(), arrived=arrived), Delivered)
    assert "".join(provider.said) == said
    assert looked == [1]


def test_the_last_part_may_have_arrived() -> None:
    """Nothing is left to say if the last part was the lost one."""
    provider, parts = Provider(Delivered(200), Delivered(200), LOST), Parts()
    parts.send("d", provider.calls())
    assert parts.send("d", provider.calls(), arrived=lambda _: True) == Delivered()
    assert provider.said == ["a", "b", "c"]


def test_nothing_is_said_while_the_outcome_can_not_be_told() -> None:
    """A look-up that fails is a try that failed, and the next try looks again."""
    provider, parts = Provider(LOST), Parts()
    parts.send("d", provider.calls())
    assert parts.send("d", provider.calls(), arrived=lambda _: BUSY) == BUSY

    def unreachable(_number: int) -> bool:
        raise UNSENT

    refused = parts.send("d", provider.calls(), arrived=unreachable)
    assert isinstance(refused, Refused)
    assert refused.outcome == "connect"
    assert provider.said == ["a"]


def test_a_message_without_words_has_failed() -> None:
    """A delivery of no calls says so."""
    refused = Parts().send("d", [])
    assert isinstance(refused, Refused)
    assert refused.outcome == "message: nothing to say"
