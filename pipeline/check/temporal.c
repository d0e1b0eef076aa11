#include "check/temporal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check/number.h"
#include "check/pattern.h"
#include "core/buf.h"

static const int64_t second = 1000000;

static bool
is_leap(int64_t y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static unsigned
days_of_month(int64_t y, int64_t m)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30,
	                                     31, 31, 30, 31, 30, 31};

	return m == 2 && is_leap(y) ? 29 : days[m - 1];
}

/* Days before the first of March of a year, counted from 0000-03-01. */
static int64_t
era_days(int64_t y, int64_t m, int64_t d)
{
	int64_t shifted = m > 2 ? m - 3 : m + 9;

	y -= m <= 2;
	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * shifted + 2) / 5 + d - 1;
}

static const int64_t epoch = 719468; /* 1970-01-01 in that count */

bool
od_day(int64_t year, int64_t month, int64_t day, int64_t *out)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > days_of_month(year, month))
		return false;
	*out = era_days(year, month, day) - epoch;
	return true;
}

void
od_day_parts(int64_t day, int64_t *year, unsigned *month, unsigned *of_month)
{
	int64_t y = (day + epoch) * 400 / 146097 + 1;
	int64_t m = 1;

	while (era_days(y, 1, 1) - epoch > day)
		y--;
	while (m < 12 && era_days(y, m + 1, 1) - epoch <= day)
		m++;
	*year = y;
	*month = (unsigned)m;
	*of_month = (unsigned)(day - (era_days(y, m, 1) - epoch) + 1);
}

/* `n` ASCII digits, which stand at *at; steps over them. */
static bool
take(struct od_span in, size_t *at, size_t n, int64_t *out)
{
	*out = 0;
	if (in.n - *at < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = in.p[*at + i];

		if (c < '0' || c > '9')
			return false;
		*out = *out * 10 + (c - '0');
	}
	*at += n;
	return true;
}

static bool
take_char(struct od_span in, size_t *at, char c)
{
	if (*at >= in.n || in.p[*at] != c)
		return false;
	++*at;
	return true;
}

bool
od_iso_date(struct od_span in, int64_t *day)
{
	int64_t y, m, d;
	size_t at = 0;

	return in.n == 10 && take(in, &at, 4, &y) && take_char(in, &at, '-') &&
	       take(in, &at, 2, &m) && take_char(in, &at, '-') &&
	       take(in, &at, 2, &d) && od_day(y, m, d, day);
}

/* "2024-W09-4": the week with the fourth of January is the first. */
static bool
week_date(struct od_span in, int64_t *day)
{
	int64_t y, w, d, fourth;
	size_t at = 0;

	if (in.n != 10 || !take(in, &at, 4, &y) || !take_char(in, &at, '-') ||
	    !take_char(in, &at, 'W') || !take(in, &at, 2, &w) ||
	    !take_char(in, &at, '-') || !take(in, &at, 1, &d) || w < 1 || w > 53 ||
	    d < 1 || d > 7 || !od_day(y, 1, 4, &fourth))
		return false;
	/* 1970-01-01 was a Thursday */
	*day = fourth - (fourth + 3 + 7 * 200000) % 7 + (w - 1) * 7 + d - 1;
	return true;
}

static bool
zone(struct od_span in, size_t *at, int64_t *offset)
{
	int64_t hours, minutes = 0;
	bool west;

	if (take_char(in, at, 'Z') || take_char(in, at, 'z'))
		return true;
	west = *at < in.n && in.p[*at] == '-';
	if (!west && (*at >= in.n || in.p[*at] != '+'))
		return false;
	++*at;
	if (!take(in, at, 2, &hours) || hours > 23)
		return false;
	if (*at < in.n) {
		take_char(in, at, ':');
		if (!take(in, at, 2, &minutes) || minutes > 59)
			return false;
	}
	*offset = (hours * 60 + minutes) * 60 * second * (west ? -1 : 1);
	return true;
}

