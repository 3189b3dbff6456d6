"""Which addresses are read, and which of them may be gone to."""

from ipaddress import ip_address

import pytest

from messaging.outside.errors import Unfetchable
from messaging.outside.guard import UNASKED, Guard, check_address, is_public, read_url

pytestmark = pytest.mark.once

ANYBODY = "0.0.0.0"  # noqa: S104
NOT_PUBLIC = [
    *(ANYBODY, "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254"),
    *("168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.192", "192.0.2.1"),
    *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255"),
    *("240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    *("64:ff9b:1::808:808", "100::1", "2001::1", "2001:0:808:808::1", "2001:20::1", "2001:db8::1"),
    *("2002:7f00:1::", "2002:808:808::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254"),
    *("fe80::1", "fe80::1%2", "fec0::1", "ff02::1", "ff0e::1"),
]
PUBLIC = ["8.8.8.8", "93.184.215.14", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_that_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "172.20.0.1", "192.168.0.1", "::1", "fd12::1"])
def test_a_guard_that_allows_private_networks(address):
    check_address(ip_address(address), Guard(allow_private=True))
    with pytest.raises(Unfetchable, match=r"\Aprivate\Z"):
        check_address(ip_address(address), Guard())


METADATA = ["169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"]


@pytest.mark.parametrize("address", [*METADATA, ANYBODY, "::", "224.0.0.1", "::ffff:127.0.0.1", "fe80::1"])
def test_what_no_guard_lets_through(address):
    with pytest.raises(Unfetchable, match=r"\Aprivate\Z"):
        check_address(ip_address(address), Guard(allow_private=True))


REFUSED = [
    ("http://127.0.0.1/", "private"),
    ("http://169.254.169.254/latest/meta-data/", "private"),
    ("http://[::1]/", "private"),
    ("http://[::ffff:127.0.0.1]/", "private"),
    ("http://[::ffff:7f00:1]/", "private"),
    ("http://[0:0:0:0:0:ffff:127.0.0.1]/", "private"),
    ("http://[fe80::1%25eth0]/", "bad_url"),
    ("http://localhost/", "private"),
    ("http://localhost./", "private"),
    ("http://LOCALHOST/", "private"),
    ("http://intranet/", "private"),
    # Other notations of 127.0.0.1, for those who read them.
    ("http://2130706433/", "bad_url"),
    ("http://0x7f000001/", "bad_url"),
    ("http://0x7f.1/", "bad_url"),
    ("http://0177.0.0.1/", "bad_url"),
    ("http://017700000001/", "bad_url"),
    ("http://127.1/", "bad_url"),
    ("http://127.0.0.1./", "bad_url"),
    ("http://0/", "bad_url"),
    ("http://127.0.0.0x1/", "bad_url"),
    ("http://1.2.3.4.5/", "bad_url"),
    ("http://8.8.8.8./", "bad_url"),
    ("http://１２７.0.0.1/", "private"),
    ("http://127。0。0。1/", "private"),
    ("http://①②⑦.0.0.1/", "private"),
    # A host that two readers would read differently.
    ("http://page.example@127.0.0.1/", "bad_url"),
    ("http://user:word@page.example/", "bad_url"),
    ("http://page.example\\@127.0.0.1/", "bad_url"),
    ("http://page.example%2f@127.0.0.1/", "bad_url"),
    ("http://pag%65.example/", "bad_url"),
    ("http://[::1]page.example/", "bad_url"),
    ("http://page.example[::1]/", "bad_url"),
    ("http://page.exa\tmple/", "bad_url"),
    ("http://page.example/\r\nHost: other.example", "bad_url"),
    ("http://page..example/", "bad_url"),
    ("http://-page.example/", "bad_url"),
    ("http://page.example:80:80/", "bad_url"),
    ("http://page.example:port/", "bad_url"),
    (f"http://{'a' * 64}.example/", "bad_url"),
    (f"http://{'a.' * 127}example/", "bad_url"),
    (f"http://page.example/{'a' * 2000}", "bad_url"),
    # No address of the web.
    ("", "bad_url"),
    ("http://", "bad_url"),
    ("http:///etc/passwd", "bad_url"),
    ("//page.example/", "bad_url"),
    ("page.example", "bad_url"),
    ("file:///etc/passwd", "bad_url"),
    ("ftp://page.example/", "bad_url"),
    ("gopher://page.example/", "bad_url"),
    ("javascript:alert(1)", "bad_url"),
    # Ports.
    ("http://page.example:22/", "forbidden_port"),
    ("http://page.example:0/", "forbidden_port"),
    ("http://page.example:8080/", "forbidden_port"),
    ("https://page.example:6379/", "forbidden_port"),
    ("http://page.example:65536/", "forbidden_port"),
]


@pytest.mark.parametrize(("url", "code"), REFUSED)
def test_an_address_that_is_refused(url, code):
    with pytest.raises(Unfetchable) as refused:
        read_url(url)
    assert refused.value.code == code


@pytest.mark.parametrize("url", [url for url, code in REFUSED if code == "bad_url" and "user" not in url])
def test_no_guard_reads_odd_notations(url):
    with pytest.raises(Unfetchable, match=r"\Abad_url\Z"):
        read_url(url, UNASKED)


READ = [
    ("http://page.example", "http://page.example/"),
    ("HTTP://Page.EXAMPLE:80/A", "http://page.example/A"),
    ("https://page.example:443/?q=1#top", "https://page.example/?q=1"),
    ("https://page.example:80/", "https://page.example:80/"),
    ("http://page.example./", "http://page.example/"),
    ("http://my_page.example/", "http://my_page.example/"),
    ("https://bücher.example/ä?ö=ü&x=%20", "https://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC&x=%20"),
    ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
    ("http://8.8.8.8/", "http://8.8.8.8/"),
    ("http://[2606:4700:0::1111]/", "http://[2606:4700::1111]/"),
    ('https://page.example/"<x>', "https://page.example/%22%3Cx%3E"),
    ("https://page.example//other.example/..", "https://page.example//other.example/.."),
]


@pytest.mark.parametrize(("url", "normal"), READ)
def test_an_address_that_is_read(url, normal):
    assert read_url(url).url == normal
    assert read_url(normal).url == normal


def test_a_guard_that_lists_hosts():
    guard = Guard(hosts=frozenset({"page.example"}))
    assert read_url("http://page.example/", guard).host == "page.example"
    with pytest.raises(Unfetchable, match=r"\Aforbidden_host\Z"):
        read_url("http://other.example/", guard)
