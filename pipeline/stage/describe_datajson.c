/*
 * DCAT-US 1.1, non-federal, as ckanext-datajson reads it. A dataset's object changes
 * only when the dataset does: the harvester compares hashes of it.
 */
#include <string.h>

#include "core/json.h"
#include "stage/changes.h"
#include "stage/describe.h"
#include "stage/emit_files.h"

#define POD "https://project-open-data.cio.gov/v1.1/schema"

/* ISO 8601 repeating intervals for the codes of the EU's frequency table. */
static const struct {
	const char *code, *interval;
} intervals[] = {
    {"ANNUAL", "R/P1Y"},   {"ANNUAL_2", "R/P6M"},  {"DAILY", "R/P1D"},
    {"MONTHLY", "R/P1M"},  {"QUARTERLY", "R/P3M"}, {"WEEKLY", "R/P1W"},
    {"BIENNIAL", "R/P2Y"}, {"HOURLY", "R/PT1H"},
};

static const char *
interval_of(const char *code)
{
	for (size_t i = 0; i < OD_ARRAY_LEN(intervals); i++)
		if (!strcmp(intervals[i].code, code))
			return intervals[i].interval;
	return "irregular";
}

static void
put(struct od_buf *b, const char *key, const char *text)
{
	od_buf_printf(b, ",\"%s\":", key);
	od_json_string(b, od_span_str(text));
}

static void
put_keywords(struct od_buf *b, const struct od_dataset *d)
{
	const char *const *lists[] = {d->keywords_th, d->keywords_en};
	bool begun = false;

	od_buf_puts(b, ",\"keyword\":[");
	for (size_t k = 0; k < OD_ARRAY_LEN(lists); k++)
		for (size_t i = 0; lists[k] && lists[k][i]; i++) {
			od_buf_puts(b, begun ? "," : "");
			od_json_string(b, od_span_str(lists[k][i]));
			begun = true;
		}
	od_buf_putc(b, ']');
}

static void
put_distribution(struct od_buf *b, const struct od_stage_ctx *ctx,
                 const struct od_dataset *d, const struct od_listed *l)
{
	od_buf_puts(b, "{\"@type\":\"dcat:Distribution\"");
	put(b, "title", od_arena_printf(ctx->run, "%s: %s", d->title.th, l->title.th));
	put(b, "downloadURL", od_download_url(ctx->run, ctx, l->file));
	put(b, "mediaType", l->file->media_type);
	put(b, "format", l->eu_file_type);
	od_buf_putc(b, '}');
}

static void
put_dataset(struct od_buf *b, const struct od_stage_ctx *ctx,
            const struct od_artefacts *files, const struct od_dataset *d)
{
	const struct od_catalog *c = &ctx->spec->catalog;
	struct od_listed listed[OD_MAX_LISTED];
	size_t n = od_listed_files(files, d, listed, OD_MAX_LISTED);
	struct od_period period;

	od_buf_puts(b, "{\"@type\":\"dcat:Dataset\"");
	put(b, "identifier", od_arena_printf(ctx->run, "%s-%s", c->id, d->id));
	put(b, "title", od_latin_title(ctx->run, d));
	put(b, "description",
	    od_arena_printf(ctx->run, "%s\n\n%s", d->description.th,
	                    d->description.en));
	put(b, "accessLevel", "public");
	put(b, "accrualPeriodicity", interval_of(d->frequency));
	put_keywords(b, d);
	put(b, "modified", od_changes_of(ctx, files, d->id));
	od_buf_puts(b, ",\"language\":[\"th-TH\"]");
	put(b, "license", c->license_uri);
	put(b, "landingPage", od_landing_url(ctx->run, ctx, d));
	put(b, "describedBy",
	    od_arena_printf(ctx->run, "%s%s", ctx->base_url,
	                    od_dictionary_path(ctx->run, d)));
	put(b, "describedByType", "text/csv");
	put(b, "spatial", c->spatial.en);
	if (od_dataset_period(files, d, &period))
		put(b, "temporal",
		    od_arena_printf(ctx->run, "%s/%s", period.from, period.to));
	od_buf_puts(b, ",\"publisher\":{\"@type\":\"org:Organization\"");
	put(b, "name", c->publisher.en);
	od_buf_puts(b, "},\"contactPoint\":{\"@type\":\"vcard:Contact\"");
	put(b, "fn", c->contact.en);
	put(b, "hasEmail", od_arena_printf(ctx->run, "mailto:%s", c->contact_email));
	od_buf_puts(b, "},\"distribution\":[");
	for (size_t i = 0; i < n; i++) {
		od_buf_puts(b, i ? ",\n  " : "\n  ");
		put_distribution(b, ctx, d, &listed[i]);
	}
	od_buf_puts(b, "]}");
}

void
od_describe_datajson(const struct od_stage_ctx *ctx, const struct od_artefacts *files,
                     struct od_buf *b)
{
	od_buf_puts(b, "{\"@context\":\"" POD "/catalog.jsonld\"");
	put(b, "@id", od_arena_printf(ctx->run, "%sdata.json", ctx->base_url));
	put(b, "@type", "dcat:Catalog");
	put(b, "conformsTo", POD);
	put(b, "describedBy", POD "/catalog.json");
	od_buf_puts(b, ",\"dataset\":[");
	for (size_t i = 0; i < ctx->spec->n_datasets; i++) {
		od_buf_puts(b, i ? ",\n" : "\n");
		put_dataset(b, ctx, files, &ctx->spec->datasets[i]);
	}
	od_buf_puts(b, "\n]}\n");
}
