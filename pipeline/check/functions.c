/* The functions of conditions: Thai fiscal years, eras, codes. */
#include <string.h>

#include "check/expr.h"
#include "check/temporal.h"
#include "core/utf8.h"

enum { BUDDHIST = 543, GFMIS_DIGITS = 16 };

static void
number(struct od_evalue *out, int64_t n)
{
	*out = (struct od_evalue){.kind = OD_E_NUMBER, .n = n};
}

static void
truth(struct od_evalue *out, bool is)
{
	*out = (struct od_evalue){.kind = OD_E_BOOL, .n = is};
}

struct day {
	int64_t year;
	unsigned month, day;
};

static struct day
parts(const struct od_evalue *v)
{
	struct day d;

	od_day_parts(v->n, &d.year, &d.month, &d.day);
	return d;
}

/* The value without what stands after the point; INT64_MIN: it is not whole. */
static int64_t
whole(const struct od_evalue *v)
{
	int64_t n = v->n;

	for (unsigned i = 0; i < v->scale; i++) {
		if (n % 10)
			return INT64_MIN;
		n /= 10;
	}
	return v->wide ? INT64_MIN : n;
}

static void
call_year(const struct od_evalue *v, size_t n, const void *list, struct od_evalue *out)
{
	(void)n, (void)list;
	number(out, parts(v).year);
}

static void
call_month(const struct od_evalue *v, size_t n, const void *list, struct od_evalue *out)
{
	(void)n, (void)list;
	number(out, parts(v).month);
}

static void
call_day(const struct od_evalue *v, size_t n, const void *list, struct od_evalue *out)
{
	(void)n, (void)list;
	number(out, parts(v).day);
}

static void
call_fiscal_year(const struct od_evalue *v, size_t n, const void *list,
                 struct od_evalue *out)
{
	struct day d = parts(v);

	(void)n, (void)list;
	number(out, d.year + (d.month >= 10));
}

static void
call_fiscal_year_be(const struct od_evalue *v, size_t n, const void *list,
                    struct od_evalue *out)
{
	call_fiscal_year(v, n, list, out);
	out->n += BUDDHIST;
}

static void
call_fiscal_quarter(const struct od_evalue *v, size_t n, const void *list,
                    struct od_evalue *out)
{
	(void)n, (void)list;
	number(out, (parts(v).month + 2) % 12 / 3 + 1);
}

/* A year of one era is no plausible year of the other: 543 years lie between. */
static void
call_is_ce(const struct od_evalue *v, size_t n, const void *list, struct od_evalue *out)
{
	int64_t y = whole(v);

	(void)n, (void)list;
	truth(out, y >= 1900 && y < 2300);
}

static void
call_is_be(const struct od_evalue *v, size_t n, const void *list, struct od_evalue *out)
{
	int64_t y = whole(v);

	(void)n, (void)list;
	truth(out, y >= 1900 + BUDDHIST && y < 2300 + BUDDHIST);
}

