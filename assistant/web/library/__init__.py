"""The Library tab and its routes.

:data:`UPLOADS` takes bodies as large as ``settings.api_ingest_bytes`` allows; whatever limits bodies in front
of it has to let them pass.
"""

from __future__ import annotations

from pathlib import Path

from assistant.web.library.routes import UPLOADS, add_routes
from assistant.web.library.tab import LibraryTab

__all__ = ["STYLE", "UPLOADS", "LibraryTab", "add_routes"]

STYLE = Path(__file__).with_name("library.css").read_text(encoding="utf-8")
