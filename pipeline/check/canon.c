#include "check/canon.h"

#include <string.h>

static bool
is_digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return n > 0;
}

bool
od_canon_integer(struct od_span in, struct od_arena *a, struct od_span *out)
{
	size_t sign = in.n && in.p[0] == '-';
	size_t from = sign;
	char *p;

	if (!is_digits(in.p + sign, in.n - sign))
		return false;
	while (from + 1 < in.n && in.p[from] == '0')
		from++;
	if (in.n - from > 18)
		return false;
	if (in.n - from == 1 && in.p[from] == '0')
		sign = 0;
	if (from == sign) {
		*out = in;
		return true;
	}
	p = od_arena_text(a, sign + in.n - from);
	if (sign)
		p[0] = '-';
	memcpy(p + sign, in.p + from, in.n - from);
	*out = (struct od_span){p, sign + in.n - from};
	return true;
}

bool
od_canon_decimal(struct od_span in, unsigned scale, struct od_arena *a,
                 struct od_span *out)
{
	size_t sign = in.n && in.p[0] == '-';
	const char *p = in.p + sign, *end = in.p + in.n;
	const char *point = memchr(p, '.', (size_t)(end - p));
	size_t whole = (size_t)((point ? point : end) - p);
	size_t decimals = point ? (size_t)(end - point - 1) : 0;
	bool zero = true;
	char *to, *at;

	if (!is_digits(p, whole) || (point && !is_digits(point + 1, decimals)))
		return false;
	while (whole > 1 && *p == '0') {
		p++;
		whole--;
	}
	if (whole > 30)
		return false;
	for (size_t i = scale; i < decimals; i++)
		if (point[1 + i] != '0')
			return false;
	at = to = od_arena_text(a, 1 + whole + 1 + scale);
	if (sign)
		*at++ = '-';
	memcpy(at, p, whole);
	at += whole;
	if (scale) {
		*at++ = '.';
		for (size_t i = 0; i < scale; i++)
			*at++ = i < decimals ? point[1 + i] : '0';
	}
	for (char *c = to + sign; c < at; c++)
		zero &= *c == '0' || *c == '.';
	if (zero && sign)
		to++; /* there is no minus zero */
	*out = (struct od_span){to, (size_t)(at - to)};
	return true;
}

bool
od_canon_boolean(struct od_span in, struct od_span *out)
{
	static const struct {
		const char *in;
		bool is;
	} forms[] = {{"t", true},  {"f", false},   {"1", true},
	             {"0", false}, {"true", true}, {"false", false}};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (od_span_is(in, forms[i].in)) {
			*out = od_span_str(forms[i].is ? "true" : "false");
			return true;
		}
	return false;
}

static unsigned
number(const char *p, size_t n)
{
	unsigned v = 0;

	for (size_t i = 0; i < n; i++)
		v = v * 10 + (unsigned)(p[i] - '0');
	return v;
}

/* "dddd-dd-dd" of a day that exists. */
static bool
is_day(const char *p)
{
	static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	unsigned y, m, d;

	if (!is_digits(p, 4) || p[4] != '-' || !is_digits(p + 5, 2) || p[7] != '-' ||
	    !is_digits(p + 8, 2))
		return false;
	y = number(p, 4);
	m = number(p + 5, 2);
	d = number(p + 8, 2);
	if (m < 1 || m > 12 || d < 1)
		return false;
	if (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
		return d <= 29;
	return d <= days[m - 1];
}

static bool
is_time(const char *p)
{
	return is_digits(p, 2) && p[2] == ':' && is_digits(p + 3, 2) && p[5] == ':' &&
	       is_digits(p + 6, 2) && number(p, 2) < 24 && number(p + 3, 2) < 60 &&
	       number(p + 6, 2) < 60;
}

bool
od_canon_date(struct od_span in, struct od_arena *a, struct od_span *out)
{
	(void)a;
	/* SQLite stores what it was given: a date may carry a midnight. */
	if (in.n == 19 && (in.p[10] == ' ' || in.p[10] == 'T') &&
	    memcmp(in.p + 11, "00:00:00", 8) == 0)
		in.n = 10;
	if (in.n != 10 || !is_day(in.p))
		return false;
	*out = in;
	return true;
}

bool
od_canon_datetime(struct od_span in, struct od_arena *a, struct od_span *out)
{
	char *p;

	if (in.n == 10 && is_day(in.p)) {
		p = od_arena_text(a, 19);
		memcpy(p, in.p, 10);
		memcpy(p + 10, "T00:00:00", 9);
		*out = (struct od_span){p, 19};
		return true;
	}
	if (in.n < 19 || !is_day(in.p) || (in.p[10] != ' ' && in.p[10] != 'T') ||
	    !is_time(in.p + 11))
		return false;
	if (in.n > 19 &&
	    (in.p[19] != '.' || in.n > 29 || !is_digits(in.p + 20, in.n - 20)))
		return false;
	p = od_arena_text(a, 19);
	memcpy(p, in.p, 19);
	p[10] = 'T';
	*out = (struct od_span){p, 19};
	return true;
}
