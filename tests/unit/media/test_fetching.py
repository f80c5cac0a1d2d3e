"""A file is fetched within its limits, and a credential goes to its own server only."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from surgeline.adapters.channels.line import media as line
from surgeline.adapters.channels.line.settings import LineChannel
from surgeline.adapters.channels.slack import media as slack
from surgeline.adapters.channels.slack.settings import SlackChannel
from surgeline.adapters.channels.twilio import media as twilio
from surgeline.adapters.channels.twilio.settings import TwilioChannel
from surgeline.adapters.channels.whatsapp import media as whatsapp
from surgeline.adapters.channels.whatsapp.settings import WhatsAppChannel
from surgeline.adapters.media.fetching import CannotFetch, Fetch, Fetching
from surgeline.adapters.media.target import MediaTarget
from surgeline.application.deliveries.media_answers import WANTED
from surgeline.application.ports.deliveries import Delivery, Download, SendFailed
from surgeline.application.ports.targets import Refused, SendResult

FIELDS = {
    "account_sid": "AC1",
    "auth_token": "secret",
    "bot_token": "secret",
    "access_token": "secret",
    "channel_access_token": "secret",
}
TWILIO = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
CDN = "https://media.twiliocdn.com/AC1/x"


class Web:
    """Answers by address. It keeps who was asked, and whether a credential came along."""

    def __init__(self, **answers: Download | SendFailed) -> None:
        self.answers = answers
        self.public_only: set[bool] = set()
        self.asked: list[tuple[str, bool]] = []

    def download(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        most_bytes: int,
        timeout_seconds: float,
        public_only: bool = False,
    ) -> Download:
        assert most_bytes > 0 < timeout_seconds
        self.public_only.add(public_only)
        self.asked.append(
            (url, any("secret" in each or "Basic" in each for each in headers.values()))
        )
        answer = self.answers[url]
        if isinstance(answer, SendFailed):
            raise answer
        return answer


def fetch(how: Fetch, ref: str, settings: object, web: Web) -> bytes:
    """Fetch a file from that web."""
    posts = cast(Any, web)
    return how(Fetching(ref, FIELDS, settings, posts, cast(Any, None), left=10.0))


def test_a_redirect_to_another_server_carries_no_credential() -> None:
    """Twilio's own address gets the account's credentials, and its server of files does not."""
    web = Web(**{TWILIO: Download(302, b"", 1, location=CDN), CDN: Download(200, b"x", 1)})
    assert fetch(twilio.fetch, TWILIO, TwilioChannel(), web) == b"x"
    assert web.asked == [(TWILIO, True), (CDN, False)]


@pytest.mark.parametrize(
    ("how", "settings"), [(twilio.fetch, TwilioChannel()), (slack.fetch, SlackChannel())]
)
def test_an_address_of_somebody_else_gets_no_credential(how: Fetch, settings: object) -> None:
    """A forged or foreign address is asked without any proof of ours."""
    url = "https://evil.example/2010-04-01/Accounts/AC1/x"
    web = Web(**{url: Download(200, b"x", 1)})
    assert fetch(how, url, settings, web) == b"x"
    assert web.asked == [(url, False)]


def test_whatsapps_token_goes_to_meta_only() -> None:
    """An address that is not Meta's is not asked at all."""
    asked = "https://graph.facebook.com/v25.0/3"
    web = Web(**{asked: Download(200, b'{"url": "https://evil.example/x"}', 1)})
    with pytest.raises(CannotFetch):
        fetch(whatsapp.fetch, "3", WhatsAppChannel(), web)
    assert web.asked == [(asked, True)]


def test_line_has_a_server_of_its_own_for_contents() -> None:
    """A content is at api-data.line.me, and an app's own address is asked without the token."""
    url = "https://api-data.line.me/v2/bot/message/5/content"
    own = "https://app.example/a.jpg"
    web = Web(**{url: Download(200, b"x", 1), own: Download(200, b"y", 1)})
    assert fetch(line.fetch, "5", LineChannel(), web) == b"x"
    assert fetch(line.fetch, own, LineChannel(), web) == b"y"
    assert web.asked == [(url, True), (own, False)]


@pytest.mark.parametrize(
    ("answer", "outcome", "final"),
    [
        (Download(200, b"x", 1, whole=False), "too large", True),
        (Download(200, b"", 1), "empty", True),
        (Download(410, b"", 1), "status 410", True),
        (Download(404, b"", 1), "status 404", False),
        (Download(202, b"", 1), "not ready", False),
        (Download(500, b"", 1), "status 500", False),
        (SendFailed("blocked"), "blocked", True),
        (SendFailed("timeout", sent=True), "timeout", False),
    ],
)
def test_each_failure_has_its_consequence(
    answer: Download | SendFailed, outcome: str, final: bool
) -> None:
    """What no later try can mend is given up at once, and all else is tried again."""
    with pytest.raises(CannotFetch) as failed:
        fetch(twilio.fetch, TWILIO, TwilioChannel(), Web(**{TWILIO: answer}))
    assert (failed.value.refused.outcome, failed.value.refused.final) == (outcome, final)


def test_a_redirect_to_no_address_is_given_up() -> None:
    """A server that names half an address raises nothing else, and no later try can mend it."""
    web = Web(**{CDN: Download(302, b"", 1, location="http://[")})
    with pytest.raises(CannotFetch) as failed:
        fetch(twilio.fetch, CDN, TwilioChannel(), web)
    assert (failed.value.refused.outcome, failed.value.refused.final) == ("protocol", True)


def test_redirects_have_an_end() -> None:
    """A server that sends round and round is given up."""
    with pytest.raises(CannotFetch, match="too many redirects"):
        fetch(twilio.fetch, CDN, TwilioChannel(), Web(**{CDN: Download(302, b"", 1, location=CDN)}))


def sent(ref: str, api_base: str, web: Web) -> SendResult:
    """Deliver the wish for a file of a LINE channel whose provider is there."""
    channel = SimpleNamespace(id="line", settings=LineChannel(api_base=api_base))
    parts: Any = SimpleNamespace(
        configuration=SimpleNamespace(channel=lambda _: channel),
        secrets=SimpleNamespace(get=lambda _: None),
        posts=web,
        blobs=None,
    )
    media = {"media": {"kind": "image", "ref": ref, "name": ""}}
    delivery = Delivery("f1", "t1", "t1-1", "media", "line", WANTED, 0, 0, media)
    return MediaTarget(parts, "line", line.fetch).send(delivery, timeout_seconds=5)


@pytest.mark.parametrize(
    ("api_base", "public_only"),
    [("https://api.line.me", True), ("http://127.0.0.1:8789", False), ("http://localhost", False)],
)
def test_a_file_is_on_this_machine_only_where_its_provider_is(
    api_base: str, public_only: bool
) -> None:
    """A stranger's address never leads to this machine, unless a stand-in gives out the files."""
    cat, moved = "https://app.example/cat", "http://127.0.0.1:9/admin"
    web = Web(**{cat: Download(302, b"", 1, location=moved), moved: Download(200, b"", 1)})
    assert isinstance(sent(cat, api_base, web), Refused)
    assert [url for url, _ in web.asked] == [cat, moved]
    assert web.public_only == {public_only}


def test_a_file_of_a_message_that_was_taken_back_is_not_asked_for() -> None:
    """Its name is gone from the log, so nothing is fetched, and no later try is made."""
    web = Web()
    result = sent("", "https://api.line.me", web)
    assert isinstance(result, Refused)
    assert (result.outcome, result.final, web.asked) == ("taken back", True, [])
