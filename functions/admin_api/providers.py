"""The operators' requests for what has a provider live here: its fields, and its check.

A channel may have a provider, and so may the tool in which a pool works.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from surgeline.adapters.configuration.providers import Checked, Provider
from surgeline.adapters.signing.field_sets import HOOK_URL, Fields, read_sets, write_fields
from surgeline.application.change_configuration import ONE
from surgeline.application.configuration import ConfigurationShelf, Item
from surgeline.application.ports.refusals import Absent
from surgeline.errors import Disagrees, Unavailable, Unprocessable
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.routes import Routes, name_in

MAX_URL = 500
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~%-]+)*")


TAGS: Mapping[Item, str] = {"channels": "kind", "pools": "reached_by"}
"""The field that names the provider, where there is one."""
HOOKS: Mapping[Item, str] = {"channels": "hooks", "pools": "desks"}
"""The providers of each post below this path."""


@dataclass(frozen=True, slots=True)
class Provided:
    """A channel or pool that is set up with a provider's fields.

    `settings` are its fields of the configuration, and `secret` has the provider's, if they change.
    `hook_url` is the URL that the provider calls.
    """

    item: Item
    settings: dict[str, Any]
    secret: str | None
    provider: Provider
    hook_url: str

    def as_json(self) -> dict[str, object]:
        """Return what the answer says of the steps that remain at the provider."""
        item_id = str(self.settings["id"])
        steps = [each.replace("{channel_id}", item_id) for each in self.provider.steps]
        if not self.provider.has_hook:
            return {"steps": steps}
        path = hook_path(self.item, str(self.settings[TAGS[self.item]]), item_id)
        return {"hook_path": path, "hook_url": self.hook_url, "steps": steps}


class ProvidedFields:
    """Finds a provider's fields in requests, and joins them with those that are kept."""

    def __init__(self, shelf: ConfigurationShelf, backend: Backend) -> None:
        self._shelf = shelf
        self._backend = backend

    def usual(self, way: object) -> dict[str, Any]:
        """Return what stands in a pool where an operator is silent, for pools of that tool."""
        provider = self._provider("pools", str(way))
        return {"kind": "in_house", **provider.usual} if provider else {}

    def of(self, item: Item, wanted: Mapping[str, Any], base_url: str) -> Provided | None:
        """Return a wanted channel or pool of a provider, or None for anything else.

        The provider calls the hook at the wanted `public_url`, or else at `base_url`. Raises
        Unprocessable for fields that are wrong or missing.
        """
        kind = str(wanted.get(TAGS[item]))
        provider = self._provider(item, kind)
        if provider is None:
            return None
        settings = dict(wanted)
        given, public_url = settings.pop("fields", {}), settings.pop("public_url", None)
        item_id = str(wanted["id"])
        kept = [] if given else self._sets(item, item_id, kind)
        _refuse(provider, given, kept[0] if kept else {}, public_url)
        known = kept[0].get(HOOK_URL) if kept and public_url is None else None
        hook_url = known or (public_url or base_url) + hook_path(item, kind, item_id)
        wanted_sets = [{**each, HOOK_URL: hook_url} for each in ([given] if given else kept)]
        secret = " ".join(write_fields(kind, each) for each in wanted_sets)
        brought = None if wanted_sets == kept else secret
        return Provided(item, settings, brought, provider, hook_url)

    def rotated(
        self, item: Item, item_id: str, given: Mapping[str, str], base_url: str
    ) -> str | None:
        """Return the next secret of a provider's endpoint, or None for any other endpoint.

        Fields that are not given stay as they are. Raises Absent, Unprocessable.
        """
        kind = self._kind_of(item, item_id)
        provider = self._provider(item, kind)
        if provider is None:
            if kind and given:
                problem = f"fields: {item} of the kind {kind!r} have none, so leave them out"
                raise Unprocessable("nothing was changed", problems=(problem,))
            return None
        if not given:
            names = ", ".join(provider.fields)
            problem = f"fields: give at least one of {names}, with its new value"
            raise Unprocessable("nothing would change", problems=(problem,))
        kept = self._kept(item, item_id, kind)
        _refuse(provider, given, kept)
        hook_url = base_url + hook_path(item, kind, item_id)
        return write_fields(kind, {HOOK_URL: hook_url, **kept, **given})

    def checked(self, item: Item, item_id: str, base_url: str) -> tuple[Provider, Checked]:
        """Return a provider's channel or pool, ready to be tried. Raises Absent, Disagrees."""
        one, latest = ONE[item], self._shelf.latest()
        known: Any = latest.channel(item_id) if item == "channels" else latest.pool(item_id)
        if known is None:
            raise Absent(f"there is no {one} {item_id!r}")
        kind = str(getattr(known, TAGS[item]))
        provider = self._provider(item, kind)
        if provider is None:
            raise Disagrees(
                f"the {one} {item_id!r} is of the kind {kind!r}: only {item} of "
                "providers are checked",
                state=kind,
            )
        fields = self._kept(item, item_id, kind)
        _refuse(provider, {}, fields)
        hook_url = fields.get(HOOK_URL) or base_url + hook_path(item, kind, item_id)
        backend = self._backend
        return provider, Checked(
            known.settings,
            fields,
            hook_url,
            posts=backend.posts(),
            mails=backend.mails(),
            now=backend.clock.now(),
        )

    def _provider(self, item: Item, kind: str) -> Provider | None:
        kinds = self._backend.kinds
        if item == "channels":
            return kinds.channel(kind).provider if kind in kinds.channels else None
        return kinds.pool(kind).provider if kind in kinds.pools else None

    def _kind_of(self, item: Item, item_id: str) -> str:
        latest = self._shelf.latest()
        if item == "channels":
            channel = latest.channel(item_id)
            return channel.kind if channel else ""
        pool = latest.pool(item_id)
        return pool.reached_by if pool else ""

    def _kept(self, item: Item, item_id: str, kind: str) -> Fields:
        """Return the newest set that is kept, or an empty one."""
        return next(iter(self._sets(item, item_id, kind)), {})

    def _sets(self, item: Item, item_id: str, kind: str) -> list[Fields]:
        """Return the sets that are kept, the newest first. What can't be read counts as none."""
        stored = self._backend.secrets().latest(f"{item}/{item_id}") or ""
        try:
            return list(read_sets(kind, stored))
        except Unavailable:
            return []


