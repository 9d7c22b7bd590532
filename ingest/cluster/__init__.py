"""Files read and texts embedded by the machines of a Ray cluster, for one process that commits the results.

:mod:`~ingest.cluster.connection` reaches the cluster; :mod:`~ingest.cluster.tasks` is what its workers run;
:mod:`~ingest.cluster.reading` and :mod:`~ingest.cluster.embedding` hand work out and take results back. Only
this process writes: a worker that dies loses nothing but its time.
"""

from ingest.cluster.connection import Cluster, connected
from ingest.cluster.embedding import ClusterEmbedding
from ingest.cluster.reading import ClusterCage

__all__ = ["Cluster", "ClusterCage", "ClusterEmbedding", "connected"]
