"""Downloads over HTTP: what a reader exported, and that nobody else gets it."""

from __future__ import annotations

import io
from urllib.parse import unquote

import httpx
import pytest
from docx import Document

from assistant.records import conversations, exports
from assistant.records.owner import signed_in
from tests.assistant.web.serving import serving
from tests.assistant.web.standin import QUOTES, answer

HEADER = "X-Remote-User"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("home"), owner_header=HEADER) as found:
        yield found


@pytest.fixture(scope="module")
def kept(served):
    """(owner, conversation, turn) of a conversation of Anna's."""
    library = served[1].library
    anna = signed_in(HEADER, ["anna"])
    conversation = conversations.create(library, anna).id
    turn = conversations.append(library, anna, conversation, "Кто в совете?", answer("Кто в совете?"))
    conversations.append(library, anna, conversation, "Ничего не вышло", None)
    return anna, conversation, turn.id


def get(served, path, user="anna"):
    headers = {"Accept-Language": "ru", **({HEADER: user} if user else {})}
    return httpx.get(f"{served[0]}/exports/{path}", headers=headers, timeout=120)


def test_a_conversation_comes_as_a_word_file_with_its_quotations(served, kept):
    reply = get(served, f"conversations/{kept[1]}.docx")
    assert reply.status_code == 200
    assert "Кто-в-совете.docx" in unquote(reply.headers["content-disposition"])
    document = Document(io.BytesIO(reply.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(each.text for each in document.paragraphs), *cells])
    assert "Кто в совете?" in text
    assert QUOTES[0] in text
    assert "Ничего не вышло" not in text


def test_one_answer_comes_as_markdown_and_the_export_is_remembered(served, kept):
    owner, conversation, turn = kept
    reply = get(served, f"turns/{turn}.md")
    assert QUOTES[0] in reply.text
    assert reply.headers["cache-control"] == "private, no-store"
    found = exports.listed(served[1].library, owner, conversation=conversation).items
    assert (found[0].turn, found[0].file_format) == (turn, "md")


@pytest.mark.parametrize("user", ["boris", "Anna", "user:anna"])
def test_nobody_else_gets_it(served, kept, user):
    for path in (f"conversations/{kept[1]}.docx", f"turns/{kept[2]}.pdf"):
        reply = get(served, path, user)
        assert reply.status_code in (400, 404)
        assert QUOTES[0].encode() not in reply.content


def test_without_a_user_or_with_two_nothing_is_given(served, kept):
    path = f"conversations/{kept[1]}.md"
    assert get(served, path, None).status_code == 401
    twice = [(HEADER, "anna"), (HEADER, "boris")]
    assert httpx.get(f"{served[0]}/exports/{path}", headers=twice, timeout=120).status_code == 401


@pytest.mark.parametrize("path", ["conversations/x.docx", "turns/..%2F..%2Fetc.docx", "conversations/{}.exe"])
def test_what_is_not_there_or_no_format_is_an_error(served, kept, path):
    reply = get(served, path.format(kept[1]))
    assert reply.status_code in (400, 404)
