#include "stage/describe_graph.h"

#include <string.h>

#include "core/json.h"

static const struct {
	const char *prefix, *iri;
} prefixes[] = {
    {"adms", "http://www.w3.org/ns/adms#"},
    {"dcat", "http://www.w3.org/ns/dcat#"},
    {"dct", "http://purl.org/dc/terms/"},
    {"foaf", "http://xmlns.com/foaf/0.1/"},
    {"hydra", "http://www.w3.org/ns/hydra/core#"},
    {"owl", "http://www.w3.org/2002/07/owl#"},
    {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
    {"skos", "http://www.w3.org/2004/02/skos/core#"},
    {"spdx", "http://spdx.org/rdf/terms#"},
    {"void", "http://rdfs.org/ns/void#"},
    {"vcard", "http://www.w3.org/2006/vcard/ns#"},
    {"xsd", "http://www.w3.org/2001/XMLSchema#"},
};

enum object_kind { IRI, TEXT, BLANK };

struct object {
	enum object_kind kind;
	const char *text;        /* IRI or literal */
	const char *lang, *type; /* of a literal; or NULL */
	const struct od_gnode *blank;
	struct object *next;
};

struct statement {
	const char *predicate;
	struct object *first, *last;
	struct statement *next;
};

struct type {
	const char *name;
	struct type *next;
};

struct od_gnode {
	const char *iri; /* NULL: blank */
	struct type *types;
	struct statement *first, *last;
};

static void
add_type(struct od_graph *g, struct od_gnode *s, const char *type)
{
	struct type **at = &s->types;

	while (*at) {
		if (!strcmp((*at)->name, type))
			return;
		at = &(*at)->next;
	}
	*at = od_arena_alloc(&g->arena, sizeof(**at));
	(*at)->name = type;
}

struct od_gnode *
od_graph_node(struct od_graph *g, const char *iri, const char *type)
{
	struct od_gnode *s = NULL;

	for (size_t i = 0; i < g->n && !s; i++)
		if (!strcmp(g->nodes[i]->iri, iri))
			s = g->nodes[i];
	if (!s) {
		if (g->n == g->cap) {
			size_t cap = g->cap ? 2 * g->cap : 64;
			struct od_gnode **v =
			    od_arena_array(&g->arena, cap, sizeof(struct od_gnode *));

			if (g->n)
				memcpy(v, g->nodes, g->n * sizeof(struct od_gnode *));
			g->nodes = v;
			g->cap = cap;
		}
		s = od_arena_alloc(&g->arena, sizeof(*s));
		s->iri = od_arena_str(&g->arena, iri);
		g->nodes[g->n++] = s;
	}
	add_type(g, s, type);
	return s;
}

static struct object *
add(struct od_graph *g, struct od_gnode *s, const char *p, enum object_kind kind)
{
	struct object *o = od_arena_alloc(&g->arena, sizeof(*o));
	struct statement *st = s->first;

	while (st && strcmp(st->predicate, p) != 0)
		st = st->next;
	if (!st) {
		st = od_arena_alloc(&g->arena, sizeof(*st));
		st->predicate = p;
		if (s->last)
			s->last->next = st;
		else
			s->first = st;
		s->last = st;
	}
	if (st->last)
		st->last->next = o;
	else
		st->first = o;
	st->last = o;
	o->kind = kind;
	return o;
}

struct od_gnode *
od_graph_blank(struct od_graph *g, struct od_gnode *s, const char *p, const char *type)
{
	struct od_gnode *blank = od_arena_alloc(&g->arena, sizeof(*blank));

	add_type(g, blank, type);
	add(g, s, p, BLANK)->blank = blank;
	return blank;
}

void
od_graph_iri(struct od_graph *g, struct od_gnode *s, const char *p, const char *iri)
{
	add(g, s, p, IRI)->text = od_arena_str(&g->arena, iri);
}

void
od_graph_text(struct od_graph *g, struct od_gnode *s, const char *p, const char *text)
{
	add(g, s, p, TEXT)->text = od_arena_str(&g->arena, text);
}

void
od_graph_lang(struct od_graph *g, struct od_gnode *s, const char *p, const char *text,
              const char *lang)
{
	struct object *o = add(g, s, p, TEXT);

	o->text = od_arena_str(&g->arena, text);
	o->lang = lang;
}

void
od_graph_text2(struct od_graph *g, struct od_gnode *s, const char *p,
               struct od_text2 text)
{
	od_graph_lang(g, s, p, text.th, "th");
	od_graph_lang(g, s, p, text.en, "en");
}

void
od_graph_typed(struct od_graph *g, struct od_gnode *s, const char *p, const char *text,
               const char *type)
{
	struct object *o = add(g, s, p, TEXT);

	o->text = od_arena_str(&g->arena, text);
	o->type = type;
}

void
od_graph_release(struct od_graph *g)
{
	od_arena_release(&g->arena);
	*g = (struct od_graph){0};
}

/* ---- Turtle */

static void
turtle_literal(struct od_buf *b, const char *s)
{
	od_buf_putc(b, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\') {
			od_buf_putc(b, '\\');
			od_buf_putc(b, *s);
		} else if (c < 0x20 || c == 0x7f) {
			od_buf_printf(b, "\\u%04X", c);
		} else {
			od_buf_putc(b, *s);
		}
	}
	od_buf_putc(b, '"');
}

