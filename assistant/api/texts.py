"""What the library holds over HTTP: acts, provisions, what changed between editions, bodies, watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query

from assistant.api.describe import problems
from assistant.bodies import Body
from assistant.model import ActSummary, EditionChange, Shown, Watch, WatchChange

if TYPE_CHECKING:
    from assistant.api.shared import Shared

Act = Annotated[str, Path(description="Its id, or a popular name.", examples=["ru-ukaz-490-2019"])]
Provision = Annotated[
    str,
    Path(
        description="Its id, slashes and all, or as lawyers write it: «п. 27 подп. в», Article 5(1)(f).",
        examples=["att1/p27/в"],
    ),
]
Edition = Annotated[str | None, Query(description="The edition of this date; default: the one in force.")]
AsOf = Annotated[str | None, Query(description="As of this date, YYYY-MM-DD; default: today.")]
From = Annotated[str | None, Query(alias="from", description="The earlier edition's date.")]
To = Annotated[str | None, Query(description="The later edition's date; default: the latest.")]


def router(shared: Shared, prefix: str) -> APIRouter:
    """The routes as this version has them."""
    routes = APIRouter(prefix=prefix, tags=["texts"])
    assistant, look_up = shared.assistant, shared.lookups.run
    held = problems(400, 404, 503)

    @routes.get("/acts/{act}", responses=held)
    async def act_text(act: Act, edition: Edition = None, as_of: AsOf = None) -> Shown:
        """The whole text of an act."""
        return await look_up(lambda: assistant.show(act, edition=edition, as_of=as_of))

    @routes.get("/acts/{act}/diff", responses=held)
    async def act_diff(act: Act, from_: From = None, to: To = None) -> list[EditionChange]:
        """What changed between two held editions, provision by provision."""
        return await look_up(lambda: assistant.diff(act, from_=from_, to=to))

    @routes.get("/acts/{act}/provisions/{provision:path}", responses=held)
    async def provision_text(
        act: Act, provision: Provision, edition: Edition = None, as_of: AsOf = None
    ) -> Shown:
        """The text of one provision."""
        return await look_up(lambda: assistant.show(act, provision, edition=edition, as_of=as_of))

    return routes


def earlier_router(shared: Shared, prefix: str) -> APIRouter:
    """The same under the names that earlier versions gave them."""
    routes = APIRouter(prefix=prefix, tags=["texts"])
    assistant, look_up = shared.assistant, shared.lookups.run
    held = problems(400, 404, 503)

    @routes.get("/show/{act}", responses=held)
    async def show(
        act: Act, provision: str | None = None, edition: Edition = None, as_of: AsOf = None
    ) -> Shown:
        """The text of an act or of one provision."""
        return await look_up(lambda: assistant.show(act, provision, edition=edition, as_of=as_of))

    @routes.get("/diff/{act}", responses=held)
    async def diff(act: Act, from_: From = None, to: To = None) -> list[EditionChange]:
        """What changed between two held editions, provision by provision."""
        return await look_up(lambda: assistant.diff(act, from_=from_, to=to))

    return routes


def knowledge_router(shared: Shared, prefix: str) -> APIRouter:
    """What is known beside the texts."""
    routes = APIRouter(prefix=prefix, tags=["texts"])
    assistant, look_up = shared.assistant, shared.lookups.run
    failing = problems(400, 503)

    @routes.get("/acts", responses=failing)
    async def acts(
        catalogue: Annotated[bool, Query(description="Also acts that are only known of.")] = False,
    ) -> list[ActSummary]:
        """Acts whose text or digest is held."""
        return await look_up(lambda: assistant.acts(catalogue=catalogue))

    @routes.get("/bodies", responses=failing)
    async def bodies(
        name: Annotated[str, Query(description="Only those this name means.")] = "",
    ) -> list[Body]:
        """Commissions and programmes of AI policy, with the facts that say so."""
        return await look_up(lambda: assistant.bodies(name))

    @routes.get("/watches", responses=failing)
    async def watches() -> list[Watch]:
        """What is watched."""
        return await look_up(assistant.watches)

    @routes.get("/changes", responses=failing)
    async def changes(
        unseen: Annotated[bool, Query(description="Only those not marked as seen.")] = True,
    ) -> list[WatchChange]:
        """What changed among the watched, newest first."""
        return await look_up(lambda: assistant.changes(unseen=unseen))

    return routes
