"""The kind `kakao` is put together here, for the configuration and the sender of deliveries."""

from surgeline.adapters.channels.kakao.check import check
from surgeline.adapters.channels.kakao.send import KakaoCallbacks
from surgeline.adapters.channels.kakao.settings import FIELDS, STEPS, KakaoChannel
from surgeline.adapters.configuration.kinds import Kind, api_base_problems
from surgeline.adapters.configuration.providers import Provider
from surgeline.adapters.media.fetching import plainly
from surgeline.application.deliveries.targets import TargetParts
from surgeline.application.ports.targets import Target


def _target(parts: TargetParts) -> Target:
    return KakaoCallbacks(parts)


KIND = Kind(
    KakaoChannel,
    api_base_problems,
    secret=False,
    target=_target,
    provider=Provider(fields=FIELDS, steps=STEPS, check=check),
    fetch=plainly,
)