/* Bytes that Turtle forbids in an IRI, and all that is not ASCII, as %XX. */
static void
put_iri(struct od_buf *b, const char *iri)
{
	for (; *iri; iri++) {
		unsigned char c = (unsigned char)*iri;

		if (c <= 0x20 || c >= 0x7f || strchr("<>\"{}|^`\\", c))
			od_buf_printf(b, "%%%02X", c);
		else
			od_buf_putc(b, *iri);
	}
}

static void turtle_node(struct od_buf *b, const struct od_gnode *s, const char *indent);

static void
turtle_object(struct od_buf *b, const struct object *o, const char *indent)
{
	if (o->kind == IRI) {
		od_buf_putc(b, '<');
		put_iri(b, o->text);
		od_buf_putc(b, '>');
	} else if (o->kind == BLANK) {
		od_buf_puts(b, "[");
		turtle_node(b, o->blank, indent);
		od_buf_puts(b, " ]");
	} else {
		turtle_literal(b, o->text);
		if (o->lang)
			od_buf_printf(b, "@%s", o->lang);
		if (o->type)
			od_buf_printf(b, "^^%s", o->type);
	}
}

static void
turtle_node(struct od_buf *b, const struct od_gnode *s, const char *indent)
{
	for (const struct type *t = s->types; t; t = t->next)
		od_buf_printf(b, "%s%s", t == s->types ? " a " : " , ", t->name);
	for (const struct statement *st = s->first; st; st = st->next) {
		od_buf_printf(b, " ;%s%s ", indent, st->predicate);
		for (const struct object *o = st->first; o; o = o->next) {
			if (o != st->first)
				od_buf_puts(b, " , ");
			turtle_object(b, o, " ");
		}
	}
}

void
od_graph_turtle(const struct od_graph *g, struct od_buf *b)
{
	for (size_t i = 0; i < OD_ARRAY_LEN(prefixes); i++)
		od_buf_printf(b, "@prefix %s: <%s> .\n", prefixes[i].prefix,
		              prefixes[i].iri);
	for (size_t i = 0; i < g->n; i++) {
		od_buf_puts(b, "\n<");
		put_iri(b, g->nodes[i]->iri);
		od_buf_putc(b, '>');
		turtle_node(b, g->nodes[i], "\n  ");
		od_buf_puts(b, " .\n");
	}
}

/* ---- JSON-LD, its context inline: a remote one would be fetched by every reader */

static void
json_text(struct od_buf *b, const char *key, const char *text)
{
	od_buf_printf(b, "\"%s\":", key);
	od_json_string(b, od_span_str(text));
}

static void
json_iri(struct od_buf *b, const char *iri)
{
	od_buf_puts(b, "\"@id\":\"");
	put_iri(b, iri);
	od_buf_putc(b, '"');
}

static void json_members(struct od_buf *b, const struct od_gnode *s,
                         const char *indent);

static void
json_object(struct od_buf *b, const struct object *o)
{
	if (o->kind == TEXT && !o->lang && !o->type) {
		od_json_string(b, od_span_str(o->text));
		return;
	}
	od_buf_putc(b, '{');
	if (o->kind == IRI) {
		json_iri(b, o->text);
	} else if (o->kind == BLANK) {
		json_members(b, o->blank, "");
	} else {
		json_text(b, "@value", o->text);
		od_buf_putc(b, ',');
		json_text(b, o->lang ? "@language" : "@type",
		          o->lang ? o->lang : o->type);
	}
	od_buf_putc(b, '}');
}

static void
json_members(struct od_buf *b, const struct od_gnode *s, const char *indent)
{
	od_buf_puts(b, "\"@type\":[");
	for (const struct type *t = s->types; t; t = t->next)
		od_buf_printf(b, "%s\"%s\"", t == s->types ? "" : ",", t->name);
	od_buf_putc(b, ']');
	for (const struct statement *st = s->first; st; st = st->next) {
		od_buf_printf(b, ",%s\"%s\":", indent, st->predicate);
		od_buf_puts(b, st->first->next ? "[" : "");
		for (const struct object *o = st->first; o; o = o->next) {
			od_buf_puts(b, o == st->first ? "" : ",");
			json_object(b, o);
		}
		od_buf_puts(b, st->first->next ? "]" : "");
	}
}

