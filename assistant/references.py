"""A question, Russian or English -> the acts and provisions it names, its dates and its language.

>>> [r.provision for r in find_references("подпункт «в» пункта 27 Стратегии")]
['att1/p27/в']
>>> find_references("п. 3 ч. 1 ст. 10.2-2 149-ФЗ")[0].steps
(('article', '10.2-2'), ('part', '1'), ('point', '3'))

Spans are offsets in the text as given (it should be NFC). Nothing is looked up: whether the act is held
and which of the candidate ids exists is the library's to say.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.model import ActKind
from assistant.references_acts import ActMention, act_id, act_ids, code_act, find_acts
from assistant.references_dates import DateMention, find_dates, same_length
from assistant.references_language import detect_language
from assistant.references_paths import candidate_paths, path_steps
from assistant.references_steps import ProvisionMention, Steps, find_provisions

__all__ = [
    "ActMention",
    "DateMention",
    "Reference",
    "act_id",
    "act_ids",
    "candidate_paths",
    "detect_language",
    "find_acts",
    "find_dates",
    "find_references",
    "parse_provision",
    "path_steps",
    "reference_paths",
]

# What may stand between a provision and its act: «пункт 5 названного Указа 250», "Article 5 of the AI Act".
_BETWEEN = re.compile(
    r"(?:[\s,()\"]|(?:of|in|to|under|from|the|said|from|к|из|от|в|на|по|требовани\w|правил|положени\w"
    r"|утвержденн\w+|настоящ\w+|указанн\w+|rules|approved|by)(?!\w))*",
    re.IGNORECASE,
)
_PATH = re.compile(r"#(?P<path>[\w.\-~]+(?:/[\w.\-~]+)*)")


@dataclass(frozen=True, slots=True)
class Reference:
    """An act, a provision, or a provision of an act, as named in ``[start, end)`` of the text.

    ``steps``: the provision as (unit, value), outermost first. ``provision``: the likeliest id of it
    (the others: :func:`reference_paths`). ``attached``: said to stand in what the act approves.
    ``english``: named by an English word («Article 5»), which matters where no act is named.
    """

    act: ActMention | None
    provision: str | None
    start: int
    end: int
    steps: Steps = ()
    attached: bool = False
    english: bool = False


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """``text`` with NUL in place of what the acts take, so that their numbers are not read again."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = "\0" * (end - start)
    return "".join(letters)


def _own_act(mention: ProvisionMention, acts: Sequence[ActMention], text: str) -> ActMention | None:
    """The act a provision is of: the one next to it, else the last one named before, else the next."""
    place = bisect_left(acts, mention.chain_end, key=lambda act: act.start)
    after = acts[place] if place < len(acts) else None
    if (
        after
        and after.start - mention.chain_end < 80
        and _BETWEEN.fullmatch(text, mention.chain_end, after.start)
    ):
        return after
    place = bisect_left(acts, mention.start + 1, key=lambda act: act.end)
    return acts[place - 1] if place else after


def reference_paths(reference: Reference) -> list[str]:
    """The provision ids to try for a reference, likeliest first; empty without a provision."""
    act = reference.act
    kind = act.kind if act else None
    inside = reference.attached or bool(act and act.attachment) or kind == ActKind.STRATEGY
    jurisdiction = act.jurisdiction if act else None
    return candidate_paths(reference.steps, jurisdiction, kind, attached=inside, english=reference.english)


def _with_path(reference: Reference) -> Reference:
    act = reference.act
    if act and act.name:
        article = next((value for unit, value in reference.steps if unit == "article"), None)
        act = replace(act, ids=code_act(act, article))
        reference = replace(reference, act=act)
    paths = reference_paths(reference)
    return replace(reference, provision=paths[0]) if paths else reference


def _typed_path(act: ActMention, text: str) -> Reference:
    """An act with the provision id typed after it: ``ru-ukaz-490-2019#att1/p27/в``."""
    match = _PATH.match(text, act.end)
    if not match:
        return Reference(act, None, act.start, act.end)
    path = match["path"].rstrip(".-/")
    end = match.start("path") + len(path)
    return Reference(act, path, act.start, end, path_steps(path) or ())


def find_references(text: str) -> list[Reference]:
    """Every act and provision that ``text`` names, in order.

    A provision carries its act; an act whose provisions are named is not repeated by itself.
    """
    acts = find_acts(text)
    plain = same_length(text)
    found: list[Reference] = []
    typed = [_typed_path(act, text) for act in acts]
    mentions = find_provisions(_blanked(plain, [(r.start, r.end) for r in typed]))
    used: set[int] = set()
    for mention in mentions:
        act = _own_act(mention, acts, plain)
        if act:
            used.add(act.start)
        found.append(
            _with_path(
                Reference(
                    act, None, mention.start, mention.end, mention.steps, mention.attached, mention.english
                )
            )
        )
    found += [r for r in typed if r.provision or r.start not in used]
    return sorted(found, key=lambda r: (r.start, r.end))


def _in_attachment(mention: ProvisionMention) -> Steps:
    outside = mention.attached and mention.steps[0][0] != "annex"
    return (("annex", "1"), *mention.steps) if outside else mention.steps


def parse_provision(text: str) -> list[Steps]:
    """The provisions ``text`` may mean: an id (``att1/p27/в``) or words («п. 27 подп. в»); [] if none.

    «п. 3 Требований» gives the point of the attachment: (annex, 1), (point, 3).
    Several readings only where several provisions are named («п. 24 и 25»).
    """
    steps = path_steps(same_length(text).strip())
    if steps:
        return [steps]
    found = [_in_attachment(mention) for mention in find_provisions(text)]
    if found:
        return found
    bare = re.fullmatch(r"\s*(\d+(?:\.\d+)*(?:-\d+)?)\s*", same_length(text))
    return [(("point", bare[1]),)] if bare else []
