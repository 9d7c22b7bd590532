"""A language model that quotes its evidence and says something else: what the verifier has to catch.

For a case of the category ``verifier`` it claims what stands in each piece of evidence, and the same with a
wrong word in the place of the case's right one. What of the second kind reaches a reader, the verifier
missed.
"""

from __future__ import annotations

import json
import re
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from evals.case import EvalCase

_EVIDENCE = re.compile(
    r"^\[(?P<number>\d{1,3})\][^\n]*\n<(?P<fence>evidence-\w+)>\n(?P<text>.*?)\n</(?P=fence)>", re.S | re.M
)
_MOST = 5  # pieces of evidence it speaks of


class Liar(BaseChatModel):
    """``right`` stands in the evidence, ``wrong`` is said in its place."""

    right: str
    wrong: str

    @classmethod
    def of(cls, case: EvalCase) -> Liar:
        """The liar of a case: it must contain the right word and must not contain the wrong one."""
        return cls(right=case.must_contain[0].split("|")[0], wrong=case.must_not_contain[0].split("|")[0])

    @property
    def _llm_type(self) -> str:
        return "liar"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        prompt = next((str(each.content) for each in messages if _EVIDENCE.search(str(each.content))), "")
        claims = []
        for match in list(_EVIDENCE.finditer(prompt))[:_MOST]:
            for line in match["text"].splitlines():
                if self.right in line:
                    quote = {"evidence": int(match["number"]), "quote": line}
                    claims.append({"text": line, "quotes": [quote]})
                    claims.append({"text": line.replace(self.right, self.wrong), "quotes": [quote]})
        content = json.dumps({"claims": claims}, ensure_ascii=False)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=content))])
