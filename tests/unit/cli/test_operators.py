"""What operators ask of an instance: the requests made, what is printed, how it exits."""

import json
from pathlib import Path
from typing import Any

import pytest
from fake_instance import FakeInstance, Run

pytestmark = pytest.mark.enable_socket

CONFIGURATION = {"channels": [], "pools": [], "rules": {}, "schema": 1}
LETTER = {
    "id": "d1",
    "queue": "deliveries",
    "group": "tone.channel.web",
    "sent_at": 1_750_000_000_000,
    "receive_count": 10,
}


def test_the_key_beside_a_running_instance_is_found(
    surgeline: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """The key in this folder's `.surgeline/admin-key` is used when no other is given."""
    (tmp_path / ".surgeline").mkdir()
    (tmp_path / ".surgeline" / "admin-key").write_text("sk_beside\n")
    instance.answer("GET /v1/admin/dead-letters", {"dead_letters": []})
    assert surgeline("dlq", "list", "--url", instance.url).exit_code == 0
    assert instance.asked[0].bearer == "sk_beside"


@pytest.mark.parametrize("key", ["…", "sk_one\nsk_two", "ключ"])
def test_a_key_that_can_not_be_sent_is_named(
    surgeline: Run, instance: FakeInstance, key: str
) -> None:
    """A key with a line break or other letters is wrong use, and nothing is sent."""
    told = surgeline("dlq", "list", "--url", instance.url, "--admin-key", key)
    assert told.exit_code == 2
    assert "the admin key has a character that no key has" in told.output
    assert instance.asked == []


def test_a_refusal_is_told_in_the_instances_words(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """A refusal is told with its status, message and every problem, and exits with 1."""
    error = {"code": "invalid", "message": "not valid", "problems": ["pools[0].url: no"]}
    instance.answer("PUT /v1/admin/configuration", (422, {"error": error}))
    file = tmp_path / "configuration.json"
    file.write_text("{}")
    result = operator("config", "publish", file)
    assert result.exit_code == 1
    for word in ("422", "not valid", "pools[0].url: no"):
        assert word in result.output


def test_a_wrong_key_is_told_apart(operator: Run, instance: FakeInstance) -> None:
    """A 401 makes the command ask if the key is this instance's."""
    instance.answer("GET /v1/admin/status", (401, {"error": {"message": "not authorized"}}))
    result = operator("status")
    assert result.exit_code == 1
    assert "key of this instance" in result.output


@pytest.mark.parametrize("body", [b"<html>", b"", b"[1]"])
def test_another_server_at_that_address_is_exit_2(
    operator: Run, instance: FakeInstance, body: bytes
) -> None:
    """A server that does not answer JSON objects is refused as no instance, with exit code 2."""
    instance.answer("GET /v1/admin/status", (200, body))
    result = operator("status")
    assert result.exit_code == 2
    assert "no Surgeline" in result.output


def test_status(operator: Run, instance: FakeInstance) -> None:
    """A table for people, the answer as it is for programs."""
    answer = {
        "status": "ok",
        "configuration": None,
        "channels": ["web"],
        "pools": [],
        "knowledge": {"shop": "v1"},
        "dead_letters": 2,
    }
    instance.answer("GET /v1/admin/status", answer)
    assert "shop (v1)" in operator("status").output
    assert json.loads(operator("status", "--json").output) == answer


@pytest.mark.parametrize(
    ("args", "route", "sent"),
    [
        (
            ("pool", "add", "v", "--endpoint", "http://p/"),
            "/v1/admin/pools/v",
            {"kind": "outsourced", "url": "http://p/"},
        ),
        (
            ("pool", "add", "v", "--endpoint", "u", "--ring-seconds", "9", "--language", "ko"),
            "/v1/admin/pools/v",
            {"kind": "outsourced", "url": "u", "ring_seconds": 9, "languages": ["ko"]},
        ),
        (
            ("channel", "add", "a", "--reply-url", "u", "--knowledge-base", "k"),
            "/v1/admin/channels/a",
            {"kind": "signed", "reply_url": "u", "knowledge_base": "k"},
        ),
        (
            ("channel", "add", "a/../b", "--reply-url", "u"),
            "/v1/admin/channels/a%2F..%2Fb",
            {"kind": "signed", "reply_url": "u"},
        ),
    ],
)
def test_adding_an_endpoint_prints_its_secret_once(
    operator: Run, instance: FakeInstance, args: tuple[str, ...], route: str, sent: dict[str, Any]
) -> None:
    """Adding an endpoint puts the typed fields and prints a secret only if the instance made
    one.
    """
    made, known = {"secret": "whsec_new"}, {}
    instance.answer(f"PUT {route}", made, known)
    assert "whsec_new" in operator(*args).output
    assert instance.asked[0].json == sent
    assert "Secret" not in operator(*args).output
    shown = json.loads(operator(*args, "--json").output)
    [(name, url)] = shown.items()
    assert (name, url.rpartition("/")[0]) in {
        ("events_url", instance.url + route.replace("/admin", "")),
        ("messages_url", instance.url + route.replace("/admin", "")),
    }


@pytest.mark.parametrize(
    ("args", "asked"),
    [
        (("config", "publish", "{file}", "--remove"), "PUT /v1/admin/configuration?remove=yes"),
        (
            ("config", "publish", "{file}", "--unreadable"),
            "PUT /v1/admin/configuration?unreadable=yes",
        ),
        (
            ("channel", "add", "a", "--reply-url", "u", "--replace"),
            "PUT /v1/admin/channels/a?replace=yes",
        ),
        (("pool", "add", "p", "--endpoint", "u", "--replace"), "PUT /v1/admin/pools/p?replace=yes"),
    ],
)
def test_what_is_meant_is_said(
    operator: Run, instance: FakeInstance, tmp_path: Path, args: tuple[str, ...], asked: str
) -> None:
    """Removing and replacing go by the query, so that nobody does either by a slip."""
    file = tmp_path / "configuration.json"
    file.write_text("{}", encoding="utf-8")
    instance.answer(asked.partition("?")[0], {"version": "v2"})
    assert operator(*(each.format(file=file) for each in args)).exit_code == 0
    [request] = instance.requests("PUT")
    assert f"{request.method} {request.path}?{request.query}" == asked


def test_channels_are_listed_changed_and_removed(operator: Run, instance: FakeInstance) -> None:
    """Channels are listed one a line, and a change sends only the given fields."""
    channels = [
        {"id": "web", "kind": "web", "knowledge_base": "shop"},
        {"id": "app", "kind": "signed", "knowledge_base": "returns", "reply_url": "https://a/"},
    ]
    instance.answer("GET /v1/admin/configuration", {"configuration": {"channels": channels}})
    lines = operator("channel", "list").output.splitlines()
    assert [line.split() for line in lines] == [
        ["web", "web", "shop"],
        ["app", "signed", "returns", "https://a/"],
    ]
    assert json.loads(operator("channel", "list", "--json").output) == channels
    instance.answer("PATCH /v1/admin/channels/app", {"channel": {}})
    assert operator("channel", "change", "app", "--knowledge-base", "shop").exit_code == 0
    assert instance.requests("PATCH")[0].json == {"knowledge_base": "shop"}
    assert operator("channel", "change", "app").exit_code == 2
    instance.answer("DELETE /v1/admin/channels/app", {"removed": "app"})
    assert "is removed" in operator("channel", "remove", "app").output


def test_the_configuration_shown_can_be_published(
    operator: Run, instance: FakeInstance, tmp_path: Path
) -> None:
    """`show`, with and without its version, is what `publish` takes."""
    shown = {"version": "v1", "configuration": CONFIGURATION}
    instance.answer("GET /v1/admin/configuration", shown)
    instance.answer("PUT /v1/admin/configuration", {"version": "v2"})
    file = tmp_path / "configuration.json"
    for flags in ((), ("--json",)):
        file.write_text(operator("config", "show", *flags).stdout, encoding="utf-8")
        assert operator("config", "publish", file).exit_code == 0
        assert instance.requests("PUT")[-1].json == CONFIGURATION


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b"{} {}"])
def test_a_file_that_is_not_json_is_not_sent(
    operator: Run, instance: FakeInstance, tmp_path: Path, content: bytes
) -> None:
    """A file that is not JSON exits with 2 and its name, and no instance is asked."""
    file = tmp_path / "configuration.json"
    file.write_bytes(content)
    result = operator("config", "publish", file)
    assert result.exit_code == 2
    assert "configuration.json" in result.output
    assert instance.asked == []


