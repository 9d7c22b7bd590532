"""Whatever cases, answers and settings hold is shown as text."""

from __future__ import annotations

import pytest
from lxml import html as lxml_html

from evals.report import html_report
from evals.report.markup import esc, esc_lines, tag
from tests.evals.report import hostile


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_hostile_text_makes_no_element_attribute_or_address(tmp_path, lang):
    run = hostile.write(tmp_path)
    text = html_report(run, lang, run, gate=hostile.verdict())
    page = lxml_html.document_fromstring(text.encode())
    assert text.count(hostile.MARK) > 200
    assert len(list(page.iter("script"))) == len(list(page.iter("style"))) == 1
    assert not list(page.iter("img", "iframe", "object", "embed", "form", "base"))
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        for name in ("href", "src", "{http://www.w3.org/1999/xlink}href", "xlink:href"):
            address = element.get(name, "#")
            assert address.startswith(("#", "https://")) or (element.tag == "link" and address == "data:,")
    for hidden in "\u202e\u0000\ufeff\u2028":
        assert hidden not in text.split("<script>")[0]


def test_the_page_forbids_everything_but_its_own_style_and_script(tmp_path):
    text = html_report(hostile.write(tmp_path), "en")
    page = lxml_html.document_fromstring(text.encode())
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']")[0].get("content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["script-src"].startswith("'sha256-")
    assert rules["style-src"].startswith("'sha256-")
    assert "unsafe" not in policy
    assert "http:" not in policy


def test_text_stays_text():
    assert esc("<b a=\"1\" c='2'>&amp;") == "&lt;b a=&quot;1&quot; c=&#x27;2&#x27;&gt;&amp;amp;"
    assert esc(" two\n lines\t") == "two lines"
    assert esc("12\u00a0%") == "12\u00a0%"
    assert esc_lines("one\r\n<two>") == "one\n&lt;two&gt;"
    assert (
        tag("a", "x", klass="k", data_of='"', open=True, hidden=None)
        == '<a class="k" data-of="&quot;" open>x</a>'
    )
