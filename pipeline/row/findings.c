#include "row/findings.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/json.h"
#include "core/out.h"

struct finding {
	uint32_t dataset;
	int32_t field; /* -1: the row */
	uint64_t row;
	const char *key, *parent; /* "": not known */
	const char *rule, *effect;
	const char *ref; /* of a withheld text, or "" */
};

struct tally {
	uint32_t dataset;
	const char *rule, *effect;
	uint64_t n, listed;
};

struct od_findings {
	const struct od_spec *spec;
	pthread_mutex_t lock;
	struct finding *list;
	size_t n, cap;
	struct tally *tallies;
	size_t n_tallies, cap_tallies;
	struct od_arena texts;
};

struct od_findings *
od_findings_open(const struct od_spec *spec)
{
	struct od_findings *f = od_alloc(sizeof(*f));

	*f = (struct od_findings){.spec = spec};
	pthread_mutex_init(&f->lock, NULL);
	return f;
}

void
od_findings_close(struct od_findings *f)
{
	pthread_mutex_destroy(&f->lock);
	free(f->list);
	free(f->tallies);
	od_arena_release(&f->texts);
	free(f);
}

static struct tally *
tally_of(struct od_findings *f, uint32_t dataset, const char *rule, const char *effect)
{
	for (size_t i = 0; i < f->n_tallies; i++)
		if (f->tallies[i].dataset == dataset &&
		    !strcmp(f->tallies[i].rule, rule) &&
		    !strcmp(f->tallies[i].effect, effect))
			return &f->tallies[i];
	if (f->n_tallies == f->cap_tallies) {
		f->cap_tallies = f->cap_tallies ? 2 * f->cap_tallies : 64;
		f->tallies =
		    od_realloc(f->tallies, f->cap_tallies * sizeof(*f->tallies));
	}
	f->tallies[f->n_tallies] = (struct tally){dataset, rule, effect, 0, 0};
	return &f->tallies[f->n_tallies++];
}

void
od_findings_add(struct od_findings *f, const struct od_finding *x)
{
	uint32_t dataset = (uint32_t)(x->d - f->spec->datasets);
	struct tally *t;

	pthread_mutex_lock(&f->lock);
	t = tally_of(f, dataset, x->rule, x->effect);
	t->n++;
	if (t->listed < OD_FINDINGS_LISTED) {
		t->listed++;
		if (f->n == f->cap) {
			f->cap = f->cap ? 2 * f->cap : 256;
			f->list = od_realloc(f->list, f->cap * sizeof(*f->list));
		}
		f->list[f->n++] = (struct finding){
		    .dataset = dataset,
		    .field = x->field ? (int32_t)od_field_index(x->d, x->field) : -1,
		    .row = x->row,
		    .key = od_arena_str(&f->texts, x->key ? x->key : ""),
		    .parent = od_arena_str(&f->texts, x->parent ? x->parent : ""),
		    .rule = x->rule,
		    .effect = x->effect,
		    .ref = od_arena_str(&f->texts, x->ref ? x->ref : "")};
	}
	pthread_mutex_unlock(&f->lock);
}

void
od_findings_key(const struct od_dataset *d, const struct od_pub *cells,
                struct od_buf *b)
{
	for (size_t i = 0; i < d->n_key; i++) {
		od_buf_puts(b, i ? "/" : "");
		od_buf_span(b, cells[od_field_index(d, d->key[i])].v);
	}
}

enum od_rc
od_findings_store(const struct od_findings *f, struct od_snapshot *s,
                  struct od_err *err)
{
	struct od_buf b = {0};
	enum od_rc rc = OD_OK;

	/* Ids and rule names are checked identifiers: nothing to escape. */
	for (size_t i = 0; i < f->n_tallies && !rc; i++) {
		const struct tally *t = &f->tallies[i];

		b.n = 0;
		od_buf_printf(&b,
		              "insert into _quality values('%s','%s','%s',%llu)"
		              " on conflict do update set n = n + excluded.n",
		              f->spec->datasets[t->dataset].id, t->rule, t->effect,
		              (unsigned long long)t->n);
		rc = od_snapshot_exec(s, od_buf_str(&b), NULL, err);
	}
	od_buf_release(&b);
	return rc;
}

static int
by_place(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->dataset != y->dataset)
		return x->dataset < y->dataset ? -1 : 1;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	if (strcmp(x->key, y->key) != 0)
		return strcmp(x->key, y->key);
	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	return strcmp(x->rule, y->rule);
}

enum od_rc
od_findings_write(struct od_findings *f, const char *path, bool append,
                  struct od_err *err)
{
	struct od_arena a = {0};
	struct od_span old = {"", 0};
	struct od_buf b = {0};
	enum od_rc rc = OD_OK;

	if (append && od_file_exists(path))
		rc = od_file_read(path, (size_t)1 << 30, &a, &old, OD_KIND_IO, err);
	if (f->n)
		qsort(f->list, f->n, sizeof(*f->list), by_place);
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];
		const struct od_dataset *d = &f->spec->datasets[x->dataset];

		od_buf_printf(&b, "{\"dataset\":\"%s\"", d->id);
		if (x->row)
			od_buf_printf(&b, ",\"row\":%llu", (unsigned long long)x->row);
		if (*x->key) {
			od_buf_puts(&b, ",\"key\":");
			od_json_string(&b, od_span_str(x->key));
		}
		if (*x->parent) {
			od_buf_puts(&b, ",\"parent\":");
			od_json_string(&b, od_span_str(x->parent));
		}
		if (x->field >= 0)
			od_buf_printf(&b, ",\"field\":\"%s\"",
			              d->fields[x->field].name);
		od_buf_printf(&b, ",\"rule\":\"%s\",\"effect\":\"%s\"", x->rule,
		              x->effect);
		if (*x->ref)
			od_buf_printf(&b, ",\"ref\":\"%s\"", x->ref);
		od_buf_puts(&b, "}\n");
	}
	if (!rc) {
		struct od_out *o = od_out_open(
		    path, &(struct od_out_opts){.atomic = true, .mode = 0600});

		od_out_span(o, old);
		od_out_span(o, od_buf_view(&b));
		rc = od_out_close(o, NULL, err);
	}
	od_buf_release(&b);
	od_arena_release(&a);
	return rc;
}
