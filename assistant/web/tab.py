"""What a tab of the page is: a module that builds its components, wires its own events and dresses them.

To add one: a class with these members, and a line in :data:`assistant.web.shell.TABS`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from assistant.model import Lang
from assistant.records.owner import Owner

Updates = dict[Any, Any]  # component -> its new value, or ``gr.update(…)``


class Tab(Protocol):
    """One tab. Made inside its ``gr.Tab`` as ``Class(desk)``: it builds its components and wires its events.

    ``key``: of the tab's name in the words of the interface, also its place in the address (``?tab=key``).
    """

    key: ClassVar[str]

    @property
    def dressed(self) -> list[Any]:
        """The components that :meth:`dress` changes."""

    def dress(self, lang: Lang, owner: Owner) -> Updates:
        """Everything the server writes, for this reader in this language: on arrival and on every switch."""
