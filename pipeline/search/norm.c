#include "search/norm.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/utf8.h"
#include "search/norm_table.h"

enum {
	THAI = 0xe00,
	SARA_AA = 0xe32,
	SARA_AM = 0xe33,
	NIKHAHIT = 0xe4d,
	ESCAPE = 0x02,
	NIBBLE = 0x10,
	HANGUL = 0xac00,
	HANGUL_END = 0xd7a4,
	JAMO_L = 0x1100,
	JAMO_V = 0x1161,
	JAMO_T = 0x11a7,
	L_COUNT = 19,
	V_COUNT = 21,
	T_COUNT = 28,
};

/* ---- the string of characters being worked on */

static void
add(struct od_norm *m, uint32_t c)
{
	if (m->c.n == m->c.cap) {
		m->c.cap = m->c.cap ? m->c.cap * 2 : 256;
		m->c.p = od_realloc(m->c.p, m->c.cap * sizeof(*m->c.p));
	}
	m->c.p[m->c.n++] = c;
}

/* Sara am is taken apart here: to NFC it is one starter, or two. */
static void
push(struct od_norm *m, uint32_t c)
{
	if (c == SARA_AM) {
		add(m, NIKHAHIT);
		c = SARA_AA;
	}
	add(m, c);
}

void
od_norm_release(struct od_norm *m)
{
	free(m->c.p);
	*m = (struct od_norm){0};
}

/* ---- NFC */

static const struct od_norm_range *
find_range(const struct od_norm_range *v, size_t n, uint32_t c)
{
	size_t from = 0, to = n;

	while (from < to) {
		size_t at = from + (to - from) / 2;

		if (c > v[at].last)
			from = at + 1;
		else
			to = at;
	}
	if (from == n || c < v[from].first || (c - v[from].first) % v[from].step)
		return NULL;
	return &v[from];
}

static int
class_of(uint32_t c)
{
	const struct od_norm_range *r;

	if (c < 0x300)
		return 0;
	if (c >= THAI && c < THAI + 0x80) /* all that most texts have */
		return c == 0xe38 || c == 0xe39   ? 103
		       : c == 0xe3a               ? 9
		       : c >= 0xe48 && c <= 0xe4b ? 107
		                                  : 0;
	r = find_range(od_norm_class, od_norm_class_n, c);
	return r ? r->value : 0;
}

static const struct od_norm_pair *
find_split(uint32_t c)
{
	size_t from = 0, to = od_norm_split_n;

	while (from < to) {
		size_t at = from + (to - from) / 2;

		if (od_norm_split[at].a < c)
			from = at + 1;
		else
			to = at;
	}
	return from < od_norm_split_n && od_norm_split[from].a == c
	           ? &od_norm_split[from]
	           : NULL;
}

static uint32_t
find_join(uint32_t a, uint32_t b)
{
	size_t from = 0, to = od_norm_join_n;

	while (from < to) {
		size_t at = from + (to - from) / 2;
		const struct od_norm_pair *p = &od_norm_join[at];

		if (p->a < a || (p->a == a && p->b < b))
			from = at + 1;
		else
			to = at;
	}
	return from < od_norm_join_n && od_norm_join[from].a == a &&
	               od_norm_join[from].b == b
	           ? od_norm_join[from].c
	           : 0;
}

static void
split(struct od_norm *m, uint32_t c)
{
	const struct od_norm_pair *p;

	if (c >= HANGUL && c < HANGUL_END) {
		uint32_t s = c - HANGUL;

		push(m, JAMO_L + s / (V_COUNT * T_COUNT));
		push(m, JAMO_V + s % (V_COUNT * T_COUNT) / T_COUNT);
		if (s % T_COUNT)
			push(m, JAMO_T + s % T_COUNT);
		return;
	}
	p = c < 0xc0 ? NULL : find_split(c);
	if (!p) {
		push(m, c);
		return;
	}
	split(m, p->b);
	if (p->c)
		split(m, p->c);
}

