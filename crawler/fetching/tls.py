"""TLS as the settings ask for it: verified by default, and HTTP/1.1 only, the protocol whose bytes are kept."""

from __future__ import annotations

import os
import ssl

from scrapy.settings import BaseSettings

from archive.errors import ConfigurationError

VERSIONS = {
    "TLSv1.0": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


def client_context(settings: BaseSettings) -> ssl.SSLContext:
    """From DOWNLOAD_VERIFY_CERTIFICATES, DOWNLOADER_CLIENT_TLS_CIPHERS, DOWNLOAD_TLS_MIN_VERSION and _MAX_VERSION.

    Raises ConfigurationError for a version that is none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
        context.load_default_certs()
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    if ciphers := settings["DOWNLOADER_CLIENT_TLS_CIPHERS"]:
        context.set_ciphers(ciphers)
    if (least := _version(settings, "DOWNLOAD_TLS_MIN_VERSION")) is not None:
        context.minimum_version = least
    if (most := _version(settings, "DOWNLOAD_TLS_MAX_VERSION")) is not None:
        context.maximum_version = most
    if log := os.environ.get("SSLKEYLOGFILE"):  # as Scrapy's handlers do, for whoever debugs
        context.keylog_filename = log
    return context


def _version(settings: BaseSettings, name: str) -> ssl.TLSVersion | None:
    named = settings[name]
    if named is not None and named not in VERSIONS:
        raise ConfigurationError(f"{name} is {named!r}; known are {', '.join(VERSIONS)}")
    return VERSIONS[named] if named is not None else None
