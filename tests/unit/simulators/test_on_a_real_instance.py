"""The commands, the simulators, the documents and their examples against a real instance."""

import json
import os
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import urllib3
from click.testing import CliRunner, Result
from documents import CHANNEL_API, EXAMPLES, POOL_PROTOCOL, example_event, like, load

from cli.main import cli
from local.simulators.providers import SERVERS
from tests.instance import Instance, free_port
from tests.warm import Started, begin

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

PERSON = "I want to talk to a person"
UNKNOWN = "Which colour is the moon made of on alternate Tuesdays?"
SHOP = EXAMPLES.parents[1] / "samples" / "shop.jsonl"
REPLIES_PORT, EVENTS_PORT = 1, 2  # after the instance's own, which are free without simulators


@dataclass
class Surgeline:
    """A real instance, the commands against it, and programs that run beside it."""

    instance: Instance
    folder: Path
    programs: ExitStack

    def run(self, *args: str | Path) -> Result:
        env = {"SURGELINE_ADMIN_KEY": self.instance.admin_key}
        words = [*map(str, args), "--url", self.instance.url]
        return CliRunner().invoke(cli, words, env=env)

    def asked(self, *args: str | Path) -> Any:
        result = self.run(*args, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def at(self, offset: int) -> str:
        return f"http://127.0.0.1:{self.instance.port + offset}/"

    def connect(self) -> tuple[str, str]:
        """Add a channel `app` and the only pool `mine`, and return their secrets."""
        shown = json.loads(self.run("config", "show").stdout)
        file = self.folder / "configuration.json"
        file.write_text(json.dumps({**shown, "pools": []}), encoding="utf-8")
        self.asked("config", "publish", file, "--remove")
        channel = self.asked("channel", "add", "app", "--reply-url", self.at(REPLIES_PORT))
        pool = self.asked("pool", "add", "mine", "--endpoint", self.at(EVENTS_PORT))
        return channel["secret"], pool["secret"]

    def events_url(self, entrance: str) -> str:
        return f"{self.instance.url}/v1/{entrance}"

    def start(self, *command: str, secret: str) -> Callable[[], str]:
        """Run a Python file beside the test until its end; what it has printed so far."""
        output, env = self._beside(secret)
        out = self.programs.enter_context(output.open("wb"))
        process = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, *command], stdout=out, stderr=subprocess.STDOUT, env=env
        )
        return self._until_the_end(process, output)

    def simulate(self, *words: str, secret: str = "") -> Callable[[], str]:
        """Run a simulator beside the test until its end; what it has printed so far."""
        output, env = self._beside(secret)
        return self._until_the_end(begin(words, output, env), output)

    def _beside(self, secret: str) -> tuple[Path, dict[str, str]]:
        names = ("SURGELINE_SECRET", "SURGELINE_POOL_SECRET", "SURGELINE_CHANNEL_SECRET")
        environ = {**os.environ, **dict.fromkeys(names, secret), "PYTHONUNBUFFERED": "1"}
        return self.folder / f"program-{time.monotonic_ns()}.out", environ

    def _until_the_end(
        self, process: Started | subprocess.Popen[bytes], output: Path
    ) -> Callable[[], str]:
        self.programs.callback(process.wait, 10)
        self.programs.callback(process.terminate)
        return lambda: output.read_text(encoding="utf-8")


@contextmanager
def up(folder: Path, *arguments: str) -> Iterator[Surgeline]:
    instance = Instance(folder / "home", free_port(), arguments)
    instance.start()
    try:
        with ExitStack() as programs:
            yield Surgeline(instance, folder, programs)
        assert instance.stop() == 0
    finally:
        instance.kill9()