/* Puts the last character where its class belongs. */
static void
settle(struct od_norm *m, size_t from)
{
	for (size_t at = from; at < m->c.n; at++) {
		uint32_t c = m->c.p[at];
		int class = class_of(c);
		size_t to = at;

		while (class && to && class_of(m->c.p[to - 1]) > class) {
			m->c.p[to] = m->c.p[to - 1];
			to--;
		}
		m->c.p[to] = c;
	}
}

static uint32_t
join(uint32_t a, uint32_t b)
{
	if (a - JAMO_L < L_COUNT && b - JAMO_V < V_COUNT)
		return HANGUL + ((a - JAMO_L) * V_COUNT + (b - JAMO_V)) * T_COUNT;
	if (a >= HANGUL && a < HANGUL_END && (a - HANGUL) % T_COUNT == 0 &&
	    b > JAMO_T && b < JAMO_T + T_COUNT)
		return a + (b - JAMO_T);
	return find_join(a, b);
}

static void
compose(struct od_norm *m)
{
	size_t starter = 0, to = 0;
	bool has = false;
	int last = 0;

	for (size_t i = 0; i < m->c.n; i++) {
		uint32_t c = m->c.p[i], joined = 0;
		int class = class_of(c);

		/* Blocked if something of the same or a higher class stands between. */
		if (has && (to == starter + 1 || last < class))
			joined = join(m->c.p[starter], c);
		if (joined) {
			m->c.p[starter] = joined;
			continue;
		}
		if (class == 0) {
			starter = to;
			has = true;
		}
		last = class;
		m->c.p[to++] = c;
	}
	m->c.n = to;
}

/* Whether NFC leaves a text of such characters alone: Latin-1 without marks, Thai marks
 * in canonical order, and the punctuation that Thai texts use. */
static bool
is_plain(uint32_t before, uint32_t c)
{
	if (c < 0x300)
		return true;
	if (c >= THAI && c < THAI + 0x80) {
		int class = class_of(c);

		return class == 0 || class_of(before) <= class;
	}
	return c >= 0x2010 && c <= 0x2060;
}

static void
read_nfc(struct od_norm *m, struct od_span text)
{
	const char *p = text.p, *end = text.p + text.n;
	uint32_t c, before = 0;
	bool plain = true;

	m->c.n = 0;
	while (p < end) {
		p += od_utf8_get(p, end, &c);
		plain = plain && is_plain(before, c);
		before = c;
		push(m, c);
	}
	if (plain)
		return;
	m->c.n = 0;
	for (p = text.p; p < end;) {
		size_t from = m->c.n;

		p += od_utf8_get(p, end, &c);
		split(m, c);
		settle(m, from);
	}
	compose(m);
}

/* ---- Thai, case, white space */

/* 1 to 3: vowel signs, tones, the rest. 0: not a mark. */
static int
mark_of(uint32_t c)
{
	if (c == 0xe31 || (c >= 0xe34 && c <= 0xe3a) || c == 0xe47 || c == NIKHAHIT)
		return 1;
	if (c >= 0xe48 && c <= 0xe4b)
		return 2;
	return c == 0xe4c || c == 0xe4e ? 3 : 0;
}

static void
order_marks(uint32_t *p, size_t *n)
{
	size_t to = 0;

	for (size_t i = 0; i < *n; i++) {
		uint32_t c = p[i];
		size_t at = to;
		bool again = false;

		for (size_t k = 0; k < to; k++)
			again = again || p[k] == c;
		if (again)
			continue;
		while (at && mark_of(p[at - 1]) > mark_of(c)) {
			p[at] = p[at - 1];
			at--;
		}
		p[at] = c;
		to++;
	}
	*n = to;
}

static void
thai(struct od_norm *m)
{
	size_t to = 0, run = 0; /* run: marks that stand before `to` */

	for (size_t i = 0; i <= m->c.n; i++) {
		uint32_t c = i < m->c.n ? m->c.p[i] : 0;

		if (c == 0x200b || c == 0x2060 || c == 0xfeff)
			continue;
		if (mark_of(c)) {
			m->c.p[to++] = c;
			run++;
			continue;
		}
		if (run > 1) {
			size_t n = run;

			order_marks(m->c.p + to - run, &n);
			to = to - run + n;
		}
		run = 0;
		if (i < m->c.n)
			m->c.p[to++] = c;
	}
	m->c.n = to;
}

