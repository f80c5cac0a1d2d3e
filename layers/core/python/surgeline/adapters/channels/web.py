"""The kind `web` lives here: the chat page that Surgeline serves itself."""

from dataclasses import dataclass

from surgeline.adapters.configuration.kinds import Kind, no_problems


@dataclass(frozen=True, slots=True)
class WebChannel:
    """`origins` limits which sites may show the chat page's API ("*" for any)."""

    origins: tuple[str, ...] = ("*",)


KIND = Kind(WebChannel, no_problems, secret=False)
