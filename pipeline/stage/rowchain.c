#include "stage/rowchain.h"

#include <stdlib.h>
#include <string.h>

#include "anon/anon.h"
#include "check/check.h"
#include "core/buf.h"
#include "stage/retract.h"

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
	const struct od_retraction *retraction;
	bool is_main; /* whose rows are retracted by their key */
	struct od_checker *checker;
	struct step *steps;  /* one a field */
	size_t newest_field; /* n_fields: not this dataset */
	char newest[DATETIME_BYTES];
	size_t parent_field;    /* n_fields: no parent */
	struct od_buf withheld; /* parents' keys, one a line */
	struct od_buf owners;   /* of rejected rows: key, owner's codes; one a line */
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
	c->retraction = od_review_retraction(review);
	c->is_main = spec->catalog.created_dataset == d && d->n_key == 1;
	c->checker = od_checker_open(d);
	c->steps = od_arena_array(run, d->n_fields, sizeof(*c->steps));
	for (size_t i = 0; i < d->n_fields; i++)
		/* What it cannot be was refused when the schemas were loaded. */
		(void)od_anon_prepare(&d->fields[i], code_key, &c->steps[i].use);
	c->newest_field = spec->catalog.created_dataset == d
	                      ? od_field_index(d, spec->catalog.created_field)
	                      : d->n_fields;
	c->parent_field =
	    d->parent ? od_field_index(d, od_field_find(d, d->parent_on)) : d->n_fields;
	return c;
}

void
od_rowchain_close(struct od_rowchain *c)
{
	od_checker_close(c->checker);
	od_buf_release(&c->withheld);
	od_buf_release(&c->owners);
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

/* No text is published, and why is told with the row. */
static void
blank(struct od_rowchain *c, size_t i, const char *why, struct od_pub *out)
{
	c->steps[i].doubt = why;
	*out = (struct od_pub){.null = true};
	if (c->d->fields[i].required)
		*out = (struct od_pub){.v = OD_SPAN(OD_MARKER_WITHHELD)};
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
	blank(c, i, doubt, out);
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
	if (!rule && c->retraction->n_texts && !out->null &&
	    od_retract_has_text(c->retraction, out->v)) {
		if (c->d->fields[i].type != OD_TYPE_TEXT)
			return OD_RETRACTED;
		od_review_ref(c->review, in.v, step->ref);
		blank(c, i, OD_RETRACTED, out);
	}
	if (!rule && c->is_main && &c->d->fields[i] == c->d->key[0] && !out->null &&
	    od_retract_has_row(c->retraction, out->v))
		return OD_RETRACTED;
	if (!rule && is_small(&c->d->fields[i], out)) {
		*out = (struct od_pub){.null = true};
		step->suppressed++;
	}
	return rule;
}

/* A cell of a row that is not published, for its finding; empty if it is no value. */
static struct od_span
tell_cell(struct od_rowchain *c, const struct od_raw *in, const struct od_field *f,
          struct od_arena *row)
{
	size_t i = od_field_index(c->d, f);
	struct od_anon_note ignored = {0};
	struct od_pub out;

	if (strcmp(f->anonymize, "public") != 0 ||
	    c->steps[i].use.method->apply(&c->steps[i].use, in[i], row, &out,
	                                  &ignored) ||
	    od_checker_cell(c->checker, i, row, &out) || out.null)
		return (struct od_span){"", 0};
	return out.v;
}

static void
note_owner(struct od_rowchain *c, const struct od_raw *in, struct od_arena *row)
{
	od_buf_span(&c->owners, tell_cell(c, in, c->d->key[0], row));
	for (size_t i = 0; i < 2; i++) {
		od_buf_putc(&c->owners, '\t');
		if (i < c->d->n_owner)
			od_buf_span(&c->owners, tell_cell(c, in, c->d->owner[i], row));
	}
	od_buf_putc(&c->owners, '\n');
}

static void
reject(struct od_rowchain *c, const struct od_raw *in, uint64_t number, size_t field,
       const char *rule, struct od_arena *row)
{
	const struct od_dataset *d = c->d;
	struct od_buf key = {0};
	struct od_span parent = {"", 0};

	for (size_t i = 0; i < d->n_key; i++) {
		od_buf_puts(&key, i ? "/" : "");
		od_buf_span(&key, tell_cell(c, in, d->key[i], row));
	}
	if (c->parent_field < d->n_fields)
		parent = tell_cell(c, in, &d->fields[c->parent_field], row);
	od_findings_add(
	    c->findings,
	    &(struct od_finding){.d = d,
	                         .row = number,
	                         .key = od_buf_str(&key),
	                         .parent = od_arena_dup(row, parent).p,
	                         .field = &d->fields[field],
	                         .rule = rule,
	                         .effect = d->reject_parent ? "parent" : "reject"});
	od_buf_release(&key);
	if (d->n_owner)
		note_owner(c, in, row);
	if (!d->reject_parent || !parent.n)
		return;
	od_buf_span(&c->withheld, parent);
	od_buf_putc(&c->withheld, '\n');
}

/* Finds the row by its key too: "5012/3". */
static void
tell_withheld(struct od_rowchain *c, const struct od_pub *cells, uint64_t number,
              struct od_arena *row)
{
	const struct od_dataset *d = c->d;

	for (size_t i = 0; i < d->n_fields; i++) {
		struct step *step = &c->steps[i];
		struct od_buf key = {0};
		const char *parent = NULL;

		if (!step->doubt)
			continue;
		step->withheld++;
		od_findings_key(d, cells, &key);
		if (c->parent_field < d->n_fields)
			parent = od_arena_dup(row, cells[c->parent_field].v).p;
		od_findings_add(c->findings,
		                &(struct od_finding){.d = d,
		                                     .row = number,
		                                     .key = od_buf_str(&key),
		                                     .parent = parent,
		                                     .field = &d->fields[i],
		                                     .rule = step->doubt,
		                                     .effect = "withheld",
		                                     .ref = step->ref});
		od_buf_release(&key);
	}
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
	tell_withheld(c, out, number, row);
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

static enum od_rc
store_owners(const struct od_rowchain *c, struct od_snapshot *s, struct od_err *err)
{
	const char *at = c->owners.p, *end = at + c->owners.n;
	struct od_query *q;
	enum od_rc rc;
	bool row;

	if (!c->owners.n)
		return OD_OK;
	rc = od_query_open(
	    s, "insert or ignore into _owners values(:dataset, :key, :a, :b)",
	    "_owners", &q, err);
	while (!rc && at < end) {
		od_query_restart(q);
		od_query_bind(q, 0, (struct od_pub){.v = od_span_str(c->d->id)});
		for (size_t i = 1; i < 4; i++) {
			const char *stop = at;

			while (*stop != '\t' && *stop != '\n')
				stop++;
			od_query_bind(q, i,
			              (struct od_pub){.v = {at, (size_t)(stop - at)}});
			at = stop + 1;
		}
		rc = od_query_next(q, &row, err);
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
	if (!rc)
		rc = store_owners(c, s, err);
	return rc ? rc : store_withheld(c, s, err);
}
