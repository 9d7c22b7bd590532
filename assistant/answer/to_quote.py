"""Ranked provisions -> those an answer is made of, best first.

Rank is relative: what stands no further below the best than a margin joins the answer. Margins are in
standardised scores, set on the development questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer.abstain import quotes
from assistant.answer.arrange import RECITAL
from assistant.answer.verify.modality import modality
from assistant.answer.wanted import Wanted
from assistant.library.view import LibraryView
from assistant.model import ActKind, Authority, Provision, stands_in
from assistant.ranked import Ranked

SCORE_MARGIN = 0.75  # score below the best at which a provision no longer joins the answer …
DIGEST_MARGIN = 0.9  # … where the best is a digest's statement, which what stands around it does not raise
BINDING_MARGIN = 1.2  # … for what binds, where a recital or guidelines are the best for a question of duty
ABOUT_MARGIN = 1.5  # … where the question asks what all an act says of a topic
SURE_MARGIN = 0.3  # one no further below it stays whatever words it has
SHARED_ENOUGH = 0.7  # share of the question's words that the others need, of what the best of them has
LEAD_IN_CHARS = 400
DUTY = frozenset({"duty", "advice", "permission", "ban", "exemption"})  # what answers a question of duty
# «Обязан ли оператор …», "must a deployer …", not "can you tell me".
_ASKS_DUTY = re.compile(
    r"(?<!\w)(?:(?:нужно|надо|необходимо|можно|разрешено|запрещено|допускается|следует|требуется)\s+ли|"
    r"обязан[аоы]?|вправе|должен|должн[аоы]|рекомендован[аоы]?)(?!\w)"
    r"|(?<!\w)(?:запрещ[её]н[аоы]?|разреш[её]н[аоы]?)(?!\w)"
    r"|^(?:is|are|was|were)\s.*(?<!\w)(?:banned|prohibited|forbidden|permitted|allowed|legal|lawful)(?!\w)"
    r"|^(?:may|can)\s+(?!(?:you|i\s+(?:ask|know))\b)"
    r"|(?<!\w)(?:must|shall|should|required\s+to|obliged\s+to|ha(?:ve|s)\s+to|needs?\s+to|allowed\s+to|entitled\s+to|advised\s+to)(?!\w)",
    re.IGNORECASE,
)


def to_quote(ranked: Sequence[Ranked], wanted: Wanted, view: LibraryView) -> list[Ranked]:
    """The provisions to quote, of those ``ranked`` best first; at least one."""
    close = _relevant(_close(ranked, wanted, view), wanted, view)
    close[1:1] = _of_acts_left_out(ranked, close, wanted, view)
    return close


def _relevant(close: Sequence[Ranked], wanted: Wanted, view: LibraryView) -> list[Ranked]:
    """Without provisions that are further from the best and miss what the others have of the question.

    Words are compared within one language only. Where the question asks whether somebody must or may, a
    provision that obliges, advises, permits or forbids stays whatever words it has.
    """
    of_duty = bool(_ASKS_DUTY.search(wanted.reading.question))
    have = {id(entry): wanted.shared(_around(entry, view)) for entry in close}
    most: dict[str, float] = {}
    for entry in close:
        most[entry.lang] = max(most.get(entry.lang, 0.0), have[id(entry)])
    return [
        entry
        for entry in close
        if entry.direct
        or entry.score >= close[0].score - SURE_MARGIN
        or have[id(entry)] >= SHARED_ENOUGH * most[entry.lang]
        or (of_duty and DUTY & modality(_own(entry, view)).forces)
    ]


def _own(entry: Ranked, view: LibraryView) -> str:
    edition = view.edition(entry.edition)
    return edition.own_text(edition.provisions[entry.provision])


def _around(entry: Ranked, view: LibraryView) -> str:
    """A provision's words with those it stands under: its title, headings and lead-in."""
    edition = view.edition(entry.edition)
    node: Provision | None = edition.provisions[entry.provision]
    parts = [edition.text[node.start : node.end] if node else "", edition.row.title or ""]
    while node is not None and node.parent:
        node = edition.provisions.get(node.parent)
        parts.append(edition.own_text(node)[:LEAD_IN_CHARS] if node else "")
    return " ".join(parts)


def _close(ranked: Sequence[Ranked], wanted: Wanted, view: LibraryView) -> list[Ranked]:
    """The provisions an answer is made of, best first.

    What the question names stands alone, but for texts in whose words it is put: those come first.
    """
    named = [entry for entry in ranked if entry.direct]
    if named:
        worded = [
            entry
            for entry in ranked
            if quotes(wanted.reading, entry, view, wanted.rarity)
            and not any(
                each.edition == entry.edition and stands_in(entry.provision, each.provision) for each in named
            )
        ]
        return worded + named
    best = ranked[0]
    digest = view.editions[best.edition].authority == Authority.DIGEST
    margin = DIGEST_MARGIN if digest else SCORE_MARGIN
    if wanted.reading.about:
        margin = ABOUT_MARGIN
    close = [entry for entry in ranked if entry.score >= best.score - margin]
    if _ASKS_DUTY.search(wanted.reading.question) and _explains(best, view):
        close += _binding(ranked[len(close) :], best, view)
    return close


def _of_acts_left_out(
    ranked: Sequence[Ranked], close: Sequence[Ranked], wanted: Wanted, view: LibraryView
) -> list[Ranked]:
    """The best provision of each act that the question names beside others and nothing close is of."""
    if len(wanted.reading.acts) < 2:
        return []
    told = {view.editions[entry.edition].act_id for entry in close}
    of_act = {
        act: [e for e in ranked if view.editions[e.edition].act_id == act] for act in wanted.reading.acts
    }
    return [found[0] for act, found in of_act.items() if act not in told and found]


def _explains(entry: Ranked, view: LibraryView) -> bool:
    """Whether a provision only explains what binds: a recital, or guidelines."""
    act = view.acts[view.editions[entry.edition].act_id]
    return entry.provision.startswith(RECITAL) or act.kind == ActKind.GUIDELINES


def _binding(further: Sequence[Ranked], best: Ranked, view: LibraryView) -> list[Ranked]:
    """The best that obliges, permits or forbids, of the law that the ``best`` explains: that alone binds."""
    law = view.acts[view.editions[best.edition].act_id].jurisdiction
    for entry in further:
        act = view.acts[view.editions[entry.edition].act_id]
        near = act.jurisdiction == law and entry.score >= best.score - BINDING_MARGIN
        if near and not _explains(entry, view) and DUTY & modality(_with_lead_in(entry, view)).forces:
            return [entry]
    return []


def _with_lead_in(entry: Ranked, view: LibraryView) -> str:
    edition = view.edition(entry.edition)
    node = edition.provisions[entry.provision]
    above = edition.provisions.get(node.parent) if node.parent else None
    return f"{edition.own_text(above)[-LEAD_IN_CHARS:] if above else ''} {edition.own_text(node)}"