def until(look: Callable[[], Any], seconds: float = 40.0) -> Any:
    """Return what `look` finds, once it finds something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "nothing came of it"
        time.sleep(0.05)
    return found


def key_of(secret: str) -> bytes:
    return b64decode(secret.removeprefix("whsec_"))


@dataclass
class Recorder:
    """A channel and a pool in one: keeps all that comes, answers what the test lined up."""

    events: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @contextmanager
    def listening(self, *ports: int) -> Iterator[None]:
        recorder = self

        class Everything(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                event = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(recorder.answers.get(event["type"], {})).encode())
                recorder.events.append(event)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        servers = [ThreadingHTTPServer(("127.0.0.1", port), Everything) for port in ports]
        for server in servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            for server in servers:
                server.shutdown()
                server.server_close()

    def next(self, kind: str) -> dict[str, Any]:
        """Return the oldest event of a type that was not asked for before."""
        event: dict[str, Any] = until(
            lambda: next((e for e in self.events if e["type"] == kind), None)
        )
        self.events.remove(event)
        return event


def test_the_commands_against_an_instance_with_its_simulators(tmp_path: Path) -> None:
    """The commands ask, hand over, tell the story and publish on an instance, and nothing is
    dead.
    """
    with up(tmp_path) as surgeline:
        answered = surgeline.run("send", "Where is my order?")
        assert answered.exit_code == 0
        assert [line.split()[0] for line in answered.stdout.splitlines()] == ["you", "bot"]
        until(lambda: "Simulated pool vendor" in surgeline.instance.logs)
        handed = surgeline.run("send", UNKNOWN, "--then", "thanks", "--timeout", "60", "--json")
        *lines, outcome = [json.loads(line) for line in handed.stdout.splitlines()]
        assert outcome["outcome"] == "resolved", handed.output
        assert [line["speaker"] for line in lines].count("person") == 2
        story = surgeline.run("conversation", "show", outcome["conversation_id"]).output
        assert f"| {UNKNOWN}" in story
        for words in ("decided: handoff", "offer to pool vendor", "decided: accept", "resolved"):
            assert words in story
        assert UNKNOWN not in surgeline.instance.logs
        assert surgeline.asked("status")["status"] == "ok"
        assert surgeline.asked("dlq", "list") == []
        assert surgeline.asked("dlq", "redrive", "--all") == {"redriven": 0, "more": False}
        published = surgeline.asked("kb", "build", SHOP, "--publish", "shop")
        assert surgeline.asked("status")["knowledge"]["shop"] == published["version"]


def test_a_simulated_pool_that_accepts_in_its_response(tmp_path: Path) -> None:
    """The other way to accept ends just as well, and both commands say where things are."""
    with up(tmp_path, "--no-simulators") as surgeline:
        _, secret = surgeline.connect()
        flags = ("--pool", "mine", "--url", surgeline.instance.url, "--accept", "response")
        port = str(surgeline.instance.port + EVENTS_PORT)
        more = ("--port", port, "--reply-after", "0.3")
        output = surgeline.simulate("pool", "simulate", *flags, *more, secret=secret)
        until(lambda: "Simulated pool mine" in output())
        said = surgeline.run("send", PERSON, "--then", "thanks", "--timeout", "40")
        assert said.exit_code == 0, said.output + output()
        assert "closed by the pool" in said.stderr
        assert "message.sent" in output()
        assert PERSON not in output()


def test_the_documents_examples_carry_a_conversation(tmp_path: Path) -> None:
    """A channel and a pool, each the documented file as it is, from question to resolution."""
    with up(tmp_path, "--no-simulators") as surgeline:
        channel_secret, pool_secret = surgeline.connect()
        url = surgeline.events_url("channels/app/messages")
        pool = (str(EXAMPLES / "pool_receiver.py"), surgeline.events_url("pools/mine/events"))
        surgeline.start(*pool, str(surgeline.instance.port + EVENTS_PORT), secret=pool_secret)
        channel = (str(EXAMPLES / "channel_client.py"), url)
        replies_port = str(surgeline.instance.port + REPLIES_PORT)
        shown = surgeline.start(*channel, replies_port, PERSON, secret=channel_secret)
        until(lambda: "person: How can I help?" in shown())
        client = load("channel_client")
        message = {"sender": "customer-1", "text": "It is order 1042"}
        ids = client.send(url, key_of(channel_secret), message)
        assert set(ids) == {"thread_id", "message_id"}
        until(lambda: "person: Consider it done." in shown())
        until(lambda: shown().rstrip().splitlines()[-1].startswith("to customer-1: system: "))
        assert shown().count("person: ") == 2


def test_everything_sent_has_the_documented_shape(tmp_path: Path) -> None:
    """Every event out, and every answer to an event in, beside the documents' words."""
    recorder = Recorder()
    with up(tmp_path, "--no-simulators") as surgeline:
        channel_secret, pool_secret = surgeline.connect()
        port = surgeline.instance.port
        url = surgeline.events_url("channels/app/messages")
        client, vendor = load("channel_client"), load("pool_receiver")
        vendor.KEY = key_of(pool_secret)

        def customer(text: str, sender: str = "customer-1") -> None:
            known = {"name": "Kim", "orders": 3}
            body = {"sender": sender, "text": text, "customer": known}
            client.send(url, key_of(channel_secret), body)

        def tell(kind: str, **data: Any) -> dict[str, Any]:
            said: dict[str, Any] = vendor.tell(
                surgeline.events_url("pools/mine/events"), kind, data
            )
            return said

        with recorder.listening(port + REPLIES_PORT, port + EVENTS_PORT):
            customer(PERSON)
            offered = recorder.next("handoff.offered")
            assert like(example_event(POOL_PROTOCOL, "handoff.offered"), offered)
            about = {"conversation_id": offered["data"]["conversation_id"]}
            offer = {**about, "offer_id": offered["data"]["offer_id"]}
            epoch = offered["data"]["epoch"]

            accepted = tell("handoff.accepted", **offer, agent={"name": "Agent 1"})
            assert accepted == {"accepted": True, **offer, "epoch": epoch}
            assert tell("handoff.accepted", **offer) == accepted
            late = tell("handoff.declined", **offer)
            assert (late["error"]["code"], late["error"]["state"]) == ("conflict", "accepted")

            own = {**about, "epoch": epoch}
            assert tell("typing", **own) == {}
            assert set(tell("message.sent", **own, text="Hello")) == {"event_id"}
            customer("It is order 1042")
            message = recorder.next("conversation.message")
            assert like(example_event(POOL_PROTOCOL, "conversation.message"), message)
            assert message["data"]["seq"] == 1
            assert set(tell("conversation.resolved", **own, outcome="solved")) == {"event_id"}
            told = [recorder.next("message.created") for _ in range(4)]
            assert all(like(example_event(CHANNEL_API, "message.created"), each) for each in told)
            seqs = [each["data"]["seq"] for each in told]
            assert seqs == sorted(seqs)
            states = [each["data"]["conversation"] for each in told]
            assert states[0] == {"state": "open", "owner": "waiting"}
            assert states[-1]["state"] == "closed"

            stale = tell("message.sent", **own, text="One more thing")
            assert (stale["error"]["code"], stale["error"]["state"]) == ("conflict", "closed")
            foreign = tell("message.sent", **{**own, "conversation_id": f"t{'a' * 26}-1"}, text="x")
            assert set(foreign) == {"error"}
            broken = tell("message.sent", **own)
            assert (broken["error"]["code"], broken["error"]["field"]) == (
                "bad_request",
                "data.text",
            )


