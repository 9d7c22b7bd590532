"""Acts that we invented -> a library of their own, over which regressions show that the corpus hides.

In the embedded corpus every statement stands in both languages and every act has one text, so that neither
centring nor the edition of a date makes a difference there. The samples are acts in one language each, some
in two editions. Their library lies under ``<home>/evals``, is made once and kept, and shares the model.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
from functools import lru_cache
from pathlib import Path
from weakref import WeakKeyDictionary

from assistant.engine import Assistant
from assistant.errors import ReadError
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.library import Library
from assistant.settings import Settings
from ingest.build import PIPELINE
from ingest.cage import cage_of
from ingest.embedded import embedded_catalogue, parallel_statements, put_catalogue
from ingest.pipeline import Ingest, Options
from ingest.run import writing

SAMPLES = Path(__file__).parent / "samples"
CASES = SAMPLES / "cases.csv"

_made: WeakKeyDictionary[Assistant, Assistant] = WeakKeyDictionary()
_making = threading.Lock()


def over_samples(assistant: Assistant) -> Assistant:
    """An assistant with the same settings, model and cache whose library is the sample acts.

    The first one takes the acts in, which takes some seconds. Raises ReadError where one cannot be read.
    """
    with _making:
        found = _made.get(assistant)
        if found is None:
            found = _made[assistant] = _over(assistant)
        return found


def _over(assistant: Assistant) -> Assistant:
    home = assistant.settings.home / "evals" / f"samples-{_texts_hash()}"
    settings = assistant.settings.model_copy(
        update={"home": home, "database_url": None, "chroma_url": None, "files_url": None}
    )
    embedder = assistant.indexes.embedder
    indexes = Indexes(home / "index" / embedder.identity.fingerprint[:12], embedder, assistant.indexes.cache)
    _take_in(settings, indexes, assistant.indexes)
    return Assistant(settings, library=Library(settings.library_url), indexes=indexes)


def _take_over_means(known: Indexes, new: Indexes) -> None:
    """Let the samples be indexed by the language means of the home, where it has learnt them."""
    new.path.mkdir(parents=True, exist_ok=True)
    for name in ("profile_file", "token_profile_file"):
        source, target = getattr(known, name), getattr(new, name)
        if source.is_file() and not target.exists():
            shutil.copy(source, target)


def _take_in(settings: Settings, indexes: Indexes, known: Indexes) -> None:
    with writing(settings) as library:
        _take_over_means(known, indexes)
        catalogue = embedded_catalogue()
        put_catalogue(library, catalogue)
        report = Ingest(
            library, catalogue, settings.files_path, Options(), cage=cage_of(settings.reader)
        ).run(files())
        if report.failed:
            wrong = "; ".join(f"{each.path}: {each.reason}" for each in report.failed)
            raise ReadError(
                f"Sample acts cannot be read: {wrong}. Install the program anew.",
                f"Не читаются акты-образцы: {wrong}. Переустановите программу.",
            )
        reconcile(indexes, library, parallel=parallel_statements)


def files() -> list[Path]:
    """The texts of the sample acts."""
    return sorted(SAMPLES.glob("*/*.txt"))


@lru_cache(maxsize=1)
def _texts_hash() -> str:
    """Of the texts, their sidecars and how texts are cut: another one is another library."""
    digest = hashlib.sha256(PIPELINE.encode())
    for path in sorted(SAMPLES.glob("*/*")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
