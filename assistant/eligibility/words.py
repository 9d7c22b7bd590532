"""The words of a check: why a criterion is met or not, what a verdict means, what it rests on."""

from __future__ import annotations

from assistant.model import Confidence, Lang

WORDS: dict[Lang, dict[str, str]] = {
    "ru": {
        "met": "{fact}: {value}. Требуется: {needs}.",
        "met_bare": "{fact}: {value}.",
        "implied": "{value} (следует из других сведений)",
        "not_met": "{fact}: {value}. Требуется: {needs}.",
        "unknown": "Не указано: {fact}. Требуется: {needs}.",
        "partly": "{fact}: {value} — этого недостаточно, чтобы решить. Требуется: {needs}.",
        "parent_no": "{fact}: ответа нет, так как на «{parent}» ответ «нет».",
        "parent_unknown": "Не указано: {parent}. От этого зависит и ответ на «{fact}».",
        "list_not_held": "Не указано: {fact}. Перечня у системы нет: найдите ответ сами и укажите его.",
        "okved": "Ваш код — {code}. ",
        "no_threshold": "Порог на эту дату системе не известен.",
        "outside_unknown": "Действует ли это правило {day}, системе не известно.",
        "outside_met": "{day} это не требовалось.",
        "outside_not_met": "{day} этого основания не было.",
        "differs": "Текст акта, который есть в библиотеке, говорит иначе («{said}»): по этому критерию "
                   "судить нельзя, пока мера не пересмотрена.",
        "no_evidence": "Источника этого критерия нет в библиотеке ({refs}). Выполните «ai-policy "
                       "ingest» без параметров.",
        "valid_met": "Условия действуют {day}.",
        "valid_before_unknown": "Условия известны с {start}; какими они были {day}, системе не известно.",
        "valid_after_unknown": "Условия известны по {end}; продлены ли они, не подтверждено.",
        "valid_before_not_met": "Мера действует с {start}; {day} её не было.",
        "valid_after_not_met": "Мера действовала по {end}; {day} её нет.",
        "validity": "Условия меры действуют на эту дату",
        "since": "с {start}", "until": "по {end}",
        "eligible": "Компания отвечает условиям: {title}.",
        "not_eligible": "Компания не отвечает условиям: {title}.",
        "insufficient": "Данных недостаточно, чтобы решить: {title}.",
        "applies": "{title}: распространяется на компанию.",
        "applies_not": "{title}: на компанию не распространяется.",
        "applies_unknown": "{title}: данных недостаточно, чтобы решить, распространяется ли это на компанию.",
        "complies_met": "Требования выполнены.",
        "complies_not_met": "Требования не выполнены.",
        "complies_unknown": "Выполнены ли требования, по данным решить нельзя.",
        "because_not_met": "Не выполнено: {rules}.",
        "provisional": "Вывод предварительный.",
        "because_confidence": "«{rule}» — {known}",
        "not_current": "Текст в библиотеке — не последняя редакция; сверьте с действующей: {refs}.",
        "known_text": "прочитано в тексте акта",
        "known_excerpt": "известно по выдержке из акта",
        "known_press": "известно по сообщениям прессы",
        "known_general": "по общим сведениям, источника нет",
        "open_no": "Подать заявку сейчас нельзя",
        "open_unconfirmed": "Открыт ли сейчас приём заявок, не подтверждено",
        "changed": "Источник изменился после проверки меры ({day}): {refs}. Сверьте критерий «{rule}» "
                   "с новым текстом.",
        "confirmed_user": "То же сказано в загруженном тексте акта.",
        "not_found": "В тексте акта, который есть в библиотеке, это правило не нашлось: сверьте сами.",
        "located": "Место в тексте акта найдено и приведено: прочтите его.",
        "notice": "Это не юридическая консультация: проверка по условиям, как они известны системе, и "
                  "сведениям, которые вы указали.",
        "taken": "Из вопроса взято: {said}.",
        "unread": "В вопросе осталось не понято: {said}.",
        "ways_head": "Что изменило бы ответ:",
        "wanted_head": "Чтобы ответ был «да», ещё нужно (кратчайший путь, условий: {n}):",
        "wanted_duty": "Чтобы решить, ещё нужно знать (ответов: {n}):",
        "more_ways": "Есть и другие пути ({n}): их показывает полная проверка.",
        "because_known": "Вывод предварительный: не все условия прочитаны в тексте акта ({known}).",
        "all_head": "Меры поддержки по этим сведениям:",
        "all_eligible": "Условиям отвечает:",
        "all_insufficient": "Данных недостаточно:",
        "all_not_eligible": "Условиям не отвечает:",
        "answers_left": " — до «да» ответов: {n}",
        "provisional_all": "Выводы предварительные: многое известно лишь по сообщениям прессы.",
    },
    "en": {
        "met": "{fact}: {value}. Required: {needs}.",
        "implied": "{value} (follows from other facts)",
        "met_bare": "{fact}: {value}.",
        "not_met": "{fact}: {value}. Required: {needs}.",
        "unknown": "Not given: {fact}. Required: {needs}.",
        "partly": "{fact}: {value}, which is not enough to decide. Required: {needs}.",
        "parent_no": "{fact}: no answer, since the answer to “{parent}” is no.",
        "parent_unknown": "Not given: {parent}. Whether there is an answer to “{fact}” depends on it.",
        "list_not_held": "Not given: {fact}. The list is not held: look the answer up and give it.",
        "okved": "Your code is {code}. ",
        "no_threshold": "The threshold of that date is not known to the system.",
        "outside_unknown": "Whether this rule holds on {day} is not known to the system.",
        "outside_met": "On {day} this was not required.",
        "outside_not_met": "On {day} there was no such ground.",
        "differs": "The act's text in the library says otherwise (“{said}”): nobody can be judged by "
                   "this criterion until the measure is reviewed.",
        "no_evidence": "The source of this criterion is not in the library ({refs}). Run 'ai-policy "
                       "ingest' without arguments.",
        "valid_met": "The conditions hold on {day}.",
        "valid_before_unknown": "The conditions are known from {start}; what they were on {day} is not "
                                "known to the system.",
        "valid_after_unknown": "The conditions are known up to {end}; whether they were extended is "
                               "not confirmed.",
        "valid_before_not_met": "The measure exists from {start}; on {day} it did not.",
        "valid_after_not_met": "The measure ended on {end}; on {day} there is none.",
        "validity": "The conditions of the measure hold on this date",
        "since": "from {start}", "until": "up to {end}",
        "eligible": "The company meets the conditions: {title}.",
        "not_eligible": "The company does not meet the conditions: {title}.",
        "insufficient": "Not enough is known to decide: {title}.",
        "applies": "{title}: applies to the company.",
        "applies_not": "{title}: does not apply to the company.",
        "applies_unknown": "{title}: not enough is known to decide whether it applies to the company.",
        "complies_met": "Its requirements are met.",
        "complies_not_met": "Its requirements are not met.",
        "complies_unknown": "Whether its requirements are met cannot be decided from what is given.",
        "because_not_met": "Not met: {rules}.",
        "provisional": "The conclusion is provisional.",
        "because_confidence": "“{rule}”: {known}",
        "not_current": "The text in the library is not the latest; check the one in force: {refs}.",
        "known_text": "read in the act's text",
        "known_excerpt": "known from an excerpt of the act",
        "known_press": "known from the press",
        "known_general": "general knowledge, without a source",
        "open_no": "One cannot apply now",
        "open_unconfirmed": "Whether applications are taken now is not confirmed",
        "changed": "The source has changed since the measure was reviewed ({day}): {refs}. Check the "
                   "criterion “{rule}” against the new text.",
        "confirmed_user": "The text of the act that was uploaded says the same.",
        "not_found": "This rule was not found in the act's text that the library holds: check it yourself.",
        "located": "The place in the act's text was found and is quoted: read it.",
        "notice": "This is not legal advice: it checks the conditions as the system knows them against "
                  "the facts you gave.",
        "taken": "Taken from the question: {said}.",
        "unread": "Not understood in the question: {said}.",
        "ways_head": "What would change the answer:",
        "wanted_head": "For a yes it also takes (the shortest way, {n} conditions):",
        "wanted_duty": "To decide, one must also know ({n} answers):",
        "more_ways": "There are other ways too ({n}): the full check shows them.",
        "because_known": "The conclusion is provisional: not all conditions were read in the act ({known}).",
        "all_head": "Support measures by these facts:",
        "all_eligible": "Meets the conditions of:",
        "all_insufficient": "Not enough is known for:",
        "all_not_eligible": "Does not meet the conditions of:",
        "answers_left": " (answers to a yes: {n})",
        "provisional_all": "The conclusions are provisional: much is known only from the press.",
    },
}  # fmt: skip
KNOWN: dict[str, str] = {
    Confidence.TEXT: "known_text",
    Confidence.EXCERPT: "known_excerpt",
    Confidence.PRESS: "known_press",
    Confidence.GENERAL: "known_general",
}


def say(lang: Lang, key: str, **parts: object) -> str:
    """The words of a key."""
    return WORDS[lang][key].format(**parts).replace("..", ".")


def known_from(confidence: Confidence | str, lang: Lang) -> str:
    """How a criterion is known, in words."""
    return say(lang, KNOWN[confidence])
