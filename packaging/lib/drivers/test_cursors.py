"""The queries that Warren sends, through the drivers' cursors."""
import pytest
from arango.exceptions import AQLQueryExecuteError, AQLQueryExplainError, CursorCloseError, CursorNextError
from conftest import failure

KEYS = "FOR d IN @@collection RETURN { key: d._key, rev: d._rev }"
COUNT = "FOR d IN @@collection FILTER d.@a == @v COLLECT WITH COUNT INTO n RETURN n"
HERE = {"@collection": "documents"}


def test_batches(db, documents):
    documents.insert_many([{"_key": str(number)} for number in range(5)])
    cursor = db.aql.execute(KEYS, bind_vars=HERE, batch_size=2, count=True)
    assert cursor.count() == 5 and cursor.has_more()
    assert sorted(row["key"] for row in cursor) == ["0", "1", "2", "3", "4"]
    assert cursor.close(ignore_missing=True) in (None, False)


def test_closing(db, documents):
    documents.insert_many([{}, {}, {}])
    cursor = db.aql.execute(KEYS, bind_vars=HERE, batch_size=1)
    assert cursor.close() is True
    failure(cursor.close, CursorCloseError, 404, 1600)
    failure(cursor.fetch, CursorNextError, 404, 1600)


def test_counting(db, documents):
    documents.insert_many([{"n": 1}, {"n": 1}, {"n": 2}, {}])
    count = lambda value: list(db.aql.execute(COUNT, bind_vars={**HERE, "a": "n", "v": value}))
    assert [count(1), count(3), count(None)] == [[2], [0], [1]]


@pytest.mark.parametrize(
    "query, bind_vars, http, number",
    [
        ("", {}, 400, 1502), (KEYS, {}, 400, 1551), (KEYS, {**HERE, "x": 1}, 400, 1552), (KEYS, {"@collection": 7}, 400, 1553),
        (KEYS, {"@collection": "nowhere"}, 404, 1203), ("FOR d IN", {}, 400, 1501),
    ],
)
def test_errors(db, documents, query, bind_vars, http, number):
    failure(lambda: db.aql.execute(query, bind_vars=bind_vars), AQLQueryExecuteError, http, number)
    if query:
        failure(lambda: db.aql.explain(query, bind_vars=bind_vars), AQLQueryExplainError, http, number)


def test_explaining(db, documents):
    assert db.aql.explain(KEYS, bind_vars=HERE)["nodes"]
