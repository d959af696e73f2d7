"""Where a webhook may go: https to a public address, and on a developer's machine also to loopback."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from shared.kit.problems import Problem

Address = IPv4Address | IPv6Address

# IANA's special-purpose registries. Python's is_global differs from them for several ranges and by its version.
_CLOSED_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
# Of IPv6 only global unicast is open; mapped, translated, local and link-local addresses all lie outside it.
_OPEN_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")))
_LONGEST = 2000


class WrongDestination(Problem):
    """A webhook goes to a public https address, and nowhere else."""

    code = "webhook.destination"
    title = "A webhook cannot go there"


def is_open(address: Address, *, production: bool) -> bool:
    """Whether a webhook may be sent to an address; on a developer's machine also to loopback."""
    if address.is_loopback and not production:
        return True
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    return address in _OPEN_V6 and not any(address in network for network in _CLOSED_V6)


def check(url: str, *, production: bool) -> str:
    """The address itself when a webhook may be registered for it; names are judged again at each connection.

    Raises:
        WrongDestination.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WrongDestination("This is no address: give one such as https://hooks.example.org/careweave.") from error
    if len(url) > _LONGEST or any(each <= " " or each == "\\" for each in url) or not url.isascii():
        raise WrongDestination("Give an address of plain ASCII characters without spaces.")
    if parts.hostname is None or parts.username is not None or parts.password is not None or parts.fragment:
        raise WrongDestination("Give a host, and neither user, password nor fragment: requests are signed instead.")
    if port == 0:
        raise WrongDestination("Give a port from 1 to 65535, or none.")
    _check_host(parts, production=production)
    return url


def _check_host(parts: SplitResult, *, production: bool) -> None:
    host = parts.hostname or ""
    loopback = host == "localhost"
    try:
        address = ip_address(host)
    except ValueError:
        if loopback and production:
            raise WrongDestination(_PRIVATE) from None
    else:
        loopback = address.is_loopback
        if not is_open(address, production=production):
            raise WrongDestination(_PRIVATE)
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback and not production):
        raise WrongDestination("Give an https address; http is for loopback on a developer's machine only.")


_PRIVATE = "Give an address on the public internet: local, private and reserved ones are refused."
