/* normal.c - JSON strings, one a line, in: their normal forms out, as search/norm.h has
 * them. */
#include <stdio.h>
#include <stdlib.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/json.h"
#include "search/norm.h"

static void
put_json(struct od_span text)
{
	/* As JSON.stringify() writes: everything but quotes and controls as it is. */
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '"' || c == '\\')
			putchar('\\');
		if (c < 0x20)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
}

int
main(void)
{
	struct od_norm norm = {0};
	struct od_buf symbols = {0}, text = {0};
	struct od_arena a = {0};
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		const struct od_json *json;
		struct od_err err;

		if (od_json_parse((struct od_span){line, (size_t)n}, "line",
		                  OD_KIND_DATA, &a, &json, &err))
			return 1;
		symbols.n = text.n = 0;
		od_norm_put(&norm, &symbols, json->text);
		od_symbols_text(&text, od_buf_view(&symbols));
		putchar('"');
		put_json(od_buf_view(&text));
		puts("\"");
		od_arena_reset(&a);
	}
	free(line);
	od_buf_release(&symbols);
	od_buf_release(&text);
	od_norm_release(&norm);
	od_arena_release(&a);
	return 0;
}
