/*
 * The whole set against its declarations: what no single row can show.
 *
 * Three steps, each whole or not at all, and a killed run goes on with the next: rows
 * that break a rule are taken out, with everything that hangs on them; the derived
 * datasets are made and their small counts of persons hidden; the rows are measured.
 * Then the gates compare the figures with the thresholds and with the last release.
 */
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/log.h"
#include "core/pool.h"
#include "row/findings.h"
#include "row/snapshot.h"
#include "stage/derive.h"
#include "stage/figures.h"
#include "stage/gates.h"
#include "stage/owners.h"
#include "stage/smallcells.h"
#include "stage/stage.h"
#include "stage/versions.h"

/* A row taken out may cost others, which may cost others: plan links, areas, ... */
enum { MAX_ROUNDS = 16 };

struct validation {
	struct od_stage_ctx *ctx;
	struct od_snapshot *s;
	struct od_findings *findings;
	struct od_buf sql;
};

static const char *const effect_names[] = {"reject", "parent", "warn"};

static void
key_columns(const struct od_dataset *d, const char *prefix, struct od_buf *b)
{
	for (size_t i = 0; i < d->n_key; i++)
		od_buf_printf(b, "%s%s\"%s\"", i ? ", " : "", prefix, d->key[i]->name);
}

/* Lists the rows of _bad as findings. */
static enum od_rc
tell_bad_rows(struct validation *v, const struct od_dataset *d,
              const struct od_field *field, const char *rule, const char *effect,
              struct od_err *err)
{
	struct od_buf key = {0}, parent = {0};
	struct od_query *q = NULL;
	enum od_rc rc;
	bool row;

	v->sql.n = 0;
	od_buf_puts(&v->sql, "select ");
	key_columns(d, "", &v->sql);
	if (d->parent_on)
		od_buf_printf(&v->sql, ", \"%s\"", d->parent_on);
	od_buf_puts(&v->sql, " from temp._bad");
	rc = od_query_open(v->s, od_buf_str(&v->sql), rule, &q, err);
	while (!rc) {
		rc = od_query_next(q, &row, err);
		if (rc || !row)
			break;
		key.n = 0;
		for (size_t i = 0; i < d->n_key; i++) {
			if (i)
				od_buf_putc(&key, '/');
			od_buf_span(&key, od_query_cell(q, i).v);
		}
		parent.n = 0;
		if (d->parent_on)
			od_buf_span(&parent, od_query_cell(q, d->n_key).v);
		od_findings_add(v->findings,
		                &(struct od_finding){.d = d,
		                                     .key = od_buf_str(&key),
		                                     .parent = od_buf_str(&parent),
		                                     .field = field,
		                                     .rule = rule,
		                                     .effect = effect});
	}
	od_query_close(q);
	od_buf_release(&key);
	od_buf_release(&parent);
	return rc;
}

/* The end of a statement on rows of d: those in _bad. */
static void
in_bad_rows(const struct od_dataset *d, struct od_buf *sql)
{
	od_buf_putc(sql, '(');
	key_columns(d, "", sql);
	od_buf_puts(sql, ") in (select ");
	key_columns(d, "", sql);
	od_buf_puts(sql, " from temp._bad);");
}

/* Takes the rows of _bad out; with them, if the effect says so, their parents later. */
static enum od_rc
remove_bad_rows(struct validation *v, const struct od_dataset *d, enum od_effect effect,
                struct od_err *err)
{
	v->sql.n = 0;
	if (effect == OD_EFFECT_PARENT)
		od_buf_printf(
		    &v->sql,
		    "insert or ignore into _withheld select '%s', \"%s\" from "
		    "temp._bad;",
		    d->parent->id, d->parent_on);
	if (d->n_owner) {
		od_buf_printf(&v->sql, "insert or ignore into _owners select '%s', ",
		              d->id);
		key_columns(d, "", &v->sql);
		for (size_t i = 0; i < 2; i++) {
			if (i < d->n_owner)
				od_buf_printf(&v->sql, ", \"%s\"", d->owner[i]->name);
			else
				od_buf_puts(&v->sql, ", null");
		}
		od_buf_printf(&v->sql, " from \"%s\" where ", d->id);
		in_bad_rows(d, &v->sql);
	}
	od_buf_printf(&v->sql, "delete from \"%s\" where ", d->id);
	in_bad_rows(d, &v->sql);
	return od_snapshot_exec(v->s, od_buf_str(&v->sql), NULL, err);
}

