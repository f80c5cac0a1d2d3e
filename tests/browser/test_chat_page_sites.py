"""The chat page of a second brand on a real instance, and other sites that show it or may not."""

import json
import time
from collections.abc import Iterator

import pytest
from chromium import Chromium
from sites import site

from tests.instance import Instance, free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.system,
    pytest.mark.enable_socket,
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Yield one instance for this file."""
    running = Instance(tmp_path_factory.mktemp("sites") / "home", free_port())
    running.start()
    yield running
    running.stop()


def a_brand(instance: Instance, channel_id: str, *origins: str) -> None:
    """Add a web channel that these sites may use."""
    answer = instance.request(
        "PUT",
        f"/v1/admin/channels/{channel_id}",
        body=json.dumps({"kind": "web", "origins": origins}).encode(),
        authorization=f"Bearer {instance.admin_key}",
        content_type="application/json",
    )
    assert answer.status == 200, answer.data
    until = time.monotonic() + 10
    while instance.request("GET", f"/c/{channel_id}").status != 200:  # unknown ids are read anew
        assert time.monotonic() < until, "each second, so that it is known by now"
        time.sleep(0.1)


def test_a_second_brand_has_a_page_of_its_own(chromium: Chromium, instance: Instance) -> None:
    """A second brand's page asks its own channel over its own socket and remembers its own
    visitor.
    """
    a_brand(instance, "lamps")
    chromium.open(f"{instance.url}/c/lamps")
    chromium.ask("Where is my order?")
    chromium.until("document.querySelector('[data-speaker=bot]')")
    asked = [each for each in chromium.requests() if "/v1/" in each]
    assert asked
    assert all("/v1/web/lamps/" in each for each in asked)
    assert chromium.evaluate("Object.keys(localStorage)") == ["surgeline.lamps.visitor"]
    chromium.reload()
    chromium.until("document.querySelector('[data-speaker=bot]')")
    assert chromium.problems() == []


VISITOR = """
fetch('{url}/v1/web/{channel}/visitors', {{ method: 'POST' }})
  .then((answer) => answer.json())
  .then(({{ token }}) => fetch(
    '{url}/v1/web/{channel}/messages?after=0',
    {{ headers: {{ Authorization: `Bearer ${{token}}` }} }},
  ))
  .then((answer) => answer.status, () => 'unread')
"""


def test_only_the_sites_of_a_channel_show_its_page_and_use_its_api(
    chromium: Chromium, instance: Instance
) -> None:
    """A listed site shows the chat in a frame and reads the answers; another can do neither."""
    frame = f'<div id="log" aria-busy="false"></div><iframe src="{instance.url}/c/framed">'
    script = f"GET {instance.url}/assets/chat.js"
    ask = VISITOR.format(url=instance.url, channel="framed")
    with site(frame) as ours, site(frame) as theirs:
        a_brand(instance, "framed", ours)
        chromium.open(ours)
        chromium.until("frames.length === 1")
        assert chromium.evaluate(ask) == 200
        assert script in chromium.requests()
        assert chromium.problems() == []
        chromium.open(theirs)
        assert chromium.evaluate(ask) == "unread"
        assert script not in chromium.requests()
        assert any("frame-ancestors" in each for each in chromium.problems())
