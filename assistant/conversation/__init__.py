"""Follow-ups of a conversation -> questions that stand by themselves.

>>> rewrite("а для малых предприятий?", [("Какие штрафы предусматривает Регламент ЕС об ИИ?", "…")], view)
Rewritten(question='Какие штрафы предусматривает Регламент ЕС об ИИ — для малых предприятий?', …)
"""

from assistant.conversation.by_model import rewrite_with
from assistant.conversation.rewriting import rewrite
from assistant.conversation.turns import MAX_CHARS, MAX_TURNS, Rewritten, Turn, turns

__all__ = ["MAX_CHARS", "MAX_TURNS", "Rewritten", "Turn", "rewrite", "rewrite_with", "turns"]
