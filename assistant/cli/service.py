"""Commands about the installation itself: serve, doctor."""

from __future__ import annotations

import json

import click

from assistant.cli.common import as_json


@click.command()
@click.option("--host", help="Address to listen on; default: 127.0.0.1.")
@click.option("--port", type=int, help="Port; default: 7860.")
def serve(host: str | None, port: int | None) -> None:
    """Start the web app."""
    from assistant.settings import current_settings
    from assistant.web.listening import serve as serve_app

    changed = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    serve_app(current_settings().model_copy(update=changed))


@click.command()
@click.option("--repair", is_flag=True, help="Rebuild what is derived from the library.")
@as_json
def doctor(repair: bool, print_json: bool) -> None:
    """Check the home: settings, library, model, indexes."""
    from assistant.audit import Trail, noting
    from assistant.settings import current_settings
    from ingest.doctor import examine

    if repair:
        with Trail.of(current_settings()).changing("repaired", noting.at_the_machine()) as came:
            findings = examine(repair=True)
            came["ok"] = findings["ok"]
    else:
        findings = examine()
    if print_json:
        click.echo(json.dumps(findings, ensure_ascii=False, indent=2))
    else:
        for name, value in findings.items():
            click.echo(f"{name}: {value}")
    raise click.exceptions.Exit(0 if findings["ok"] else 1)
