"""The words of the Evaluation tab: a key and a language -> what the reader sees."""

from __future__ import annotations

from assistant.errors import InputError
from assistant.model import Lang
from assistant.web.evaluation.result_words import RESULTS

Pair = tuple[str, str]  # in Russian, in English

_SAID: dict[str, Pair] = {
    # starting
    "heading": ("Проверка качества ответов", "How good the answers are"),
    "lead": (
        "Прогон задаёт программе вопросы с известными ответами и показывает, что она сделала не так. Он не "
        "меняет ни библиотеку, ни ответы.",
        "A run asks the program questions whose answers are known, and shows what it got wrong. It changes "
        "neither the library nor the answers.",
    ),
    "start_heading": ("Новый прогон", "A new run"),
    "suite": ("Что проверить", "What to check"),
    "cases_n": ("случаев: {n}", "{n} cases"),
    "cases_none": (
        "нет случаев для этой библиотеки: нужны тексты актов ({skipped} пропущено)",
        "no case for this library: the acts' texts are needed ({skipped} left out)",
    ),
    "cases_none_at_all": ("случаев в наборе нет", "no cases in it"),
    "skipped": ("ещё {n} пропущено: их актов нет", "{n} more left out for want of their acts"),
    "about_seconds": ("примерно {n} с", "about {n} s"),
    "about_minutes": ("примерно {n} мин", "about {n} min"),
    "about_model": ("время зависит от модели", "the time depends on the model"),
    "llm": ("Кто отвечает", "Who answers"),
    "repeat": ("Сколько раз задать каждый вопрос", "How often each question is asked"),
    "repeat_hint": (
        "больше одного раза — если отвечает языковая модель: её ответы бывают разными",
        "more than once where a language model answers: its answers vary",
    ),
    "start": ("Начать прогон", "Start the run"),
    "start_after": ("Поставить в очередь", "Put in the queue"),
    "not_yours": (
        "Прогоны запускают оценщики и администраторы или тот, кто ведёт эту программу, на самом сервере: "
        "«ai-policy eval run». Здесь их можно смотреть и сравнивать.",
        "Evaluators and administrators start runs, or whoever runs this program, on the server itself: "
        "ai-policy eval run. Here they can be looked at and compared.",
    ),
    "unknown_suite": ("Такого набора нет. Выберите один из показанных.", "No such suite. Choose one shown."),
    "unknown_llm": (
        "Этот способ ответа на сервере не настроен. Выберите один из показанных.",
        "The server is not set up with this backend. Choose one shown.",
    ),
    "wrong_repeat": (
        "Число повторов — целое, от 1 до {most}.",
        "The number of repetitions is a whole one from 1 to {most}.",
    ),
    "queue_full": (
        "В очереди уже {n} прогонов. Дождитесь, пока закончится один из них, или снимите его.",
        "There are {n} runs in the queue already. Wait until one of them has ended, or take it off.",
    ),
    # a person's own cases
    "own": ("Свои случаи", "Your own cases"),
    "own_lead": (
        "Таблица (CSV, XLSX) или JSONL: по случаю в строке. Случаи добавятся к выбранному набору.",
        "A table (CSV, XLSX) or JSONL, a case in a row. The cases are added to the chosen suite.",
    ),
    "own_choose": ("Выбрать файл", "Choose a file"),
    "own_columns": ("Какие нужны столбцы", "Which columns are needed"),
    "own_required": ("обязателен", "required"),
    "own_good": ("{files}: случаев {n}, ошибок нет.", "{files}: {n} cases, no errors."),
    "own_bad": (
        "{files}: ошибок {n}. Пока они не исправлены, прогон не начнётся.",
        "{files}: {n} errors. No run starts until they are mended.",
    ),
    "own_look": ("Стоит посмотреть: {n}", "Worth a look: {n}"),
    "own_more": ("и ещё {n}", "and {n} more"),
    "own_drop": ("Убрать свои случаи", "Take your cases out"),
    "own_gone": (
        "Файла больше нет на сервере. Выберите его снова.",
        "The file is no longer on the server. Choose it again.",
    ),
    "own_none": ("Файл не передан. Выберите его.", "No file was sent. Choose one."),
    "no_cases": (
        "В этом наборе нет случаев для этой библиотеки. Выберите другой или добавьте свои случаи.",
        "This suite has no case for this library. Choose another one, or add cases of your own.",
    ),
    "own_kind": (
        "{name}: такие файлы не читаются. Нужен {kinds}.",
        "{name}: such files are not read. Choose {kinds}.",
    ),
    "own_large": (
        "Файлы больше {mb} МБ; столько за раз не принимается.",
        "The files are larger than {mb} MB; so much is not taken.",
    ),
    "own_page": (
        "Файлы принимаются только со страницы этой программы.",
        "Files are taken from this app's own page only.",
    ),
    "own_sending": ("Проверяю файл…", "Checking the file…"),
    "own_failed": ("Не удалось передать файл. Попробуйте снова.", "The file could not be sent. Try again."),
    "own_shipped": (
        "ид «{id}» уже есть у поставляемого случая. Дайте своему другой.",
        "the id '{id}' is taken by a case that ships. Give yours another one.",
    ),
    "problem_place": ("Строка и столбец", "Row and column"),
    "problem_what": ("Что не так и что сделать", "What is wrong, and what to do"),
    "problem_file": ("Файл", "File"),
    "row": ("строка {n}", "row {n}"),
    "column": ("столбец «{name}»", "column '{name}'"),
    "whole_file": ("весь файл", "the whole file"),
    # what is missing
    "missing": ("Не установлено: {names}.", "Not installed: {names}."),
    "missing_how": (
        "Установите дополнение evals: pip install 'ai-policy-assistant[evals]'.",
        "Install the extra evals: pip install 'ai-policy-assistant[evals]'.",
    ),
    "missing_openpyxl": ("Таблицы XLSX не читаются.", "XLSX tables are not read."),
    "missing_matplotlib": ("В отчёте не будет графиков.", "The report has no charts."),
    "missing_ir_measures": (
        "Прогоны не начать: показатели поиска не посчитать. Старые можно смотреть.",
        "No run can be started: figures of search cannot be computed. Old runs can be looked at.",
    ),
    # watching
    "now": ("Сейчас идёт", "Under way"),
    "waits": ("ждёт: перед ним прогонов {n}", "waiting: {n} runs before it"),
    "waits_next": ("следующий в очереди", "next in the queue"),
    "loading": ("готовится", "getting ready"),
    "scoring": ("все ответы получены, считаются показатели", "all answers are in, computing the figures"),
    "stopping": ("останавливается после этого вопроса", "stopping after this question"),
    "progress": (
        "{done} из {total}; не прошло {failed}, ошибок {errors}",
        "{done} of {total}; failed {failed}, errors {errors}",
    ),
    "left_seconds": ("осталось около {n} с", "about {n} s left"),
    "left_minutes": ("осталось около {n} мин", "about {n} min left"),
    "stop": ("Остановить", "Stop"),
    "stop_named": ("Остановить прогон {run}", "Stop the run {run}"),
    "one_at_a_time": (
        "Прогоны идут по одному, чтобы не мешать ответам и друг другу.",
        "Runs go one at a time, so as not to hold up answers and each other.",
    ),
    "ended_well": ("Прогон {run} закончен.", "The run {run} has ended."),
    "ended_stopped": (
        "Прогон {run} остановлен; его можно продолжить.",
        "The run {run} was stopped; it can go on.",
    ),
    "ended_unbegun": ("Прогон {run} снят с очереди.", "The run {run} was taken off the queue."),
    "ended_badly": ("Прогон {run} не закончен: {why}", "The run {run} did not end: {why}"),
    "cannot_go_on": (
        "с тех пор изменились программа, библиотека, настройки, случаи или день. Начните прогон заново.",
        "the program, the library, the settings, the cases or the day have changed since. Start a new run.",
    ),
    "internal": (
        "внутренняя ошибка; подробности в журнале программы.",
        "internal error; the details are in the program's log.",
    ),
    "gone_run": (
        "Такого прогона нет. Возможно, его удалили.",
        "There is no such run. Perhaps it was deleted.",
    ),
    "busy_run": ("Этот прогон уже идёт.", "This run is under way already."),
    "whole_run": ("Этот прогон уже закончен.", "This run has ended already."),
    "bad_request": ("Этого здесь сделать нельзя.", "That cannot be done here."),
    "dismiss": ("Закрыть", "Close"),
}  # fmt: skip


def say(lang: Lang, key: str, **values: object) -> str:
    """The words under ``key``; ``values`` are put in as they are: escape what comes out. Raises KeyError."""
    words = (_SAID.get(key) or RESULTS[key])[lang == "en"]
    return words.format(**values) if values else words


def refused(key: str, **values: object) -> InputError:
    """An error of these words."""
    return InputError(say("en", key, **values), say("ru", key, **values))
