"""The routes beside the providers' APIs, by which a test looks at and steers the sandbox.

All take and give JSON. Below `/_sandbox`, which is `control` in sandbox.json:

- `GET state`: `now`, `mails` (provider, to, sender, reason, at, `event`, and `occurrence` for one
  occurrence of a series alone: where its rule puts it, UTC with `Z`, or a date), `requests` (counts
  by provider and operation), and each provider's own: `google` `authorisations` (what was asked for at
  its authorisation endpoint) and `grants`; `google` and `microsoft` `calendars` with every
  copy of every event, deleted ones, exceptions and conferences included; `microsoft` `consents`, what
  was asked for at the authorize endpoint (`tenant`, `scope`, `code_challenge_method`, `has_state`,
  `has_nonce` and others); `zoom` `meetings` and
  `deleted` with settings, recurrence and occurrences, `users`, `budget`, `consents`, `grants` and
  `deliveries`. A Google mail's event is the event's id (an occurrence has one of its own), an Outlook
  mail's is the iCalUId, a Zoom mail's the meeting's number.
- `GET issued`: a list of all codes, tokens and secrets of apps that were ever given out, without the
  prefixes that some have: what may stand nowhere else.
- `POST faults`, `GET faults`, `DELETE faults`: see `fault_form`.
- `POST advance` `{"seconds": N}` moves the sandbox's clock on. `POST reset` begins anew.

What people do at a provider goes by its own API with their token from sandbox.json: at Zoom a person
changes a passcode (`PATCH /meetings/{id}` `{"password"}`), deletes a meeting, takes it back from the
trash (`PUT /meetings/{id}/status` `{"action": "recover"}`); at Google a person moves an event between
her calendars (`POST .../events/{id}/move?destination=`). What no API offers is a knob: `POST /_knobs`
below the provider, with one or more of these names and its value; 400 tells what was wrong.

`/google/_knobs`, all turned back by a reset:

- `conference_mode`: what becomes of a third party's conference data: accept, reject400 or strip.
- `meet_outcome`: what a Meet that was asked for has become by the next look: success, failure, pending.
- `meet_allowed`: whether calendars may have Meets at all.
- `moves_keep_properties`: whether an event takes private properties along to another calendar.
- `hand_over`: `{"event", "calendar", "to"}` gives an event to another calendar, anybody's: its
  organiser changes as when a colleague accepts it. Attendees' copies follow, nobody is mailed.
- `roles`: `{calendar id: role}`, what its person may do in it: owner, writer, reader, freeBusyReader,
  as if somebody else shared it. A calendar that is not named is her own.
- `suspended`: list of addresses that get no new token.
- `consent_refusal`: the error by which no consent is asked for at all (app_restricted,
  admin_policy_enforced, org_internal, disallowed_useragent, deleted_client, access_denied,
  temporarily_unavailable), `""` to ask again. `unticked`: list of scopes whose boxes are empty.
- `forge_id_token`: what is wrong with ID tokens, a word of `google/forging`, `""` for nothing.
- `redirect_uris`: list of those that the OAuth client has, `[]` for any. `refresh_days`: how long
  refresh tokens live, null for ever. `revoke`: the address whose grants go.
- `empty_pages`: begin lists of several pages with an empty one. `expire_sync_tokens`: true.

`/microsoft/_knobs`, all turned back by a reset:

- `move`: `{"mailbox", "event", "calendar"}`, an address, an id of either form, and a calendar's name
  (Calendar or Team): drags an event to another calendar, which Graph has no call for.
- `read_only`: list of `{"mailbox", "calendar"}`, an address and a calendar's name: whose events nobody
  may write, as if somebody else shared the calendar. `[]` gives all rights back.
- `allowed_providers`: what calendars allow, `[]` for a personal account without Teams.
- `teams_deaf`: pass over the wish for Teams. `teams_slow`: give its link only at the next look.
- `copies_keep_properties`: let an attendee's copy carry the organiser's extended properties.
- `personal`: list of addresses whose accounts are personal ones (outlook.com), of no organisation.
- `refuse_consent`: an AADSTS number with which every consent ends; 0 for none.
- `forge_id_tokens`: `{"alg", "claims"}`, both optional: `none` or `HS256` (signed with the public key),
  and claims to put in place of the true ones, null to leave out; `{}` for honest ones again.
- `application_roles`: list of roles in new tokens. `require_admin_consent`: a flag. `revoke`: the
  address whose grants go. `certificate`: PEM by which the application may sign in, too.
- `empty_pages`, `omit_old_masters`: flags of delta. `forget_delta`: true. `lost_status`: what a
  forgotten delta link is answered with.
- `concurrency`: how many requests one mailbox takes at once. `retry_after`: seconds.

`/zoom/_knobs`; of these a reset keeps scopes, plan and limit:

- `s2s_scopes`, `user_scopes`: lists of what tokens will carry from now on, as sandbox.json gives them
  for the first; add `meeting:read:invitation:admin` for invitations. With `expire_tokens`: true every
  access token is unknown at once, so that the next one carries them.
- `webinars`: list of the meetings that a person made webinars of. `running`: list of those that run.
- `user_types`: `{address: type}`, 1 is Basic, 2 is Licensed. `absent`: list of addresses of people who
  are no users of the account any more.
- `daily_limit`: creates and updates per host and day. `plan`: free, pro or business.
- `redirect_uris`: list of where consents may lead back to, `[]` for anywhere by HTTPS or on this
  machine; a reset keeps it. `app_not_approved`: whether the administrator must approve the app first.
- `dead_grants`: list of addresses whose refresh tokens are invalid_grant from now on.
- `remove_app`: the address of who removes the app in Zoom: the grant is dead, and a signed
  `app_deauthorized` goes to `webhook_url` (kept by a reset; null: it is only kept in `deliveries`).
  `validate_webhook`: a plain token, sent there as Zoom's question for the secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.fault_form import BadFault, read_fault
from syncd.sandbox.fakes.world import StandIn, World


def control_routes(world: World, stand_ins: Sequence[StandIn]) -> list[Route]:
    """Give the routes below `/_sandbox`."""
    control = _Control(world, stand_ins)
    return [
        Route("/_sandbox/state", control.state, methods=["GET"]),
        Route("/_sandbox/issued", control.issued, methods=["GET"]),
        Route("/_sandbox/faults", control.list_faults, methods=["GET"]),
        Route("/_sandbox/faults", control.add_fault, methods=["POST"]),
        Route("/_sandbox/faults", control.clear_faults, methods=["DELETE"]),
        Route("/_sandbox/advance", control.advance, methods=["POST"]),
        Route("/_sandbox/reset", control.reset, methods=["POST"]),
    ]


@dataclass(frozen=True)
class _Control:
    world: World
    stand_ins: Sequence[StandIn]

    async def state(self, _request: Request) -> Response:
        snapshots = {one.name: one.snapshot() for one in self.stand_ins}
        return JSONResponse({**self.world.snapshot(), **snapshots})

    async def issued(self, _request: Request) -> Response:
        return JSONResponse(self.world.issued)

    async def list_faults(self, _request: Request) -> Response:
        return JSONResponse([asdict(fault) for fault in self.world.faults])

    async def add_fault(self, request: Request) -> Response:
        operations = {one.name: {route.name for route in one.routes()} for one in self.stand_ins}
        try:
            fault = read_fault(await _json(request), operations)
        except BadFault as error:
            return _bad(str(error))
        self.world.faults.append(fault)
        return JSONResponse(asdict(fault), status_code=201)

    async def clear_faults(self, _request: Request) -> Response:
        self.world.faults.clear()
        return Response(status_code=204)

    async def advance(self, request: Request) -> Response:
        form = await _json(request)
        seconds = form.get("seconds") if isinstance(form, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            return _bad('write {"seconds": N} with N of 0 or more')
        self.world.advance(seconds)
        return JSONResponse({"now": self.world.now().isoformat()})

    async def reset(self, _request: Request) -> Response:
        self.world.reset()
        for one in self.stand_ins:
            one.reset()
        return Response(status_code=204)


async def _json(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        return None


def _bad(problem: str) -> Response:
    return JSONResponse({"problem": problem}, status_code=400)
