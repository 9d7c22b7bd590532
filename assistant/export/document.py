"""Questions with their answers -> a document in blocks: what is said, in which order, in which words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from assistant.export import words
from assistant.export.blocks import Block, Document, Heading, Para, Run, Source, Sources, labelled, plain
from assistant.export.plain import address, clean, link_target, one_line, shorten
from assistant.export.reference import reference
from assistant.export.statements import told
from assistant.export.words import quoted, say
from assistant.library.view import OWN, shared_id
from assistant.model import Answer, Authority, Citation, Lang
from assistant.naming import act_reference

HEADING_CHARS = 120


@dataclass(frozen=True, slots=True)
class Checked:
    """An expert's mark on an answer; it has fallen where what is cited is not as it was: ``changed``."""

    expert: str
    checked_on: str
    note: str | None = None
    changed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What is to be written: questions, their answers, and when each was asked.

    ``checked``: experts' marks by the number of the entry, from 1. ``names``: references and act ids in
    words, for an abstention's nearest provisions and missing acts.
    """

    title: str
    entries: Sequence[tuple[str, Answer, datetime | str | None]]
    checked: Mapping[int, Sequence[Checked]] | None = None
    made_at: datetime = field(default_factory=datetime.now)
    names: Mapping[str, str] = field(default_factory=dict)


def document(exported: Exported, lang: Lang) -> Document:
    """The document of a conversation, its own words in ``lang``."""
    several = len(exported.entries) > 1
    blocks: list[Block] = []
    for number, (question, answer, asked_at) in enumerate(exported.entries, 1):
        blocks += _question(question, number if several else None, lang)
        blocks += _circumstances(answer, asked_at, lang)
        blocks += _outcome(answer, exported.names, lang)
        blocks += [_mark(mark, lang) for mark in (exported.checked or {}).get(number, ())]
        blocks += _sources(answer, lang)
        blocks += _withheld(answer, lang)
    blocks += _closing([answer for _, answer, _ in exported.entries], exported.made_at, lang)
    title = one_line(exported.title) or say(lang, "conversation" if several else "title")
    return Document(title, lang, exported.made_at, tuple(blocks))


# ── the question ──────────────────────────────────────────────────────────────────────────────────


def _question(question: str, number: int | None, lang: Lang) -> list[Block]:
    if number is None:
        return [Heading(say(lang, "question"), 1), plain(question)]
    short = shorten(question, HEADING_CHARS)
    heading = Heading(say(lang, "question_n", n=number, question=short), 1)
    return [heading] if short == clean(question) else [heading, plain(question)]


def _circumstances(answer: Answer, asked_at: datetime | str | None, lang: Lang) -> Iterator[Block]:
    said = [say(lang, "as_of", day=words.day(answer.as_of, lang)) + "."]
    if asked_at:
        said.append(say(lang, "asked_at", moment=words.moment(asked_at, lang)))
    yield plain(" ".join(said))
    if answer.rewritten:
        yield plain(say(lang, "rewritten", question=answer.rewritten))
    if answer.carried:
        yield plain(say(lang, "carried", words="; ".join(answer.carried)))


# ── the answer ────────────────────────────────────────────────────────────────────────────────────


def _outcome(answer: Answer, names: Mapping[str, str], lang: Lang) -> Iterator[Block]:
    yield Heading(say(lang, "answer" if answer.status == "answered" else answer.status), 2)
    for correction in answer.corrections:
        yield labelled(say(lang, "correction"), correction)
    yield from told(answer, lang)
    yield from _listed("options", [_option(entry.label, entry.question) for entry in answer.options], lang)
    yield from _listed("conflicts", answer.conflicts, lang)
    yield from _listed("notes", answer.notes, lang)
    yield from _listed("nearest", [_named(entry, names, lang) for entry in answer.nearest], lang)
    missing = [_named(entry, names, lang) for entry in answer.missing if not entry.startswith(OWN)]
    yield from _listed("missing", missing, lang)


def _listed(key: str, entries: Sequence[str], lang: Lang) -> Iterator[Block]:
    if entries:
        yield Heading(say(lang, key), 3)
        yield from (plain(entry, kind="item") for entry in entries)


def _option(label: str, question: str) -> str:
    return label if one_line(label) == one_line(question) else f"{label}: {question}"


def _named(ref: str, names: Mapping[str, str], lang: Lang) -> str:
    """A reference in words, as far as they are known, and itself; an owner's own act goes by words alone."""
    act = ref.partition("#")[0]
    known = names.get(ref) or names.get(act) or act_reference(act, None, lang)
    if not act.startswith(OWN):
        return ref if known.startswith(act) else f"{known} ({ref})"
    whose = words.AUTHORITY[lang][Authority.USER]
    return whose if known == shared_id(act) else f"{known} ({whose})"


