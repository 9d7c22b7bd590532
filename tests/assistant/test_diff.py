"""What changed between two editions; the real laws' changes were read against both files by hand."""

import hashlib
import json

import pytest

from assistant.diff import compare, normalised, word_changes
from assistant.errors import InputError, NotHeldError
from assistant.library.view import EditionView
from assistant.model import Provision
from ingest.build import build_edition
from ingest.embedded import embedded_catalogue
from tests.builders import WATER_LAW, edition_draft
from tests.shared import ACTS, needs_acts


def view(text, nodes):
    children = {}
    for node in nodes.values():
        children.setdefault(node.parent, []).append(node)
    return EditionView(row=None, text=text, provisions=nodes, children=children, page_starts=[])


def edition(*nodes):
    """An edition of provisions given as (id, own text); a slash in the id makes a child."""
    text, spans = "", []
    for name, own in nodes:
        spans.append((name, len(text), len(text) + len(own)))
        text += own + "\n"
    provisions = {}
    for name, start, own_end in spans:
        end = max(last for other, _, last in spans if other == name or other.startswith(name + "/"))
        parent = name.rpartition("/")[0] or None
        provisions[name] = Provision(
            id=name,
            parent=parent,
            kind="point",
            label=f"п. {name}",
            start=start,
            end=end,
            own_end=own_end,
            lang="ru",
        )
    return view(text, provisions)


def told(changes):
    return [(change.provision, change.change) for change in changes]


def test_a_change_is_shown_where_it_was_made():
    before = edition(
        ("p1", "1. Садовник обязан:"), ("p1/а", "а) поливать розы раз в день;"), ("p2", "2. Иное.")
    )
    after = edition(
        ("p1", "1. Садовник обязан:"), ("p1/а", "а) поливать розы два раза в день;"), ("p2", "2. Иное.")
    )
    [change] = compare(before, after)
    assert (change.provision, change.change) == ("p1/а", "changed")
    assert [(word.op, word.text) for word in change.words] == [
        ("equal", "а) поливать розы "), ("removed", "раз "), ("added", "два раза "), ("equal", "в день;"),
    ]  # fmt: skip
    assert (change.before, change.after) == (
        "а) поливать розы раз в день;",
        "а) поливать розы два раза в день;",
    )


def test_of_an_added_or_removed_subtree_the_top_is_shown_with_all_its_text():
    small = edition(("p1", "1. Первый."), ("p3", "3. Третий."))
    large = edition(("p1", "1. Первый."), ("p2", "2. Второй:"), ("p2/а", "а) розы."), ("p3", "3. Третий."))
    [added] = compare(small, large)
    assert (added.provision, added.change, added.before) == ("p2", "added", None)
    assert added.after == "2. Второй:\nа) розы."
    [removed] = compare(large, small)
    assert (removed.provision, removed.change, removed.after) == ("p2", "removed", None)
    assert removed.before == "2. Второй:\nа) розы."


def test_words_under_a_new_number_have_moved():
    words = "Садовник ведёт журнал полива и хранит его пять лет."
    before = edition(("p1", "1. Первый."), ("p2", f"2. {words}"))
    after = edition(("p1", "1. Первый."), ("p2", "2. Вставка."), ("p3", f"3. {words}"))
    changes = compare(before, edition(("p1", "1. Первый."), ("p3", f"3. {words}")))
    assert [(change.provision, change.change, change.moved_from) for change in changes] == [
        ("p3", "changed", "p2")
    ]
    assert told(compare(before, after)) == [("p2", "changed"), ("p3", "added")]


def test_a_publishers_typography_is_no_change():
    before = edition(("p1", '1. Закон N 7 "О ёлках" - основа.'))
    after = edition(("p1", "1.\u00a0Закон № 7 «О елках» — основа."))
    assert compare(before, after) == []
    assert normalised("не допускается") != normalised("допускается")


def test_removed_provisions_stand_where_they_stood():
    before = edition(("p1", "1. Раз."), ("p2", "2. Два с половиной."), ("p3", "3. Три."))
    after = edition(("p1", "1. Один."), ("p3", "3. Трое."))
    assert told(compare(before, after)) == [("p1", "changed"), ("p2", "removed"), ("p3", "changed")]


def test_a_change_after_the_provisions_below_is_found():
    def closed(words):
        made = edition(("p1", "1. Полив включает:"), ("p1/а", "а) осмотр;"))
        text = made.text + words
        nodes = {**made.provisions, "p1": made.provisions["p1"].model_copy(update={"end": len(text)})}
        return view(text, nodes)

    [change] = compare(closed("если иное не установлено."), closed("если иное не решила комиссия."))
    assert change.provision == "p1" and "комиссия" in change.after


