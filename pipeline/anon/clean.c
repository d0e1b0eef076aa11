#include "anon/clean.h"

#include <stdint.h>
#include <uchar.h>

#include "core/utf8.h"

/*
 * What a Thai character is to its neighbours. Only a few pairs of neighbours need work,
 * so that the scan of clean text is two table look-ups for each character. BELOW to
 * NIKHAHIT are the marks on one consonant in the order they are to stand in.
 */
enum {
	NONE,
	BELOW, /* vowels below, phinthu */
	ABOVE, /* vowels above, mai taikhu */
	TONE,
	KILL,     /* thanthakhat, yamakkan */
	NIKHAHIT, /* half of a decomposed sara am: last, so that the other half meets it
	           */
	AM,
	AA,
	E,
	CLASSES,
};

#define TH(c) ((c)-0xe00)

static const uint8_t thai_class[128] = {
    [TH(0xe31)] = ABOVE, [TH(0xe32)] = AA,    [TH(0xe33)] = AM,
    [TH(0xe34)] = ABOVE, [TH(0xe35)] = ABOVE, [TH(0xe36)] = ABOVE,
    [TH(0xe37)] = ABOVE, [TH(0xe38)] = BELOW, [TH(0xe39)] = BELOW,
    [TH(0xe3a)] = BELOW, [TH(0xe40)] = E,     [TH(0xe47)] = ABOVE,
    [TH(0xe48)] = TONE,  [TH(0xe49)] = TONE,  [TH(0xe4a)] = TONE,
    [TH(0xe4b)] = TONE,  [TH(0xe4c)] = KILL,  [TH(0xe4d)] = NIKHAHIT,
    [TH(0xe4e)] = KILL,
};

/*
 * Pairs that need work. Marks on a consonant strictly ascend: so there are at most
 * five, and putting one where it belongs looks back over at most five.
 */
static const uint8_t suspect[CLASSES][CLASSES] = {
    [BELOW] = {[BELOW] = 1},
    [ABOVE] = {[BELOW] = 1, [ABOVE] = 1},
    [TONE] = {[BELOW] = 1, [ABOVE] = 1, [TONE] = 1},
    [KILL] = {[BELOW] = 1, [ABOVE] = 1, [TONE] = 1, [KILL] = 1},
    [NIKHAHIT] =
	{[BELOW] = 1, [ABOVE] = 1, [TONE] = 1, [KILL] = 1, [NIKHAHIT] = 1, [AA] = 1},
    [AM] = {[TONE] = 1, [AM] = 1},
    [E] = {[E] = 1},
};

/* What the first byte of a character asks for. */
enum {
	PLAIN,  /* one byte, fine */
	TWO,    /* two bytes, fine if followed by a continuation byte */
	THREE,  /* three bytes, likewise */
	THAI,   /* 0xe0: Thai or another script */
	PUNCT,  /* 0xe2: punctuation, spaces and directions */
	DECODE, /* look at the character */
};

#define R4(x) x, x, x, x
#define R16(x) R4(x), R4(x), R4(x), R4(x)

static const uint8_t lead[256] = {
    /* 00 */ R4(DECODE),
    R4(DECODE),
    DECODE,
    PLAIN,
    PLAIN,
    DECODE,
    R4(DECODE),
    /* 10 */ R16(DECODE),
    /* 20 */ R16(PLAIN),
    R16(PLAIN),
    R16(PLAIN),
    R16(PLAIN),
    R16(PLAIN),
    /* 70 */ R4(PLAIN),
    R4(PLAIN),
    R4(PLAIN),
    PLAIN,
    PLAIN,
    PLAIN,
    DECODE,
    /* 80 */ R16(DECODE),
    R16(DECODE),
    R16(DECODE),
    R16(DECODE),
    /* c0 */ DECODE,
    DECODE,
    DECODE,
    TWO,
    R4(TWO),
    R4(TWO),
    DECODE,
    DECODE,
    TWO,
    TWO,
    /* d0 */ R4(TWO),
    R4(TWO),
    DECODE,
    TWO,
    TWO,
    TWO,
    R4(TWO),
    /* e0 */ THAI,
    DECODE,
    PUNCT,
    DECODE,
    R4(THREE),
    R4(THREE),
    THREE,
    DECODE,
    DECODE,
    DECODE,
    /* f0 */ R16(DECODE)};

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The class of the Thai character that ends at `p`, not before `from`. */
static unsigned
class_before(const char *from, const char *p)
{
	if (p - from < 3 || (unsigned char)p[-3] != 0xe0 ||
	    ((unsigned char)p[-2] & 0xfe) != 0xb8)
		return NONE;
	return thai_class[((unsigned)p[-2] & 1) << 6 | ((unsigned)p[-1] & 0x3f)];
}

