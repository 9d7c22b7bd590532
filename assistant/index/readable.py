"""Any string -> a text that a tokenizer can take; which of its tokens are read aloud."""

from __future__ import annotations

import re
import unicodedata

# A tokenizer reads a whole text before cutting it to the model's limit. 512 tokens of prose are about 2,500
# characters; what is cut here could never have been read.
MAX_CHARS = 8_000
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
READ_ALOUD = frozenset("%‰§&@")  # punctuation to Unicode, words to a reader


def readable(text: str) -> str:
    """``text`` as a tokenizer can take it: no NUL or lone surrogate, single spaces, ``MAX_CHARS`` at most."""
    # Cut before and after: blanks may fill the first cut, and joining must not read megabytes.
    words = UNREADABLE.sub("\ufffd", text[: 8 * MAX_CHARS]).split()
    return " ".join(words)[:MAX_CHARS]


def is_punctuation(text: str) -> bool:
    """Whether nothing in a text is read aloud: it has punctuation, blanks and invisible characters only."""
    return all(unicodedata.category(char)[0] in "PZC" and char not in READ_ALOUD for char in text)
