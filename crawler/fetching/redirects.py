"""Where a redirect leads, in the form in which the same address is named by pages."""

from __future__ import annotations

from crawler.extraction.normalisers.urls import Resolver


def redirect_target(location: bytes, url: str) -> str | None:
    """The absolute target of a Location header that came from `url`, without fragment; None where it is no address.

    Servers send what is not ASCII as it stands in their files: as UTF-8, else as latin-1, in which headers were once
    defined.
    """
    try:
        reference = location.decode("utf-8")
    except UnicodeDecodeError:
        reference = location.decode("latin-1")
    return Resolver(url)(reference)
