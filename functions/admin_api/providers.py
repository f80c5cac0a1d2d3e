"""The operators' requests for channels of providers live here: their fields, and their check."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surgeline.adapters.configuration.providers import Checked, Provider
from surgeline.adapters.signing.field_sets import HOOK_URL, Fields, read_sets, write_fields
from surgeline.application.configuration import ConfigurationShelf, Item
from surgeline.application.ports.refusals import Absent
from surgeline.errors import Disagrees, Unavailable, Unprocessable
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.admin_api.routes import Routes, name_in

MAX_URL = 500
_PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~%-]+)*")


@dataclass(frozen=True, slots=True)
class Provided:
    """A channel that is set up with a provider's fields.

    `settings` are its fields of the configuration, and `secret` has the provider's, if they change.
    `hook_url` is the URL that the provider calls.
    """

    settings: dict[str, Any]
    secret: str | None
    provider: Provider
    hook_url: str

    def told(self) -> dict[str, object]:
        """Return what the answer says of the steps that remain at the provider."""
        channel_id = str(self.settings["id"])
        steps = [each.replace("{channel_id}", channel_id) for each in self.provider.steps]
        if not self.provider.has_hook:
            return {"steps": steps}
        path = hook_path(str(self.settings["kind"]), channel_id)
        return {"hook_path": path, "hook_url": self.hook_url, "steps": steps}


class ProvidedFields:
    """Finds a provider's fields in requests, and joins them with those that are kept."""

    def __init__(self, shelf: ConfigurationShelf, backend: Backend) -> None:
        self._shelf = shelf
        self._backend = backend

    def of(self, item: Item, wanted: Mapping[str, Any], base_url: str) -> Provided | None:
        """Return a wanted channel of a provider, or None for anything else.

        The provider calls the hook at the wanted `public_url`, or else at `base_url`. Raises
        Unprocessable for fields that are wrong or missing.
        """
        kind = str(wanted.get("kind"))
        provider = self._provider(kind) if item == "channels" else None
        if provider is None:
            return None
        settings = dict(wanted)
        given, public_url = settings.pop("fields", {}), settings.pop("public_url", None)
        channel_id = str(wanted["id"])
        kept = [] if given else self._sets(channel_id, kind)
        _refuse(provider, given, kept[0] if kept else {}, public_url)
        known = kept[0].get(HOOK_URL) if kept and public_url is None else None
        hook_url = known or (public_url or base_url) + hook_path(kind, channel_id)
        wanted_sets = [{**each, HOOK_URL: hook_url} for each in ([given] if given else kept)]
        secret = " ".join(write_fields(kind, each) for each in wanted_sets)
        return Provided(settings, None if wanted_sets == kept else secret, provider, hook_url)

    def rotated(
        self, item: Item, channel_id: str, given: Mapping[str, str], base_url: str
    ) -> str | None:
        """Return the next secret of a provider's channel, or None for any other endpoint.

        Fields that are not given stay as they are. Raises Absent, Unprocessable.
        """
        kind = self._kind_of(channel_id) if item == "channels" else ""
        provider = self._provider(kind)
        if provider is None:
            if kind and given:
                problem = f"fields: channels of the kind {kind!r} have none, so leave them out"
                raise Unprocessable("nothing was changed", problems=(problem,))
            return None
        if not given:
            names = ", ".join(provider.fields)
            problem = f"fields: give at least one of {names}, with its new value"
            raise Unprocessable("nothing would change", problems=(problem,))
        kept = self._kept(channel_id, kind)
        _refuse(provider, given, kept)
        hook_url = base_url + hook_path(kind, channel_id)
        return write_fields(kind, {HOOK_URL: hook_url, **kept, **given})

    def checked(self, channel_id: str, base_url: str) -> tuple[Provider, Checked]:
        """Return a provider's channel, ready to be tried. Raises Absent, Disagrees."""
        channel = self._shelf.latest().channel(channel_id)
        if channel is None:
            raise Absent(f"there is no channel {channel_id!r}")
        provider = self._provider(channel.kind)
        if provider is None:
            raise Disagrees(
                f"the channel {channel_id!r} is of the kind {channel.kind!r}: only channels of "
                "providers are checked",
                state=channel.kind,
            )
        fields = self._kept(channel_id, channel.kind)
        _refuse(provider, {}, fields)
        hook_url = fields.get(HOOK_URL) or base_url + hook_path(channel.kind, channel_id)
        backend = self._backend
        return provider, Checked(
            channel.settings,
            fields,
            hook_url,
            posts=backend.posts(),
            mails=backend.mails(),
            now=backend.clock.now(),
        )

    def _provider(self, kind: str) -> Provider | None:
        kinds = self._backend.kinds
        return kinds.channel(kind).provider if kind in kinds.channels else None

    def _kind_of(self, channel_id: str) -> str:
        channel = self._shelf.latest().channel(channel_id)
        return channel.kind if channel else ""

    def _kept(self, channel_id: str, kind: str) -> Fields:
        """Return the newest set that is kept, or an empty one."""
        return next(iter(self._sets(channel_id, kind)), {})

    def _sets(self, channel_id: str, kind: str) -> list[Fields]:
        """Return the sets that are kept, the newest first. What can't be read counts as none."""
        stored = self._backend.secrets().latest(f"channels/{channel_id}") or ""
        try:
            return list(read_sets(kind, stored))
        except Unavailable:
            return []


class CheckRoutes:
    """The route that tries the settings of a provider's channel."""

    def __init__(self, provided: ProvidedFields, backend: Backend) -> None:
        self._provided = provided
        self._backend = backend

    def read(self) -> Routes:
        """Return the routes that change nothing."""
        return {}

    def write(self) -> Routes:
        """Return the routes that change something. A check speaks to the provider."""
        return {"POST /v1/admin/channels/{channel_id}/check": self._check}

    def _check(self, request: Request) -> Response:
        base_url = base_url_of(request, self._backend)
        provider, checked = self._provided.checked(name_in(request, "channel_id"), base_url)
        findings = [
            {"name": each.name, "ok": each.ok, "said": each.said}
            for each in provider.check(checked)
        ]
        return Response(200, {"hook_url": checked.hook_url, "findings": findings})


def hook_path(kind: str, channel_id: str) -> str:
    """Return the path that a provider posts a channel's events to."""
    return f"/v1/hooks/{kind}/{channel_id}"


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
        raise Unprocessable("the channel's fields are not valid", problems=tuple(problems))


def _is_public_url(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_URL and bool(_PUBLIC_URL.fullmatch(value))