/*
 * Finds the rows r of d for which `where` holds, tells them and applies the effect.
 * *found counts them.
 */
static enum od_rc
apply_rule(struct validation *v, const struct od_dataset *d, const char *where,
           const struct od_field *field, const char *rule, enum od_effect effect,
           int64_t *found, struct od_err *err)
{
	bool parent_listed = false;
	enum od_rc rc;

	v->sql.n = 0;
	od_buf_puts(
	    &v->sql,
	    "drop table if exists temp._bad; create temp table _bad as select ");
	key_columns(d, "r.", &v->sql);
	for (size_t i = 0; i < d->n_key; i++)
		parent_listed |= d->parent_on && !strcmp(d->key[i]->name, d->parent_on);
	if (d->parent_on && !parent_listed)
		od_buf_printf(&v->sql, ", r.\"%s\"", d->parent_on);
	od_buf_printf(&v->sql, " from \"%s\" r where %s", d->id, where);
	rc = od_snapshot_exec(v->s, od_buf_str(&v->sql), NULL, err);
	if (!rc)
		rc = od_snapshot_number(v->s, "select count(*) from temp._bad", found,
		                        err);
	if (rc)
		return od_err_wrap(err, "rule '%s' of dataset '%s'", rule, d->id);
	if (!*found)
		return OD_OK;
	rc = tell_bad_rows(v, d, field, rule, effect_names[effect], err);
	if (!rc && effect != OD_EFFECT_WARN)
		rc = remove_bad_rows(v, d, effect, err);
	return rc;
}

/* Of several rows with the same value, the one with the lowest key stays. */
static enum od_rc
check_unique(struct validation *v, const struct od_dataset *d, const struct od_field *f,
             struct od_err *err)
{
	struct od_buf where = {0};
	int64_t found;
	enum od_rc rc;

	od_buf_puts(&where, "(");
	key_columns(d, "r.", &where);
	od_buf_puts(&where, ") in (select ");
	key_columns(d, "", &where);
	od_buf_puts(&where, " from (select ");
	key_columns(d, "", &where);
	od_buf_printf(&where, ", row_number() over (partition by \"%s\" order by ",
	              f->name);
	key_columns(d, "", &where);
	od_buf_printf(&where, ") n from \"%s\" where \"%s\" is not null) where n > 1)",
	              d->id, f->name);
	rc = apply_rule(v, d, od_buf_str(&where), f, "unique",
	                d->reject_parent ? OD_EFFECT_PARENT : OD_EFFECT_REJECT, &found,
	                err);
	od_buf_release(&where);
	return rc;
}

static enum od_rc
check_reference(struct validation *v, const struct od_dataset *d,
                const struct od_field *f, int64_t *found, struct od_err *err)
{
	struct od_buf where = {0};
	enum od_rc rc;

	od_buf_printf(&where,
	              "r.\"%s\" is not null and r.\"%s\" not in (select \"%s\" from "
	              "\"%s\" where \"%s\" is not null)",
	              f->name, f->name, f->ref_field->name, f->ref_dataset->id,
	              f->ref_field->name);
	rc = apply_rule(v, d, od_buf_str(&where), f, "reference",
	                d->reject_parent ? OD_EFFECT_PARENT : OD_EFFECT_REJECT, found,
	                err);
	od_buf_release(&where);
	return rc;
}

static enum od_rc
check_parent(struct validation *v, const struct od_dataset *d, int64_t *found,
             struct od_err *err)
{
	struct od_buf where = {0};
	enum od_rc rc;

