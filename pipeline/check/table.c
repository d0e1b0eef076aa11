#include "check/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check/join.h"
#include "check/number.h"
#include "check/reader.h"
#include "check/tload.h"
#include "core/buf.h"

enum { MAX_COUNTS = 4096, SUM_SCALE = 4 };

/* A key that is watched for a question. */
struct watch {
	struct od_join *join;
	struct od_tkey key;
	const char *rule, *field;
	bool all_null_is_wrong; /* a primary key of nothing */
	bool no_part_null;      /* nothing equals null: such rows do not count */
};

/* Where the fields of a schema stand in a file. */
struct plan {
	size_t *field;  /* of each column; SIZE_MAX: none */
	size_t n;       /* columns that a row has */
	size_t *column; /* of each field; SIZE_MAX: none */
};

/* The values of one row. */
struct values {
	struct od_span *cells;
	struct od_value *of;
	bool *null; /* missing, or no value of its type */
};

struct table {
	const char *path;
	const struct od_tschema *s;
	const struct od_tcheck_opts *opts;
	struct od_arena *a;
	struct plan plan;
	struct values now;
	struct od_arena row;
	struct od_buf key;
	struct od_tcount *counts;
	size_t n_counts, last_count;
	struct od_tresult *result;

	struct watch *watches; /* unique, primary key, unique keys, groups */
	size_t n_watches;
	struct od_join **orphans, **outside; /* one a foreign key; NULL: not asked */
	struct od_join **sums;

	/* conditions */
	struct od_evalue *evalues[2]; /* of this row and the one before, by turns */
	struct od_arena texts[2];     /* what they point at */
	unsigned turn;
	bool has_prev;
	struct od_buf *groups; /* key of the group, one a check */
	struct od_join **grouped;
};

/* ---- findings
 * ------------------------------------------------------------------------- */

static struct od_tcount *
count_of(struct table *t, const char *field, const char *rule)
{
	struct od_tcount *c = &t->counts[t->last_count];

	if (t->n_counts && c->field == field && c->rule == rule)
		return c;
	for (size_t i = 0; i < t->n_counts; i++) {
		c = &t->counts[i];
		if (!strcmp(c->rule, rule) && !strcmp(c->field, field)) {
			t->last_count = i;
			return c;
		}
	}
	if (t->n_counts == MAX_COUNTS) /* a file of thousands of columns, all wrong */
		return &t->counts[MAX_COUNTS - 1];
	t->last_count = t->n_counts++;
	c = &t->counts[t->last_count];
	*c = (struct od_tcount){field, rule, 0};
	return c;
}

static void
find(struct table *t, uint64_t row, const char *field, const char *rule)
{
	struct od_tcount *c = count_of(t, field, rule);

	t->result->findings++;
	if (c->n++ < t->opts->listed)
		t->opts->found(t->opts->u, &(struct od_tfinding){row, field, rule});
}

static const char *
column_name(struct table *t, size_t i)
{
	return od_arena_printf(t->a, "column %zu", i + 1);
}

/* ---- the header
 * ------------------------------------------------------------------------- */

static bool
same_label(const struct od_tschema *s, struct od_span label, const char *name)
{
	if (!s->dialect.fold_header)
		return od_span_is(label, name);
	return label.n == strlen(name) && strncasecmp(label.p, name, label.n) == 0;
}

static size_t
field_of_label(const struct od_tschema *s, struct od_span label)
{
	for (size_t i = 0; i < s->n; i++)
		if (same_label(s, label, s->fields[i].name))
			return i;
	return SIZE_MAX;
}

static struct plan
make_plan(const struct od_tschema *s, const struct od_span *labels, size_t n,
          struct od_arena *a)
{
	struct plan p = {.n = n ? n : s->n};

	p.field = od_arena_array(a, p.n, sizeof(*p.field));
	p.column = od_arena_array(a, s->n, sizeof(*p.column));
	for (size_t i = 0; i < s->n; i++)
		p.column[i] = SIZE_MAX;
	for (size_t i = 0; i < p.n; i++) {
		p.field[i] = n && s->match != OD_MATCH_EXACT
		                 ? field_of_label(s, labels[i])
		             : i < s->n ? i
		                        : SIZE_MAX;
		if (p.field[i] != SIZE_MAX)
			p.column[p.field[i]] = i;
	}
	return p;
}

