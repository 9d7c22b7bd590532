"""What was run and on what, and the command that runs it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from evals.report.content import Content
from evals.report.markup import esc, tag
from evals.report.numbers import decimal
from evals.report.words import say
from evals.runs import Config

_DEFAULT_SPLIT = "test"


def command(config: Config) -> str:
    """The command line of a run. The embedding model is that of the settings and stands in the table."""
    parts = ["ai-policy", "eval", "run", config.suite, "--llm", config.llm]
    if config.repeat != 1:
        parts += ["--repeat", str(config.repeat)]
    if config.workers != 1:
        parts += ["--workers", str(config.workers)]
    if config.split != _DEFAULT_SPLIT:
        parts += ["--split", config.split]
    return shlex.join(parts)


def ending(content: Content) -> str:
    """The configuration with its hashes."""
    lang = content.lang
    heading = tag("h2", esc(say(lang, "made")), id="made")
    again = tag("p", esc(say(lang, "again"))) + tag("pre", esc(command(content.config)), klass="command")
    about = tag("p", esc(say(lang, "again_about")), klass="quiet")
    rows = (tag("dt", esc(name)) + tag("dd", esc(value)) for name, value in _settings(content))
    body = tag("dl", "".join(rows))
    return tag("section", heading + again + about + body, aria_labelledby="made")


def _settings(content: Content) -> Iterator[tuple[str, str]]:
    lang, config = content.lang, content.config
    yield say(lang, "suite"), config.suite
    yield say(lang, "started"), config.started
    yield say(lang, "seconds"), decimal(content.summary["seconds"], 1, lang)
    yield say(lang, "program"), config.program
    yield say(lang, "llm"), config.llm
    yield say(lang, "embedder"), config.embedder
    yield say(lang, "repeat_n"), str(config.repeat)
    yield say(lang, "workers"), str(config.workers)
    yield say(lang, "split"), config.split
    yield say(lang, "run_as_of"), config.as_of
    yield say(lang, "acts_held"), say(lang, "yes" if config.acts_held else "no")
    for name in ("code", "corpus", "cases", "library"):
        if name in config.hashes:
            yield say(lang, f"hash_{name}"), config.hashes[name]
    for key, values in (("retrieval", config.retrieval), ("answering", config.answer)):
        for name, value in values.items():
            yield say(lang, key, name=name), _shown(value)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
