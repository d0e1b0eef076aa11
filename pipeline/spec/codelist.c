#include <csv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/utf8.h"
#include "spec/load.h"

enum { VOCAB_BYTES = 8 * 1024 * 1024, VOCAB_COLUMNS = 5 };

static const char *const columns[VOCAB_COLUMNS] = {"code", "name_th", "name_en",
                                                   "valid_from", "valid_to"};

struct reader {
	struct od_arena *a;
	struct od_err *err;
	const char *path;
	const char *cells[VOCAB_COLUMNS];
	size_t column, row, n_columns;
	struct od_code *codes;
	size_t n, cap;
	bool failed;
};

static void
fail(struct reader *r, const char *why)
{
	if (!r->failed && od_err_set(r->err, OD_KIND_SCHEMA, "%s: row %zu: %s", r->path,
	                             r->row + 1, why))
		r->failed = true;
}

static void
take_cell(void *p, size_t n, void *u)
{
	struct reader *r = u;

	if (r->column < VOCAB_COLUMNS)
		r->cells[r->column] = od_arena_dup(r->a, (struct od_span){p, n}).p;
	r->column++;
}

static void
take_header(struct reader *r)
{
	r->n_columns = r->column;
	if (r->column < 3 || r->column > VOCAB_COLUMNS)
		fail(r,
		     "the header must be code,name_th,name_en[,valid_from,valid_to]");
	for (size_t i = 0; i < r->column && !r->failed; i++)
		if (strcmp(r->cells[i], columns[i]) != 0)
			fail(r, "the header must be "
			        "code,name_th,name_en[,valid_from,valid_to]");
}

static void
take_row(int end, void *u)
{
	struct reader *r = u;
	(void)end;

	if (r->failed)
		return;
	if (r->row == 0) {
		take_header(r);
	} else if (r->column != r->n_columns) {
		fail(r, "not as many cells as the header has");
	} else if (!*r->cells[0] || !*r->cells[1] || !*r->cells[2]) {
		fail(r, "code and both names must not be empty");
	} else {
		if (r->n == r->cap) {
			r->cap = r->cap ? 2 * r->cap : 64;
			r->codes = od_realloc(r->codes, r->cap * sizeof(*r->codes));
		}
		r->codes[r->n++] =
		    (struct od_code){r->cells[0], r->cells[1], r->cells[2],
		                     r->n_columns > 3 ? r->cells[3] : "",
		                     r->n_columns > 4 ? r->cells[4] : ""};
	}
	r->column = 0;
	r->row++;
}

static int
by_code(const void *a, const void *b)
{
	return strcmp(((const struct od_code *)a)->code,
	              ((const struct od_code *)b)->code);
}

static enum od_rc
load_one(const char *path, struct od_arena *a, struct od_codelist *list,
         struct od_err *err)
{
	struct reader r = {.a = a, .err = err, .path = path};
	struct csv_parser parser;
	struct od_code *codes;
	struct od_span text;
	enum od_rc rc = od_file_read(path, VOCAB_BYTES, a, &text, OD_KIND_SCHEMA, err);

	if (rc)
		return rc;
	if (!od_utf8_is_valid(text))
		return od_err_set(err, OD_KIND_SCHEMA, "%s: not UTF-8", path);
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return od_err_set(err, OD_KIND_INTERNAL, "cannot start the CSV reader");
	if (csv_parse(&parser, text.p, text.n, take_cell, take_row, &r) != text.n ||
	    csv_fini(&parser, take_cell, take_row, &r) != 0)
		fail(&r, csv_strerror(csv_error(&parser)));
	csv_free(&parser);
	codes = od_arena_array(a, r.n, sizeof(*codes));
	if (r.n) {
		memcpy(codes, r.codes, r.n * sizeof(*codes));
		qsort(codes, r.n, sizeof(*codes), by_code);
	}
	free(r.codes);
	for (size_t i = 1; i < r.n && !r.failed; i++)
		if (!strcmp(codes[i - 1].code, codes[i].code) &&
		    od_err_set(err, OD_KIND_SCHEMA, "%s: code '%s' stands twice", path,
		               codes[i].code))
			r.failed = true;
	list->codes = codes;
	list->n = r.n;
	return r.failed ? err->rc : OD_OK;
}

enum od_rc
od_codelists_load(const char *dir, struct od_arena *a, struct od_spec *s,
                  struct od_err *err)
{
	char *vocab = od_arena_printf(a, "%s/vocab", dir);
	char **names = od_dir_list(vocab, a);
	struct od_codelist *lists;
	size_t n = 0;
	enum od_rc rc;

	if (!names)
		return od_err_set(err, OD_KIND_SCHEMA, "cannot read directory '%s'",
		                  vocab);
	while (names[n])
		n++;
	lists = od_arena_array(a, n, sizeof(*lists));
	for (; *names; names++) {
		size_t length = strlen(*names);
		struct od_codelist *list = &lists[s->n_codelists];

		if (length < 5 || strcmp(*names + length - 4, ".csv") != 0)
			continue;
		list->id = od_arena_dup(a, (struct od_span){*names, length - 4}).p;
		rc = load_one(od_arena_printf(a, "%s/%s", vocab, *names), a, list, err);
		if (rc)
			return rc;
		s->n_codelists++;
	}
	s->codelists = lists;
	return OD_OK;
}

const struct od_codelist *
od_codelist_get(const struct od_spec *s, const char *id)
{
	for (size_t i = 0; i < s->n_codelists; i++)
		if (!strcmp(s->codelists[i].id, id))
			return &s->codelists[i];
	return NULL;
}

const struct od_code *
od_codelist_find(const struct od_codelist *list, struct od_span code)
{
	size_t lo = 0, hi = list->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct od_span c = od_span_str(list->codes[mid].code);
		int d = memcmp(c.p, code.p, c.n < code.n ? c.n : code.n);

		if (d == 0 && c.n == code.n)
			return &list->codes[mid];
		if (d < 0 || (d == 0 && c.n < code.n))
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}
