"""Whose text a file is, and whether it may stand for an edition that is held.

A text is official when somebody says so (an argument, a sidecar), when it bears the act's own formula
(kind, number and date of a state body), or when its title is an act's and it has an act's shape. A review,
a commentary or a memo that merely begins with an act's name is its author's.
"""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.library.drafts import EditionDraft
from assistant.model import ActKind, Authority, Identity, Provision
from assistant.references_names import MINISTRIES
from ingest.document import CanonicalText

# Words that say of a text that it is about an act, looked for before its first provision.
_ABOUT = re.compile(
    r"(?<!\w)(?:обзор\w*|комментари\w*|памятк\w*|записк\w*|конспект\w*|заметк\w*|разъяснени\w*"
    r"|аннотаци\w*|кратк\w+ содержани\w*|summary of|(?:our|my|working) notes|notes on|review of"
    r"|commentary|comments on|memorandum on|briefing|digest of)(?!\w)",
    re.IGNORECASE,
)
_HEAD_LINES, _HEAD_CHARS = 3, 400
MIN_PROVISIONS = 12  # what an act recognised by its title alone must have: a note about it has fewer
ALIKE = 0.5  # share of provision ids, or of word pairs, that two texts of one edition have in common
_STATE = frozenset(name for _, name, _ in MINISTRIES)


def authority_of(
    identity: Identity, canonical: CanonicalText, provisions: list[Provision], *, catalogued: bool
) -> Authority:
    """Official or the user's own, as the module says. ``catalogued``: the catalogue knows the act."""
    source = identity.provenance.get("act")
    if catalogued and source in ("argument", "sidecar"):
        return Authority.OFFICIAL
    if _ABOUT.search(_head(canonical.text)):
        return Authority.USER
    if source == "catalogue":
        return Authority.OFFICIAL if len(provisions) >= MIN_PROVISIONS else Authority.USER
    formula = identity.number and identity.date and identity.kind not in (None, ActKind.DOCUMENT)
    if not formula or (identity.kind == ActKind.MINISTRY_ORDER and identity.issuer not in _STATE):
        return Authority.USER
    return Authority.OFFICIAL


def _head(text: str) -> str:
    return "\n".join(text[:_HEAD_CHARS].split("\n")[:_HEAD_LINES])


def resembles(draft: EditionDraft, text: str, provisions: list[Provision]) -> bool:
    """Whether a file may be another rendition of the held text: same outline, or largely the same words."""
    mine, held = {node.id for node in draft.provisions}, {node.id for node in provisions}
    if len(mine & held) >= ALIKE * max(len(mine), len(held), 1):
        return True
    ours, theirs = _pairs(draft.text), _pairs(text)
    return len(ours & theirs) >= ALIKE * max(len(ours), len(theirs), 1)


def _pairs(text: str) -> set[tuple[str, str]]:
    words = text.lower().split()
    return set(pairwise(words))
