"""A claim and its quotation -> what the claim narrows, widens or bounds otherwise without a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer.sentences import split_sentences
from assistant.answer.verify.lexicon import words_of
from assistant.answer.verify.meanings import Meant, meant

_LEAST = re.compile(
    r"(?<!\w)(?:не\s+(?:менее|меньше|ниже|реже)|минимум|at\s+least|(?:no|not)\s+(?:less|fewer|lower)\s+than)(?!\w)",
    re.I,
)
_MOST = re.compile(
    r"(?<!\w)(?:не\s+(?:более|больше|выше|чаще)|максимум|at\s+most|up\s+to|(?:no|not)\s+(?:more|higher|greater)\s+than)"
    r"(?!\w)",
    re.I,
)
_NOT_ONLY = re.compile(r"(?<!\w)(?:не\s+только|not\s+(?:only|solely|merely|just))(?!\w)", re.IGNORECASE)
_NARROWED = re.compile(
    r"(?<!\w)(?:только|лишь|исключительно|единственн\w+|не\s+(?!только)|без|кроме|исключени\w+|only|solely|exclusively|"
    r"unless|except|not|no|without|other\s+than|до|ограничен\w+|узк\w+|limited|narrow\w*)(?!\w)",
    re.IGNORECASE,
)
# Names in which «ограниченный», "limited" narrows nothing.
_BY_NAME = re.compile(
    r"(?<!\w)(?:ограниченн\w+\s+(?:ответственност|возможност)\w+|(?:private|public)\s+limited|"
    r"limited\s+(?:by\s+(?:guarantee|shares)|(?:liability\s+)?(?:compan|partnership)\w+|liability))(?!\w)",
    re.IGNORECASE,
)
# "Only if": what a rule makes a condition of, in other words.
_ONLY_IF = re.compile(
    r"(?<!\w)(?:только|лишь|исключительно)[\s,]+(?:если|при|после|когда|в\s+случа\w+|с)(?!\w)|"
    r"(?<!\w)(?:only|solely)\s+(?:if|when|where|after|once|with|on|upon|in\s+case|under|provided)(?!\w)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?<!\w)(?:если|при|после|когда|в\s+случа\w+|до\s+получения|if|when|where|provided|after|once|upon|subject\s+to)"
    r"(?!\w)",
    re.IGNORECASE,
)
# "For the garden to open, it must be watered": what is necessary for something is a condition of it.
_REQUIRED = re.compile(
    r"(?<!\w)(?:для|чтобы|for|in\s+order)(?!\w)[^.;:!?]*(?<!\w)"
    r"(?:must|shall|требу\w+|необходим\w*|должн\w+|должен|обязательн\w+)(?!\w)[^.;:!?]*",
    re.IGNORECASE,
)
_IF = re.compile(r"(?<!\w)(?:если|if|where|provided)$", re.IGNORECASE)
_STOP = re.compile(r"[,.;:!?\n]")
_OPENS_LIST = re.compile(r"(?<!\w)(?:услови\w+|следующ\w+|conditions?|following)(?!\w)|^\s*$", re.IGNORECASE)
_CONDITIONS = re.compile(
    r"(?<!\w)(?:услови\w+|случа\w+|только|лишь|conditions?|only|solely|cases)(?!\w)", re.IGNORECASE
)
_MOSTLY = 0.5  # of a condition's words that the quotation's must share
# What no rule that says "only" allows of its list.
_WIDENED = re.compile(
    r"(?<!\w)(?:в\s+том\s+числе|среди\s+прочего|среди\s+прочих|помимо\s+прочих|among\s+others|inter\s+alia|among\s+other\s+things|"
    r"not\s+only|не\s+только)(?!\w)",
    re.IGNORECASE,
)
_NO_SOONER = re.compile(
    r"(?<!\w)(?:не\s+(?:ранее|раньше)|not\s+(?:before|earlier|sooner)|no\s+(?:earlier|sooner))(?!\w)",
    re.IGNORECASE,
)
_ONLY = re.compile(r"(?<!\w)(?:только|лишь|исключительно|only|solely|exclusively)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What claim and quotation both narrow.

    listed: the lead-in opens a list of conditions, which oblige even where it permits.
    only: both say "only"; conditional: by a condition or a term; required: by what is demanded for it.
    """

    only: bool
    conditional: bool
    required: bool
    listed: bool = False


