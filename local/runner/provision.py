"""The first start makes secrets, an admin key, and the sample configuration and knowledge.

    python -m local.runner.provision PORT TIER

Later starts keep them. The use cases of the admin API do what the admin API can do. Whatever is
there already, or was changed by people, stays as it is.
"""

import base64
import hashlib
import json
import logging
import os
import secrets as random
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from surgeline.adapters.channels.signed import SignedChannel
from surgeline.adapters.channels.web import WebChannel
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.pools.webhook import Webhook
from surgeline.adapters.signing.standard_webhooks import new_secret
from surgeline.application.answers.current_knowledge import current_index, current_version
from surgeline.application.answers.publish_knowledge import upload_again, upload_knowledge
from surgeline.application.configuration import (
    ChannelSettings,
    Configuration,
    ConfigurationShelf,
    PoolSettings,
)
from surgeline.application.ports.blobs import Blobs
from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.secrets import Secrets
from surgeline.application.staff.keys import KEY_BYTES, REACHES, entry_of, key_of
from surgeline.errors import SurgelineError
from surgeline.knowledge.answering.index import LEXICAL
from surgeline.runtime.configuration import shelf_of, unheard
from surgeline.runtime.staff_session import passes_of

from local.engine.errors import Damaged
from local.home.backend import EmbeddedBackend, from_environment
from local.runner import addresses
from local.runner.processes import child

KNOWLEDGE_BASE = "shop"
SAMPLE = Path(__file__).parents[2] / "samples" / "shop.jsonl"
ADMIN_KEY_FILE = "admin-key"
FIRST_LEAD = "First lead"
LINK_SECONDS = 3_600
_ADMIN_NAME = "local"
_WRITTEN_FILE = "simulators.json"

log = logging.getLogger(__name__)


def provision(backend: EmbeddedBackend, home: Path, port: int, tier: str = LEXICAL) -> None:
    """Make whatever is missing. A repeat after a crash at any point is safe."""
    secrets = backend.secrets()
    _keep(secrets, "ids", base64.b64encode(random.token_bytes(KEY_BYTES)).decode())
    for name in (f"channels/{addresses.CHANNEL}", f"pools/{addresses.POOL}"):
        _keep(secrets, name, new_secret(random.token_bytes(KEY_BYTES)))
    _register(secrets, _admin_key(home / ADMIN_KEY_FILE))
    _configure(backend, home / _WRITTEN_FILE, port)
    _invite_first_lead(backend, home / addresses.LINK_FILE, port)
    if current_version(backend.blobs(), KNOWLEDGE_BASE) is None:
        upload_knowledge(
            backend.blobs(),
            KNOWLEDGE_BASE,
            SAMPLE.read_bytes(),
            SAMPLE.name,
            at=backend.clock.now(),
        )
    for base in sorted({each.knowledge_base for each in _shelf(backend).current().channels}):
        _build_again(backend.blobs(), base, tier, at=backend.clock.now())


def _build_again(blobs: Blobs, knowledge_base: str, tier: str, *, at: int) -> None:
    """Build the current version for another tier. A version without its source stays as it is."""
    current = current_index(blobs, knowledge_base)
    if current is None or current.tier == tier:
        return
    with suppress(Absent):
        upload_again(blobs, knowledge_base, current.version, at=at)


def _invite_first_lead(backend: EmbeddedBackend, file: Path, port: int) -> None:
    """Write a link that signs the first lead in once, while there is no other admin."""
    admins = [each for each in backend.staff().people() if each.role == "admin"]
    file.unlink(missing_ok=True)
    if any(each.name != FIRST_LEAD and not each.revoked for each in admins):
        return
    issued = passes_of(backend).invite(FIRST_LEAD, "admin", seconds=LINK_SECONDS)
    link = f"{addresses.url(port)}/sign-in#{issued.token}\n"
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write(link)


def _keep(secrets: Secrets, name: str, value: str) -> None:
    if secrets.get(name) is None:
        secrets.put(name, value)


