"""Sets the model up that tests embed with: ``python -m tests.model``, before several processes need it."""

from __future__ import annotations

from assistant.index.e5_weights import console_progress
from assistant.index.embedder import find_embedder
from tests.conftest import MODELS

if __name__ == "__main__":
    with console_progress() as progress:
        find_embedder("multilingual-e5-small", MODELS, progress=progress)
