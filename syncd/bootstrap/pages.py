"""The pages beside the engine: the same ones while the configuration says the same of them."""

from __future__ import annotations

import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass

from pydantic import SecretStr

from syncd.bootstrap.current import Current
from syncd.bootstrap.door import PagesDoor
from syncd.config.load import Loaded
from syncd.config.references import key_file_path
from syncd.config.settings import Tls
from syncd.core.ids import Provider
from syncd.web.answering import Answering
from syncd.web.app import build
from syncd.web.server import Certificate, serve, tls_context
from syncd.web.settings import WebSettings


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the pages that are served were built from."""

    settings: WebSettings
    listen: tuple[str, int]
    tls: Tls | None
    tls_made: int | None
    """When the certificate's file was written: a renewed one is read when the configuration is."""
    webhook_secret: SecretStr | None


class Pages:
    """The server of the pages; it answers by whatever engine is the current one."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._stack = AsyncExitStack()
        self._shown: _Shown | None = None
        self._answering: Answering | None = None
        self.address: str | None = None
        """Where it listens, host:port; None while there are no pages."""

    async def serve(self, loaded: Loaded) -> None:
        """Serve as this configuration says; OSError says why that cannot be.

        Pages that are served already go on when a certificate cannot be used.
        """
        try:
            wanted = _wanted(loaded)
            tls = None if wanted is None or wanted.tls is None else _context(wanted.tls)
        except (OSError, ssl.SSLError) as error:
            raise OSError(f"web.tls cannot be used: {error}") from error
        if wanted == self._shown:
            return
        await self.close()
        if wanted is None:
            return
        app = Answering(
            build(PagesDoor(self._current, loaded), wanted.settings, self._current.clock)
        )
        host, port = wanted.listen
        try:
            served = await self._stack.enter_async_context(
                serve(app, host=host, port=port, context=tls)
            )
        except OSError as error:
            raise OSError(f"web.listen: {host}:{port}: {error.strerror or error}") from error
        self._shown, self.address = wanted, f"{served.host}:{served.port}"
        self._answering = app

    async def settled(self, *, patience: float) -> None:
        """Wait, so many seconds at most, until no request works with a former engine's parts."""
        if self._answering is not None:
            await self._answering.settled(patience=patience)

    async def close(self) -> None:
        """Stop serving; what is under way gets a few seconds."""
        await self._stack.aclose()
        self._stack, self._shown, self.address = AsyncExitStack(), None, None
        self._answering = None


def _wanted(loaded: Loaded) -> _Shown | None:
    web = loaded.config.web
    if web.public_url is None:
        return None
    settings = WebSettings(
        public_url=web.public_url,
        admins=frozenset(web.admins),
        support=web.support,
        privacy_url=web.privacy_url,
        sign_in=_sign_in(loaded),
    )
    made = None if web.tls is None else web.tls.certificate.stat().st_mtime_ns
    secret = loaded.secrets.zoom_webhook_secret
    return _Shown(settings, (web.host, web.port), web.tls, made, secret)


def _sign_in(loaded: Loaded) -> tuple[Provider, ...]:
    google, microsoft = loaded.config.google, loaded.config.microsoft
    by = []
    if google is not None and google.client_id is not None:
        by.append(Provider.GOOGLE)
    if microsoft is not None and (microsoft.mode == "user" or microsoft.user_app is not None):
        by.append(Provider.MICROSOFT)
    return tuple(by)


def _context(tls: Tls) -> ssl.SSLContext:
    files = Certificate(chain=tls.certificate, private_key=key_file_path(tls.private_key))
    return tls_context(files)
