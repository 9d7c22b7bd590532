"""The acts and provisions a claim names -> those that are neither cited nor named in the quotation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.index.words import stems
from assistant.references import ActMention, Reference, act_ids, candidate_paths, find_references
from assistant.references_paths import path_steps
from assistant.references_steps import Steps

# «Закон о связи», "the Digital Services Act": an act called by its name.
_NAMED = re.compile(
    r"(?<!\w)(?:[Зз]акон(?:а|у|ом|е)?\s+об?\s+(?P<ru>[А-ЯЁ]+|[а-яё]+(?:\s+[а-яё]+)?)|"
    r"(?P<code>[А-ЯЁ]?[а-яё]+(?:ый|ий|ая|ого|ому|ой|ым|ом|ую))\s+(?:кодекс|конвенци)(?:а|у|ом|е|я|и|ю|ей)?|"
    r"(?P<short>GDPR|DSA|DMA|AILD|CRA|DGA|NIS2?|ГК|НК|КоАП|УК|ТК)|"
    r"(?P<en>(?:(?!Federal\s+Law)[A-Z][\w-]+\s+){1,4})(?:Act|Directive|Code|Convention|Regulation|Law))(?!\w)"
)

# «О связи»: the title of a Russian act.
_TITLE = re.compile(r"[«\"](Об?\s[^»\"]+)[»\"]")


@dataclass(frozen=True, slots=True)
class Cited:
    """Where a quotation stands: act id and its jurisdiction, provision id.

    names: the act's number, titles and popular names. dates: (partial ISO) of the act and of the edition.
    """

    act: str
    jurisdiction: str | None
    provision: str
    names: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """What a text names by number. ``spans``: of all of it."""

    references: tuple[Reference, ...]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where numbers of acts and provisions stand: they are no quantities."""
        acts = [(each.act.start, each.act.end) for each in self.references if each.act]
        return [*acts, *((each.start, each.end) for each in self.references)]


def places(text: str) -> Places:
    """The acts and provisions named in a text."""
    return Places(tuple(find_references(text)))


def strange_places(
    claim: str, named: Places, quoted: Places, quote: str, cited: Sequence[Cited]
) -> list[str]:
    """The words of a claim that name an act or a provision other than the cited ones and the quoted ones."""
    digits = set(re.findall(r"(?<![\d.,])\d+(?![.,]?\d)", quote)) | set(re.findall(r"\d+/\d+", quote))
    strange = []
    for each in named.references:
        act = each.act
        if act is not None and (act.number or act.ids) and not _act_known(each, quoted, digits, cited):
            strange.append(claim[act.start : act.end])
        elif each.steps and not _provision_known(each, quoted, cited):
            strange.append(claim[each.start : each.end])
    return [*strange, *_strange_names(claim, quote, cited)]


def _strange_names(claim: str, quote: str, cited: Sequence[Cited]) -> list[str]:
    """Acts that a claim calls by name, where neither the cited acts nor the quotation bear that name."""
    if not cited:
        return []
    named = " ".join([quote, *(name for each in cited for name in each.names)])
    known = set(stems(named))
    titles = [_initials(name) for each in cited for name in each.names]
    titles += [_initials(match[1]) for match in _TITLE.finditer(quote)]
    return [
        match.group()
        for match in _NAMED.finditer(claim)
        if not set(stems(match["ru"] or match["code"] or match["short"] or match["en"])) <= known
        and not (
            match["ru"] and match["ru"].isupper() and any(match["ru"].lower() in each for each in titles)
        )
    ]


def _initials(title: str) -> str:
    return "".join(word[0] for word in re.findall(r"\w+", title.lower()))


def _act_known(reference: Reference, quoted: Places, digits: set[str], cited: Sequence[Cited]) -> bool:
    act = reference.act
    assert act is not None
    patterns = [re.compile(re.escape(wanted).replace("%", ".*")) for wanted in act_ids(act)]
    if any(pattern.fullmatch(each.act) for pattern in patterns for each in cited):
        return True
    number = re.findall(r"\d+", act.number or "")
    whole = re.findall(r"\d+/\d+", act.number or "")  # 2016/679 is one number, not two
    if number and set(whole or number) <= digits:
        return not _of_another_kind(act, quoted)
    foreign = [each for each in cited if each.jurisdiction != (act.jurisdiction or "ru")]
    if number and any(number[0] in each.act.split("-") for each in foreign):  # «указ № 14110» of the US
        return True
    return any(
        other.act is not None
        and (other.act.number == act.number if act.number else bool(set(other.act.ids) & set(act.ids)))
        for other in quoted.references
    )


def _of_another_kind(act: ActMention, quoted: Places) -> bool:
    """Whether the quotation gives this number to an act of another kind and to none of this one."""
    kinds = {each.act.kind for each in quoted.references if each.act and each.act.number == act.number}
    return act.kind is not None and bool(kinds - {None}) and act.kind not in kinds


def _provision_known(reference: Reference, quoted: Places, cited: Sequence[Cited]) -> bool:
    if any(_within(reference.steps, each) for each in cited):
        return True
    for split in range(len(reference.steps)):
        if split and not any(_within(reference.steps[:split], each) for each in cited):
            break  # «ч. 12 ст. 12» of «частью 12 настоящей статьи»: its first steps lead to the cited article
        values = [value for _, value in reference.steps[split:]]
        for other in quoted.references:
            own = not split or (other.steps[:1] and other.steps[0][0] not in ("article", "annex"))
            if own and _run(values, [value for _, value in other.steps]):
                return True
    return False


def _within(steps: Steps, cited: Cited) -> bool:
    """Whether the steps are (part of) the path to the cited provision."""
    own = path_steps(cited.provision) or ()
    options = [
        *candidate_paths(steps, cited.jurisdiction, attached=True),
        *candidate_paths(steps, cited.jurisdiction),
    ]
    for path in options:
        found = path_steps(path)
        if found and _run(found, own):
            return True
    return False


def _run(part: Sequence[object], whole: Sequence[object]) -> bool:
    """Whether ``part`` stands in ``whole`` as a run."""
    return any(list(whole[at : at + len(part)]) == list(part) for at in range(len(whole) - len(part) + 1))
