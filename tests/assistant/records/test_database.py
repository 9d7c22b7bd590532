"""The records in the library's database: made where they are missing, written by several at once."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import LibraryError
from assistant.library import Library
from assistant.records import conversations, feedback, reach
from assistant.records.schema import TABLES
from tests.assistant.records.sample import ANNA, answer


def at_once(threads, call):
    """Call in several threads that begin together; returns what each returned."""
    start = threading.Barrier(threads)

    def begin(number):
        start.wait(timeout=180)
        return call(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(begin, range(threads)))


def test_a_home_without_the_tables_gets_them_and_keeps_what_it_holds(library):
    with library.engine.begin() as connection:
        for table in reversed(TABLES):
            connection.execute(text(f"DROP TABLE {table.name}"))
    version = library.version
    older = Library(library.url)
    made = conversations.create(older, ANNA, title="Розы")
    assert {table.name for table in TABLES} <= set(inspect(older.engine).get_table_names())
    assert conversations.get(older, ANNA, made.id).conversation.title == "Розы"
    assert older.version == version and len(older.editions()) == 1
    older.close()


def test_two_programs_may_make_the_tables_at_the_same_time(library):
    opened = [
        _another(library) for _ in range(4)
    ]  # each with connections of its own, past the lock in one process
    for _ in range(5):
        with library.engine.begin() as connection:
            for table in reversed(TABLES):
                connection.execute(text(f"DROP TABLE {table.name}"))
        at_once(4, lambda number: _made_by(opened[number]))
        assert {table.name for table in TABLES} <= set(inspect(library.engine).get_table_names())
    for each in opened:
        each.dispose()


def _another(library):
    return Library(library.url).engine


def _made_by(engine):
    """What a program does that finds no tables; the lock that its threads share is left out."""
    try:
        reach.create_tables(engine, TABLES)
    except SQLAlchemyError:
        reach.create_tables(engine, TABLES)


def test_turns_added_at_the_same_time_get_places_of_their_own(library):
    key = conversations.create(library, ANNA).id
    other = Library(library.url)  # as another process has it

    def add(number):
        through = (library, other)[number % 2]
        return [
            conversations.append(through, ANNA, key, f"{number}-{each}?", answer()).position
            for each in range(5)
        ]

    places = at_once(4, add)
    other.close()
    assert sorted(place for each in places for place in each) == list(range(1, 21))
    assert all(each == sorted(each) for each in places)
    turns = conversations.get(library, ANNA, key).turns
    assert [turn.position for turn in turns] == list(range(1, 21))
    assert conversations.listed(library, ANNA).items[0].title == turns[0].question


def test_thumbs_given_at_the_same_time_are_one(library):
    key = conversations.create(library, ANNA).id
    turn = conversations.append(library, ANNA, key, "Когда?", answer()).id
    thumbs = at_once(4, lambda number: feedback.rate(library, ANNA, turn, ("up", "down")[number % 2]).thumb)
    (kept,) = feedback.listed(library, ANNA).items
    assert len(thumbs) == 4 and kept.thumb in thumbs


def test_taking_turns_out_and_adding_one_at_the_same_time_lose_nothing(library):
    key = conversations.create(library, ANNA).id
    first = conversations.append(library, ANNA, key, "Первый?", answer()).id
    at_once(
        2,
        lambda number: (
            conversations.append(library, ANNA, key, "Второй?", answer())
            if number
            else conversations.truncate(library, ANNA, key, first)
        ),
    )
    left = [turn.question for turn in conversations.get(library, ANNA, key).turns]
    assert left in (["Второй?"], [])  # added after the truncation, or taken out with the rest
    assert conversations.append(library, ANNA, key, "Третий?", answer()).position == 3


def test_a_library_that_another_program_holds_is_told_and_nothing_is_half_done(tmp_path):
    file = tmp_path / "library.sqlite"
    library = Library(f"sqlite:///{file}")
    key = conversations.create(library, ANNA).id
    library.engine.dispose()
    event.listen(
        library.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=20")
    )
    writer = sqlite3.connect(file)
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryError, match="Nothing was changed"):
        conversations.append(library, ANNA, key, "Когда?", answer())
    assert conversations.get(library, ANNA, key).turns == []  # reading goes on
    writer.rollback()
    writer.close()
    assert conversations.append(library, ANNA, key, "Когда?", answer()).position == 1
    library.close()
