"""The three stand-ins of one world."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.microsoft import MicrosoftStandIn
from syncd.sandbox.fakes.places import Apps
from syncd.sandbox.fakes.world import StandIn, World
from syncd.sandbox.fakes.zoom import ZoomStandIn


@dataclass(frozen=True, kw_only=True)
class StandIns:
    """Google, Microsoft and Zoom, as one world has them."""

    google: GoogleStandIn
    microsoft: MicrosoftStandIn
    zoom: ZoomStandIn

    @staticmethod
    def of(world: World) -> StandIns:
        """Make the three for `world`."""
        return StandIns(
            google=GoogleStandIn(world), microsoft=MicrosoftStandIn(world), zoom=ZoomStandIn(world)
        )

    def all(self) -> list[StandIn]:
        """Give the three as the server takes them."""
        return [self.google, self.microsoft, self.zoom]

    def apps(self) -> Apps:
        """Give the apps of the three with their secrets; the world must know its base by then."""
        return Apps(
            google_service_account=self.google.service_account_info(),
            google_client_secret=self.google.client_secret,
            microsoft_tenant=self.microsoft.tenant,
            microsoft_client_id=self.microsoft.client_id,
            microsoft_client_secret=self.microsoft.client_secret,
            zoom_account_id=self.zoom.account_id,
            zoom_client_id=self.zoom.client_id,
            zoom_client_secret=self.zoom.client_secret,
            zoom_scopes=self.zoom.s2s_scopes,
            zoom_user_client_id=self.zoom.user_client_id,
            zoom_user_client_secret=self.zoom.user_client_secret,
            zoom_webhook_secret=self.zoom.webhooks.secret,
        )
