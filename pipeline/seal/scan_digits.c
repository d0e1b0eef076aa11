#include <stdint.h>
#include <string.h>

#include "seal/scan_text.h"

/*
 * Numbers. A piece of text without any character that ends a number, a run, is read
 * character by character into groups of digits if it holds digits enough, and the last
 * groups are compared with the shapes below. Runs and their digits are found 64 bytes
 * at a time.
 *
 * ENOUGH: the digits of the shortest shape. REACH: so much text before the first place
 * that counts says what a number there is glued to.
 */
enum { BLOCK = 64, ENOUGH = 10, REACH = 96, GROUPS = 6, GROUP_DIGITS = 14 };

enum join { JOIN_NONE, JOIN_BLANK, JOIN_DASH, JOIN_DOT, JOIN_MIXED };

struct group {
	size_t start, end;
	unsigned n;     /* digits; more than GROUP_DIGITS are counted, not kept */
	enum join join; /* to the group before */
	bool plus;      /* a plus sign right before it */
	bool glued;     /* an ASCII letter right before it */
	char d[GROUP_DIGITS];
};

struct shape {
	unsigned groups;
	unsigned char n[5];
	unsigned joins; /* bits of enum join that may stand between */
	enum od_scan_kind kind;
};

enum {
	BLANK = 1 << JOIN_BLANK,
	DASH = 1 << JOIN_DASH,
	DOT = 1 << JOIN_DOT,
	MIXED = 1 << JOIN_MIXED,
	ANY = BLANK | DASH | DOT | MIXED
};

static const struct shape shapes[] = {
    {1, {13}, ANY, OD_SCAN_CITIZEN_ID},
    {5, {1, 4, 5, 2, 1}, BLANK | DASH | DOT, OD_SCAN_CITIZEN_ID},
    {4, {1, 4, 5, 3}, BLANK | DASH, OD_SCAN_CITIZEN_ID},
    {2, {1, 12}, BLANK | DASH, OD_SCAN_CITIZEN_ID},
    {1, {10}, ANY, OD_SCAN_MOBILE},
    {3, {3, 3, 4}, ANY, OD_SCAN_MOBILE},
    {2, {3, 7}, BLANK | DASH | MIXED, OD_SCAN_MOBILE},
    {3, {2, 4, 4}, BLANK | DASH | DOT, OD_SCAN_MOBILE},
    {2, {2, 8}, DASH, OD_SCAN_MOBILE},
    {3, {1, 4, 5}, DASH, OD_SCAN_MOBILE},
    /* The same with the country code, which is checked apart. */
    {1, {11}, ANY, OD_SCAN_MOBILE},
    {2, {2, 9}, BLANK | DASH, OD_SCAN_MOBILE},
    {4, {2, 2, 3, 4}, BLANK | DASH | MIXED, OD_SCAN_MOBILE},
    {4, {2, 1, 4, 4}, BLANK | DASH | MIXED, OD_SCAN_MOBILE},
    {3, {2, 2, 7}, BLANK | DASH | MIXED, OD_SCAN_MOBILE},
    {5, {2, 1, 2, 3, 4}, BLANK | DASH | MIXED, OD_SCAN_MOBILE}, /* +66 (0)81 ... */
    {1, {13}, ANY, OD_SCAN_MOBILE},
    {4, {3, 1, 5, 1}, DASH, OD_SCAN_BANK},
};

static bool
citizen_id_is_valid(const char d[13])
{
	unsigned sum = 0;

	for (unsigned i = 0; i < 12; i++)
		sum += (unsigned)(d[i] - '0') * (13 - i);
	return d[0] >= '1' && d[0] <= '8' &&
	       (11 - sum % 11) % 10 == (unsigned)(d[12] - '0');
}

/* Nine digits after 0 or +66. Codes of the state often end in a row of zeros. */
static bool
subscriber_is_mobile(const char d[9])
{
	return (d[0] == '6' || d[0] == '8' || d[0] == '9') && !memmem(d, 9, "00000", 5);
}