CHANNEL_ROTATE = "surgeline channel rotate"


class CheckRoutes:
    """The routes that try the settings of a provider's channel, and of a pool's tool."""

    def __init__(self, provided: ProvidedFields, backend: Backend) -> None:
        self._provided = provided
        self._backend = backend

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {}

    def write(self) -> Routes:
        """Return the routes that change something. A check speaks to the provider."""
        return {
            "POST /v1/admin/channels/{channel_id}/check": partial(self._check, "channels"),
            "POST /v1/admin/pools/{pool_id}/check": partial(self._check, "pools"),
        }

    def _check(self, item: Item, request: Request) -> Response:
        base_url = base_url_of(request, self._backend)
        item_id = name_in(request, f"{ONE[item]}_id")
        provider, checked = self._provided.checked(item, item_id, base_url)
        own = f"surgeline {ONE[item]} rotate"  # Slack's and the mail's tries serve both items
        findings = [
            {"name": each.name, "ok": each.ok, "said": each.said.replace(CHANNEL_ROTATE, own)}
            for each in provider.check(checked)
        ]
        return Response(200, {"hook_url": checked.hook_url, "findings": findings})


def hook_path(item: Item, kind: str, item_id: str) -> str:
    """Return the path that a provider posts the events of a channel or pool to."""
    return f"/v1/{HOOKS[item]}/{kind}/{item_id}"


def base_url_of(request: Request, backend: Backend) -> str:
    """Return the address at which the operator reached this system."""
    scheme = "http" if backend.allows_loopback else "https"
    return f"{scheme}://{request.host}"


def _refuse(provider: Provider, given: object, kept: Fields, public_url: object = None) -> None:
    problems = list(provider.problems(given, kept))
    if public_url is not None and not _is_public_url(public_url):
        problems.append(
            "public_url: give the address of this system as the provider calls it, such as "
            "https://chat.example.com, without a slash at its end"
        )
    if problems:
        raise Unprocessable("the fields are not valid", problems=tuple(problems))


def _is_public_url(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_URL and bool(_PUBLIC_URL.fullmatch(value))
