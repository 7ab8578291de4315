"""The guard: which network addresses a fetch may reach.

The tables are our own because `ipaddress.is_global` differs between Python versions and lets NAT64, 6to4,
Teredo and multicast through, each of which can carry a private address inside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from digestly.fetch.errors import BadUrl, BlockedAddress

Address = IPv4Address | IPv6Address

WEB_PORTS = frozenset({80, 443})

_CLOSED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# Outside lie loopback, link-local, unique-local, site-local, multicast, v4-mapped, NAT64 and the unassigned.
_UNICAST_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Whether the address belongs to the open internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    return address in _UNICAST_V6 and not any(address in network for network in _CLOSED_V6)


@dataclass(frozen=True, slots=True)
class AllowedNetwork:
    """A network the operator opened, on one port or on all."""

    network: IPv4Network | IPv6Network
    port: int | None = None

    def opens(self, port: int) -> bool:
        return self.port in (None, port)


@dataclass(frozen=True, slots=True)
class AllowList:
    """What may be reached besides public addresses on ports 80 and 443."""

    networks: tuple[AllowedNetwork, ...] = ()

    @classmethod
    def parse(cls, text: str) -> AllowList:
        """Read `127.0.0.0/8:8080, 10.1.0.0/16`; ValueError names the part that cannot be read."""
        parts = (part.strip() for part in text.split(","))
        return cls(tuple(_allowed_network(part) for part in parts if part))

    def permits(self, address: Address, port: int) -> bool:
        return any(allowed.opens(port) and address in allowed.network for allowed in self.networks)

    def opens(self, port: int) -> bool:
        """Whether the port is open on any network, for names that are not looked up yet."""
        return any(allowed.opens(port) for allowed in self.networks)


NOTHING = AllowList()


def reachable(found: Sequence[Address], port: int, *, allow: AllowList) -> list[Address]:
    """Those of a host's addresses that may be connected to; raises when the host may not be reached at all.

    A single private address condemns a public host: nobody has an honest reason for such a mixture. Where the
    operator allowed one of them, only the allowed ones count: `localhost` works with one family open.
    """
    if allowed := [address for address in found if allow.permits(address, port)]:
        return allowed
    if not all(is_public(address) for address in found):
        raise BlockedAddress(
            "This address leads into a private or reserved network. "
            "An operator can open it with FETCH_ALLOW_PRIVATE."
        )
    if port not in WEB_PORTS:
        raise bad_port(port)
    return list(found)


def bad_port(port: int) -> BadUrl:
    return BadUrl(f"Port {port} is not a port of the web: use 80 or 443.")


def _allowed_network(part: str) -> AllowedNetwork:
    match = re.fullmatch(r"(?P<network>[0-9A-Fa-f.:]+/[0-9]{1,3})(?::(?P<port>[0-9]{1,5}))?", part)
    if match is None:
        raise ValueError(f"{part!r} is not a network like 10.1.0.0/16 or 127.0.0.0/8:8080")
    port = None if match["port"] is None else int(match["port"])
    if port is not None and not 0 < port < 65536:
        raise ValueError(f"{part!r} names port {port}, ports go from 1 to 65535")
    try:
        return AllowedNetwork(ip_network(match["network"]), port)
    except ValueError as reason:
        raise ValueError(f"{part!r} is not a network: {reason}") from None
