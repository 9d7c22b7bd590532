"""Coverage-guided fuzzing of the readers and grammars, by hand: ``make fuzz`` (Linux; extra ``fuzz``).

``python -m tests.fuzz.with_atheris pdf -max_total_time=300``: the format, then libFuzzer's options. It starts
from ``tests.fuzz.seeds`` in a temporary folder; an input that breaks a reader is written to the current one.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ingest", "striprtf", "docx"]):
    from assistant.errors import PolicyError
    from ingest.build import build_edition
    from ingest.catalogue import Catalogue

from tests.fuzz.seeds import PIECES, seeds

NOTHING = Catalogue(acts=[])


def main() -> None:
    """Fuzz the format named first; ``act`` puts pieces of acts together for the grammars."""
    kind = sys.argv.pop(1) if len(sys.argv) > 1 else "html"
    found = {name: data for name, data in seeds().items() if name.endswith(f".{kind}")}
    if not found and kind != "act":
        sys.exit(f"{kind}: one of txt, md, html, rtf, pdf, docx, png, act")

    def one(data: bytes) -> None:
        if kind == "act":
            data = "".join(PIECES[byte % len(PIECES)] for byte in data).encode()
        try:
            build_edition(data, Path(f"a.{'txt' if kind == 'act' else kind}"), None, NOTHING)
        except PolicyError:
            return

    with tempfile.TemporaryDirectory() as corpus:
        for name, data in found.items():
            (Path(corpus) / name).write_bytes(data)
        atheris.Setup([*sys.argv, "-timeout=30", "-rss_limit_mb=2048", corpus], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