static bool
is_digits(struct od_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

static void
call_is_digits(const struct od_evalue *v, size_t n, const void *list,
               struct od_evalue *out)
{
	(void)list;
	truth(out,
	      is_digits(v->text) && (n == 1 || (int64_t)v->text.n == whole(&v[1])));
}

/* A budget code of GFMIS: sixteen digits, not one digit over and over. */
static void
call_is_gfmis(const struct od_evalue *v, size_t n, const void *list,
              struct od_evalue *out)
{
	struct od_span s = v->text;

	(void)n, (void)list;
	truth(out, s.n == GFMIS_DIGITS && is_digits(s) &&
	               memcmp(s.p, s.p + 1, GFMIS_DIGITS - 1) != 0);
}

static void
call_starts_with(const struct od_evalue *v, size_t n, const void *list,
                 struct od_evalue *out)
{
	(void)n, (void)list;
	truth(out, v[0].text.n >= v[1].text.n &&
	               (v[1].text.n == 0 ||
	                memcmp(v[0].text.p, v[1].text.p, v[1].text.n) == 0));
}

static void
call_prefix(const struct od_evalue *v, size_t n, const void *list,
            struct od_evalue *out)
{
	const char *at = v[0].text.p, *end = at + v[0].text.n;

	(void)n, (void)list;
	for (int64_t left = whole(&v[1]); left > 0 && at < end; left--) {
		uint32_t c;

		at += od_utf8_get(at, end, &c);
	}
	*out = (struct od_evalue){.kind = OD_E_TEXT,
	                          .text = {v[0].text.p, (size_t)(at - v[0].text.p)}};
}

static void
call_length(const struct od_evalue *v, size_t n, const void *list,
            struct od_evalue *out)
{
	(void)n, (void)list;
	number(out, (int64_t)od_utf8_count(v->text));
}

static void
call_abs(const struct od_evalue *v, size_t n, const void *list, struct od_evalue *out)
{
	(void)n, (void)list;
	*out = *v;
	if (out->n < 0)
		out->n = -out->n;
}

static void
call_coalesce(const struct od_evalue *v, size_t n, const void *list,
              struct od_evalue *out)
{
	(void)list;
	*out = v[0];
	for (size_t i = 1; i < n && out->kind == OD_E_NULL; i++)
		*out = v[i];
}

/* Is the code in the list, and was it valid on the day? */
static void
call_listed(const struct od_evalue *v, size_t n, const void *list,
            struct od_evalue *out)
{
	const struct od_code *c = od_codelist_find(list, v[0].text);
	int64_t from = INT64_MIN, to = INT64_MAX;

	if (c && n == 3) {
		if (*c->valid_from)
			od_iso_date(od_span_str(c->valid_from), &from);
		if (*c->valid_to)
			od_iso_date(od_span_str(c->valid_to), &to);
	}
	truth(out, c && (n < 3 || (v[2].n >= from && v[2].n <= to)));
}

const struct od_function od_functions[] = {
    {"year", "year(day): its year, Common Era", "D", OD_E_NUMBER, call_year},
    {"month", "month(day): 1 to 12", "D", OD_E_NUMBER, call_month},
    {"day", "day(day): 1 to 31", "D", OD_E_NUMBER, call_day},
    {"fiscal_year", "fiscal_year(day): October to September, Common Era", "D",
     OD_E_NUMBER, call_fiscal_year},
    {"fiscal_year_be", "fiscal_year_be(day): the same, Buddhist Era", "D", OD_E_NUMBER,
     call_fiscal_year_be},
    {"fiscal_quarter", "fiscal_quarter(day): 1 begins in October", "D", OD_E_NUMBER,
     call_fiscal_quarter},
    {"is_ce", "is_ce(year): a year of the Common Era, not the Buddhist", "N", OD_E_BOOL,
     call_is_ce},
    {"is_be", "is_be(year): a year of the Buddhist Era, not the Common", "N", OD_E_BOOL,
     call_is_be},
    {"is_digits", "is_digits(text[, n]): digits only, n of them", "T|N", OD_E_BOOL,
     call_is_digits},
    {"is_gfmis", "is_gfmis(text): the shape of a GFMIS budget code", "T", OD_E_BOOL,
     call_is_gfmis},
    {"starts_with", "starts_with(text, head): a district and its province", "TT",
     OD_E_BOOL, call_starts_with},
    {"prefix", "prefix(text, n): the first n characters", "TN", OD_E_TEXT, call_prefix},
    {"length", "length(text): in characters", "T", OD_E_NUMBER, call_length},
    {"abs", "abs(number): without its sign", "N", OD_E_NUMBER, call_abs},
    {"coalesce", "coalesce(a, b): a, or b if a is null", "AA", OD_E_NULL,
     call_coalesce},
    {"listed", "listed(code, 'list'[, day]): in the codelist, valid on the day", "TT|D",
     OD_E_BOOL, call_listed},
    {NULL, NULL, NULL, OD_E_NULL, NULL},
};
