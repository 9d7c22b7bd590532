"""axe-core over the page in every state a reader meets: no violation it calls serious or critical."""

from __future__ import annotations

import pytest

from tests.assistant.web.conftest import Visits
from tests.assistant.web.serving import serving

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture
def visits(served, pages):
    found = Visits(pages, served[0])
    yield found
    found.close()


def grave(page) -> list[str]:
    """What axe finds serious, with the elements concerned."""
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['help']} — {[node['html'][:160] for node in each['nodes'][:4]]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (1360, "light"),
        (390, "dark"),
        pytest.param(1360, "dark", marks=pytest.mark.long),
        pytest.param(390, "light", marks=pytest.mark.long),
    ],
)
def test_no_state_of_the_page_keeps_anybody_out(visits, scheme, width):
    page = visits.open("ru-RU", width, 860, color_scheme=scheme)
    assert grave(page) == []
    page.fill("#question textarea", "Кто входит в совет?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".tools")
    page.locator(".claim .mark").first.click()
    page.wait_for_selector("#panel mark.quote")
    assert grave(page) == []
    page.get_by_role("button", name="Плохой ответ").click()
    page.wait_for_selector("fieldset")
    page.locator(".tools summary").click()
    page.get_by_role("button", name="Дата и выбор актов").click()
    page.wait_for_selector("#as_of")
    assert grave(page) == []
