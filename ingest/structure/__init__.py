"""The canonical text of an edition -> its provisions, by the grammar that recognises the text best."""

from __future__ import annotations

from importlib import import_module

from assistant.model import Identity, Provision
from ingest.document import CanonicalText, Grammar

# Modules with an object GRAMMAR, each for one family of acts; FALLBACK takes what none of them knows.
GRAMMARS = ("russian_act", "eu_act", "us_order")
FALLBACK = "headings"
# Below this score a grammar does not know the text well enough to be preferred to plain headings.
LEAST_SCORE = 0.3


def parse_structure(canonical: CanonicalText, identity: Identity) -> tuple[str, list[Provision]]:
    """The name of the grammar used and the outline it found, in reading order."""
    scored = [(grammar.score(canonical, identity), grammar) for grammar in map(_load, GRAMMARS)]
    scored.sort(key=lambda pair: -pair[0])
    for score, grammar in scored:
        if score < LEAST_SCORE:
            break
        provisions = list(grammar.parse(canonical, identity))
        if provisions:
            return grammar.name, provisions
    fallback = _load(FALLBACK)
    return fallback.name, list(fallback.parse(canonical, identity))


def _load(name: str) -> Grammar:
    grammar: Grammar = import_module(f"{__name__}.{name}").GRAMMAR
    return grammar
