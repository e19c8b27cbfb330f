"""The sections of the three providers: who syncd is there, and where they are."""

from typing import Annotated, Literal

from pydantic import Field

from syncd.config.fields import (
    BaseUrl,
    Duration,
    HttpsUrl,
    Section,
    SlashedUrl,
    Text,
    between,
    listed,
    parse_duration,
)
from syncd.config.references import SecretReference


class UserApp(Section):
    """An OAuth app by which people connect accounts of their own, beside the mode above."""

    client_id: Annotated[Text, Field(examples=["exampleUserAppClientId"])]
    """The app's client id."""

    client_secret: Annotated[
        SecretReference, Field(examples=[{"credential": "zoom-user-app-secret"}])
    ]
    """The app's client secret."""


class MicrosoftUserApp(UserApp):
    """The same at Microsoft: an app registration with delegated permissions."""

    client_secret: Annotated[
        SecretReference, Field(examples=[{"credential": "microsoft-user-app-secret"}])
    ]
    """The app's client secret."""


class MeetingSettings(Section):
    """What every new meeting is asked to be; Zoom's own policies may be stricter."""

    waiting_room: bool = False
    """Guests wait until the host lets them in. Off, because it makes people wait for a host."""

    join_before_host: bool = True
    """Guests may start without the host. On, because links are used by whoever comes first."""

    phone_numbers: Annotated[int, Field(ge=0, le=20)] = 3
    """How many dial-in numbers stand in the event, 0 to 20; 0 leaves them out."""

    series: Literal["no_fixed_time", "fixed_time"] = "no_fixed_time"
    """How a series is made in Zoom: one meeting without a fixed time, so that a moved
    occurrence needs no change; or with its times in Zoom's own list, where Zoom can say them."""

    alternative_hosts: Literal["off", "attendees"] = "off"
    """Who else may start the meeting: nobody, or the guests who are licensed users of the same
    Zoom account."""


class Zoom(Section):
    """The Zoom account in which meetings are made."""

    mode: Literal["server_to_server", "user"] = "server_to_server"
    """How syncd signs in: server_to_server is an app of the whole account, which acts for every
    host; with user each host connects an account of their own."""

    account_id: Annotated[Text | None, Field(examples=["aBcDeFgHiJkLmNoPqRsTuV"])] = None
    """The account id, from the credentials page of the server-to-server app. With mode user it may
    be left out; given, only hosts of this Zoom account may connect."""

    client_id: Annotated[Text, Field(examples=["exampleZoomClientId"])]
    """The client id of the app of this mode."""

    client_secret: Annotated[
        SecretReference, Field(examples=[{"credential": "zoom-client-secret"}])
    ]
    """The client secret, from the same page."""

    user_app: UserApp | None = None
    """A general app beside server_to_server, by which hosts may connect an account of their own;
    that one is then used for their meetings."""

    scopes: Annotated[tuple[Text, ...], listed()] = ()
    """Which of the app's scopes a consent asks for. Empty asks for all that the app has."""

    webhook_secret: Annotated[
        SecretReference | None, Field(examples=[{"credential": "zoom-webhook-secret"}])
    ] = None
    """The secret token of the app's event subscription. Without it Zoom's webhooks are not
    accepted, and changes made in Zoom are noticed by looking."""

    plan: Literal["free", "pro", "business"] = "pro"
    """The account's plan, which sets how fast Zoom may be asked."""

    meeting: MeetingSettings = MeetingSettings()
    """What every new meeting is asked to be."""

    create_grace: Annotated[Duration, between("5s", "10m")] = parse_duration("60s")
    """When Zoom's answer to a new meeting is lost: how long that meeting must stay missing from
    Zoom's list, beyond the request itself, before another one is made. 5s to 10m."""

    sweep: Annotated[Duration, between("1m", "7d")] = parse_duration("6h")
    """How often all meetings are compared with their events, 1m to 7d, to notice what was changed
    or deleted in Zoom."""

    api_base: BaseUrl = "https://api.zoom.us/v2"
    """Where the API is; another address only for a sandbox or a regional cloud."""

    oauth_base: BaseUrl = "https://zoom.us/oauth"
    """Where tokens come from."""


class Google(Section):
    """Google Calendar."""

    mode: Literal["service_account", "user"] = "service_account"
    """How syncd signs in: a service account with domain-wide delegation, so nobody is asked
    for consent; or user, where each person connects an account of their own."""

    service_account: Annotated[
        SecretReference | None, Field(examples=[{"credential": "google-service-account"}])
    ] = None
    """The service account's key: the content of the JSON file that Google made. Needed by mode
    service_account."""

    send_updates: Literal["all", "externalOnly", "none"] = "externalOnly"
    """Whom Google mails when a link is written: everybody, only guests who do not use Google
    Calendar, or nobody. The others see the link in their calendar without a mail."""

    conference_data: Literal["auto", "always", "never"] = "auto"
    """Whether the link is also put into Google's own conference field, as a button: auto tries it
    for each account and remembers a refusal."""

    client_id: Text | None = None
    """The OAuth client by which people connect their own account and sign in to the page. Needed
    by mode user; beside a service account, whoever connects goes by their own account."""

    client_secret: SecretReference | None = None
    """That client's secret, like {credential: google-client-secret}."""

    api_base: SlashedUrl = "https://www.googleapis.com/calendar/v3/"
    """Where the Calendar API is; another address only for a sandbox."""

    oauth_base: BaseUrl = "https://oauth2.googleapis.com"
    """Where tokens come from (at /token below it)."""

    authorize_url: HttpsUrl = "https://accounts.google.com/o/oauth2/v2/auth"
    """Where a user's consent is asked for."""


class Certificate(Section):
    """A certificate by which syncd proves who it is, in place of a client secret."""

    private_key: Annotated[SecretReference, Field(examples=[{"credential": "microsoft-key"}])]
    """The private key, PEM."""

    public_certificate: Annotated[
        SecretReference, Field(examples=[{"credential": "microsoft-certificate"}])
    ]
    """The certificate as it was uploaded to the app registration, PEM."""


class Microsoft(Section):
    """Outlook calendars, by Microsoft Graph."""

    mode: Literal["application", "user"] = "application"
    """How syncd signs in: as an application that the tenant's admin limits to named mailboxes; or
    user, where each person connects an account of their own."""

    tenant: Annotated[Text, Field(examples=["contoso.example"])]
    """The tenant: its domain or its id. With mode user also organizations (any work or school
    account), consumers (personal accounts) or common (both)."""

    client_id: Annotated[Text, Field(examples=["00000000-0000-0000-0000-000000000000"])]
    """The application (client) id of the app registration."""

    client_secret: Annotated[
        SecretReference | None, Field(examples=[{"credential": "microsoft-client-secret"}])
    ] = None
    """The client secret's value. Exactly one of client_secret and certificate."""

    certificate: Certificate | None = None
    """A certificate in place of the client secret. Exactly one of client_secret and certificate."""

    user_app: MicrosoftUserApp | None = None
    """An app registration beside mode application, by which people may connect an account of
    their own and sign in to the page."""

    api_base: BaseUrl = "https://graph.microsoft.com/v1.0"
    """Where Graph is; another address for a sandbox or a national cloud."""

    login_base: BaseUrl = "https://login.microsoftonline.com"
    """Where tokens come from; a national cloud has its own."""
