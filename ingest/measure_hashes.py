"""Notes in corpus/measures what its evidence says now: ``python -m ingest.measure_hashes [MEASURE …]``.

For whoever reviews a measure: read the provisions and facts a measure cites, correct its criteria, then run
this over a library that holds them. Every ``ref`` gets the hash of its words and, of an act's own text, the
edition it was read in; what the library does not hold keeps what it has.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

from assistant.eligibility.evidence import hash_of, source_of, words_of
from assistant.eligibility.measures import MEASURES, Evidence
from assistant.library import Library
from assistant.library.view import LibraryView
from assistant.settings import current_settings

_REF = re.compile(
    r"^(?P<indent> *)- ref: (?P<ref>\S+)\n(?:(?P=indent)  (?:hash|edition): \S+\n)*", re.MULTILINE
)


def renewed(text: str, view: LibraryView, day: date) -> str:
    """A measure's file with hashes and editions as the library has them."""

    def noted(match: re.Match[str]) -> str:
        source = source_of(Evidence(ref=match["ref"]), view, day, "ru")
        if source is None:
            return match.group()
        lines = [f"- ref: {match['ref']}", f'  hash: "{hash_of(words_of(source, view))}"']
        if not source.digest and source.row.edition:
            lines.append(f'  edition: "{source.row.edition}"')
        return "".join(f"{match['indent']}{line}\n" for line in lines)

    return _REF.sub(noted, text)


def renew(folder: Path, names: list[str], view: LibraryView, day: date) -> list[str]:
    """Rewrite the measures' files; all of them where none is named. Returns the ids of those that changed."""
    changed = []
    for path in sorted(folder.glob("*.yaml")):
        if names and path.stem not in names:
            continue
        before = path.read_text(encoding="utf-8")
        after = renewed(before, view, day)
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(path.stem)
    return changed


if __name__ == "__main__":
    held = LibraryView(Library(current_settings().library_url))
    sys.stdout.write("\n".join(renew(MEASURES, sys.argv[1:], held, date.today())) + "\n")
