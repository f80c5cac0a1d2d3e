"""The operators' routes for secrets of channels and pools: replaced with an overlap, shown once."""

from collections.abc import Callable

from surgeline.adapters.signing.rotation import begin_rotation, finish_rotation
from surgeline.adapters.signing.standard_webhooks import new_secret
from surgeline.application.ports.randomness import Randomness
from surgeline.application.ports.refusals import Absent
from surgeline.application.ports.secrets import Secrets
from surgeline.domain.ids import NAME_FORM, is_name
from surgeline.errors import BadRequest
from surgeline.runtime.http import Request, Response, json_only
from surgeline.runtime.strict_json import load_object

SECRET_BYTES = 32


def first_secret(secrets: Secrets, randomness: Randomness, name: str) -> dict[str, object]:
    """What an answer says of an endpoint's secret: a new one, where it had none."""
    if secrets.latest(name):
        return {}
    secret = _new(randomness)
    secrets.put(name, secret)
    return {"secret": secret}


class SecretRoutes:
    """One instance a process."""

    def __init__(self, secrets: Secrets, randomness: Randomness, info: Callable[..., None]) -> None:
        self._secrets = secrets
        self._randomness = randomness
        self._info = info

    def rotate_channel(self, request: Request) -> Response:
        """POST: a new secret beside those there are; `finish` drops all but the newest."""
        return self._rotate("channels", request.path["channel_id"], request)

    def rotate_pool(self, request: Request) -> Response:
        """POST: as `rotate_channel`."""
        return self._rotate("pools", request.path["pool_id"], request)

    def _rotate(self, kind: str, endpoint_id: str, request: Request) -> Response:
        json_only(request)
        finish = load_object(request.body).get("finish", False)
        if not isinstance(finish, bool):
            raise BadRequest("true, or leave it out to begin", field="finish")
        if not is_name(endpoint_id):
            raise Absent(f"ids have {NAME_FORM}")
        name = f"{kind}/{endpoint_id}"
        if finish:
            body: dict[str, object] = {"dropped": finish_rotation(self._secrets, name)}
        else:
            secret = _new(self._randomness)
            body = {"secret": secret, "good": begin_rotation(self._secrets, name, secret)}
        self._info("secret_rotated", endpoint=name, finished=finish)
        return Response(200, body)


def _new(randomness: Randomness) -> str:
    return new_secret(randomness.token(SECRET_BYTES))
