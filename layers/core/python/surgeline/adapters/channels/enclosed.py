"""Files go out with a mail here: those that we keep as its attachments, and others by address."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from html import escape

from surgeline.adapters.channels.attached import Shown
from surgeline.adapters.channels.uploads import file_name
from surgeline.application.media.kept import key_of, type_of
from surgeline.application.ports.blobs import Blobs, bytes_of
from surgeline.domain.media.files import MediaPlace

MOST_BYTES = 7_000_000
"""The most bytes of all files of a mail. Many servers take 10 MB, which base64 makes of these."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that goes with a mail."""

    name: str
    media_type: str
    body: bytes


def enclosed(attached: Sequence[Shown], blobs: Blobs, thread_id: str) -> dict[Shown, Enclosed]:
    """Return the files that we keep and that fit into a mail. Raises Unavailable."""
    found: dict[Shown, Enclosed] = {}
    room = MOST_BYTES
    for each in attached:
        body = bytes_of(blobs, key_of(MediaPlace(thread_id, each.file))) if each.file else None
        kind = type_of(body) if body else None
        if body is None or kind is None or len(body) > room:
            continue
        room -= len(body)
        ending = f".{kind.extension}"
        name = file_name((each.caption or each.kind).removesuffix(ending)) + ending
        found[each] = Enclosed(name, kind.media_type.partition(";")[0], body)
    return found


def with_files(mail: MIMEMultipart, files: Sequence[Enclosed], boundary: str) -> MIMEMultipart:
    """Return the mail's texts with its files behind them."""
    whole = MIMEMultipart("mixed", boundary=boundary)
    whole.attach(mail)
    for each in files:
        part = MIMEBase(*each.media_type.split("/", 1))
        part.set_payload(each.body)
        encode_base64(part)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", each.name))
        whole.attach(part)
    return whole


def shown_in_html(attached: Sequence[Shown]) -> str:
    """Return the HTML of what opens by its address: pictures, and links to the others.

    A file that we keep is a link, because its address is good for a day only.
    """
    return "".join(f"<p>{_html(each)}</p>\n" for each in attached if each.url)


def _html(shown: Shown) -> str:
    url, name = escape(shown.url), escape(shown.caption or shown.url)
    if shown.kind == "image" and not shown.file:
        picture = f'<img src="{url}" alt="{escape(shown.alt)}" style="max-width:100%">'
        return f'<a href="{url}">{picture}</a>'
    return f'<a href="{url}">{name}</a>'
