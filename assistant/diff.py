"""Two editions of an act -> what changed between them, provision by provision, words marked.

A provision is compared by its own text (number, heading, lead-in, what stands between and after those below
it), so that a change is shown where it was made and not again in everything above. Of a subtree that was
added or removed only its top is shown, with all its text. How a publisher sets a text (spaces, quotation
marks, dashes, N for №, ё) is no change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from assistant.library.view import EditionView
from assistant.model import EditionChange, Provision, WordChange
from assistant.references_dates import same_length

_TOKEN = re.compile(r"\w+|[^\w\s]")
_NUMBER_SIGN = re.compile(r"№|(?<![^\W\d_])[NＮ](?=\s?\d)")
_OWN_NUMBER = re.compile(
    r"^(?:(?:статья|глава|раздел|article|section)\s+)?[\dа-яa-z]+(?:[.\-]\d+)*[.)]*\s+", re.I
)
_MOVED_CHARS = 40  # a shorter text may stand in two places by chance


def compare(before: EditionView, after: EditionView) -> list[EditionChange]:
    """What changed from one edition to a later one, in the order of the texts."""
    moved = _moved(before, after)
    left = set(moved.values())
    changes: list[EditionChange] = []
    for name in _in_order(before, after):
        old, new = before.provisions.get(name), after.provisions.get(name)
        if old is not None and new is not None:
            changes += _changed(name, before, old, after, new)
        elif new is not None and not _inside(new, after, before):
            source = moved.get(name)
            if source is None:
                changes.append(_added(name, after, new))
            else:
                changes += _changed(name, before, before.provisions[source], after, new, moved_from=source)
        elif old is not None and name not in left and not _inside(old, before, after):
            changes.append(_removed(name, before, old))
    return changes


def normalised(text: str) -> str:
    """A text without what only its publisher chose; two texts that agree in it say the same words."""
    plain = _NUMBER_SIGN.sub("N", same_length(text).replace("\u00ad", ""))
    return " ".join(_TOKEN.findall(plain))


def word_changes(before: str, after: str) -> list[WordChange]:
    """The two texts as runs of equal, removed and added words, spaces as they stand."""
    old, new = _words(before), _words(after)
    matcher = SequenceMatcher(None, [key for key, _ in old], [key for key, _ in new], autojunk=False)
    found: list[WordChange] = []
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            found.append(WordChange(op="equal", text="".join(raw for _, raw in new[start:end])))
            continue
        if last > first:
            found.append(WordChange(op="removed", text="".join(raw for _, raw in old[first:last])))
        if end > start:
            found.append(WordChange(op="added", text="".join(raw for _, raw in new[start:end])))
    return found


def _words(text: str) -> list[tuple[str, str]]:
    """(what is compared, the word as it stands with the space after it)."""
    return [(normalised(match.group()), match.group()) for match in re.finditer(r"\S+\s*", text)]


def _in_order(before: EditionView, after: EditionView) -> Iterator[str]:
    """The ids of both, in the order of the later text; removed ones after what they followed."""
    left = list(before.provisions)
    at = 0
    place = {name: index for index, name in enumerate(left)}
    for name in after.provisions:
        if name in place:
            while at <= place[name]:
                if left[at] == name or left[at] not in after.provisions:
                    yield left[at]
                at += 1
        else:
            yield name
    yield from (name for name in left[at:] if name not in after.provisions)


def _inside(node: Provision, has: EditionView, lacks: EditionView) -> bool:
    """Whether what the provision stands in is itself missing in the other edition: the top is shown."""
    parent = has.provisions.get(node.parent) if node.parent else None
    return parent is not None and parent.id not in lacks.provisions


def _changed(
    name: str,
    before: EditionView,
    old: Provision,
    after: EditionView,
    new: Provision,
    moved_from: str | None = None,
) -> list[EditionChange]:
    was, now = _own(before, old), _own(after, new)
    if moved_from is None and normalised(was) == normalised(now):
        return []
    return [
        EditionChange(
            provision=name,
            label=new.label,
            change="changed",
            before=was,
            after=now,
            words=word_changes(was, now),
            moved_from=moved_from,
            repealed=new.repealed and not old.repealed,
        )
    ]


def _own(edition: EditionView, node: Provision) -> str:
    """All text of a provision that stands in none of those below it."""
    below = sorted((child.start, child.end) for child in edition.children.get(node.id, ()))
    parts, at = [], node.start
    for start, end in below:
        parts.append(edition.text[at:start].strip())
        at = end
    parts.append(edition.text[at : node.end].strip())
    return "\n".join(part for part in parts if part)


def _added(name: str, after: EditionView, new: Provision) -> EditionChange:
    text = after.text[new.start : new.end].strip()
    words = [WordChange(op="added", text=text)]
    return EditionChange(
        provision=name, label=new.label, change="added", before=None, after=text, words=words
    )


def _removed(name: str, before: EditionView, old: Provision) -> EditionChange:
    text = before.text[old.start : old.end].strip()
    words = [WordChange(op="removed", text=text)]
    return EditionChange(
        provision=name, label=old.label, change="removed", before=text, after=None, words=words
    )


def _moved(before: EditionView, after: EditionView) -> dict[str, str]:
    """New id -> old id of provisions whose words stand, unchanged, under another number."""
    gone: dict[str, list[str]] = {}
    for name, node in before.provisions.items():
        if name not in after.provisions and not _inside(node, before, after):
            gone.setdefault(_body(before, node), []).append(name)
    found: dict[str, str] = {}
    for name, node in after.provisions.items():
        if name in before.provisions or _inside(node, after, before):
            continue
        body = _body(after, node)
        if len(body) >= _MOVED_CHARS and len(gone.get(body, ())) == 1:
            found[name] = gone[body][0]
    times = Counter(found.values())
    return {name: old for name, old in found.items() if times[old] == 1}


def _body(edition: EditionView, node: Provision) -> str:
    """A provision's words with everything below it, without its own number."""
    return normalised(_OWN_NUMBER.sub("", edition.text[node.start : node.end].strip()))
