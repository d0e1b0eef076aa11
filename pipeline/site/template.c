/* template.c - see template.h */
#include "site/template.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "site/escape.h"
#include "site/lexicon.h"
#include "site/markdown.h"
#include "site/pages.h"
#include "site/place.h"
#include "spec/yaml.h"

enum {
	MAX_BYTES = 1024 * 1024, /* of one template file */
	MAX_OPS = 20000,
	MAX_LOOPS = 6,
	MAX_BLOCKS = 24,
	MAX_INCLUDES = 8,
	MAX_STEPS = 6,
	MAX_ARGS = 4,
	MAX_TERMS = 8,
	LOOP_FRAME = 0xffff,
};

enum op_code { OP_TEXT, OP_VALUE, OP_LIST, OP_BRANCH, OP_JUMP, OP_FOR, OP_NEXT };

/* A cell: column of a row. `other`: the same in the page's other language, or NONE. */
enum { NONE = 0xffff };
struct ref {
	uint16_t frame, column, other;
	bool thai, other_thai; /* Thai text on a page that is not */
	bool both;             /* show `other` beside it */
	const char *constant;  /* instead of a cell */
};

struct filter_step {
	const struct od_filter *filter;
	struct od_span args[MAX_ARGS];
	size_t n_args;
};

struct term {
	struct ref ref;
	uint16_t list; /* or NONE */
	bool negate, compare;
	struct od_span with;
};

struct cond {
	const struct term *terms;
	size_t n;
	bool any; /* or; else and */
};

struct op {
	uint8_t code;
	uint8_t place;
	uint16_t list;
	uint16_t frame;
	uint32_t jump;
	struct od_span text;
	struct ref ref;
	const struct filter_step *steps;
	size_t n_steps;
	const struct cond *cond;
};

struct od_template {
	const struct op *ops;
	size_t n;
	size_t n_rows; /* of the scope: loops come after */
};

static const char *const loop_columns[] = {"index", "first", "last", "count"};

/* A file (or word) being read. */
struct input {
	const char *name; /* for messages: "site-templates/home.html" */
	struct od_span text;
	size_t at;
	unsigned line; /* of text.p */
	unsigned depth;
};

enum block_kind { BLOCK_IF, BLOCK_ELSE, BLOCK_FOR, BLOCK_FOR_ELSE };

struct block {
	enum block_kind kind;
	size_t at;                  /* where its tag stands, for messages */
	uint32_t branch;            /* op whose jump awaits the next part */
	uint32_t exits[MAX_BLOCKS]; /* jumps to its end */
	size_t n_exits;
	struct od_reader before, after;
	bool has_after;
};

struct loop {
	struct od_span name;
	const struct od_shape *shape;
};

struct compiler {
	const struct od_template_source *src;
	const struct od_scope *scope;
	struct od_arena *a;
	struct od_buf ops;
	struct od_buf literal;
	struct od_reader reader;
	struct loop loops[MAX_LOOPS];
	size_t n_loops;
	enum od_lang lang;
	char last; /* last byte of literal output since the last op */
};

static enum od_rc compile_input(struct compiler *c, struct input *in,
                                struct od_err *err);

static enum od_rc
fault(const struct input *in, size_t at, struct od_err *err, const char *what,
      struct od_span name)
{
	unsigned line = in->line, column = 1;

