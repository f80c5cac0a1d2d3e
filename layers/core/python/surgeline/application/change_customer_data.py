"""The system that knows a company's customers is connected and disconnected here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from surgeline.application.change_configuration import ChangeConfiguration, Form
from surgeline.application.configuration import Configuration, ConfigurationShelf
from surgeline.application.configuration_pointer import Author
from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.secrets import Secrets

FIELD = "customers"
SECRET = "customers/data"  # noqa: S105 # the name of a secret


@dataclass(frozen=True, slots=True)
class ChangeCustomerData:
    """The use case. Each change is a version of the configuration.

    A system that verifies our signatures gets a secret. Any other brings its credentials.
    """

    shelf: ConfigurationShelf
    form: Form
    change: ChangeConfiguration
    secrets: Secrets
    new_secret: Callable[[], str]

    def signed(self, author: Author) -> "ChangeCustomerData":
        """Return this use case for one person, whose name stands with each version."""
        return replace(self, change=self.change.signed(author))

    def put(self, wanted: Mapping[str, Any], brought: str | None) -> Mapping[str, str]:
        """Connect a system, in place of one that was connected. Return the secret if it is new.

        `brought` are credentials of the operator's, which are kept and never shown. Raises
        Unprocessable with every problem, and Disagrees.
        """
        was = self.shelf.latest().customers
        self.change.publish(
            self.form.shown(self.shelf.latest()) | {FIELD: dict(wanted)},
            after=self.shelf.version or None,
            remove=False,
        )
        now = self.shelf.latest().customers
        if brought is not None:
            self.secrets.put(SECRET, brought)
            return {}
        if was and now and was.kind == now.kind and self.secrets.latest(SECRET):
            return {}
        secret = self.new_secret()
        self.secrets.put(SECRET, secret)
        return {"secret": secret}

    def end(self) -> None:
        """Disconnect the system, and delete its secret. Raises Absent."""

        def without(configuration: Configuration) -> Configuration:
            if configuration.customers is None:
                raise Absent("no system is connected")
            return replace(configuration, customers=None)

        self.change.amend(without)
        self.secrets.delete(SECRET)
