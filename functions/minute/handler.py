"""This function does what is due each minute, each job by itself.

It counts what AWS takes of the day's budget. It reads this moment and judges it by the rules of
alerts. It tells subscribers of alerts, and sends them the reports that are due. The surge
controller looks, and calls go on. Pools hear of articles that changed. Timers that are due soon
leave their books, and the first in each line are woken where seats are free.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from surgeline.adapters.codec import encode_delivery, encode_event
from surgeline.adapters.staff_format import decode, encode
from surgeline.adapters.system_texts import lead_words
from surgeline.application.alerts.alerts import Alerts
from surgeline.application.answers.judged_bases import judged_bases
from surgeline.application.answers.life.reviewed_facts import reviewed_facts
from surgeline.application.configuration import Configuration
from surgeline.application.crisis.tell_customers import TellCustomers
from surgeline.application.on_call.call_books import CallBooks, call_books
from surgeline.application.on_call.weekly_tests import unaskable_rotas, unreached_rotas
from surgeline.application.ports.deliveries import Delivery
from surgeline.application.ports.queues import Outgoing
from surgeline.application.reports.charge_aws import ChargeAws
from surgeline.application.reports.count_scores import CountScores
from surgeline.application.reports.live_page import keep_page
from surgeline.application.reports.live_state import LiveSources
from surgeline.application.reports.read_report import read_report
from surgeline.application.spikes.notice_spikes import noticed, spikes_now
from surgeline.application.staff.attendance import NoteSeats, attendance, seats_book
from surgeline.application.subscriptions.send_reports import Read, SendReports
from surgeline.application.subscriptions.tell_alerts import TellAlerts
from surgeline.application.thread_events import ThreadEvents
from surgeline.application.watch.numbers import numbers_of
from surgeline.application.watch.watch import Watch
from surgeline.reports.aws_price import aws_price
from surgeline.reports.days import Span
from surgeline.reports.report import OF_ARTICLES
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import Minute

from functions.minute.articles import articles_job
from functions.minute.calls import calls_job
from functions.minute.due import lines_job, timers_job
from functions.minute.surge import surge_job

ARRIVED = "mail/"
MAIL = "email"
Job = Callable[[Configuration], None]


def build(backend: Backend, settings: Minute) -> Handler:
    """Return the handler over a backend. The clock wakes it.

    A job that fails leaves the others as they are, and is done again in a minute.
    """
    info, alarm = log_of("minute", settings.log_level)
    shelf = shelf_of(backend, alarm)
    alerts = Alerts(backend.notebook(), backend.clock)
    send = _sender(backend, settings.deliveries_queue)
    tell = TellAlerts(alerts, send, lead_words, backend.clock)
    reports = SendReports(
        backend.notebook(), _reader(backend), send, lead_words, backend.clock, backend.ledger()
    )
    jobs: Mapping[str, Job] = {
        "timers": timers_job(backend, settings.timers_queue, info),
        **({} if backend.allows_loopback else {"charge": _charge(backend)}),
        "lines": lines_job(backend, settings.events_queue, info),
        "alerts": _judge(backend, alerts, alarm),
        "tell_alerts": tell,
        "send_reports": reports,
        "pool_scores": CountScores(
            backend.notebook(), backend.store(), backend.outcomes(), backend.clock
        ),
        "surge": surge_job(backend, shelf, settings.deliveries_queue, info),
        "incidents": _tell_customers(backend, settings.events_queue, info),
        "articles": articles_job(backend, shelf, send, info),
        "seats": NoteSeats(
            seats_book(backend.ledger(), encode, decode), backend.desk(), backend.clock
        ),
        "calls": calls_job(backend, shelf, settings.deliveries_queue, info=info, alarm=alarm),
    }

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        del event, context
        configuration = shelf.current()
        for name, job in jobs.items():
            try:
                job(configuration)
            except Exception as error:  # noqa: BLE001 # no job keeps the others from their minute
                alarm("job_failed", job=name, error=type(error).__name__)
        return {}

    return handle


def _charge(backend: Backend) -> Job:
    """Return the job that counts what AWS takes of the company's budget. Only there it is run."""
    return ChargeAws(
        backend.notebook(), backend.outcomes(), backend.pool_board(), aws_price, backend.clock
    )


