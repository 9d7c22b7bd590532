"""What users leave in the library: conversations, feedback, checked marks, uploads, exports.

Every record has an owner, and nothing is reached without the owner's check (:mod:`~.reach`). Records lie in
the library's database beside the acts, but are no part of what it knows: its version and generation stay.

>>> begun = conversations.create(library, LOCAL)
>>> turn = conversations.append(library, LOCAL, begun.id, question, assistant.ask(question))
>>> feedback.rate(library, LOCAL, turn.id, "down", "incomplete", "Нет срока")
"""

from assistant.records import checks, conversations, exports, feedback, uploads
from assistant.records.owner import LOCAL, Owner, signed_in

__all__ = [
    "LOCAL",
    "Owner",
    "checks",
    "conversations",
    "exports",
    "feedback",
    "signed_in",
    "uploads",
]
