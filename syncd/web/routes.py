"""Every page there is, whom it is for, and the function that makes it."""

from __future__ import annotations

from syncd.web.pages import (
    administration,
    agenda,
    calendars,
    connecting,
    disconnecting,
    new_event,
    settings,
    signing_in,
)
from syncd.web.visit import Page, Who

PAGES: tuple[Page, ...] = (
    Page(path="/", method="GET", who=Who.ANYBODY, endpoint=signing_in.home),
    Page(path="/sign-in", method="GET", who=Who.ANYBODY, endpoint=signing_in.show),
    Page(path="/sign-in/{provider}", method="POST", who=Who.ANYBODY, endpoint=signing_in.begin),
    Page(
        path="/sign-in/{provider}/callback",
        method="GET",
        who=Who.ANYBODY,
        endpoint=signing_in.finish,
    ),
    Page(path="/sign-out", method="POST", who=Who.PERSON, endpoint=signing_in.sign_out),
    Page(path="/settings", method="GET", who=Who.PERSON, endpoint=settings.show),
    Page(path="/connect/{provider}", method="GET", who=Who.PERSON, endpoint=connecting.show),
    Page(path="/connect/{provider}", method="POST", who=Who.PERSON, endpoint=connecting.begin),
    Page(
        path="/connect/{provider}/callback",
        method="GET",
        who=Who.PERSON,
        endpoint=connecting.finish,
    ),
    Page(path="/calendars/{provider}", method="GET", who=Who.PERSON, endpoint=calendars.show),
    Page(path="/calendars/{provider}", method="POST", who=Who.PERSON, endpoint=calendars.choose),
    Page(path="/disconnect/{provider}", method="GET", who=Who.PERSON, endpoint=disconnecting.show),
    Page(
        path="/disconnect/{provider}",
        method="POST",
        who=Who.PERSON,
        endpoint=disconnecting.confirm,
    ),
    Page(path="/calendar", method="GET", who=Who.PERSON, endpoint=agenda.show),
    Page(path="/calendar/choose", method="POST", who=Who.PERSON, endpoint=agenda.choose),
    Page(path="/calendar/start", method="POST", who=Who.PERSON, endpoint=agenda.start),
    Page(path="/new-event", method="GET", who=Who.PERSON, endpoint=new_event.show),
    Page(path="/new-event", method="POST", who=Who.PERSON, endpoint=new_event.make),
    Page(path="/admin", method="GET", who=Who.ADMIN, endpoint=administration.show),
    Page(path="/admin/resume", method="POST", who=Who.ADMIN, endpoint=administration.resume),
    Page(path="/admin/audit", method="GET", who=Who.ADMIN, endpoint=administration.audit),
)