static bool
mobile_is_valid(const struct group *g, unsigned n_groups, const char *d, unsigned n)
{
	if (n == 10)
		return d[0] == '0' && !g->plus && subscriber_is_mobile(d + 1);
	if (n == 11)
		return g->plus && !memcmp(d, "66", 2) && subscriber_is_mobile(d + 2);
	if (n == 12)
		return g->plus && !memcmp(d, "660", 3) && subscriber_is_mobile(d + 3);
	return n == 13 && n_groups == 1 && !memcmp(d, "0066", 4) &&
	       subscriber_is_mobile(d + 4);
}

/* "09 2566 2567": a month and two years. */
static bool
is_years(const struct group *g)
{
	for (unsigned i = 1; i < 3; i++)
		if (memcmp(g[i].d, "19", 2) && memcmp(g[i].d, "20", 2) &&
		    memcmp(g[i].d, "24", 2) && memcmp(g[i].d, "25", 2) &&
		    memcmp(g[i].d, "26", 2))
			return false;
	return true;
}

static bool
shape_fits(const struct shape *s, const struct group *g)
{
	for (unsigned i = 0; i < s->groups; i++) {
		if (g[i].n != s->n[i])
			return false;
		if (i && (!(s->joins & 1U << g[i].join) || g[i].join != g[1].join) &&
		    s->kind != OD_SCAN_MOBILE)
			return false;
		if (i && !(s->joins & 1U << g[i].join))
			return false;
	}
	/* Digits behind a point are a fraction; a letter before makes it a code. */
	return g[0].join != JOIN_DOT && !g[0].glued;
}

static bool
is_hit(const struct shape *s, const struct group *g)
{
	char d[5 * GROUP_DIGITS];
	unsigned n = 0;

	if (!shape_fits(s, g))
		return false;
	for (unsigned i = 0; i < s->groups; i++) {
		memcpy(d + n, g[i].d, g[i].n);
		n += g[i].n;
	}
	switch (s->kind) {
	case OD_SCAN_CITIZEN_ID:
		return citizen_id_is_valid(d);
	case OD_SCAN_MOBILE:
		if (s->n[0] == 2 && s->n[1] == 4 && g[1].join == JOIN_BLANK &&
		    is_years(g))
			return false;
		return mobile_is_valid(g, s->groups, d, n);
	default:
		return true;
	}
}

/* What a character means to a number. */
enum what {
	DIGIT,
	SKIP,
	BLANK_CHAR,
	DASH_CHAR,
	DOT_CHAR,
	BRACKET,
	PLUS,
	LETTER,
	OTHER
};

/*
 * The character at p and the bytes it takes; *digit is its value. U+200B to U+200D,
 * U+2060, U+FEFF and the soft hyphen are no characters to a reader of the page.
 */