def test_dead_letters_are_listed(operator: Run, instance: FakeInstance) -> None:
    """A table with a readable time, a list for programs, and a word when there are none."""
    route = "GET /v1/admin/dead-letters"
    instance.answer(route, {"dead_letters": [LETTER]})
    table = operator("dlq", "list", "--limit", "5").output
    assert all(word in table for word in ("d1", "deliveries", "2025-06-15T15:06:40", "10"))
    assert instance.asked[0].query == "limit=5"
    assert json.loads(operator("dlq", "list", "--json").output) == [LETTER]
    instance.answer(route, {"dead_letters": []})
    assert operator("dlq", "list").output == "No dead letters.\n"


@pytest.mark.parametrize(
    ("args", "redriven", "code"),
    [(("--all",), 7, 0), (("--all",), 0, 0), (("d1", "d2"), 2, 0), (("d1", "gone"), 1, 1)],
)
def test_redriving(
    operator: Run, instance: FakeInstance, args: tuple[str, ...], redriven: int, code: int
) -> None:
    """Dead letters are sent again by id or all, and fewer than named is a failure."""
    instance.answer("POST /v1/admin/dead-letters/redrive", {"redriven": redriven})
    result = operator("dlq", "redrive", *args)
    assert result.exit_code == code
    assert result.output == f"{redriven} sent again.\n"
    sent = {"all": True} if args == ("--all",) else {"ids": list(args)}
    assert instance.asked[0].json == sent


def test_a_redrive_that_could_not_send_all_says_so(operator: Run, instance: FakeInstance) -> None:
    """More dead letters than one call can send are told of, and the command exits 1."""
    instance.answer("POST /v1/admin/dead-letters/redrive", {"redriven": 5000, "more": True})
    result = operator("dlq", "redrive", "--all")
    assert result.exit_code == 1
    assert "run the command again" in result.stderr
