"""Which IP addresses a page may be fetched from: public ones, and those of hosts that the operator allows."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

_MAPPED = (ip_network("::ffff:0:0/96"), ip_network("::ffff:0:0:0/96"), ip_network("::/96"), ip_network("64:ff9b::/96"))
_NAT64_OF_A_NETWORK = ip_network("64:ff9b:1::/48")
_6TO4 = ip_network("2002::/16")
_TEREDO = ip_network("2001::/32")
_NEVER_PUBLIC = (
    ip_network("192.88.99.0/24"),  # 6to4 relays
    ip_network("192.0.0.0/24"),
    ip_network("168.63.129.16/32"),  # Azure's own services: a public address that only its machines reach
    ip_network("2001::/23"),
    ip_network("2001:db8::/32"),
    ip_network("3fff::/20"),
    ip_network("5f00::/16"),
    ip_network("fec0::/10"),
    ip_network("100::/64"),
)
_METADATA = (
    *("169.254.169.254", "169.254.170.2", "169.254.170.23", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    *("fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"),
)
METADATA = frozenset(map(ip_address, _METADATA))
"""Where clouds hand their credentials to whoever asks."""


def why_not_public(written: str) -> str | None:
    """Why nothing is fetched from this address, in a few words; None when it is public."""
    address = _parsed(written)
    if address is None:
        return "no address"
    return next((why for each in _meant_by(address) if (why := _why_not(each))), None)


def why_never(written: str) -> str | None:
    """Why nothing is fetched from this address whatever an operator allows; None when an operator may allow it."""
    address = _parsed(written)
    if address is None:
        return "no address"
    for each in _meant_by(address):
        if each in METADATA:
            return "the metadata service of a cloud"
        if each.is_link_local or each.is_multicast or each.is_unspecified or str(each) == "255.255.255.255":
            return _why_not(each)
    return None


def _parsed(written: str) -> Address | None:
    try:
        return ip_address(written.partition("%")[0])
    except ValueError:
        return None


def _meant_by(address: Address) -> Iterator[Address]:
    """The address, and the IPv4 addresses that it carries inside: packets to it end up there."""
    yield address
    if not isinstance(address, IPv6Address):
        return
    low = int(address)
    if any(address in network for network in _MAPPED) and low > 1:
        yield IPv4Address(low & 0xFFFFFFFF)
    elif address in _6TO4:
        yield IPv4Address(low >> 80 & 0xFFFFFFFF)
    elif address in _TEREDO:
        yield IPv4Address(low >> 64 & 0xFFFFFFFF)
        yield IPv4Address(~low & 0xFFFFFFFF)


def _why_not(address: Address) -> str | None:
    told = {
        "the metadata service of a cloud": address in METADATA,
        "a loopback address": address.is_loopback,
        "an unspecified address": address.is_unspecified,
        "a link-local address": address.is_link_local,
        "a multicast address": address.is_multicast,
        "a private address": address.is_private and not _carries_another(address),
        "a reserved address": address.is_reserved and not _carries_another(address),
        "an address that is not public": not address.is_global and not _carries_another(address),
        "an address of a special purpose": any(
            address in network for network in _NEVER_PUBLIC if network.version == address.version
        ),
        "a translated address of some network": address in _NAT64_OF_A_NETWORK,
    }
    return next((why for why, so in told.items() if so), None)


def _carries_another(address: Address) -> bool:
    """Whether what it carries decides: ``::ffff:8.8.8.8`` is as public as 8.8.8.8."""
    return isinstance(address, IPv6Address) and any(address in network for network in _MAPPED[:1] + _MAPPED[3:])
