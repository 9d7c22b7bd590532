"""Files -> editions, read on a cluster some files ahead of the one that is being stored."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import ModelError, PolicyError
from assistant.library.drafts import EditionDraft
from assistant.model import Authority, Identity
from assistant.settings import ReaderSettings
from ingest.cage import Cage
from ingest.cage.ahead import Key, key_of
from ingest.cage.refusals import as_said
from ingest.catalogue import Catalogue
from ingest.cluster.connection import Cluster, ClusterError
from ingest.cluster.tasks import File, Read, Worker, code_hash, read_edition
from ingest.hidden import Hidden

log = logging.getLogger(__name__)

AHEAD = 2  # files under way for each processor: one being read, one waiting


class ClusterCage(Cage):
    """The cages of a cluster's machines, in the place of this machine's. ``workers``: files each has read."""

    def __init__(self, cluster: Cluster, limits: ReaderSettings) -> None:
        super().__init__(limits)
        self.ahead = AHEAD * cluster.cpus
        self.workers: Counter[Worker] = Counter()
        self._cluster = cluster
        self._begun: dict[Key, Any] = {}
        self._shared: tuple[Catalogue, str, list[Any]] | None = None

    def begin(
        self,
        data: bytes,
        path: Path,
        sidecar: dict[str, Any] | None,
        catalogue: Catalogue,
        overrides: Identity | None = None,
        authority: Authority | None = None,
    ) -> None:
        """Have a file read that will be asked for. Raises ClusterError."""
        key = key_of(data, path, sidecar)
        if key not in self._begun:
            file = File(data, str(path.absolute()), sidecar, overrides, authority)
            digest, shared = self._share(catalogue)
            self._begun[key] = self._cluster.start(
                read_edition, code_hash(), file, self.limits, digest, shared
            )

    def edition(
        self,
        data: bytes,
        path: Path,
        sidecar: dict[str, Any] | None,
        catalogue: Catalogue,
        overrides: Identity | None = None,
        authority: Authority | None = None,
        tell_hidden: Callable[[Sequence[Hidden]], None] | None = None,
        tell_read: Callable[[], None] = lambda: None,
    ) -> EditionDraft:
        """As :meth:`Cage.edition`, by a worker. Raises also ClusterError."""
        self.begin(data, path, sidecar, catalogue, overrides, authority)
        read: Read = self._cluster.result(self._begun.pop(key_of(data, path, sidecar)))
        self.workers[read.worker] += 1
        if tell_hidden is not None and read.hidden:
            tell_hidden(read.hidden)
        if read.error is not None:
            raise error_of(read.error)
        tell_read()
        assert read.edition is not None
        return read.edition

    def _share(self, catalogue: Catalogue) -> tuple[str, list[Any]]:
        """The catalogue's hash and what stands for it on the cluster, in a list: a worker takes it once."""
        held = self._shared
        if held is None or held[0] is not catalogue:
            digest = hashlib.sha256(catalogue.model_dump_json().encode()).hexdigest()
            held = self._shared = (catalogue, digest, [self._cluster.share(catalogue)])
        return held[1], held[2]


def error_of(said: Mapping[str, str]) -> PolicyError:
    """The error that a worker told of."""
    for kind in (ClusterError, ModelError):
        if said["type"] == kind.__name__:
            return kind(said["en"], said["ru"])
    return as_said(dict(said))