static bool
is_key_field(const struct od_tschema *s, size_t i)
{
	for (size_t k = 0; k < s->primary.n; k++)
		if (s->primary.fields[k] == i)
			return true;
	return false;
}

static void
judge_labels(struct table *t, const struct od_row *row, const struct od_span *labels)
{
	const struct od_tschema *s = t->s;
	bool extra = s->match == OD_MATCH_SUBSET || s->match == OD_MATCH_PARTIAL;
	bool fewer = s->match == OD_MATCH_SUPERSET || s->match == OD_MATCH_PARTIAL;
	bool any = false;

	for (size_t i = 0; i < row->n; i++) {
		bool twice = false;
		size_t f = t->plan.field[i];

		for (size_t k = 0; k < i; k++)
			twice |= od_span_equal(labels[k], labels[i]);
		any |= f != SIZE_MAX;
		if (f == SIZE_MAX && !extra)
			find(t, row->number, column_name(t, i), "extra_label");
		else if (twice && (labels[i].n || s->match != OD_MATCH_EXACT))
			find(t, row->number, column_name(t, i), "duplicate_label");
		else if (s->match != OD_MATCH_EXACT)
			continue;
		else if (!labels[i].n)
			find(t, row->number, s->fields[f].name, "blank_label");
		else if (!same_label(s, labels[i], s->fields[f].name))
			find(t, row->number, s->fields[f].name, "incorrect_label");
	}
	if (s->match == OD_MATCH_PARTIAL && s->n && !any)
		find(t, row->number, "", "unmatched_header");
	for (size_t i = 0; i < s->n; i++)
		if (t->plan.column[i] == SIZE_MAX &&
		    (!fewer || s->fields[i].required || is_key_field(s, i)))
			find(t, row->number, s->fields[i].name, "missing_label");
}

/* Reads the header and plans the columns; *more: are there rows? */
static enum od_rc
begin(struct table *t, struct od_reader *r, const struct od_tschema *s, bool judged,
      struct plan *plan, struct od_row *row, bool *more, struct od_err *err)
{
	struct od_span *labels;
	enum od_rc rc = od_reader_next(r, row, more, err);

	if (rc)
		return rc;
	if (!*more || !s->dialect.header) {
		*plan = make_plan(s, NULL, 0, t->a);
		if (judged && !*more)
			find(t, 0, "", "source_empty");
		return OD_OK;
	}
	labels = od_arena_array(t->a, row->n, sizeof(*labels));
	for (size_t i = 0; i < row->n; i++)
		labels[i] = od_number_trim(row->cells[i]);
	*plan = make_plan(s, labels, row->n, t->a);
	if (judged && row->fault)
		find(t, row->number, "", row->fault);
	else if (judged && row->n)
		judge_labels(t, row, labels);
	return od_reader_next(r, row, more, err);
}

/* ---- keys
 * --------------------------------------------------------------------------------- */

static void
values_init(struct values *v, size_t n, struct od_arena *a)
{
	v->cells = od_arena_array(a, n, sizeof(*v->cells));
	v->of = od_arena_array(a, n, sizeof(*v->of));
	v->null = od_arena_array(a, n, sizeof(*v->null));
}

/*
 * The bytes of a key: equal for equal values, whatever was written. *nulls counts the
 * parts that are null.
 */
static struct od_span
key_bytes(struct table *t, const struct od_tschema *s, const struct values *v,
          struct od_tkey key, size_t *nulls)
{
	*nulls = 0;
	t->key.n = 0;
	for (size_t i = 0; i < key.n; i++) {
		size_t f = key.fields[i];
		struct od_span bytes = v->of[f].key;
		uint32_t n = (uint32_t)bytes.n;

		if (v->null[f]) {
			od_buf_putc(&t->key, '\0');
			++*nulls;
			continue;
		}
		od_buf_putc(&t->key, s->fields[f].type->kin);
		od_buf_put(&t->key, &n, sizeof(n));
		od_buf_span(&t->key, bytes);
	}
	return od_buf_view(&t->key);
}

