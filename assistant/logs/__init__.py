"""Records of every module's standard logger -> lines on stderr, readable or JSON, with their request's id.

Keys, passwords and tokens never pass (:mod:`assistant.logs.secrets`); personal data does not where
``AI_POLICY_LOG_REDACT`` is set (:mod:`assistant.logs.redaction`). Modules log with the standard library; what
renders is loaded with the first record that is shown, so that quiet commands do not pay for it.
"""

from __future__ import annotations

import logging
import sys
from typing import IO, TYPE_CHECKING

from assistant.logs import secrets
from assistant.logs.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    from assistant.settings import Settings

ROOMS = ("assistant", "ingest", "evals")
_BROKEN = "ERROR assistant.logs: a record could not be written\n"


class Rendered(logging.Formatter):
    """A formatter that is made when there is something to format."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._made: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        if self._made is None:
            from assistant.logs.rendering import formatter

            wanted = self._settings
            names = Pseudonyms(wanted.home) if wanted.log_redact else None
            self._made = formatter(wanted.log_format, names)
        return self._made.format(record)


class _Stderr(logging.StreamHandler[IO[str]]):
    """Writes to whatever stderr is at the moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> IO[str]:  # type: ignore[override]
        """Standard error now."""
        return sys.stderr

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        """Say that a record is lost, but not, as logging would, what was in it."""
        try:
            sys.stderr.write(_BROKEN)
        except (OSError, ValueError):  # there is no stderr any more
            return


_handler = _Stderr()


def configure(settings: Settings) -> None:
    """Send this project's records of ``log_level`` and above to stderr; other libraries' from ERROR."""
    secrets.learn(settings)
    _handler.setFormatter(Rendered(settings))
    root = logging.getLogger()
    if _handler not in root.handlers:
        root.addHandler(_handler)
    root.setLevel(logging.ERROR)
    for room in ROOMS:
        logging.getLogger(room).setLevel(settings.log_level)
