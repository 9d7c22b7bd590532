"""«Что стратегия говорит о кадрах?» -> the act it speaks of, and the topic: what the act is searched for.

The words of such a frame, and the act's name, are in no provision that answers; searched with them, the
provisions that speak of the act itself come first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SAID = (
    r"(?:говорит(?:ся)?|сказано|говорят|гласит|написано|указано|упомянуто|упоминается|предусмотрено|предусматривает|"
    r"установлено|устанавливает|закреплено|определено|содержит(?:ся)?|есть|предписывает|предписано)"
)
_ABOUT = (
    r"(?:об?|обо|про|насч[её]т|касательно|относительно|по\s+поводу|по\s+вопрос(?:у|ам)|в\s+отношении|"
    r"в\s+части|на\s+тему)"
)
_SAYS = r"(?:says?|states?|provides?|tells?(?:\s+us)?|sets?\s+out|lays?\s+down|contains?)"
_ON = r"(?:about|on|regarding|concerning|with\s+regard\s+to|as\s+to)"
_FRAMES = tuple(  # the first that fits counts
    re.compile(rf"^\W*(?:а\s+|и\s+|and\s+|so\s+)?{frame}\W*$", re.IGNORECASE)
    for frame in (
        rf"что\s+(?:во?\s+)(?P<act>[^,;:?]{{3,120}}?)\s+{_SAID}\s+{_ABOUT}\s+(?P<topic>.+?)",
        rf"(?:что|как)\s+{_SAID}\s+во?\s+(?P<act>[^,;:?]{{3,120}}?)\s+{_ABOUT}\s+(?P<topic>.+?)",
        rf"что\s+(?P<act>[^,;:?]{{3,120}}?)\s+{_SAID}\s+{_ABOUT}\s+(?P<topic>.+?)",
        rf"(?:во?\s+)?(?P<act>[^,;:?]{{3,120}}?)[,:]?\s+что\s+{_SAID}\s+{_ABOUT}\s+(?P<topic>.+?)",
        rf"what\s+(?:does|do|did)\s+(?P<act>[^,;:?]{{3,120}}?)\s+have\s+to\s+say\s+{_ON}\s+(?P<topic>.+?)",
        rf"what\s+(?:does|do|did)\s+(?P<act>[^,;:?]{{3,120}}?)\s+{_SAYS}\s+{_ON}\s+(?P<topic>.+?)",
        rf"what\s+is\s+(?:said|stated|written|provided)\s+in\s+(?P<act>[^,;:?]{{3,120}}?)\s+{_ON}\s+(?P<topic>.+?)",
    )
)


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """What a question asks of an act. ``act``: as the question calls it; ``topic``: in its own words."""

    act: str
    topic: str


def asked_about(question: str) -> AskedAbout | None:
    """The act and the topic, where a question only asks what the one says of the other."""
    for frame in _FRAMES:
        match = frame.match(question)
        if match is not None:
            return AskedAbout(match["act"].strip(), match["topic"].strip())
    return None