/* U+20xx and U+21xx: what is neither space, line end nor invisible. */
static bool
punct_is_fine(const char *p)
{
	unsigned a = (unsigned char)p[1], b = (unsigned char)p[2];

	if (a == 0x80)
		return b >= 0x90 && b <= 0xbf && b != 0xa8 && b != 0xa9 &&
		       !(b >= 0xaa && b <= 0xaf);
	return a > 0x81 && a != 0x84; /* U+205F to 206F; U+2126, 212A, 212B */
}

enum { WIDE = 32, BESIDE = 5 }; /* bytes at a time; bytes before them that are read */

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/*
 * A bit for each class, and for each the classes that may not stand before it, by the
 * low four bits of the last byte of a character: U+0E3x and U+0E4x are two tables.
 */
static uint8_t is_low[2][16], not_before_low[2][16];

__attribute__((constructor)) static void
tables_make(void)
{
	for (unsigned i = 0x30; i < 0x50; i++) {
		unsigned now = thai_class[i], half = i >> 6, low = i & 15;

		if (now == NONE)
			continue;
		is_low[half][low] = (uint8_t)(1u << (now - 1));
		for (unsigned was = 1; was < CLASSES; was++)
			if (suspect[was][now])
				not_before_low[half][low] |= (uint8_t)(1u << (was - 1));
	}
}

static inline AVX2 __m256i
load(const char *p)
{
	return _mm256_loadu_si256((const void *)p);
}

static inline AVX2 __m256i
is(__m256i v, uint8_t c)
{
	return _mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)c));
}

/* What the tables say of the Thai characters whose last bytes begin at `p`. */
static inline AVX2 __m256i
look_up(const char *p, uint8_t tables[2][16])
{
	__m256i last = load(p), block = load(p - 1), sum = _mm256_setzero_si256();
	__m256i high = _mm256_and_si256(last, _mm256_set1_epi8((char)0xf0));
	__m256i low = _mm256_and_si256(last, _mm256_set1_epi8(0x0f));

	for (unsigned half = 0; half < 2; half++) {
		__m256i table = _mm256_broadcastsi128_si256(
		    _mm_loadu_si128((const void *)tables[half]));
		__m256i in = _mm256_and_si256(is(block, half ? 0xb9 : 0xb8),
		                              is(high, half ? 0x80 : 0xb0));

		in = _mm256_and_si256(in, is(load(p - 2), 0xe0));
		sum = _mm256_or_si256(
		    sum, _mm256_and_si256(in, _mm256_shuffle_epi8(table, low)));
	}
	return sum;
}

/* Whether the 32 bytes at `p` need no work: characters may begin before and end after.
 */
static inline AVX2 bool
is_clean_wide(const char *p)
{
	__m256i v = load(p), one = load(p - 1), two = load(p - 2);
	__m256i next = _mm256_and_si256(load(p + 1), _mm256_set1_epi8((char)0xfe));
	__m256i plain = _mm256_cmpgt_epi8(v, _mm256_set1_epi8(0x1f));
	__m256i tail = _mm256_cmpgt_epi8(_mm256_set1_epi8((char)0xc0), v);
	__m256i first, rest, bad;

	plain = _mm256_andnot_si256(is(v, 0x7f), plain);
	plain = _mm256_or_si256(plain, _mm256_or_si256(is(v, '\t'), is(v, '\n')));
	first = _mm256_and_si256(is(v, 0xe0), is(next, 0xb8));
	rest = _mm256_and_si256(tail, _mm256_or_si256(is(one, 0xe0), is(two, 0xe0)));
	plain = _mm256_or_si256(plain, first);
	/* Behind 0xe0 come two, so that no letter or other 0xe0 passes there. */
	bad = _mm256_and_si256(plain, _mm256_or_si256(is(one, 0xe0), is(two, 0xe0)));
	bad = _mm256_or_si256(
	    bad, _mm256_and_si256(look_up(p, not_before_low), look_up(p - 3, is_low)));
	plain = _mm256_or_si256(plain, rest);
	return _mm256_testz_si256(bad, bad) && _mm256_movemask_epi8(plain) == -1;
}

