"""Call graphs and dependency graphs as GraphML, which yEd, Gephi, igraph and networkx read."""

from __future__ import annotations

import networkx as nx


def to_graphml(graph: nx.DiGraph, title: str) -> str:
    """The graph with its attributes; `title` is an attribute of the whole. Numbers stay numbers."""
    told = nx.DiGraph(**{**graph.graph, "title": title})
    told.add_nodes_from(graph.nodes(data=True))
    told.add_edges_from(graph.edges(data=True))
    return "\n".join(nx.generate_graphml(told)) + "\n"
