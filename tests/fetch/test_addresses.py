"""The guard: what is public, and what an operator can open."""

from __future__ import annotations

import re
from ipaddress import ip_address

import pytest

from digestly.fetch.addresses import NOTHING, AllowList, is_public, reachable
from digestly.fetch.errors import BadUrl, BlockedAddress

PUBLIC = """
1.1.1.1 8.8.8.8 100.63.255.255 172.32.0.1 192.0.1.1 223.255.255.255
2606:4700::1111 2001:4860:4860::8888 2a00:1450::1 3ffe::1
"""
CLOSED = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7
203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:10.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1
2001:2::1 2001:20::1 2001:db8::1 2002:7f00:1:: 3fff::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1
"""
NO_NETWORKS = """
localhost/8 10.0.0.0 10.0.0.1/8 10.0.0.0/33 10.0.0.0/8:0 10.0.0.0/8:70000 10.0.0.0/8:
10.0.0.0/8:http fd00::/8/8 *
"""


@pytest.mark.parametrize("address", PUBLIC.split())
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", CLOSED.split())
def test_everything_else_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


def test_an_allowed_network_opens_every_port_and_a_named_port_only_itself() -> None:
    allow = AllowList.parse("127.0.0.0/8:8080, 10.1.0.0/16,fd00::/8:9000,")
    assert allow.permits(ip_address("127.0.0.1"), 8080)
    assert not allow.permits(ip_address("127.0.0.1"), 80)
    assert allow.permits(ip_address("10.1.2.3"), 5432)
    assert not allow.permits(ip_address("10.2.0.1"), 80)
    assert allow.permits(ip_address("fd00::1"), 9000)
    assert not allow.permits(ip_address("::ffff:127.0.0.1"), 8080)


def test_an_empty_allow_list_opens_nothing() -> None:
    assert AllowList.parse("") == AllowList.parse(" , ") == NOTHING


@pytest.mark.parametrize("part", NO_NETWORKS.split())
def test_a_part_that_cannot_be_read_is_named(part: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(part))):
        AllowList.parse(f"127.0.0.0/8,{part}")


def test_one_private_address_condemns_a_public_host() -> None:
    found = [ip_address("8.8.8.8"), ip_address("10.0.0.1")]
    with pytest.raises(BlockedAddress):
        reachable(found, 443, allow=NOTHING)


def test_of_an_allowed_host_only_the_allowed_addresses_count() -> None:
    found = [ip_address("::1"), ip_address("127.0.0.1")]
    assert reachable(found, 80, allow=AllowList.parse("127.0.0.0/8")) == [ip_address("127.0.0.1")]


def test_public_hosts_are_asked_on_the_ports_of_the_web_only() -> None:
    found = [ip_address("8.8.8.8")]
    assert reachable(found, 80, allow=NOTHING) == reachable(found, 443, allow=NOTHING) == found
    with pytest.raises(BadUrl):
        reachable(found, 8080, allow=AllowList.parse("127.0.0.0/8"))