void
od_graph_jsonld(const struct od_graph *g, struct od_buf *b)
{
	od_buf_puts(b, "{\"@context\":{");
	for (size_t i = 0; i < OD_ARRAY_LEN(prefixes); i++) {
		od_buf_puts(b, i ? "," : "");
		json_text(b, prefixes[i].prefix, prefixes[i].iri);
	}
	od_buf_puts(b, "},\n\"@graph\":[");
	for (size_t i = 0; i < g->n; i++) {
		od_buf_puts(b, i ? ",\n{" : "\n{");
		json_iri(b, g->nodes[i]->iri);
		od_buf_putc(b, ',');
		json_members(b, g->nodes[i], "\n ");
		od_buf_putc(b, '}');
	}
	od_buf_puts(b, "\n]}\n");
}

/* ---- RDF/XML */

static void
xml_text(struct od_buf *b, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '&':
			od_buf_puts(b, "&amp;");
			break;
		case '<':
			od_buf_puts(b, "&lt;");
			break;
		case '>':
			od_buf_puts(b, "&gt;");
			break;
		case '"':
			od_buf_puts(b, "&quot;");
			break;
		case '\r': /* a parser would read it as a line feed */
			od_buf_puts(b, "&#13;");
			break;
		default:
			od_buf_putc(b, *s);
		}
}

static void
xml_iri(struct od_buf *b, const char *attribute, const char *iri)
{
	struct od_buf escaped = {0};

	put_iri(&escaped, iri);
	od_buf_printf(b, " rdf:%s=\"", attribute);
	xml_text(b, od_buf_str(&escaped));
	od_buf_putc(b, '"');
	od_buf_release(&escaped);
}

/* "xsd:date" -> its IRI */
static void
xml_expanded(struct od_buf *b, const char *attribute, const char *name)
{
	size_t n = strcspn(name, ":");

	for (size_t i = 0; i < OD_ARRAY_LEN(prefixes); i++)
		if (strlen(prefixes[i].prefix) == n &&
		    !memcmp(prefixes[i].prefix, name, n)) {
			od_buf_printf(b, " rdf:%s=\"%s%s\"", attribute, prefixes[i].iri,
			              name + n + 1);
			return;
		}
}

static void xml_members(struct od_buf *b, const struct od_gnode *s);

static void
xml_object(struct od_buf *b, const char *p, const struct object *o)
{
	od_buf_printf(b, "<%s", p);
	if (o->kind == IRI) {
		xml_iri(b, "resource", o->text);
		od_buf_puts(b, "/>\n");
		return;
	}
	if (o->lang)
		od_buf_printf(b, " xml:lang=\"%s\"", o->lang);
	if (o->type)
		xml_expanded(b, "datatype", o->type);
	od_buf_putc(b, '>');
	if (o->kind == BLANK) {
		od_buf_puts(b, "<rdf:Description>\n");
		xml_members(b, o->blank);
		od_buf_puts(b, "</rdf:Description>");
	} else {
		xml_text(b, o->text);
	}
	od_buf_printf(b, "</%s>\n", p);
}

static void
xml_members(struct od_buf *b, const struct od_gnode *s)
{
	for (const struct type *t = s->types; t; t = t->next) {
		od_buf_puts(b, "<rdf:type");
		xml_expanded(b, "resource", t->name);
		od_buf_puts(b, "/>\n");
	}
	for (const struct statement *st = s->first; st; st = st->next)
		for (const struct object *o = st->first; o; o = o->next)
			xml_object(b, st->predicate, o);
}

void
od_graph_rdfxml(const struct od_graph *g, struct od_buf *b)
{
	od_buf_puts(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF "
	               "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"");
	for (size_t i = 0; i < OD_ARRAY_LEN(prefixes); i++)
		od_buf_printf(b, "\n xmlns:%s=\"%s\"", prefixes[i].prefix,
		              prefixes[i].iri);
	od_buf_puts(b, ">\n");
	for (size_t i = 0; i < g->n; i++) {
		od_buf_puts(b, "<rdf:Description");
		xml_iri(b, "about", g->nodes[i]->iri);
		od_buf_puts(b, ">\n");
		xml_members(b, g->nodes[i]);
		od_buf_puts(b, "</rdf:Description>\n");
	}
	od_buf_puts(b, "</rdf:RDF>\n");
}
