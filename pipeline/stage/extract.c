/*
 * Rows of the operational database through anonymization and checks into the snapshot.
 * Nothing is written before a row is publishable.
 *
 * One thread a connection reads, anonymizes and checks one dataset at a time and hands
 * batches of rows to the thread that writes the snapshot: SQLite takes one writer, and
 * writing is the longest part. Rows of a dataset come from one thread, in key order, so
 * the result does not depend on the number of threads.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/pool.h"
#include "row/findings.h"
#include "row/snapshot.h"
#include "source/source.h"
#include "stage/review.h"
#include "stage/rowchain.h"
#include "stage/stage.h"
#include "stage/statekey.h"

enum { BATCH_ROWS = 512, QUEUE_BATCHES = 32 };

struct batch {
	struct batch *next;
	const struct od_dataset *d;
	struct od_arena arena; /* of the rows' bytes */
	struct od_pub *cells;
	uint64_t numbers[BATCH_ROWS];
	size_t n;
};

/* What one dataset's reader found, written down once all are through. */
struct reading {
	struct od_rowchain *chain;
	char hash[OD_SHA256_HEX];
	uint64_t read;
};

struct extraction {
	struct od_stage_ctx *ctx;
	struct od_source **sources; /* idle connections, a stack */
	size_t idle;
	size_t *order; /* datasets to extract, the heavy ones first */
	size_t n;
	struct reading *readings; /* by dataset */
	struct od_findings *findings;
	struct od_snapshot *snapshot; /* NULL while only fingerprinting */

	pthread_mutex_t lock;
	pthread_cond_t filled, taken;
	struct batch *first, **last, *spare;
	size_t queued;
	bool closed;           /* no more batches will come */
	struct od_err failure; /* of the writer; readers stop when it is set */
};

static struct od_source *
take_source(struct extraction *x)
{
	struct od_source *s;

	pthread_mutex_lock(&x->lock);
	s = x->sources[--x->idle];
	pthread_mutex_unlock(&x->lock);
	return s;
}

static void
return_source(struct extraction *x, struct od_source *s)
{
	pthread_mutex_lock(&x->lock);
	x->sources[x->idle++] = s;
	pthread_mutex_unlock(&x->lock);
}

static struct batch *
take_spare(struct extraction *x, const struct od_dataset *d)
{
	struct batch *b;

	pthread_mutex_lock(&x->lock);
	b = x->spare;
	if (b)
		x->spare = b->next;
	pthread_mutex_unlock(&x->lock);
	if (!b) {
		b = od_alloc(sizeof(*b));
		b->arena = (struct od_arena){0};
	}
	od_arena_reset(&b->arena);
	b->d = d;
	b->n = 0;
	b->cells =
	    od_arena_array(&b->arena, BATCH_ROWS * d->n_fields, sizeof(*b->cells));
	return b;
}

/* Hands a batch to the writer; false if the writer has failed. */
static bool
push(struct extraction *x, struct batch *b)
{
	bool well;

	pthread_mutex_lock(&x->lock);
	while (x->queued >= QUEUE_BATCHES && !x->failure.rc)
		pthread_cond_wait(&x->taken, &x->lock);
	b->next = NULL;
	*x->last = b;
	x->last = &b->next;
	x->queued++;
	well = !x->failure.rc;
	pthread_cond_signal(&x->filled);
	pthread_mutex_unlock(&x->lock);
	return well;
}

static struct batch *
pop(struct extraction *x)
{
	struct batch *b;

	pthread_mutex_lock(&x->lock);
	while (!x->first && !x->closed)
		pthread_cond_wait(&x->filled, &x->lock);
	b = x->first;
	if (b) {
		x->first = b->next;
		if (!x->first)
			x->last = &x->first;
		x->queued--;
		pthread_cond_broadcast(&x->taken);
	}
	pthread_mutex_unlock(&x->lock);
	return b;
}

