"""The notices of the chat page are served here: what is wrong now, for visitors who did not ask."""

from surgeline.domain.crisis.incident import running
from surgeline.domain.crisis.profile import Crisis, lasting
from surgeline.domain.times import rfc3339
from surgeline.runtime.bootstrap import Backend
from surgeline.runtime.http import Request, Response

from functions.web_chat.channels import WebChannels

MOST_SHOWN = 3
KEPT = {"cache-control": "public, max-age=15"}


class NoticeRoutes:
    """The route GET /v1/web/{channel_id}/notices. It needs no visitor."""

    def __init__(self, backend: Backend, channels: WebChannels) -> None:
        self._clock = backend.clock
        self._channels = channels

    def show(self, request: Request) -> Response:
        """Answer the texts of what is running on the channel, by language."""
        origin = request.headers.get("origin")
        channel_id = self._channels.used(
            request.path["channel_id"], origin=origin, hosts=(request.host,)
        )
        configuration, now = self._channels.current(), self._clock.now()
        notices = [
            {"id": each.id, "texts": dict(each.texts), "ends_at": rfc3339(each.ends_at)}
            for each in running(configuration.incidents, channel_id, now)
        ]
        shown = [*_banner(configuration.crisis, now), *notices[:MOST_SHOWN]]
        return Response(200, {"notices": shown}, KEPT)


def _banner(crisis: Crisis | None, now: int) -> list[dict[str, object]]:
    """Return the banner of the crisis that lasts, if its profile has one."""
    profile = lasting(crisis, now)
    if crisis is None or profile is None or not profile.banner:
        return []
    return [{"id": "crisis", "texts": dict(profile.banner), "ends_at": rfc3339(crisis.until)}]
