#include "stage/upload_table.h"

#include <string.h>

/* The loader knows three types. An identifier is no number: its zeros count. */
static const char *
type_of(const struct od_field *f)
{
	switch (f->type) {
	case OD_TYPE_INTEGER:
	case OD_TYPE_DECIMAL:
		return "numeric";
	case OD_TYPE_DATE:
	case OD_TYPE_DATETIME:
		return "timestamp";
	default:
		return "text";
	}
}

/* "<Thai description>\n<English title>: <English description>" */
static void
notes_of(const struct od_field *f, struct od_buf *b)
{
	od_buf_puts(b, f->description.th ? f->description.th : "");
	if (b->n)
		od_buf_putc(b, '\n');
	od_buf_puts(b, f->title.en);
	if (f->description.en && f->description.en[0])
		od_buf_printf(b, ": %s", f->description.en);
}

void
od_table_fields(const struct od_dataset *d, struct od_buf *b)
{
	od_buf_putc(b, '[');
	for (size_t i = 0; i < d->n_fields; i++) {
		const struct od_field *f = &d->fields[i];
		struct od_buf notes = {0};

		notes_of(f, &notes);
		od_buf_puts(b, i ? ",{\"id\":" : "{\"id\":");
		od_json_string(b, od_span_str(f->name));
		od_buf_printf(b, ",\"type\":\"%s\",\"info\":{\"label\":", type_of(f));
		od_json_string(b, od_span_str(f->title.th));
		od_buf_puts(b, ",\"notes\":");
		od_json_string(b, od_buf_view(&notes));
		od_buf_printf(b, ",\"type_override\":\"%s\"}}", type_of(f));
		od_buf_release(&notes);
	}
	od_buf_putc(b, ']');
}

static bool
has_words(const struct od_field *f, const struct od_json *column)
{
	const struct od_json *info = od_json_find(column, "info");
	struct od_buf notes = {0};
	bool same;

	notes_of(f, &notes);
	same = strcmp(od_json_text(info, "label"), f->title.th) == 0 &&
	       strcmp(od_json_text(info, "notes"), od_buf_str(&notes)) == 0 &&
	       strcmp(od_json_text(info, "type_override"), type_of(f)) == 0;
	od_buf_release(&notes);
	return same;
}

enum od_table_state
od_table_compare(const struct od_dataset *d, const struct od_json *answer)
{
	const struct od_json *list = od_json_find(answer, "fields");
	enum od_table_state state = OD_TABLE_CURRENT;
	size_t n = 0;

	for (size_t i = 0; list && list->kind == OD_JSON_ARRAY && i < list->n; i++) {
		const struct od_json *column = &list->items[i];
		const struct od_field *f = &d->fields[n];

		if (strcmp(od_json_text(column, "id"), "_id") == 0) /* a row's number */
			continue;
		if (n++ == d->n_fields ||
		    strcmp(od_json_text(column, "id"), f->name) != 0 ||
		    strcmp(od_json_text(column, "type"), type_of(f)) != 0)
			return OD_TABLE_OTHER;
		if (!has_words(f, column))
			state = OD_TABLE_WORDS;
	}
	return n == d->n_fields ? state : OD_TABLE_OTHER;
}

bool
od_table_served(const struct od_json *status)
{
	const struct od_json *list = od_json_find(status, "extensions");
	bool store = false, loader = false;

	for (size_t i = 0; list && list->kind == OD_JSON_ARRAY && i < list->n; i++) {
		if (list->items[i].kind != OD_JSON_STRING)
			continue;
		store = store || od_span_is(list->items[i].text, "datastore");
		loader = loader || od_span_is(list->items[i].text, "xloader");
	}
	return store && loader;
}
