"""An app where people sign in, on a free port, with one user of each role and their tokens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from assistant.access import tokens, users
from assistant.access.roles import Role, Scope, of_token
from tests.assistant.web.serving import serving
from tests.assistant.web.standin import StandIn

PASSWORD = "correct horse battery"
NAMES = {
    "rita": Role.READER,
    "edik": Role.EDITOR,
    "vera": Role.EVALUATOR,
    "adam": Role.ADMIN,
    "boris": Role.READER,
}


@dataclass
class Served:
    """A running app. ``tokens``: of each user, with all the scopes their role has a use for."""

    address: str
    standin: StandIn
    tokens: dict[str, str] = field(default_factory=dict)
    clients: list[httpx.Client] = field(default_factory=list)

    def client(self, **more: Any) -> httpx.Client:
        """A client that has not signed in; as a browser's page it says where it comes from."""
        headers = {"origin": self.address, **more.pop("headers", {})}
        made = httpx.Client(base_url=self.address, headers=headers, timeout=120, trust_env=False, **more)
        self.clients.append(made)
        return made

    def signed_in(self, name: str, **more: Any) -> httpx.Client:
        """A client with a user's session."""
        client = self.client(**more)
        reply = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert reply.status_code == 303, reply.text
        return client

    def bearer(self, name: str) -> dict[str, str]:
        """The header with a user's token."""
        return {"authorization": f"Bearer {self.tokens[name]}"}


@contextmanager
def with_accounts(home: Path, **chosen: Any) -> Iterator[Served]:
    """The app with users of all roles."""
    settings = {"sign_in": "accounts", "requests_per_minute": 0, **chosen}
    with serving(home, **settings) as (address, standin):
        served = Served(address, standin)
        from assistant.access import passwords

        kept = passwords.hash_of(PASSWORD)
        real, passwords.hash_of = passwords.hash_of, lambda password: kept  # argon2 is slow on purpose
        try:
            for name, role in NAMES.items():
                user = users.add(standin.library, name, role, PASSWORD)
                scopes = [scope for scope in Scope if of_token(role, [scope])]
                served.tokens[name] = tokens.create(standin.library, user, "all", scopes, 1)[1]
        finally:
            passwords.hash_of = real
        try:
            yield served
        finally:
            for client in served.clients:
                client.close()
