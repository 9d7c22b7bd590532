"""An address, a description, a file -> facts that wait to be confirmed.

``?tab=eligibility&measure=it_accreditation&it_income_share=40`` names a measure, and facts by id or words.
"""

from __future__ import annotations

import base64
import binascii
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from assistant.dates import is_partial_date
from assistant.eligibility.checking import EARLIEST, LATEST
from assistant.eligibility.described import MOST_CHARS, REASONS
from assistant.eligibility.measures import measure as named_measure
from assistant.eligibility.profile import Profile, named, profiles_of
from assistant.eligibility.values import Value, read_value
from assistant.errors import InputError, PolicyError
from assistant.web.eligibility.case import Case, Proposal
from assistant.web.eligibility.company import MOST_FILE
from assistant.web.eligibility.words import refused, unfit
from assistant.web.plain import shorten

if TYPE_CHECKING:
    from assistant.engine import Assistant

LONGEST_ADDRESS = 6_000  # characters
MOST_FIELDS = 120
NAME_CHARS = 80  # of a file's or a measure's name, told back
# Names in the page's address that other tabs and the page itself use.
OTHERS = frozenset(("tab", "c", "share", "act", "provision", "lang", "view", "deep_link"))


def from_address(case: Case, query: str) -> None:
    """The measure, the day and the facts that an address names; the facts wait to be confirmed."""
    try:
        pairs = parse_qsl(query[:LONGEST_ADDRESS].lstrip("?"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return
    given = {name: said for name, said in pairs if name not in OTHERS and not name.startswith("__")}
    if dict(pairs).get("tab") != "eligibility":
        return
    values: dict[str, Value] = {}
    errors: list[PolicyError] = []
    for name, said in given.items():
        try:
            _take(case, values, name[:NAME_CHARS], said[:NAME_CHARS])
        except InputError as error:
            errors.append(error)
    if values or errors:
        case.proposal = Proposal("address", Profile(values), errors=tuple(errors))


def _take(case: Case, values: dict[str, Value], name: str, said: str) -> None:
    """One name of an address with what it says. Raises InputError."""
    if name == "measure":
        case.choose(_measure(said))
    elif name == "as_of":
        case.as_of = checked_day(said)
    else:
        value = _value(name, said)
        values |= {value.fact.id: value} if value else {}


def _measure(name: str) -> str:
    try:
        return named_measure(name).id
    except InputError:
        raise refused("unknown_measure", name=shorten(name, NAME_CHARS)) from None


def _value(name: str, said: str) -> Value | None:
    try:
        fact = named(name)
    except InputError:
        raise refused("unknown_fact", name=name) from None
    try:
        return read_value(fact, said)
    except InputError:
        raise unfit(fact, said) from None


def from_text(case: Case, assistant: Assistant, text: str) -> None:
    """The facts that a description states. Raises InputError where there is none."""
    if not text.strip():
        raise refused("empty_description")
    found = assistant.describe(text[:MOST_CHARS], today=date.today())
    words = {each.fact.id: found.text[each.start : each.end].strip() for each in found.found}
    left = tuple(
        (" ".join(found.text[each.start : each.end].split()), REASONS[each.reason]) for each in found.left
    )
    case.proposal = Proposal("text", found.profile(), words, left)


def from_file(case: Case, name: str, content: str) -> None:
    """The facts of a file; ``content``: base64. Raises InputError."""
    try:
        raw = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise refused("bad_request") from None
    if len(raw) > MOST_FILE:
        raise refused("file_large", kb=MOST_FILE // 1000)
    found = profiles_of(raw, shorten(name, NAME_CHARS) or "file.yaml")
    for each in found:
        if each.as_of:
            checked_day(each.as_of)
    one = len(found) == 1
    case.proposal = Proposal("file", found[0] if one else Profile(), companies=() if one else tuple(found))


def checked_day(day: str) -> str:
    """A whole day, ``YYYY-MM-DD``, of a year that can be checked. Raises InputError."""
    if len(day) != 10 or not is_partial_date(day) or not EARLIEST <= int(day[:4]) <= LATEST:
        raise refused("bad_day", day=shorten(day, NAME_CHARS))
    return day