/* hh:mm:ss[.f][zone]; 24:00:00 is the next midnight. */
static bool
time_of_day(struct od_span in, struct od_moment *out)
{
	int64_t h, m, s, fraction = 0, scale = second;
	size_t at = 0;

	if (!take(in, &at, 2, &h) || !take_char(in, &at, ':') ||
	    !take(in, &at, 2, &m) || !take_char(in, &at, ':') ||
	    !take(in, &at, 2, &s) || m > 59 || s > 59 || h > 24)
		return false;
	if (take_char(in, &at, '.') || take_char(in, &at, ',')) {
		size_t from = at;

		for (; at < in.n && in.p[at] >= '0' && in.p[at] <= '9'; at++) {
			scale /= 10;
			fraction += (in.p[at] - '0') * scale;
		}
		if (at == from)
			return false;
	}
	if (at < in.n && !zone(in, &at, &out->offset))
		return false;
	if (at != in.n || (h == 24 && (m || s || fraction)))
		return false;
	out->day += h == 24;
	out->micro = ((h % 24 * 60 + m) * 60 + s) * second + fraction;
	return true;
}

bool
od_iso_datetime(struct od_span in, struct od_moment *out)
{
	struct od_span date = {in.p, 10};

	*out = (struct od_moment){0};
	return in.n >= 19 && (unsigned char)in.p[10] < 0x80 &&
	       (od_iso_date(date, &out->day) || week_date(date, &out->day)) &&
	       time_of_day((struct od_span){in.p + 11, in.n - 11}, out);
}

bool
od_iso_time(struct od_span in, struct od_moment *out)
{
	*out = (struct od_moment){0};
	return in.n >= 8 && time_of_day(in, out);
}

/*
 * number[.,number]UNIT, as millionths; *used tells that it was there. Digits beyond the
 * sixth after the point do not count.
 */
static bool
component(struct od_span in, size_t *at, char unit, int64_t *out, bool *used)
{
	int64_t v = 0, scale = second;
	size_t i = *at, from = i;

	*out = 0;
	for (; i < in.n && in.p[i] >= '0' && in.p[i] <= '9'; i++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, in.p[i] - '0', &v))
			return false;
	if (i == from)
		return true;
	if (__builtin_mul_overflow(v, second, &v))
		return false;
	if (i < in.n && (in.p[i] == '.' || in.p[i] == ',')) {
		from = ++i;
		for (; i < in.n && in.p[i] >= '0' && in.p[i] <= '9'; i++) {
			scale /= 10;
			v += (in.p[i] - '0') * scale;
		}
		if (i == from)
			return true;
	}
	if (i >= in.n || in.p[i] != unit)
		return true; /* perhaps the next unit's */
	*at = i + 1;
	*out = v;
	*used = true;
	return true;
}

static bool
by_units(struct od_span in, struct od_duration *out)
{
	static const struct {
		char unit;
		bool timed, months;
		int64_t factor; /* months, or seconds */
	} units[] = {{'Y', false, true, 12},      {'M', false, true, 1},
	             {'W', false, false, 604800}, {'D', false, false, 86400},
	             {'H', true, false, 3600},    {'M', true, false, 60},
	             {'S', true, false, 1}};
	bool minus = in.n && *in.p == '-', used = false, timed = false;
	size_t at = minus || (in.n && *in.p == '+');

	*out = (struct od_duration){0, 0};
	if (!take_char(in, &at, 'P'))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		int64_t *sum = units[i].months ? &out->months : &out->micros, v;

		if (units[i].timed && !timed) {
			/* "PT" and "P1DT" are no durations by ISO 8601, but are taken
			 */
			timed = take_char(in, &at, 'T');
			used |= timed;
			if (!timed)
				break;
		}
		if (!component(in, &at, units[i].unit, &v, &used) ||
		    __builtin_mul_overflow(v, units[i].factor, &v) ||
		    __builtin_add_overflow(*sum, v, sum))
			return false;
	}
	if (minus) {
		out->months = -out->months;
		out->micros = -out->micros;
	}
	return used && at == in.n;
}