static enum what
look(const unsigned char *p, size_t n, unsigned *len, char *digit)
{
	unsigned char c = p[0];

	*len = 1;
	if (c >= '0' && c <= '9') {
		*digit = (char)c;
		return DIGIT;
	}
	if (c < 0x80)
		return c == ' '                                           ? BLANK_CHAR
		       : c == '-'                                         ? DASH_CHAR
		       : c == '.'                                         ? DOT_CHAR
		       : c == '(' || c == ')'                             ? BRACKET
		       : c == '+'                                         ? PLUS
		       : c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z') ? LETTER
		                                                          : OTHER;
	/* Of broken UTF-8 one byte is taken, lest it swallow a digit. */
	if (c == 0xc2 && n > 1 && (p[1] & 0xc0) == 0x80) {
		*len = 2;
		return p[1] == 0xa0 ? BLANK_CHAR : p[1] == 0xad ? SKIP : OTHER;
	}
	if (n < 3 || c < 0xe0 || c > 0xef || (p[1] & 0xc0) != 0x80 ||
	    (p[2] & 0xc0) != 0x80)
		return OTHER;
	*len = 3;
	if (c == 0xe0 && p[1] == 0xb9 && p[2] >= 0x90 && p[2] <= 0x99) {
		*digit = (char)('0' + p[2] - 0x90);
		return DIGIT;
	}
	if (c == 0xef && p[1] == 0xbc && p[2] >= 0x90 && p[2] <= 0x99) {
		*digit = (char)('0' + p[2] - 0x90);
		return DIGIT;
	}
	if (c == 0xe2 && p[1] == 0x80) {
		if (p[2] >= 0x90 && p[2] <= 0x95)
			return DASH_CHAR;
		if (p[2] >= 0x8b && p[2] <= 0x8f)
			return SKIP;
		return p[2] >= 0x80 && p[2] <= 0x8a ? BLANK_CHAR
		       : p[2] == 0xaf               ? BLANK_CHAR
		                                    : OTHER;
	}
	if (c == 0xe2 && p[1] == 0x81)
		return p[2] == 0xa0 ? SKIP : OTHER;
	if (c == 0xe2 && p[1] == 0x88)
		return p[2] == 0x92 ? DASH_CHAR : OTHER;
	if (c == 0xef && p[1] == 0xbb)
		return p[2] == 0xbf ? SKIP : OTHER;
	if (c == 0xef && p[1] == 0xbc)
		return p[2] == 0x8d ? DASH_CHAR : p[2] == 0x8b ? PLUS : OTHER;
	return OTHER;
}

/* "id_8576525688192" is a citizen id, "img_1617181920212" a file name. */
static bool
is_glued(const char *p, size_t at)
{
	size_t from = at;
	char c;

	if (at == 0)
		return false;
	c = p[at - 1];
	if ((c >= '0' && c <= '9') ||
	    (at >= 2 && (unsigned char)p[at - 2] == 0xb9 && (unsigned char)c >= 0x90 &&
	     (unsigned char)c <= 0x99))
		return true; /* reading began within a long number */
	if (at >= 2 && p[at - 2] == '\\' && strchr("nrtbf", c))
		return false; /* an escaped line end in JSON */
	if (!(c == '_' || ((c | 32) >= 'a' && (c | 32) <= 'z')))
		return false;
	while (from > 0 && at - from < 8 &&
	       (p[from - 1] == '_' ||
	        ((p[from - 1] | 32) >= 'a' && (p[from - 1] | 32) <= 'z')))
		from--;
	for (; at > from && p[at - 1] == '_'; at--)
		;
	return !(
	    (at - from == 2 && (p[from] | 32) == 'i' && (p[from + 1] | 32) == 'd') ||
	    (at - from == 3 && (p[from] | 32) == 't' && (p[from + 1] | 32) == 'e' &&
	     (p[from + 2] | 32) == 'l'));
}

struct walk {
	const struct od_scan_view *v;
	struct od_scan_hits *hits;
	struct group g[GROUPS]; /* the last ones, oldest first */
	unsigned n;
	size_t counted; /* end of the last hit: a number is counted once */
};

/* By the digits of a shape's last group: the fewest groups of such a shape. */
static const unsigned char fewest[GROUP_DIGITS] = {
    [1] = 4, [3] = 4,  [4] = 3,  [5] = 3,  [7] = 2,  [8] = 2,
    [9] = 2, [10] = 1, [11] = 1, [12] = 2, [13] = 1,
};

/* Looks at the groups that end with the last one; `next` is the offset behind it. */
static void
judge(struct walk *w, size_t next)
{
	const char *p = w->v->p;
	size_t left = w->v->n - next;
	char after = left ? p[next] : '\n';
	unsigned n = w->g[w->n - 1].n;

	if (n >= GROUP_DIGITS || fewest[n] == 0 || w->n < fewest[n])
		return;
	if (after == '_' || ((after | 32) >= 'a' && (after | 32) <= 'z') ||
	    (after == '.' && left > 1 && p[next + 1] >= '0' && p[next + 1] <= '9' &&
	     w->g[w->n - 1].join != JOIN_DOT))
		return;
	for (size_t i = 0; i < OD_ARRAY_LEN(shapes); i++) {
		const struct shape *s = &shapes[i];
		const struct group *g;

		if (s->groups > w->n || s->n[s->groups - 1] != n)
			continue;
		g = &w->g[w->n - s->groups];
		if (g->start < w->counted || g->start < w->v->from ||
		    g->start >= w->v->to || !is_hit(s, g))
			continue;
		w->hits->n[s->kind]++;
		w->counted = next;
		return;
	}
}

