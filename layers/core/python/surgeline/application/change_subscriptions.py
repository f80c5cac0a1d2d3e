"""Subscriptions are added, replaced and ended here, each change as a version of its own."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from surgeline.application.change_configuration import TRIES, Form
from surgeline.application.configuration import ConfigurationShelf
from surgeline.application.configuration_pointer import NOBODY, Author
from surgeline.application.ports.refusals import Absent, Changed
from surgeline.application.ports.secrets import Secrets
from surgeline.errors import Disagrees

FIELD = "subscriptions"
Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeSubscriptions:
    """The use case. A webhook gets a secret when it is added, and loses it when it is ended."""

    shelf: ConfigurationShelf
    form: Form
    secrets: Secrets
    new_secret: Callable[[], str]
    allow_loopback: bool
    author: Author = NOBODY

    def signed(self, author: Author) -> "ChangeSubscriptions":
        """Return this use case for one person, whose name stands with each version."""
        return replace(self, author=author)

    def put(self, name: str, wanted: Shown) -> tuple[Shown, Mapping[str, str]]:
        """Add or replace a subscription. Return it, and the secret of a new webhook.

        Raises Unprocessable with every problem, and Disagrees.
        """
        found = self._change(name, dict(wanted) | {"id": name})
        key = f"{FIELD}/{name}"
        if found["kind"] != "webhook":
            self.secrets.delete(key)
            return found, {}
        if self.secrets.latest(key):
            return found, {}
        secret = self.new_secret()
        self.secrets.put(key, secret)
        return found, {"secret": secret}

    def end(self, name: str) -> None:
        """End a subscription, and delete its secret. Raises Absent."""
        self._change(name, None)
        self.secrets.delete(f"{FIELD}/{name}")

    def _change(self, name: str, wanted: Shown | None) -> Shown:
        for _ in range(TRIES):
            current = self.shelf.latest()
            pointer = self.shelf.pointer
            whole = self.form.shown(current)
            others = [each for each in whole[FIELD] if each["id"] != name]
            if wanted is None and len(others) == len(whole[FIELD]):
                raise Absent(f"there is no subscription {name!r}")
            whole[FIELD] = others if wanted is None else [*others, wanted]
            made = self.form.parse(whole, allow_loopback=self.allow_loopback, stored=current)
            version = hashlib.sha256(self.form.encode(made)).hexdigest()[:16]
            try:
                self.shelf.publish(made, version, after=pointer, author=self.author)
            except Changed:
                continue
            shown: dict[str, Shown] = {each["id"]: each for each in self.form.shown(made)[FIELD]}
            return shown.get(name, {})
        raise Disagrees("others are changing the configuration; nothing was changed, try again")