	od_buf_printf(&where, "r.\"%s\" not in (select \"%s\" from \"%s\")",
	              d->parent_on, d->parent_on, d->parent->id);
	rc = apply_rule(v, d, od_buf_str(&where), NULL, "parent_missing",
	                OD_EFFECT_REJECT, found, err);
	od_buf_release(&where);
	return rc;
}

/* Rows that have to go because a row that belongs to them broke a rule. */
static enum od_rc
take_out_withheld(struct validation *v, const struct od_dataset *d, int64_t *found,
                  struct od_err *err)
{
	struct od_buf where = {0};
	enum od_rc rc = OD_OK;

	*found = 0;
	for (size_t i = 0; i < v->ctx->spec->n_datasets && !rc; i++) {
		const struct od_dataset *child = &v->ctx->spec->datasets[i];
		int64_t n;

		if (child->parent != d)
			continue;
		where.n = 0;
		od_buf_printf(
		    &where,
		    "r.\"%s\" in (select key from _withheld where dataset = '%s')",
		    child->parent_on, d->id);
		rc = apply_rule(v, d, od_buf_str(&where), NULL, "part_rejected",
		                OD_EFFECT_REJECT, &n, err);
		*found += rc ? 0 : n;
	}
	od_buf_release(&where);
	return rc;
}

static enum od_rc
check_dataset(struct validation *v, const struct od_dataset *d, struct od_err *err)
{
	int64_t found;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < d->n_fields && !rc; i++)
		if (d->fields[i].unique &&
		    !(d->n_key == 1 && d->key[0] == &d->fields[i]))
			rc = check_unique(v, d, &d->fields[i], err);
	for (size_t i = 0; i < d->n_rules && !rc; i++)
		rc = apply_rule(v, d, d->rules[i].where, NULL, d->rules[i].name,
		                d->rules[i].effect, &found, err);
	return rc;
}

/*
 * A link has to be looked at again only when the dataset that it leads to has lost rows
 * since: `lost` counts, by dataset, how often that was; `seen` has the count at which a
 * link was last looked at.
 */
struct links {
	unsigned *lost;
	unsigned **seen; /* by dataset; its parent's, then one a field */
};

enum { NEVER_SEEN = 0 }; /* lost counts from 1 */

static void
open_links(const struct od_spec *spec, struct od_arena *a, struct links *l)
{
	l->lost = od_arena_array(a, spec->n_datasets, sizeof(*l->lost));
	l->seen = od_arena_array(a, spec->n_datasets, sizeof(*l->seen));
	for (size_t i = 0; i < spec->n_datasets; i++) {
		l->lost[i] = NEVER_SEEN + 1;
		l->seen[i] = od_arena_array(a, spec->datasets[i].n_fields + 1,
		                            sizeof(**l->seen));
	}
}

/* Has `to` lost rows since the link was last looked at? From now on it has not. */
static bool
is_news(struct validation *v, const struct links *l, const struct od_dataset *to,
        unsigned *seen)
{
	unsigned lost = l->lost[to - v->ctx->spec->datasets];
	bool news = *seen != lost;

	*seen = lost;
	return news;
}

/* The links of d. *fallen: rows that are gone for their sake. */
static enum od_rc
settle_dataset(struct validation *v, const struct od_dataset *d, const struct links *l,
               int64_t *fallen, struct od_err *err)
{
	unsigned *seen = l->seen[d - v->ctx->spec->datasets];
	int64_t found = 0;
	enum od_rc rc = take_out_withheld(v, d, fallen, err);

	if (!rc && d->parent && is_news(v, l, d->parent, &seen[0]))
		rc = check_parent(v, d, &found, err);
	*fallen += found;
	for (size_t f = 0; f < d->n_fields && !rc; f++) {
		const struct od_field *field = &d->fields[f];

		found = 0;
		if (!field->ref_dataset || field->ref_dataset->derived ||
		    (field->ref_dataset == d->parent &&
		     !strcmp(field->name, d->parent_on) &&
		     !strcmp(field->ref_field->name, d->parent_on)))
			continue; /* the last is the parent's link, looked at above */
		if (is_news(v, l, field->ref_dataset, &seen[f + 1]))
			rc = check_reference(v, d, field, &found, err);
		*fallen += found;
	}
	return rc;
}

