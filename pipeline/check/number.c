#include "check/number.h"

#include <string.h>
#include <strings.h>

#include "core/utf8.h"

/* Python takes no longer whole number, lest reading it take quadratic time. */
enum { INTEGER_DIGITS = 4300 };
static const long EXPONENT_LIMIT = 1000000000000000;

/* The zero of each script that has decimal digits (Unicode 14, category Nd). */
static const uint32_t zeros[] = {
    0x30,    0x660,   0x6f0,   0x7c0,   0x966,   0x9e6,   0xa66,   0xae6,   0xb66,
    0xbe6,   0xc66,   0xce6,   0xd66,   0xde6,   0xe50,   0xed0,   0xf20,   0x1040,
    0x1090,  0x17e0,  0x1810,  0x1946,  0x19d0,  0x1a80,  0x1a90,  0x1b50,  0x1bb0,
    0x1c40,  0x1c50,  0xa620,  0xa8d0,  0xa900,  0xa9d0,  0xa9f0,  0xaa50,  0xabf0,
    0xff10,  0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450,
    0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0,
    0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140,
    0x1e2f0, 0x1e950, 0x1fbf0};

static const uint32_t spaces[][2] = {
    {0x9, 0xd},       {0x1c, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},
    {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f},
    {0x205f, 0x205f}, {0x3000, 0x3000}};

static bool
is_space(uint32_t c)
{
	for (size_t i = 0; i < sizeof(spaces) / sizeof(*spaces); i++)
		if (c >= spaces[i][0] && c <= spaces[i][1])
			return true;
	return false;
}

/* -1: not a digit of any script. */
static int
digit(uint32_t c)
{
	for (size_t i = 0; i < sizeof(zeros) / sizeof(*zeros); i++)
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return (int)(c - zeros[i]);
	return -1;
}

/* The last character of the text; *n gets its bytes. */
static uint32_t
last(struct od_span s, unsigned *n)
{
	uint32_t c;

	*n = 1;
	while (*n < 4 && *n < s.n && (s.p[s.n - *n] & 0xc0) == 0x80)
		++*n;
	od_utf8_get(s.p + s.n - *n, s.p + s.n, &c);
	return c;
}

struct od_span
od_number_trim(struct od_span in)
{
	uint32_t c;
	unsigned n;

	while (in.n && (n = od_utf8_get(in.p, in.p + in.n, &c), is_space(c))) {
		in.p += n;
		in.n -= n;
	}
	while (in.n && is_space(last(in, &n)))
		in.n -= n;
	return in;
}

struct od_span
od_number_bare(struct od_span in)
{
	uint32_t c;
	unsigned n;

	while (in.n &&
	       (n = od_utf8_get(in.p, in.p + in.n, &c), c != '-' && digit(c) < 0)) {
		in.p += n;
		in.n -= n;
	}
	while (in.n && digit(last(in, &n)) < 0)
		in.n -= n;
	return in;
}

/*
 * ASCII of a text that may be a number; all other characters become '?', which no
 * number has. Underscores go: between digits alone (Python's int), or wherever they
 * are (its Decimal).
 */
static struct od_span
to_ascii(struct od_span in, bool between_digits, struct od_arena *a)
{
	char *to = od_arena_text(a, in.n + 1);
	const char *p = in.p, *end = in.p + in.n;
	size_t n = 0;
	bool after_digit = false;

	while (p < end) {
		uint32_t c;
		int d;

		p += od_utf8_get(p, end, &c);
		d = digit(c);
		if (c == '_' && (!between_digits || after_digit)) {
			uint32_t next;

			if (between_digits &&
			    (p == end || (od_utf8_get(p, end, &next), digit(next) < 0)))
				to[n++] = '?';
			after_digit = false;
			continue;
		}
		after_digit = d >= 0;
		to[n++] = d >= 0 ? (char)('0' + d) : c < 0x80 ? (char)c : '?';
	}
	return (struct od_span){to, n};
}

static size_t
count_digits(struct od_span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	return n;
}

static struct od_span
skip(struct od_span s, size_t n)
{
	return (struct od_span){s.p + n, s.n - n};
}

static bool
read_sign(struct od_span *s, bool *negative)
{
	bool is_sign = s->n && (*s->p == '-' || *s->p == '+');

	*negative = is_sign && *s->p == '-';
	if (is_sign)
		*s = skip(*s, 1);
	return s->n > 0;
}

static bool
ascii_integer(struct od_span s, struct od_number *out)
{
	*out = (struct od_number){.kind = OD_NUMBER_FINITE};
	if (!read_sign(&s, &out->negative) || count_digits(s) != s.n ||
	    s.n > INTEGER_DIGITS)
		return false;
	out->whole = s;
	return true;
}

