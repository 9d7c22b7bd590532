"""A request -> who asks: the local user, a session's, a token's, or the one a trusted proxy names."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from starlette.requests import cookie_parser
from starlette.types import Scope

from assistant.access import groups, sessions, tokens
from assistant.access.roles import ROLES, Abilities, Role
from assistant.access.store import ago, now
from assistant.access.users import User
from assistant.errors import InputError, NotAllowedError, SignInError
from assistant.records.owner import LOCAL, Group, Owner, decoded, signed_in
from assistant.web.door.peer import Peer, header

if TYPE_CHECKING:
    from assistant.library import Library
    from assistant.settings import Settings

log = logging.getLogger(__name__)

COOKIE = "ai_policy_session"
SAFE_COOKIE = f"__Host-{COOKIE}"  # behind https: no other host, and no page without https, can set it
TOUCH_SECONDS = 60.0  # a session's last use is stored no more often
LONGEST_SECRET = 200  # characters
MOST_GROUPS = 100  # that a proxy names of one user
PROXY_GROUP = "proxy-group:"  # before their names: their ids are none of a group of the library's
CALLER = "ai_policy.caller"  # where a request's scope keeps who asks
PEER = "ai_policy.peer"  # and where it comes from


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. ``by``: how that is known; ``key``: of the session or the token; ``user``: of an account.

    ``stale``: the last use of the session or the token is to be stored anew.
    """

    owner: Owner
    by: Literal["local", "session", "token", "proxy"]
    user: User | None = None
    key: str = ""
    stale: bool = False


HERE = Caller(LOCAL, "local")


def caller_of(scope: Scope, peer: Peer, settings: Settings, library: Library) -> Caller | None:
    """Who asks; None for nobody.

    Raises SignInError for a token or a session that is not valid (any more) and for a header of a user that
    does not come from a trusted proxy, NotAllowedError for a role that there is not, LibraryError.
    """
    if settings.ways_in == "none":
        return HERE
    bearer = header(scope, b"authorization")
    if any(_is_token(value, settings) for value in bearer):
        return _of_token(bearer, library)
    if settings.ways_in == "accounts":
        return _of_session(cookie(scope, peer), settings, library)
    return _of_proxy(scope, peer, settings)


def caller_in(scope: Any) -> Caller | None:
    """The caller that the gate wrote on a request."""
    found = scope.get(CALLER)
    return found if isinstance(found, Caller) else None


def not_allowed() -> NotAllowedError:
    """The answer to whoever may not do something."""
    return NotAllowedError(
        "Your role or token does not allow this. Ask whoever manages the users of this app.",
        "Ваша роль или токен этого не разрешают. Обратитесь к тому, кто управляет пользователями программы.",
    )


def _is_token(value: str, settings: Settings) -> bool:
    """Whether a header holds a token for this app; a proxy may pass on one of its own."""
    begins = "bearer " if settings.ways_in == "accounts" else f"bearer {tokens.PREFIX}"
    return value.lower().startswith(begins)


def cookie_name(peer: Peer) -> str:
    """The name of the session's cookie."""
    return SAFE_COOKIE if peer.https else COOKIE


def cookie(scope: Scope, peer: Peer) -> str:
    """The secret in the session's cookie; empty where there is none."""
    found = "; ".join(header(scope, b"cookie"))
    return cookie_parser(found).get(cookie_name(peer), "")[:LONGEST_SECRET]


def lasting(settings: Settings) -> sessions.Lasting:
    """How long sessions last."""
    return sessions.Lasting(settings.session_idle, settings.session_longest)


def owner_of_user(user: User, abilities: Abilities | None = None, groups: tuple[Group, ...] = ()) -> Owner:
    """The owner of a user's records, with what they may do and the groups they belong to."""
    return Owner(user.owner_id, user.name, ROLES[user.role] if abilities is None else abilities, groups)


def _of_session(secret: str, settings: Settings, library: Library) -> Caller | None:
    if not secret:
        return None
    found = sessions.found(library, secret, lasting(settings))
    if found is None:
        return None
    user, seen = found
    often = min(TOUCH_SECONDS, settings.session_idle / 4)
    owner = owner_of_user(user, groups=groups.of(library, user))
    return Caller(owner, "session", user, secret, seen < ago(now(), often))


def _of_token(values: list[str], library: Library) -> Caller:
    secret = values[0][7:].strip()[:LONGEST_SECRET]
    found = tokens.found(library, secret) if len(values) == 1 and secret else None
    if found is None:
        raise SignInError(
            "The token is not valid: it is mistyped, has expired or was revoked. Create another one.",
            "Токен недействителен: он указан с ошибкой, истёк или отозван. Создайте новый.",
        )
    user, abilities, key, used = found
    stale = used is None or used < ago(now(), TOUCH_SECONDS)
    owner = owner_of_user(user, abilities, groups.of(library, user))
    return Caller(owner, "token", user, key, stale)


def _of_proxy(scope: Scope, peer: Peer, settings: Settings) -> Caller | None:
    name = settings.owner_header or ""
    values = header(scope, name.lower().encode())
    if not values:
        return None
    if not peer.trusted:
        log.warning("%s sent the header %s and is no trusted proxy.", peer.address, name)
        raise SignInError(
            f"The header {name} is taken from trusted proxies only, and this request comes from another "
            "address. Open the app through the proxy, or name its network in AI_POLICY_TRUSTED_PROXIES.",
            f"Заголовок {name} принимается только от доверенных прокси, а запрос пришёл с другого адреса. "
            "Откройте программу через прокси или укажите его сеть в AI_POLICY_TRUSTED_PROXIES.",
        )
    try:
        owner = signed_in(name, values, ROLES[_role(scope, settings)], _groups(scope, settings))
    except InputError as error:
        raise SignInError(error.en, error.ru) from None
    return Caller(owner, "proxy")


def _groups(scope: Scope, settings: Settings) -> tuple[Group, ...]:
    """The groups the proxy names, with commas between. Raises InputError for two headers, or too many."""
    values = header(scope, settings.groups_header.lower().encode()) if settings.groups_header else []
    if len(values) > 1:  # a second one may come from the browser
        raise InputError(
            f"The request has {len(values)} headers {settings.groups_header}; the proxy must set one.",
            f"В запросе заголовков {settings.groups_header}: {len(values)}; прокси должен задать один.",
        )
    said = {name.strip() for value in values for name in decoded(value).split(",")} - {""}
    if len(said) > MOST_GROUPS:
        raise InputError(
            f"The proxy names {len(said)} groups; at most {MOST_GROUPS} are taken.",
            f"Прокси указал групп: {len(said)}; принимается не больше {MOST_GROUPS}.",
        )
    return tuple(Group(f"{PROXY_GROUP}{name}", name) for name in sorted(said))


def _role(scope: Scope, settings: Settings) -> Role:
    """The role the proxy names, else the default one. Raises NotAllowedError for any other text."""
    values = header(scope, settings.role_header.lower().encode()) if settings.role_header else []
    if not any(value.strip() for value in values):
        return settings.default_role
    try:
        (said,) = values
        return Role(said.strip().lower())
    except ValueError:
        raise NotAllowedError(
            f"The proxy names no role there is in {settings.role_header}. Roles: {', '.join(Role)}.",
            f"Прокси указал в {settings.role_header} неизвестную роль. Роли: {', '.join(Role)}.",
        ) from None
