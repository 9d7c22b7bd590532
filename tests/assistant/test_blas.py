"""The command's numpy computes on the thread that asks, unless the user says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from assistant.blas import VARIABLE

THREADS = """
import sys
from assistant.cli import main
sys.argv = ["ai-policy", "--help"]
try:
    main()
except SystemExit:
    pass
assert "numpy" not in sys.modules
import numpy
from threadpoolctl import threadpool_info
print([each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"])
"""


@pytest.mark.parametrize(("set_by_the_user", "threads"), [(None, 1), ("2", 2)])
def test_matrix_products_run_on_as_many_threads_as_asked(set_by_the_user, threads):
    pytest.importorskip("threadpoolctl")
    if threads > (os.cpu_count() or 1):
        pytest.skip("this machine has one processor")
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    if set_by_the_user:
        environment[VARIABLE] = set_by_the_user
    done = subprocess.run(  # noqa: PLW1510
        [sys.executable, "-c", THREADS], env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str([threads])
