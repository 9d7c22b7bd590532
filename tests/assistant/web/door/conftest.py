"""One app with accounts for all tests of a module."""

from __future__ import annotations

import pytest

from tests.assistant.web.door.serving import with_accounts


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with with_accounts(tmp_path_factory.mktemp("home")) as made:
        yield made
