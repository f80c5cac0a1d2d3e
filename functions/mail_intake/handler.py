"""This function takes in mails that were stored below `mail/`, at once or when they were left.

A mail is a customer's, or one of a pool that works in a mailbox.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from surgeline.adapters.channels.email.read import read_mail
from surgeline.adapters.channels.email.settings import KIND_NAME, mailbox_of
from surgeline.adapters.desks.email.read import read_desk_mail
from surgeline.adapters.desks.email.settings import KIND_NAME as DESK_KIND
from surgeline.adapters.desks.email.settings import EmailDesk
from surgeline.adapters.signing.field_sets import field_sets
from surgeline.application.configuration import PoolSettings
from surgeline.application.conversations.intake import Intake
from surgeline.application.conversations.take_mail import ARRIVED, ReadMail, TakeMail
from surgeline.application.desks.take_desk_mail import FOLDER, ReadDeskMail, TakeDeskMail
from surgeline.errors import TooMany, Unavailable
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.hearing import NoPages, desk_hearing
from surgeline.runtime.ids_key import ids_key
from surgeline.runtime.logs import log_of
from surgeline.runtime.sender_cap import SenderCap
from surgeline.runtime.settings import MailIntake

MOST_AT_ONCE = 100
"""How many left over mails one run takes in. The next run takes the rest."""
ALARMING = ("refused", "no channel")
"""The reports and the mails that a person has to look after."""


def build(backend: Backend, settings: MailIntake) -> Handler:
    """Return the handler over a backend.

    An upload wakes it for one mail. The clock wakes it for the mails that failed before.
    """
    info, alarm = log_of("mail_intake", settings.log_level)
    secrets = backend.secrets()

    def read(channel_id: str, raw: bytes) -> ReadMail | None:
        sets = field_sets(secrets, channel_id, KIND_NAME)
        return read_mail(raw, mailbox_of(sets[0])) if sets else None

    take = TakeMail(
        blobs=backend.blobs(),
        store=backend.store(),
        intake=Intake(
            backend.queue(settings.events_queue),
            backend.clock,
            SenderCap(),
            backend.intake_gate(settings.events_queue),
            lambda: ids_key(secrets),
        ),
        clock=backend.clock,
        key=lambda: ids_key(secrets),
        read=read,
    )

    take_to_pool = _to_pools(backend, settings, alarm)

    def one(key: str) -> None:
        is_to_pool = key.startswith(f"{ARRIVED}{FOLDER}")
        taken = take_to_pool(key) if is_to_pool else take(key)
        about = {"channel_id": taken.channel_id[:64], "thread_id": taken.thread_id}
        told = alarm if {taken.end, taken.why} & set(ALARMING) else info
        told("mail", **about, end=taken.end, why=taken.why)

    def sweep() -> None:
        for key in take.left_over()[:MOST_AT_ONCE]:
            try:
                one(key)
            except (TooMany, Unavailable) as error:
                info("mail_waits", reason=type(error).__name__)
            except Exception as error:  # noqa: BLE001 # one mail never holds up the others
                alarm("mail_failed", key=key[:200], error=type(error).__name__)

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del context
        if "Records" not in event:
            sweep()
            return {}
        for record in event["Records"]:
            one(unquote_plus(str(record["s3"]["object"]["key"])))
        return {}

    return handle


def _to_pools(backend: Backend, settings: MailIntake, alarm: Callable[..., None]) -> TakeDeskMail:
    """Return the use case that takes in mails to pools."""
    secrets, shelf = backend.secrets(), shelf_of(backend, alarm)

    def read(pool: PoolSettings, raw: bytes) -> ReadDeskMail | None:
        sets = field_sets(secrets, pool.id, DESK_KIND, item="pools")
        if pool.reached_by != DESK_KIND or not sets:
            return None
        return read_desk_mail(raw, mailbox_of(sets[0]), pool.own(EmailDesk))

    return TakeDeskMail(
        blobs=backend.blobs(),
        links=backend.desk_links(),
        pool=shelf.pool,
        read=read,
        hear=desk_hearing(backend, shelf, settings, NoPages()),
    )


handler = entry(MailIntake, build)
