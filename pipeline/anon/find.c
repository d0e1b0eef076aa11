#include "anon/find.h"

#include "anon/gate.h"
#include "anon/guess.h"
#include "anon/titles.h"

#include <assert.h>

enum { BANKS = 3, SETS = 8 * BANKS };

/*
 * The words' letters for 32 bytes at a time. The words with one first letter are a set,
 * a bit in one of the banks; a letter is in a set if both the bits of its low four bits
 * and of its high three say so, by the place of the letter in the word. Likewise two
 * bytes that are not Thai.
 */
static struct {
	uint8_t low[BANKS][3][16], high[BANKS][3][16];
	uint8_t sign_low[2][16], sign_high[2][16];
	unsigned char firsts[SETS]; /* the first letter of each set */
	unsigned n;
} sets;

static void
letter_put(unsigned set, unsigned place, unsigned i)
{
	uint8_t bit = (uint8_t)(1u << set % 8);

	sets.low[set / 8][place][i & 15] |= bit;
	sets.high[set / 8][place][i >> 4] |= bit;
}

static void
word_put(const char *word)
{
	const char *end = word + strlen(word);
	unsigned first = od_letter(word), second = od_gate_letter(word + 3, end),
		 set = 0;

	while (set < sets.n && sets.firsts[set] != first)
		set++;
	if (set == sets.n) {
		assert(set < SETS);
		sets.firsts[sets.n++] = (unsigned char)first;
	}
	letter_put(set, 0, first);
	letter_put(set, 1, second);
	if (second)
		letter_put(set, 2, od_gate_letter(word + 6, end));
}

/* Pairs of bytes that are not Thai: the second matters if `seconds` are given. */
static void
sign_put(const char *firsts, const char *seconds, uint8_t bit)
{
	for (; *firsts; firsts++) {
		sets.sign_low[0][*firsts & 15] |= bit;
		sets.sign_high[0][(unsigned char)*firsts >> 4] |= bit;
	}
	for (unsigned i = 0; i < 16 && !seconds; i++)
		sets.sign_low[1][i] |= bit, sets.sign_high[1][i] |= bit;
	for (; seconds && *seconds; seconds++) {
		sets.sign_low[1][*seconds & 15] |= bit;
		sets.sign_high[1][(unsigned char)*seconds >> 4] |= bit;
	}
}

__attribute__((constructor)) static void
make(void)
{
	for (unsigned first = 0; first < 128; first++)
		for (const struct od_title *t = od_titles[first]; t && t->word; t++)
			word_put(t->word);
	for (const char *const *w = od_weak_titles; *w; w++)
		word_put(*w);
	for (const char *const *w = od_weak_leads; *w; w++)
		word_put(*w);
	word_put("ไลน์");
	sign_put("0123456789", NULL, 1);
	sign_put("@", NULL, 2);
	sign_put("\xef", NULL, 4);
	sign_put("([", "aA@", 8);
	sign_put("lL", "iI", 16);
	sign_put("MDPH", "rsioe.adgt", 32);
	sign_put("AGCSRL", "rsioe.adgt", 64);
}

/* Behind a character that is not Thai, or paiyannoi. */
static bool
is_run(const char *p, const char *at)
{
	return at - p < 3 || at[-3] != '\xe0' || at[-1] == '\xaf';
}

/* Whether a name may begin with the run. */
static unsigned
run(const char *at, const char *end)
{
	return od_guess_may_start(at, end) ? OD_FIND_RUN : 0;
}

/* What may begin at `at`, letter by letter. */
static unsigned
look(const char *p, const char *at, const char *end)
{
	unsigned char c = (unsigned char)*at,
		      next = at + 1 < end ? (unsigned char)at[1] : 0;
	unsigned v, what = 0;

	if (c == 0xe0) {
		if (end - at < 3)
			return 0;
		if (od_digit(at, end, &v))
			return OD_FIND_DIGIT;
		if (!od_is_thai(at, end))
			return 0;
		if (od_gate_open(&od_gates.title, at, end))
			what |= OD_FIND_TITLE;
		if (od_gate_open(&od_gates.lead, at, end))
			what |= OD_FIND_LEAD;
		return is_run(p, at) ? what | run(at, end) : what;
	}
	if (c >= '0' && c <= '9')
		return OD_FIND_DIGIT;
	if (c == 0xef) {
		if (od_digit(at, end, &v))
			return OD_FIND_DIGIT;
		return od_starts(at, end, "\xef\xbc\xa0") ? OD_FIND_AT : 0;
	}
	if (c == '@')
		return OD_FIND_AT;
	if (c == '(' || c == '[')
		return next == 'a' || next == 'A' || next == '@' ? OD_FIND_AT : 0;
	if ((c == 'l' || c == 'L') && (next == 'i' || next == 'I'))
		return OD_FIND_LINE;
	return strchr("MDPHAGCSRL", c) && c && strchr("rsioe.adgt", next) && next
	           ? OD_FIND_ENGLISH
	           : 0;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum {
	WIDE = 32,
	BEFORE = 3, /* bytes read before a block and behind it */
	BEHIND = 8,
};

static inline AVX2 __m256i
load(const char *p)
{
	return _mm256_loadu_si256((const void *)p);
}

static inline AVX2 __m256i
table(const uint8_t v[16])
{
	return _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)v));
}