/* A sigma that ends a word has a form of its own (Unicode, Final_Sigma); letters and
 * what stands between them as far as Greek texts have them. */
static bool
is_letter(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == 0xaa ||
	       c == 0xb5 || c == 0xba ||
	       (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) ||
	       (c >= 0x370 && c <= 0x52f && c != 0x37e && c != 0x387) ||
	       (c >= 0x1e00 && c <= 0x1ffc);
}

static bool
is_between(uint32_t c)
{
	return c == '.' || c == '\'' || c == ':' || c == 0xad || c == 0xb7 ||
	       c == 0x387 || c == 0x2018 || c == 0x2019 || c == 0xe46 || mark_of(c) ||
	       class_of(c);
}

static bool
ends_word(const struct od_norm *m, size_t at)
{
	size_t before = at, after = at + 1;

	while (before && is_between(m->c.p[before - 1]))
		before--;
	while (after < m->c.n && is_between(m->c.p[after]))
		after++;
	return before && is_letter(m->c.p[before - 1]) &&
	       !(after < m->c.n && is_letter(m->c.p[after]));
}

static uint32_t
lower(uint32_t c)
{
	const struct od_norm_range *r;

	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	if (c >= THAI && c < THAI + 0x80)
		return c >= 0xe50 && c <= 0xe59 ? c - 0xe50 + '0' : c;
	r = find_range(od_norm_lower, od_norm_lower_n, c);
	return r ? (uint32_t)((int32_t)c + r->value) : c;
}

bool
od_norm_is_space(uint32_t c)
{
	return (c >= 9 && c <= 13) || c == 32 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

/* ---- symbols */

static void
put_symbol(struct od_buf *to, uint32_t c)
{
	if (c >= 0x20 && c < 0x80) {
		od_buf_putc(to, (char)c);
	} else if (c >= THAI && c < THAI + 0x80) {
		od_buf_putc(to, (char)(c - THAI + 0x80));
	} else {
		od_buf_putc(to, ESCAPE);
		for (int shift = 20; shift >= 0; shift -= 4)
			od_buf_putc(to, (char)(NIBBLE + ((c >> shift) & 15)));
	}
}

void
od_norm_put(struct od_norm *m, struct od_buf *to, struct od_span text)
{
	size_t start = to->n;
	bool space = false;

	read_nfc(m, text);
	thai(m);
	for (size_t i = 0; i < m->c.n; i++) {
		uint32_t c = m->c.p[i];

		if (od_norm_is_space(c) || c == 0xe2f || c == 0xe46 || c == '.') {
			space = true;
			continue;
		}
		if (space && to->n > start)
			od_buf_putc(to, ' ');
		space = false;
		if (c == 0x130) { /* the one letter that becomes two */
			put_symbol(to, 'i');
			put_symbol(to, 0x307);
		} else if (c == 0x3a3 && ends_word(m, i)) {
			put_symbol(to, 0x3c2);
		} else {
			put_symbol(to, lower(c));
		}
	}
}

void
od_symbols_put(struct od_buf *to, struct od_span text)
{
	const char *p = text.p, *end = text.p + text.n;

	while (p < end) {
		uint32_t c;

		p += od_utf8_get(p, end, &c);
		put_symbol(to, c);
	}
}

void
od_symbols_text(struct od_buf *to, struct od_span symbols)
{
	const unsigned char *p = (const unsigned char *)symbols.p;

	for (size_t i = 0; i < symbols.n; i++) {
		uint32_t c = p[i];
		char utf8[4];

		if (c == ESCAPE && symbols.n - i > 6) {
			c = 0;
			for (size_t k = 1; k <= 6; k++)
				c = c << 4 | (p[i + k] & 15u);
			i += 6;
		} else if (c >= 0x80) {
			c = c - 0x80 + THAI;
		}
		od_buf_put(to, utf8, od_utf8_put(utf8, c));
	}
}