/* Past clean text from `p` on; it may end within a character. */
static AVX2 const char *
skip_wide(const char *p, const char *end)
{
	while (end - p >= WIDE + 1 && is_clean_wide(p))
		p += WIDE;
	return p;
}

static bool
has_wide(void)
{
	return __builtin_cpu_supports("avx2");
}
#else
static const char *
skip_wide(const char *p, const char *end)
{
	(void)end;
	return p;
}

static bool
has_wide(void)
{
	return false;
}
#endif

/* The end of the clean text that begins at `p`; `prev` is the class before it. */
static const char *
skip_clean(const char *p, const char *end, unsigned prev)
{
	const char *from = p, *narrow = has_wide() ? p + BESIDE : end;

	while (p < end) {
		unsigned char c = (unsigned char)*p;
		unsigned now;

		if (p >= narrow) {
			narrow = skip_wide(p, end);
			if (narrow > p) {
				/* Back to a character that was cut in two. */
				p = narrow;
				if (p[-1] == '\xe0')
					p -= 1;
				else if (p[-2] == '\xe0')
					p -= 2;
				prev = class_before(from, p);
			}
			narrow += WIDE;
			continue;
		}
		switch (lead[c]) {
		case PLAIN:
			p++;
			prev = NONE;
			continue;
		case TWO:
			if (end - p < 2 || !is_tail(p[1]))
				return p;
			p += 2;
			prev = NONE;
			continue;
		case THAI:
			if (end - p < 3 || ((unsigned char)p[1] & 0xfe) != 0xb8 ||
			    !is_tail(p[2]))
				return p;
			now = thai_class[((unsigned)p[1] & 1) << 6 |
			                 ((unsigned)p[2] & 0x3f)];
			if (suspect[prev][now])
				return p;
			prev = now;
			p += 3;
			continue;
		case PUNCT:
			if (end - p < 3 || !is_tail(p[1]) || !is_tail(p[2]) ||
			    !punct_is_fine(p))
				return p;
			p += 3;
			prev = NONE;
			continue;
		case THREE:
			if (end - p < 3 || !is_tail(p[1]) || !is_tail(p[2]))
				return p;
			p += 3;
			prev = NONE;
			continue;
		default:
			return p;
		}
	}
	return p;
}

