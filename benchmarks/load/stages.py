"""A message's time is measured in three stages, each by itself, in this process, one by one.

Each stage gives its processor time, so that other work of the machine counts little, and then a
profile. The HTTP of the front and the waiting between processes are not in it. The processor times
of a whole instance include them, and every other run gives those.
"""

import asyncio
import cProfile
import io
import json
import multiprocessing
import pstats
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

from surgeline.adapters.channels.signed import SignedChannel
from surgeline.adapters.signing.standard_webhooks import decode_secrets, sign
from surgeline.application.configuration import ConfigurationShelf
from surgeline.runtime import settings
from surgeline.runtime.bootstrap import Handler
from surgeline.runtime.configuration import shelf_of, unheard

from functions.channel_webhook import handler as channel_webhook
from functions.conversation_worker import handler as conversation_worker
from functions.delivery_worker import handler as delivery_worker
from functions.knowledge_build import handler as knowledge_build
from infra.topology import Messages, Uploads
from local.home import plan
from local.home.backend import EmbeddedBackend, open_home
from local.home.context import context_of
from local.home.lambda_events import HttpRequest, http_event, s3_event
from local.load.traffic import Message, Mix, arrivals, messages, questions_of
from local.load.wire import Answering
from local.runner import addresses
from local.runner.lanes.in_hand import InHand
from local.runner.lanes.lane import Lane
from local.runner.provision import SAMPLE, provision

ROUTE = "POST /v1/channels/{channel_id}/messages"
SHOWN_FUNCTIONS = 12
_NAMES = {
    "events_queue": "events",
    "deliveries_queue": "deliveries",
    "timers_queue": "timers",
    "table": "conversations",
    "bucket": "artifacts",
    "secrets": "secrets",
    "sockets": "sockets",
    "weights": "/nowhere",
    "tier": "lexical",
}