static bool
is_planned(const struct plan *p, struct od_tkey key)
{
	for (size_t i = 0; i < key.n; i++)
		if (p->column[key.fields[i]] == SIZE_MAX)
			return false;
	return key.n > 0;
}

static const char *
key_name(struct table *t, struct od_tkey key)
{
	struct od_buf b = {0};
	const char *name;

	for (size_t i = 0; i < key.n; i++) {
		if (i)
			od_buf_putc(&b, ',');
		od_buf_puts(&b, t->s->fields[key.fields[i]].name);
	}
	name = od_arena_str(t->a, od_buf_str(&b));
	od_buf_release(&b);
	return name;
}

static void
watch(struct table *t, struct od_tkey key, const char *rule)
{
	if (is_planned(&t->plan, key))
		t->watches[t->n_watches++] =
		    (struct watch){.join = od_join_open(OD_JOIN_TWICE, t->opts->memory),
		                   .key = key,
		                   .rule = rule,
		                   .field = key_name(t, key)};
}

static void
open_watches(struct table *t)
{
	const struct od_tschema *s = t->s;

	t->watches = od_arena_array(t->a, s->n + 1 + s->n_uniques, sizeof(*t->watches));
	watch(t, s->primary, "primary_key");
	if (t->n_watches)
		t->watches[0].all_null_is_wrong = true;
	for (size_t i = 0; i < s->n_uniques; i++) {
		size_t before = t->n_watches;

		watch(t, s->uniques[i], "unique_key");
		if (t->n_watches > before)
			t->watches[before].no_part_null = true;
	}
	for (size_t i = 0; i < s->n; i++) {
		size_t *field = od_arena_alloc(t->a, sizeof(*field));

		*field = i;
		if (s->fields[i].unique)
			watch(t, (struct od_tkey){field, 1}, "unique");
	}
}

static enum od_rc
watch_row(struct table *t, uint64_t row, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < t->n_watches && !rc; i++) {
		struct watch *w = &t->watches[i];
		size_t nulls;
		struct od_span key = key_bytes(t, t->s, &t->now, w->key, &nulls);

		if (nulls == w->key.n && w->all_null_is_wrong)
			find(t, row, w->field, w->rule);
		if (nulls == w->key.n || (nulls && w->no_part_null))
			continue;
		rc = od_join_put(w->join, OD_JOIN_LEFT, key,
		                 &(struct od_join_record){.row = row}, err);
	}
	return rc;
}

/* ---- other tables
 * --------------------------------------------------------------------------- */

/* A date or moment as a day that fits a record; a null as `otherwise`. */
static int32_t
day_of(const struct od_tschema *s, const struct values *v, size_t field,
       int32_t otherwise)
{
	struct od_evalue e;

	if (v->null[field])
		return otherwise;
	od_tfield_evalue(&s->fields[field], v->cells[field], &v->of[field], &e);
	if (e.kind == OD_E_MOMENT)
		e.n = (e.n - (e.n < 0 ? od_day_micros - 1 : 0)) / od_day_micros;
	return (int32_t)e.n;
}

/* A number in 1/10^4; false: it is none that fits. A null adds nothing. */
static bool
units(const struct od_tschema *s, const struct values *v, size_t field, int64_t *out)
{
	struct od_evalue e;

	*out = 0;
	if (v->null[field])
		return true;
	od_tfield_evalue(&s->fields[field], v->cells[field], &v->of[field], &e);
	for (; e.scale < SUM_SCALE && !e.wide; e.scale++)
		e.wide = __builtin_mul_overflow(e.n, 10, &e.n);
	*out = e.n;
	return !e.wide && e.scale == SUM_SCALE;
}

/* What a row of another table is put as; a key of nothing is not put. */
struct feed {
	struct od_join *joins[2]; /* either may be NULL */
	enum od_join_side side;
	const struct od_tother *other;
	size_t from, to, addend; /* SIZE_MAX: none */
};