static inline AVX2 __m256i
is(__m256i v, uint8_t c)
{
	return _mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)c));
}

/* The sets the bytes are in, by their low and high four bits. */
static inline AVX2 __m256i
in_sets(__m256i low, __m256i high, const uint8_t lows[16], const uint8_t highs[16])
{
	return _mm256_and_si256(_mm256_shuffle_epi8(table(lows), low),
	                        _mm256_shuffle_epi8(table(highs), high));
}

static inline AVX2 __m256i
low_bits(__m256i v)
{
	return _mm256_and_si256(v, _mm256_set1_epi8(15));
}

static inline AVX2 __m256i
high_bits(__m256i v)
{
	return low_bits(_mm256_srli_epi16(v, 4));
}

/* The letters or dots that begin at 32 places; `in` is 0 where none does. */
struct letters {
	__m256i low, high, in;
};

static inline AVX2 struct letters
letters(const char *p)
{
	__m256i first = load(p), thai = is(first, 0xe0), last = load(p + 2);
	__m256i half = _mm256_and_si256(load(p + 1), _mm256_set1_epi8(1));
	__m256i high =
	    _mm256_or_si256(_mm256_and_si256(high_bits(last), _mm256_set1_epi8(3)),
	                    _mm256_slli_epi16(half, 2));

	return (struct letters){.low = _mm256_and_si256(low_bits(last), thai),
	                        .high = _mm256_and_si256(high, thai),
	                        .in = _mm256_or_si256(thai, is(first, '.'))};
}

static inline AVX2 __m256i
letter_sets(const struct letters *l, unsigned bank, unsigned place)
{
	return _mm256_and_si256(
	    in_sets(l->low, l->high, sets.low[bank][place], sets.high[bank][place]),
	    l->in);
}

/* Where the first three letters are those of a word; behind a dot the first two. */
static inline AVX2 __m256i
words(const char *at)
{
	struct letters first = letters(at), second = letters(at + 3),
		       third = letters(at + 6);
	__m256i dot = is(load(at + 3), '.'), none = _mm256_set1_epi8(-1);

	for (unsigned bank = 0; bank < BANKS; bank++) {
		__m256i in = _mm256_and_si256(
		    _mm256_and_si256(letter_sets(&first, bank, 0),
		                     letter_sets(&second, bank, 1)),
		    _mm256_or_si256(letter_sets(&third, bank, 2), dot));

		none = _mm256_and_si256(none, is(in, 0));
	}
	return _mm256_andnot_si256(none, is(load(at), 0xe0));
}

/* A bit for each of the 32 bytes at `at` where something may begin. */
static AVX2 void
look_wide(struct od_finder *f, const char *at)
{
	__m256i v = load(at), thai = is(v, 0xe0);
	__m256i next = load(at + 1), signs, runs, digits;

	digits = _mm256_and_si256(
	    thai, _mm256_and_si256(is(next, 0xb9), is(high_bits(load(at + 2)), 9)));
	runs = _mm256_andnot_si256(
	    _mm256_andnot_si256(is(load(at - 1), 0xaf), is(load(at - 3), 0xe0)), thai);
	signs = _mm256_and_si256(
	    in_sets(low_bits(v), high_bits(v), sets.sign_low[0], sets.sign_high[0]),
	    in_sets(low_bits(next), high_bits(next), sets.sign_low[1],
	            sets.sign_high[1]));
	signs = _mm256_andnot_si256(is(signs, 0), _mm256_set1_epi8(-1));
	f->others = (uint32_t)_mm256_movemask_epi8(
	    _mm256_or_si256(_mm256_or_si256(words(at), digits), signs));
	f->runs = (uint32_t)_mm256_movemask_epi8(runs) & ~f->others;
}

/* Likewise near an end of the text, on a copy with nothing around it. */
static void
look_narrow(struct od_finder *f, const char *at)
{
	char copy[BEFORE + WIDE + BEHIND] = {0};
	size_t before = (size_t)(at - f->p), behind = (size_t)(f->end - at);

	before = before < BEFORE ? before : BEFORE;
	behind = behind < WIDE + BEHIND ? behind : WIDE + BEHIND;
	memcpy(copy + BEFORE - before, at - before, before + behind);
	look_wide(f, copy + BEFORE);
}

static const char *
find_wide(struct od_finder *f, const char *at, unsigned *what)
{
	for (; at < f->end; at = f->block + WIDE) {
		uint32_t later;

		if (!f->block || at - f->block >= WIDE) {
			if (at - f->p >= BEFORE && f->end - at >= WIDE + BEHIND)
				look_wide(f, at);
			else
				look_narrow(f, at);
			f->block = at;
		}
		later = UINT32_MAX << (at - f->block);
		for (uint32_t all = (f->others | f->runs) & later; all;
		     all &= all - 1) {
			unsigned i = (unsigned)__builtin_ctz(all);
			const char *q = f->block + i;

			if (f->others >> i & 1)
				*what = look(f->p, q, f->end);
			else
				*what = od_is_thai(q, f->end) ? run(q, f->end) : 0;
			if (*what)
				return q;
		}
	}
	return f->end;
}
#endif

const char *
od_find(struct od_finder *f, const char *at, unsigned *what)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2"))
		return find_wide(f, at, what);
#endif
	for (; at < f->end; at++) {
		*what = look(f->p, at, f->end);
		if (*what)
			return at;
	}
	return f->end;
}