def stages(count: int, mix: Mix) -> dict[str, Any]:
    """Return processor milliseconds a message by stage, and the functions that took most."""
    with tempfile.TemporaryDirectory() as folder, _receiver() as url:
        bench = _Bench(Path(folder), url)
        bench.run(count // 4, mix, seed=1)  # the knowledge base is loaded, and caches are filled
        plain = bench.run(count, mix, seed=2)
        bench.in_one_thread()
        profiled = bench.run(count, mix, seed=3, profiled=True)
    return {
        name: {"ms_a_message": ms, "spent_in": profiled[name][1]} for name, (ms, _) in plain.items()
    }


class _Bench:
    """The real handlers over one embedded backend in a folder."""

    def __init__(self, home: Path, reply_url: str) -> None:
        self._backend = open_home(home)
        self._plan = plan.DEFAULT
        self._log = home / "log"
        provision(self._backend, home, 1)
        self._set_reply_url(reply_url)
        self._publish()
        name = f"channels/{addresses.CHANNEL}"
        self._keys = decode_secrets(self._backend.secrets().get(name) or "")
        self._intake = self._handler(channel_webhook, settings.ChannelWebhook)
        self._lanes = {
            "conversation": self._lane(home, "conversation_worker", conversation_worker),
            "delivery": self._lane(home, "delivery_worker", delivery_worker),
        }

    def run(
        self, count: int, mix: Mix, *, seed: int, profiled: bool = False
    ) -> dict[str, tuple[float, list[str]]]:
        """Run every stage over so many messages."""
        questions = questions_of(SAMPLE.read_bytes())
        times = arrivals("step", count, 1)
        name = secrets.token_hex(3)
        sent = list(messages(questions, times, mix, threads=0, seed=seed, name=name))
        stage: dict[str, Callable[[], object]] = {"intake": lambda: self._take_in(sent)}
        stage |= {name: lane.step for name, lane in self._lanes.items()}
        measured = {}
        for name, step in stage.items():
            with self._log.open("a") as log, redirect_stdout(log):
                measured[name] = _measure(step, once=name == "intake", profiled=profiled)
        return {name: (round(s * 1000 / count, 3), spent) for name, (s, spent) in measured.items()}

    def in_one_thread(self) -> None:
        """Stop working on groups side by side, because a profile sees one thread."""
        lane = self._lanes["delivery"]
        lane.beside, lane.batch = 0, 1

    def _take_in(self, sent: list[Message]) -> None:
        function = self._plan.function("channel_webhook")
        for message in sent:
            body = json.dumps({"sender": message.sender, "text": message.text}).encode()
            at = time.time_ns() // 1_000_000
            proof = sign(self._keys, webhook_id=message.event_id, timestamp=at // 1000, body=body)
            path = f"/v1/channels/{addresses.CHANNEL}/messages"
            request = HttpRequest(
                method="POST",
                raw_path=path,
                raw_query="",
                headers=[*proof.items(), ("content-type", "application/json"), ("host", "x")],
                body=body,
                source_ip="127.0.0.1",
                protocol="HTTP/1.1",
                at=at,
            )
            event = http_event(request, ROUTE, {"channel_id": addresses.CHANNEL})
            assert self._intake(event, context_of(function))["statusCode"] == 202  # noqa: PLR2004

    def _lane(self, home: Path, name: str, module: Any) -> Lane:  # noqa: ANN401 # a handler's module
        function = self._plan.function(name)
        wake = plan.of_kind(function, Messages)[0]
        model = getattr(settings, "".join(part.title() for part in name.split("_")))
        return Lane(
            function=function,
            queue_name=wake.queue,
            batch=self._plan.batch(name),
            source=self._backend.queue(wake.queue),
            handler=self._handler(module, model),
            in_hand=InHand(home / "lanes" / name),
            sleep=time.sleep,
            ring=lambda: None,
            beside=self._plan.beside.get(name, 0),
        )

    def _handler(self, module: Any, model: Any) -> Handler:  # noqa: ANN401 # a function's module
        needed = model.__dataclass_fields__
        values = {name: value for name, value in _NAMES.items() if name in needed}
        built: Handler = module.build(self._backend, model(**values))
        return built

    def _set_reply_url(self, url: str) -> None:
        shelf = _shelf(self._backend)
        current = shelf.current()
        channel = current.channel(addresses.CHANNEL)
        assert channel is not None
        moved = replace(channel, settings=SignedChannel(url))
        shelf.publish(current.with_channel(moved), "stages")

    def _publish(self) -> None:
        build = self._handler(knowledge_build, settings.KnowledgeBuild)
        function = self._plan.function("knowledge_build")
        blobs = self._backend.blobs()
        prefixes = [wake.prefix for wake in plan.of_kind(function, Uploads)]
        for key in [key for prefix in prefixes for key in blobs.keys(prefix)]:
            with self._log.open("a") as log, redirect_stdout(log):
                build(
                    s3_event("artifacts", key, blobs.get(key), at=0, sequencer=1),
                    context_of(function),
                )


def _shelf(backend: EmbeddedBackend) -> ConfigurationShelf:
    return shelf_of(backend, unheard)


def _measure(step: Callable[[], object], *, once: bool, profiled: bool) -> tuple[float, list[str]]:
    """Return the processor seconds until the step finds nothing more to do, with a profile."""
    profile = cProfile.Profile()
    begin = time.process_time()
    if profiled:
        profile.enable()
    while step() and not once:
        pass
    profile.disable()
    return time.process_time() - begin, _most(profile) if profiled else []


def _most(profile: cProfile.Profile) -> list[str]:
    """Return `12.3 % function (file:line)`: its own time and its calls', without the outermost."""
    raw: Any = pstats.Stats(profile, stream=io.StringIO())
    whole = raw.total_tt or 1.0
    rows = [
        (cumulative / whole, f"{name} ({Path(file).name}:{line})")
        for (file, line, name), (_, _, _, cumulative, _) in raw.stats.items()
        if cumulative < 0.9 * whole
    ]
    rows.sort(reverse=True)
    return [f"{100 * share:.1f} % {what}" for share, what in rows[:SHOWN_FUNCTIONS]]


@contextmanager
def _receiver() -> Iterator[str]:
    """Run a channel's endpoint in a process of its own, which answers 204."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_receive, args=(theirs,), daemon=True
    )
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/"
    finally:
        process.kill()
        process.join()


def _receive(ready: Any) -> None:  # noqa: ANN401 # multiprocessing's connection
    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Answering(lambda *_: 204), "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())