/* "P0003-06-04T12:30:05": years, months, days and a time of day. */
static bool
as_datetime(struct od_span in, struct od_duration *out)
{
	struct od_moment m;
	unsigned month, day;
	int64_t year;

	if (in.n < 12 || in.p[0] != 'P' || in.p[11] != 'T' ||
	    !od_iso_datetime((struct od_span){in.p + 1, in.n - 1}, &m))
		return false;
	od_day_parts(m.day, &year, &month, &day);
	out->months = (year * 12 + month) * second;
	out->micros = (int64_t)day * od_day_micros + m.micro;
	return true;
}

bool
od_iso_duration(struct od_span in, struct od_duration *out)
{
	return by_units(in, out) || as_datetime(in, out);
}

/* ---- strptime ----------------------------------------------------------------------
 *
 * A pattern becomes the regular expression that Python makes of it, so that what is
 * accepted agrees to the letter: "1/2/2024" for %d/%m/%Y, "20240105" for %Y%m%d.
 */

enum { MAX_DIRECTIVES = 24 };

struct od_strptime {
	struct od_pattern *pattern;
	char letters[MAX_DIRECTIVES]; /* what group i + 1 holds */
	size_t n;
};

static const struct {
	char letter;
	const char *expression;
} directives[] = {
    {'d', "(3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9])"},
    {'f', "([0-9]{1,6})"},
    {'H', "(2[0-3]|[0-1]\\d|\\d)"},
    {'I', "(1[0-2]|0[1-9]|[1-9])"},
    {'j', "(36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9])"},
    {'m', "(1[0-2]|0[1-9]|[1-9])"},
    {'M', "([0-5]\\d|\\d)"},
    {'S', "(6[0-1]|[0-5]\\d|\\d)"},
    {'w', "([0-6])"},
    {'u', "([1-7])"},
    {'y', "(\\d\\d)"},
    {'Y', "(\\d\\d\\d\\d)"},
    {'z', "([+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|(?-i:Z))"},
    {'Z', "(gmt|utc)"},
    {'p', "(am|pm)"},
    {'A', "(wednesday|thursday|saturday|tuesday|monday|friday|sunday)"},
    {'a', "(mon|tue|wed|thu|fri|sat|sun)"},
    {'B', "(september|february|november|december|january|october|august|march|april|"
          "june|july|may)"},
    {'b', "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"},
};

/* What stands for several directives in the C locale. */
static const struct {
	char letter;
	const char *format;
} shorthands[] = {{'c', "%a %b %d %H:%M:%S %Y"}, {'x', "%m/%d/%y"}, {'X', "%H:%M:%S"}};

static const char *
expression_of(char letter)
{
	for (size_t i = 0; i < sizeof(directives) / sizeof(*directives); i++)
		if (directives[i].letter == letter)
			return directives[i].expression;
	return NULL;
}

static void
put_literal(struct od_buf *b, const char **at)
{
	size_t spaces = strspn(*at, " \t\n\r\f\v");

	if (spaces) {
		od_buf_puts(b, "\\s+");
		*at += spaces;
		return;
	}
	if (strchr("\\.^$*+?(){}[]|", **at))
		od_buf_putc(b, '\\');
	od_buf_putc(b, *(*at)++);
}

static bool
put_format(struct od_strptime *p, struct od_buf *b, const char *format, char *why,
           size_t size)
{
	while (*format) {
		const char *expression, *longer = NULL;
		char letter;

		if (*format != '%') {
			put_literal(b, &format);
			continue;
		}
		letter = format[1];
		format += letter ? 2 : 1;
		if (letter == '%') {
			od_buf_putc(b, '%');
			continue;
		}
		for (size_t i = 0; i < sizeof(shorthands) / sizeof(*shorthands); i++)
			if (shorthands[i].letter == letter)
				longer = shorthands[i].format;
		if (longer) {
			if (!put_format(p, b, longer, why, size))
				return false;
			continue;
		}
		expression = letter ? expression_of(letter) : NULL;
		if (!expression || p->n == MAX_DIRECTIVES ||
		    memchr(p->letters, letter, p->n)) {
			snprintf(why, size, "'%%%c' is unknown or stands twice",
			         letter ? letter : ' ');
			return false;
		}
		od_buf_puts(b, expression);
		p->letters[p->n++] = letter;
	}
	return true;
}

