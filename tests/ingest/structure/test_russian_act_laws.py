"""Any act put together from articles, points, lists and attachments is taken apart into the same outline."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.model import Identity
from ingest.structure.russian_act import GRAMMAR
from tests.ingest.structure.invariants import check_outline
from tests.ingest.structure.texts import canonical

LETTERS = "абвгдежзиклмнопрстуфхцчшщэюя"
WORDS = ["сад", "полив", "1 мая", "пункт 2", "яблоня", "(груша)", '"Сад"', "в 2030 г.", "N 5-ФЗ", "а также"]


@dataclass
class Tree:
    """A provision as written: its lines (the first carries the marker) and what stands below it."""

    id: str
    lines: list[str]
    below: list[Tree] = field(default_factory=list)

    def write(self, out: list[str]) -> list[tuple[str, int, int]]:
        """Append the lines to ``out``; (id, first line, last line) of this provision and all below it."""
        first = len(out)
        out.extend(self.lines)
        inner = [entry for tree in self.below for entry in tree.write(out)]
        return [(self.id, first, len(out) - 1), *inner]


words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


def sentence(draw: st.DrawFn, end: str) -> str:
    return f"Слово {draw(words)} конец{end}"


def lists(draw: st.DrawFn, path: str, kinds: tuple[str, ...]) -> list[Tree]:
    """A list «1)» or «а)», with a list of the next kind below some of its items."""
    count = draw(st.integers(1, 14))
    trees = []
    for n in range(count):
        mark, step = (f"{n + 1})", f"p{n + 1}") if kinds[0] == "paren" else (f"{LETTERS[n]})", LETTERS[n])
        pid = f"{path}/{step}"
        if len(kinds) > 1 and draw(st.integers(0, 4)) == 0:
            trees.append(Tree(pid, [f"{mark} {sentence(draw, ':')}"], lists(draw, pid, kinds[1:])))
        else:
            trees.append(Tree(pid, [f"{mark} {sentence(draw, '.' if n == count - 1 else ';')}"]))
    return trees


def body(draw: st.DrawFn, path: str, lead: str, kinds: tuple[str, ...]) -> Tree:
    """A provision with paragraphs, a list, and paragraphs after the list."""
    before, after = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    with_list = draw(st.booleans())
    ordinal = 1
    below = []
    for k in range(before):
        ordinal += 1
        end = ":" if with_list and k == before - 1 else "."
        below.append(Tree(f"{path}/abz{ordinal}", [sentence(draw, end)]))
    if with_list:
        below += lists(draw, path, kinds)
        for _ in range(after):
            ordinal += 1
            below.append(Tree(f"{path}/abz{ordinal}", [sentence(draw, ".")]))
    first_end = ":" if with_list and not before else "."
    return Tree(path, [f"{lead}{sentence(draw, first_end)}"], below)


def numbers(draw: st.DrawFn, most: int) -> list[str]:
    """1, 2, 2.1, 2.1-1, 3 …: ascending, with inserted ones."""
    out: list[str] = []
    for n in range(1, draw(st.integers(1, most)) + 1):
        out.append(str(n))
        inserted = draw(st.integers(0, 5))
        out += [f"{n}.1"] * (inserted > 3) + [f"{n}.1-1"] * (inserted > 4)
    return out


def article(draw: st.DrawFn, number: str) -> Tree:
    path = f"st{number}"
    head = f"Статья {number}. Название {draw(words)}"
    if draw(st.booleans()):
        parts = [body(draw, f"{path}/ch{n}", f"{n}. ", ("paren", "letter")) for n in numbers(draw, 4)]
        return Tree(path, [head], parts)
    plain = body(draw, path, "", ("paren", "letter"))
    return Tree(path, [head, *plain.lines], plain.below)


@st.composite
def laws(draw: st.DrawFn) -> list[Tree]:
    articles = [article(draw, number) for number in numbers(draw, 6)]
    if draw(st.booleans()):
        return articles
    cut = draw(st.integers(0, len(articles) - 1))
    chapters = [
        Tree("gl1", ["^Глава 1. ПЕРВАЯ"], articles[:cut]),
        Tree("gl2", ["^Глава 2. ВТОРАЯ"], articles[cut:]),
    ]
    return [chapter for chapter in chapters if chapter.below]


@st.composite
def decrees(draw: st.DrawFn) -> list[Tree]:
    points = [body(draw, f"p{n}", f"{n}. ", ("letter",)) for n in numbers(draw, 6)]
    trees = [Tree("pre", ["Для порядка постановляю:"]), *points]
    trees.append(Tree("sign", [">Президент", ">Российской Федерации", ">А.СИДОРОВ", "Москва, Кремль"]))
    for n in range(1, draw(st.integers(0, 2)) + 1):
        lines = [f">Приложение N {n}", ">к Указу", "^ПОРЯДОК", "^ПОЛИВА"]
        inner = [body(draw, f"att{n}/p{k}", f"{k}. ", ("letter",)) for k in numbers(draw, 5)]
        trees.append(Tree(f"att{n}", lines, inner))
    return trees


@settings(max_examples=80, deadline=None)
@given(st.one_of(laws(), decrees()))
def test_an_act_is_taken_apart_into_what_it_was_put_together_from(trees: list[Tree]) -> None:
    lines: list[str] = ["^АКТ", "^О САДАХ"]
    expected = [entry for tree in trees for entry in tree.write(lines)]
    text = canonical(lines)
    found = GRAMMAR.parse(text, Identity())
    check_outline(text, found)
    bounds = [(pid, text.paras[first].start, text.paras[last].end) for pid, first, last in expected]
    assert [(node.id, node.start, node.end) for node in found if node.kind != "title"] == bounds


LINES = [
    *["1. Да.", "2. Да", "а) да;", "б) да", "1) да:", "2.1. Да.", "5) - 7) утратили силу.", "6) да"],
    *["Статья 1. А", "Статья 3. Б", "^Глава 1. А", "^I. Общее", "^II. Иное", "^Заголовок", "IV кварталу"],
    *[">Приложение N 1", ">Утверждены", "^ПОЛОЖЕНИЕ", ">Президент", ">А.СИДОРОВ", '"1. Цитата'],
    *["Абзац. (Утратил силу - Закон)", "(Статья утратила силу - Закон)"],
]
heaps = st.lists(st.one_of(words, st.sampled_from(LINES)), max_size=40)


@settings(max_examples=120, deadline=None)
@given(heaps, st.sampled_from([None, 1, 3]))
def test_any_heap_of_lines_gives_a_sound_outline(lines: list[str], attachment: int | None) -> None:
    text = canonical(lines)
    check_outline(text, GRAMMAR.parse(text, Identity(attachment=attachment)), sane=False)
