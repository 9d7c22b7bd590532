"""The words of the indexed texts and keys that all may see, with how often each occurs, in one file.

Everybody's questions are mended by them, so that the words of a file that is one owner's or one group's alone
are not among them. It only grows: a word that was once held is spelt right.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from assistant.index.words import tokens

FILE = "words.json"
EARLIER = "vocabulary.json"  # of versions that counted the words of private files in: to be deleted
_MIN_LETTERS = 3


def load_vocabulary(folder: Path) -> dict[str, int]:
    """Folded word -> occurrences; empty where nothing has been indexed or the file is damaged."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def has_vocabulary(folder: Path) -> bool:
    """Whether there is a vocabulary that can be read."""
    return bool(load_vocabulary(folder))


def add_words(folder: Path, texts: Iterable[str]) -> None:
    """Count the words of newly indexed texts in."""
    counts = Counter(load_vocabulary(folder))
    for text in texts:
        counts.update(word for word, _, _ in tokens(text) if len(word) >= _MIN_LETTERS and word.isalpha())
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{FILE}.partial"
    partial.write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")
    partial.replace(folder / FILE)
