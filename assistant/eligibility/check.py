"""A measure, a company's profile and a day -> the verdict, criterion by criterion, with its sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from operator import attrgetter

from assistant.eligibility.decide import Deciding, Decision, Turned
from assistant.eligibility.facts import Fact, facts
from assistant.eligibility.judged import Judged
from assistant.eligibility.line import Span, not_above, not_below
from assistant.eligibility.measures import VALIDITY, Criterion, Group, Measure, Step
from assistant.eligibility.model import (
    VERDICTS,
    Answers,
    Change,
    CheckResult,
    CriterionResult,
    FactSaid,
    Part,
    Told,
    Way,
)
from assistant.eligibility.profile import Profile
from assistant.eligibility.review import Flag, flags_of
from assistant.eligibility.rules import UNKNOWABLE, Known, limits, wanted
from assistant.eligibility.saying import told
from assistant.eligibility.words import known_from, say
from assistant.library.view import LibraryView
from assistant.model import Authority, Confidence, Currency, Lang
from assistant.naming import day_in_words


def check(measure: Measure, profile: Profile, view: LibraryView, day: date, lang: Lang) -> CheckResult:
    """Check a measure for a company on ``day``; the words of the result in ``lang``.

    Verdicts are sound: one is given only where it holds whatever the facts may be that are not known.
    """
    return _Report(measure, profile, view, day, lang).result()


class _Report(Judged):
    """What was judged, told."""

    def result(self) -> CheckResult:
        """The whole."""
        measure, lang = self.measure, self.lang
        criteria = self._criteria()
        because = self._because()
        missing = self._missing()
        return CheckResult(
            measure=measure.id,
            title=measure.title.in_(lang),
            kind=measure.kind,
            about=measure.about.in_(lang),
            verdict=VERDICTS[self.state],
            complies=self.complies,
            summary=self._summary(criteria, bool(because)),
            provisional=bool(because),
            because=because,
            criteria=criteria,
            missing=missing,
            answers_needed=min((each.size for each in missing if each.leads_to == "eligible"), default=None),
            to_comply=self._answers(self.compliance)
            if self.complies == "unknown" and self.compliance
            else [],
            ways=self._ways(),
            gives=self._gives(),
            documents=[self._step(each) for each in measure.documents],
            apply=[self._step(each) for each in measure.apply],
            open=measure.open,
            warnings=self._warnings(),
            profile=[
                FactSaid(fact=name, label=value.fact.in_(lang), value=value.told(lang))
                for name, value in self.profile.values.items()
            ],
            company=self.profile.name,
            notice=say(lang, "notice"),
            as_of=self.day.isoformat(),
            language=lang,
            library_version=self.view.version,
            reviewed=measure.reviewed,
        )

    def _criteria(self) -> list[CriterionResult]:
        crucial = self.decisive()
        found = [self._validity_result()] if self.measure.valid_from or self.measure.valid_to else []
        return found + [self._criterion(each, each.id in crucial) for each in self.measure.criteria]

    @cached_property
    def _groups(self) -> dict[str, str]:
        """What a reader should know of where a criterion stands: the names of the groups around it."""
        found: dict[str, str] = {}
        for tree in self.measure.trees():
            for leaf, names in _named(tree, (), self.lang):
                path = " → ".join(names)
                if leaf not in found or len(path) < len(found[leaf]):
                    found[leaf] = path
        return {leaf: path for leaf, path in found.items() if path}

    def _validity_result(self) -> CriterionResult:
        measure, lang = self.measure, self.lang
        return CriterionResult(
            id=VALIDITY,
            rule=say(lang, "validity"),
            fact=None,
            state=self.validity,
            reason=self._validity_reason(),
            needs=self._period(),
            decisive=self.validity == "not_met" or self.state == "met",
            part="validity",
            confidence=measure.validity_confidence,
            citations=self.validity_cited,
        )

    def _period(self) -> str:
        days = (("since", self.measure.valid_from), ("until", self.measure.valid_to))
        return " ".join(
            say(self.lang, key, start=self._day(day), end=self._day(day))
            for key, day in days
            if day is not None
        )

    def _validity_reason(self) -> str:
        measure, day = self.measure, self.day.isoformat()
        key = "valid_met"
        if self.validity != "met":
            early = measure.valid_from is not None and day < measure.valid_from
            key = f"valid_{'before' if early else 'after'}_{self.validity}"
        start, end = self._day(measure.valid_from), self._day(measure.valid_to)
        return say(self.lang, key, day=self._day(day), start=start, end=end)

    def _day(self, day: str | None) -> str:
        return day_in_words(day, self.lang) if day else ""

    def _criterion(self, criterion: Criterion, crucial: bool) -> CriterionResult:
        lang, source = self.lang, self.sourced[criterion.id]
        value = self.profile.values.get(criterion.test.fact)
        sought = self._sought(criterion)
        return CriterionResult(
            id=criterion.id,
            rule=criterion.stated(lang),
            fact=criterion.test.fact,
            state=self.states[criterion.id],
            reason=self._reason(criterion),
            value=value.told(lang) if value else None,
            needs=told(facts()[criterion.test.fact], sought, lang) if sought is not None else None,
            decisive=crucial,
            matters=crucial or criterion.id in self.mattering,
            group=self._groups.get(criterion.id),
            counts=criterion.counts,
            part=self._part(criterion),
            confidence=source.confidence,
            citations=self.citations[criterion.id],
            check=criterion.check(lang) if source.confidence != Confidence.TEXT else None,
            note=self._note(criterion),
            held=source.heard.check,
            warning=self._criterion_warning(criterion),
        )

    def _part(self, criterion: Criterion) -> Part:
        measure = self.measure
        trees: tuple[tuple[Part, Group | None], ...] = (
            ("requires", measure.requires),
            ("applies", measure.applies),
            ("complies", measure.complies),
        )
        for part, tree in trees:
            if tree is not None and criterion.id in set(tree.leaves()):
                return part
        return "shown"

    def _sought(self, criterion: Criterion) -> Known | None:
        return wanted(criterion.test, self.day) if criterion.holds(self.day.isoformat()) else None

    def _note(self, criterion: Criterion) -> str | None:
        said = [criterion.note(self.lang)]
        key = {"located": "located", "not_found": "not_found", "confirmed": "confirmed_user"}
        check = self.sourced[criterion.id].heard
        if check.check in key and not (check.check == "confirmed" and check.official):
            said.append(say(self.lang, key[check.check]))
        return " ".join(part for part in said if part) or None

    def _reason(self, criterion: Criterion) -> str:
        lang, fact = self.lang, facts()[criterion.test.fact]
        source, state = self.sourced[criterion.id], self.states[criterion.id]
        day = self._day(self.day.isoformat())
        if not criterion.holds(self.day.isoformat()):
            return say(lang, f"outside_{criterion.outside}", day=day)
        if not source.held:
            return say(lang, "no_evidence", refs=", ".join(each.ref for each in criterion.evidence))
        if source.heard.check == "differs":
            return say(lang, "differs", said=source.heard.said)
        sought = self._sought(criterion)
        if sought is None:
            return say(lang, "no_threshold")
        value = self._said(fact)
        parts = {"fact": fact.in_(lang), "needs": told(fact, sought, lang), "value": value or ""}
        if fact.only_if is not None and value is None:
            unknown = "parent_unknown" if fact.only_if not in self.known else "unknown"
            key = "parent_no" if state == "not_met" else unknown
            return say(lang, key, parent=facts()[fact.only_if].in_(lang), **parts)
        if value is None:
            return self._beside(criterion) + say(
                lang, "unknown" if criterion.list_held else "list_not_held", **parts
            )
        if state == "unknown":
            return say(lang, "partly", **parts)
        return say(lang, "met_bare" if self._denied(criterion.id) else state, **parts)

    def _said(self, fact: Fact) -> str | None:
        """What the profile says of a fact, or what follows from what it says of others."""
        value = self.profile.values.get(fact.id)
        if value is not None:
            return value.told(self.lang)
        known = self.known.get(fact.id)
        meant = told(fact, known, self.lang) if known is not None else ""
        return say(self.lang, "implied", value=meant) if meant else None

    def _beside(self, criterion: Criterion) -> str:
        shown = self.profile.values.get(criterion.beside or "")
        return say(self.lang, "okved", code=shown.told(self.lang)) if shown else ""

    def _denied(self, criterion: str) -> bool:
        """Whether the trees only ever ask that the criterion is not met."""
        return all(criterion not in _asked(tree) for tree in self.measure.trees())

    def _criterion_warning(self, criterion: Criterion) -> str | None:
        changed = [
            flag.ref for flag in self._flags if flag.criterion == criterion.id and flag.trouble == "changed"
        ]
        if not changed:
            return None
        parts = {
            "day": self._day(self.measure.reviewed),
            "refs": ", ".join(changed),
            "rule": criterion.stated(self.lang),
        }
        return say(self.lang, "changed", **parts)

    @cached_property
    def _flags(self) -> list[Flag]:
        return flags_of(self.measure, self.view, self.day, self.lang)

    # ── what the verdict rests on ─────────────────────────────────────────────────────────────

    def _because(self) -> list[str]:
        """Why the verdict is provisional: what it rests on that is less than a text in force."""
        lang, found = self.lang, []
        if self._validity_counts() and self.measure.validity_confidence != Confidence.TEXT:
            known = known_from(self.measure.validity_confidence, lang)
            found.append(say(lang, "because_confidence", rule=say(lang, "validity"), known=known))
        for each in self.measure.criteria:
            if each.id not in self.grounded:
                continue
            if self.confidence[each.id] != Confidence.TEXT:
                known = known_from(self.confidence[each.id], lang)
                found.append(say(lang, "because_confidence", rule=each.stated(lang), known=known))
        return found

    def _validity_counts(self) -> bool:
        dated = bool(self.measure.valid_from or self.measure.valid_to)
        return dated and (self.validity != "met" or self.state == "met")

    def _summary(self, criteria: list[CriterionResult], provisional: bool) -> str:
        lang, title = self.lang, self.measure.title.in_(self.lang)
        keys = {"met": "applies", "not_met": "applies_not", "unknown": "applies_unknown"}
        key = keys[self.state] if self.measure.kind == "duty" else VERDICTS[self.state]
        said = [say(lang, key, title=title)]
        if self.state == "not_met":
            against = [
                each.reason if each.part == VALIDITY else each.rule
                for each in criteria
                if self._against(each)
            ]
            said.append(say(lang, "because_not_met", rules="; ".join(rule.rstrip(".") for rule in against)))
        if self.complies is not None and self.state == "met":
            said.append(say(lang, f"complies_{self.complies}"))
        if provisional:
            said.append(say(lang, "provisional"))
        return " ".join(said)

    def _against(self, result: CriterionResult) -> bool:
        if result.part == VALIDITY:
            return self.validity == "not_met"
        return result.decisive and result.part in ("requires", "applies")

    # ── what would decide, what would change it ───────────────────────────────────────────────

    def _missing(self) -> list[Answers]:
        if self.state != "unknown":
            return []
        found = self._answers(self.decision)
        if self.validity == "unknown":
            found = [each.model_copy(update={"to_check": [*each.to_check, VALIDITY]}) for each in found]
            if self.decision.state == "met":
                found = [Answers(to_check=[VALIDITY], leads_to="eligible")]
            found.append(Answers(to_check=[VALIDITY], leads_to="not_eligible"))
        return sorted(found, key=attrgetter("size"))

    def _answers(self, decision: Decision) -> list[Answers]:
        return [self._answer(each) for each in decision.deciding()]

    def _answer(self, deciding: Deciding) -> Answers:
        found = Answers(leads_to=VERDICTS[deciding.state])
        for name, known in deciding.answers:
            if name.startswith(UNKNOWABLE):
                found.to_check.append(name.removeprefix(UNKNOWABLE))
                continue
            found.facts.append(name)
            found.answers[name] = told(facts()[name], known, self.lang)
            found.criteria += [each.id for each in self.measure.criteria if self._fits(each, name, known)]
        return found

    def _fits(self, criterion: Criterion, fact: str, known: Known) -> bool:
        """Whether a criterion is met by every answer left."""
        sought = self._sought(criterion) if criterion.test.fact == fact else None
        if isinstance(known, frozenset):
            return isinstance(sought, frozenset) and known <= sought
        return isinstance(sought, Span) and known <= sought

    def _ways(self) -> list[Way]:
        if self.validity != "met" or self.measure.kind == "duty":
            return []
        ways = [
            Way(
                changes=self._changes(turned),
                still_needed=[name for name in turned.open if not name.startswith(UNKNOWABLE)],
            )
            for turned in sorted(self.decision.ways(_possible), key=_lasting)
        ]
        return [way for way in ways if way.changes]

    def _changes(self, turned: Turned) -> list[Change]:
        """The changes, and those of parts and wholes that would contradict them."""
        found = [self._change(facts()[name], known) for name, known in turned.changes]
        changed = {name for name, _ in turned.changes}
        for name, known in turned.changes:
            whole = facts().get(facts()[name].at_most or "")
            held = self.profile.values.get(whole.id) if whole else None
            if whole is None or held is None or whole.id in changed or not isinstance(known, Span):
                continue
            if isinstance(held.known, Span) and not held.known & not_below(known):
                found.append(self._change(whole, not_below(known)))
        for name, known in turned.changes:
            for part in (fact for fact in facts().values() if fact.at_most == name):
                held = self.profile.values.get(part.id)
                if held is None or not isinstance(known, Span) or not isinstance(held.known, Span):
                    continue
                if not held.known & not_above(known):
                    found.append(self._change(part, not_above(known) & limits(part)))
        return found

    def _change(self, fact: Fact, known: Known) -> Change:
        now = self.profile.values.get(fact.id)
        return Change(
            fact=fact.id,
            label=fact.in_(self.lang),
            now=now.told(self.lang) if now else told(fact, self.known[fact.id], self.lang),
            needs=told(fact, known, self.lang),
            lasting=fact.lasting,
        )

    # ── beside the verdict ────────────────────────────────────────────────────────────────────

    def _gives(self) -> list[Told]:
        found = []
        for each in self.measure.gives:
            if each.holds(self.day.isoformat()):
                state = self.decide(each.when).state if each.when is not None else None
                cited = self.cite(each.evidence)
                found.append(
                    Told(text=each.in_(self.lang), citations=cited, state=state, confidence=each.confidence)
                )
        return found

    def _step(self, step: Step) -> Told:
        return Told(text=step.in_(self.lang), citations=self.cite(step.evidence))

    def _warnings(self) -> list[str]:
        measure, lang = self.measure, self.lang
        found = []
        if measure.open != "yes":
            said = say(lang, f"open_{measure.open}")
            found.append(f"{said}. {measure.open_note.in_(lang)}" if measure.open_note else f"{said}.")
        if measure.note is not None:
            found.append(measure.note.in_(lang))
        old = [
            each.label
            for criterion in measure.criteria
            if criterion.id in self.mattering
            for each in self.citations[criterion.id]
            if each.authority != Authority.DIGEST and each.currency != Currency.CURRENT
        ]
        if old:
            found.append(say(lang, "not_current", refs=", ".join(dict.fromkeys(old))))
        return found + [each.told for each in self._flags if each.trouble in ("changed", "differs")]


def _named(tree: Group | str, above: tuple[str, ...], lang: Lang) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The criteria of a tree with the names of the groups they stand in, from the outside."""
    if isinstance(tree, str):
        yield tree, above
        return
    name = tree.ru if lang == "ru" else tree.en
    inside = (*above, name) if name else above
    for part in (*tree.all, *tree.any, *((tree.not_,) if tree.not_ is not None else ())):
        yield from _named(part, inside, lang)


def _asked(tree: Group | str) -> set[str]:
    """The criteria a tree wants to be met."""
    if isinstance(tree, str):
        return {tree}
    return set().union(*(_asked(part) for part in (*tree.all, *tree.any)), set())


def _possible(turned: Turned) -> bool:
    """Whether the changes can be made: nobody comes by a past that depends on one of them."""
    changed = {name for name, _ in turned.changes}
    later = [facts()[name] for name in turned.open if not name.startswith(UNKNOWABLE)]
    return not any(fact.lasting and fact.only_if in changed for fact in later)


def _lasting(turned: Turned) -> int:
    """How many of the changes nobody makes in order to qualify."""
    return sum(facts()[name].lasting for name, _ in turned.changes)
