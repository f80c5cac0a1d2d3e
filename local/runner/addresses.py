"""Where everything listens, given the one port that people choose; and what we call the samples."""

HOST = "127.0.0.1"
CHANNEL = "demo"
POOL = "vendor"


def url(port: int) -> str:
    """An address on this machine."""
    return f"http://{HOST}:{port}"


def pool_port(port: int) -> int:
    """The simulated pool's port."""
    return port + 1


def channel_port(port: int) -> int:
    """The simulated channel's port."""
    return port + 2


def pool_url(port: int) -> str:
    """Where the simulated pool takes in events."""
    return f"{url(pool_port(port))}/"


def channel_url(port: int) -> str:
    """Where the simulated channel takes in replies."""
    return f"{url(channel_port(port))}/"