def _mark(mark: Checked, lang: Lang) -> Para:
    """Who checked the answer and when, or that this no longer counts."""
    on = words.day(mark.checked_on, lang)
    said = say(lang, "checked_by", expert=mark.expert, day=on)
    if mark.changed:
        said = say(lang, "check_fallen", mark=said, changed="; ".join(mark.changed))
    return labelled(say(lang, "checked"), f"{said} {mark.note}" if mark.note else said)


# ── the sources ───────────────────────────────────────────────────────────────────────────────────


def _sources(answer: Answer, lang: Lang) -> Iterator[Block]:
    if answer.citations:
        yield Heading(say(lang, "sources"), 2)
        yield Sources(tuple(source(entry, lang) for entry in answer.citations))


def source(citation: Citation, lang: Lang) -> Source:
    """A citation as a numbered source: reference, quotation, edition and standing, gloss, address."""
    paras = [
        plain(reference(citation, lang), kind="lead", look="strong"),
        Para((Run(quoted(clean(citation.quote), lang)),), "quote"),
        plain(_facts(citation, lang), kind="detail"),
    ]
    if citation.note:
        paras.append(labelled(say(lang, "doubt"), citation.note, "detail", "emphasis"))
    if citation.gloss:
        label = words.gloss_label(citation.gloss, lang)
        paras.append(labelled(label, citation.gloss.text, "detail", "emphasis"))
    url = address(citation.url)
    if url:
        paras.append(Para((Run(_address_label(citation, lang)), Run(url, link=link_target(url))), "detail"))
    return Source(citation.id, tuple(paras))


def _facts(citation: Citation, lang: Lang) -> str:
    """Edition, page, standing and whose text it is, in one sentence."""
    said = []
    if citation.edition:
        key = "compiled" if citation.authority == Authority.DIGEST else "edition"
        said.append(say(lang, key, day=words.day(citation.edition, lang)))
    if citation.page is not None:
        said.append(say(lang, "page", page=citation.page))
    said += [words.currency(citation, lang), words.authority(citation, lang)]
    sentence = "; ".join(said)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _address_label(citation: Citation, lang: Lang) -> str:
    """A restatement's address may be a newspaper's; only an official text's is called official."""
    keys = {Authority.OFFICIAL: "official_address", Authority.DIGEST: "known_from"}
    return say(lang, keys.get(Authority(citation.authority), "address"))


# ── what was left out, and who made this ──────────────────────────────────────────────────────────


def _withheld(answer: Answer, lang: Lang) -> Iterator[Block]:
    """How many statements were withheld and why; their words are not repeated: no text bears them out."""
    if not answer.withheld:
        return
    yield Heading(say(lang, "withheld", n=len(answer.withheld)), 3)
    yield plain(say(lang, "withheld_why"))
    for reason, count in Counter(one_line(entry.reason) for entry in answer.withheld).items():
        yield plain(say(lang, "counted", reason=reason, n=count), kind="item")


def _closing(answers: Sequence[Answer], made_at: datetime, lang: Lang) -> Iterator[Block]:
    said = [say(lang, "made", moment=words.moment(made_at, lang))]
    versions = dict.fromkeys(one_line(answer.library_version) for answer in answers)
    if any(versions):
        said.append(say(lang, "library", version=", ".join(version for version in versions if version)))
    for backend in dict.fromkeys(one_line(answer.backend) for answer in answers):
        own = backend in ("", "extractive")
        said.append(say(lang, "backend") if own else say(lang, "backend_llm", name=backend))
    yield plain(" ".join([*said, say(lang, "notice")]), kind="small")
