#include "stage/rowchain.h"

#include <stdlib.h>
#include <string.h>

#include "anon/anon.h"
#include "check/check.h"
#include "core/buf.h"

enum { DATETIME_BYTES = 20 };

struct step {
	struct od_anon_use use;
	uint64_t cut[OD_PII_KINDS], cells[OD_PII_KINDS];
	uint64_t cleaned;
	uint64_t suppressed;
	uint64_t withheld;
	const char *doubt; /* of the row at hand: why its cell was withheld, or NULL */
	char ref[OD_REVIEW_REF];
};

struct od_rowchain {
	const struct od_dataset *d;
	struct od_findings *findings;
	const struct od_review *review;
	struct od_checker *checker;
	struct step *steps;  /* one a field */
	size_t newest_field; /* n_fields: not this dataset */
	char newest[DATETIME_BYTES];
	size_t parent_field;    /* n_fields: no parent to withhold */
	struct od_buf withheld; /* parents' keys, one a line */
};

struct od_rowchain *
od_rowchain_open(const struct od_spec *spec, const struct od_dataset *d,
                 struct od_findings *findings, const unsigned char *code_key,
                 const struct od_review *review, struct od_arena *run)
{
	struct od_rowchain *c = od_arena_alloc(run, sizeof(*c));

	c->d = d;
	c->findings = findings;
	c->review = review;
	c->checker = od_checker_open(d);
	c->steps = od_arena_array(run, d->n_fields, sizeof(*c->steps));
	for (size_t i = 0; i < d->n_fields; i++)
		/* What it cannot be was refused when the schemas were loaded. */
		(void)od_anon_prepare(&d->fields[i], code_key, &c->steps[i].use);
	c->newest_field = spec->catalog.created_dataset == d
	                      ? od_field_index(d, spec->catalog.created_field)
	                      : d->n_fields;
	c->parent_field = d->reject_parent
	                      ? od_field_index(d, od_field_find(d, d->parent_on))
	                      : d->n_fields;
	return c;
}

void
od_rowchain_close(struct od_rowchain *c)
{
	od_checker_close(c->checker);
	od_buf_release(&c->withheld);
}

/* A count of persons that is told by an empty cell; canonical, so of few digits. */
static bool
is_small(const struct od_field *f, const struct od_pub *cell)
{
	int64_t n = 0;

	if (!f->suppress_below || cell->null || cell->v.n > 4 || cell->v.p[0] == '-')
		return false;
	for (size_t i = 0; i < cell->v.n; i++)
		n = n * 10 + (cell->v.p[i] - '0');
	return n > 0 && n < f->suppress_below;
}

/*
 * The text goes unless an officer allowed it; what is withheld is told with the row.
 * A text that still holds personal data after cutting came here empty: it stays so.
 */
static void
withhold(struct od_rowchain *c, size_t i, struct od_span text, const char *doubt,
         struct od_pub *out)
{
	struct step *step = &c->steps[i];

	od_review_ref(c->review, text, step->ref);
	if (!out->null && od_review_allows(c->review, step->ref))
		return;
	step->doubt = doubt;
	*out = (struct od_pub){.null = true};
	if (c->d->fields[i].required)
		*out = (struct od_pub){.v = OD_SPAN(OD_MARKER_WITHHELD)};
}

static const char *
apply_cell(struct od_rowchain *c, size_t i, struct od_raw in, struct od_arena *row,
           struct od_pub *out)
{
	struct step *step = &c->steps[i];
	struct od_anon_note note = {0};
	const char *rule;

	if (step->use.method->apply(&step->use, in, row, out, &note))
		return step->use.method->rule;
	step->cleaned += note.cleaned;
	for (size_t k = 0; k < OD_PII_KINDS; k++) {
		step->cut[k] += note.cut[k];
		step->cells[k] += note.cut[k] != 0;
	}
	step->doubt = NULL;
	rule =
	    note.doubt && out->null ? NULL : od_checker_cell(c->checker, i, row, out);
	if (!rule && note.doubt)
		withhold(c, i, in.v, note.doubt, out);
	if (!rule && is_small(&c->d->fields[i], out)) {
		*out = (struct od_pub){.null = true};
		step->suppressed++;
	}
	return rule;
}

static void
reject(struct od_rowchain *c, const struct od_raw *in, uint64_t number, size_t field,
       const char *rule, struct od_arena *row)
{
	bool parent = c->parent_field < c->d->n_fields;
	struct od_pub key;

	od_findings_add(c->findings, c->d, number, &c->d->fields[field], rule,
	                parent ? "parent" : "reject");
	if (!parent || apply_cell(c, c->parent_field, in[c->parent_field], row, &key) ||
	    key.null)
		return;
	od_buf_span(&c->withheld, key.v);
	od_buf_putc(&c->withheld, '\n');
}

