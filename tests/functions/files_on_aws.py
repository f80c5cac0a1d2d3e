"""Files go both ways on AWS: a visitor's into a conversation, and a person's out of one."""

from typing import Any

from local.simulators.providers.files import PICTURE
from tests.functions.aws_stage import AwsStage
from tests.functions.conftest import Endpoint
from tests.functions.signed_in import DESK, sign_in

BYTES = {"content-type": "application/octet-stream"}


def files_go_both_ways(stage: AwsStage, endpoint: Endpoint) -> None:
    """Let a visitor send a picture, and a person at the desk give one back; repeats are harmless.

    Other bytes under the same number are refused. An erasure leaves nothing, waiting or kept.
    """
    del endpoint
    stage.configure(channels=[{"id": "web", "kind": "web"}], pools=[DESK])
    stage.clock.advance(10)
    agent = sign_in(stage, "Mina", "agent", "desk")

    def at_desk(method: str, path: str, body: object = None) -> Any:
        answered = stage.request(method, f"/v1/staff/{path}", body, agent)  # type: ignore[arg-type] # JSON
        assert answered.status < 300, answered.text
        return answered.json

    def kept(path: str, who: Any) -> None:
        for body, status in ((PICTURE, 201), (PICTURE, 201), (PICTURE + b"\0", 409)):
            assert stage.request("POST", path, body, {**who, **BYTES}).status == status

    at_desk("PUT", "desk/presence", {"state": "here"})
    token = stage.request("POST", "/v1/web/web/visitors").json["token"]
    visitor = {"authorization": f"Bearer {token}"}
    kept("/v1/web/web/files?message=c-1&number=0", visitor)
    message = {"client_message_id": "c-1", "text": "", "files": [{"kind": "image"}]}
    assert stage.request("POST", "/v1/web/web/messages", message, visitor).status == 202
    stage.drain()
    [line, *_] = stage.request("GET", "/v1/web/web/messages", headers=visitor).json["lines"]
    [file] = line["media"]
    assert (file["state"], stage.request("GET", file["path"]).status) == ("kept", 200)
    [case] = at_desk("GET", "desk")["pools"][0]["cases"]
    place = {each: case[each] for each in ("conversation_id", "offer_id")}
    at_desk("POST", "pools/desk/events", {"id": "m1", "type": "handoff.accepted", "data": place})
    given = f"conversation={case['conversation_id']}&message=m2&number=0"
    kept(f"/v1/staff/pools/desk/files?{given}", agent)
    asked = {"channel": "web", "sender": token.split("~")[1]}
    stage.admin("POST", "/v1/admin/erasures", asked)
    stage.drain()
    stage.clock.advance(60)
    assert stage.admin("POST", "/v1/admin/erasures", asked).status == 200
    blobs = stage.backend.blobs()
    assert (blobs.keys("media/"), blobs.keys("uploads/")) == ([], [])
