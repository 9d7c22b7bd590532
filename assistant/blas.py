"""numpy's matrix products on one thread, as a process sets it before numpy is imported."""

from __future__ import annotations

import os

VARIABLE = "OPENBLAS_NUM_THREADS"


def on_one_thread() -> None:
    """Have each matrix product done by the thread that asks for it; what the user has set stays.

    The products of a question are small: OpenBLAS's further threads mostly spin while they wait for the next
    one, which took nearly as much of the processors again as the question itself. Embedding has threads of
    its own, and torch has others.
    """
    os.environ.setdefault(VARIABLE, "1")
