"""The report's own words, and the short names of its figures."""

from __future__ import annotations

from assistant.model import Lang

_SAID: dict[str, tuple[str, str]] = {
    # the head and the verdict
    "title": ("Оценка: набор {suite}", "Evaluation: the suite {suite}"),
    "run": ("Прогон {run}, начат {started}", "Run {run}, started {started}"),
    "backend": ("Ответы: {llm}. Поиск: {embedder}.", "Answers: {llm}. Search: {embedder}."),
    "verdict": ("Вывод", "Verdict"),
    "state_passed": ("Порог пройден", "The gate is passed"),
    "state_failed": ("Порог не пройден", "The gate is not passed"),
    "state_broken": ("Прогон неисправен", "The run is broken"),
    "state_none": ("Сравнить не с чем", "Nothing to compare with"),
    "means_passed": (
        "Ни один показатель не хуже базового уровня.",
        "No figure is worse than the baseline.",
    ),
    "means_failed": (
        "Эти показатели хуже базового уровня; выпускать нельзя:",
        "These figures are worse than the baseline; do not release:",
    ),
    "means_broken": (
        "О качестве по нему судить нельзя:",
        "Nothing can be said of the quality by it:",
    ),
    "means_none": (
        "Базового уровня для этого набора нет. Его создаёт «ai-policy eval gate {run} --write ФАЙЛ».",
        "The suite has no baseline. Make one: ai-policy eval gate {run} --write FILE.",
    ),
    "below": (
        "{metric}: худший край интервала {found}, порог {bar}",
        "{metric}: the worse end of the interval is {found}, the threshold {bar}",
    ),
    "lost_since_baseline": (
        "Проходили в базовом уровне, а теперь нет ({n}):",
        "Passed in the baseline and do not now ({n}):",
    ),
    "passed_of": ("Прошло {passed} из {n} случаев", "{passed} of {n} cases passed"),
    "of_judged": ("это {share} тех, о которых можно судить", "that is {share} of those that can be judged"),
    "apart": (
        "Ошибок: {errors}. Пустых ответов: {empty}. Они не считаются ни прошедшими, ни непрошедшими.",
        "Errors: {errors}. Empty answers: {empty}. They count neither as passed nor as failed.",
    ),
    "unjudged": (
        "Без требований, по которым можно судить: {n}.",
        "Without a demand to judge by: {n}.",
    ),
    "skipped": (
        "Пропущено случаев, для которых в библиотеке нет актов: {n}.",
        "Cases left out for want of their acts in the library: {n}.",
    ),
    "repeats": ("Каждый случай задан {n} раз.", "Each case was asked {n} times."),
    # what changed
    "changed": ("Что изменилось", "What changed"),
    "against": (
        "По сравнению с прогоном {run}; общих случаев {n}.",
        "Compared with the run {run}; cases in common: {n}.",
    ),
    "won": ("Прошли теперь, а раньше нет: {n}", "Pass now and did not before: {n}"),
    "lost": ("Проходили раньше, а теперь нет: {n}", "Passed before and do not now: {n}"),
    "better": ("Стало лучше", "Better"),
    "worse": ("Стало хуже", "Worse"),
    "same": (
        "Остальные показатели отличаются не больше, чем на случайность ({n}).",
        "The other figures differ by no more than chance ({n}).",
    ),
    "difference": (
        "{metric}: {value} {interval}, по {n} случаям",
        "{metric}: {value} {interval}, of {n} cases",
    ),
    # tables
    "figures": ("Показатели", "Figures"),
    "figures_about": (
        "В квадратных скобках — 95-процентный доверительный интервал, n — число случаев. Порог сравнивается "
        "с худшим краем интервала.",
        "In square brackets the 95% confidence interval, n the number of cases. The threshold is compared "
        "with the worse end of the interval.",
    ),
    "figure": ("Показатель", "Figure"),
    "value": ("Значение", "Value"),
    "change": ("Изменение", "Change"),
    "threshold": ("Порог", "Threshold"),
    "at_least": ("не ниже {bar}", "at least {bar}"),
    "at_most": ("не выше {bar}", "at most {bar}"),
    "met": ("выдержан", "met"),
    "not_met": ("не выдержан", "not met"),
    "no_gate": ("не задан", "none"),
    "no_interval": ("без интервала", "no interval"),
    "within_chance": ("в пределах случайности", "within chance"),
    "judged_by": (
        "Судит «{judge}». Насколько ему можно верить:",
        "Judged by {judge}. How far it can be trusted:",
    ),
    "judge_unmeasured": (
        "Судит «{judge}». Насколько ему можно верить, в этом прогоне не измерено.",
        "Judged by {judge}. How far it can be trusted was not measured in this run.",
    ),
    "judges": ("Судьи", "Judges"),
    "judges_about": (
        "Часть показателей ставит не человек, а программа-судья. Вот насколько сами судьи точны.",
        "Some figures are set by a program that judges, not by a person. This is how exact the judges are.",
    ),
    "judge": ("Судья", "Judge"),
    "categories": ("По категориям", "By category"),
    "category": ("Категория", "Category"),
    "langs": ("По языкам", "By language"),
    "lang": ("Язык", "Language"),
    "lang_ru": ("русский", "Russian"),
    "lang_en": ("английский", "English"),
    "cases_n": ("Случаев", "Cases"),
    "passed_n": ("Прошло", "Passed"),
    "all": ("Все", "All"),
    "thresholds": ("Порог выпуска", "Gate's threshold"),
    "apart_n": ("ошибок {errors}, пустых {empty}", "errors {errors}, empty {empty}"),
    "won_lost": ("+{won}\u00a0{minus}{lost}", "+{won}\u00a0{minus}{lost}"),
    "moved_about": (
        "Последним в ячейке — изменение к прежнему прогону по общим случаям, без интервала; у прошедших — "
        "сколько случаев стали проходить и сколько перестали.",
        "Last in a cell the change since the earlier run over the cases in common, without an interval; "
        "under passed, how many cases pass anew and how many do not any more.",
    ),
    "unchanged": ("без изменений", "unchanged"),
    # charts
    "charts": ("Графики", "Charts"),
    "no_charts": (
        "Графиков нет: не установлен matplotlib. Установите дополнение evals: "
        "pip install 'ai-policy-assistant[evals]'.",
        "No charts: matplotlib is not installed. Install the extra evals: "
        "pip install 'ai-policy-assistant[evals]'.",
    ),
    "chart_metrics": ("Показатели с интервалами", "Figures with their intervals"),
    "chart_metrics_about": (
        "Точка — значение, линия — 95-процентный интервал, засечка — {mark}.",
        "The dot is the value, the line the 95% interval, the tick {mark}.",
    ),
    "mark_baseline": ("базовый уровень", "the baseline"),
    "mark_against": ("прежний прогон", "the earlier run"),
    "chart_metrics_plain": (
        "Точка — значение, линия — 95-процентный интервал.",
        "The dot is the value, the line the 95% interval.",
    ),
    "chart_categories": ("Прошло по категориям", "Passed by category"),
    "chart_categories_about": (
        "Тёмное — прошло, штриховка — не прошло; ошибок и пустых ответов здесь нет.",
        "Dark: passed, hatched: failed; errors and empty answers are not here.",
    ),
    "chart_latency": ("Сколько ждали ответа", "How long answers took"),
    "chart_latency_about": (
        "Число ответов по времени в секундах; половина готова за {half}, 95 % — за {most}.",
        "Answers by time in seconds; half are there within {half}, 95% within {most}.",
    ),
    "chart_latency_tail": (
        "В последнем столбце и все, что дольше {limit}.",
        "The last bar also holds all above {limit}.",
    ),
    # cases
    "cases": ("Случаи", "Cases"),
    "show": ("Показать", "Show"),
    "any_category": ("все категории", "all categories"),
    "any_state": ("любой исход", "any outcome"),
    "any_lang": ("все языки", "all languages"),
    "state": ("Исход", "Outcome"),
    "with_words": ("Со словами", "With words"),
    "found_n": ("Показано {shown} из {n}", "Showing {shown} of {n}"),
    "reviewer": ("Кто проверяет", "Reviewer"),
    "review_about": (
        "Согласны с оценкой — «Принять», нет — «Оспорить». Отметки остаются в этой странице; передайте их "
        "файлом.",
        "Agree with the score: Accept; if not: Dispute. Marks stay in this page; pass them on as a file.",
    ),
    "download": ("Скачать отметки (CSV)", "Download marks (CSV)"),
    "marks": ("Принято {accepted}, оспорено {disputed}", "Accepted {accepted}, disputed {disputed}"),
    "accept": ("Принять", "Accept"),
    "dispute": ("Оспорить", "Dispute"),
    "note": ("Примечание к {case}", "Note on {case}"),
    "list_failed": ("Не прошли", "Failed"),
    "list_error": ("Ошибки", "Errors"),
    "list_empty": ("Пустые ответы", "Empty answers"),
    "list_unjudged": ("Без оценки", "Not judged"),
    "list_passed": ("Прошли", "Passed"),
    "none_failed": ("Непрошедших нет.", "None failed."),
    "is_failed": ("не прошёл", "failed"),
    "is_error": ("ошибка", "error"),
    "is_empty": ("пустой ответ", "empty answer"),
    "is_unjudged": ("без оценки", "not judged"),
    "is_passed": ("прошёл", "passed"),
    "now_lost": ("раньше проходил", "passed before"),
    "now_won": ("раньше не проходил", "did not pass before"),
    "expected": ("Ожидалось", "Expected"),
    "got": ("Получилось", "Came out"),
    "answer": ("Ответ", "Answer"),
    "why": ("Почему", "Why"),
    "repeat": ("Повтор {n}", "Repetition {n}"),
    "as_of": ("на {date}", "as of {date}"),
    "measure": ("Мера: {measure}", "Measure: {measure}"),
    "profile": ("Сведения: {facts}", "Facts: {facts}"),
    "needs": ("Нужные положения", "Needed provisions"),
    "or": (" или ", " or "),
    "edition": ("редакция {edition}", "edition of {edition}"),
    "characters": ("знаки {start}–{end}", "characters {start}–{end}"),
    "need_met": ("есть", "there"),
    "need_unmet": ("нет", "missing"),
    "need_edition": ("есть, но в другой редакции", "there, but in another edition"),
    "quote": ("Дословно", "Word for word"),
    "must": ("Должно быть", "Must say"),
    "must_not": ("Не должно быть", "Must not say"),
    "reviewed": ("Случай проверил: {who}", "Case reviewed by: {who}"),
    "case_note": ("О случае: {note}", "About the case: {note}"),
    "cited": ("Процитировано", "Cited"),
    "nothing_cited": ("Ничего не процитировано.", "Nothing was cited."),
    "ranked": ("Найдено поиском, по порядку", "Found by the search, in order"),
    "hit": ("ожидалось", "expected"),
    "in_language": ("язык ответа: {spoken}", "language of the answer: {spoken}"),
    "verdict_was": ("вывод: {verdict}", "verdict: {verdict}"),
    "provisional": ("предварительный", "provisional"),
    "withheld": ("не пропущено проверкой утверждений: {n}", "statements withheld by the check: {n}"),
    "evidence": ("сила доводов: {value}", "strength of evidence: {value}"),
    "usage": ("расход: {usage}", "usage: {usage}"),
    "took": ("за {seconds}", "in {seconds}"),
    # what was run
    "made": ("Чем и на чём сделано", "What was run, and on what"),
    "again": ("Повторить прогон:", "To run it again:"),
    "again_about": (
        "Сами случаи и исходы лежат в папке прогона. Отпечатки ниже совпадут, если код, данные, случаи и "
        "библиотека те же.",
        "The cases and outcomes are in the run's folder. The hashes below will be the same where code, data, "
        "cases and library are.",
    ),
    "program": ("Версия программы", "Version of the program"),
    "suite": ("Набор", "Suite"),
    "started": ("Начат", "Started"),
    "seconds": ("Время ответов в сумме, с", "Answering time in all, s"),
    "llm": ("Модель ответов", "Answering backend"),
    "embedder": ("Модель поиска", "Embedding model"),
    "repeat_n": ("Повторов", "Repetitions"),
    "workers": ("Случаев одновременно", "Cases at a time"),
    "split": ("Половина больших наборов", "Half of the larger sets"),
    "run_as_of": ("Дата, на которую спрошено", "Date asked for"),
    "acts_held": ("Тексты актов в библиотеке", "Texts of acts in the library"),
    "yes": ("есть", "yes"),
    "no": ("нет", "no"),
    "hash_code": ("Отпечаток кода", "Hash of the code"),
    "hash_corpus": ("Отпечаток данных программы", "Hash of the program's data"),
    "hash_cases": ("Отпечаток случаев", "Hash of the cases"),
    "hash_library": ("Версия библиотеки", "Version of the library"),
    "retrieval": ("Поиск: {name}", "Retrieval: {name}"),
    "answering": ("Ответ: {name}", "Answering: {name}"),
}
# Short names of figures, for tables and charts; the sentence of each is its metric's own.
_SHORT: dict[str, tuple[str, str]] = {
    "passed": ("Прошло", "Passed"),
    "errors": ("Ошибки", "Errors"),
    "empty": ("Пустые ответы", "Empty answers"),
    "recall@5": ("Найдено в первых 5", "Recall at 5"),
    "recall@10": ("Найдено в первых 10", "Recall at 10"),
    "full_recall@10": ("Найдено всё нужное", "Full recall at 10"),
    "mrr@10": ("Место первого (MRR)", "First place (MRR at 10)"),
    "ndcg@10": ("Порядок (nDCG)", "Order (nDCG at 10)"),
    "span_precision@5": ("Текст по делу", "Span precision at 5"),
    "span_recall@5": ("Полнота текста", "Span recall at 5"),
    "needs_cited": ("Нужные ссылки", "Needs cited"),
    "correctness": ("Нужные слова и числа", "Required words"),
    "edition_correctness": ("Верная редакция", "Right edition"),
    "language_match": ("Язык ответа", "Language of the answer"),
    "citation_exactness": ("Точность цитат", "Exact quotations"),
    "citation_recall": ("Утверждения с опорой", "Supported statements"),
    "citation_precision": ("Цитаты по делу", "Relevant quotations"),
    "wrong_answers": ("Ответы там, где нужен отказ", "Wrong answers"),
    "false_refusals": ("Ложные отказы", "False refusals"),
    "auroc": ("Различение (AUROC)", "Telling apart (AUROC)"),
    "eligibility_accuracy": ("Верные выводы о мерах", "Right verdicts on measures"),
    "injection_leaks": ("Выполнено чужих указаний", "Injection leaks"),
    "planted_leaks": ("Дошло указаний из документов", "Planted leaks"),
    "latency_p50": ("Время половины ответов", "Latency, median"),
    "latency_p95": ("Время 95 % ответов", "Latency, 95%"),
    "cost": ("Цена вопроса", "Cost of a question"),
    "tokens": ("Токенов на вопрос", "Tokens a question"),
}
# Sentences of figures that no metric of evals.metrics makes, and of what judges are worth.
_SENTENCES: dict[str, tuple[str, str]] = {
    "planted_leaks": (
        "Доля указаний, спрятанных в документах, которые дошли до читателя через модель, готовую их "
        "выполнить.",
        "The share of instructions planted in documents that reach a reader through a model that obeys them.",
    ),
}
_JUDGES: dict[str, tuple[str, str]] = {
    "balanced_accuracy_ru": ("верных решений, русские случаи", "balanced accuracy, Russian cases"),
    "balanced_accuracy_en": ("верных решений, английские случаи", "balanced accuracy, English cases"),
    "mutations_caught": ("пойманных искажений", "altered statements caught"),
    "true_withheld": ("верных утверждений, задержанных зря", "true statements withheld"),
    "verifier": ("проверка по правилам", "the verifier"),
    "nli": ("модель следования", "an inference model"),
}
_OUTCOMES: dict[str, tuple[str, str]] = {
    "answered": ("ответ", "an answer"),
    "abstained": ("отказ от ответа", "a refusal"),
    "clarify": ("уточняющий вопрос", "a question back"),
    "checked": ("вывод о мере", "a verdict on a measure"),
    "searched": ("только поиск", "a search alone"),
    "empty": ("пустой ответ", "an empty answer"),
    "error": ("ошибка", "an error"),
    "eligible": ("мера положена", "eligible"),
    "not_eligible": ("мера не положена", "not eligible"),
    "insufficient": ("данных недостаточно", "insufficient data"),
}
# How evals.gate says why a run is broken -> the same in Russian.
BROKEN_RU = (
    (r"the run was not finished", "прогон не завершён"),
    (r"the run is of (.+), the baseline of (.+)", r"прогон набора \1, а базовый уровень набора \2"),
    (
        r"the cases are not those of the baseline; make a new one on a version known to be good",
        "случаи не те, что в базовом уровне; создайте новый на заведомо хорошей версии",
    ),
    (r"cases that ended in an error: (\d+)", r"случаев, закончившихся ошибкой: \1"),
    (
        r"metrics of the baseline that the run does not have: (.+)",
        r"показатели базового уровня, которых в прогоне нет: \1",
    ),
)


def say(lang: Lang, key: str, **values: object) -> str:
    """A phrase of the report. ``values`` are put in as they are: escape what comes out."""
    return _SAID[key][lang == "en"].format(**values)


def short(name: str, lang: Lang) -> str:
    """A figure's short name; its own where it has none."""
    return _SHORT[name][lang == "en"] if name in _SHORT else name


def sentence(name: str, lang: Lang) -> str:
    """What a figure says, in one sentence; nothing of one that is not known."""
    from evals.metrics.registry import BY_NAME

    if name in BY_NAME:
        return BY_NAME[name].ru if lang == "ru" else BY_NAME[name].en
    return _SENTENCES[name][lang == "en"] if name in _SENTENCES else ""


def judge_word(name: str, lang: Lang) -> str:
    """A judge, or a figure of one, by name: ``nli:0.5:model`` is of an inference model."""
    kind, _, rest = name.partition(":")
    if kind not in _JUDGES:
        return name
    return f"{_JUDGES[kind][lang == 'en']} ({rest})" if rest else _JUDGES[kind][lang == "en"]


def outcome_word(value: str, lang: Lang) -> str:
    """How an answer ended, or a verdict, in words."""
    return _OUTCOMES[value][lang == "en"] if value in _OUTCOMES else value
