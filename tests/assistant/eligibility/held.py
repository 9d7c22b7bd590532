"""Libraries for checks: the embedded corpus without an index, and one that an act of ours comes into."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.engine import Assistant
from assistant.library import Library
from assistant.library.view import LibraryView
from assistant.model import Authority, Identity, IngestReport
from assistant.settings import Settings
from ingest.embedded import embedded_catalogue, ingest_embedded, put_catalogue
from ingest.pipeline import Ingest, Options

FILE = "library.sqlite"


@lru_cache(maxsize=1)
def _folder() -> Path:
    """A folder with the library of the embedded corpus, made once and removed at the end of the run."""
    made = Path(tempfile.mkdtemp(prefix="eligibility-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    library = Library(f"sqlite:///{made / FILE}")
    catalogue = embedded_catalogue()
    put_catalogue(library, catalogue)
    ingest_embedded(library, catalogue)
    library.close()
    return made


@lru_cache(maxsize=1)
def embedded() -> Assistant:
    """An assistant over the embedded corpus; nothing may write to it."""
    home = _folder()
    return Assistant(Settings(home=home, lang="en"), library=Library(f"sqlite:///{home / FILE}"))


@dataclass
class Home:
    """A library of one's own, which files can be taken into."""

    folder: Path
    library: Library

    @classmethod
    def new(cls, folder: Path) -> Home:
        """A copy of the embedded corpus' library in ``folder``."""
        shutil.copy(_folder() / FILE, folder / FILE)
        return cls(folder, Library(f"sqlite:///{folder / FILE}"))

    @property
    def view(self) -> LibraryView:
        """The library as it is now."""
        return LibraryView(self.library)

    @property
    def assistant(self) -> Assistant:
        """An assistant over it."""
        return Assistant(Settings(home=self.folder, lang="en"), library=self.library)

    def take(
        self, name: str, text: str, authority: Authority | None = None, edition: str | None = None
    ) -> IngestReport:
        """Take a text file in through the pipeline. ``edition``: the day it is of, if not the act's own."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        files = self.folder / "files"
        options = Options(Identity(edition=edition) if edition else None, authority)
        report = Ingest(self.library, embedded_catalogue(), files, options).run([path])
        assert not report.failed, report.failed
        return report
