"""The rate at which one sender may write is bounded here, by the sender's thread."""

from surgeline.runtime.rate_cap import RateCap

BURST = 30
PER_SECOND = 5.0


class SenderCap(RateCap):
    """A bucket for each thread, shared by messages and by leaving the chat."""

    def __init__(self) -> None:
        super().__init__(
            burst=BURST,
            per_second=PER_SECOND,
            refusal=f"at most {BURST} messages at once and {PER_SECOND:.0f} a second from one "
            "sender; send this one again after the seconds in Retry-After",
        )
