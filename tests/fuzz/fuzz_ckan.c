/*
 * fuzz_ckan.c - any bytes as a reply of CKAN, and any reply as what CKAN holds.
 *
 * First byte: status; second: bit 0 a page instead of JSON. What is judged OK is then
 * compared with a wanted package, whose update must be JSON again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "remote/ckan.h"
#include "stage/upload_diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *tags[] = {"ประชากร", "budget 2568"};
static const char *extras[] = {"identifier", "x", "schema_version", "1.0.0"};
static const char *title[] = {"โครงการ"};
static const char *formats[] = {"CSV", "JSON"};

static void
must_be_json(struct od_buf *members, struct od_arena *a)
{
	struct od_buf whole = {0};
	const struct od_json *out;
	struct od_err err;

	od_buf_putc(&whole, '{');
	od_buf_span(&whole, od_buf_view(members));
	od_buf_putc(&whole, '}');
	if (od_json_parse(od_buf_view(&whole), "update", OD_KIND_INTERNAL, a, &out,
	                  &err) != OD_OK) {
		fprintf(stderr, "%s\n%s\n", err.msg, od_buf_str(&whole));
		abort();
	}
	od_buf_release(&whole);
}

static void
compare(const struct od_json *have, struct od_arena *a)
{
	struct od_want_field fields[] = {{"title", false, title, 1},
	                                 {"data_format", true, formats, 2}};
	struct od_want_package p = {
	    .fields = fields,
	    .n_fields = 2,
	    .tags = {"tags", true, tags, 2},
	    .extras = {"extras", true, extras, 4},
	};
	struct od_want_resource r = {.path = "p",
	                             .file_name = "f",
	                             .name = "n",
	                             .format = "C",
	                             .media_type = "t",
	                             .description = "d",
	                             .sha256 = "s"};
	struct od_catalog catalog = {.base_url = "https://x.example/"};
	const struct od_json *list = od_json_find(have, "resources");
	struct od_buf b = {0}, names = {0};

	if (od_want_update(&p, have, false, &b, &names))
		must_be_json(&b, a);
	b.n = names.n = 0;
	if (od_want_update(&p, have, true, &b, &names))
		must_be_json(&b, a);
	for (size_t i = 0; list && list->kind == OD_JSON_ARRAY && i < list->n; i++) {
		b.n = names.n = 0;
		if (od_want_is_ours(&catalog, "x", &list->items[i]))
			abort(); /* nobody guesses an id of ours */
		if (od_want_resource_update(&r, &list->items[i], &b, &names))
			must_be_json(&b, a);
	}
	(void)od_want_find(have, "x");
	od_buf_release(&b);
	od_buf_release(&names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const long statuses[] = {200, 204, 302, 400, 403,
	                                404, 409, 413, 429, 500};
	struct od_http_reply http = {0};
	struct od_ckan_reply r;
	struct od_arena a = {0};

	if (size < 2)
		return 0;
	http.status = statuses[data[0] % OD_ARRAY_LEN(statuses)];
	snprintf(http.type, sizeof(http.type), "%s",
	         data[1] & 1 ? "text/html" : "application/json");
	od_buf_put(&http.body, data + 2, size - 2);
	od_ckan_judge(&http, &a, &r);
	if (r.answer == OD_CKAN_OK)
		compare(r.result, &a);
	else if (strlen(r.fields) >= sizeof(r.fields) || r.result)
		abort();
	od_http_reply_release(&http);
	od_arena_release(&a);
	return 0;
}