static bool
read_exponent(struct od_span s, long *out)
{
	bool negative;
	long v = 0;

	if (!read_sign(&s, &negative) || count_digits(s) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		v = v < EXPONENT_LIMIT ? v * 10 + (s.p[i] - '0') : EXPONENT_LIMIT;
	*out = negative ? -v : v;
	return true;
}

static bool
is_word(struct od_span s, const char *lower)
{
	return s.n == strlen(lower) && strncasecmp(s.p, lower, s.n) == 0;
}

/* "inf", "infinity", "nan", "snan", the last two with a payload of digits. */
static bool
read_word(struct od_span s, struct od_number *out)
{
	struct od_span head = s;

	while (head.n && head.p[head.n - 1] >= '0' && head.p[head.n - 1] <= '9')
		head.n--;
	out->kind = OD_NUMBER_INFINITE;
	if (is_word(s, "inf") || is_word(s, "infinity"))
		return true;
	out->kind = OD_NUMBER_NAN;
	return is_word(head, "nan") || is_word(head, "snan");
}

static bool
ascii_decimal(struct od_span s, struct od_number *out)
{
	size_t n;

	*out = (struct od_number){.kind = OD_NUMBER_FINITE};
	if (!read_sign(&s, &out->negative))
		return false;
	n = count_digits(s);
	out->whole = (struct od_span){s.p, n};
	if (n == s.n)
		return true;
	if (s.p[n] == '.') {
		s = skip(s, n + 1);
		n = count_digits(s);
		out->fraction = (struct od_span){s.p, n};
	}
	if (out->whole.n + out->fraction.n == 0)
		return s.n && read_word(s, out);
	s = skip(s, n);
	if (s.n == 0)
		return true;
	return (*s.p == 'e' || *s.p == 'E') &&
	       read_exponent(skip(s, 1), &out->exponent);
}

bool
od_number_read_integer(struct od_span in, struct od_arena *a, struct od_number *out)
{
	if (ascii_integer(in, out))
		return true;
	return ascii_integer(to_ascii(od_number_trim(in), true, a), out);
}

bool
od_number_read_decimal(struct od_span in, struct od_arena *a, struct od_number *out)
{
	if (ascii_decimal(in, out))
		return true;
	return ascii_decimal(to_ascii(od_number_trim(in), false, a), out);
}

/* Digits of whole and fraction as one text, without zeros at its ends. */
static struct od_span
significant(const struct od_number *n, struct od_arena *a, long *point)
{
	char *digits = od_arena_text(a, n->whole.n + n->fraction.n + 1);
	size_t from = 0, end = n->whole.n + n->fraction.n;

	if (n->whole.n)
		memcpy(digits, n->whole.p, n->whole.n);
	if (n->fraction.n)
		memcpy(digits + n->whole.n, n->fraction.p, n->fraction.n);
	while (from < end && digits[from] == '0')
		from++;
	while (end > from && digits[end - 1] == '0')
		end--;
	*point = (long)n->whole.n - (long)from + n->exponent;
	return (struct od_span){digits + from, end - from};
}

/*
 * Order: sign, then where the first digit stands, then the digits. A zero byte ends
 * them, below every digit; of a negative number all bytes are inverted.
 */
enum { MINUS = 0x40, ZERO = 0x80, PLUS = 0xc0, POINT_BYTES = 8 };

struct od_span
od_number_key(const struct od_number *n, struct od_arena *a)
{
	struct od_span digits = {"", 0};
	long point = INT64_MAX / 2;
	unsigned char *key;
	uint64_t biased;

	if (n->kind == OD_NUMBER_FINITE)
		digits = significant(n, a, &point);
	key = od_arena_alloc(a, 1 + POINT_BYTES + digits.n + 1);
	if (n->kind == OD_NUMBER_FINITE && digits.n == 0) {
		key[0] = ZERO;
		return (struct od_span){(char *)key, 1};
	}
	biased = (uint64_t)point + ((uint64_t)1 << 63);
	for (size_t i = 0; i < POINT_BYTES; i++)
		key[1 + i] = (unsigned char)(biased >> (8 * (POINT_BYTES - 1 - i)));
	if (digits.n)
		memcpy(key + 1 + POINT_BYTES, digits.p, digits.n);
	for (size_t i = 1; i < 1 + POINT_BYTES + digits.n + 1 && n->negative; i++)
		key[i] = (unsigned char)~key[i];
	key[0] = n->negative ? MINUS : PLUS;
	return (struct od_span){(char *)key, 1 + POINT_BYTES + digits.n + 1};
}

bool
od_number_int64(const struct od_number *n, int64_t *out)
{
	int64_t v = 0;
	long shift = n->exponent;

	if (n->kind != OD_NUMBER_FINITE || n->whole.n + n->fraction.n > 64 ||
	    shift > 18 || shift < -64)
		return false;
	for (size_t i = 0; i < n->whole.n + n->fraction.n; i++) {
		char c = i < n->whole.n ? n->whole.p[i] : n->fraction.p[i - n->whole.n];
		long left = (long)n->whole.n + shift - (long)i;

		if (left <= 0 && c != '0')
			return false;
		if (left > 0 && (__builtin_mul_overflow(v, 10, &v) ||
		                 __builtin_add_overflow(v, c - '0', &v)))
			return false;
	}
	for (long i = (long)(n->whole.n + n->fraction.n); i < (long)n->whole.n + shift;
	     i++)
		if (__builtin_mul_overflow(v, 10, &v))
			return false;
	*out = n->negative ? -v : v;
	return true;
}
