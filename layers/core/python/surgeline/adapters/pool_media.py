"""Pictures, files and links that pools send with a message are a pydantic model here."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from surgeline.adapters.outbound.guard import check_url
from surgeline.domain.ids import FILE
from surgeline.domain.plain_text import plain_text
from surgeline.errors import Unprocessable

MediaType = Annotated[str, Field(max_length=100, pattern=r"^[a-z]+/[a-z0-9.+-]+(; [a-z0-9=-]+)?$")]


def _public(url: str) -> str:
    """Return the address if anybody may open it."""
    try:
        check_url(url, allow_loopback=False)
    except Unprocessable as error:
        raise ValueError(f"must be public: {error}") from None
    return url


PlainWords = Annotated[str, AfterValidator(plain_text)]


class PoolMedia(BaseModel):
    """A picture, video, recording, file or link that goes with a message.

    Give its public `url`, or the `file` id of an upload. `type` is the type in the answer to the
    upload, because some channels show JPEG and PNG only. `alt` says in words what it shows.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    kind: Literal["image", "video", "audio", "file", "link"]
    url: Annotated[str, Field(max_length=2_000), AfterValidator(_public)] | None = None
    file: Annotated[str, Field(pattern=f"^{FILE}$")] | None = None
    type: MediaType | None = None
    title: Annotated[PlainWords, Field(max_length=200)] = ""
    alt: Annotated[PlainWords, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.url is None) == (self.file is None) or (self.kind == "link" and not self.url):
            raise ValueError("needs a url, or else the file of an upload")
        return self
