"""The operators' API is put together here. Each resource's routes are a module of their own.

Once a day the clock wakes it to finish erasures, because no other function may delete so much.
"""

from collections.abc import Callable, Sequence
from typing import Any

from surgeline.adapters.codec import encode_event
from surgeline.adapters.configuration.format import ConfigurationFormat
from surgeline.adapters.signing.standard_webhooks import new_secret
from surgeline.application.answers.encoders import Encoders
from surgeline.application.answers.knowledge_shelf import KnowledgeShelf, KnownArticles
from surgeline.application.change_configuration import ChangeConfiguration
from surgeline.application.change_customer_data import ChangeCustomerData
from surgeline.application.change_subscriptions import ChangeSubscriptions
from surgeline.application.pools.dismiss_pool import DismissPool
from surgeline.application.thread_events import ThreadEvents
from surgeline.domain.events import Event
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.encoders import encoders_of
from surgeline.runtime.http import http
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import AdminApi

from functions.admin_api.alerts import AlertRoutes
from functions.admin_api.answers import AnswerRoutes
from functions.admin_api.articles.drafts import DraftRoutes
from functions.admin_api.articles.notices import NoticeRoutes
from functions.admin_api.articles.phrasings import PhrasingRoutes
from functions.admin_api.articles.states import StateRoutes
from functions.admin_api.backlogs import BacklogRoutes
from functions.admin_api.configuration import ConfigurationRoutes
from functions.admin_api.conversations import ConversationRoutes
from functions.admin_api.crises import CrisisRoutes
from functions.admin_api.customer_data import CustomerDataRoutes
from functions.admin_api.customers import CustomerRoutes
from functions.admin_api.deliveries import DeliveryRoutes
from functions.admin_api.endpoints import EndpointRoutes, PingRoutes
from functions.admin_api.erasures import ErasureRoutes
from functions.admin_api.incidents import IncidentRoutes
from functions.admin_api.keys import KeyRoutes
from functions.admin_api.knowledge import KnowledgeRoutes
from functions.admin_api.live import LiveRoutes
from functions.admin_api.look import LookRoutes
from functions.admin_api.on_call import OnCallRoutes
from functions.admin_api.operation import OperationRoutes
from functions.admin_api.providers import CheckRoutes, ProvidedFields
from functions.admin_api.reports import ReportRoutes
from functions.admin_api.routes import Guard, Resource, Route
from functions.admin_api.spikes import SpikeRoutes
from functions.admin_api.staff import StaffRoutes
from functions.admin_api.subscriptions import SubscriptionRoutes
from functions.admin_api.surge import SurgeRoutes

MAX_BODY_BYTES = 6_000_000
SECRET_BYTES = 32
CLOCK = "aws.events"


def build(
    backend: Backend, settings: AdminApi, *, keep: Callable[..., Encoders] = Encoders
) -> Handler:
    """Return the handler over a backend. `keep` makes what keeps the encoders in memory."""
    info, alarm = log_of("admin_api", settings.log_level)
    shelf = shelf_of(backend, alarm)
    form = ConfigurationFormat(backend.kinds)
    queue = backend.queue(settings.events_queue)
    events = ThreadEvents(queue, encode_event)

    def send(made: Sequence[Event]) -> None:
        queue.send([events.message(each) for each in made])

    def secret() -> str:
        return new_secret(backend.randomness.token(SECRET_BYTES))

    dismiss = DismissPool(
        store=backend.store(),
        offers=backend.offers(),
        log=backend.delivery_log(),
        emit=events.emit,
        clock=backend.clock,
    )
    change = ChangeConfiguration(
        shelf=shelf,
        form=form,
        secrets=backend.secrets(),
        board=backend.pool_board(),
        dismiss=dismiss,
        new_secret=secret,
        allow_loopback=backend.allows_loopback,
    )
    subscribe = ChangeSubscriptions(
        shelf, form, backend.secrets(), secret, allow_loopback=backend.allows_loopback
    )
    connect = ChangeCustomerData(shelf, form, change, backend.secrets(), secret)
    provided = ProvidedFields(shelf, backend)
    encoders = encoders_of(backend, settings, alarm, keep)
    knowledge = KnowledgeShelf(backend.blobs(), backend.clock, alarm, encoders)
    articles = KnownArticles(knowledge)
    erasures = ErasureRoutes(backend, shelf, events.emit, info)
    resources: list[Resource] = [
        OperationRoutes(backend, shelf),
        ConversationRoutes(backend, shelf, events.emit, info),
        BacklogRoutes(backend, shelf, send, info),
        ReportRoutes(backend, shelf),
        LiveRoutes(backend, shelf),
        AlertRoutes(backend, shelf),
        SubscriptionRoutes(backend, shelf, subscribe, queue=settings.deliveries_queue, info=info),
        SurgeRoutes(backend, shelf),
        OnCallRoutes(backend, shelf),
        ConfigurationRoutes(shelf, form, change, info),
        LookRoutes(shelf, form, change, info),
        EndpointRoutes("channels", change, backend, secret, provided, info),
        EndpointRoutes("pools", change, backend, secret, provided, info),
        CheckRoutes(provided, backend),
        PingRoutes(shelf, backend),
        KnowledgeRoutes(backend, shelf, info),
        AnswerRoutes(backend, shelf, knowledge),
        DraftRoutes(backend, shelf, info),
        PhrasingRoutes(backend, shelf, knowledge),
        StateRoutes(backend, shelf, knowledge, info),
        NoticeRoutes(backend, shelf),
        IncidentRoutes(backend, shelf, change, articles, info),
        CrisisRoutes(backend, shelf, change, articles, info),
        SpikeRoutes(backend, shelf, articles),
        DeliveryRoutes(backend, shelf, settings.deliveries_queue, info),
        erasures,
        CustomerRoutes(backend, shelf, info),
        CustomerDataRoutes(backend, shelf, connect, info),
        StaffRoutes(backend, shelf, info),
        KeyRoutes(backend, info),
    ]
    guard = Guard(backend)
    routes: dict[str, Route] = {}
    for each in resources:
        routes |= guard(each)
    answer = http(routes, log=info, clock=backend.clock, max_body_bytes=MAX_BODY_BYTES)

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        if event.get("source") == CLOCK:
            erasures.finish()
            return {}
        return answer(event, context)

    return handle


handler = entry(AdminApi, build)
