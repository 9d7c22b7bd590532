"""What is known of a company, and what waits to be confirmed -> their HTML."""

from __future__ import annotations

import json

from assistant.eligibility.described import MOST_CHARS
from assistant.eligibility.facts import facts
from assistant.eligibility.profile import Profile
from assistant.model import Lang
from assistant.naming import day_in_words
from assistant.web.eligibility.case import Case, Proposal
from assistant.web.eligibility.markup import button, folded, items
from assistant.web.eligibility.markup import value as shown
from assistant.web.eligibility.questions import question_html
from assistant.web.eligibility.words import say
from assistant.web.escape import attributes, esc

MOST_FILE = 500_000  # bytes of a file with facts
COMPANIES_SHOWN = 50


def company_html(case: Case, lang: Lang) -> str:
    """The box for a description and a file, and below what was understood of them."""
    empty = not case.profile.values and case.proposal is None
    text = attributes(
        id="el-description",
        rows=4,
        maxlength=MOST_CHARS,
        placeholder=say(lang, "description_hint"),
        data_key="description",
    )
    file = attributes(
        type="file",
        id="el-file",
        accept=".yaml,.yml,.json,.csv,.tsv,.txt",
        data_most=MOST_FILE,
        data_large=say(lang, "file_large", kb=MOST_FILE // 1000),
    )
    body = (
        f'<label for="el-description">{esc(say(lang, "description"))}</label><textarea{text}></textarea>'
        f"<p>{button(say(lang, 'read'), 'describe', css='tool primary')}</p>"
        f'<label for="el-file">{esc(say(lang, "file"))}</label><input{file}>'
        '<p class="el-wrong" data-file-error role="alert" hidden></p>'
    )
    box = folded("describe", esc(say(lang, "describe")), body, open_=empty, css="el-describe")
    return f'<div lang="{lang}">{box}{_proposal(case, lang)}</div>'


def _proposal(case: Case, lang: Lang) -> str:
    proposal = case.proposal
    if proposal is None:
        return ""
    if proposal.companies:
        return _framed(_companies(proposal, lang), proposal, case, lang)
    found = proposal.profile
    parts = [f'<p class="el-lead">{esc(say(lang, "confirm_lead"))}</p>' if found.values else ""]
    if found.name:
        parts.append(f"<p>{esc(say(lang, 'company_name', name=found.name))}</p>")
    if found.as_of:
        parts.append(f"<p>{esc(say(lang, 'profile_day', day=day_in_words(found.as_of, lang)))}</p>")
    parts.append(items((_line(name, case, proposal, lang) for name in found.values), "el-found"))
    if not found.values:
        parts.append(f"<p>{esc(say(lang, 'nothing_understood'))}</p>")
    parts += [_left(proposal, lang), _errors(proposal, lang)]
    go = button(say(lang, "confirm"), "confirm", css="tool primary") if found.values else ""
    parts.append(f"<p>{go} {button(say(lang, 'discard'), 'discard')}</p>")
    return _framed("".join(parts), proposal, case, lang)


def _framed(body: str, proposal: Proposal, case: Case, lang: Lang) -> str:
    title = esc(say(lang, f"understood_{proposal.origin}"))
    focus = attributes(data_focus=case.focus == "proposal")
    return (
        f'<section class="el-proposal" aria-labelledby="el-proposal">'
        f'<h3 id="el-proposal" tabindex="-1"{focus}>{title}</h3>{body}</section>'
    )


def _line(name: str, case: Case, proposal: Proposal, lang: Lang) -> str:
    value = proposal.profile.values[name]
    box = attributes(type="checkbox", checked=True, data_confirm=name, data_key=f"confirm-{name}")
    label = f"{esc(value.fact.in_(lang))}: <strong>{shown(value.told(lang))}</strong>"
    more = []
    if proposal.words.get(name):
        more.append(say(lang, "rests_on", words=proposal.words[name]))
    now = case.profile.values.get(name)
    if now is not None and now.known != value.known:
        more.append(say(lang, "instead_of", value=now.told(lang)))
    below = "".join(f'<span class="el-line el-quiet">{esc(each)}</span>' for each in more)
    return f"<label><input{box}> <span>{label}{below}</span></label>"


def _left(proposal: Proposal, lang: Lang) -> str:
    if not proposal.left:
        return ""
    lines = (f"«{esc(words)}» — {esc(why[0 if lang == 'ru' else 1])}" for words, why in proposal.left)
    return f"<h4>{esc(say(lang, 'unread'))}</h4>{items(lines, 'el-left')}"


def _errors(proposal: Proposal, lang: Lang) -> str:
    lines = [esc(each.message(lang)) for each in proposal.errors]
    return f'<div class="el-wrong" role="alert">{items(lines)}</div>' if lines else ""


def _companies(proposal: Proposal, lang: Lang) -> str:
    lines = [
        button(_company(each, place, lang), "company", number=place)
        for place, each in enumerate(proposal.companies[:COMPANIES_SHOWN])
    ]
    lead = f"<p>{esc(say(lang, 'companies'))}</p>"
    return f"{lead}{items(lines, 'el-companies')}<p>{button(say(lang, 'discard'), 'discard')}</p>"


def _company(profile: Profile, place: int, lang: Lang) -> str:
    return profile.name or say(lang, "company_n", n=place + 1)


def known_html(case: Case, lang: Lang) -> str:
    """The facts of the company; each can be changed or taken out, all can be had as a file."""
    values = case.profile.values
    if not values:
        return f'<p class="el-quiet" lang="{lang}" data-profile="">{esc(say(lang, "known_none"))}</p>'
    lines = [_known(name, case, lang) for name in values]
    content = json.dumps(case.profile.content(), ensure_ascii=False)
    save = (
        f'<button type="button" class="tool" data-save="profile" data-failed="{esc(say(lang, "failed"))}">'
        f"{esc(say(lang, 'save_profile'))}</button>"
    )
    name = f"<p>{esc(say(lang, 'company_name', name=case.profile.name))}</p>" if case.profile.name else ""
    return (
        f'<section lang="{lang}"{attributes(data_profile=content)} aria-labelledby="el-known">'
        f'<h3 id="el-known">{esc(say(lang, "known", n=len(values)))}</h3>{name}{items(lines, "el-known")}'
        f"<p>{save} {button(say(lang, 'start_over'), 'over')}</p>"
        f'<p class="el-quiet">{esc(say(lang, "session_only"))}</p></section>'
    )


def _known(name: str, case: Case, lang: Lang) -> str:
    fact = facts()[name]
    if case.changing == name:
        return f"{question_html(fact, case, lang, 'c')}{button(say(lang, 'cancel'), 'change', fact='')}"
    change = button(
        say(lang, "change"),
        "change",
        focus=case.focus == f"change-{name}",
        fact=name,
        key=f"change-{name}",
        aria_label=say(lang, "change_it", fact=fact.in_(lang)),
    )
    remove = button("✕", "remove", fact=name, aria_label=say(lang, "remove_it", fact=fact.in_(lang)))
    said = (
        f"<span>{esc(fact.in_(lang))}: <strong>{shown(case.profile.values[name].told(lang))}</strong></span>"
    )
    return f'{said}<span class="el-tools">{change}{remove}</span>'
