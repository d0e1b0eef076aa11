#include "check/check.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "check/canon.h"
#include "core/utf8.h"

/* Long enough for every code; a longer cell breaks its pattern. */
enum { PATTERN_BYTES = 255 };

const char *const od_check_rules[] = {"required",   "type",    "minimum",  "maximum",
                                      "max_length", "pattern", "codelist", NULL};

struct od_checker {
	const struct od_dataset *d;
	regex_t *patterns;           /* one a field */
	const struct od_code **last; /* one a field: rows come sorted, codes repeat */
};

struct od_checker *
od_checker_open(const struct od_dataset *d)
{
	struct od_checker *c = od_alloc(sizeof(*c));

	c->d = d;
	c->patterns = od_alloc(d->n_fields * sizeof(*c->patterns));
	c->last = od_alloc(d->n_fields * sizeof(*c->last));
	for (size_t i = 0; i < d->n_fields; i++) {
		c->last[i] = NULL;
		if (d->fields[i].pattern &&
		    regcomp(&c->patterns[i], d->fields[i].pattern,
		            REG_EXTENDED | REG_NOSUB) != 0)
			abort();
	}
	return c;
}

void
od_checker_close(struct od_checker *c)
{
	for (size_t i = 0; i < c->d->n_fields; i++)
		if (c->d->fields[i].pattern)
			regfree(&c->patterns[i]);
	free(c->patterns);
	free(c->last);
	free(c);
}

static bool
canonical(const struct od_field *f, struct od_arena *row, struct od_span *v)
{
	switch (f->type) {
	case OD_TYPE_ID:
		return v->n && v->p[0] != '-' && od_canon_integer(*v, row, v);
	case OD_TYPE_INTEGER:
		return od_canon_integer(*v, row, v);
	case OD_TYPE_DECIMAL:
		return od_canon_decimal(*v, f->scale, row, v);
	case OD_TYPE_BOOLEAN:
		return od_canon_boolean(*v, v);
	case OD_TYPE_DATE:
		return od_canon_date(*v, row, v);
	case OD_TYPE_DATETIME:
		return od_canon_datetime(*v, row, v);
	case OD_TYPE_CODE:
	case OD_TYPE_TEXT:
		return true;
	}
	return false;
}

/* Compares canonical decimals as numbers, whatever their digits after the point. */
static int
compare_numbers(struct od_span a, struct od_span b)
{
	bool minus_a = a.n && a.p[0] == '-', minus_b = b.n && b.p[0] == '-';
	const char *pa = a.p + minus_a, *pb = b.p + minus_b;
	size_t na = a.n - minus_a, nb = b.n - minus_b;
	const char *da = memchr(pa, '.', na), *db = memchr(pb, '.', nb);
	size_t wa = da ? (size_t)(da - pa) : na, wb = db ? (size_t)(db - pb) : nb;
	int sign = minus_a ? -1 : 1, c;

	if (minus_a != minus_b)
		return sign;
	while (wa > 1 && *pa == '0')
		pa++, wa--, na--;
	while (wb > 1 && *pb == '0')
		pb++, wb--, nb--;
	if (wa != wb)
		return wa < wb ? -sign : sign;
	c = memcmp(pa, pb, wa);
	if (c)
		return c < 0 ? -sign : sign;
	for (size_t i = wa + 1; i < na || i < nb; i++) {
		char x = i < na ? pa[i] : '0', y = i < nb ? pb[i] : '0';

		if (x != y)
			return x < y ? -sign : sign;
	}
	return 0;
}

static int
compare(enum od_type type, struct od_span v, const char *limit)
{
	struct od_span l = od_span_str(limit);
	size_t n;
	int c;

	if (type == OD_TYPE_INTEGER || type == OD_TYPE_DECIMAL || type == OD_TYPE_ID)
		return compare_numbers(v, l);
	/* ISO dates sort as text; a date as the limit of a datetime is its midnight. */
	n = v.n < l.n ? v.n : l.n;
	c = memcmp(v.p, l.p, n);
	return c ? c : (v.n > n) - (l.n > n);
}

static bool
matches(const regex_t *pattern, struct od_span v)
{
	char text[PATTERN_BYTES + 1];

	if (v.n > PATTERN_BYTES)
		return false;
	memcpy(text, v.p, v.n);
	text[v.n] = '\0';
	return regexec(pattern, text, 0, NULL, 0) == 0;
}

static bool
in_codelist(struct od_checker *c, size_t field, struct od_span v)
{
	if (!c->last[field] || !od_span_is(v, c->last[field]->code))
		c->last[field] = od_codelist_find(c->d->fields[field].codelist, v);
	return c->last[field] != NULL;
}

const char *
od_checker_cell(struct od_checker *c, size_t field, struct od_arena *row,
                struct od_pub *cell)
{
	const struct od_field *f = &c->d->fields[field];

	if (cell->null)
		return f->required ? "required" : NULL;
	if (!canonical(f, row, &cell->v))
		return "type";
	if (f->minimum && compare(f->type, cell->v, f->minimum) < 0)
		return "minimum";
	if (f->maximum && compare(f->type, cell->v, f->maximum) > 0)
		return "maximum";
	if (f->max_length && cell->v.n > f->max_length &&
	    od_utf8_count(cell->v) > f->max_length)
		return "max_length";
	if (f->pattern && !matches(&c->patterns[field], cell->v))
		return "pattern";
	if (f->codelist && !in_codelist(c, field, cell->v))
		return "codelist";
	return NULL;
}
