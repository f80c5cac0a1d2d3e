"""Each version of the settings says who published it, when and why; titles stand for ids."""

import json
from typing import Any

import pytest

from local.virtual.shop import articles_file
from tests.functions.signed_in import DESK, sign_in
from tests.functions.stage import Stage

VERSIONS = "/v1/admin/configuration/versions"


CLOSURE = {"texts": {"en": "Write here: {link}"}, "page": "https://help.example/c/web"}


def versions(stage: Stage) -> list[dict[str, Any]]:
    """Return the versions as the operators' API lists them."""
    found: list[dict[str, Any]] = stage.admin("GET", VERSIONS).json["versions"]
    return found


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/v1/admin/look", {"company": {"name": "Lamps"}}),
        ("PATCH", "/v1/admin/pools/north/day", {"paused": True}),
        ("PATCH", "/v1/admin/channels/shop/day", {"closure": CLOSURE}),
        ("PUT", "/v1/admin/crisis/profiles/calm", {"preamble": {"en": "Hello."}}),
    ],
)
def test_a_version_names_its_author_and_the_reason(
    stage: Stage, method: str, path: str, body: Any
) -> None:
    """A lead's change stands under the lead's name, whichever route it came over."""
    lead = {**sign_in(stage, "Lee", "lead"), "x-reason": "the%20spring%20sale"}
    pool_id = stage.admin("GET", "/v1/admin/configuration").json["configuration"]["pools"][0]["id"]
    answered = stage.request(method, path.replace("north", pool_id), body, lead)
    assert answered.status == 200, answered.text
    newest, before = versions(stage)[:2]
    assert (newest["who"], newest["reason"], newest["until"]) == ("Lee", "the spring sale", None)
    assert newest["at"] == before["until"]
    assert before["who"] == ""


def test_a_former_version_keeps_its_author(stage: Stage) -> None:
    """What was published before still says by whom and why, also after it was used again."""
    for name, reason in (("A", "first"), ("B", "second")):
        body = {"company": {"name": name}}
        stage.admin("PUT", "/v1/admin/look", body, {"x-reason": reason})
        stage.clock.advance(seconds=60)
    wanted = versions(stage)[1]
    assert (wanted["who"], wanted["reason"]) == ("the key 'test'", "first")
    body = {"version": wanted["version"]}
    stage.admin("POST", "/v1/admin/configuration/rollback", body, {"x-reason": "back"})
    assert [each["reason"] for each in versions(stage)[:3]] == ["back", "second", "first"]


def test_a_pointer_of_an_earlier_release_is_read(stage: Stage) -> None:
    """Versions that name nobody are listed without a name, and the next one has its own."""
    blobs = stage.backend.blobs()
    version = versions(stage)[0]["version"]
    old = {"version": version, "before": [{"version": "0123456789abcdef", "until": 1}]}
    blobs.put("configuration/current", json.dumps(old).encode())
    stage.clock.advance(seconds=60)
    assert [(each["at"], each["who"]) for each in versions(stage)] == [(None, ""), (None, "")]


def test_articles_are_named_by_their_titles(stage: Stage) -> None:
    """`ids` asks for some articles, and an id that is gone is left out."""
    path = "/v1/admin/knowledge/shop/articles"
    every = stage.admin("GET", path).json["articles"]
    first = every[0]
    found = stage.admin("GET", f"{path}?ids={first['id']},gone,{first['id']}").json["articles"]
    assert found == [first]
    assert set(first) == {"id", "language", "title"}


def test_an_invitation_is_on_record_under_the_name(stage: Stage) -> None:
    """The record of acts names who was invited and signed out, not only the route."""
    sign_in(stage, "Mina", "lead")
    people = stage.admin("GET", "/v1/admin/staff").json["people"]
    stage.admin("POST", f"/v1/admin/staff/{people[0]['id']}/revoke", {})
    acts = stage.admin("GET", "/v1/admin/audit").json["acts"]
    assert [each["target"] for each in acts] == ["Mina", "Mina"]


def test_articles_at_the_desk_have_their_titles(stage: Stage) -> None:
    """What the assistant answered with is named by its title, as it was published."""
    articles = articles_file(
        (
            {
                "id": "hours",
                "title": "Opening hours",
                "language": "en",
                "questions": ["When are you open?"],
                "answer": "From 9 to 5.",
            },
        )
    )
    stage.publish(articles)
    stage.configure(pools=[DESK])
    mina = sign_in(stage, "Mina", "agent", "desk")
    stage.request("PUT", "/v1/staff/desk/presence", {"state": "here"}, mina)
    stage.write("When are you open?")
    stage.write("I want to talk to a person")
    stage.drain()
    path = f"/v1/staff/pools/desk/cases/{stage.thread().conversation.id}"
    about = stage.request("GET", path, headers=mina).json["about"]
    assert about["tried"] == ["hours"]
    assert about["titles"] == {"hours": "Opening hours"}
