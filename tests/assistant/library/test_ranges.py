import pytest

from assistant.library.view import EditionView
from tests.builders import provision

TEXT = "Статья 2. Понятия\n1) роза;\n21 - 22) утратили силу;\n23) пруд."


def outline():
    nodes = [
        provision(TEXT, "st2", "Статья 2", None, kind="article"),
        provision(TEXT, "st2/p1", "1) роза", "роза;", parent="st2"),
        provision(TEXT, "st2/p21–22", "21 - 22)", "силу;", parent="st2", repealed=True),
        provision(TEXT, "st2/p23", "23) пруд", None, parent="st2"),
    ]
    return EditionView(None, TEXT, {node.id: node for node in nodes}, {"st2": nodes[1:]}, [])


@pytest.mark.parametrize(
    ("path", "found"), [("st2/p21", "st2/p21–22"), ("st2/p22", "st2/p21–22"), ("st2/p23", "st2/p23")]
)
def test_a_repealed_point_inside_a_range_is_found_at_the_ranges_stub(path, found):
    assert outline().find(path).id == found


@pytest.mark.parametrize("path", ["st2/p20", "st2/p24", "st2/ch21", "st9/p21", "st2/а"])
def test_what_no_range_covers_is_not_found(path):
    assert outline().find(path) is None
