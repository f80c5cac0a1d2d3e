"""Ids are keyed, told apart by their parts, and legal wherever they travel."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from surgeline.domain.ids import (
    conversation_id,
    derived_id,
    former_message_id,
    keyed_id,
    message_id,
    pool_event_id,
    thread_id,
    thread_of,
)

KEY = b"k" * 32
LEGAL = re.compile(r"[a-z0-9-]{1,128}")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


def test_known_values_do_not_change() -> None:
    """The same parts give the same id for ever, because ids are kept for days in tables and
    queues.
    """
    assert thread_id(KEY, "web", "visitor-1") == "tdxeymrni6awxb3nvolaqj6gi7p"
    assert former_message_id(KEY, "web", "m-1") == "mmsgfs5sapuzie6lck6qlvmqrip"
    assert message_id(KEY, "web", "m-1") == "mq4bkuzfpbwwkawjgswnfel2ea6"
    assert pool_event_id(KEY, "north", "msg_1") == "eydfviem7ptugzgyuytx6sb5jka"
    assert derived_id("r", "e1", "text0") == "rsnnak2trcppxxgc77ovqvu3ivc"


@given(TEXTS, TEXTS)
def test_ids_are_legal_in_urls_groups_and_headers(channel: str, sender: str) -> None:
    """Every id has 27 plain characters and 130 bits, whatever a channel calls its customers."""
    thread = thread_id(KEY, channel, sender)
    assert LEGAL.fullmatch(thread)
    assert len(thread) == 27
    assert LEGAL.fullmatch(conversation_id(thread, 999_999))
    assert LEGAL.fullmatch(message_id(KEY, channel, sender))
    assert LEGAL.fullmatch(derived_id("r", thread, sender))


@given(st.lists(TEXTS, max_size=4), st.lists(TEXTS, max_size=4))
def test_parts_are_told_apart_by_their_lengths(one: list[str], other: list[str]) -> None:
    """Two lists of parts share an id only if they are the same list."""
    same = keyed_id("x", KEY, *one) == keyed_id("x", KEY, *other)
    assert same == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("abc",), ("a", "bc")),
        (("a", ""), ("a",)),
        (("", "a"), ("a", "")),
        (("1:a",), ("", "a")),
        (("a1:b",), ("a", "b")),
    ],
)
def test_moving_the_border_between_parts_gives_another_id(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    """Nobody makes another customer's id out of a clever name."""
    assert keyed_id("x", KEY, *one) != keyed_id("x", KEY, *other)


def test_one_event_id_of_two_customers_is_two_messages() -> None:
    """A channel whose ids are unique for each sender only mixes no customers up."""
    made = {message_id(KEY, thread_id(KEY, "app", sender), "msg_1") for sender in ("a", "b")}
    assert len(made) == 2


def test_another_key_gives_other_ids() -> None:
    """Ids can't be computed from outside."""
    assert thread_id(KEY, "web", "v") != thread_id(b"j" * 32, "web", "v")


def test_the_kinds_of_ids_do_not_meet() -> None:
    """A thread, a message and a pool's event of the same two names have different ids."""
    made = {make(KEY, "a", "b")[1:] for make in (thread_id, message_id, pool_event_id)}
    assert len(made) == 3


@given(TEXTS, TEXTS, st.integers(min_value=1, max_value=10**9))
def test_a_conversation_leads_to_its_thread(channel: str, sender: str, number: int) -> None:
    """A callback finds its thread from the conversation's id, without a read."""
    thread = thread_id(KEY, channel, sender)
    assert thread_of(conversation_id(thread, number)) == thread


@pytest.mark.parametrize("strange", ["", "t", "-", "t-", "-1", "no hyphen"])
def test_a_strange_conversation_id_leads_nowhere_and_raises_nothing(strange: str) -> None:
    """B: an id that nobody made names no thread and raises nothing."""
    assert len(thread_of(strange)) < 27


def test_derived_ids_repeat_and_differ_by_name_and_event() -> None:
    """A replay derives the same ids; another name or event derives others."""
    ids = [derived_id("r", event, name) for event in ("e1", "e2") for name in ("text0", "text1")]
    assert ids == [derived_id("r", e, n) for e in ("e1", "e2") for n in ("text0", "text1")]
    assert all(one != other for one, other in pairwise(ids))
    assert len(set(ids)) == 4