/* Links between datasets, again and again until nothing more falls. */
static enum od_rc
settle_links(struct validation *v, struct od_err *err)
{
	const struct od_spec *spec = v->ctx->spec;
	int64_t fallen = 1, found;
	struct links links;
	enum od_rc rc = OD_OK;

	open_links(spec, v->ctx->run, &links);
	for (int round = 0; fallen && !rc; round++) {
		if (round == MAX_ROUNDS)
			return od_err_set(err, OD_KIND_INTERNAL,
			                  "links between datasets do not settle");
		fallen = 0;
		for (size_t i = 0; i < spec->n_datasets && !rc; i++) {
			if (spec->datasets[i].derived)
				continue;
			rc = settle_dataset(v, &spec->datasets[i], &links, &found, err);
			links.lost[i] += !rc && found;
			fallen += rc ? 0 : found;
		}
	}
	return rc;
}

/* _counts.published; and every row that is missing must have been told. */
static enum od_rc
count_rows(struct validation *v, struct od_err *err)
{
	static const char unexplained[] = "select count(*) from _counts c where read - "
					  "published <> coalesce((select sum(n) "
					  "from _quality q where q.dataset = c.dataset "
					  "and effect in ('reject', 'parent')), 0)";
	const struct od_spec *spec = v->ctx->spec;
	enum od_rc rc = OD_OK;
	int64_t n;

	for (size_t i = 0; i < spec->n_datasets && !rc; i++) {
		v->sql.n = 0;
		od_buf_printf(
		    &v->sql,
		    "update _counts set published = (select count(*) from \"%s\") "
		    "where dataset = '%s'",
		    spec->datasets[i].id, spec->datasets[i].id);
		rc = od_snapshot_exec(v->s, od_buf_str(&v->sql), NULL, err);
	}
	if (!rc)
		rc = od_snapshot_number(v->s, unexplained, &n, err);
	if (!rc && n)
		rc = od_err_set(err, OD_KIND_INTERNAL,
		                "rows are missing from %lld datasets without a finding",
		                (long long)n);
	return rc;
}

/* Every row against the rules of its dataset, and the links between rows. */
static enum od_rc
check(struct validation *v, struct od_err *err)
{
	const struct od_spec *spec = v->ctx->spec;
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < spec->n_datasets && !rc; i++) {
		if (!spec->datasets[i].derived)
			rc = check_dataset(v, &spec->datasets[i], err);
		od_progress_add(1);
	}
	if (!rc)
		rc = settle_links(v, err);
	if (!rc)
		rc = od_findings_store(v->findings, v->s, err);
	if (!rc)
		rc = od_findings_write(v->findings, v->ctx->wd.findings, true, err);
	if (!rc)
		rc = od_owner_files(v->ctx->spec, v->s, v->ctx->wd.findings, err);
	if (!rc)
		rc = od_snapshot_exec(
		    v->s, "delete from _owners; drop table if exists temp._bad", NULL,
		    err);
	return rc;
}

static enum od_rc
make_derived(struct validation *v, struct od_err *err)
{
	const struct od_stage_ctx *ctx = v->ctx;
	enum od_rc rc = od_derive(ctx->spec, v->s, ctx->wd.snapshot, ctx->jobs, err);

	if (!rc)
		rc = od_small_cells(ctx->spec, v->s, err);
	return rc ? rc : count_rows(v, err);
}

/* The figures of one dataset, as statements: read beside others, written in order. */
struct measured {
	const struct od_stage_ctx *ctx;
	struct od_buf *sql; /* by dataset */
};

