"""Files that people add in Slack are fetched with the bot's token, which only Slack gets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.virtual.home import VirtualHome
from local.virtual.network import Answer, Post
from tests.functions.desks.desk_driver import PDF
from tests.functions.desks.slack_desk_driver import API, FILES, SlackDeskDriver

CHECK = "check_file_info"
ELSEWHERE = "https://cdn.test/a.pdf"
URL = f"{FILES}/T0-F0FILE/download/a.pdf"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SlackDeskDriver]:
    home = VirtualHome(tmp_path)
    yield SlackDeskDriver(home)
    home.close()


def share(desk: SlackDeskDriver, place: Any, *files: dict[str, Any]) -> None:
    """Let a person send files with words."""
    desk.do(desk.with_files(desk.write(place, "Look"), *files))


def test_only_slack_gets_the_token(desk: SlackDeskDriver) -> None:
    """A redirect elsewhere is followed without the token, and no other server is asked first."""
    asked: list[Post] = []
    desk.home.network.serve(ELSEWHERE, lambda post: asked.append(post) or Answer(200, PDF))
    desk.given.append(Answer(302, location=ELSEWHERE))
    place = desk.taken()
    for url in (URL, ELSEWHERE, "https://slack.com.evil.test/a.pdf", "http://files.slack.com/a"):
        share(desk, place, {"id": "F0FILE", "name": "a.pdf", "url_private_download": url})
    assert desk.sent() == ["Look", "a.pdf", "Look", "Look", "Look"]
    assert [each.headers.get("authorization") for each in desk.asked] == ["Bearer xoxb-1"]
    assert [each.headers.get("authorization") for each in asked] == [None]


def test_a_file_of_another_workspace_is_asked_for(desk: SlackDeskDriver) -> None:
    """Slack is asked where a file is that another workspace shares, and told why it is not had."""
    answers = [
        {"ok": True, "file": {"id": "F0FILE", "url_private_download": URL}},
        {"ok": False, "error": "missing_scope"},
    ]
    info = f"{API}/api/files.info?file=F0FILE"
    desk.home.network.serve(info, lambda _: Answer(200, json.dumps(answers.pop(0)).encode()))
    place, shared = desk.taken(), {"id": "F0FILE", "name": "a.pdf", "file_access": CHECK}
    share(desk, place, shared)
    share(desk, place, shared)
    assert desk.sent() == ["Look", "a.pdf", "Look"]
    assert "a.pdf was not sent, because the app lacks the scope files:read" in desk.newest()


def test_each_file_stands_alone(desk: SlackDeskDriver) -> None:
    """A file that does not go keeps no other back, and the reason is told for each."""
    desk.given += [Answer(200, b"<html>"), Answer(200, PDF)]
    large = {"id": "F1", "name": "film.mp4", "size": 10**9, "url_private": URL}
    share(desk, desk.taken(), large, *({"name": n, "url_private": URL} for n in ("p.htm", "b.pdf")))
    assert desk.sent() == ["Look", "b.pdf"]
    attached = desk.replies[-1]["data"]["message"]["attached"]
    assert [each["title"] for each in attached] == ["b.pdf"], "pages leave out a text that says it"
    told = "\n".join(desk.seen())
    assert "film.mp4 was not sent, because it is larger than 20 MB" in told
    assert "p.htm was not sent, because it is none of the kinds" in told


def test_a_file_that_comes_too_late_is_forgotten(desk: SlackDeskDriver) -> None:
    """A file of a pool that lost the conversation is not kept, and the person is told."""
    desk.given += [Answer(503)] * 4
    place = desk.taken()
    share(desk, place, {"id": "F0FILE", "name": "a.pdf", "url_private": URL})
    desk.do(desk.write(place, "#transfer vendor"))
    desk.home.run_for(120)
    assert (desk.sent(), desk.kept_files()) == (["Look"], [])
    assert "a.pdf was not sent, because this conversation has moved on" in "\n".join(desk.seen())
