#include "spec/yaml.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/file.h"
#include "core/utf8.h"

/* What a tree's nodes share; `file` of each node points to its name. */
struct source {
	enum od_kind kind;
	char name[];
};

struct loader {
	yaml_parser_t parser;
	struct od_arena *a;
	const char *file;
	struct od_err *err;
	enum od_kind kind;
	struct od_span text;
	size_t chars, bytes; /* the same place, as libyaml counts and in the text */
	size_t seen;         /* bytes up to the end of the last event */
	long indent;         /* column of the block that we are in; -1: none */
	unsigned flow;       /* brackets and braces that are open */
};

static enum od_kind
kind_of(const struct od_node *at)
{
	const struct source *s =
	    (const void *)(at->file - offsetof(struct source, name));

	return s->kind;
}

enum od_rc
od_node_error(const struct od_node *at, struct od_err *err, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	return od_err_set(err, kind_of(at), "%s:%u:%u: %s", at->file, at->line,
	                  at->column, text);
}

static enum od_rc
error_at(struct loader *l, yaml_mark_t mark, const char *why)
{
	return od_err_set(l->err, l->kind, "%s:%zu:%zu: %s", l->file, mark.line + 1,
	                  mark.column + 1, why);
}

/*
 * What libyaml lets pass and YAML forbids: comments that touch what is before them,
 * lines inside brackets or quotes that are not indented, "-" as a word.
 */
