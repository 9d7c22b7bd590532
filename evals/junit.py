"""A run -> JUnit XML, as build servers read it: a suite a category, a case a test."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

from assistant.model import Lang
from evals.reasons import reason_text
from evals.runs import Run


def junit_xml(run: Run, lang: Lang = "en") -> bytes:
    """The run's cases as UTF-8 XML. Raises InputError where it is not whole."""
    summary = run.summary()
    cases = {case.id: case for case in run.cases()}
    outcomes = {(each.case, each.repeat): each for each in run.outcomes()}
    groups: defaultdict[str, list[ElementTree.Element]] = defaultdict(list)
    for line in run.scores():
        case, outcome = cases[line["case"]], outcomes[line["case"], line["repeat"]]
        name = case.id if summary["repeats"] == 1 else f"{case.id} ({line['repeat'] + 1})"
        test = ElementTree.Element(
            "testcase",
            name=name,
            classname=f"{summary['suite']}.{case.category}",
            time=f"{outcome.seconds:.3f}",
        )
        if outcome.ended == "error":
            ElementTree.SubElement(test, "error", message=_clean(outcome.error or "error"))
        elif line["passed"] is None:
            ElementTree.SubElement(test, "skipped")
        elif not line["passed"]:
            said = "; ".join(reason_text(reason, lang) for reason in line["reasons"])
            failure = ElementTree.SubElement(test, "failure", message=_clean(said))
            failure.text = _clean(f"{case.question}\n\n{outcome.answer}")
        groups[case.category].append(test)
    return _written(groups, summary["suite"])


def _written(groups: dict[str, list[ElementTree.Element]], suite: str) -> bytes:
    root = ElementTree.Element("testsuites", name=suite)
    for category, tests in sorted(groups.items()):
        kinds = [test[0].tag if len(test) else "" for test in tests]
        about = {"name": category, "tests": str(len(tests)), "failures": str(kinds.count("failure")),
                 "errors": str(kinds.count("error")), "skipped": str(kinds.count("skipped"))}  # fmt: skip
        ElementTree.SubElement(root, "testsuite", about).extend(tests)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(
        each for each in text if each in "\t\n" or (ord(each) >= 32 and not 0xD800 <= ord(each) < 0xE000)
    )