	for (size_t i = 0; i < at && i < in->text.n; i++) {
		if (in->text.p[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)in->text.p[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	if (name.n)
		return od_err_set(err, OD_KIND_TEMPLATE, "%s:%u:%u: %s '%.*s'",
		                  in->name, line, column, what,
		                  (int)(name.n > 80 ? 80 : name.n), name.p);
	return od_err_set(err, OD_KIND_TEMPLATE, "%s:%u:%u: %s", in->name, line, column,
	                  what);
}

static struct op *
op_at(struct compiler *c, uint32_t i)
{
	return (struct op *)(void *)c->ops.p + i;
}

static uint32_t
n_ops(const struct compiler *c)
{
	return (uint32_t)(c->ops.n / sizeof(struct op));
}

static void
flush(struct compiler *c)
{
	struct op op = {.code = OP_TEXT};

	if (c->literal.n == 0)
		return;
	op.text = od_arena_dup(c->a, od_buf_view(&c->literal));
	od_buf_put(&c->ops, &op, sizeof(op));
	c->literal.n = 0;
}

static uint32_t
emit(struct compiler *c, struct op op)
{
	flush(c);
	c->last = 0;
	od_buf_put(&c->ops, &op, sizeof(op));
	return n_ops(c) - 1;
}

/* ---- literal text */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Between tags or attributes a run of white space is one: pages are many. */
static bool
is_loose(const struct od_reader *r)
{
	return (r->state == OD_AT_TEXT && !r->pre) || r->state == OD_AT_TAG;
}

static void
put_literal(struct compiler *c, char ch)
{
	od_buf_putc(&c->literal, ch);
	c->last = ch;
}

static enum od_rc
literal(struct compiler *c, const struct input *in, size_t from, size_t to,
        struct od_err *err)
{
	const char *p = in->text.p;

	for (size_t i = from; i < to;) {
		const char *wrong;

		if (is_space(p[i]) && is_loose(&c->reader)) {
			bool line = false;
			size_t end = i;

			for (; end < to && is_space(p[end]); end++)
				line = line || p[end] == '\n';
			(void)od_reader_step(&c->reader, p + i, to - i);
			if (c->last != '\n' && (line || c->last != ' '))
				put_literal(c, line ? '\n' : ' ');
			i = end;
			continue;
		}
		wrong = od_reader_step(&c->reader, p + i, to - i);
		if (wrong)
			return fault(in, i, err, wrong, (struct od_span){"", 0});
		put_literal(c, p[i++]);
	}
	return OD_OK;
}

/* ---- expressions */

struct cursor {
	const struct input *in;
	size_t at, end;
};

static void
skip_space(struct cursor *k)
{
	while (k->at < k->end && is_space(k->in->text.p[k->at]))
		k->at++;
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

static struct od_span
take_name(struct cursor *k)
{
	size_t from;

	skip_space(k);
	from = k->at;
	while (k->at < k->end && is_name(k->in->text.p[k->at]))
		k->at++;
	return (struct od_span){k->in->text.p + from, k->at - from};
}

static bool
take(struct cursor *k, const char *s)
{
	size_t n = strlen(s);

	skip_space(k);
	if (k->end - k->at < n || memcmp(k->in->text.p + k->at, s, n) != 0)
		return false;
	k->at += n;
	return true;
}

/* A keyword: not the beginning of a longer name. */
static bool
take_word(struct cursor *k, const char *s)
{
	size_t at = k->at;

	if (take(k, s) && (k->at == k->end || !is_name(k->in->text.p[k->at])))
		return true;
	k->at = at;
	return false;
}

static bool
take_string(struct cursor *k, struct od_span *out)
{
	const char *p = k->in->text.p;
	size_t from;

	skip_space(k);
	if (k->at == k->end || p[k->at] != '"')
		return false;
	from = ++k->at;
	while (k->at < k->end && p[k->at] != '"')
		k->at++;
	if (k->at == k->end)
		return false;
	*out = (struct od_span){p + from, k->at++ - from};
	return true;
}

static enum od_rc
cursor_fault(const struct cursor *k, struct od_err *err, const char *what,
             struct od_span name)
{
	return fault(k->in, name.n ? (size_t)(name.p - k->in->text.p) : k->at, err,
	             what, name);
}

static bool
starts_with(struct od_span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

static const struct od_shape *
find_list(const struct compiler *c, struct od_span name, uint16_t *list)
{
	for (size_t i = 0; i < c->scope->n_lists; i++)
		if (od_span_is(name, c->scope->lists[i].name)) {
			*list = (uint16_t)i;
			return &c->scope->lists[i];
		}
	return NULL;
}

static bool
ends_th(const char *s)
{
	size_t n = strlen(s);

	return n > 3 && !strcmp(s + n - 3, "_th");
}

/*
 * A column of a shape. "title" also finds title_th and title_en: the one of the page's
 * language, and Thai where there is no English.
 */
static bool
find_column(const struct compiler *c, const struct od_shape *shape, struct od_span name,
            struct ref *ref)
{
	size_t i = od_column_find(shape->columns, shape->n, name), th, en;
	char form[64];

	*ref = (struct ref){.other = NONE};
	if (i != (size_t)-1) {
		ref->column = (uint16_t)i;
		ref->thai = c->lang == OD_LANG_EN && ends_th(shape->columns[i]);
		return true;
	}
	if (name.n + 4 > sizeof(form))
		return false;
	snprintf(form, sizeof(form), "%.*s_th", (int)name.n, name.p);
	th = od_column_find(shape->columns, shape->n, od_span_str(form));
	snprintf(form, sizeof(form), "%.*s_en", (int)name.n, name.p);
	en = od_column_find(shape->columns, shape->n, od_span_str(form));
	if (th == (size_t)-1 || en == (size_t)-1)
		return false;
	ref->column = (uint16_t)(c->lang == OD_LANG_EN ? en : th);
	if (c->lang == OD_LANG_EN) {
		ref->other = (uint16_t)th;
		ref->other_thai = true;
	} else if (c->lang == OD_LANG_BOTH) {
		ref->other = (uint16_t)en;
		ref->both = true;
	}
	return true;
}

/* Every name that could have been meant, for the hint. */
static const char *
nearest(const struct compiler *c, struct od_span name)
{
	const char *names[512];
	size_t n = 0;

	for (size_t i = 0; i < c->scope->n_rows; i++) {
		const struct od_shape *s = &c->scope->rows[i];

		for (size_t k = 0; k < s->n && n + 1 < 512; k++)
			names[n++] =
			    s->name[0]
				? od_arena_printf(c->a, "%s.%s", s->name, s->columns[k])
				: s->columns[k];
	}
	for (size_t i = 0; i < c->n_loops; i++)
		for (size_t k = 0; k < c->loops[i].shape->n && n + 1 < 512; k++)
			names[n++] = od_arena_printf(
			    c->a, "%.*s.%s", (int)c->loops[i].name.n,
			    c->loops[i].name.p, c->loops[i].shape->columns[k]);
	for (size_t i = 0; i < c->scope->n_lists && n + 1 < 512; i++)
		names[n++] = c->scope->lists[i].name;
	names[n] = NULL;
	return od_nearest(od_arena_dup(c->a, name).p, names);
}

static enum od_rc
unknown(const struct compiler *c, const struct cursor *k, struct od_span name,
        struct od_err *err)
{
	enum od_rc rc = cursor_fault(k, err, "unknown name", name);
	const char *near = nearest(c, name);

	return near ? od_err_hint(err, "Did you mean '%s'?", near) : rc;
}

/* What a name means; sets ref->frame to NONE if it is none. */
static enum od_rc
resolve(const struct compiler *c, const struct cursor *k, struct od_span name,
        struct ref *ref, struct od_err *err)
{
	const char *dot = memchr(name.p, '.', name.n);
	struct od_span head = {name.p, dot ? (size_t)(dot - name.p) : 0};
	struct od_span tail = {dot ? dot + 1 : name.p,
	                       dot ? name.n - head.n - 1 : name.n};

	if (dot && od_span_is(head, "loop") && c->n_loops) {
		size_t i =
		    od_column_find(loop_columns, OD_ARRAY_LEN(loop_columns), tail);

		if (i != (size_t)-1) {
			*ref = (struct ref){LOOP_FRAME, (uint16_t)i, .other = NONE};
			return OD_OK;
		}
	}
	for (size_t i = c->n_loops; dot && i-- > 0;) {
		if (!od_span_equal(head, c->loops[i].name))
			continue;
		if (!find_column(c, c->loops[i].shape, tail, ref))
			return unknown(c, k, name, err);
		ref->frame = (uint16_t)(c->scope->n_rows + i);
		return OD_OK;
	}
	for (size_t i = 0; i < c->scope->n_rows; i++) {
		if (!od_span_is(head, c->scope->rows[i].name))
			continue;
		if (find_column(c, &c->scope->rows[i], tail, ref)) {
			ref->frame = (uint16_t)i;
			return OD_OK;
		}
	}
	return unknown(c, k, name, err);
}

static const struct od_word *
find_word(const struct compiler *c, struct od_span name)
{
	if (!starts_with(name, "t."))
		return NULL;
	return od_lexicon_find(c->src->lexicon,
	                       (struct od_span){name.p + 2, name.n - 2});
}

/* The text of a word as an argument of a filter. */
static struct od_span
word_text(const struct compiler *c, const struct od_word *w)
{
	if (c->lang != OD_LANG_BOTH)
		return w->text[c->lang];
	return od_span_str(od_arena_printf(c->a, "%s / %s", w->text[OD_LANG_TH].p,
	                                   w->text[OD_LANG_EN].p));
}

static enum od_rc
take_argument(struct compiler *c, struct cursor *k, struct od_span *out,
              struct od_err *err)
{
	struct od_span name;
	const struct od_word *w;

	if (take_string(k, out)) {
		*out = od_arena_dup(c->a, *out);
		return OD_OK;
	}
	name = take_name(k);
	if (name.n == 0)
		return cursor_fault(k, err, "an argument is missing", name);
	w = find_word(c, name);
	if (w)
		*out = word_text(c, w);
	else if (name.p[0] >= '0' && name.p[0] <= '9')
		*out = od_arena_dup(c->a, name);
	else
		return cursor_fault(
		    k, err, "an argument is text, a number or a word, not", name);
	return OD_OK;
}

static enum od_rc
take_filters(struct compiler *c, struct cursor *k, struct op *op, struct od_err *err)
{
	struct filter_step *steps = od_arena_array(c->a, MAX_STEPS, sizeof(*steps));

	op->steps = steps;
	while (take(k, "|")) {
		struct od_span name = take_name(k);
		struct filter_step *s = &steps[op->n_steps];

		if (op->n_steps == MAX_STEPS)
			return cursor_fault(k, err, "too many filters at", name);
		*s = (struct filter_step){.filter = od_filter_find(name)};
		if (!s->filter) {
			const char *names[64];
			const char *near;
			size_t n = 0;
			enum od_rc rc;

			for (const struct od_filter *f = od_filters; f->name; f++)
				names[n++] = f->name;
			names[n] = NULL;
			near = od_nearest(od_arena_dup(c->a, name).p, names);
			rc = cursor_fault(k, err, "unknown filter", name);
			return near ? od_err_hint(err, "Did you mean '%s'?", near) : rc;
		}
		if (op->n_steps &&
		    steps[op->n_steps - 1].filter->kind != OD_FILTER_TEXT)
			return cursor_fault(k, err, "nothing may follow markup, not",
			                    name);
		if ((s->filter->kind == OD_FILTER_LIST) != (op->code == OP_LIST))
			return cursor_fault(k, err,
			                    op->code == OP_LIST ? "not for a list:"
			                                        : "only for a list:",
			                    name);
		op->n_steps++;
		if (take(k, ":")) {
			do {
				enum od_rc rc;

				if (s->n_args == MAX_ARGS)
					return cursor_fault(
					    k, err, "too many arguments for", name);
				rc = take_argument(c, k, &s->args[s->n_args++], err);
				if (rc)
					return rc;
			} while (take(k, ","));
		}
		if (s->n_args < s->filter->min_args || s->n_args > s->filter->max_args)
			return cursor_fault(k, err, "wrong number of arguments for",
			                    name);
		if (starts_with(name, "page") &&
		    !(c->src->pages && od_page_kind_find(c->src->pages, s->args[0])))
			return cursor_fault(k, err, "no such kind of page at", name);
	}
	return OD_OK;
}

static enum od_rc
at_end(struct cursor *k, struct od_err *err)
{
	skip_space(k);
	if (k->at == k->end)
		return OD_OK;
	return cursor_fault(k, err, "cannot read this part:",
	                    (struct od_span){k->in->text.p + k->at, k->end - k->at});
}

static enum od_rc
compile_word(struct compiler *c, const struct input *from, const struct od_word *w,
             enum od_lang lang, struct od_err *err)
{
	enum od_lang keep = c->lang;
	struct input in = {.name = w->file[lang] ? w->file[lang] : "word",
	                   .text = w->text[lang],
	                   .line = w->line[lang] ? w->line[lang] : 1,
	                   .depth = from->depth + 1};
	enum od_rc rc;

	/* A word is text: what looks like markup in it is escaped, holes are filled. */
	c->lang = lang;
	rc = compile_input(c, &in, err);
	c->lang = keep;
	return rc;
}

static void
put_markup(struct compiler *c, const char *s)
{
	od_buf_puts(&c->literal, s);
	c->last = 0;
}

static enum od_rc
put_word(struct compiler *c, struct cursor *k, const struct od_word *w,
         struct od_err *err)
{
	bool text = od_reader_place(&c->reader) == OD_PLACE_TEXT;
	enum od_rc rc;

	if (c->lang != OD_LANG_BOTH)
		return compile_word(c, k->in, w, c->lang, err);
	rc = compile_word(c, k->in, w, OD_LANG_TH, err);
	if (rc)
		return rc;
	put_markup(c, text ? " <span lang=\"en\">" : " / ");
	rc = compile_word(c, k->in, w, OD_LANG_EN, err);
	if (text)
		put_markup(c, "</span>");
	return rc;
}

static bool
is_markup(const struct op *op)
{
	return op->n_steps && op->steps[op->n_steps - 1].filter->kind != OD_FILTER_TEXT;
}

static enum od_rc
compile_value(struct compiler *c, struct cursor *k, struct od_err *err)
{
	struct op op = {.code = OP_VALUE, .list = NONE};
	struct od_span name = take_name(k);
	const struct od_word *w = find_word(c, name);
	enum od_place place = od_reader_place(&c->reader);
	enum od_rc rc = OD_OK;

	if (name.n == 0)
		return cursor_fault(k, err, "a name is missing", name);
	if (place == OD_PLACE_NONE)
		return cursor_fault(k, err, "no value may stand here:", name);
	if (w && !take(k, "|")) {
		rc = put_word(c, k, w, err);
		od_reader_value(&c->reader);
		return rc ? rc : at_end(k, err);
	}
	if (!w && starts_with(name, "t."))
		return cursor_fault(k, err, "unknown word", name);
	if (w)
		return cursor_fault(k, err, "a word takes no filter:", name);
	if (find_list(c, name, &op.list))
		op.code = OP_LIST;
	else
		rc = resolve(c, k, name, &op.ref, err);
	if (!rc)
		rc = take_filters(c, k, &op, err);
	if (!rc)
		rc = at_end(k, err);
	if (rc)
		return rc;
	if (op.code == OP_LIST && !op.n_steps)
		return cursor_fault(k, err,
		                    "a list is shown by 'for' or a filter:", name);
	if (is_markup(&op) && place != OD_PLACE_TEXT)
		return cursor_fault(k, err,
		                    "markup may stand between tags only:", name);
	/* Words and dates that a filter makes are in the page's language. */
	if (op.n_steps && !is_markup(&op) && !strcmp(op.steps[0].filter->name, "label"))
		op.ref.thai = op.ref.other_thai = false;
	op.place = (uint8_t)place;
	emit(c, op);
	od_reader_value(&c->reader);
	return OD_OK;
}

/* ---- if, for, include */

static enum od_rc
take_term(struct compiler *c, struct cursor *k, struct term *t, struct od_err *err)
{
	struct od_span name;
	enum od_rc rc = OD_OK;

	*t = (struct term){.list = NONE};
	t->negate = take_word(k, "not");
	name = take_name(k);
	if (name.n == 0)
		return cursor_fault(k, err, "a name is missing", name);
	if (!find_list(c, name, &t->list))
		rc = resolve(c, k, name, &t->ref, err);
	if (rc)
		return rc;
	if (take(k, "==") || take(k, "!=")) {
		t->compare = true;
		if (k->in->text.p[k->at - 2] == '!')
			t->negate = !t->negate;
		if (!take_string(k, &t->with))
			return cursor_fault(k, err, "a comparison needs \"text\" after",
			                    name);
		t->with = od_arena_dup(c->a, t->with);
	}
	return OD_OK;
}

static enum od_rc
take_cond(struct compiler *c, struct cursor *k, const struct cond **out,
          struct od_err *err)
{
	struct cond *cond = od_arena_alloc(c->a, sizeof(*cond));
	struct term *terms = od_arena_array(c->a, MAX_TERMS, sizeof(*terms));
	bool all = false;

	cond->terms = terms;
	for (;;) {
		enum od_rc rc;

		if (cond->n == MAX_TERMS)
			return cursor_fault(k, err, "too long a condition",
			                    (struct od_span){"", 0});
		rc = take_term(c, k, &terms[cond->n++], err);
		if (rc)
			return rc;
		if (take_word(k, "and"))
			all = true;
		else if (take_word(k, "or"))
			cond->any = true;
		else
			break;
	}
	if (all && cond->any)
		return cursor_fault(k, err, "'and' and 'or' in one condition",
		                    (struct od_span){"", 0});
	*out = cond;
	return at_end(k, err);
}

static enum od_rc
part_end(struct compiler *c, const struct input *in, struct block *b,
         struct od_err *err)
{
	if (!b->has_after) {
		b->after = c->reader;
		b->has_after = true;
	} else if (!od_reader_join(&b->after, &c->reader)) {
		return fault(
		    in, b->at, err,
		    "the parts of this block end in different places of the page",
		    (struct od_span){"", 0});
	}
	return OD_OK;
}

static enum od_rc
begin_if(struct compiler *c, struct cursor *k, struct block *b, struct od_err *err)
{
	struct op op = {.code = OP_BRANCH};
	enum od_rc rc = take_cond(c, k, &op.cond, err);

	if (rc)
		return rc;
	b->branch = emit(c, op);
	b->before = c->reader;
	return OD_OK;
}

static enum od_rc
begin_for(struct compiler *c, struct cursor *k, struct block *b, struct od_err *err)
{
	struct op op = {.code = OP_FOR};
	struct od_span name = take_name(k), list;
	const struct od_shape *shape;

	if (!take_word(k, "in"))
		return cursor_fault(k, err, "'for x in list' expected",
		                    (struct od_span){"", 0});
	list = take_name(k);
	shape = find_list(c, list, &op.list);
	if (!shape) {
		const char *near = nearest(c, list);
		enum od_rc rc = cursor_fault(k, err, "unknown list", list);

		return near ? od_err_hint(err, "Did you mean '%s'?", near) : rc;
	}
	if (c->n_loops == MAX_LOOPS)
		return cursor_fault(k, err, "too many loops in loops",
		                    (struct od_span){"", 0});
	op.frame = (uint16_t)(c->scope->n_rows + c->n_loops);
	c->loops[c->n_loops++] = (struct loop){name, shape};
	b->branch = emit(c, op);
	b->before = c->reader;
	return at_end(k, err);
}

/* The tag 'else', 'else if …' or what belongs to it in a loop. */
static enum od_rc
begin_else(struct compiler *c, struct cursor *k, struct block *b, struct od_err *err)
{
	enum od_rc rc;

	if (b->kind == BLOCK_ELSE || b->kind == BLOCK_FOR_ELSE)
		return cursor_fault(k, err, "'else' after 'else'",
		                    (struct od_span){"", 0});
	if (b->n_exits == MAX_BLOCKS)
		return cursor_fault(k, err, "too many parts", (struct od_span){"", 0});
	rc = part_end(c, k->in, b, err);
	if (rc)
		return rc;
	if (b->kind == BLOCK_FOR) {
		emit(c, (struct op){.code = OP_NEXT, .jump = b->branch + 1});
		c->n_loops--;
		b->kind = BLOCK_FOR_ELSE;
		if (!od_reader_join(&b->after, &b->before))
			return fault(k->in, b->at, err,
			             "a loop must end where it begins in the page",
			             (struct od_span){"", 0});
	}
	b->exits[b->n_exits++] = emit(c, (struct op){.code = OP_JUMP});
	op_at(c, b->branch)->jump = n_ops(c);
	c->reader = b->before;
	if (b->kind == BLOCK_FOR_ELSE)
		return at_end(k, err);
	if (take_word(k, "if"))
		return begin_if(c, k, b, err);
	b->kind = BLOCK_ELSE;
	return at_end(k, err);
}

static enum od_rc
end_block(struct compiler *c, struct cursor *k, struct block *b, struct od_err *err)
{
	enum od_rc rc = part_end(c, k->in, b, err);

	if (rc)
		return rc;
	flush(c);
	if (b->kind == BLOCK_IF || b->kind == BLOCK_FOR) {
		/* The block may also be left out. */
		if (b->kind == BLOCK_FOR) {
			emit(c, (struct op){.code = OP_NEXT, .jump = b->branch + 1});
			c->n_loops--;
		}
		op_at(c, b->branch)->jump = n_ops(c);
		c->reader = b->before;
		rc = part_end(c, k->in, b, err);
		if (rc)
			return rc;
	}
	for (size_t i = 0; i < b->n_exits; i++)
		op_at(c, b->exits[i])->jump = n_ops(c);
	c->reader = b->after;
	c->last = 0;
	return at_end(k, err);
}

static enum od_rc
include(struct compiler *c, struct cursor *k, struct od_err *err)
{
	struct od_span name;
	struct input in = {.line = 1, .depth = k->in->depth + 1};
	const char *path;
	size_t n;
	enum od_rc rc;

	if (!take_string(k, &name))
		return cursor_fault(k, err, "include needs \"a/file\"",
		                    (struct od_span){"", 0});
	if (in.depth > MAX_INCLUDES)
		return cursor_fault(k, err, "files include each other too deeply at",
		                    name);
	path = od_arena_dup(c->a, name).p;
	n = strlen(path);
	if (n > 3 && !strcmp(path + n - 3, ".md")) {
		struct od_buf html = {0};

		if (od_reader_place(&c->reader) != OD_PLACE_TEXT)
			return cursor_fault(
			    k, err, "markup may stand between tags only:", name);
		path = od_arena_printf(c->a, "%.*s.%s.md", (int)n - 3, path,
		                       od_lang_names[c->lang == OD_LANG_EN]);
		rc = c->src->read(c->src->dir, path, c->a, &in.text, err);
		if (rc)
			return rc;
		od_markdown(&html, in.text, 1, "{{ page.root }}");
		in.text = od_arena_dup(c->a, od_buf_view(&html));
		od_buf_release(&html);
	} else {
		rc = c->src->read(c->src->dir, path, c->a, &in.text, err);
		if (rc)
			return rc;
	}
	in.name =
	    c->src->dir[0] ? od_arena_printf(c->a, "%s/%s", c->src->dir, path) : path;
	rc = compile_input(c, &in, err);
	return rc ? rc : at_end(k, err);
}

/* ---- one file */

/* From the tag at `from` (its "{{") back to the line's start: nothing but blanks? */
static bool
is_alone(const struct input *in, size_t from, size_t to, size_t low, size_t *start,
         size_t *after)
{
	const char *p = in->text.p;
	size_t i = from, k = to;

	while (i > low && (p[i - 1] == ' ' || p[i - 1] == '\t'))
		i--;
	if (i > 0 && p[i - 1] != '\n')
		return false;
	while (k < in->text.n && (p[k] == ' ' || p[k] == '\t' || p[k] == '\r'))
		k++;
	if (k < in->text.n && p[k] != '\n')
		return false;
	*start = i;
	*after = k < in->text.n ? k + 1 : k;
	return true;
}

/* The end of a tag's content: "}}" outside quotes; or text.n. */
static size_t
tag_end(const struct input *in, size_t at)
{
	bool quoted = false;

	for (; at + 1 < in->text.n; at++) {
		if (in->text.p[at] == '"')
			quoted = !quoted;
		else if (!quoted && in->text.p[at] == '}' && in->text.p[at + 1] == '}')
			return at;
	}
	return in->text.n;
}

static bool
is_control(struct cursor k)
{
	static const char *const words[] = {"if", "for", "else", "end", "include"};

	skip_space(&k);
	if (k.at < k.end && k.in->text.p[k.at] == '#')
		return true;
	for (size_t i = 0; i < OD_ARRAY_LEN(words); i++)
		if (take_word(&k, words[i]))
			return true;
	return false;
}

static enum od_rc
tag(struct compiler *c, struct cursor *k, struct block *blocks, size_t *n_blocks,
    struct od_err *err)
{
	struct block *top = *n_blocks ? &blocks[*n_blocks - 1] : NULL;
	size_t at = k->at;

	skip_space(k);
	if (k->at < k->end && k->in->text.p[k->at] == '#')
		return OD_OK;
	if (is_control(*k))
		od_reader_block(&c->reader);
	if (take_word(k, "if") || take_word(k, "for")) {
		bool loop = k->in->text.p[k->at - 1] == 'r';

		if (*n_blocks == MAX_BLOCKS)
			return cursor_fault(k, err, "too many blocks in blocks",
			                    (struct od_span){"", 0});
		blocks[(*n_blocks)++] =
		    (struct block){.kind = loop ? BLOCK_FOR : BLOCK_IF, .at = at};
		return loop ? begin_for(c, k, &blocks[*n_blocks - 1], err)
		            : begin_if(c, k, &blocks[*n_blocks - 1], err);
	}
	if (take_word(k, "else"))
		return top ? begin_else(c, k, top, err)
		           : cursor_fault(k, err, "'else' without 'if'",
		                          (struct od_span){"", 0});
	if (take_word(k, "end")) {
		if (!top)
			return cursor_fault(k, err, "'end' without 'if' or 'for'",
			                    (struct od_span){"", 0});
		(*n_blocks)--;
		return end_block(c, k, top, err);
	}
	if (take_word(k, "include"))
		return include(c, k, err);
	return compile_value(c, k, err);
}

static enum od_rc
put_text(struct compiler *c, const struct input *in, size_t from, size_t to, bool word,
         struct od_err *err)
{
	struct od_span s = {in->text.p + from, to - from};
	enum od_place place = od_reader_place(&c->reader);

	if (!word)
		return literal(c, in, from, to, err);
	if (!s.n)
		return OD_OK;
	if (place == OD_PLACE_JSON)
		od_escape_json(&c->literal, s);
	else if (place == OD_PLACE_URL_QUERY)
		od_escape_url_query(&c->literal, s);
	else
		od_escape_html(&c->literal, s);
	c->last = 0;
	return OD_OK;
}

static enum od_rc
compile_input(struct compiler *c, struct input *in, struct od_err *err)
{
	struct block *blocks = od_arena_array(c->a, MAX_BLOCKS, sizeof(*blocks));
	bool word = in->name && in->depth && strstr(in->name, "i18n/") != NULL;
	size_t n_blocks = 0, from = 0;
	enum od_rc rc;

	if (in->depth > MAX_INCLUDES)
		return fault(in, 0, err, "files or words include each other too deeply",
		             (struct od_span){"", 0});
	while (in->at < in->text.n) {
		const char *p = in->text.p;
		struct cursor k = {.in = in};
		size_t open, start, after;
		bool alone;

		if (p[in->at] != '{' || in->at + 1 == in->text.n ||
		    p[in->at + 1] != '{') {
			in->at++;
			continue;
		}
		open = start = in->at;
		k.at = open + 2;
		k.end = tag_end(in, k.at);
		if (k.end == in->text.n)
			return fault(in, open, err, "'{{' without '}}'",
			             (struct od_span){"", 0});
		after = k.end + 2;
		alone =
		    is_control(k) && is_alone(in, open, after, from, &start, &after);
		rc = put_text(c, in, from, start, word, err);
		if (!rc)
			rc = tag(c, &k, blocks, &n_blocks, err);
		if (rc)
			return rc;
		/* What stands before a tag alone on its line ended with a line. */
		if (alone)
			c->last = '\n';
		if (n_ops(c) > MAX_OPS)
			return fault(in, open, err, "the template is too long",
			             (struct od_span){"", 0});
		in->at = from = after;
	}
	rc = put_text(c, in, from, in->text.n, word, err);
	if (!rc && n_blocks)
		return fault(in, blocks[n_blocks - 1].at, err,
		             "this block has no 'end'", (struct od_span){"", 0});
	return rc;
}

enum od_rc
od_template_read(const char *dir, const char *name, struct od_arena *a,
                 struct od_span *out, struct od_err *err)
{
	return od_file_read(od_arena_printf(a, "%s/%s", dir, name), MAX_BYTES, a, out,
	                    OD_KIND_TEMPLATE, err);
}

enum od_rc
od_template_compile(const struct od_template_source *src, const char *name,
                    const struct od_scope *scope, struct od_arena *a,
                    const struct od_template **out, struct od_err *err)
{
	struct compiler *c = od_arena_alloc(a, sizeof(*c));
	struct input in = {.line = 1};
	struct od_template *t;
	struct op *ops;
	enum od_rc rc = src->read(src->dir, name, a, &in.text, err);

	if (rc)
		return rc;
	*c = (struct compiler){.src = src, .scope = scope, .a = a, .lang = src->lang};
	in.name = src->dir[0] ? od_arena_printf(a, "%s/%s", src->dir, name) : name;
	rc = compile_input(c, &in, err);
	flush(c);
	if (!rc && c->reader.state != OD_AT_TEXT)
		rc = fault(&in, in.text.n, err, "the page ends within a tag or script",
		           (struct od_span){"", 0});
	if (!rc) {
		t = od_arena_alloc(a, sizeof(*t));
		t->n = n_ops(c);
		t->n_rows = scope->n_rows;
		ops = od_arena_array(a, t->n + 1, sizeof(*ops));
		if (t->n)
			memcpy(ops, c->ops.p, t->n * sizeof(*ops));
		t->ops = ops;
		*out = t;
	}
	od_buf_release(&c->ops);
	od_buf_release(&c->literal);
	return rc;
}

/* ---- making pages */

struct walk {
	const struct od_table *table;
	size_t row;
	uint32_t depth;
};

struct run {
	const struct od_template *t;
	const struct od_data *d;
	const struct od_filter_env *env;
	struct od_render *r;
	struct od_buf *b;
	const struct od_value *loops[MAX_LOOPS];
	struct walk walks[MAX_LOOPS];
	size_t n_walks;
	char number[24];
};

static struct od_value
loop_value(struct run *x, uint16_t column)
{
	const struct walk *w = &x->walks[x->n_walks - 1];
	struct od_span yes = OD_SPAN("true"), no = OD_SPAN("false");
	int n;

	switch (column) {
	case 1:
		return (struct od_value){w->row == 0 ? yes : no, false};
	case 2:
		return (struct od_value){w->row + 1 == w->table->n_rows ? yes : no,
		                         false};
	default:
		n = snprintf(x->number, sizeof(x->number), "%zu",
		             column ? w->table->n_rows : w->row + 1);
		return (struct od_value){{x->number, (size_t)n}, false};
	}
}

static struct od_value
cell(struct run *x, const struct ref *ref, uint16_t column)
{
	const struct od_value *row;

	if (ref->frame == LOOP_FRAME)
		return loop_value(x, column);
	row = ref->frame < x->t->n_rows ? x->d->rows[ref->frame]
	                                : x->loops[ref->frame - x->t->n_rows];
	return row ? row[column] : (struct od_value){{"", 0}, true};
}

static void
put_at(struct od_buf *b, enum od_place place, struct od_span s, bool thai)
{
	switch (place) {
	case OD_PLACE_TEXT:
		if (thai && s.n) {
			od_buf_puts(b, "<span lang=\"th\">");
			od_escape_html(b, s);
			od_buf_puts(b, "</span>");
			break;
		}
		od_escape_html(b, s);
		break;
	case OD_PLACE_PLAIN:
	case OD_PLACE_ATTRIBUTE:
	case OD_PLACE_NONE:
		od_escape_html(b, s);
		break;
	case OD_PLACE_URL:
		od_escape_url(b, s);
		break;
	case OD_PLACE_URL_PATH:
		od_escape_url_path(b, s);
		break;
	case OD_PLACE_URL_QUERY:
		od_escape_url_query(b, s);
		break;
	case OD_PLACE_JSON:
		od_escape_json(b, s);
		break;
	}
}

/* Puts one value through the filters of `op` and into its place. */
static void
put_value(struct run *x, const struct op *op, struct od_span s, bool thai)
{
	struct od_filter_env env = *x->env;
	struct od_buf *to = &x->r->one, *spare = &x->r->two;

	env.thai = thai;
	for (size_t i = 0; i < op->n_steps; i++) {
		const struct filter_step *f = &op->steps[i];
		struct od_buf *swap;

		if (s.n == 0 && strcmp(f->filter->name, "default") != 0)
			continue;
		if (f->filter->kind == OD_FILTER_MARKUP) {
			f->filter->text(x->b, s, f->args, f->n_args, &env);
			return;
		}
		to->n = 0;
		f->filter->text(to, s, f->args, f->n_args, &env);
		s = od_buf_view(to);
		swap = to;
		to = spare;
		spare = swap;
	}
	if (op->n_steps && op->steps[op->n_steps - 1].filter->kind == OD_FILTER_MARKUP)
		return;
	put_at(x->b, (enum od_place)op->place, s, thai);
}

static void
run_value(struct run *x, const struct op *op)
{
	struct od_value v = cell(x, &op->ref, op->ref.column);

	if (op->ref.both) {
		struct od_value other = cell(x, &op->ref, op->ref.other);

		put_value(x, op, v.v, false);
		if (other.v.n == 0 || od_span_equal(other.v, v.v))
			return;
		if (op->place == OD_PLACE_TEXT)
			od_buf_puts(x->b, " <span lang=\"en\">");
		else
			od_buf_puts(x->b, " / ");
		put_value(x, op, other.v, false);
		if (op->place == OD_PLACE_TEXT)
			od_buf_puts(x->b, "</span>");
		return;
	}
	if (v.v.n == 0 && op->ref.other != NONE)
		put_value(x, op, cell(x, &op->ref, op->ref.other).v,
		          op->ref.other_thai);
	else
		put_value(x, op, v.v, op->ref.thai);
}

static bool
holds(struct run *x, const struct cond *cond)
{
	for (size_t i = 0; i < cond->n; i++) {
		const struct term *t = &cond->terms[i];
		bool yes;

		if (t->list != NONE) {
			yes = x->d->lists[t->list].n_rows > 0;
		} else {
			struct od_value v = cell(x, &t->ref, t->ref.column);

			if (v.v.n == 0 && t->ref.other != NONE)
				v = cell(x, &t->ref, t->ref.other);
			yes = t->compare ? !v.null && od_span_equal(v.v, t->with)
			                 : od_value_is_true(v);
		}
		yes = yes != t->negate;
		if (yes == cond->any)
			return cond->any;
	}
	return !cond->any;
}

static size_t
run_for(struct run *x, const struct op *op, size_t at)
{
	const struct od_table *t = &x->d->lists[op->list];
	struct walk *w = &x->walks[x->n_walks];

	if (t->n_rows == 0)
		return op->jump;
	*w = (struct walk){t, 0, op->frame};
	x->loops[op->frame - x->t->n_rows] = od_table_row(t, 0);
	x->n_walks++;
	return at + 1;
}

static size_t
run_next(struct run *x, const struct op *op, size_t at)
{
	struct walk *w = &x->walks[x->n_walks - 1];

	if (++w->row < w->table->n_rows) {
		x->loops[w->depth - x->t->n_rows] = od_table_row(w->table, w->row);
		return op->jump;
	}
	x->n_walks--;
	return at + 1;
}

void
od_template_render(const struct od_template *t, const struct od_data *d,
                   const struct od_filter_env *env, struct od_render *r,
                   struct od_buf *b)
{
	struct run x = {.t = t, .d = d, .env = env, .r = r, .b = b};

	for (size_t at = 0; at < t->n;) {
		const struct op *op = &t->ops[at];

		switch ((enum op_code)op->code) {
		case OP_TEXT:
			od_buf_span(b, op->text);
			at++;
			break;
		case OP_VALUE:
			run_value(&x, op);
			at++;
			break;
		case OP_LIST:
			op->steps[0].filter->list(b, &d->lists[op->list],
			                          op->steps[0].args,
			                          op->steps[0].n_args, env);
			at++;
			break;
		case OP_BRANCH:
			at = holds(&x, op->cond) ? at + 1 : op->jump;
			break;
		case OP_JUMP:
			at = op->jump;
			break;
		case OP_FOR:
			at = run_for(&x, op, at);
			break;
		case OP_NEXT:
			at = run_next(&x, op, at);
			break;
		}
	}
}

void
od_render_release(struct od_render *r)
{
	od_buf_release(&r->one);
	od_buf_release(&r->two);
}