static enum od_rc
feed_row(struct table *t, const struct feed *f, const struct values *v, uint64_t row,
         struct od_err *err)
{
	struct od_join_record rec = {.row = row};
	size_t nulls;
	struct od_span key = key_bytes(t, f->other->schema, v, f->other->key, &nulls);
	enum od_rc rc = OD_OK;

	if (nulls == f->other->key.n)
		return OD_OK;
	if (f->from != SIZE_MAX) {
		rec.from = day_of(f->other->schema, v, f->from, INT32_MIN);
		rec.to = day_of(f->other->schema, v, f->to, INT32_MAX);
	}
	if (f->addend != SIZE_MAX && !units(f->other->schema, v, f->addend, &rec.value))
		rec.value = INT64_MIN;
	for (size_t i = 0; i < 2 && !rc; i++)
		if (f->joins[i])
			rc = od_join_put(f->joins[i], f->side, key, &rec, err);
	return rc;
}

/* Values of the fields that matter of a row of another table; nothing is told. */
static void
read_values(const struct od_tschema *s, const struct plan *p, const struct od_row *row,
            struct od_arena *arena, struct values *v)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct od_tfield *f = &s->fields[i];
		size_t c = p->column[i];

		v->null[i] = true;
		if (!f->valued || c == SIZE_MAX || c >= row->n)
			continue;
		v->cells[i] = row->cells[c];
		if (od_tfield_is_missing(f, v->cells[i]))
			continue;
		(void)od_tfield_judge(f, v->cells[i], arena, &v->of[i]);
		v->null[i] = !v->of[i].key.p;
	}
}

static enum od_rc
feed_table(struct table *t, const struct feed *f, struct od_err *err)
{
	const struct od_tschema *s = f->other->schema;
	struct od_reader *r;
	struct od_arena arena = {0};
	struct values v;
	struct plan plan;
	struct od_row row;
	bool more;
	enum od_rc rc = od_reader_open(f->other->path, &s->dialect, &r, err);

	if (rc)
		return rc;
	values_init(&v, s->n, t->a);
	rc = begin(t, r, s, false, &plan, &row, &more, err);
	while (!rc && more) {
		od_arena_reset(&arena);
		read_values(s, &plan, &row, &arena, &v);
		rc = feed_row(t, f, &v, row.number, err);
		if (!rc)
			rc = od_reader_next(r, &row, &more, err);
	}
	od_arena_release(&arena);
	od_reader_close(r);
	return rc;
}

static struct feed
feed_of_foreign(const struct table *t, size_t i)
{
	const struct od_tforeign *f = &t->s->foreigns[i];

	return (struct feed){.joins = {t->orphans[i], t->outside[i]},
	                     .side = OD_JOIN_LEFT,
	                     .other = &f->other,
	                     .from = f->on == SIZE_MAX ? SIZE_MAX : f->from,
	                     .to = f->to,
	                     .addend = SIZE_MAX};
}

static struct feed
feed_of_sum(const struct table *t, size_t i)
{
	const struct od_tsum *s = &t->s->sums[i];

	return (struct feed){.joins = {t->sums[i], NULL},
	                     .side = OD_JOIN_RIGHT,
	                     .other = &s->other,
	                     .from = SIZE_MAX,
	                     .addend = s->addend};
}

static enum od_rc
feed_foreign(struct table *t, size_t i, struct od_err *err)
{
	struct feed f = feed_of_foreign(t, i);

	return feed_table(t, &f, err);
}

static enum od_rc
feed_sum(struct table *t, size_t i, struct od_err *err)
{
	struct feed f = feed_of_sum(t, i);

	return feed_table(t, &f, err);
}