static enum od_rc
measure_dataset(size_t i, void *u, struct od_err *err)
{
	const struct measured *m = u;
	const struct od_dataset *d = &m->ctx->spec->datasets[i];
	struct od_snapshot *s;
	struct od_err closing;
	enum od_rc rc;

	if (d->analysis.kind)
		return OD_OK;
	rc = od_snapshot_open(m->ctx->wd.snapshot, false, &s, err);
	if (rc)
		return rc;
	rc = od_figures_measure(d, s, &m->sql[i], err);
	if (od_snapshot_close(s, false, &closing) && !rc) {
		*err = closing;
		rc = err->rc;
	}
	return rc;
}

static enum od_rc
measure(struct validation *v, struct od_err *err)
{
	size_t n = v->ctx->spec->n_datasets;
	struct measured m = {
	    .ctx = v->ctx,
	    .sql = od_arena_array(v->ctx->run, n, sizeof(*m.sql)),
	};
	enum od_rc rc = od_pool_run(v->ctx->jobs, n, measure_dataset, &m, err);

	if (!rc)
		rc = od_figures_tables(v->s, err);
	for (size_t i = 0; i < n && !rc; i++)
		if (m.sql[i].n)
			rc = od_snapshot_exec(v->s, od_buf_str(&m.sql[i]), NULL, err);
	for (size_t i = 0; i < n; i++)
		od_buf_release(&m.sql[i]);
	return rc;
}

/*
 * Each in a transaction of its own, so that readers beside the writer see what the one
 * before has made; _meta keeps which are done.
 */
static const struct step {
	const char *mark;
	enum od_rc (*run)(struct validation *v, struct od_err *err);
} steps[] = {
    {"checked", check},
    {"derived", make_derived},
    {"validated", measure},
};

static enum od_rc
take_step(struct validation *v, const struct step *step, struct od_err *err)
{
	const char *done;
	enum od_rc rc = od_snapshot_meta_get(v->s, step->mark, v->ctx->run, &done, err);

	if (rc || *done)
		return rc;
	rc = od_snapshot_exec(v->s, "begin immediate", NULL, err);
	if (!rc)
		rc = step->run(v, err);
	if (!rc)
		rc = od_snapshot_meta_put(v->s, step->mark, "1", err);
	return rc ? rc : od_snapshot_exec(v->s, "commit", NULL, err);
}

static enum od_rc
open_and_validate(struct validation *v, struct od_err *err)
{
	struct od_stage_ctx *ctx = v->ctx;
	struct od_err closing = {0};
	int64_t rows = 0;
	enum od_rc rc = od_snapshot_open(ctx->wd.snapshot, true, &v->s, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < OD_ARRAY_LEN(steps) && !rc; i++)
		rc = take_step(v, &steps[i], err);
	if (!rc)
		rc = od_snapshot_number(v->s, "select sum(published) from _counts",
		                        &rows, err);
	ctx->rows = (uint64_t)rows;
	if (!rc)
		rc = od_gates_check(ctx->spec, v->s, ctx->wd.previous, ctx->accept,
		                    ctx->run, err);
	if (od_snapshot_close(v->s, !rc, &closing) && !rc) {
		*err = closing;
		rc = err->rc;
	}
	return rc;
}

static enum od_rc
run(struct od_stage_ctx *ctx, struct od_err *err)
{
	struct validation v = {.ctx = ctx};
	enum od_rc rc;

	if (!od_file_exists(ctx->wd.snapshot)) {
		rc = od_err_set(err, OD_KIND_CONFIG, "there is no snapshot '%s'",
		                ctx->wd.snapshot);
		return od_err_hint(err, "run `odp extract` or `odp run` first");
	}
	rc = od_versions_check(ctx, err);
	if (rc)
		return rc;
	v.findings = od_findings_open(ctx->spec);
	od_progress_begin("validate", "datasets", ctx->spec->n_datasets);
	rc = open_and_validate(&v, err);
	od_progress_end();
	od_findings_close(v.findings);
	od_buf_release(&v.sql);
	return rc;
}

const struct od_stage od_stage_validate = {
    .name = "validate",
    .summary = "check the whole set, make the derived datasets, hold what looks wrong",
    .summary_th = "ตรวจข้อมูลทั้งชุดและสร้างตารางสรุป",
    .version = "1",
    .run = run,
};
