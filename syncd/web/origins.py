"""Where a request comes from: the machine that sent it, and the page whose form it was."""

from __future__ import annotations

import ipaddress

from starlette.requests import HTTPConnection

from syncd.web.settings import WebSettings

_IPV6_SITE = 64
"""A household or a machine is given a whole /64, so single addresses of it count as one."""


def sender(connection: HTTPConnection) -> str:
    """Give the address that limits count, an IPv6 one as its /64.

    `X-Forwarded-For` is believed only from a proxy on this machine, and of it only the last
    address, which the proxy itself has seen; everything before it is the client's own tale.
    """
    address = _address(connection.client.host if connection.client else "")
    if address is not None and address.is_loopback:
        named = connection.headers.getlist("x-forwarded-for")
        address = _address(named[-1].rpartition(",")[2].strip()) if named else address
    if address is None:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_SITE), strict=False))
    return str(address)


def is_own_host(connection: HTTPConnection, settings: WebSettings) -> bool:
    """Tell whether the request was meant for us; one Host header, and ours."""
    return [name.lower() for name in connection.headers.getlist("host")] == [settings.host]


def is_own_form(connection: HTTPConnection, settings: WebSettings) -> bool:
    """Tell whether a page of ours sent it.

    Browsers tell by `Sec-Fetch-Site`; then `Origin` may be `null`, as our pages send no referrer.
    Without it `Origin` must be ours. Who sends neither is no browser of a person.
    """
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    if site is not None:
        return site == "same-origin" and origin in {None, "null", settings.public_url}
    return origin == settings.public_url


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
