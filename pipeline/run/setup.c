#include "run/setup.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "anon/anon.h"
#include "fmt/format.h"
#include "spec/yaml.h"
#include "stage/advice.h"

const char *
od_path_release(const struct od_options *o, int64_t serial, struct od_arena *a)
{
	return od_arena_printf(a, "%s/releases/%lld", o->output, (long long)serial);
}

const char *
od_path_part(const struct od_options *o, int64_t serial, struct od_arena *a)
{
	return od_arena_printf(a, "%s/releases/%lld.part", o->output,
	                       (long long)serial);
}

const char *
od_path_snapshot(const struct od_options *o, int64_t serial, struct od_arena *a)
{
	return od_arena_printf(a, "%s/snapshots/%lld.sqlite", o->state,
	                       (long long)serial);
}

const char *
od_path_artefacts(const struct od_options *o, int64_t serial, struct od_arena *a)
{
	return od_arena_printf(a, "%s/snapshots/%lld.artefacts.json", o->state,
	                       (long long)serial);
}

const char *
od_path_findings(const struct od_options *o, int64_t serial, struct od_arena *a)
{
	return od_arena_printf(a, "%s/findings/%lld.ndjson", o->state,
	                       (long long)serial);
}

static enum od_rc
unknown_word(const char *file, const char *what, const char *word,
             const char *const *known, struct od_err *err)
{
	const char *near = od_nearest(word, known);

	if (od_err_set(err, OD_KIND_SCHEMA, "%s: unknown %s '%s'", file, what, word) &&
	    near)
		return od_err_hint(err, "did you mean '%s'?", near);
	return err->rc;
}

static enum od_rc
check_formats(const char *file, const char *const *words, struct od_err *err)
{
	const char *known[OD_FORMATS_MAX + 1] = {NULL};

	for (size_t i = 0; od_formats[i]; i++)
		known[i] = od_formats[i]->name;
	for (; *words; words++)
		if (!od_format_find(*words))
			return unknown_word(file, "format", *words, known, err);
	return OD_OK;
}

/*
 * A code of a person is personal data still: who holds the key, or a list of the codes
 * from elsewhere, knows whose row it is. So a code needs a dataset that says that it is
 * not about persons; saying nothing is not enough.
 */
static enum od_rc
check_policy(const struct od_dataset *d, const struct od_field *f, struct od_err *err)
{
	struct od_anon_use use;
	const char *why = od_anon_prepare(f, NULL, &use);
	enum od_rc rc;

	if (why)
		return od_err_set(err, OD_KIND_SCHEMA,
		                  "%s/dataset.yaml: field '%s': '%s' %s", d->dir,
		                  f->name, f->anonymize, why);
	if (use.method != &od_anon_code || (d->persons.said && !d->persons.are))
		return OD_OK;
	rc = od_err_set(err, OD_KIND_SCHEMA,
	                "%s/dataset.yaml: field '%s': a code must not be published of "
	                "persons",
	                d->dir, f->name);
	return rc ? od_err_hint(
			err,
			"say 'persons: false' if the dataset is not about persons; "
			"otherwise 'anonymize: drop'")
	          : rc;
}

static enum od_rc
check_words(const struct od_dataset *d, struct od_arena *a, struct od_err *err)
{
	const char **methods = od_arena_array(a, 64, sizeof(*methods));
	const char *file = od_arena_printf(a, "%s/dataset.yaml", d->dir);
	enum od_rc rc;

	for (size_t i = 0; od_anon_methods[i]; i++)
		methods[i] = od_anon_methods[i]->name;
	for (size_t i = 0; i < d->n_fields; i++) {
		if (!od_anon_method_find(od_span_str(d->fields[i].anonymize)))
			return unknown_word(file, "anonymization method",
			                    d->fields[i].anonymize, methods, err);
		rc = check_policy(d, &d->fields[i], err);
		if (rc)
			return rc;
	}
	rc = check_formats(file, d->formats, err);
	if (!rc)
		rc = check_formats(file, d->bundle, err);
	for (size_t i = 0; i < d->n_partitions && !rc; i++)
		rc = check_formats(file, d->partitions[i].formats, err);
	return rc;
}

enum od_rc
od_setup_spec(const struct od_options *o, struct od_arena *run,
              const struct od_spec **out, struct od_err *err)
{
	enum od_rc rc = od_spec_load(o->schemas, run, out, err);

	for (size_t i = 0; !rc && i < (*out)->n_datasets; i++)
		rc = check_words(&(*out)->datasets[i], run, err);
	if (!rc)
		rc = check_formats(od_arena_printf(run, "%s/catalog.yaml", (*out)->dir),
		                   (*out)->catalog.small_formats, err);
	return rc ? rc : od_advice_check(*out, err);
}

/* SOURCE_DATE_EPOCH as the date of a release (reproducible-builds.org), or "". */
static const char *
pinned_date(struct od_arena *a)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t t = epoch ? (time_t)strtoll(epoch, NULL, 10) : 0;
	char *text;
	struct tm tm;

	if (!epoch || !*epoch || !gmtime_r(&t, &tm))
		return "";
	text = od_arena_text(a, 32);
	strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return text;
}

enum od_rc
od_setup_context(const struct od_options *o, struct od_arena *run,
                 struct od_stage_ctx *ctx, struct od_err *err)
{
	enum od_rc rc;

	*ctx = (struct od_stage_ctx){.serial = (uint64_t)o->serial,
	                             .jobs = (unsigned)o->jobs,
	                             .unsigned_preview = o->is_unsigned,
	                             .dry_run = o->dry_run,
	                             .source = o->source,
	                             .known_source =
	                                 o->known_source ? o->known_source : "",
	                             .accept = o->accept ? o->accept : "",
	                             .sign_key = o->sign_key,
	                             .ckan = o->ckan,
	                             .ckan_org = o->ckan_org,
	                             .ckan_token = o->ckan_token,
	                             .run = run};
	rc = od_setup_spec(o, run, &ctx->spec, err);
	if (rc)
		return rc;
	ctx->base_url = o->base_url ? o->base_url : ctx->spec->catalog.base_url;
	if (ctx->base_url[strlen(ctx->base_url) - 1] != '/')
		ctx->base_url = od_arena_printf(run, "%s/", ctx->base_url);
	ctx->created = o->created ? o->created : pinned_date(run);
	ctx->wd = (struct od_workdir){
	    .output = o->output,
	    .state = o->state,
	    .templates = o->templates,
	    .schemas = o->schemas,
	    .release = od_path_part(o, o->serial, run),
	    .live = o->live ? o->live : "",
	    .snapshot = od_path_snapshot(o, o->data_serial, run),
	    .previous = o->previous ? o->previous : "",
	    .artefacts = od_path_artefacts(o, o->emit_serial, run),
	    .findings = od_path_findings(o, o->data_serial, run),
	};
	return OD_OK;
}
