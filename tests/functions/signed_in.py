"""People who sign in, as their browsers do it: an invitation's link, a session, and its cookie."""

from collections.abc import Mapping

from tests.functions.stage import AnyStage

ORIGIN = {"x-surgeline": "1", "origin": "http://shop.test"}
"""What a page of the shop sends with each change."""
DESK = {"id": "desk", "kind": "in_house", "reached_by": "console", "chats_per_seat": 2}


def invited(stage: AnyStage, name: str, role: str, *pools: str) -> str:
    """Return the token of a new invitation."""
    body = {"name": name, "role": role, "pools": list(pools)}
    answered = stage.admin("POST", "/v1/admin/staff", body)
    assert answered.status == 201, answered.text
    path: str = answered.json["path"]
    return path.removeprefix("/sign-in#")


def session_of(stage: AnyStage, token: str) -> Mapping[str, str]:
    """Return the headers of a browser that has used the invitation."""
    answered = stage.request("POST", "/v1/staff/sign-in", {"token": token}, ORIGIN)
    assert answered.status == 200, answered.text
    return ORIGIN | {"cookie": answered.headers["set-cookie"].partition(";")[0]}


def sign_in(stage: AnyStage, name: str, role: str, *pools: str) -> Mapping[str, str]:
    """Return the headers of a person who was invited and signed in."""
    return session_of(stage, invited(stage, name, role, *pools))
