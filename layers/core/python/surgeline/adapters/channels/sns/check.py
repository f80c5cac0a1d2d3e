"""An SNS channel's fields are tried here, with a message that SNS must refuse for its emptiness."""

from urllib.parse import urlencode

from surgeline.adapters.channels.own_hook import SECONDS
from surgeline.adapters.channels.sns.send import VERSION, headers_of, url_of
from surgeline.adapters.configuration.providers import Checked, Finding
from surgeline.application.ports.deliveries import SendFailed

NAME = "secret_access_key"


def check(checked: Checked) -> list[Finding]:
    """Publish nothing to the topic. A key that may publish is told that the message is empty."""
    fields = checked.fields
    form = urlencode(
        {"Action": "Publish", "Version": VERSION, "TopicArn": fields["topic_arn"], "Message": ""}
    ).encode()
    url = url_of(checked.settings, fields)
    headers = headers_of(url, form, fields, at=checked.now)
    try:
        reply = checked.posts.post(url, headers, form, timeout_seconds=SECONDS)
    except SendFailed as error:
        said = f"SNS could not be asked ({error.reason}); try again"
        return [Finding(NAME, ok=False, said=said)]
    if b"<Code>InvalidParameter" in reply.body:
        return [Finding(NAME, ok=True, said="SNS accepts it, and it may publish to the topic")]
    advice = "let the user sns:Publish to that topic, or give another key"
    said = f"SNS does not accept it (HTTP {reply.status}): {advice}"
    return [Finding(NAME, ok=False, said=said)]