static void
tell_duplicate(struct extraction *x, const struct batch *b, size_t i)
{
	const struct od_pub *cells = b->cells + i * b->d->n_fields;
	const struct od_field *on =
	    b->d->parent ? od_field_find(b->d, b->d->parent_on) : NULL;
	struct od_buf key = {0}, parent = {0};

	od_findings_key(b->d, cells, &key);
	if (on)
		od_buf_span(&parent, cells[od_field_index(b->d, on)].v);
	od_findings_add(x->findings, &(struct od_finding){.d = b->d,
	                                                  .row = b->numbers[i],
	                                                  .key = od_buf_str(&key),
	                                                  .parent = od_buf_str(&parent),
	                                                  .rule = "duplicate_key",
	                                                  .effect = "reject"});
	od_buf_release(&key);
	od_buf_release(&parent);
}

static enum od_rc
write_batch(struct extraction *x, const struct batch *b, struct od_err *err)
{
	for (size_t i = 0; i < b->n; i++) {
		bool duplicate;
		enum od_rc rc = od_snapshot_add(
		    x->snapshot, b->d, b->cells + i * b->d->n_fields, &duplicate, err);

		if (rc)
			return rc;
		if (duplicate)
			tell_duplicate(x, b, i);
	}
	return OD_OK;
}

static void *
write_batches(void *u)
{
	struct extraction *x = u;
	struct od_err err = {0};
	struct batch *b;

	while ((b = pop(x))) {
		if (!err.rc && write_batch(x, b, &err)) {
			pthread_mutex_lock(&x->lock);
			x->failure = err;
			pthread_cond_broadcast(&x->taken);
			pthread_mutex_unlock(&x->lock);
		}
		od_progress_add(b->n);
		pthread_mutex_lock(&x->lock);
		b->next = x->spare;
		x->spare = b;
		pthread_mutex_unlock(&x->lock);
	}
	return NULL;
}

static const char **
column_names(const struct od_dataset *d, struct od_arena *a)
{
	const char **names = od_arena_array(a, d->n_fields, sizeof(*names));

	for (size_t i = 0; i < d->n_fields; i++)
		names[i] = d->fields[i].name;
	return names;
}

/* Reads a dataset to its end, into batches. */
static enum od_rc
read_rows(struct extraction *x, const struct od_dataset *d, struct od_cursor *c,
          struct reading *r, struct od_err *err)
{
	struct batch *b = take_spare(x, d);
	const struct od_raw *cells;
	enum od_rc rc = OD_OK;

	for (;;) {
		rc = od_cursor_next(c, &cells, err);
		if (rc || !cells)
			break;
		r->read++;
		b->numbers[b->n] = r->read;
		b->n += od_rowchain_apply(r->chain, cells, r->read, &b->arena,
		                          b->cells + b->n * d->n_fields);
		if (b->n < BATCH_ROWS)
			continue;
		if (!push(x, b))
			return OD_OK; /* the writer's failure is reported by whoever
			                 joins it */
		b = take_spare(x, d);
	}
	return push(x, b) ? rc : OD_OK;
}

static enum od_rc
read_dataset(size_t i, void *u, struct od_err *err)
{
	struct extraction *x = u;
	const struct od_dataset *d = &x->ctx->spec->datasets[x->order[i]];
	struct reading *r = &x->readings[x->order[i]];
	struct od_source *s = take_source(x);
	struct od_arena a = {0};
	struct od_cursor *c;
	enum od_rc rc =
	    od_cursor_open(s, d->sql, d->id, column_names(d, &a), d->n_fields, &c, err);

	if (!rc) {
		r->read = 0;
		od_cursor_hash(c);
		rc = x->snapshot ? read_rows(x, d, c, r, err)
		                 : od_cursor_drain(c, &r->read, err);
		od_cursor_close(c, r->hash);
	}
	od_arena_release(&a);
	return_source(x, s);
	return rc;
}

struct weighed {
	size_t prose, dataset;
};

static int
by_weight(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;

	if (x->prose != y->prose)
		return x->prose > y->prose ? -1 : 1;
	return x->dataset < y->dataset ? -1 : 1;
}

