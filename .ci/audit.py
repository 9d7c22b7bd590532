"""The pinned dependencies against a database of known vulnerabilities: `python .ci/audit.py [--must]`.

Exit 0: none that is not accepted in accepted-vulnerabilities.txt, or, without --must, no database can be
reached from here, which is said. Exit 1: vulnerabilities, or, with --must, no database.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINNED = HERE.parent / "constraints.txt"
ACCEPTED = HERE / "accepted-vulnerabilities.txt"
TOOL = "pip-audit==2.10.1"
DATABASE = os.environ.get("AUDIT_DATABASE", "https://api.osv.dev/v1/vulns/CVE-2026-45829")
SECONDS = 5.0  # to find out whether anybody answers


def reachable(address: str = DATABASE) -> bool:
    """Whether the database answers at all."""
    try:
        with urllib.request.urlopen(address, timeout=SECONDS):  # noqa: S310 (a fixed address)
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500 and error.code not in (403, 407)  # those are a proxy's
    except (OSError, ValueError):
        return False


def accepted(text: str) -> list[str]:
    """The ids of a list in which every line is an id and a reason. Raises ValueError for one without."""
    ids = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = re.fullmatch(r"((?:CVE|GHSA|PYSEC)-[\w-]+)\s+(\S.{10,})", line.strip())
        if found is None:
            raise ValueError(f"{ACCEPTED.name}: '{line}' is no id with a reason")
        ids.append(found[1])
    return ids


def audit(ignored: list[str]) -> int:
    """Run pip-audit, in an environment of its own, over the pinned versions; its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", TOOL], check=True)  # noqa: S603
        command = [
            *(python, "-m", "pip_audit", "--requirement", PINNED, "--no-deps", "--disable-pip"),
            *("--vulnerability-service", "osv", "--progress-spinner", "off"),
            *(word for each in ignored for word in ("--ignore-vuln", each)),
        ]
        return subprocess.run(command, check=False).returncode  # noqa: S603


def main(words: list[str]) -> int:
    """Audit where that is possible."""
    ignored = accepted(ACCEPTED.read_text(encoding="utf-8"))
    if not reachable():
        print("NOT AUDITED: no database of vulnerabilities can be reached from here.")  # noqa: T201
        print("Run 'make audit' on a machine that reaches one before you install or release.")  # noqa: T201
        return int("--must" in words)
    return audit(ignored)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
