"""Texts -> vectors and token codes, made on a cluster some batches ahead of the one that is being stored."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from assistant.index.elsewhere import Made
from assistant.index.embedder import Embedder
from assistant.index.late import TokenProfile
from assistant.settings import Settings
from ingest.cluster.connection import Cluster
from ingest.cluster.reading import error_of
from ingest.cluster.tasks import Embedded, Model, Worker, code_hash, embed_passages

PIECE = 32  # texts of one task: some seconds of a processor, lost with a worker that dies


class ClusterEmbedding:
    """The embedding model of ``settings``, on a cluster. ``workers``: pieces each has embedded."""

    def __init__(self, cluster: Cluster, settings: Settings, batch: int) -> None:
        self.ahead = math.ceil(2 * cluster.cpus * PIECE / batch)
        self.workers: Counter[Worker] = Counter()
        self._cluster = cluster
        self._settings = settings
        self._profile: tuple[TokenProfile | None, Any] = (None, None)

    def begin(
        self, texts: Sequence[str], spoken: Sequence[str], embedder: Embedder, profile: TokenProfile | None
    ) -> Callable[[], dict[str, Made]]:
        """As :meth:`assistant.index.elsewhere.Elsewhere.begin`. Raises ClusterError, ModelError."""
        model = self._model(embedder)
        if profile is not self._profile[0]:
            self._profile = (profile, None if profile is None else self._cluster.share(profile))
        unique = dict(zip(texts, spoken, strict=True))
        # Longest first: texts of one task are of like length, as the encoder's batches want them.
        ordered = sorted(unique, key=len, reverse=True)
        pieces = [ordered[first : first + PIECE] for first in range(0, len(ordered), PIECE)]
        started = [
            self._cluster.start(
                embed_passages, code_hash(), piece, [unique[text] for text in piece], model, self._profile[1]
            )
            for piece in pieces
        ]

        def finish() -> dict[str, Made]:
            made: dict[str, Made] = {}
            for piece, each in zip(pieces, started, strict=True):
                done: Embedded = self._cluster.result(each)
                self.workers[done.worker] += 1
                if done.error is not None:
                    raise error_of(done.error)
                assert done.vectors is not None
                made.update(zip(piece, zip(done.vectors, done.codes, strict=True), strict=True))
            return made

        return finish

    def _model(self, embedder: Embedder) -> Model:
        named = self._settings
        return Model(
            named.embedder, str(named.models_path.absolute()), named.adapter, named.embedder_backend,
            embedder.identity.fingerprint,
        )  # fmt: skip
