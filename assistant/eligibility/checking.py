"""What an assistant does about support measures and duties: check them, read companies, review the rules."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.conversation import Rewritten, Turn, turns
from assistant.dates import as_of_date
from assistant.eligibility.check import check
from assistant.eligibility.fitting import fitting
from assistant.eligibility.follow import as_topics, follow_up
from assistant.eligibility.measures import measure as named_measure
from assistant.eligibility.measures import measures
from assistant.eligibility.model import CheckResult
from assistant.eligibility.profile import Profile
from assistant.eligibility.review import Flag, flags
from assistant.errors import BackendError, InputError
from assistant.library.view import LibraryView
from assistant.llm import Backend
from assistant.model import Lang
from assistant.query import LANGS, check_choice
from assistant.references import detect_language
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.eligibility.described import Described


log = logging.getLogger(__name__)

EARLIEST, LATEST = 1990, 2100  # years of the days a check can be asked for


class Checking:
    """The part of :class:`assistant.engine.Assistant` that checks companies."""

    settings: Settings

    if TYPE_CHECKING:

        @property
        def view(self) -> LibraryView:
            """The library as it is now."""

        def _backend(self, llm: str | BaseChatModel | None) -> Backend | None: ...

    def check(
        self,
        measure: str,
        profile: Profile | Mapping[str, Any],
        *,
        as_of: str | date | None = None,
        lang: Lang | None = None,
    ) -> CheckResult:
        """Whether a company can have a measure, criterion by criterion, each with its source.

        ``profile``: facts by name, as in a profile's file. ``as_of``: by default the day the profile
        describes, else today. ``lang``: of the words, by default that of messages. Raises InputError for a
        measure nobody knows or a fact that cannot be used.
        """
        held, day, spoken = self._checking(profile, as_of, lang)
        return check(named_measure(measure), held, self.view, day, spoken)

    def check_all(
        self,
        profile: Profile | Mapping[str, Any],
        *,
        as_of: str | date | None = None,
        lang: Lang | None = None,
    ) -> list[CheckResult]:
        """Every measure for one company, those that fit first. Raises as :meth:`check` does."""
        held, day, spoken = self._checking(profile, as_of, lang)
        return fitting(measures().values(), held, self.view, day, spoken)

    def describe(
        self, text: str, *, llm: str | BaseChatModel | None = None, today: date | None = None
    ) -> Described:
        """The facts a description of a company states, by patterns and, where one is named, by a model too.

        Show them before they are used. A model that fails adds nothing. Raises InputError for an unknown one.
        """
        from assistant.eligibility.described import described

        day = today or date.today()
        backend = self._backend(llm)
        found = described(text, day)
        if backend is None:
            return found
        from assistant.eligibility.described_by_model import described_by_model

        try:
            return found.joined(described_by_model(text, backend, day, plain=found))
        except BackendError as error:
            log.warning("%s The description was read by patterns alone.", error.en)
            return found

    def review_measures(self, *, as_of: str | date | None = None, lang: Lang | None = None) -> list[Flag]:
        """The evidence of measures that has to be read again: changed, amended, missing or contradicted."""
        spoken = lang or self.settings.message_lang
        return flags(measures().values(), self.view, as_of_date(as_of), spoken)

    def _checking(
        self, profile: Profile | Mapping[str, Any], as_of: str | date | None, lang: Lang | None
    ) -> tuple[Profile, date, Lang]:
        check_choice("lang", lang, LANGS)
        held = profile if isinstance(profile, Profile) else Profile.of(profile)
        day = as_of_date(as_of if as_of is not None else held.as_of)
        if not EARLIEST <= day.year <= LATEST:
            raise InputError(
                f"{day} cannot be checked. Give a day from {EARLIEST} to {LATEST}.",
                f"На дату {day} проверить нельзя. Укажите дату с {EARLIEST} по {LATEST} год.",
            )
        return held, day, lang or self.settings.message_lang

    def _further_check(
        self, question: str, history: Sequence[Turn | tuple[str, str]]
    ) -> tuple[Rewritten | None, Sequence[Turn | tuple[str, str]]]:
        """A follow-up to a check as the full check it stands for; else the history for other follow-ups."""
        if not self.settings.answer.checks:
            return None, history
        earlier, today = turns(history), date.today()
        found = follow_up(question, [each.question for each in earlier], today)
        if found is None:
            return None, as_topics(earlier, today)
        return Rewritten(found.question(detect_language(question)), True), history
