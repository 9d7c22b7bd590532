"""Bodies of AI policy -> the certainty that everything they refer to exists."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.bodies import Body
from assistant.errors import InputError
from ingest.catalogue import Catalogue
from ingest.digest import Digest, DigestFact


def facts_by_ref(digests: Iterable[Digest]) -> dict[str, DigestFact]:
    """Reference (``ru-ukaz-116-2026#digest/3``) -> fact."""
    return {f"{digest.act}#digest/{fact.id}": fact for digest in digests for fact in digest.facts}


def check_bodies(bodies: Iterable[Body], digests: Iterable[Digest], catalogue: Catalogue) -> None:
    """Raise InputError where evidence, an act or a body that is referred to does not exist."""
    bodies = list(bodies)
    facts, ids = facts_by_ref(digests), {body.id for body in bodies}
    for body in bodies:
        for known in body.properties:
            missing = [ref for ref in known.evidence if ref not in facts]
            if known.act and catalogue.get(known.act) is None:
                missing.append(known.act)
            if known.part_of and known.part_of not in ids:
                missing.append(known.part_of)
            if missing:
                raise InputError(
                    f"{body.id}, {known.name}: there is no {missing[0]}. Correct the reference.",
                    f"{body.id}, {known.name}: нет {missing[0]}. Исправьте ссылку.",
                )