/* Other tables are read first; the table itself is fed row by row. */
static enum od_rc
open_joins(struct table *t, struct od_err *err)
{
	const struct od_tschema *s = t->s;
	size_t memory = t->opts->memory;
	enum od_rc rc = OD_OK;

	t->orphans = od_arena_array(t->a, s->n_foreigns, sizeof(*t->orphans));
	t->outside = od_arena_array(t->a, s->n_foreigns, sizeof(*t->outside));
	t->sums = od_arena_array(t->a, s->n_sums, sizeof(*t->sums));
	for (size_t i = 0; i < s->n_foreigns && !rc; i++) {
		const struct od_tforeign *f = &s->foreigns[i];

		if (!is_planned(&t->plan, f->key))
			continue;
		t->orphans[i] = od_join_open(OD_JOIN_ORPHAN, memory);
		if (f->on != SIZE_MAX)
			t->outside[i] = od_join_open(OD_JOIN_OUTSIDE, memory);
		if (*f->other.resource)
			rc = feed_foreign(t, i, err);
	}
	for (size_t i = 0; i < s->n_sums && !rc; i++) {
		t->sums[i] = od_join_open(OD_JOIN_UNEQUAL, memory);
		if (*s->sums[i].other.resource)
			rc = feed_sum(t, i, err);
	}
	return rc;
}

static enum od_rc
foreign_row(struct table *t, size_t i, uint64_t row, struct od_err *err)
{
	const struct od_tforeign *f = &t->s->foreigns[i];
	struct od_join_record rec = {.row = row};
	struct feed own = feed_of_foreign(t, i);
	struct od_span key;
	size_t nulls;
	enum od_rc rc = OD_OK;

	if (!*f->other.resource)
		rc = feed_row(t, &own, &t->now, row, err);
	key = key_bytes(t, t->s, &t->now, f->key, &nulls);
	if (rc || nulls == f->key.n)
		return rc;
	rc = od_join_put(t->orphans[i], OD_JOIN_RIGHT, key, &rec, err);
	if (rc || !t->outside[i] || t->now.null[f->on])
		return rc;
	rec.from = day_of(t->s, &t->now, f->on, 0);
	return od_join_put(t->outside[i], OD_JOIN_RIGHT, key, &rec, err);
}

static enum od_rc
sum_row(struct table *t, size_t i, uint64_t row, struct od_err *err)
{
	const struct od_tsum *s = &t->s->sums[i];
	struct od_join_record rec = {.row = row};
	struct feed own = feed_of_sum(t, i);
	struct od_span key;
	size_t nulls;
	enum od_rc rc = OD_OK;

	if (!*s->other.resource)
		rc = feed_row(t, &own, &t->now, row, err);
	key = key_bytes(t, t->s, &t->now, s->key, &nulls);
	if (rc || nulls == s->key.n || t->now.null[s->field])
		return rc;
	if (!units(t->s, &t->now, s->field, &rec.value)) {
		find(t, row, t->s->fields[s->field].name, s->name);
		return OD_OK;
	}
	return od_join_put(t->sums[i], OD_JOIN_LEFT, key, &rec, err);
}

static enum od_rc
join_row(struct table *t, uint64_t row, struct od_err *err)
{
	enum od_rc rc = watch_row(t, row, err);

	for (size_t i = 0; i < t->s->n_foreigns && !rc; i++)
		if (t->orphans[i])
			rc = foreign_row(t, i, row, err);
	for (size_t i = 0; i < t->s->n_sums && !rc; i++)
		rc = sum_row(t, i, row, err);
	return rc;
}

/* ---- conditions
 * -------------------------------------------------------------------------------- */

static void
open_checks(struct table *t)
{
	const struct od_tschema *s = t->s;

	for (size_t i = 0; i < 2; i++)
		t->evalues[i] = od_arena_array(t->a, s->n, sizeof(*t->evalues[i]));
	t->groups = od_arena_array(t->a, s->n_checks, sizeof(*t->groups));
	t->grouped = od_arena_array(t->a, s->n_checks, sizeof(*t->grouped));
	for (size_t i = 0; i < s->n_checks; i++)
		if (s->checks[i].by.n)
			t->grouped[i] = od_join_open(OD_JOIN_TWICE, t->opts->memory);
}

