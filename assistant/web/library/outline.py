"""An edition's outline -> an accessible tree, of a large act only as far as it is opened.

The tree follows the pattern of WAI-ARIA: one item takes the keyboard's focus, ``library.js`` moves it.
A branch that is not sent carries ``data-branch``: the browser asks for it when it is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.library.view import EditionView
from assistant.model import Lang, Provision
from assistant.web.escape import esc
from assistant.web.library.markup import tag
from assistant.web.library.words import say
from assistant.web.plain import shorten

WHOLE = 300  # provisions of an edition that is sent whole
TWO_LEVELS = 260  # items of the first two levels that are sent at once
RUN = 24  # as many recitals in a row stand under one item
BRANCH = 500  # items of one branch
_RUN_MARK = "run:"
_WORDS = 90
_NUMBER = re.compile(r"^\s*(?:\(?[\divxlcа-яa-z]{1,4}(?:[.\-]\d+)*\)?[.)]|[—–-])\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """What stands on one line of the tree: a provision, or a run of provisions of one kind."""

    nodes: Sequence[Provision]

    @property
    def key(self) -> str:
        """What the browser asks for: a provision's id, or the mark of a run."""
        first = self.nodes[0].id
        return first if len(self.nodes) == 1 else f"{_RUN_MARK}{first}"


def tree_html(edition: EditionView, lang: Lang, chosen: str | None = None) -> str:
    """The outline: two levels open, or one of a large act, and whatever leads to the chosen provision."""
    path = set(_path(edition, chosen))
    tops = _items(edition, None)
    second = sum(len(_items(edition, item.key)) for item in tops)
    whole = len(edition.provisions) <= WHOLE
    opened = 1 if len(tops) + second <= TWO_LEVELS or whole else 0
    branch = _Branch(edition, lang, path, chosen, opened, whole)
    name = esc(say(lang, "outline"))
    return (
        f'<p class="lib-sr" id="library-keys">{esc(say(lang, "outline_hint"))}</p>'
        f'<ul class="lib-tree" role="tree" aria-label="{name}" aria-describedby="library-keys" '
        f'data-edition="{edition.row.id}" '
        f'data-act="{esc(edition.row.act_id)}" data-loading="{esc(say(lang, "loading"))}" '
        f'data-failed="{esc(say(lang, "failed_load"))}">{branch.items(tops, 1)}</ul>'
    )


def branch_html(edition: EditionView, parent: str, level: int, lang: Lang) -> str:
    """The items below one, for a tree that is open already. ``level``: theirs, from 1."""
    return _Branch(edition, lang, set(), None, 0, whole=False).items(_items(edition, parent), level)


def snippet(edition: EditionView, node: Provision) -> str:
    """What a line of the tree says of a provision beside its label: its heading, or how it begins."""
    if node.heading and node.heading.strip():
        return shorten(node.heading, _WORDS * 2)
    return shorten(_NUMBER.sub("", edition.own_text(node)[: _WORDS * 4]), _WORDS)


@dataclass(frozen=True, slots=True)
class _Branch:
    edition: EditionView
    lang: Lang
    path: set[str]
    chosen: str | None
    opened: int
    whole: bool

    def items(self, items: Sequence[Item], level: int) -> str:
        shown = items[:BRANCH]
        return "".join(self._item(item, level, place, len(shown)) for place, item in enumerate(shown, 1))

    def _item(self, item: Item, level: int, place: int, size: int) -> str:
        below = _items(self.edition, item.key)
        on_path = any(node.id in self.path for node in item.nodes)
        opened = bool(below) and (level <= self.opened or on_path)
        sent = opened or (self.whole and bool(below))
        state = ""
        if below:
            state += f' aria-expanded="{"true" if opened else "false"}"'
        if below and not sent:
            state += f' data-branch="{esc(item.key)}"'
        group = f'<ul role="group">{self.items(below, level + 1)}</ul>' if sent else ""
        first = self.chosen is None and level == 1 and place == 1
        here = len(item.nodes) == 1 and item.nodes[0].id == self.chosen
        focus = "0" if here or first else "-1"
        what = f' data-provision="{esc(item.nodes[0].id)}"' if len(item.nodes) == 1 else ""
        return (
            f'<li role="treeitem" aria-level="{level}" aria-setsize="{size}" aria-posinset="{place}" '
            f'aria-selected="{"true" if here else "false"}" tabindex="{focus}"{state}{what}>'
            f'<span class="line"><span class="twist" aria-hidden="true"></span>{self._words(item)}</span>'
            f"{group}</li>"
        )

    def _words(self, item: Item) -> str:
        first, last = item.nodes[0], item.nodes[-1]
        if first is not last:
            label = say(self.lang, "run", first=first.label, last=last.label)
            return f'<span class="words"><b>{esc(label)}</b></span>'
        mark = " " + tag(say(self.lang, "repealed"), "off") if first.repealed else ""
        words = snippet(self.edition, first)
        said = f" {esc(words)}" if words and words != first.label else ""
        return f'<span class="words" lang="{esc(first.lang)}"><b>{esc(first.label)}</b>{said}{mark}</span>'


def _items(edition: EditionView, parent: str | None) -> list[Item]:
    """The lines below ``parent`` (None: the top), long runs of recitals under one."""
    if parent is None:
        return list(_runs([node for node in edition.provisions.values() if node.parent is None]))
    if parent.startswith(_RUN_MARK):
        tops = _items(edition, None)
        run = next((item for item in tops if item.key == parent and len(item.nodes) > 1), None)
        return [Item((node,)) for node in run.nodes] if run else []
    return [Item((node,)) for node in edition.children.get(parent, ())]


def _runs(nodes: Sequence[Provision]) -> Iterator[Item]:
    for kind, group in groupby(nodes, key=lambda node: node.kind):
        found = tuple(group)
        if kind == "recital" and len(found) >= RUN:
            yield Item(found)
        else:
            yield from (Item((node,)) for node in found)


def _path(edition: EditionView, chosen: str | None) -> Iterator[str]:
    node = edition.provisions.get(chosen) if chosen else None
    if node is not None:
        yield from (each.id for each in edition.lineage(node))
