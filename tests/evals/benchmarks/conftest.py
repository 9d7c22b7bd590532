"""A small home whose stand-in embedder also compares token by token."""

import numpy as np
import pytest

from assistant.index.centring import LANGS, ROLES
from assistant.index.late import TokenProfile
from tests.builders import StemEmbedder


@pytest.fixture
def reader(garden):
    """An Assistant with a token profile that subtracts nothing and keeps every direction."""
    size = StemEmbedder.identity.dimension
    none = {(role, lang): np.zeros(size, np.float32) for role in ROLES for lang in LANGS}
    profile = TokenProfile(StemEmbedder.identity.fingerprint, none, np.eye(size, dtype=np.float32))
    profile.save(garden.indexes.token_profile_file)
    return garden
