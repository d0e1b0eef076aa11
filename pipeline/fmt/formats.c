#include "fmt/format.h"

#include <string.h>

const struct od_format *const od_formats[] = {
    &od_format_csv,
    &od_format_excel,
    &od_format_json,
    &od_format_ndjson,
    &od_format_xlsx,
    &od_format_parquet,
    NULL,
};

const struct od_format *
od_format_find(const char *name)
{
	for (size_t i = 0; od_formats[i]; i++)
		if (strcmp(od_formats[i]->name, name) == 0)
			return od_formats[i];
	return NULL;
}

static bool
is_named(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

size_t
od_formats_of_table(const struct od_catalog *c, const struct od_dataset *d,
                    uint64_t rows, const struct od_format *to[OD_FORMATS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; od_formats[i] && n < OD_FORMATS_MAX; i++)
		if (is_named(d->formats, od_formats[i]->name) ||
		    (rows <= c->small_rows &&
		     is_named(c->small_formats, od_formats[i]->name)))
			to[n++] = od_formats[i];
	return n;
}
