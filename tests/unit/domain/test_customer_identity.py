"""A customer is looked up by nothing but what the channel proves."""

from typing import Any

import pytest
from surgeline.domain.customers.identity import proven
from surgeline.domain.customers.segment import Segment, Traits


@pytest.mark.parametrize(
    ("kind", "sender", "said", "found"),
    [
        ("web", "v-1", {"email": "kim@example.com", "user_id": "c-17"}, []),
        ("web", "v-1", {"user_id": "c-17", "user_verified": "yes"}, []),
        ("web", "v-1", {"user_id": "c-17", "user_verified": True}, [("channel", "c-17")]),
        ("email", "kim@example.com", {"email": "kim@example.com"}, []),
        ("email", "kim@example.com", {"email": "kim@example.com", "email_verified": False}, []),
        ("email", "kim@Example.com", {"email": "Kim@example.com", "email_verified": True},
         [("email", "kim@example.com")]),
        ("email", "vic@example.com", {"email": "kim@example.com", "email_verified": True}, []),
        ("email", "not an address", {"email": "not an address", "email_verified": True}, []),
        ("twilio", "+4917012345", {}, [("phone_e164", "+4917012345"), ("channel", "+4917012345")]),
        ("twilio", "whatsapp:+4917012345", {"email": "kim@example.com"},
         [("phone_e164", "+4917012345"), ("channel", "whatsapp:+4917012345")]),
        ("whatsapp", "4917012345", {},
         [("phone_e164", "+4917012345"), ("channel", "4917012345")]),
        ("whatsapp", "US.1a2b3c", {}, [("channel", "US.1a2b3c")]),
        ("line", "U17", {"email": "kim@example.com", "phone": "+4917012345"}, [("channel", "U17")]),
        ("signed", "c1", {"phone": "call me"}, [("channel", "c1")]),
    ],
)  # fmt: skip
def test_only_what_is_proven_counts(
    kind: str, sender: str, said: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    """A customer's own words about an address or a number are no proof.

    Neither is another writer in a mail thread, because the answers go to the thread's owner.
    """
    assert [(each.kind, each.value) for each in proven(kind, sender, said)] == found
    assert {each.channel for each in proven(kind, sender, said)} <= {kind}


@pytest.mark.parametrize(
    ("said", "vouched", "missing"),
    [
        ({"plan": "gold"}, True, []),
        ({"plan": "gold"}, False, ["more (plan)"]),
        ({"plan": "gold", "user_id": "c-17"}, False, ["more (plan)", "own (user_id)"]),
        ({"user_id": "c-17", "user_verified": True}, False, ["all (plan)", "more (plan)"]),
    ],
)
def test_only_a_proof_opens_a_segment_that_gives_more(
    said: dict[str, Any], vouched: bool, missing: list[str]
) -> None:
    """A channel that does not vouch may lead a customer elsewhere, but gives them nothing more."""
    asked = {"own": "user_id"} if "user_id" in said else {}
    segments = [
        Segment("all", attributes={"plan": "gold"}),
        Segment("more", attributes={"plan": "gold"}, articles=("wholesale",)),
        *(Segment(name, attributes={each: "c-17"}, priority=2) for name, each in asked.items()),
    ]
    traits = Traits(said=said, vouched=vouched)
    assert [why for each in segments if (why := traits.missing(each))] == [
        f"not {each}" for each in missing
    ]


@pytest.mark.parametrize(("vouched", "why"), [(True, ""), (False, "not all (plan)")])
def test_what_anybody_can_say_wakes_nobody(vouched: bool, why: str) -> None:
    """A rule for emergencies gives more, so it heeds only what is vouched for."""
    segment = Segment("all", attributes={"plan": "gold"})
    assert Traits(said={"plan": "gold"}, vouched=vouched).missing(segment, gives_more=True) == why
