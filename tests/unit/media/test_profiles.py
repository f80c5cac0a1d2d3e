"""Providers are asked for profiles with the right call, and any answer is read with bounds."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surgeline.adapters.channels.instagram.kind import KIND as INSTAGRAM
from surgeline.adapters.channels.line.kind import KIND as LINE
from surgeline.adapters.channels.messenger.kind import KIND as MESSENGER
from surgeline.adapters.channels.slack.kind import KIND as SLACK
from surgeline.adapters.configuration.kinds import Kind
from surgeline.adapters.media.fetching import CannotFetch, Fetching
from surgeline.adapters.profiles import Profile
from surgeline.application.ports.deliveries import Download

SAM = {"name": "Sam Sample", "first_name": "Sam"}
TOKENS = {"channel_access_token": "token", "access_token": "token", "bot_token": "token"}


class Provider:
    """Answers each GET from a list, and keeps the addresses."""

    def __init__(self, *answers: object, status: int = 200) -> None:
        self.answers, self.status = [json.dumps(each).encode() for each in answers], status
        self.asked: list[str] = []

    def download(self, url: str, headers: Mapping[str, str], **_: object) -> Download:
        assert headers == {"authorization": "Bearer token"}
        self.asked.append(url)
        return Download(self.status, self.answers.pop(0), 1)


def profile(kind: Kind, provider: Provider, ref: str = "U1") -> Profile:
    """Return what a kind reads of a provider's answers."""
    posts: Any = provider
    blobs: Any = None
    assert kind.profile is not None
    return kind.profile(Fetching(ref, TOKENS, kind.settings(), posts, blobs, left=5.0))


def test_lines_profile_has_a_name_and_maybe_a_language() -> None:
    """LINE tells the name that the customer shows, and a language with consent only."""
    provider = Provider({"displayName": "Sam", "language": "pt-BR"})
    found = profile(LINE, provider, "U/1")
    assert found == Profile({"name": "Sam", "first_name": "Sam"}, "pt")
    assert provider.asked == ["https://api.line.me/v2/bot/profile/U%2F1"]
    assert profile(LINE, Provider({"displayName": "Sam"})).language is None


def test_a_group_of_line_has_no_profile() -> None:
    """A group is nobody, and LINE is not asked for it."""
    assert profile(LINE, Provider(), "C00000000000000000000000000000001") == Profile()


def test_metas_profiles_have_names() -> None:
    """Messenger tells a first name and a last name, and Instagram one name."""
    page = Provider({"first_name": "Sam", "last_name": "Sample", "id": "7"})
    assert profile(MESSENGER, page, "7").customer == SAM
    assert page.asked == ["https://graph.facebook.com/v25.0/7?fields=first_name,last_name"]
    account = Provider({"name": "Sam Sample"})
    assert profile(INSTAGRAM, account, "8").customer["name"] == "Sam Sample"
    assert account.asked == ["https://graph.instagram.com/v25.0/8?fields=name"]


def test_slacks_profile_is_that_of_the_one_person_of_a_direct_conversation() -> None:
    """Slack names the person of a direct conversation, and then the person's profile."""
    there = {"ok": True, "channel": {"user": "U1"}}
    person = {"profile": {"real_name": "Sam Sample", "first_name": "Sam"}, "locale": "ko-KR"}
    provider = Provider(there, {"ok": True, "user": person})
    assert profile(SLACK, provider, "T0/D0") == Profile(SAM, "ko")
    assert [each.rpartition("/")[2] for each in provider.asked] == [
        "conversations.info?channel=D0",
        "users.info?user=U1&include_locale=true",
    ]
    assert profile(SLACK, Provider(), "T0/C0/1.2") == Profile()


def test_a_refusal_of_slacks_is_one() -> None:
    """Slack refuses with the status 200, and the log has Slack's own word for it."""
    with pytest.raises(CannotFetch) as caught:
        profile(SLACK, Provider({"ok": False, "error": "missing_scope"}), "T0/D0")
    assert (caught.value.refused.outcome, caught.value.refused.final) == (
        "profile: missing_scope",
        True,
    )


@pytest.mark.parametrize("kind", [LINE, MESSENGER, INSTAGRAM, SLACK])
@settings(max_examples=20)
@given(answer=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_a_strange_answer_is_no_profile(kind: Kind, answer: object) -> None:
    """Fields of any form are read as no name or as a bounded one."""
    names = ("displayName", "language", "first_name", "last_name", "name", "channel", "user")
    said = {"ok": True} | dict.fromkeys(names, answer)
    try:
        found = profile(kind, Provider(said, said), "T0/D0")
    except CannotFetch:
        return
    assert all(len(each) <= 620 for each in found.customer.values())


def test_a_long_name_calls_nobody() -> None:
    """A text calls no customer by a name of more than 40 characters."""
    found = profile(LINE, Provider({"displayName": "S" * 41}))
    assert "first_name" not in found.customer