/* This row's values for conditions; texts outlive the row if the next may ask. */
static void
take_evalues(struct table *t)
{
	struct od_evalue *e;

	t->turn ^= 1;
	e = t->evalues[t->turn];
	od_arena_reset(&t->texts[t->turn]);
	for (size_t i = 0; i < t->s->n; i++) {
		e[i] = (struct od_evalue){.kind = OD_E_NULL};
		if (t->now.null[i] || !(t->s->uses[i] || t->s->uses_prev[i]))
			continue;
		od_tfield_evalue(&t->s->fields[i], t->now.cells[i], &t->now.of[i],
		                 &e[i]);
		if (t->s->uses_prev[i] && e[i].kind == OD_E_TEXT)
			e[i].text = od_arena_dup(&t->texts[t->turn], e[i].text);
	}
}

/* Does the row go on in the group of the row before? Groups must not come again. */
static enum od_rc
same_group(struct table *t, size_t i, uint64_t row, bool *same, struct od_err *err)
{
	size_t nulls;
	struct od_span key = key_bytes(t, t->s, &t->now, t->s->checks[i].by, &nulls);

	*same = t->has_prev && od_span_equal(key, od_buf_view(&t->groups[i]));
	if (*same)
		return OD_OK;
	t->groups[i].n = 0;
	od_buf_span(&t->groups[i], key);
	return od_join_put(t->grouped[i], OD_JOIN_LEFT, key,
	                   &(struct od_join_record){.row = row}, err);
}

static enum od_rc
check_row(struct table *t, uint64_t row, struct od_err *err)
{
	enum od_rc rc = OD_OK;

	if (!t->s->n_checks)
		return OD_OK;
	take_evalues(t);
	for (size_t i = 0; i < t->s->n_checks && !rc; i++) {
		const struct od_check *c = &t->s->checks[i];
		bool same = t->has_prev;

		if (c->by.n)
			rc = same_group(t, i, row, &same, err);
		if (!rc && od_expr_is_broken(c->expr, t->evalues[t->turn],
		                             same ? t->evalues[t->turn ^ 1] : NULL))
			find(t, row, "", c->name);
	}
	t->has_prev = true;
	return rc;
}

/* ---- rows
 * -----------------------------------------------------------------------------------------
 */

static const char *
judge_cell(struct table *t, size_t column, struct od_span cell, bool *blank)
{
	size_t i = t->plan.field[column];
	const struct od_tfield *f;
	const char *rule;

	if (i == SIZE_MAX) {
		*blank = cell.n == 0;
		return NULL;
	}
	f = &t->s->fields[i];
	t->now.cells[i] = cell;
	*blank = od_tfield_is_missing(f, cell);
	t->now.null[i] = *blank;
	if (*blank)
		return f->required ? "required" : NULL;
	rule = od_tfield_judge(f, cell, &t->row, &t->now.of[i]);
	t->now.null[i] = !t->now.of[i].key.p;
	return rule;
}

static const char *
name_of_column(struct table *t, size_t column)
{
	size_t i = t->plan.field[column];

	return i == SIZE_MAX ? column_name(t, column) : t->s->fields[i].name;
}