static void
add_group(struct walk *w, size_t start, enum join join)
{
	struct group *g;

	if (join == JOIN_NONE)
		w->n = 0;
	if (w->n == GROUPS) {
		memmove(w->g, w->g + 1, (GROUPS - 1) * sizeof(*w->g));
		w->n--;
	}
	g = &w->g[w->n++];
	*g = (struct group){.start = start,
	                    .join = join,
	                    .glued = is_glued(w->v->p, start),
	                    .plus = start > 0 && w->v->p[start - 1] == '+'};
}

/* Reads the groups of the run [at, end). */
static void
walk_run(struct walk *w, size_t at, size_t end)
{
	const unsigned char *p = (const unsigned char *)w->v->p;
	bool in_group = false;
	enum join join = JOIN_NONE;
	unsigned joined = 0; /* characters since the last group */

	w->n = 0;
	while (at < end) {
		unsigned len;
		char digit = 0;
		enum what what;

		what = look(p + at, end - at, &len, &digit);
		if (what == DIGIT) {
			struct group *g;

			if (!in_group)
				add_group(w, at, joined <= 3 ? join : JOIN_NONE);
			in_group = true;
			join = JOIN_NONE;
			joined = 0;
			g = &w->g[w->n - 1];
			if (g->n < GROUP_DIGITS)
				g->d[g->n] = digit;
			g->n++;
			g->end = at + len;
		} else if (what != SKIP) {
			enum join j = what == BLANK_CHAR  ? JOIN_BLANK
			              : what == DASH_CHAR ? JOIN_DASH
			              : what == DOT_CHAR  ? JOIN_DOT
			              : what == BRACKET   ? JOIN_MIXED
			                                  : JOIN_NONE;

			if (in_group) {
				judge(w, w->g[w->n - 1].end);
				join = j;
				joined = 1;
			} else {
				join = j == JOIN_NONE || join == JOIN_NONE ? JOIN_NONE
				       : j == join                         ? j
				                                           : JOIN_MIXED;
				joined++;
			}
			in_group = false;
			if (join == JOIN_NONE)
				w->n = 0;
		}
		at += len;
	}
	if (in_group)
		judge(w, w->g[w->n - 1].end);
}

typedef unsigned char lanes __attribute__((vector_size(16)));

/* A bit for each lane that is 0xff, not 0; the first lane is the lowest bit. */
static unsigned
bits_of(lanes x)
{
#ifdef __SSE2__
	return (unsigned)__builtin_ia32_pmovmskb128(
	    (__attribute__((vector_size(16))) char)x);
#else
	unsigned bits = 0;

	for (unsigned i = 0; i < sizeof(x); i++)
		bits |= (x[i] & 1U) << i;
	return bits;
#endif
}

/*
 * Of the 64 bytes at p, whose predecessor can be read too: a bit for each last byte of
 * a digit, ASCII, Thai or full-width, and one for each byte that surely ends a number:
 * ASCII that cannot stand in one, and the second byte of most Thai letters.
 */
