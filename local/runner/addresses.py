"""All addresses follow from the one port that people choose. The samples' ids are here too."""

HOST = "127.0.0.1"
CHANNEL = "demo"
POOL = "vendor"
LINK_FILE = "sign-in-link"
"""The file of the link for the first lead. `up` prints the link and deletes the file."""


def url(port: int) -> str:
    """Return an address on this machine."""
    return f"http://{HOST}:{port}"


def pool_port(port: int) -> int:
    """Return the simulated pool's port."""
    return port + 1


def channel_port(port: int) -> int:
    """Return the simulated channel's port."""
    return port + 2


def pool_url(port: int) -> str:
    """Return the address where the simulated pool takes events."""
    return f"{url(pool_port(port))}/"


def channel_url(port: int) -> str:
    """Return the address where the simulated channel takes replies."""
    return f"{url(channel_port(port))}/"