static void
judge_row(struct table *t, const struct od_row *row, const char **rules)
{
	size_t blanks = 0, n = t->plan.n, there = row->n < n ? row->n : n;

	for (size_t i = 0; i < n; i++) {
		bool blank = true;

		if (i < there) {
			rules[i] = judge_cell(t, i, row->cells[i], &blank);
		} else {
			rules[i] = "missing_cell";
			if (t->plan.field[i] != SIZE_MAX)
				t->now.null[t->plan.field[i]] = true;
		}
		blanks += blank;
	}
	if (blanks == n) {
		find(t, row->number, "", "blank_row");
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (rules[i])
			find(t, row->number, name_of_column(t, i), rules[i]);
	if (row->n > n)
		find(t, row->number, "", "extra_cell");
}

static enum od_rc
read_rows(struct table *t, struct od_reader *r, struct od_err *err)
{
	const char **rules;
	struct od_row row;
	bool more;
	enum od_rc rc = begin(t, r, t->s, true, &t->plan, &row, &more, err);

	if (rc)
		return rc;
	rules = od_arena_array(t->a, t->plan.n, sizeof(*rules));
	memset(t->now.null, 1, t->s->n * sizeof(*t->now.null));
	open_watches(t);
	open_checks(t);
	rc = open_joins(t, err);
	while (!rc && more) {
		t->result->rows++;
		if (row.fault) {
			find(t, row.number, "", row.fault);
		} else {
			od_arena_reset(&t->row);
			judge_row(t, &row, rules);
			rc = join_row(t, row.number, err);
			if (!rc)
				rc = check_row(t, row.number, err);
		}
		if (!rc)
			rc = od_reader_next(r, &row, &more, err);
	}
	return rc;
}

/* ---- the end
 * ----------------------------------------------------------------------------------------
 */

struct teller {
	struct table *t;
	const char *field, *rule;
};

static void
tell(void *u, uint64_t row)
{
	struct teller *by = u;

	find(by->t, row, by->field, by->rule);
}

/* All are counted, some are told. */
static enum od_rc
finish_join(struct table *t, struct od_join *j, const char *field, const char *rule,
            struct od_err *err)
{
	struct teller by = {t, field, rule};
	uint64_t before = t->result->findings, count;
	enum od_rc rc;

	if (!j)
		return OD_OK;
	rc = od_join_finish(j, t->opts->listed, tell, &by, &count, err);
	if (!rc && count > t->result->findings - before) {
		uint64_t untold = count - (t->result->findings - before);

		count_of(t, field, rule)->n += untold;
		t->result->findings += untold;
	}
	return rc;
}

static enum od_rc
finish(struct table *t, struct od_err *err)
{
	const struct od_tschema *s = t->s;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < t->n_watches && !rc; i++)
		rc = finish_join(t, t->watches[i].join, t->watches[i].field,
		                 t->watches[i].rule, err);
	for (size_t i = 0; i < s->n_foreigns && !rc; i++) {
		const char *field = key_name(t, s->foreigns[i].key);

		rc = finish_join(t, t->orphans[i], field, "foreign_key", err);
		if (!rc)
			rc = finish_join(t, t->outside[i], field, "valid", err);
	}
	for (size_t i = 0; i < s->n_sums && !rc; i++)
		rc = finish_join(t, t->sums[i], s->fields[s->sums[i].field].name,
		                 s->sums[i].name, err);
	for (size_t i = 0; i < s->n_checks && !rc; i++)
		rc = finish_join(t, t->grouped[i], key_name(t, s->checks[i].by),
		                 "scattered", err);
	return rc;
}

static void
release(struct table *t)
{
	for (size_t i = 0; i < t->n_watches; i++)
		od_join_close(t->watches[i].join);
	for (size_t i = 0; t->orphans && i < t->s->n_foreigns; i++) {
		od_join_close(t->orphans[i]);
		od_join_close(t->outside[i]);
	}
	for (size_t i = 0; t->sums && i < t->s->n_sums; i++)
		od_join_close(t->sums[i]);
	for (size_t i = 0; t->groups && i < t->s->n_checks; i++) {
		od_buf_release(&t->groups[i]);
		od_join_close(t->grouped[i]);
	}
	od_arena_release(&t->texts[0]);
	od_arena_release(&t->texts[1]);
	od_arena_release(&t->row);
	od_buf_release(&t->key);
}

enum od_rc
od_tcheck(const char *path, const struct od_tschema *s,
          const struct od_tcheck_opts *opts, struct od_arena *a, struct od_tresult *out,
          struct od_err *err)
{
	struct table t = {.path = path, .s = s, .opts = opts, .a = a, .result = out};
	struct od_reader *r;
	enum od_rc rc = od_reader_open(path, &s->dialect, &r, err);

	*out = (struct od_tresult){0};
	if (rc)
		return rc;
	t.counts = od_arena_array(a, MAX_COUNTS, sizeof(*t.counts));
	values_init(&t.now, s->n, a);
	rc = read_rows(&t, r, err);
	if (!rc)
		rc = finish(&t, err);
	out->counts = t.counts;
	out->n_counts = t.n_counts;
	release(&t);
	od_reader_close(r);
	return rc;
}
