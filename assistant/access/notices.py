"""The seam for whoever keeps a log of what happens at the door: sign-ins, refusals, changes of users.

``listen`` adds a listener; it is called in the thread in which the thing happened, with one
:class:`Notice`. A notice never holds a password, a token or a cookie. A listener that fails is logged, and
what it was told of goes on. Who must be able to stop a change gives ``before`` too: it is called before the
change is stored, and what it raises keeps the change from being made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

log = logging.getLogger(__name__)

What = Literal[
    "signed_in", "sign_in_failed", "sign_in_throttled", "signed_out", "refused", "rate_limited",
    "user_added", "user_role", "user_password", "user_disabled", "user_enabled", "user_removed",
    "token_created", "token_revoked", "group_added", "group_removed", "group_joined", "group_left",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened. ``who``: an owner's id, or the name of a user that was typed by somebody who did not
    prove to be them; None where nobody is known: what else was typed may have been a password.

    ``about``: the user, the token's id or the path it is about. ``address``: the caller's, None on the
    command line. ``status``: the HTTP status of a refusal.
    """

    what: What
    who: str | None = None
    about: str | None = None
    address: str | None = None
    status: int | None = None


Listener = Callable[[Notice], None]
_listeners: list[Listener] = []
_before: list[Listener] = []


def listen(listener: Listener, *, before: Listener | None = None) -> Callable[[], None]:
    """Have ``listener`` told of every notice of this process; the function returned ends that.

    ``before``: called with the notice of a change that is about to be stored.
    """
    _listeners.append(listener)
    if before is not None:
        _before.append(before)

    def end() -> None:
        _listeners.remove(listener)
        if before is not None:
            _before.remove(before)

    return end


def about_to(notice: Notice) -> None:
    """A change is about to be stored, of which :func:`tell` will tell once it is. Raises to keep it off."""
    for before in list(_before):
        before(notice)


def tell(notice: Notice) -> None:
    """Tell all listeners."""
    about = "token" if notice.what.startswith("token_") else "user"
    if notice.what in ("refused", "rate_limited"):
        about = "path"
    named = {"who": notice.who, about: notice.about, "address": notice.address, "status": notice.status}
    log.info("%s", notice.what, extra={key: value for key, value in named.items() if value is not None})
    for listener in list(_listeners):
        try:
            listener(notice)
        except Exception:
            log.exception("A listener failed at %s.", notice.what)