def test_a_customer_who_leaves_is_told_to_the_pool(tmp_path: Path) -> None:
    """A customer who leaves is told to the pool, as `withdrawn` before an acceptance and
    `abandoned` after.
    """
    recorder = Recorder()
    with up(tmp_path, "--no-simulators") as surgeline:
        surgeline.connect()
        with recorder.listening(surgeline.instance.port + EVENTS_PORT):
            for accepted in (False, True):
                recorder.answers["handoff.offered"] = {"accepted": True} if accepted else {}
                visitor = _visitor(surgeline.instance)
                offer = recorder.next("handoff.offered")["data"]
                if accepted:
                    until(partial(_is_a_pools, surgeline.instance, visitor))
                surgeline.instance.request("POST", "/v1/web/web/leave", authorization=visitor)
                ended = "conversation.abandoned" if accepted else "handoff.withdrawn"
                data = recorder.next(ended)["data"]
                fields = {"schema", "conversation_id", "epoch", "seq"}
                assert set(data) == (fields if accepted else fields | {"offer_id", "reason"})
                for name in ("conversation_id", "epoch"):
                    assert data[name] == offer[name]


def _visitor(instance: Instance) -> str:
    """Let a visitor of the chat page ask for a person, and return the visitor's token."""
    kind = {"content_type": "application/json"}
    visitor = instance.request("POST", "/v1/web/web/visitors", body=b"{}", **kind).json()
    authorization = f"Bearer {visitor['token']}"
    body = json.dumps({"client_message_id": "1", "text": PERSON}).encode()
    instance.request("POST", "/v1/web/web/messages", body=body, authorization=authorization, **kind)
    return authorization


def _is_a_pools(instance: Instance, visitor: str) -> bool:
    read = instance.request("GET", "/v1/web/web/messages?after=0", authorization=visitor).json()
    return bool(read["conversation"] and read["conversation"]["owner"] == "pool")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surgeline]:
    """Yield an instance whose simulated pool is there, for tests that each add a channel."""
    with up(tmp_path_factory.mktemp("shared")) as surgeline:
        until(lambda: "Simulated pool vendor" in surgeline.instance.logs)
        yield surgeline


@pytest.mark.parametrize("kind", SERVERS)
def test_a_conversation_over_a_simulated_provider(
    tmp_path: Path, kind: str, shared: Surgeline
) -> None:
    """A question, its answer, a handoff and a person's words go over a provider on an instance."""
    port, keys = free_port(), tmp_path / "key"
    keys.write_text("any-key\n", encoding="utf-8")
    fields = [word for name in SERVERS[kind].FIELDS for word in ("--field", f"{name}=@{keys}")]
    provider = f"http://127.0.0.1:{port}"
    http = urllib3.PoolManager(retries=False, timeout=20)

    def write(text: str) -> None:
        assert http.request("POST", f"{provider}/say", json={"text": text}).json() == {
            "hook_status": 200
        }

    def screen() -> list[str]:
        found: list[str] = http.request("GET", f"{provider}/screen").json()
        return found

    add = ("channel", "add", f"my-{kind}", "--kind", kind, *fields, "--api-base", provider)
    hook_url = shared.asked(*add)["hook_url"]
    simulate = ("channel", "simulate", "--kind", kind, "--port", str(port), *fields)
    printed = shared.simulate(*simulate, "--hook-url", hook_url)
    until(lambda: f"Simulated {kind} on" in printed())
    checked = shared.run("channel", "check", f"my-{kind}")
    assert checked.exit_code == 0, checked.output
    write("Where is my order?")
    assert len(until(screen)) == 1
    write(UNKNOWN)
    until(lambda: len(screen()) > 1)
    assert shared.asked("dlq", "list") == []