/* Characters that become another one, are dropped, or start a new line. */
static const struct {
	uint32_t first, last;
	uint32_t to; /* 0: nothing */
} ranges[] = {
    {0x01, 0x08, 0},
    {0x0b, 0x0c, '\n'}, /* vertical tab and form feed parted lines and pages */
    {0x0d, 0x0d, '\n'}, /* the second half of CR LF is folded below */
    {0x0e, 0x1f, 0},
    {0x7f, 0x84, 0},
    {0x85, 0x85, '\n'}, /* next line */
    {0x86, 0x9f, 0},
    {0xa0, 0xa0, ' '},
    {0xad, 0xad, 0},     /* soft hyphen */
    {0x34f, 0x34f, 0},   /* combining grapheme joiner */
    {0x61c, 0x61c, 0},   /* Arabic letter mark */
    {0x115f, 0x1160, 0}, /* Hangul fillers show nothing */
    {0x1680, 0x1680, ' '},
    {0x17b4, 0x17b5, 0},
    {0x180b, 0x180f, 0},
    {0x2000, 0x200a, ' '},
    {0x200b, 0x200f, 0}, /* zero width (the joiner of emoji is seen to before), marks */
    {0x2028, 0x2029, '\n'},
    {0x202a, 0x202e, 0},
    {0x202f, 0x202f, ' '},
    {0x205f, 0x205f, ' '},
    {0x2060, 0x206f, 0},
    {0x2126, 0x2126, 0x3a9}, /* NFC: Ohm, Kelvin and Angstrom are letters */
    {0x212a, 0x212a, 'K'},
    {0x212b, 0x212b, 0xc5},
    {0x3000, 0x3000, ' '},
    {0x3164, 0x3164, 0},
    {0xe000, 0xf8ff, 0}, /* private use; Thai glyphs are seen to before */
    {0xfdd0, 0xfdef, 0}, /* not characters, for good */
    {0xfeff, 0xfeff, 0},
    {0xffa0, 0xffa0, 0},
    {0xfff0, 0xfffb, 0},
    {0xfffe, 0xffff, 0},
    {0x1bca0, 0x1bca3, 0},
    {0x1d173, 0x1d17a, 0},
    {0xe0000, 0x10ffff, 0}, /* tags, selectors, private planes */
};

/* Glyph variants of Thai fonts before OpenType (Windows and Adobe agree). */
static const uint16_t glyphs[] = {
    0xe10, 0xe34, 0xe35, 0xe36, 0xe37, 0xe48, 0xe49, 0xe4a, 0xe4b,
    0xe4c, 0xe48, 0xe49, 0xe4a, 0xe4b, 0xe4c, 0xe0d, 0xe31, 0xe4d,
    0xe47, 0xe48, 0xe49, 0xe4a, 0xe4b, 0xe4c, 0xe38, 0xe39, 0xe3a,
};

/* For a combining mark: letters and what they become, in pairs of characters. */
static const struct {
	uint32_t mark;
	const char32_t *pairs;
} composed[] = {
    {0x300, U"AÀEÈIÌOÒUÙaàeèiìoòuùNǸnǹ"},
    {0x301, U"AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzź"},
    {0x302, U"AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷ"},
    {0x303, U"AÃNÑOÕaãnñoõIĨiĩUŨuũ"},
    {0x304, U"AĀaāEĒeēIĪiīOŌoōUŪuū"},
    {0x306, U"AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭ"},
    {0x307, U"CĊcċEĖeėGĠgġIİZŻzż"},
    {0x308, U"AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸ"},
    {0x30a, U"AÅaåUŮuů"},
    {0x30b, U"OŐoőUŰuű"},
    {0x30c, U"CČcčDĎdďEĚeěNŇnňRŘrřSŠsšTŤtťZŽzž"},
    {0x327, U"CÇcçGĢKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţ"},
    {0x328, U"AĄaąEĘeęIĮiįUŲuų"},
};

/* 0 if there is no such letter below U+0180 (and two beside it). */
static uint32_t
compose(uint32_t letter, uint32_t mark)
{
	for (size_t i = 0; i < OD_ARRAY_LEN(composed); i++) {
		if (composed[i].mark != mark)
			continue;
		for (const char32_t *p = composed[i].pairs; *p; p += 2)
			if (p[0] == letter)
				return p[1];
	}
	return 0;
}

/* The text being made: it never grows beyond what it is made from. */
struct made {
	char *p;
	size_t n;
};

/* The last character, 0 if there is none. */
static uint32_t
made_last(const struct made *m, size_t *at)
{
	uint32_t c = 0;
	size_t i = m->n;

	if (i == 0)
		return 0;
	do
		i--;
	while (i > 0 && is_tail(m->p[i]));
	od_utf8_get(m->p + i, m->p + m->n, &c);
	*at = i;
	return c;
}

static void
made_put(struct made *m, uint32_t c)
{
	m->n += od_utf8_put(m->p + m->n, c);
}

static unsigned
class_of(uint32_t c)
{
	return c >= 0xe00 && c < 0xe80 ? thai_class[c - 0xe00] : NONE;
}

static void thai_put(struct made *m, uint32_t c);