static void
classify(const char *p, uint64_t *digits, uint64_t *ends)
{
	*digits = *ends = 0;
	for (unsigned i = 0; i < BLOCK; i += sizeof(lanes)) {
		lanes x, before, digit, part;

		memcpy(&x, p + i, sizeof(x));
		memcpy(&before, p + i - 1, sizeof(before));
		digit = (lanes)(x - '0' < 10);
		part = digit | (lanes)(x == ' ') | (lanes)(x == '-') |
		       (lanes)(x == '.') | (lanes)(x == '(') | (lanes)(x == ')') |
		       (lanes)(x >= 0x80);
		digit |= (lanes)(x - 0x90 < 10) &
		         ((lanes)(before == 0xb9) | (lanes)(before == 0xbc));
		part &= ~((lanes)(x == 0xb8) & (lanes)(before == 0xe0));
		*digits |= (uint64_t)bits_of(digit) << i;
		*ends |= (uint64_t)bits_of(~part) << i;
	}
}

/* "2026-03-02 23:00": as many digits as a telephone number, and everywhere. */
static bool
is_time(const struct od_scan_view *v, size_t start, size_t end)
{
	const char *p = v->p + end;

	return end - start >= 13 && end < v->n && p[0] == ':' && p[-3] == ' ' &&
	       p[-6] == '-' && p[-9] == '-';
}

/* The digits of a run, as blocks tell of them. */
struct run {
	size_t start;
	unsigned digits;
};

static void
end_run(struct walk *w, const struct run *r, size_t end)
{
	if (r->digits >= ENOUGH &&
	    !(r->digits == ENOUGH && is_time(w->v, r->start, end)))
		walk_run(w, r->start, end);
}

/* Takes the block at `at`: adds to the run, and ends the runs that end here. */
static void
take_block(struct walk *w, struct run *r, size_t at, uint64_t digits, uint64_t ends)
{
	/* No run has enough of them? Then only the last one matters. */
	if (ends && r->digits + (unsigned)__builtin_popcountll(digits) < ENOUGH) {
		unsigned last = BLOCK - 1 - (unsigned)__builtin_clzll(ends);

		*r = (struct run){at + last + 1, 0};
		digits &= ~(UINT64_MAX >> (BLOCK - 1 - last));
		ends = 0;
	}
	while (ends) {
		unsigned next = (unsigned)__builtin_ctzll(ends);
		uint64_t below = (UINT64_C(1) << next) - 1;

		r->digits += (unsigned)__builtin_popcountll(digits & below);
		end_run(w, r, at + next);
		*r = (struct run){at + next + 1, 0};
		digits &= ~below;
		/* on to the last end before the next digit */
		below = digits ? (digits & -digits) - 1 : UINT64_MAX;
		if (ends & below)
			r->start = at + BLOCK - (unsigned)__builtin_clzll(ends & below);
		ends &= ~below;
	}
	r->digits += (unsigned)__builtin_popcountll(digits);
}

/* A place before `at` where no number is cut, if there is one within reach. */
static size_t
step_back(const char *p, size_t at)
{
	size_t far = at > 2 * REACH ? at - 2 * REACH : 0;
	size_t near = at > REACH ? at - REACH : 0;

	/* Any character that takes no part in a number will do. */
	for (; near > far; near--) {
		unsigned char c = (unsigned char)p[near - 1];

		if (c < 0x80 && !(c >= '0' && c <= '9') && !strchr(" -.()", c))
			break;
	}
	return near;
}

void
od_scan_digits(const struct od_scan_view *v, struct od_scan_hits *hits)
{
	struct walk w = {.v = v, .hits = hits};
	size_t at = step_back(v->p, v->from);
	size_t end = v->to + OD_SCAN_AHEAD < v->n ? v->to + OD_SCAN_AHEAD : v->n;
	struct run run = {.start = at};

	for (; at < end; at += BLOCK) {
		size_t n = end - at < BLOCK ? end - at : BLOCK;
		char edge[1 + BLOCK] = {0}; /* the view's first and last block */
		const char *p = v->p + at;
		uint64_t digits, ends;

		if (at == 0 || n < BLOCK) {
			if (at)
				edge[0] = p[-1];
			memcpy(edge + 1, p, n);
			p = edge + 1;
		}
		classify(p, &digits, &ends);
		take_block(&w, &run, at, digits, ends);
	}
	end_run(&w, &run, end);
}
