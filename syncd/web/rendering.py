"""Templates become pages here; everything that is put in is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from http import HTTPStatus
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from syncd.core.zones import zone_named
from syncd.web.links import is_safe
from syncd.web.settings import WebSettings
from syncd.web.texts import LANGUAGE, text
from syncd.web.times import day_and_time, time_span


class Rendering:
    """The templates, loaded once."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._environment = Environment(
            loader=PackageLoader("syncd.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(
            t=text,
            language=LANGUAGE,
            support=settings.support or "",
            privacy_url=settings.privacy_url or "",
            is_safe=self.is_safe,
            mail_to=mail_to,
        )
        self._environment.filters.update(
            moment=_moment, stamp=_stamp, span=time_span, address=_in_address
        )

    def is_safe(self, url: str) -> bool:
        """Tell whether a page may lead there."""
        return is_safe(url, more_hosts=self._settings.link_hosts)

    def page(self, name: str, *, status: HTTPStatus, **values: object) -> Response:
        """Render one template; a value that it wants and does not get is a bug and raises."""
        template = self._environment.get_template(f"{name}.html")
        return HTMLResponse(template.render(values), status)


def mail_to(address: str, subject: str, body: str) -> str:
    """Make an address that opens a written mail; the reader only has to send it."""
    words = urlencode({"subject": subject, "body": body}, quote_via=quote)
    return f"mailto:{quote(address, safe='@')}?{words}"


def _moment(moment: datetime, zone: str = "UTC") -> str:
    where: tzinfo = zone_named(zone) or UTC
    return day_and_time(moment.astimezone(where))


def _stamp(moment: datetime) -> str:
    """Write a moment as the `datetime` of a `<time>`."""
    return moment.isoformat(timespec="seconds")


def _in_address(values: Mapping[str, str]) -> str:
    return urlencode(values)
