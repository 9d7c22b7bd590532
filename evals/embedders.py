"""Another embedding model over the same library: indexes of its own, kept beside the home's."""

from __future__ import annotations

import hashlib

from assistant.engine import Assistant
from assistant.index.derive import reconcile
from assistant.index.filling import Progress
from assistant.index.indexes import Indexes


def with_embedder(assistant: Assistant, name: str, progress: Progress | None = None) -> Assistant:
    """The assistant with the embedding model ``name`` (a sentence-transformers model or folder).

    Its indexes are made under ``<home>/evals/embedders`` and kept, so that the next run finds them. Raises
    ModelError where there is no such model.
    """
    if name == assistant.settings.embedder:
        return assistant
    slug = hashlib.sha256(name.encode()).hexdigest()[:12]
    home = assistant.settings.home / "evals" / "embedders" / slug
    home.mkdir(parents=True, exist_ok=True)
    models = assistant.settings.models_path
    changed = assistant.settings.model_copy(update={"embedder": name, "home": home})
    if not (home / "models").exists() and models.exists():
        (home / "models").symlink_to(models, target_is_directory=True)
    indexes = Indexes.at(changed)
    if progress is None:
        reconcile(indexes, assistant.library)
    else:
        reconcile(indexes, assistant.library, progress)
    own = assistant.settings.model_copy(update={"embedder": name})
    return Assistant(own, library=assistant.library, indexes=indexes)
