"""Where webhooks may go: the table of attacks (S16), address by address."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kit.destinations import WrongDestination, check, is_open


def _each(words: str) -> list[str]:
    return words.split()


CLOSED = _each("""0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.1.2.3 169.254.169.254
172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7
203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:93.184.216.34 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:db8::1 2002:7f00:1::1 3fff::1
fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1""")
OPEN = _each("""1.1.1.1 9.255.255.255 11.0.0.0 93.184.216.34 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.167.255.255 192.169.0.0 198.17.255.255
198.20.0.0 223.255.255.255 2606:4700:4700::1111 2a00:1450:4001::200e""")


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_local_private_or_reserved_is_closed(address: str) -> None:
    assert not is_open(ip_address(address), production=True)


@pytest.mark.parametrize("address", OPEN)
def test_what_is_public_is_open(address: str) -> None:
    assert is_open(ip_address(address), production=True)


@given(st.ip_addresses())
def test_development_opens_loopback_and_nothing_else(address: IPv4Address | IPv6Address) -> None:
    assert is_open(address, production=False) == (is_open(address, production=True) or address.is_loopback)


@given(st.ip_addresses())
def test_nothing_that_python_calls_private_or_multicast_is_open(address: IPv4Address | IPv6Address) -> None:
    if address.is_private or address.is_multicast or address.is_link_local or address.is_reserved:
        assert not is_open(address, production=True) or (address.version == 6 and str(address).startswith("2001:"))


BAD = [
    "http://hooks.example.org/",
    "ftp://hooks.example.org/",
    "https://user:secret@hooks.example.org/",
    "https://hooks.example.org@127.0.0.1/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/",
    "https://hooks.example.org/#part",
    "https:///no-host",
    "https://hooks.example.org:0/",
    "https://hooks.example.org:99999/",
    "https://hooks.example.org/a b",
    "https://hooks.example.org\\@10.0.0.1/",
    "https://hooks.example.org/\r\nX: y",
    "https://hööks.example.org/",
    "https://[fe80::1%25eth0]/",
    "//hooks.example.org/",
    "hooks.example.org",
    "",
    f"https://hooks.example.org/{'a' * 2000}",
]


@pytest.mark.parametrize("url", BAD)
def test_addresses_that_no_webhook_is_registered_for(url: str) -> None:
    with pytest.raises(WrongDestination):
        check(url, production=True)


@pytest.mark.parametrize(
    "url", ["https://hooks.example.org/x?y=1", "https://hooks.example.org:8443/", "https://1.1.1.1/"]
)
def test_addresses_that_one_is_registered_for(url: str) -> None:
    assert check(url, production=True) == url


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/hook", "http://localhost:9000/", "http://[::1]:9000/"])
def test_http_to_loopback_is_for_development_only(url: str) -> None:
    assert check(url, production=False) == url
    with pytest.raises(WrongDestination):
        check(url, production=True)
    with pytest.raises(WrongDestination):
        check(
            url.replace("127.0.0.1", "10.0.0.1").replace("localhost", "10.0.0.1").replace("[::1]", "10.0.0.1"),
            production=False,
        )