/* Finds the row by its key too: "5012/3". */
static void
tell_withheld(struct od_rowchain *c, const struct od_pub *cells, uint64_t number)
{
	struct od_buf key = {0};

	for (size_t i = 0; i < c->d->n_fields; i++) {
		struct step *step = &c->steps[i];

		if (!step->doubt)
			continue;
		step->withheld++;
		key.n = 0;
		for (size_t k = 0; k < c->d->n_key; k++) {
			od_buf_puts(&key, k ? "/" : "");
			od_buf_span(&key, cells[od_field_index(c->d, c->d->key[k])].v);
		}
		od_findings_add_withheld(c->findings, c->d, number, od_buf_str(&key),
		                         &c->d->fields[i], step->doubt, step->ref);
	}
	od_buf_release(&key);
}

size_t
od_rowchain_apply(struct od_rowchain *c, const struct od_raw *in, uint64_t number,
                  struct od_arena *row, struct od_pub *out)
{
	/*
	 * What an arena gives stays until the batch is written, the caller's buffers
	 * only until the next row: a cell that came through unmoved is copied.
	 */
	for (size_t i = 0; i < c->d->n_fields; i++) {
		const char *rule = apply_cell(c, i, in[i], row, &out[i]);

		if (rule) {
			reject(c, in, number, i, rule, row);
			return 0;
		}
	}
	for (size_t i = 0; i < c->d->n_fields; i++)
		if (!out[i].null)
			out[i].v = od_arena_dup(row, out[i].v);
	tell_withheld(c, out, number);
	if (c->newest_field < c->d->n_fields && !out[c->newest_field].null) {
		struct od_span v = out[c->newest_field].v;

		if (v.n < DATETIME_BYTES && strcmp(v.p, c->newest) > 0)
			memcpy(c->newest, v.p, v.n + 1);
	}
	return 1;
}

const char *
od_rowchain_newest(const struct od_rowchain *c)
{
	return c->newest;
}

static enum od_rc
store_count(const struct od_rowchain *c, const char *field, const char *kind,
            uint64_t n, uint64_t cells, struct od_snapshot *s, struct od_err *err)
{
	struct od_buf b = {0};
	enum od_rc rc;

	if (!n)
		return OD_OK;
	od_buf_printf(&b, "insert into _privacy values('%s','%s','%s',%llu,%llu)",
	              c->d->id, field, kind, (unsigned long long)n,
	              (unsigned long long)cells);
	rc = od_snapshot_exec(s, od_buf_str(&b), NULL, err);
	od_buf_release(&b);
	return rc;
}

static enum od_rc
store_withheld(const struct od_rowchain *c, struct od_snapshot *s, struct od_err *err)
{
	const char *at = c->withheld.p, *end = at + c->withheld.n;
	struct od_query *q;
	enum od_rc rc;
	bool row;

	if (!c->withheld.n)
		return OD_OK;
	rc = od_query_open(s, "insert or ignore into _withheld values(:dataset, :key)",
	                   "_withheld", &q, err);
	while (!rc && at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		od_query_restart(q);
		od_query_bind(q, 0,
		              (struct od_pub){.v = od_span_str(c->d->parent->id)});
		od_query_bind(q, 1, (struct od_pub){.v = {at, (size_t)(stop - at)}});
		rc = od_query_next(q, &row, err);
		at = stop + 1;
	}
	od_query_close(q);
	return rc;
}

enum od_rc
od_rowchain_store(const struct od_rowchain *c, uint64_t read, struct od_snapshot *s,
                  struct od_err *err)
{
	struct od_buf b = {0};
	enum od_rc rc;

	od_buf_printf(&b, "insert into _counts values('%s',%llu,0)", c->d->id,
	              (unsigned long long)read);
	rc = od_snapshot_exec(s, od_buf_str(&b), NULL, err);
	od_buf_release(&b);
	for (size_t i = 0; i < c->d->n_fields && !rc; i++) {
		const struct step *step = &c->steps[i];
		const struct {
			const char *kind;
			uint64_t n;
		} counts[] = {{"cleaned", step->cleaned},
		              {"withheld", step->withheld},
		              {"suppressed", step->suppressed}};
		const char *field = c->d->fields[i].name;

		for (size_t k = 0; k < OD_ARRAY_LEN(counts) && !rc; k++)
			rc = store_count(c, field, counts[k].kind, counts[k].n,
			                 counts[k].n, s, err);
		for (size_t k = 0; k < OD_PII_KINDS && !rc; k++)
			rc = store_count(c, field, od_pii_kinds[k].name, step->cut[k],
			                 step->cells[k], s, err);
	}
	return rc ? rc : store_withheld(c, s, err);
}
