#include "text.h"

#include <stdio.h>
#include <stdlib.h>

void
od_text_grow(struct od_text *t, size_t n)
{
	size_t want = t->n + n, cap = t->cap ? t->cap : 256;
	char *p;

	while (cap < want)
		cap *= 2;
	p = realloc(t->p, cap);
	if (!p) {
		fprintf(stderr, "opdb: out of memory\n");
		exit(1);
	}
	t->p = p;
	t->cap = cap;
}

void
od_text_release(struct od_text *t)
{
	free(t->p);
	*t = (struct od_text){0};
}

void
od_text_insert(struct od_text *t, size_t at, const char *p, size_t n)
{
	if (t->cap - t->n < n)
		od_text_grow(t, n);
	if (!n)
		return;
	memmove(t->p + at + n, t->p + at, t->n - at);
	memcpy(t->p + at, p, n);
	t->n += n;
}

void
od_text_pad(struct od_text *t, uint64_t v, int width)
{
	char b[32];
	size_t i = sizeof(b);

	do {
		b[--i] = (char)('0' + v % 10);
		v /= 10;
		width--;
	} while (v || width > 0);
	od_text_put(t, b + i, sizeof(b) - i);
}

void
od_text_int(struct od_text *t, int64_t v)
{
	if (v < 0)
		od_text_put(t, "-", 1);
	od_text_pad(t, v < 0 ? -(uint64_t)v : (uint64_t)v, 1);
}

void
od_text_commas(struct od_text *t, uint64_t v)
{
	if (v >= 1000) {
		od_text_commas(t, v / 1000);
		od_text_put(t, ",", 1);
		od_text_pad(t, v % 1000, 3);
	} else {
		od_text_pad(t, v, 1);
	}
}

void
od_text_fixed(struct od_text *t, int64_t v, int dp)
{
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v, one = 1;

	for (int i = 0; i < dp; i++)
		one *= 10;
	if (v < 0)
		od_text_put(t, "-", 1);
	od_text_pad(t, u / one, 1);
	if (dp > 0) {
		od_text_put(t, ".", 1);
		od_text_pad(t, u % one, dp);
	}
}

/* Both directions after Howard Hinnant, "chrono-compatible low-level date algorithms".
 */
int64_t
od_day_of(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void
od_text_date(struct od_text *t, int64_t at)
{
	int64_t z = at + 719468, era = z / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153, month = mp < 10 ? mp + 3 : mp - 9;

	od_text_pad(t, (uint64_t)(yoe + era * 400 + (month <= 2)), 4);
	od_text_put(t, "-", 1);
	od_text_pad(t, (uint64_t)month, 2);
	od_text_put(t, "-", 1);
	od_text_pad(t, (uint64_t)(doy - (153 * mp + 2) / 5 + 1), 2);
}

void
od_text_stamp(struct od_text *t, int64_t second)
{
	int64_t day = second / 86400, s = second % 86400;

	od_text_date(t, day);
	od_text_put(t, " ", 1);
	od_text_pad(t, (uint64_t)(s / 3600), 2);
	od_text_put(t, ":", 1);
	od_text_pad(t, (uint64_t)(s / 60 % 60), 2);
	od_text_put(t, ":", 1);
	od_text_pad(t, (uint64_t)(s % 60), 2);
}
