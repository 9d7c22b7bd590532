"""Starts the web app: the chat and the HTTP API. ``ai-policy serve`` does the same with options."""

from __future__ import annotations

import sys


def main() -> int:
    """Serve until interrupted; an expected error becomes one line on stderr and an exit status."""
    import click

    from assistant.blas import on_one_thread
    from assistant.errors import PolicyError
    from assistant.logs import configure
    from assistant.settings import current_settings

    on_one_thread()
    settings = current_settings()
    configure(settings)
    from assistant.web.listening import serve

    try:
        serve(settings)
    except PolicyError as error:
        click.echo(error.message(settings.message_lang), err=True)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
