"""Texts of the tests in our own words."""

from tests.builders import WATER_LAW, provision, water_outline

WATER, PONDS, BAD = "ru-fz-1-2020", "ru-ukaz-7-2022", "ru-ukaz-9-2023"
HOSTILE = '"><img src=x onerror="window.hit=1"><script>window.hit=2</script>\u202e${window.hit=3}'

LAW_2024 = (
    WATER_LAW.replace("розы утром", "розы и пионы утром")
    .replace("300 литров", "200 литров")
    .replace(
        "1. Надзор ведёт комиссия по садам.",
        "1. Надзор ведёт комиссия по садам.\n2. Комиссия отчитывается ежегодно.",
    )
)


def outline_of(text):
    """The outline of WATER_LAW's later wording: the same provisions and one more."""
    found = []
    for node in water_outline():
        first = WATER_LAW[node.start : node.end].split("\n")[0][:9]
        start = text.index(first)
        last = {"st1": "воды;", "st1/ch1": "не допускается.", "st1/ch2": "воды;", "st1/ch2/p1": "грядки;",
                "st1/ch2/p2": "воды;", "st2": None, "st2/ch1": "по садам."}[node.id]  # fmt: skip
        end = len(text) if last is None else text.index(last, start) + len(last)
        shift = start - node.start
        own = {"st1/ch2": text.index("Полив включает:") + len("Полив включает:")}.get(node.id)
        own_end = own or (end if node.own_end == node.end else node.own_end + shift)
        heading_end = None if node.heading_end is None else node.heading_end + shift
        found.append(
            node.model_copy(
                update={"start": start, "end": end, "own_end": own_end, "heading_end": heading_end}
            )
        )
    added = provision(text, "st2/ch2", "2. Комиссия", None, parent="st2", label="ч. 2 ст. 2")
    return [*found, added]
