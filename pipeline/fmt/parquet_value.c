#include "fmt/parquet_value.h"

/* ConvertedType */
enum { UTF8 = 0, DECIMAL = 5, DATE = 6, INT_64 = 18 };

/* Members of LogicalType */
enum { L_STRING = 1, L_DECIMAL = 5, L_DATE = 6, L_TIMESTAMP = 8, L_INTEGER = 10 };

static void
logical_string(struct od_thrift *t, const struct od_field *f)
{
	(void)f;
	od_thrift_begin(t, L_STRING);
	od_thrift_end(t);
}

static void
logical_integer(struct od_thrift *t, const struct od_field *f)
{
	(void)f;
	od_thrift_begin(t, L_INTEGER);
	od_thrift_byte(t, 1, 64);
	od_thrift_bool(t, 2, true);
	od_thrift_end(t);
}

static void
logical_decimal(struct od_thrift *t, const struct od_field *f)
{
	od_thrift_begin(t, L_DECIMAL);
	od_thrift_i32(t, 1, (int32_t)f->scale);
	od_thrift_i32(t, 2, OD_PARQUET_PRECISION);
	od_thrift_end(t);
}

static void
logical_date(struct od_thrift *t, const struct od_field *f)
{
	(void)f;
	od_thrift_begin(t, L_DATE);
	od_thrift_end(t);
}

static void
logical_timestamp(struct od_thrift *t, const struct od_field *f)
{
	(void)f;
	od_thrift_begin(t, L_TIMESTAMP);
	od_thrift_bool(t, 1, false); /* not adjusted to UTC */
	od_thrift_begin(t, 2);
	od_thrift_begin(t, 2); /* microseconds: Spark has no coarser */
	od_thrift_end(t);
	od_thrift_end(t);
	od_thrift_end(t);
}

/* Digits only, at most 18 of them. */
static bool
digits(const char *p, size_t n, int64_t *out)
{
	*out = 0;
	if (n == 0 || n > 18)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		*out = *out * 10 + (p[i] - '0');
	}
	return true;
}

static bool
integer(const struct od_field *f, struct od_span v, int64_t *out)
{
	size_t sign = v.n && v.p[0] == '-';

	(void)f;
	if (!digits(v.p + sign, v.n - sign, out))
		return false;
	if (sign)
		*out = -*out;
	return true;
}

/* The number without its point; the canonical form has exactly `scale` digits there. */
static bool
decimal(const struct od_field *f, struct od_span v, int64_t *out)
{
	size_t sign = v.n && v.p[0] == '-';
	size_t n = v.n - sign, tail = f->scale ? f->scale + 1 : 0, whole = n - tail;
	const char *p = v.p + sign;
	int64_t fraction = 0;

	if (n <= tail || whole + f->scale > OD_PARQUET_PRECISION ||
	    !digits(p, whole, out))
		return false;
	if (f->scale &&
	    (p[whole] != '.' || !digits(p + whole + 1, f->scale, &fraction)))
		return false;
	for (unsigned i = 0; i < f->scale; i++)
		*out *= 10;
	*out += fraction;
	if (sign)
		*out = -*out;
	return true;
}

static bool
boolean(const struct od_field *f, struct od_span v, int64_t *out)
{
	(void)f;
	*out = od_span_is(v, "true");
	return *out || od_span_is(v, "false");
}

/* Days since 1970-01-01 in the Gregorian calendar; March is the first month here, so
 * that a leap day is the last of its year. */
static bool
days(const char *p, int64_t *out)
{
	int64_t y, m, d;

	if (p[4] != '-' || p[7] != '-' || !digits(p, 4, &y) || !digits(p + 5, 2, &m) ||
	    !digits(p + 8, 2, &d) || m < 1 || m > 12 || d < 1 || d > 31)
		return false;
	y -= m <= 2;
	m = (m + 9) % 12;
	*out = 365 * y + (y < 0 ? -1 : y / 4 - y / 100 + y / 400) + (153 * m + 2) / 5 +
	       d - 1 - 719468;
	return true;
}

static bool
date(const struct od_field *f, struct od_span v, int64_t *out)
{
	(void)f;
	return v.n == 10 && days(v.p, out);
}

static bool
datetime(const struct od_field *f, struct od_span v, int64_t *out)
{
	int64_t day, h, m, s;

	(void)f;
	if (v.n != 19 || !days(v.p, &day) || v.p[10] != 'T' || v.p[13] != ':' ||
	    v.p[16] != ':' || !digits(v.p + 11, 2, &h) || !digits(v.p + 14, 2, &m) ||
	    !digits(v.p + 17, 2, &s) || h > 23 || m > 59 || s > 59)
		return false;
	*out = (((day * 24 + h) * 60 + m) * 60 + s) * 1000000;
	return true;
}

static const struct od_parquet_type types[] = {
    [OD_TYPE_ID] = {OD_PARQUET_BYTES, 0, UTF8, logical_string, NULL},
    [OD_TYPE_CODE] = {OD_PARQUET_BYTES, 0, UTF8, logical_string, NULL},
    [OD_TYPE_TEXT] = {OD_PARQUET_BYTES, 0, UTF8, logical_string, NULL},
    [OD_TYPE_INTEGER] = {OD_PARQUET_INT64, 8, INT_64, logical_integer, integer},
    [OD_TYPE_DECIMAL] = {OD_PARQUET_INT64, 8, DECIMAL, logical_decimal, decimal},
    [OD_TYPE_BOOLEAN] = {OD_PARQUET_BOOLEAN, 1, -1, NULL, boolean},
    [OD_TYPE_DATE] = {OD_PARQUET_INT32, 4, DATE, logical_date, date},
    /* The older enum knows no local time. */
    [OD_TYPE_DATETIME] = {OD_PARQUET_INT64, 8, -1, logical_timestamp, datetime},
};

const struct od_parquet_type *
od_parquet_type(enum od_type type)
{
	return &types[type];
}
