"""The command that converses: chat. A question a line, from a terminal or from a script."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.common import filters, open_assistant, users_language
from assistant.cli.questions import tell_answer, turn_of_kept

if TYPE_CHECKING:
    from assistant.conversation import Turn
    from assistant.engine import Assistant
    from assistant.model import Answer, Lang

PROMPT = "> "
POLL_S = 0.1  # how soon an interrupt is noticed where waiting cannot be interrupted
TURNS_KEPT = 20  # the engine takes the latest few of them
_COMMANDS = {
    "/new": "new", "/новая": "new", "/save": "save", "/сохранить": "save", "/help": "help",
    "/помощь": "help", "/quit": "quit", "/exit": "quit", "/выход": "quit",
}  # fmt: skip
_SAID: dict[str, dict[str, str]] = {
    "ru": {
        "help": "Вопрос — одной строкой. /new — новая беседа, /save — сохранить последний ответ, "
        "/quit — выход. Ctrl-C останавливает ответ, ещё раз — завершает.",
        "new": "Новая беседа.",
        "stopped": "Ответ остановлен.",
        "unknown": "Нет такой команды: {}. Есть /new, /save, /help, /quit.",
        "nothing": "Сохранять пока нечего: сначала задайте вопрос.",
        "saved": "Сохранено: {}",
    },
    "en": {
        "help": "A question a line. /new begins a new conversation, /save keeps the last answer, "
        "/quit leaves. Ctrl-C stops an answer; once more, it leaves.",
        "new": "A new conversation.",
        "stopped": "The answer was stopped.",
        "unknown": "There is no command {}. There are /new, /save, /help, /quit.",
        "nothing": "There is nothing to save yet: ask first.",
        "saved": "Saved: {}",
    },
}


@click.command()
@click.option("--llm", help="Answering backend: extractive, or provider:model.")
@click.option("--lang", type=click.Choice(["ru", "en"]), help="Language of the answers.")
@click.option("--after", metavar="ANSWER", help="Go on from an answer: a file of --json, or answer-3.")
@filters
@click.option("--json", "print_json", is_flag=True, help="Print an answer a line, as JSON.")
def chat(llm: str | None, lang: Lang | None, after: str | None, print_json: bool, **chosen: Any) -> None:
    """Converse: a follow-up is answered as the full question it stands for.

    Questions come a line each, also through a pipe. Exit 0: all were answered; 1: some failed.
    """
    assistant = open_assistant()
    talk = Talk(assistant, {"llm": llm, "lang": lang, **chosen}, print_json=print_json)
    if after is not None:
        talk.turns.append(turn_of_kept(assistant, after))
    typed = sys.stdin.isatty()
    if typed:
        talk.remark("help")
    for line in _typed(print_json=print_json) if typed else _piped():
        if line and not talk.take(line, echo=not typed):
            break
    raise click.exceptions.Exit(1 if talk.failed and not typed else 0)


def _typed(*, print_json: bool) -> Iterator[str]:
    """Lines of a terminal, until Ctrl-D or Ctrl-C at the prompt; edited and recalled where readline is."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 (changes what input() does)
    aside = print_json or not sys.stdout.isatty()  # input() would print the prompt among the answers
    while True:
        if aside:
            click.echo(PROMPT, err=True, nl=False)
        try:
            yield input("" if aside else PROMPT).strip()
        except (EOFError, KeyboardInterrupt):
            click.echo("", err=aside)
            return


def _piped() -> Iterator[str]:
    """Lines of a pipe or file, until its end or Ctrl-C."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a line that cannot be read fails alone
    while True:
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            return
        if not line:
            return
        yield line.strip().lstrip("\ufeff")


class Talk:
    """One conversation: what was said, and what a line that comes next does."""

    def __init__(self, assistant: Assistant, options: dict[str, Any], *, print_json: bool) -> None:
        self.assistant = assistant
        self.options = options
        self.print_json = print_json
        self.turns: deque[Turn] = deque(maxlen=TURNS_KEPT)
        self.last: Answer | None = None
        self.failed = 0

    def take(self, line: str, *, echo: bool = False) -> bool:
        """Obey a command or answer a question; False where the conversation ends.

        ``echo``: a reader has not seen the line.
        """
        if line.startswith("/"):
            return self._obey(line)
        if echo and not self.print_json:
            click.echo(f"{PROMPT}{line}")
        self._ask(self._chosen(line))
        return True

    def remark(self, name: str, *words: str) -> None:
        """Say something of the conversation itself, apart from JSON."""
        click.echo(_SAID[users_language()][name].format(*words), err=self.print_json)

    def _obey(self, line: str) -> bool:
        command = _COMMANDS.get(line.split(maxsplit=1)[0].lower())
        if command == "quit":
            return False
        if command == "new":
            self.turns.clear()
            self.last = None
            self.remark("new")
        elif command == "save" and self.last is None:
            self.remark("nothing")
        elif command == "save" and self.last is not None:
            self.remark("saved", self.assistant.save_answer(self.last).id)
        else:
            self.remark(*(("help",) if command else ("unknown", line.split(maxsplit=1)[0])))
        return True

    def _chosen(self, line: str) -> str:
        """The question an option's number stands for, after a clarifying question; else the line itself."""
        options = self.last.options if self.last and self.last.status == "clarify" else []
        if line.isdecimal() and 1 <= int(line) <= len(options):
            self.turns.pop()
            return options[int(line) - 1].question
        return line

    def _ask(self, question: str) -> None:
        from assistant.errors import LibraryError, ModelError, PolicyError
        from assistant.made import turn_of

        try:
            answer = self._answer(question)
        except (LibraryError, ModelError):
            raise  # the next question would meet the same
        except PolicyError as error:
            self._fail(question, error.message(users_language()))
            return
        if answer is None:
            self._fail(question, _SAID[users_language()]["stopped"])
            return
        self.last = answer
        self.turns.append(turn_of(answer))
        if self.print_json:
            click.echo(answer.model_dump_json())
        else:
            tell_answer(answer, numbered=True)
            click.echo("")

    def _fail(self, question: str, message: str) -> None:
        self.failed += 1
        if self.print_json:
            click.echo(json.dumps({"question": question, "error": message}, ensure_ascii=False))
        click.echo(message, err=True)

    def _answer(self, question: str) -> Answer | None:
        """The answer; None where Ctrl-C stopped it. A second Ctrl-C leaves without waiting for the end."""
        from assistant.audit import noting

        cancel = threading.Event()
        history = tuple(self.turns)
        work: Future[Answer] = Future()

        def run() -> None:
            try:
                answer = self.assistant.ask(question, history=history, cancel=cancel, **self.options)
                noting.asked(self.assistant.settings, noting.at_the_machine(), answer)
                work.set_result(answer)
            except BaseException as error:  # noqa: BLE001 (handed over to the one who waits)
                work.set_exception(error)

        threading.Thread(target=run, name="answer", daemon=True).start()
        try:
            return _result(work)
        except KeyboardInterrupt:
            cancel.set()
            wait_for(work)
            return None


def wait_for(work: Future[Answer]) -> None:
    """Wait until it is done; an interrupt ends the wait, on every system."""
    while not work.done():
        wait([work], timeout=POLL_S)


def _result(work: Future[Answer]) -> Answer:
    wait_for(work)
    return work.result()
