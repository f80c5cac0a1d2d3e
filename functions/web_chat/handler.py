"""This function serves the chat pages, visitors' messages and sockets, and published interfaces."""

from typing import Any

from surgeline.application.media.keep_upload import MOST_UPLOADED_BYTES
from surgeline.runtime.bootstrap import Backend, Handler, LambdaEvent, entry
from surgeline.runtime.configuration import shelf_of
from surgeline.runtime.http import http
from surgeline.runtime.logs import log_of
from surgeline.runtime.settings import WebChat

from functions.web_chat.channels import WebChannels
from functions.web_chat.files import FileRoutes
from functions.web_chat.help_centre import HelpRoutes
from functions.web_chat.looks import Starters
from functions.web_chat.media import MediaRoutes
from functions.web_chat.notices import NoticeRoutes
from functions.web_chat.pages import PageRoutes
from functions.web_chat.proof import Proof
from functions.web_chat.sockets import SocketRoutes
from functions.web_chat.visitors import VisitorRoutes
from functions.web_chat.widget import WidgetRoutes

FILES = "POST /v1/web/{channel_id}/files"


def build(backend: Backend, settings: WebChat) -> Handler:
    """Return the handler over a backend: HTTP routes and socket events."""
    info, alarm = log_of("web_chat", settings.log_level)
    channels = WebChannels(shelf_of(backend, alarm))
    starters = Starters(backend.blobs(), backend.clock)
    pages, widget = PageRoutes(channels, starters, backend.clock), WidgetRoutes(channels, starters)
    centre = HelpRoutes(backend, channels)
    proof = Proof(backend, channels)
    visitors = VisitorRoutes(backend, settings, channels, proof, info)
    files = FileRoutes(backend, channels, proof, info)
    media = MediaRoutes(backend)
    notices = NoticeRoutes(backend, channels)
    sockets = SocketRoutes(backend, channels, info)
    over_http = http(
        {
            "GET /": pages.page,
            "GET /c/{channel_id}": pages.page_of_channel,
            "GET /assets/{file}": pages.asset,
            "GET /widget.js": widget.script,
            "GET /help/{channel_id}": centre.enter,
            "GET /help/{channel_id}/{file}": centre.file,
            "GET /help/{channel_id}/{language}/{file}": centre.file_of_language,
            "GET /v1/openapi.json": pages.openapi,
            "GET /v1/schemas/{name}": pages.schema,
            "GET /v1/media/{token}": media.show,
            "GET /v1/web/{channel_id}/look": widget.look,
            "POST /v1/web/{channel_id}/visitors": visitors.visitors,
            "POST /v1/web/{channel_id}/messages": visitors.send,
            "GET /v1/web/{channel_id}/messages": visitors.read,
            FILES: files.take,
            "POST /v1/web/{channel_id}/leave": visitors.leave,
            "GET /v1/web/{channel_id}/notices": notices.show,
            "OPTIONS /v1/web/{channel_id}/visitors": visitors.allow,
            "OPTIONS /v1/web/{channel_id}/messages": visitors.allow,
            "OPTIONS /v1/web/{channel_id}/files": visitors.allow,
            "OPTIONS /v1/web/{channel_id}/leave": visitors.allow,
        },
        log=info,
        clock=backend.clock,
        larger={FILES: MOST_UPLOADED_BYTES},
        also=channels.crossing,
    )

    def handle(event: LambdaEvent, context: object) -> dict[str, Any]:
        if "connectionId" in event["requestContext"]:
            return sockets.handle(event)
        return over_http(event, context)

    return handle


handler = entry(WebChat, build)