/* Those with much prose first, so that no thread is left alone with one at the end. */
static void
order_datasets(struct extraction *x)
{
	const struct od_spec *spec = x->ctx->spec;
	struct weighed *w = od_arena_array(x->ctx->run, spec->n_datasets, sizeof(*w));

	x->order = od_arena_array(x->ctx->run, spec->n_datasets, sizeof(*x->order));
	for (size_t i = 0; i < spec->n_datasets; i++) {
		const struct od_dataset *d = &spec->datasets[i];

		if (d->derived)
			continue;
		w[x->n].dataset = i;
		for (size_t f = 0; f < d->n_fields; f++)
			w[x->n].prose += d->fields[f].type == OD_TYPE_TEXT;
		x->n++;
	}
	qsort(w, x->n, sizeof(*w), by_weight);
	for (size_t i = 0; i < x->n; i++)
		x->order[i] = w[i].dataset;
}

static enum od_rc
open_sources(struct extraction *x, struct od_err *err)
{
	unsigned jobs = x->ctx->jobs;
	enum od_rc rc;

	x->sources = od_arena_array(x->ctx->run, jobs, sizeof(*x->sources));
	rc = od_source_open(x->ctx->source, NULL, &x->sources[0], err);
	if (rc)
		return rc;
	x->idle = 1;
	while (od_source_snapshot(x->sources[0]) && x->idle < jobs && !rc) {
		rc = od_source_open(x->ctx->source, od_source_snapshot(x->sources[0]),
		                    &x->sources[x->idle], err);
		x->idle += !rc;
	}
	return rc;
}

/* One hash over the hashes of all datasets. */
static const char *
whole_hash(const struct extraction *x)
{
	char *hex = od_arena_alloc(x->ctx->run, OD_SHA256_HEX);
	struct od_sha256 *h = od_sha256_open();

	for (size_t i = 0; i < x->ctx->spec->n_datasets; i++) {
		od_sha256_field(h, od_span_str(x->ctx->spec->datasets[i].id));
		od_sha256_field(h, od_span_str(x->readings[i].hash));
	}
	od_sha256_close(h, hex);
	return hex;
}

/* Is the source what it was in the last run? Reads it all and writes nothing. */
static enum od_rc
compare_with_last(struct extraction *x, struct od_err *err)
{
	enum od_rc rc = od_pool_run((unsigned)x->idle, x->n, read_dataset, x, err);

	if (rc)
		return rc;
	x->ctx->source_hash = whole_hash(x);
	x->ctx->unchanged = !strcmp(x->ctx->source_hash, x->ctx->known_source);
	for (size_t i = 0; i < x->n; i++)
		x->ctx->rows += x->readings[x->order[i]].read;
	return OD_OK;
}

/* How many rows the last release read: the total of the progress line. */
static uint64_t
expected_rows(const struct od_workdir *wd)
{
	struct od_snapshot *s;
	struct od_err err;
	int64_t n = 0;

	if (!*wd->previous || od_snapshot_open(wd->previous, false, &s, &err))
		return 0;
	if (od_snapshot_number(s, "select sum(read) from _counts", &n, &err))
		n = 0;
	if (od_snapshot_close(s, false, &err))
		n = 0;
	return (uint64_t)n;
}

static enum od_rc
read_and_write(struct extraction *x, struct od_err *err)
{
	pthread_t writer;
	enum od_rc rc;

	if (pthread_create(&writer, NULL, write_batches, x) != 0)
		return od_err_set(err, OD_KIND_INTERNAL, "cannot start a thread");
	rc = od_pool_run((unsigned)x->idle, x->n, read_dataset, x, err);
	pthread_mutex_lock(&x->lock);
	x->closed = true;
	pthread_cond_signal(&x->filled);
	pthread_mutex_unlock(&x->lock);
	pthread_join(writer, NULL);
	if (!rc && x->failure.rc) {
		*err = x->failure;
		rc = err->rc;
	}
	return rc;
}

