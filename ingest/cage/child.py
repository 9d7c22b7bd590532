"""The reading process: requests come on stdin, answers go to stdout. Run as ``python -m ingest.cage.child``.

The readers, identification and grammars run here, so that a hang, a crash or a bomb in any of them ends this
process alone.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import TypeAdapter

from assistant.errors import PolicyError, ReadError
from assistant.library.drafts import EditionDraft
from assistant.model import Authority, Identity
from assistant.settings import ReaderSettings
from ingest.build import build_edition
from ingest.cage import folder, refusals
from ingest.cage.restraint import GRACE_SECONDS, IDLE_SECONDS, alarm, allow_processor, restrain
from ingest.cage.wire import WireError, receive, receive_message, send, send_message
from ingest.catalogue import Catalogue
from ingest.hidden import Hidden
from ingest.readers import read_document
from ingest.readers.scan import RECOGNISING

_DRAFT = TypeAdapter(EditionDraft)
_HIDDEN = TypeAdapter(list[Hidden])
_OBJECTS_BETWEEN_LOOKS = 100_000  # of the garbage collector
_ANYTHING = 1 << 40  # what our own side sends is not limited here

Task = Callable[["Job"], bytes]


class Job:
    """One request: what to do with which bytes, and word of it to the one who asked."""

    def __init__(self, request: dict[str, Any], blobs: Sequence[bytes], catalogue: Catalogue) -> None:
        self.request, self.blobs, self.catalogue = request, blobs, catalogue
        self.out: BinaryIO

    def tell(self, event: str, **said: Any) -> None:
        """Say something meanwhile."""
        send_message(self.out, {"event": event, **said})

    def hidden(self, findings: Sequence[Hidden]) -> None:
        """Say what nobody sees of the file."""
        self.tell("hidden", findings=_HIDDEN.dump_python(list(findings), mode="json"))


def _edition(job: Job) -> bytes:
    said, authority = job.request["overrides"], job.request["authority"]
    draft = build_edition(
        job.blobs[0],
        Path(job.request["path"]),
        job.request["sidecar"],
        job.catalogue,
        None if said is None else Identity.model_validate(said),
        None if authority is None else Authority(authority),
        job.hidden,
        lambda: job.tell("structure"),
    )
    return _DRAFT.dump_json(draft)


def _text(job: Job) -> bytes:
    document = read_document(job.blobs[0], job.request["name"])
    # Lone halves of surrogate pairs are in no canonical text either.
    return "\n".join(block.text for block in document.blocks).encode("utf-8", "ignore")


def _cut(job: Job) -> bytes:
    from ingest.sync.pages import cut, joined

    container, url = job.request["container"], job.request["name"]
    return joined([element for page in job.blobs for element in cut(page, container, url)])


def _goes_on(job: Job) -> bytes:
    from ingest.sync.pages import goes_on

    return b"1" if goes_on(job.blobs[0], job.request["more"], job.request["name"]) else b""


def _picture(job: Job) -> bytes:
    from ingest.readers.boxes import quote_boxes, render_page

    page, quote, scale = job.request["page"], job.request["quote"], job.request["scale"]
    boxes = quote_boxes(job.blobs[0], page, quote)
    job.tell("boxes", count=len(boxes))
    return render_page(job.blobs[0], page, boxes, scale)


TASKS: dict[str, Task] = {
    "edition": _edition,
    "text": _text,
    "cut": _cut,
    "goes_on": _goes_on,
    "picture": _picture,
}


class _Server:
    """Takes requests until nobody sends any more."""

    def __init__(self, pipe_in: BinaryIO, pipe_out: BinaryIO, limits: ReaderSettings) -> None:
        self.pipe_in, self.pipe_out, self.limits = pipe_in, pipe_out, limits
        self.without = restrain(limits)
        self.catalogue = Catalogue(acts=[])

    def serve(self) -> None:
        """Answer one request after the other."""
        while True:
            alarm(IDLE_SECONDS)
            try:
                request = receive_message(self.pipe_in, _ANYTHING)
                blobs = [receive(self.pipe_in, _ANYTHING) for _ in range(request["blobs"])]
            except WireError:
                return
            alarm(self.limits.seconds + GRACE_SECONDS)
            allow_processor(self.limits.cpu_seconds)
            send_message(self.pipe_out, {"event": "begun", "without": self.without})
            if not self._answer(request, blobs):
                return

    def _answer(self, request: dict[str, Any], blobs: list[bytes]) -> bool:
        """Whether this process is fit for another request after this one."""
        name = request["name"]
        try:
            if "catalogue" in request:
                self.catalogue = Catalogue.model_validate_json(request["catalogue"])
            job = Job(request, blobs, self.catalogue)
            job.out = self.pipe_out
            RECOGNISING.set(self._recognising)
            answer = TASKS[request["task"]](job)
            if len(answer) > self.limits.result_bytes:
                raise refusals.too_much(name, self.limits)
        except PolicyError as error:
            self._refuse(error)
            return True
        except MemoryError:
            self._refuse(refusals.out_of_memory(name, self.limits))
            return False
        except Exception as error:  # noqa: BLE001 (whatever a hostile file brings about: it is reported whole)
            said = {"kind": type(error).__name__, "trace": traceback.format_exc()[-20_000:]}
            send_message(self.pipe_out, {"event": "unforeseen", **said})
            return False
        send_message(self.pipe_out, {"event": "done"})
        send(self.pipe_out, answer)
        return True

    def _refuse(self, error: PolicyError) -> None:
        reason = error.reason if isinstance(error, ReadError) else None
        said = {"type": type(error).__name__, "en": error.en, "ru": error.ru, "reason": reason}
        send_message(self.pipe_out, {"event": "refused", **said})

    def _recognising(self, on: bool) -> None:
        """Recognition of a page begins or has ended: other limits hold meanwhile."""
        seconds = self.limits.ocr_page_seconds if on else self.limits.seconds
        alarm(seconds + GRACE_SECONDS)
        allow_processor(seconds * (os.cpu_count() or 1) if on else self.limits.cpu_seconds)
        send_message(self.pipe_out, {"event": "ocr", "on": on})


def main() -> None:
    """Serve the process that started this one."""
    # What a library prints must not get between the answers.
    pipe_out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    pipe_in = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    # A page is thousands of small objects without cycles: looking through them over and over took a tenth of
    # the time. What is imported by now stays anyway.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS, 20, 20)
    faulthandler.enable()  # a crash in a library says on stderr where it came from
    try:
        _Server(pipe_in, pipe_out, ReaderSettings.model_validate_json(sys.argv[1])).serve()
    finally:
        folder.leave()  # whoever started this process may be gone


if __name__ == "__main__":
    main()