def common_limits(claim: str, quote: str, lead_in: str = "") -> Limits:
    """How claim and quotation both narrow what they say. ``lead_in``: of the quotation's list."""
    sooner = bool(_NO_SOONER.search(claim) and _NO_SOONER.search(quote))
    only = bool(_ONLY.search(claim) and _ONLY.search(quote))
    return Limits(
        only, sooner or conditioned(claim, quote), required(claim, quote), bool(_CONDITIONS.search(lead_in))
    )


def conditioned(claim: str, quote: str) -> bool:
    """Whether a claim says "only if" of what the quotation makes conditional: "data are sent after payment".

    The conditions must share half of their words, or the meanings of these in the other language; of what
    depends on them the sentence must have a word too.
    """
    said = _ONLY_IF.search(claim)
    return said is not None and any(
        _same_condition(claim, said, _up_to_stop(sentence, match.end()), sentence)
        for sentence in (quote[start:end] for start, end in split_sentences(quote, 0, len(quote)))
        for match in _CONDITION.finditer(sentence)
    )


def required(claim: str, quote: str) -> bool:
    """Whether a claim says "only if" of what the quotation demands for it: "for use a law must exist"."""
    said = _ONLY_IF.search(claim)
    if said is None or not _IF.search(said.group()):
        return False
    return any(
        _same_condition(claim, said, match.group(), match.group()) for match in _REQUIRED.finditer(quote)
    )


def _same_condition(claim: str, said: re.Match[str], condition: str, rule: str) -> bool:
    """Whether the words after "only if" are those of a condition, and others of the claim are in its rule."""
    told = _up_to_stop(claim, said.end())
    depends = _senses([*_content(claim[: said.start()]), *_content(claim[said.end() + len(told) :])])
    ours = [each for each in _content(told) if not each.senses & depends]
    theirs = _senses(_content(condition))
    shared = sum(1 for each in ours if each.senses & theirs)
    return 0 < shared >= _MOSTLY * len(ours) and bool(depends & _senses(_content(rule)))


def _up_to_stop(text: str, start: int) -> str:
    """The words of a condition; those of the list, where a colon opens one: «при соблюдении условий: …»."""
    end = _STOP.search(text, start)
    if end is None:
        return text[start:]
    if end.group() == ":" and _OPENS_LIST.search(text[start : end.start()]):
        return text[start:]
    return text[start : end.start()]


def _content(text: str) -> list[Meant]:
    """The words of content and the numbers in a text."""
    return [each for each in meant(text, words_of(text)) if each.content or each.word.folded.isdigit()]


def _senses(words: Sequence[Meant]) -> frozenset[str]:
    return frozenset().union(*(each.senses for each in words))


def changed_limits(claim: str, quote: str) -> list[str]:
    """What a claim says of "only" and "not only" that the quotation does not bear out."""
    changed = []
    if _NOT_ONLY.search(claim) and not _NOT_ONLY.search(quote) and _ONLY.search(quote):
        changed.append(_words(_NOT_ONLY, claim))
    if _ONLY.search(_NOT_ONLY.sub("", quote)) and not _NARROWED.search(_WIDENED.sub("", claim)):
        changed += [match.group() for match in _WIDENED.finditer(claim)][:1]
    said = _NOT_ONLY.sub("", claim)
    said = _ONLY_IF.sub("", said) if conditioned(claim, quote) or required(claim, quote) else said
    if _ONLY.search(said) and not _NARROWED.search(_BY_NAME.sub("", quote)):
        changed.append(_words(_ONLY, claim))
    return changed


def loose_bounds(claim: str, quote: str) -> list[str]:
    """Bounds of what is no number («не реже», "at most tens of") that the quotation turns round."""
    turned = []
    for one, other in ((_LEAST, _MOST), (_MOST, _LEAST)):
        if one.search(claim) and not one.search(quote) and other.search(quote):
            turned.append(_words(one, claim))
    return turned


def _words(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group() if found else ""
