/* fuzz_json.c - JSON from others: what is read and written again reads as the same. */
#include <stdint.h>
#include <stdlib.h>

#include "core/json.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
write_out(struct od_buf *b, const struct od_json *j)
{
	switch (j->kind) {
	case OD_JSON_NULL:
		od_buf_puts(b, "null");
		return;
	case OD_JSON_BOOL:
		od_buf_puts(b, j->boolean ? "true" : "false");
		return;
	case OD_JSON_NUMBER:
		od_buf_span(b, j->text);
		return;
	case OD_JSON_STRING:
		if (!od_utf8_is_valid(j->text) || j->text.p[j->text.n])
			abort();
		od_json_string(b, j->text);
		return;
	case OD_JSON_ARRAY:
	case OD_JSON_OBJECT:
		break;
	}
	od_buf_putc(b, j->kind == OD_JSON_ARRAY ? '[' : '{');
	for (size_t i = 0; i < j->n; i++) {
		if (i)
			od_buf_putc(b, ',');
		if (j->kind == OD_JSON_OBJECT) {
			od_json_string(b, j->keys[i]);
			od_buf_putc(b, ':');
		}
		write_out(b, &j->items[i]);
	}
	od_buf_putc(b, j->kind == OD_JSON_ARRAY ? ']' : '}');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct od_span text = {(const char *)data, n};
	struct od_buf once = {0}, twice = {0};
	const struct od_json *j;
	struct od_arena a = {0};
	struct od_err err;

	if (od_json_parse(text, "fuzz", OD_KIND_VERIFY, &a, &j, &err) == OD_OK) {
		write_out(&once, j);
		if (od_json_parse(od_buf_view(&once), "again", OD_KIND_VERIFY, &a, &j,
		                  &err) != OD_OK)
			abort();
		write_out(&twice, j);
		if (!od_span_equal(od_buf_view(&once), od_buf_view(&twice)))
			abort();
	}
	od_buf_release(&once);
	od_buf_release(&twice);
	od_arena_release(&a);
	return 0;
}