struct od_strptime *
od_strptime_open(const char *format, char *why, size_t size)
{
	struct od_strptime *p = od_alloc(sizeof(*p));
	struct od_buf b = {0};

	*p = (struct od_strptime){0};
	if (put_format(p, &b, format, why, size))
		p->pattern = od_pattern_open(od_buf_view(&b), true, why, size);
	od_buf_release(&b);
	if (p->pattern)
		return p;
	free(p);
	return NULL;
}

void
od_strptime_close(struct od_strptime *p)
{
	if (!p)
		return;
	od_pattern_close(p->pattern);
	free(p);
}

/* What the directives of one text gave. */
struct parts {
	int64_t year, month, day, of_year, hour, minute, second, micro, offset;
	bool half_day, pm;
};

static int64_t
whole(struct od_span s)
{
	struct od_arena a = {0};
	struct od_number n;
	int64_t v = 0;

	if (!od_number_read_integer(s, &a, &n) || !od_number_int64(&n, &v))
		v = 0;
	od_arena_release(&a);
	return v;
}

static int64_t
month_of(struct od_span s)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int64_t m = 0; m < 12; m++)
		if (strncasecmp(s.p, names + 3 * m, 3) == 0)
			return m + 1;
	return 0;
}

static int64_t
offset_of(struct od_span s)
{
	struct od_span digits[3] = {{s.p + 1, 2}, {NULL, 0}, {NULL, 0}};
	size_t at = 3;
	int64_t v;

	if (s.n < 5)
		return 0;
	for (size_t i = 1; i < 3 && at < s.n; i++) {
		at += s.p[at] == ':';
		digits[i] = (struct od_span){s.p + at, 2};
		at += 2;
	}
	v = whole(digits[0]) * 3600 + whole(digits[1]) * 60 + whole(digits[2]);
	return (*s.p == '-' ? -v : v) * second;
}

static void
take_part(struct parts *t, char letter, struct od_span s)
{
	int64_t scale = second;

	switch (letter) {
	case 'Y':
		t->year = whole(s);
		break;
	case 'y':
		t->year = whole(s);
		t->year += t->year <= 68 ? 2000 : 1900;
		break;
	case 'm':
		t->month = whole(s);
		break;
	case 'B':
	case 'b':
		t->month = month_of(s);
		break;
	case 'd':
		t->day = whole(s);
		break;
	case 'j':
		t->of_year = whole(s);
		break;
	case 'H':
		t->hour = whole(s);
		break;
	case 'I':
		t->hour = whole(s);
		t->half_day = true;
		break;
	case 'p':
		t->pm = *s.p == 'p' || *s.p == 'P';
		break;
	case 'M':
		t->minute = whole(s);
		break;
	case 'S':
		t->second = whole(s);
		break;
	case 'f':
		for (size_t i = 0; i < s.n; i++)
			t->micro += (s.p[i] - '0') * (scale /= 10);
		break;
	case 'z':
		t->offset = offset_of(s);
		break;
	default: /* names of weekdays say nothing of their own */
		break;
	}
}

bool
od_strptime_read(const struct od_strptime *p, struct od_span in, struct od_moment *out)
{
	struct parts t = {.year = 1900, .month = 1, .day = 1};
	struct od_match m;

	*out = (struct od_moment){0};
	if (!od_pattern_match(p->pattern, in, &m) || m.groups[0].n != in.n)
		return false;
	for (size_t i = 0; i < p->n; i++)
		take_part(&t, p->letters[i], m.groups[i + 1]);
	if (t.half_day)
		t.hour = t.hour % 12 + (t.pm ? 12 : 0);
	if (t.of_year) {
		if (!od_day(t.year, 1, 1, &out->day))
			return false;
		out->day += t.of_year - 1; /* day 366 of a common year rolls over */
	} else if (!od_day(t.year, t.month, t.day, &out->day)) {
		return false;
	}
	out->micro = ((t.hour * 60 + t.minute) * 60 + t.second) * second + t.micro;
	out->offset = t.offset;
	return t.second < 60;
}
