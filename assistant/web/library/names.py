"""Values of fields -> the words the Library tab has for them: kinds, standings, authorities, relations."""

from __future__ import annotations

from assistant.model import ActKind, ActStatus, Authority, Currency, Lang, RelationKind

KINDS: dict[Lang, dict[str, str]] = {
    "ru": {
        ActKind.DECREE: "указ",
        ActKind.FEDERAL_LAW: "федеральный закон",
        ActKind.GOVERNMENT_RESOLUTION: "постановление Правительства",
        ActKind.GOVERNMENT_ORDER: "распоряжение Правительства",
        ActKind.MINISTRY_ORDER: "приказ",
        ActKind.REGULATION: "регламент",
        ActKind.EXECUTIVE_ORDER: "исполнительный указ",
        ActKind.STRATEGY: "стратегия",
        ActKind.PROGRAMME: "программа",
        ActKind.NATIONAL_PROJECT: "национальный проект",
        ActKind.FEDERAL_PROJECT: "федеральный проект",
        ActKind.COMMISSION_DOCUMENT: "документ комиссии",
        ActKind.REGIONAL_ACT: "региональный акт",
        ActKind.DRAFT_LAW: "законопроект",
        ActKind.SUPPORT_MEASURE: "мера поддержки",
        ActKind.STANDARD: "стандарт",
        ActKind.FRAMEWORK: "рамочный документ",
        ActKind.GUIDELINES: "руководство",
        ActKind.RECOMMENDATION: "рекомендация",
        ActKind.TREATY: "международный договор",
        ActKind.CODE_OF_ETHICS: "кодекс этики",
        ActKind.DOCUMENT: "документ",
    },
    "en": {kind: kind.value.replace("_", " ") for kind in ActKind},
}

# What is known of an act, where that says more than the standing of its text.
STATUS: dict[Lang, dict[str, str]] = {
    "ru": {
        ActStatus.IN_FORCE: "действует",
        ActStatus.NOT_YET_IN_FORCE: "ещё не действует",
        ActStatus.REPEALED: "утратил силу",
        ActStatus.COMPLETED: "срок истёк",
        ActStatus.DRAFT: "проект",
        ActStatus.VOLUNTARY: "добровольный",
        ActStatus.UNKNOWN: "не проверен",
    },
    "en": {
        ActStatus.IN_FORCE: "in force",
        ActStatus.NOT_YET_IN_FORCE: "not yet in force",
        ActStatus.REPEALED: "repealed",
        ActStatus.COMPLETED: "expired",
        ActStatus.DRAFT: "draft",
        ActStatus.VOLUNTARY: "voluntary",
        ActStatus.UNKNOWN: "not checked",
    },
}

CURRENCY: dict[Lang, dict[str, str]] = {
    "ru": {
        Currency.CURRENT: "действует",
        Currency.AMENDED_TEXT_NOT_HELD: "изменён позже",
        Currency.SUPERSEDED: "есть новее",
        Currency.REPEALED: "утратил силу",
        Currency.NOT_YET_IN_FORCE: "ещё не действует",
        Currency.UNKNOWN: "не проверен",
    },
    "en": {
        Currency.CURRENT: "in force",
        Currency.AMENDED_TEXT_NOT_HELD: "amended later",
        Currency.SUPERSEDED: "superseded",
        Currency.REPEALED: "repealed",
        Currency.NOT_YET_IN_FORCE: "not yet in force",
        Currency.UNKNOWN: "not checked",
    },
}

AUTHORITY: dict[Lang, dict[str, str]] = {
    "ru": {
        Authority.OFFICIAL: "официальный текст",
        Authority.DIGEST: "наше изложение",
        Authority.USER: "ваш файл",
    },
    "en": {
        Authority.OFFICIAL: "official text",
        Authority.DIGEST: "our restatement",
        Authority.USER: "your file",
    },
}

# (what this act does to others, what others do to this act)
RELATIONS: dict[Lang, dict[str, tuple[str, str]]] = {
    "ru": {
        RelationKind.AMENDS: ("изменяет", "изменён актом"),
        RelationKind.REPEALS: ("отменяет", "отменён актом"),
        RelationKind.APPROVES: ("утверждает", "утверждён актом"),
        RelationKind.CITES: ("ссылается на", "упомянут в акте"),
    },
    "en": {
        RelationKind.AMENDS: ("amends", "amended by"),
        RelationKind.REPEALS: ("repeals", "repealed by"),
        RelationKind.APPROVES: ("approves", "approved by"),
        RelationKind.CITES: ("cites", "cited by"),
    },
}

SYNC: dict[Lang, dict[str, str]] = {
    "ru": {
        "fetched": "получено",
        "new_edition": "новая редакция",
        "unchanged": "без изменений",
        "by_hand": "вручную",
        "failed": "не получено",
        "planned": "будет запрошено",
    },
    "en": {
        "fetched": "fetched",
        "new_edition": "new edition",
        "unchanged": "unchanged",
        "by_hand": "by hand",
        "failed": "failed",
        "planned": "planned",
    },
}


def of(table: dict[Lang, dict[str, str]], lang: str, value: str | None) -> str:
    """A field's value in words; the value itself where the table has none, nothing for None."""
    if value is None:
        return ""
    return table["ru" if lang == "ru" else "en"].get(value, value)