def _judge(backend: Backend, alerts: Alerts, alarm: Callable[..., None]) -> Job:
    """Return the job that reads this moment, keeps it for whoever asks, and judges it."""
    books = call_books(backend.ledger(), encode, decode)
    sources = LiveSources(
        store=backend.store(),
        outcomes=backend.outcomes(),
        board=backend.pool_board(),
        waitlist=backend.waitlist(),
        log=backend.delivery_log(),
    )

    def tested(
        found: Callable[[CallBooks, int], list[str]], configuration: Configuration
    ) -> list[str]:
        has_tests = bool(configuration.on_call.weekly_test)
        return found(books, backend.clock.now()) if has_tests else []

    def judge(configuration: Configuration) -> None:
        def mails() -> list[str]:
            has_mail = any(each.kind == MAIL for each in configuration.channels)
            return backend.blobs().keys(ARRIVED) if has_mail else []

        watch = Watch(
            alerts=alerts,
            notebook=backend.notebook(),
            inspection=backend.inspection(),
            letters=backend.dead_letters(),
            mails=mails,
            spikes=lambda: spikes_now(backend.blobs()),
            unreached=lambda: tested(unreached_rotas, configuration),
            unasked=lambda: tested(unaskable_rotas, configuration),
            words=lead_words,
            alarm=alarm,
        )
        live = sources.read(configuration, now=backend.clock.now())
        keep_page(backend.notebook(), live)
        readings = watch(live, configuration)
        backend.meter().tell(numbers_of(readings, alerts.book(), live.last_hour))

    return judge


def _tell_customers(backend: Backend, events_queue: str, info: Callable[..., None]) -> Job:
    """Return the job that tells customers of an incident on a topic that they asked about."""
    queue = backend.queue(events_queue)
    events = ThreadEvents(queue, encode_event)
    tell = TellCustomers(
        backend.notebook(),
        backend.store(),
        backend.outcomes(),
        lambda found: queue.send([events.message(each) for each in found]),
        backend.clock,
    )

    def go_on(configuration: Configuration) -> None:
        if found := tell(configuration):
            info("incident_told", customers=found)

    return go_on


def _reader(backend: Backend) -> Read:
    """Return what counts a report for a subscriber."""
    attended = partial(
        attendance, ledger=backend.ledger(), staff=backend.staff(), encode=encode, decode=decode
    )

    def read(name: str, span: Span, configuration: Configuration, *, texts: bool) -> dict[str, Any]:
        bases = sorted({each.knowledge_base for each in configuration.channels})
        needs_articles = name in OF_ARTICLES
        blobs, seen = backend.blobs(), noticed(backend.blobs())
        return read_report(
            name,
            span,
            configuration=configuration,
            store=backend.store(),
            outcomes=backend.outcomes(),
            at=backend.clock.now(),
            reviewed=judged_bases(backend.blobs(), bases),
            words=lead_words(configuration.reports.language),
            on_aws=not backend.allows_loopback,
            spikes=seen.spikes,
            days_known=seen.days,
            articles={e: reviewed_facts(blobs, e) for e in bases} if needs_articles else {},
            attendance=attended(span, configuration) if name == "agents" else None,
            texts=texts,
        )

    return read


def _sender(backend: Backend, queue_name: str) -> Callable[[Sequence[Delivery]], None]:
    queue = backend.queue(queue_name)

    def send(deliveries: Sequence[Delivery]) -> None:
        queue.send(
            [
                Outgoing(encode_delivery(each), group=each.group, dedup_id=each.dedup_id)
                for each in deliveries
            ]
        )

    return send


handler = entry(Minute, build)
