"""Edges, and named graphs around them."""
from arango.exceptions import (
    DocumentDeleteError,
    DocumentInsertError,
    DocumentRevisionError,
    EdgeDefinitionCreateError,
    EdgeDefinitionDeleteError,
    EdgeListError,
    GraphCreateError,
    GraphDeleteError,
    GraphPropertiesError,
    VertexCollectionCreateError,
    VertexCollectionDeleteError,
)
from conftest import failure

OWNS = {"edge_collection": "owns", "from_vertex_collections": ["companies"], "to_vertex_collections": ["companies"]}


def test_edge_documents(db):
    db.create_collection("companies")
    edges = db.create_collection("owns", edge=True)
    assert edges.insert({"_key": "e", "_from": "companies/a", "_to": "companies/b"})["_id"] == "owns/e"
    for ends in ({}, {"_from": "companies/a"}, {"_from": "companies/a", "_to": "b"}, {"_from": "companies/a", "_to": 7}):
        failure(lambda ends=ends: edges.insert(ends), DocumentInsertError, 400, 1233)
    edges.update({"_key": "e", "share": 51})
    assert edges.get("e")["_to"] == "companies/b"
    assert [type(result) for result in edges.insert_many([{"_from": "x/1"}])] == [DocumentInsertError]


def test_graph(db):
    graph = db.create_graph("group", edge_definitions=[OWNS])
    assert db.has_graph("group") and [found["name"] for found in db.graphs()] == ["group"]
    failure(lambda: db.create_graph("group"), GraphCreateError, 409, 1925)
    failure(lambda: db.graph("x").properties(), GraphPropertiesError, 404, 1924)
    assert graph.edge_definitions() == [OWNS]
    assert graph.vertex_collections() == ["companies"]
    assert db.delete_graph("group") and db.has_collection("owns")
    failure(lambda: db.delete_graph("group"), GraphDeleteError, 404, 1924)
    assert db.delete_graph("group", ignore_missing=True) is False
    db.create_graph("group", edge_definitions=[OWNS])
    db.delete_graph("group", drop_collections=True)
    assert not db.has_collection("owns") and not db.has_collection("companies")


def test_definitions(db):
    graph = db.create_graph("group", edge_definitions=[OWNS], orphan_collections=["people"])
    assert sorted(graph.vertex_collections()) == ["companies", "people"] and graph.has_vertex_collection("people")
    failure(lambda: graph.create_vertex_collection("people"), VertexCollectionCreateError, 400, 1938)
    failure(lambda: graph.create_vertex_collection("companies"), VertexCollectionCreateError, 400, 1929)
    failure(lambda: graph.delete_vertex_collection("x"), VertexCollectionDeleteError, 404, 1926)
    graph.create_edge_definition("works", ["people"], ["companies"])
    failure(lambda: graph.create_edge_definition("works", ["people"], ["companies"]), EdgeDefinitionCreateError, 400, 1920)
    assert db.collection("works").properties()["edge"] is True
    graph.replace_edge_definition("works", ["companies"], ["companies"])
    assert graph.properties()["orphan_collections"] == ["people"]
    assert graph.delete_edge_definition("works", purge=True) and not db.has_collection("works")
    failure(lambda: graph.delete_edge_definition("works"), EdgeDefinitionDeleteError, 404, 1930)
    assert graph.delete_vertex_collection("people", purge=True) and not db.has_collection("people")


def test_documents_of_a_graph(db):
    graph = db.create_graph("group", edge_definitions=[OWNS])
    companies = graph.vertex_collection("companies")
    made = companies.insert({"_key": "a", "name": "A"})
    assert made["_id"] == "companies/a"
    failure(lambda: companies.insert({"_key": "a"}), DocumentInsertError, 409, 1210)
    assert companies.get("a")["name"] == "A" and companies.get("x") is None
    companies.update({"_key": "a", "size": 1})
    failure(lambda: companies.replace({"_key": "a", "_rev": made["_rev"]}), DocumentRevisionError, 412, 1200)
    companies.replace({"_key": "a", "size": 2}, check_rev=False)
    assert "name" not in companies.get("a")
    failure(lambda: graph.vertex_collection("other").insert({}), DocumentInsertError, 404, 1926)
    assert companies.delete("a") is True
    failure(lambda: companies.delete("a"), DocumentDeleteError, 404, 1202)
    assert companies.delete("a", ignore_missing=True) is False


def test_edges_of_a_graph(db):
    graph = db.create_graph("group", edge_definitions=[OWNS])
    for key in "abc":
        graph.insert_vertex("companies", {"_key": key})
    owns = graph.edge_collection("owns")
    owns.link("companies/a", "companies/b", {"_key": "ab"})
    owns.link({"_id": "companies/b"}, {"_id": "companies/c"}, {"_key": "bc"})
    assert [edge["_key"] for edge in owns.edges("companies/b", direction="out")["edges"]] == ["bc"]
    assert [edge["_key"] for edge in owns.edges("companies/b", direction="in")["edges"]] == ["ab"]
    assert sorted(edge["_key"] for edge in owns.edges("companies/b")["edges"]) == ["ab", "bc"]
    failure(lambda: graph.edge_collection("x").edges("companies/a"), EdgeListError, 404, 1203)
    failure(lambda: owns.insert({"_from": "companies/a"}), DocumentInsertError, 400, 1233)
    failure(lambda: owns.insert({"_from": "companies/a", "_to": "people/x"}), DocumentInsertError, 400, 1947)
    owns.update({"_key": "ab", "share": 51})
    assert owns.get("ab")["share"] == 51
    # With a document go its edges.
    graph.delete_vertex("companies/b")
    assert owns.get("ab") is None and owns.get("bc") is None
