/*
 * describe_graph.h - a small RDF graph, built once and written as Turtle, as JSON-LD
 * and as RDF/XML.
 *
 * Named subjects stand at the top; a blank node belongs to the one statement that made
 * it. Predicates and types are prefixed names of the one table that the writers use;
 * IRIs are absolute. Everything lives in the graph's arena.
 */
#ifndef OD_STAGE_DESCRIBE_GRAPH_H
#define OD_STAGE_DESCRIBE_GRAPH_H

#include "core/arena.h"
#include "core/buf.h"
#include "spec/spec.h"

struct od_gnode;

struct od_graph {
	struct od_arena arena;
	struct od_gnode **nodes; /* the named ones, in order of their making */
	size_t n, cap;
};

/* The node of an IRI, made if there is none; `type` ("dcat:Dataset") is added once. */
struct od_gnode *od_graph_node(struct od_graph *g, const char *iri, const char *type);

/* A blank node as the object of a statement. */
struct od_gnode *od_graph_blank(struct od_graph *g, struct od_gnode *s, const char *p,
                                const char *type);

/* Statements. Objects of one predicate keep their order. */
void od_graph_iri(struct od_graph *g, struct od_gnode *s, const char *p,
                  const char *iri);
void od_graph_text(struct od_graph *g, struct od_gnode *s, const char *p,
                   const char *text);
void od_graph_lang(struct od_graph *g, struct od_gnode *s, const char *p,
                   const char *text, const char *lang);
void od_graph_text2(struct od_graph *g, struct od_gnode *s, const char *p,
                    struct od_text2 text);
/* `type` as "xsd:date". */
void od_graph_typed(struct od_graph *g, struct od_gnode *s, const char *p,
                    const char *text, const char *type);

void od_graph_turtle(const struct od_graph *g, struct od_buf *b);
void od_graph_jsonld(const struct od_graph *g, struct od_buf *b);
void od_graph_rdfxml(const struct od_graph *g, struct od_buf *b);

void od_graph_release(struct od_graph *g);

#endif