/* Counts, dates and hashes: everything about the rows that is not a row. */
static enum od_rc
write_facts(struct extraction *x, struct od_err *err)
{
	struct od_stage_ctx *ctx = x->ctx;
	const struct od_catalog *c = &ctx->spec->catalog;
	size_t newest = (size_t)(c->created_dataset - ctx->spec->datasets);
	enum od_rc rc = OD_OK;

	for (size_t i = 0; i < x->n && !rc; i++) {
		struct reading *r = &x->readings[x->order[i]];

		ctx->rows += r->read;
		rc = od_rowchain_store(r->chain, r->read, x->snapshot, err);
	}
	ctx->source_hash = whole_hash(x);
	if (!rc && !*ctx->created) {
		const char *date = od_rowchain_newest(x->readings[newest].chain);

		ctx->created = od_arena_printf(ctx->run, "%s+07:00",
		                               *date ? date : "1970-01-01T00:00:00");
	}
	if (!rc)
		rc = od_findings_store(x->findings, x->snapshot, err);
	if (!rc)
		rc = od_snapshot_meta_put(x->snapshot, "created", ctx->created, err);
	if (!rc)
		rc = od_snapshot_meta_put(x->snapshot, "source_hash", ctx->source_hash,
		                          err);
	if (!rc)
		rc = od_snapshot_meta_put(x->snapshot, "schema_hash", ctx->spec->hash,
		                          err);
	return rc;
}

static enum od_rc
extract_all(struct extraction *x, struct od_err *err)
{
	struct od_stage_ctx *ctx = x->ctx;
	const struct od_spec *spec = ctx->spec;
	struct od_err closing = {0};
	const struct od_review *review = NULL;
	const unsigned char *code_key;
	enum od_rc rc = od_code_key(spec, ctx->wd.state, ctx->run, &code_key, err);

	if (!rc)
		rc = od_review_open(ctx->wd.state, ctx->run, &review, err);
	if (!rc)
		rc = od_snapshot_create(ctx->wd.snapshot, spec, &x->snapshot, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < x->n; i++)
		x->readings[x->order[i]].chain =
		    od_rowchain_open(spec, &spec->datasets[x->order[i]], x->findings,
		                     code_key, review, ctx->run);
	od_progress_begin("extract", "rows", expected_rows(&ctx->wd));
	rc = read_and_write(x, err);
	if (!rc)
		rc = write_facts(x, err);
	for (size_t i = 0; i < x->n; i++)
		od_rowchain_close(x->readings[x->order[i]].chain);
	if (od_snapshot_close(x->snapshot, !rc, &closing) && !rc) {
		*err = closing;
		rc = err->rc;
	}
	if (rc)
		unlink(ctx->wd.snapshot); /* half a snapshot serves nobody */
	else
		rc = od_findings_write(x->findings, ctx->wd.findings, false, err);
	od_progress_end();
	return rc;
}

static void
release(struct extraction *x)
{
	for (size_t i = 0; i < x->idle; i++)
		od_source_close(x->sources[i]);
	while (x->spare) {
		struct batch *b = x->spare;

		x->spare = b->next;
		od_arena_release(&b->arena);
		free(b);
	}
	od_findings_close(x->findings);
	pthread_mutex_destroy(&x->lock);
	pthread_cond_destroy(&x->filled);
	pthread_cond_destroy(&x->taken);
}

static enum od_rc
run(struct od_stage_ctx *ctx, struct od_err *err)
{
	struct extraction x = {.ctx = ctx};
	enum od_rc rc;

	pthread_mutex_init(&x.lock, NULL);
	pthread_cond_init(&x.filled, NULL);
	pthread_cond_init(&x.taken, NULL);
	x.last = &x.first;
	x.findings = od_findings_open(ctx->spec);
	x.readings =
	    od_arena_array(ctx->run, ctx->spec->n_datasets, sizeof(*x.readings));
	order_datasets(&x);
	rc = open_sources(&x, err);
	if (!rc && *ctx->known_source) {
		rc = compare_with_last(&x, err);
		if (!rc && ctx->unchanged)
			ctx->note = "the source has not changed";
	}
	if (!rc && !ctx->unchanged) {
		ctx->rows = 0;
		rc = extract_all(&x, err);
	}
	release(&x);
	return rc;
}

const struct od_stage od_stage_extract = {
    .name = "extract",
    .summary = "read the source, anonymize and check every row, write the snapshot",
    .summary_th = "อ่านฐานข้อมูลต้นทาง ตัดข้อมูลส่วนบุคคล และตรวจทุกแถว",
    .version = "2",
    .run = run,
};