static size_t
offset(struct loader *l, yaml_mark_t mark)
{
	/* Marks come in turns of forward and back: from the last one it is never far.
	 */
	while (l->chars > mark.index) {
		l->bytes--;
		while (l->bytes > 0 && (l->text.p[l->bytes] & 0xc0) == 0x80)
			l->bytes--;
		l->chars--;
	}
	while (l->chars < mark.index && l->bytes < l->text.n) {
		l->bytes++;
		while (l->bytes < l->text.n && (l->text.p[l->bytes] & 0xc0) == 0x80)
			l->bytes++;
		l->chars++;
	}
	return l->bytes;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
comments_stand_apart(const struct loader *l, size_t from, size_t to)
{
	const char *p = l->text.p;

	for (size_t i = from; i < to; i++) {
		if (p[i] != '#')
			continue;
		if (i > 0 && !is_blank(p[i - 1]))
			return false;
		while (i < to && p[i] != '\n' && p[i] != '\r')
			i++;
	}
	return true;
}

/* Lines that begin after `from`: `least` spaces, or nothing in them but the end. */
static bool
lines_are_indented(const struct loader *l, size_t from, size_t to, long least)
{
	const char *p = l->text.p;

	for (size_t i = from; i < to; i++) {
		size_t at = i + 1;
		long spaces = 0;

		if (p[i] != '\n')
			continue;
		while (at < l->text.n && p[at] == ' ') {
			at++;
			spaces++;
		}
		if (spaces < least && at < l->text.n && p[at] != '\n' &&
		    p[at] != '\r' && p[at] != '#')
			return false;
	}
	return true;
}

/* The first line with text has the indentation of the block: none above has more. */
static bool
block_begins_well(const struct loader *l, size_t from)
{
	const char *line = strchr(l->text.p + from, '\n');
	long most = 0;

	for (; line; line = strchr(line, '\n')) {
		long spaces = (long)strspn(++line, " ");

		if (line[spaces] && line[spaces] != '\n' && line[spaces] != '\r')
			return spaces <= l->indent || spaces >= most;
		most = spaces > most ? spaces : most;
	}
	return true;
}

static enum od_rc
check_scalar(struct loader *l, const yaml_event_t *e)
{
	size_t from = offset(l, e->start_mark), to = offset(l, e->end_mark);
	yaml_scalar_style_t style = e->data.scalar.style;
	size_t header = strcspn(l->text.p + from, "\n");

	if (style == YAML_PLAIN_SCALAR_STYLE)
		return l->flow && !strcmp((char *)e->data.scalar.value, "-")
		           ? error_at(l, e->start_mark, "'-' is no word in a list")
		           : OD_OK;
	if (style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
	    style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return lines_are_indented(l, from, to, l->indent + 1)
		           ? OD_OK
		           : error_at(l, e->start_mark,
		                      "a line of this text is not indented");
	if (!comments_stand_apart(l, from, from + header))
		return error_at(l, e->start_mark, "a comment needs a space before it");
	if (!block_begins_well(l, from))
		return error_at(l, e->start_mark,
		                "an empty line is indented more than the text");
	return OD_OK;
}

static enum od_rc
check_gap(struct loader *l, const yaml_event_t *e)
{
	size_t to = offset(l, e->start_mark), from = l->seen;

	l->seen = offset(l, e->end_mark);
	if (to < from)
		return OD_OK;
	if (!comments_stand_apart(l, from, to))
		return error_at(l, e->start_mark, "a comment needs a space before it");
	if (l->flow && !lines_are_indented(l, from, to, l->indent + 1))
		return error_at(l, e->start_mark,
		                "a line inside brackets is not indented");
	return OD_OK;
}

static enum od_rc
next_event(struct loader *l, yaml_event_t *e)
{
	enum od_rc rc;

	if (!yaml_parser_parse(&l->parser, e))
		return error_at(l, l->parser.problem_mark,
		                l->parser.problem ? l->parser.problem : "not YAML");
	rc = check_gap(l, e);
	if (rc)
		yaml_event_delete(e);
	return rc;
}

static enum od_rc read_node(struct loader *l, yaml_event_t *e, unsigned depth,
                            struct od_node *out);

struct children {
	struct od_node *items, *keys;
	size_t n, cap;
};

static void
make_room(struct children *c)
{
	if (c->n < c->cap)
		return;
	c->cap = c->cap ? 2 * c->cap : 8;
	c->items = od_realloc(c->items, c->cap * sizeof(*c->items));
	c->keys = od_realloc(c->keys, c->cap * sizeof(*c->keys));
}

static enum od_rc
read_key(struct loader *l, yaml_event_t *e, const struct children *c,
         struct od_node *key)
{
	if (e->type != YAML_SCALAR_EVENT)
		return error_at(l, e->start_mark, "a key must be a plain word");
	if (read_node(l, e, 0, key))
		return l->err->rc;
	for (size_t i = 0; i < c->n; i++)
		if (od_span_equal(c->keys[i].text, key->text))
			return od_node_error(key, l->err, "key '%s' stands twice",
			                     key->text.p);
	return OD_OK;
}

static enum od_rc
read_children(struct loader *l, bool map, unsigned depth, struct children *c)
{
	yaml_event_type_t end = map ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
	enum od_rc rc;

	for (;;) {
		yaml_event_t e;

		rc = next_event(l, &e);
		if (rc)
			return rc;
		if (e.type == end) {
			yaml_event_delete(&e);
			return OD_OK;
		}
		make_room(c);
		c->keys[c->n] = (struct od_node){0};
		if (map) {
			rc = read_key(l, &e, c, &c->keys[c->n]);
			yaml_event_delete(&e);
			if (!rc)
				rc = next_event(l, &e);
			if (rc)
				return rc;
		}
		rc = read_node(l, &e, depth, &c->items[c->n]);
		yaml_event_delete(&e);
		if (rc)
			return rc;
		c->n++;
	}
}

static enum od_rc
read_container(struct loader *l, bool map, bool flow, unsigned depth,
               struct od_node *out)
{
	struct children c = {0};
	long outer = l->indent;
	enum od_rc rc;

	if (!flow)
		l->indent = (long)out->column - 1;
	l->flow += flow;
	rc = read_children(l, map, depth + 1, &c);
	l->flow -= flow;
	l->indent = outer;
	if (!rc) {
		struct od_node *items = od_arena_array(l->a, c.n, sizeof(*items));
		struct od_node *keys = od_arena_array(l->a, c.n, sizeof(*keys));

		if (c.n) {
			memcpy(items, c.items, c.n * sizeof(*items));
			memcpy(keys, c.keys, c.n * sizeof(*keys));
		}
		out->kind = map ? OD_NODE_MAP : OD_NODE_LIST;
		out->items = items;
		out->keys = map ? keys : NULL;
		out->n = c.n;
	}
	free(c.items);
	free(c.keys);
	return rc;
}

static enum od_rc
read_node(struct loader *l, yaml_event_t *e, unsigned depth, struct od_node *out)
{
	*out = (struct od_node){.file = l->file,
	                        .line = (unsigned)e->start_mark.line + 1,
	                        .column = (unsigned)e->start_mark.column + 1};
	if (depth > OD_YAML_DEPTH)
		return error_at(l, e->start_mark, "nested too deeply");
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		if (e->data.scalar.anchor || e->data.scalar.tag)
			return error_at(l, e->start_mark,
			                "anchors and tags are not used here");
		if (strlen((char *)e->data.scalar.value) != e->data.scalar.length)
			return error_at(l, e->start_mark, "a NUL character in a text");
		out->text =
		    od_arena_dup(l->a, (struct od_span){(char *)e->data.scalar.value,
		                                        e->data.scalar.length});
		out->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
		return check_scalar(l, e);
	case YAML_MAPPING_START_EVENT:
		if (e->data.mapping_start.anchor || e->data.mapping_start.tag)
			return error_at(l, e->start_mark,
			                "anchors and tags are not used here");
		return read_container(
		    l, true, e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
		    depth, out);
	case YAML_SEQUENCE_START_EVENT:
		if (e->data.sequence_start.anchor || e->data.sequence_start.tag)
			return error_at(l, e->start_mark,
			                "anchors and tags are not used here");
		return read_container(
		    l, false, e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
		    depth, out);
	case YAML_ALIAS_EVENT:
		return error_at(l, e->start_mark, "aliases are not used here");
	default:
		return error_at(l, e->start_mark, "a value is missing");
	}
}

static enum od_rc
expect(struct loader *l, yaml_event_type_t type, const char *why)
{
	yaml_event_t e;
	enum od_rc rc = next_event(l, &e);

	if (rc)
		return rc;
	if (e.type != type)
		rc = error_at(l, e.start_mark, why);
	yaml_event_delete(&e);
	return rc;
}

static enum od_rc
read_document(struct loader *l, struct od_node *root)
{
	yaml_event_t e;
	enum od_rc rc = expect(l, YAML_STREAM_START_EVENT, "not YAML");

	if (!rc)
		rc = next_event(l, &e);
	if (rc)
		return rc;
	if (e.type != YAML_DOCUMENT_START_EVENT)
		rc = error_at(l, e.start_mark, "the file is empty");
	else if (e.data.document_start.version_directive)
		rc = error_at(l, e.start_mark, "directives are not used here");
	yaml_event_delete(&e);
	if (!rc)
		rc = next_event(l, &e);
	if (rc)
		return rc;
	rc = read_node(l, &e, 0, root);
	yaml_event_delete(&e);
	if (!rc)
		rc = expect(l, YAML_DOCUMENT_END_EVENT,
		            "something stands after the document");
	if (!rc)
		rc = expect(l, YAML_STREAM_END_EVENT, "only one document is allowed");
	return rc;
}

enum od_rc
od_yaml_load(const char *path, enum od_kind kind, struct od_arena *a,
             const struct od_node **root, struct od_err *err)
{
	struct source *s = od_arena_alloc(a, sizeof(*s) + strlen(path) + 1);
	struct od_node *node = od_arena_alloc(a, sizeof(*node));
	struct loader l = {.a = a, .err = err, .kind = kind, .indent = -1};
	struct od_span text;
	enum od_rc rc = od_file_read(path, OD_YAML_BYTES, a, &text, kind, err);

	if (rc)
		return rc;
	s->kind = kind;
	memcpy(s->name, path, strlen(path) + 1);
	l.file = s->name;
	if (!od_utf8_is_valid(text))
		return od_err_set(err, kind, "%s:1:1: not UTF-8", path);
	if (!yaml_parser_initialize(&l.parser))
		return od_err_set(err, OD_KIND_INTERNAL,
		                  "cannot start the YAML reader");
	l.text = text;
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.parser, (const unsigned char *)text.p, text.n);
	rc = read_document(&l, node);
	yaml_parser_delete(&l.parser);
	*root = node;
	return rc;
}

