"""The pages at the door -> HTML that works without scripts and loads nothing but its own style."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

from assistant.access.passwords import LEAST
from assistant.access.roles import Scope, of_token
from assistant.access.tokens import MOST_DAYS, Token
from assistant.access.users import User
from assistant.model import Lang
from assistant.web.door.words import role_in_words, say
from assistant.web.escape import esc

CSS = Path(__file__).with_name("door.css").read_text(encoding="utf-8")
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
DAYS = 90


def page_html(lang: Lang, title: str, body: str, *, up: str = "", wide: bool = False) -> str:
    """A whole page. ``up``: from its address to the app's folder."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{esc(title)} · {esc(say(lang, 'app'))}</title>"
        f'<link rel="stylesheet" href="{up}sign-in/style.css"><link rel="icon" href="data:,"></head>'
        f'<body><main class="{"wide" if wide else "narrow"}">{body}</main></body></html>'
    )


def sign_in_html(lang: Lang, *, then: str, name: str = "", problem: str = "", note: str = "") -> str:
    """The page to sign in on. ``then``: the app's own address to go to."""
    other = "en" if lang == "ru" else "ru"
    switch = urlencode({"lang": other, **({"next": then} if then != "/" else {})})
    told = _told(problem, note)
    invalid = ' aria-invalid="true" aria-describedby="told"' if problem else ""
    focus = ("", " autofocus") if name else (" autofocus", "")
    body = (
        f'<header><p class="app">{esc(say(lang, "app"))}</p>'
        f'<a href="?{esc(switch)}" lang="{other}" hreflang="{other}">{esc(say(lang, "other"))}</a></header>'
        f"<h1>{esc(say(lang, 'sign_in'))}</h1>{told}"
        f'<form method="post" action="sign-in"><input type="hidden" name="next" value="{esc(then)}">'
        f'<label for="name">{esc(say(lang, "name"))}</label>'
        f'<input id="name" name="name" value="{esc(name)}" autocomplete="username" autocapitalize="none" '
        f'spellcheck="false" required maxlength="100"{invalid}{focus[0]}>'
        f'<label for="password">{esc(say(lang, "password"))}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required '
        f'maxlength="200"{invalid}{focus[1]}>'
        f'<button class="primary">{esc(say(lang, "enter"))}</button></form>'
        f'<p class="quiet">{esc(say(lang, "lead"))}</p>'
    )
    return page_html(lang, say(lang, "sign_in"), body)


def _told(problem: str, note: str) -> str:
    if problem:
        return f'<p id="told" class="problem" role="alert">{esc(problem)}</p>'
    return f'<p id="told" class="note" role="status">{esc(note)}</p>' if note else ""


def account_html(
    lang: Lang,
    user: User,
    tokens: Sequence[Token],
    *,
    up: str = "",
    made: str = "",
    problem: str = "",
    note: str = "",
) -> str:
    """A user's own page. ``made``: a token that was just made, shown this once."""
    shown = ""
    if made:
        words = esc(say(lang, "made"))
        shown = f'<div class="note" role="status"><p>{words}</p><code class="secret">{esc(made)}</code></div>'
    role = role_in_words(lang, user.role)
    body = (
        f'<header><a href="{up or "./"}">{esc(say(lang, "back"))}</a>{sign_out_html(lang, up)}</header>'
        f"<h1>{esc(say(lang, 'account'))}</h1><p>{esc(say(lang, 'you_are', name=user.name, role=role))}</p>"
        f"{_told(problem, note)}{shown}"
        f'<h2>{esc(say(lang, "tokens"))}</h2><p class="quiet">{esc(say(lang, "tokens_lead"))}</p>'
        f"{_tokens(lang, tokens, up)}{_create(lang, user, up)}{_password(lang, up)}"
    )
    return page_html(lang, say(lang, "account"), body, up=up, wide=True)


def sign_out_html(lang: Lang, up: str = "") -> str:
    """The button that signs out."""
    return (
        f'<form method="post" action="{up}sign-out" class="sign-out"><button type="submit" class="tool">'
        f"{esc(say(lang, 'sign_out'))}</button></form>"
    )


def _tokens(lang: Lang, tokens: Sequence[Token], up: str) -> str:
    if not tokens:
        return f"<p>{esc(say(lang, 'tokens_none'))}</p>"
    keys = ("token_name", "token_start", "token_scopes", "token_expires", "token_used", "token_state")
    heads = "".join(f'<th scope="col">{esc(say(lang, key))}</th>' for key in keys)
    rows = "".join(_token(lang, token, up) for token in tokens)
    head = f"<thead><tr>{heads}<th></th></tr></thead>"
    return f'<div class="scrolled"><table>{head}<tbody>{rows}</tbody></table></div>'


def _token(lang: Lang, token: Token, up: str) -> str:
    state = token.state()
    used = token.used_at[:10] if token.used_at else say(lang, "token_never")
    scopes = ", ".join(say(lang, scope) for scope in token.scopes)
    revoke = (
        f'<form method="post" action="{up}account/tokens/revoke"><input type="hidden" name="token" '
        f'value="{esc(token.id)}"><button aria-label="{esc(say(lang, "revoke_named", name=token.name))}">'
        f"{esc(say(lang, 'revoke'))}</button></form>"
        if state == "valid"
        else ""
    )
    cells = (token.name, f"{token.start}…", scopes, token.expires_at[:10], used, say(lang, state))
    return f"<tr>{''.join(f'<td>{esc(cell)}</td>' for cell in cells)}<td>{revoke}</td></tr>"


def _create(lang: Lang, user: User, up: str) -> str:
    boxes = "".join(
        f'<label class="box"><input type="checkbox" name="scope" value="{scope}"'
        f"{' checked' if scope == Scope.ASK else ''}> {esc(say(lang, scope))}</label>"
        for scope in Scope
        if of_token(user.role, [scope])
    )
    return (
        f'<form method="post" action="{up}account/tokens" class="block">'
        f'<label for="token-name">{esc(say(lang, "token_name"))}</label>'
        '<input id="token-name" name="name" required maxlength="100" autocomplete="off">'
        f'<label for="days">{esc(say(lang, "days"))}</label>'
        f'<input id="days" name="days" type="number" min="1" max="{MOST_DAYS}" value="{DAYS}" required>'
        f"<fieldset><legend>{esc(say(lang, 'token_scopes'))}</legend>{boxes}</fieldset>"
        f"<button>{esc(say(lang, 'create'))}</button></form>"
    )


def _password(lang: Lang, up: str) -> str:
    return (
        f"<h2>{esc(say(lang, 'change_password'))}</h2>"
        f'<form method="post" action="{up}account/password" class="block">'
        f'<label for="old">{esc(say(lang, "old_password"))}</label>'
        '<input id="old" name="old" type="password" autocomplete="current-password" required maxlength="200">'
        f'<label for="new">{esc(say(lang, "new_password"))}</label>'
        '<input id="new" name="new" type="password" autocomplete="new-password" required maxlength="200" '
        f'minlength="{LEAST}" aria-describedby="new-hint">'
        f'<p class="quiet" id="new-hint">{esc(say(lang, "password_hint", least=LEAST))}</p>'
        f"<button>{esc(say(lang, 'change'))}</button></form>"
    )
