"""What a request and the page say of where the page is -> the address that links to it begin with."""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 2000  # characters
_END = re.compile(r"[?#]")


def page_address(headers: Mapping[str, str], said: object) -> str:
    """The page's address as the reader's browser names it, with no query.

    ``said``: the address as the page itself knows it. Only the browser knows the folder under which a proxy
    serves the app; on another host than the request came to, it is not believed.
    """
    origin = headers.get("origin")
    here = origin.rstrip("/") if origin else f"http://{headers.get('host', '')}"
    known = isinstance(said, str) and len(said) <= LONGEST and said.isprintable()
    if known and str(said).startswith(f"{here}/"):
        return _END.split(str(said))[0]
    return f"{here}/"
