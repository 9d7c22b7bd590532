"""The web app imports Gradio without having it rewrite the stubs of its components."""

import subprocess
import sys

TOLD = """
import sys
from pathlib import Path
import assistant.web
read = []
real = Path.read_text
def read_text(self, *given, **named):
    read.append(self.suffix)
    return real(self, *given, **named)
Path.read_text = read_text
import gradio
print(sum(suffix == ".pyi" for suffix in read), hasattr(gradio.Textbox, "change"), len(sys.meta_path))
"""


def told(program: str) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    ).stdout.split()


def test_no_stub_is_read_or_written_and_components_have_their_events():
    stubs, events, finders = told(TOLD)
    assert (stubs, events) == ("0", "True")
    assert (
        finders == told("import sys; print(len(sys.meta_path))")[0]
    )  # nothing stays in the way of other imports


def test_without_it_stubs_are_read():
    assert int(told(TOLD.replace("import assistant.web\n", ""))[0]) > 0
