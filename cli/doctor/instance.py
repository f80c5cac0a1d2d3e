"""A running instance, asked over its API: its queues, pools, knowledge and endpoints."""

import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from cli.api import Api
from cli.console import Failed, NotReachable, WrongUse, plain
from cli.doctor.finding import REDRIVE, Finding, fail, ok, warn
from cli.pool_states import sentence_of

ADDRESSES = ("url", "reply_url")
CONNECT_SECONDS = 3.0
DAYS_LEFT = 14
_DAY_SECONDS = 86_400
_PORTS = {"https": 443, "http": 80}


def look_at_instance(url: str, key: str | None, *, endpoints: bool) -> Iterator[Finding]:
    """Yield the findings about the instance at a URL."""
    if not key:
        todo = "give --admin-key or set SURGELINE_ADMIN_KEY, and ask again"
        yield warn("instance", f"no admin key is known for {url}, so it was not asked", todo)
        return
    try:
        api = Api(url, bearer=key)
        status = api.get("/v1/admin/status")
        settings = api.get("/v1/admin/configuration")["configuration"]
    except NotReachable as error:
        yield fail("instance", error.message, "`surgeline up` starts one")
        return
    except (Failed, WrongUse) as error:
        yield fail(
            "instance", f"{url}: {plain(error.message)}", "`surgeline secret show` has the key"
        )
        return
    yield ok("instance", f"{url} answers")
    yield from of_status(status)
    if endpoints:
        for name, address in addresses(settings):
            yield reached(name, address)


def of_status(status: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the findings in an instance's own words about itself."""
    for trouble in status.get("troubles", ()):
        yield fail("instance", plain(str(trouble)), "docs/runbook.md says what to do")
    yield _dead_letters(int(status["dead_letters"]))
    yield from _settings(status)
    for pool, stand in sorted(status.get("pool_states", {}).items()):
        if stand["state"] == "disabled":
            told_ = f"the pool {pool} is {sentence_of(stand)}, so it is asked no more"
            yield fail("pools", told_, f"mend its endpoint, then: `surgeline pool resume {pool}`")


def _dead_letters(count: int) -> Finding:
    if not count:
        return ok("dead letters", "no message was set aside")
    return fail(
        "dead letters",
        f"{count} messages were set aside",
        REDRIVE,
    )


def _settings(status: Mapping[str, Any]) -> Iterator[Finding]:
    if not status["configuration"]:
        yield warn(
            "configuration",
            "nothing is configured",
            "`surgeline config publish FILE` publishes one",
        )
    for each in status.get("unreadable", ()):
        yield fail(
            "versions",
            f"this release can't read {plain(str(each))} of the configuration",
            "deploy the release that published it again, or remove it",
        )
    for base, version in status["knowledge"].items():
        if not version:
            told_ = f"the knowledge base {base} has no articles, so people get every question"
            yield warn("knowledge", told_, f"`surgeline kb publish FILE {base}`")


def addresses(settings: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each endpoint of a configuration as `pool:vendor`, with its URL."""
    for item in ("channels", "pools", "subscriptions"):
        for each in settings.get(item, ()):
            for field in ADDRESSES:
                if isinstance(each.get(field), str):
                    yield f"{item[:-1]}:{each['id']}", each[field]


def reached(name: str, url: str, *, now: float | None = None) -> Finding:
    """Return whether an endpoint takes connections, and how long its certificate is good.

    Nothing is sent. Only the host and port are told, because paths may hold tokens.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or _PORTS.get(parts.scheme, 443)
    where = f"{name} at {plain(host)}:{port}"
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS) as connection:
            if parts.scheme != "https":
                return ok("endpoints", f"{where} takes connections")
            with ssl.create_default_context().wrap_socket(connection, server_hostname=host) as tls:
                ends = str((tls.getpeercert() or {}).get("notAfter", ""))
    except ssl.SSLCertVerificationError as error:
        told_ = f"{where} has a certificate that is not trusted: {error.verify_message}"
        return fail("endpoints", told_, "tell its owner: nothing is sent to it until it is mended")
    except OSError as error:
        told_ = f"{where} can't be reached from here: {error.strerror or error}"
        return fail("endpoints", told_, "tell its owner, or mend the address of the endpoint")
    return certificate(where, ends, time.time() if now is None else now)


def certificate(where: str, ends: str, now: float) -> Finding:
    """Return whether a certificate that ends at that time is good for long enough."""
    if not ends:
        return ok("endpoints", f"{where} takes connections")
    days = (ssl.cert_time_to_seconds(ends) - now) / _DAY_SECONDS
    if days < DAYS_LEFT:
        told_ = f"the certificate of {where} ends in {days:.0f} days"
        return warn("endpoints", told_, "tell its owner to renew it")
    return ok(
        "endpoints", f"{where} takes connections, its certificate is good for {days:.0f} days"
    )
