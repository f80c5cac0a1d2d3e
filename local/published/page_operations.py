"""The routes of public pages are described here, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Final

from local.published.operation_kinds import Operation

OF_PAGES: Final[Mapping[str, Operation]] = {
    "GET /": Operation("The chat page of the channel `web`", answers={200: None, 304: None}),
    "GET /c/{channel_id}": Operation(
        "The chat page of a web channel", answers={200: None, 304: None}, refusals=(404,)
    ),
    "GET /assets/{file}": Operation(
        "A file of the chat page", answers={200: None, 304: None}, refusals=(404,)
    ),
    "GET /widget.js": Operation(
        "The script that puts the chat on a page of another site", answers={200: None, 304: None}
    ),
    "GET /help/{channel_id}": Operation(
        "The way into a web channel's public help centre, in the reader's language",
        answers={302: None},
        refusals=(404, 503),
    ),
    "GET /help/{channel_id}/{file}": Operation(
        "A file of the whole help centre: the choice of languages, the style or the sitemap",
        answers={200: None, 304: None},
        refusals=(400, 404, 503),
    ),
    "GET /help/{channel_id}/{language}/{file}": Operation(
        "A file of one language: a list, an article, the feed, or what the search looks through",
        answers={200: None, 304: None},
        refusals=(400, 404, 503),
    ),
}