/* Puts `c` before the last character, which begins at `at`. */
static void
thai_swap(struct made *m, size_t at, uint32_t last, uint32_t c)
{
	m->n = at;
	thai_put(m, c);
	thai_put(m, last);
}

/*
 * Puts a Thai character where it belongs. A second mark of one class on a consonant is
 * dropped, be it the same (typed twice) or another (no font shows both).
 */
static void
thai_put(struct made *m, uint32_t c)
{
	size_t at = 0;
	uint32_t last = made_last(m, &at);
	unsigned was = class_of(last), now = class_of(c);

	if (!suspect[was][now]) {
		made_put(m, c);
	} else if (was == NIKHAHIT && now == AA) {
		m->n = at;
		thai_put(m, 0xe33);
	} else if (was == E) {
		m->n = at;
		made_put(m, 0xe41);
	} else if (was != now) {
		thai_swap(m, at, last, c);
	}
}

static bool
is_pictogram(uint32_t c)
{
	return (c >= 0x1f000 && c < 0x20000) || (c >= 0x2190 && c < 0x2c00) ||
	       c == 0xfe0f;
}

/* Zero-width joiner and variation selectors mean something in emoji only. */
static bool
is_glue(uint32_t c)
{
	return c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f);
}

static void
glue_put(struct made *m, uint32_t c, const char *p, const char *end)
{
	size_t at;
	uint32_t next = 0;

	if (p < end)
		od_utf8_get(p, end, &next);
	if (is_pictogram(made_last(m, &at)) && (c != 0x200d || is_pictogram(next)))
		made_put(m, c);
}

static void
mark_put(struct made *m, uint32_t c)
{
	size_t at = 0;
	uint32_t whole = compose(made_last(m, &at), c);

	if (whole) {
		m->n = at;
		c = whole;
	}
	made_put(m, c);
}

/* Puts the character `c`, which ends at `p`, as what it is to be. */
static void
character_put(struct made *m, uint32_t c, const char *p, const char *end)
{
	if (c >= 0xf700 && c < 0xf700 + OD_ARRAY_LEN(glyphs))
		c = glyphs[c - 0xf700];
	if (c >= 0xe00 && c < 0xe80) {
		thai_put(m, c);
		return;
	}
	if (is_glue(c)) {
		glue_put(m, c, p, end);
		return;
	}
	if ((c & 0xfffe) == 0xfffe || (c == '\r' && p < end && *p == '\n'))
		return;
	for (size_t i = 0; i < OD_ARRAY_LEN(ranges) && c >= ranges[i].first; i++) {
		if (c <= ranges[i].last) {
			if (ranges[i].to)
				made_put(m, ranges[i].to);
			return;
		}
	}
	if (c >= 0x300 && c < 0x370)
		mark_put(m, c);
	else
		made_put(m, c);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static struct od_span
trim(struct od_span s)
{
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	return s;
}

const char *
od_clean(struct od_span in, struct od_arena *row, struct od_span *out)
{
	const char *p, *end = in.p + in.n;
	struct made m = {0};

	p = skip_clean(in.p, end, NONE);
	if (p == end) {
		*out = trim(in);
		return NULL;
	}
	/* U+212B and the like shrink, nothing grows: a dropped mark pays for a letter.
	 */
	m.p = od_arena_text(row, in.n);
	for (const char *from = in.p;;) {
		uint32_t c;
		unsigned n;

		memcpy(m.p + m.n, from, (size_t)(p - from));
		m.n += (size_t)(p - from);
		if (p == end)
			break;
		n = od_utf8_get(p, end, &c);
		if (n == 1 && c >= 0x80)
			return "not UTF-8";
		if (c == 0)
			return "holds a NUL";
		p += n;
		character_put(&m, c, p, end);
		from = p;
		p = skip_clean(p, end, class_before(m.p, m.p + m.n));
	}
	/* Some characters had to be looked at, and were fine: a flag, a joined emoji.
	 */
	if (m.n == in.n && memcmp(m.p, in.p, m.n) == 0)
		m.p = NULL;
	*out = trim(m.p ? (struct od_span){m.p, m.n} : in);
	return NULL;
}