const struct od_node *
od_node_find(const struct od_node *map, const char *key)
{
	if (map && map->kind == OD_NODE_MAP)
		for (size_t i = 0; i < map->n; i++)
			if (od_span_is(map->keys[i].text, key))
				return &map->items[i];
	return NULL;
}

/* Edits between two words, capped: enough to tell a slip of the pen from another word.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b), row[64];

	if (m >= 63 || n >= 63)
		return 63;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t up = row[j], best = diagonal + (a[i - 1] != b[j - 1]);

			if (up + 1 < best)
				best = up + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = up;
			row[j] = best;
		}
	}
	return row[n];
}

const char *
od_nearest(const char *word, const char *const *words)
{
	size_t best = strlen(word) / 3 + 2;
	const char *found = NULL;

	for (; *words; words++) {
		size_t d = distance(word, *words);

		if (d < best) {
			best = d;
			found = *words;
		}
	}
	return found;
}

enum od_rc
od_node_keys(const struct od_node *map, const char *const *known, struct od_err *err)
{
	if (map->kind != OD_NODE_MAP)
		return od_node_error(map, err,
		                     "a mapping (key: value) is expected here");
	for (size_t i = 0; i < map->n; i++) {
		const char *key = map->keys[i].text.p, *near;
		const char *const *k = known;

		while (*k && strcmp(*k, key) != 0)
			k++;
		if (*k)
			continue;
		if (od_node_error(&map->keys[i], err, "unknown key '%s'", key) &&
		    (near = od_nearest(key, known)))
			return od_err_hint(err, "did you mean '%s'?", near);
		return err->rc;
	}
	return OD_OK;
}

static enum od_rc
find_scalar(const struct od_node *map, const char *key, bool required,
            const struct od_node **out, struct od_err *err)
{
	const struct od_node *v = od_node_find(map, key);

	*out = v;
	if (!v && required)
		return od_node_error(map, err, "key '%s' is missing", key);
	if (v && v->kind != OD_NODE_SCALAR)
		return od_node_error(v, err, "'%s' must be a single value", key);
	if (v && v->text.n == 0)
		return od_node_error(v, err, "'%s' is empty", key);
	return OD_OK;
}

enum od_rc
od_node_text(const struct od_node *map, const char *key, bool required,
             const char **out, struct od_err *err)
{
	const struct od_node *v;
	enum od_rc rc = find_scalar(map, key, required, &v, err);

	if (!rc && v)
		*out = v->text.p;
	return rc;
}

enum od_rc
od_node_bool(const struct od_node *map, const char *key, bool required, bool *out,
             struct od_err *err)
{
	const struct od_node *v;
	enum od_rc rc = find_scalar(map, key, required, &v, err);

	if (rc || !v)
		return rc;
	if (v->quoted ||
	    (!od_span_is(v->text, "true") && !od_span_is(v->text, "false")))
		return od_node_error(v, err, "'%s' must be true or false", key);
	*out = v->text.p[0] == 't';
	return OD_OK;
}

enum od_rc
od_node_int(const struct od_node *map, const char *key, bool required, int64_t *out,
            struct od_err *err)
{
	const struct od_node *v;
	enum od_rc rc = find_scalar(map, key, required, &v, err);
	size_t i = 0;
	int64_t n = 0;

	if (rc || !v)
		return rc;
	if (v->text.p[0] == '-')
		i = 1;
	if (v->text.n == i || v->text.n > 18)
		return od_node_error(v, err, "'%s' must be a whole number", key);
	for (; i < v->text.n; i++) {
		if (v->text.p[i] < '0' || v->text.p[i] > '9')
			return od_node_error(v, err, "'%s' must be a whole number",
			                     key);
		n = n * 10 + (v->text.p[i] - '0');
	}
	*out = v->text.p[0] == '-' ? -n : n;
	return OD_OK;
}
