/* OpenAPI 3.1.0: https://spec.openapis.org/oas/v3.1.0 */
#include <string.h>

#include "core/json.h"
#include "spec/load.h"
#include "stage/export.h"

#define VERSION "1.0.0" /* of the paths and answers: moves when one of them breaks */

static void
put(struct od_buf *b, const char *key, const char *text)
{
	od_buf_printf(b, "\"%s\":", key);
	od_json_string(b, od_span_str(text));
}

static void
put_both(struct od_buf *b, const char *key, struct od_text2 text)
{
	od_buf_printf(b, "\"%s\":\"", key);
	od_json_escape(b, od_span_str(text.th));
	od_buf_puts(b, "\\n\\n");
	od_json_escape(b, od_span_str(text.en));
	od_buf_putc(b, '"');
}

static bool
is_api(const char *path)
{
	return !strncmp(path, "api/", strlen("api/"));
}

static const struct od_artefact *
find_file(const struct od_artefacts *files, const struct od_export *e, bool example)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct od_artefact *f = &files->v[i];
		bool is_example = e->example && !strcmp(f->path, e->example);

		if (f->role == OD_ROLE_EXPORT && !strcmp(f->dataset, e->id) &&
		    is_example == example)
			return f;
	}
	return NULL;
}

/* The columns of the path; their values are what stands there in a real file's path. */
static void
put_parameters(struct od_buf *b, const struct od_export *e, const char *real)
{
	const char *p = e->path;
	bool begun = false;

	od_buf_puts(b, ",\"parameters\":[");
	while (*p) {
		struct od_text2 text = {0};
		struct od_err ignored = {0};
		struct od_arena a = {0};
		const char *name;
		size_t n, k;

		if (*p != '{') {
			p++;
			real++;
			continue;
		}
		n = strcspn(++p, "}");
		name = od_arena_dup(&a, (struct od_span){p, n}).p;
		p += n + 1;
		k = (size_t)(strchr(real, *p) - real);
		od_buf_puts(b, begun ? ",{" : "{");
		put(b, "name", name);
		od_buf_puts(b, ",\"in\":\"path\",\"required\":true,");
		if (!od_node_text2(e->columns, name, &text, &ignored)) {
			put_both(b, "description", text);
			od_buf_putc(b, ',');
		}
		od_buf_puts(b, "\"schema\":{\"type\":\"string\"},\"example\":");
		od_json_string(b, (struct od_span){real, k});
		od_buf_putc(b, '}');
		real += k;
		begun = true;
		od_arena_release(&a);
	}
	od_buf_putc(b, ']');
}

static void
put_answer(struct od_buf *b, const struct od_export *e, const char *media_type,
           bool schema)
{
	od_buf_puts(b, ",\n  \"responses\":{\"200\":{");
	put_both(b, "description", e->title);
	od_buf_printf(b, ",\"content\":{\"%s\":{", media_type);
	if (schema) {
		od_buf_puts(b, "\"schema\":");
		od_buf_puts(b, e->schema);
	}
	od_buf_puts(b, "}}},\"404\":{");
	put_both(b, "description",
	         (struct od_text2){"ไม่มีไฟล์ของรหัสนี้", "There is no file of this code."});
	od_buf_puts(b, "}}}}");
}

static void
put_operation(struct od_buf *b, const struct od_export *e, const char *path,
              const char *suffix)
{
	od_buf_puts(b, "\n\"/");
	od_json_escape(b, od_span_str(path));
	od_buf_printf(b, "\":{\"get\":{\"operationId\":\"%s%s\",", e->id, suffix);
	put_both(b, "summary", e->title);
	od_buf_putc(b, ',');
	put_both(b, "description", e->description);
}

/* What is packed is described by its example, which is not. */
static bool
put_export(struct od_buf *b, const struct od_artefacts *files,
           const struct od_export *e, bool begun)
{
	const struct od_artefact *f = find_file(files, e, false);
	const struct od_artefact *example = find_file(files, e, true);

	if (!f)
		return false;
	od_buf_puts(b, begun ? "," : "");
	put_operation(b, e, e->path, "");
	put_parameters(b, e, f->path);
	put_answer(b, e, f->media_type, !strcmp(f->media_type, "application/json"));
	if (example) {
		od_buf_putc(b, ',');
		put_operation(b, e, example->path, "_example");
		put_answer(b, e, example->media_type, true);
	}
	return true;
}

static void
put_info(struct od_buf *b, const struct od_stage_ctx *ctx)
{
	const struct od_catalog *c = &ctx->spec->catalog;

	od_buf_puts(b, "{\"openapi\":\"3.1.0\",\n\"info\":{");
	put(b, "title", c->title.en);
	od_buf_puts(b, ",\"version\":\"" VERSION "\",");
	put(b, "summary", c->title.th);
	if (c->api.th) {
		od_buf_putc(b, ',');
		put_both(b, "description", c->api);
	}
	od_buf_puts(b, ",\"contact\":{");
	put(b, "name", c->contact.en);
	od_buf_putc(b, ',');
	put(b, "url", c->publisher_homepage);
	od_buf_putc(b, ',');
	put(b, "email", c->contact_email);
	od_buf_puts(b, "},\"license\":{");
	put(b, "name", c->license_title.en);
	od_buf_putc(b, ',');
	put(b, "url", c->license_uri);
	od_buf_puts(b, "}},\n\"servers\":[{\"url\":\"");
	/* Paths begin with a slash, so the server's URL does not end with one. */
	od_json_escape(b, (struct od_span){ctx->base_url, strlen(ctx->base_url) - 1});
	od_buf_puts(b, "\"}],\n\"paths\":{");
}

bool
od_export_openapi(const struct od_stage_ctx *ctx, const struct od_artefacts *files,
                  struct od_buf *b)
{
	bool begun = false;

	put_info(b, ctx);
	for (size_t i = 0; i < ctx->spec->n_exports; i++)
		if (is_api(ctx->spec->exports[i].path))
			begun |= put_export(b, files, &ctx->spec->exports[i], begun);
	od_buf_puts(b, "}}\n");
	return begun;
}