def _admin_key(file: Path) -> str:
    """Return the admin key, which only this file keeps in the clear."""
    try:
        if key := file.read_text(encoding="ascii").strip():
            return key
    except FileNotFoundError:
        pass
    except UnicodeDecodeError as error:
        raise Damaged(file, "it is not text") from error
    key = key_of(random.token_bytes(KEY_BYTES))
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        new.write(key + "\n")
    beside.replace(file)
    return key


def _register(secrets: Secrets, key: str) -> None:
    """Register the key as a hash. Keys that others added stay."""
    known = json.loads(secrets.get("admin") or "[]")
    others = [each for each in known if each["name"] != _ADMIN_NAME]
    ours = entry_of(_ADMIN_NAME, REACHES["write"], key)
    if (wanted := [*others, ours]) != known:
        secrets.put("admin", json.dumps(wanted))


def _configure(backend: EmbeddedBackend, written_file: Path, port: int) -> None:
    """Publish the sample configuration. Later let its unchanged parts follow the port."""
    shelf = _shelf(backend)
    pool_url, reply_url = addresses.pool_url(port), addresses.channel_url(port)
    current = shelf.current()
    if not shelf.version:
        _publish(shelf, sample_configuration(pool_url, reply_url))
    elif written_file.exists():
        old_pool, old_reply = _written(written_file)
        moved = _moved(current, old_pool, pool_url, old_reply, reply_url)
        if moved != current:
            _publish(shelf, moved)
    beside = written_file.with_suffix(".new")
    beside.write_text(json.dumps({"pool_url": pool_url, "reply_url": reply_url}))
    beside.replace(written_file)


def _written(file: Path) -> tuple[str, str]:
    """Return the simulators' addresses of the start before. Raises Damaged."""
    try:
        written = json.loads(file.read_bytes())
        return str(written["pool_url"]), str(written["reply_url"])
    except (ValueError, TypeError, KeyError) as error:
        raise Damaged(file, "it does not name two addresses") from error


def _shelf(backend: EmbeddedBackend) -> ConfigurationShelf:
    return shelf_of(backend, unheard)


def sample_configuration(pool_url: str, reply_url: str) -> Configuration:
    """Return a configuration with a chat page, a signed channel and an outsourced pool."""
    return Configuration(
        channels=(
            ChannelSettings("web", "web", KNOWLEDGE_BASE, WebChannel()),
            ChannelSettings(addresses.CHANNEL, "signed", KNOWLEDGE_BASE, SignedChannel(reply_url)),
        ),
        pools=(PoolSettings(addresses.POOL, "outsourced", Webhook(pool_url)),),
    )


def _moved(
    current: Configuration, old_pool: str, new_pool: str, old_reply: str, new_reply: str
) -> Configuration:
    """Return the configuration with our simulators at their new addresses."""
    pool, channel = current.pool(addresses.POOL), current.channel(addresses.CHANNEL)
    if pool is not None and pool.settings == Webhook(old_pool):
        current = current.with_pool(replace(pool, settings=Webhook(new_pool)))
    if channel is not None and channel.settings == SignedChannel(old_reply):
        current = current.with_channel(replace(channel, settings=SignedChannel(new_reply)))
    return current


def _publish(shelf: ConfigurationShelf, configuration: Configuration) -> None:
    form = ConfigurationFormat()
    raw = form.encode(configuration)
    document = form.shown(configuration)
    checked = form.parse(document, allow_loopback=True, stored=configuration)
    shelf.publish(checked, hashlib.sha256(raw).hexdigest()[:16])


def main(port: str, tier: str = LEXICAL) -> None:
    """Provision the home that the environment names."""
    this = child.begin("provision")
    try:
        provision(from_environment(this.environ), this.home, int(port), tier)
    except SurgelineError as error:  # it names what a person can mend, and quotes no customer
        log.error("%s", error)  # noqa: TRY400 # its frames would tell a person nothing
        child.end(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
    child.end()
