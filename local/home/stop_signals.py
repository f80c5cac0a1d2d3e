"""A process that runs a loop and has heard its stop hears no other one, thanks to this module."""

import asyncio
import signal
from typing import Final

STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def hear_no_more() -> None:
    """Ignore every further stop, while the running loop closes and after that.

    A loop that closes gives the signals that it knows back to their usual handlers. One more stop
    would then end the process with an error. So the loop forgets them here.
    """
    loop = asyncio.get_running_loop()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    for number in STOPS:
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