def test_what_moves_into_a_new_provision_is_removed_from_its_old_place():
    words = "поливать розы утром и вести журнал полива роз;"
    before = edition(("p1", "1. Обязан:"), ("p1/а", f"а) {words}"), ("p1/б", "б) иное;"))
    after = edition(("p1", "1. Обязан:"), ("p1/б", "б) иное;"), ("p2", "2. Вправе:"), ("p2/а", f"а) {words}"))
    assert told(compare(before, after)) == [("p1/а", "removed"), ("p2", "added")]


def test_marked_words_give_back_both_texts():
    old, new = (
        "оператор обязан уведомить орган в течение 24 часов",
        "оператор вправе уведомить орган за 72 часа",
    )
    words = word_changes(old, new)
    assert "".join(word.text for word in words if word.op != "added").split() == old.split()
    assert "".join(word.text for word in words if word.op != "removed").split() == new.split()


def test_the_two_latest_editions_are_compared_unless_others_are_named(garden):
    garden.library.put_edition(
        edition_draft(edition="2024-03-01", text=WATER_LAW.replace("300", "450"), path="b.txt")
    )
    changes = garden.diff("ru-fz-1-2020")
    assert changes and {(change.from_edition, change.to_edition) for change in changes} == {
        ("2020-01-01", "2024-03-01")
    }
    assert garden.diff("ru-fz-1-2020", from_="2020-01-01", to="2024-03-01") == changes


@pytest.mark.parametrize(
    ("act", "dates", "error"),
    [
        ("ru-ukaz-5-2021", {}, NotHeldError),
        ("ru-fz-1-2020", {"from_": "1999-01-01"}, NotHeldError),
        ("ru-fz-1-2020", {"from_": "2024-03-01", "to": "2020-01-01"}, NotHeldError),
        ("ru-fz-1-2020", {"to": "позавчера"}, InputError),
    ],
)
def test_editions_that_cannot_be_compared_are_typed_errors(garden, act, dates, error):
    with pytest.raises(error):
        garden.diff(act, **dates)


def law(name):
    path = ACTS / "ru" / name
    draft = build_edition(
        path.read_bytes(),
        path,
        json.loads(path.with_suffix(".json").read_text(encoding="utf-8")),
        embedded_catalogue(),
    )
    nodes = {node.id: node for node in draft.provisions}
    return view(draft.text, nodes)


@pytest.fixture(scope="module")
def personal_data():
    return law("fz152_ed2023.pdf"), law("fz152_ed2024.docx")


def fingerprint(text):
    return hashlib.sha256(normalised(text or "").encode()).hexdigest()[:16]


@needs_acts
@pytest.mark.acts
def test_the_changes_of_the_personal_data_law_are_those_read_by_hand(personal_data):
    found = [
        (change.provision, change.change, fingerprint(change.before), fingerprint(change.after))
        for change in compare(*personal_data)
    ]
    assert found == [
        ("st19/ch2/p3.1", "added", "e3b0c44298fc1c14", "a50c1277d4c0e4ed"),
        ("st19/ch8", "changed", "ebdf3f761fe053f3", "e68f11a686e73446"),
        ("st19/ch9", "changed", "c84bab14cf42293d", "fd52e6605b4c25bc"),
    ]


@needs_acts
@pytest.mark.acts
def test_outside_the_changes_shown_the_two_editions_say_the_same_words(personal_data):
    changes = {change.provision for change in compare(*personal_data)}

    def rest(edition):
        text = edition.text
        nodes = [node for name, node in edition.provisions.items() if name in changes]
        for node in sorted(nodes, key=lambda node: -node.start):
            assert node.own_end == node.end, "a changed provision with others below it needs another cut"
            text = text[: node.start] + "\n" + text[node.end :]
        return normalised(text)

    before, after = map(rest, personal_data)
    assert len(before) > 100_000 and before == after


@needs_acts
@pytest.mark.acts
def test_the_provisions_changed_are_those_the_later_file_marks_as_changed_by_the_new_law(personal_data):
    path = ACTS / "ru" / "fz152_ed2024.docx"
    said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    draft = build_edition(path.read_bytes(), path, said, embedded_catalogue())
    marked = {
        each.provision
        for each in draft.relations
        if each.source == "ru-fz-233-2024"
        and each.kind == "amends"
        and each.provision
        and not each.in_force_from
    }
    assert marked == {change.provision for change in compare(*personal_data)}
