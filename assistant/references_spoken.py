"""Numbers of acts and provisions that a question says in words -> the same question with digits.

«указ двести пятьдесят» -> «указ 250», «сто пятьдесят второй закон» -> «152 закон». Only numbers beside the
name of an act or a provision are written anew: elsewhere they are amounts.
"""

from __future__ import annotations

import re

from assistant.number_words import NumberWords, find_number_words

LEAST_ORDINAL = 20  # «второй закон» is the second of two, «сто пятьдесят второй закон» a number
_BEFORE = re.compile(
    r"(?:указ\w*|закон\w*|постановлени\w*|распоряжени\w*|приказ\w*|решени\w*|фз|стать\w+|пункт\w*|част[ьие]\w*|глав[аеуы]|"
    r"раздел\w*|номер\w*|№|orders?|laws?|decrees?|regulation|resolution|articles?|sections?|points?|recitals?|number|no\.?)"
    r"(?:\s+(?:президента|правительства|рф|россии|номер|№|number|no\.?))*\s+$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s+(?:федеральн\w+\s+)?(?:фз|закон\w*|указ\w*|постановлени\w*|приказ\w*)(?!\w)", re.IGNORECASE
)


def in_digits(question: str) -> str:
    """The question with such numbers in digits; unchanged where it has none."""
    written, begin = [], 0
    for number in find_number_words(question):
        if _names(question, number):
            written += [question[begin : number.start], str(number.value)]
            begin = number.end
    return "".join([*written, question[begin:]])


def _names(question: str, number: NumberWords) -> bool:
    if number.value.denominator != 1 or number.value < 2:
        return False
    if _BEFORE.search(question, 0, number.start) and not number.ordinal:
        return True
    return number.ordinal and number.value >= LEAST_ORDINAL and bool(_AFTER.match(question, number.end))
