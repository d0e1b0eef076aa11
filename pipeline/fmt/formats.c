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
