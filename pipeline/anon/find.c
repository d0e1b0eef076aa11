#include "anon/find.h"

#include "anon/gate.h"
#include "anon/guess.h"
#include "anon/titles.h"

#include <assert.h>

/* The second letters of English titles. */
#define ENGLISH "rsioe.adgtRSIO"

enum { BANKS = 3, SETS = 8 * BANKS };

/*
 * The words' letters for 32 bytes at a time. The words with one first letter are in one
 * set, a bit in one of the banks; a letter is in a set if both the bits of its low four
 * bits and of its high three say so, by the place of the letter in the word. Likewise
 * two bytes that are not Thai.
 */
static struct {
	uint8_t low[BANKS][3][16], high[BANKS][3][16];
	uint8_t sign_low[2][16], sign_high[2][16];
	unsigned words[128]; /* how many begin with the letter */
	uint8_t of[128];     /* the set of its words */
} sets;

static void
word_count(const char *word)
{
	sets.words[od_letter(word)]++;
}

/* The letters with the most words have a set each; the others share, few beside few. */
static void
sets_share(void)
{
	unsigned in[SETS] = {0};

	for (;;) {
		unsigned most = 0, least = 0;

		for (unsigned i = 1; i < 128; i++)
			if (!sets.of[i] && sets.words[i] > sets.words[most])
				most = i;
		if (sets.words[most] == 0)
			break;
		for (unsigned set = 1; set < SETS; set++)
			if (in[set] < in[least])
				least = set;
		in[least] += sets.words[most];
		sets.of[most] = (uint8_t)(least + 1);
	}
}

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
		 set = sets.of[first] - 1u;

	letter_put(set, 0, first);
	letter_put(set, 1, second);
	if (second)
		letter_put(set, 2, od_gate_letter(word + 6, end));
}

/* Calls `use` with each title and each leading word. */
static void
words_each(void (*use)(const char *word))
{
	for (unsigned first = 0; first < 128; first++)
		for (const struct od_title *t = od_titles[first]; t && t->word; t++)
			use(t->word);
	for (const char *const *w = od_weak_titles; *w; w++)
		use(*w);
	for (const char *const *w = od_weak_leads; *w; w++)
		use(*w);
	use("ไลน์");
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
	words_each(word_count);
	sets_share();
	words_each(word_put);
	sign_put("0123456789", NULL, 1);
	sign_put("@", NULL, 2);
	sign_put("\xef", NULL, 4);
	sign_put("([", "aA@", 8);
	sign_put("lL", "iI", 16);
	sign_put("MDPH", ENGLISH, 32);
	sign_put("AGCSRL", ENGLISH, 64);
}

/* Behind a character that is not Thai, paiyannoi or a Thai digit. */
static bool
is_run(const char *p, const char *at)
{
	return at - p < 3 || at[-3] != '\xe0' || at[-1] == '\xaf' ||
	       ((at[-2] & 1) && (at[-1] & 0x30) == 0x10);
}

/* Whether a name may begin with the run: it has two letters or more. */
static unsigned
run(const char *at, const char *end)
{
	return end - at > 3 && at[3] == '\xe0' && od_guess_may_start(at, end)
	           ? OD_FIND_RUN
	           : 0;
}

/* Whether a title or a leading word may begin with the letter. */
static unsigned
word(const char *at, const char *end)
{
	return (od_gate(at, end) & (OD_GATE_TITLE | OD_GATE_LEAD)) * OD_FIND_TITLE;
}

/* What may begin at `at`, letter by letter. */
static unsigned
look(const char *p, const char *at, const char *end)
{
	unsigned char c = (unsigned char)*at,
		      next = at + 1 < end ? (unsigned char)at[1] : 0;
	unsigned v;

	if (c == 0xe0) {
		if (end - at < 3)
			return 0;
		if (od_digit(at, end, &v))
			return OD_FIND_DIGIT;
		if (!od_is_thai(at, end))
			return 0;
		return word(at, end) | (is_run(p, at) ? run(at, end) : 0);
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
	return strchr("MDPHAGCSRL", c) && c && strchr(ENGLISH, next) && next
	           ? OD_FIND_ENGLISH
	           : 0;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum {
	HALF = 32,
	WIDE = 2 * HALF,
	BEHIND = 8, /* bytes that are read behind a block */
	DIGITS = 5, /* the high three bits of Thai digits, and of two signs */
	OUT = -128, /* an index that a shuffle has nothing at */
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

/* The letters or dots that begin at 32 places; `low` is OUT where none does. */
struct letters {
	__m256i low, high;
};

static inline AVX2 struct letters
letters(const char *p)
{
	__m256i first = load(p), thai = is(first, 0xe0), last = load(p + 2);
	__m256i half = _mm256_and_si256(load(p + 1), _mm256_set1_epi8(1));
	__m256i high =
	    _mm256_or_si256(_mm256_and_si256(high_bits(last), _mm256_set1_epi8(3)),
	                    _mm256_slli_epi16(half, 2));

	__m256i in = _mm256_or_si256(thai, is(first, '.'));
	__m256i low = _mm256_and_si256(low_bits(last), thai);

	return (struct letters){
	    .low = _mm256_or_si256(low, _mm256_andnot_si256(in, _mm256_set1_epi8(OUT))),
	    .high = _mm256_and_si256(high, thai)};
}

static inline AVX2 __m256i
letter_sets(const struct letters *l, unsigned bank, unsigned place)
{
	return in_sets(l->low, l->high, sets.low[bank][place], sets.high[bank][place]);
}

/* A bit for each byte that is not 0. */
static inline AVX2 uint64_t
bits(__m256i v)
{
	return (uint32_t)~_mm256_movemask_epi8(is(v, 0));
}

/* Where the first three letters are those of a word; behind a dot the first two. */
static inline AVX2 uint64_t
words(const char *at, const struct letters *first)
{
	struct letters second = letters(at + 3), third = letters(at + 6);
	__m256i dot = is(load(at + 3), '.'), any = _mm256_setzero_si256();

#pragma GCC unroll 4
	for (unsigned bank = 0; bank < BANKS; bank++) {
		__m256i in = _mm256_and_si256(letter_sets(first, bank, 0),
		                              letter_sets(&second, bank, 1));

		any = _mm256_or_si256(
		    any, _mm256_and_si256(
			     in, _mm256_or_si256(letter_sets(&third, bank, 2), dot)));
	}
	return bits(_mm256_and_si256(any, is(load(at), 0xe0)));
}

/* Where a digit is, or a sign that begins something. */
static inline AVX2 uint64_t
signs(const char *at, const struct letters *first)
{
	__m256i v = load(at), next = load(at + 1), digit = is(first->high, DIGITS);
	__m256i sign = _mm256_and_si256(
	    in_sets(low_bits(v), high_bits(v), sets.sign_low[0], sets.sign_high[0]),
	    in_sets(low_bits(next), high_bits(next), sets.sign_low[1],
	            sets.sign_high[1]));

	return bits(_mm256_or_si256(sign, digit));
}

/* Where a Thai character begins, where one follows, and where a run ends with it. */
struct seen {
	uint64_t thai, next, end;
};

static inline AVX2 struct seen
see(const char *at, const struct letters *first)
{
	__m256i end = _mm256_or_si256(is(load(at + 2), 0xaf), is(first->high, DIGITS));

	return (struct seen){
	    (uint32_t)_mm256_movemask_epi8(is(load(at), 0xe0)),
	    (uint32_t)_mm256_movemask_epi8(is(load(at + 3), 0xe0)),
	    (uint32_t)_mm256_movemask_epi8(end),
	};
}

/* Sets the bits of the block, whose bytes are at `bytes` too, with some behind it. */
static AVX2 void
look_wide(struct od_finder *f, const char *bytes)
{
	struct letters first[] = {letters(bytes), letters(bytes + HALF)};
	struct seen low = see(bytes, &first[0]), high = see(bytes + HALF, &first[1]);
	uint64_t thai = low.thai | high.thai << HALF,
		 next = low.next | high.next << HALF,
		 before = (thai & ~(low.end | high.end << HALF)) << 3;

	f->others = f->titles = 0;
#pragma GCC unroll 2
	for (unsigned i = 0; i < WIDE; i += HALF) {
		f->others |= signs(bytes + i, &first[i / HALF]) << i;
		f->titles |= words(bytes + i, &first[i / HALF]) << i;
	}
	for (unsigned i = 0; i < 3 && f->block + i < f->end; i++)
		before |= (uint64_t)!is_run(f->p, f->block + i) << i;
	f->runs = thai & next & ~before;
}

/* Likewise near the end of the text, on a copy with nothing behind it. */
static void
look_narrow(struct od_finder *f)
{
	char copy[WIDE + BEHIND] = {0};

	if (f->end - f->block == WIDE)
		memcpy(copy, f->block, WIDE);
	else
		memcpy(copy, f->block, (size_t)(f->end - f->block));
	look_wide(f, copy);
}

/*
 * Takes out the letters that no word and no name begin with: all of a block at once,
 * for a branch on each is foreseen wrongly too often.
 */
static void
sift(struct od_finder *f)
{
	uint64_t words = f->titles;

	f->titles = f->leads = 0;
	for (; words; words &= words - 1) {
		unsigned i = (unsigned)__builtin_ctzll(words);
		unsigned lists = od_gate(f->block + i, f->end);

		f->titles |= (uint64_t)(lists & OD_GATE_TITLE) << i;
		f->leads |= (uint64_t)((lists & OD_GATE_LEAD) >> 1) << i;
	}
	f->runs = od_guess_sift(f->block, f->end, f->runs);
}

/* The block that `at` is in, from there on; the last one ends with the text. */
static void
block_read(struct od_finder *f, const char *at)
{
	uint64_t later;

	f->block = at;
	if (f->end - at >= WIDE + BEHIND) {
		look_wide(f, at);
	} else {
		f->block = f->end - f->p > WIDE ? f->end - WIDE : f->p;
		if (at < f->block)
			f->block = at;
		look_narrow(f);
	}
	later = UINT64_MAX << (at - f->block);
	f->others &= later;
	f->titles &= later;
	f->runs &= later;
	sift(f);
}

/* What may begin at the place `i` of the block; 0 is nothing. */
static unsigned
begins(const struct od_finder *f, unsigned i)
{
	if (f->others >> i & 1)
		return look(f->p, f->block + i, f->end);
	return (f->titles >> i & 1 ? OD_FIND_TITLE : 0) |
	       (f->leads >> i & 1 ? OD_FIND_LEAD : 0) |
	       (f->runs >> i & 1 ? OD_FIND_RUN : 0);
}

static const char *
find_wide(struct od_finder *f, const char *at, unsigned *what)
{
	for (; at < f->end; at = f->block + WIDE) {
		uint64_t all;

		if (!f->block || at - f->block >= WIDE)
			block_read(f, at);
		all = f->others | f->titles | f->leads | f->runs;
		for (all &= UINT64_MAX << (at - f->block); all; all &= all - 1) {
			unsigned i = (unsigned)__builtin_ctzll(all);

			*what = begins(f, i);
			if (*what)
				return f->block + i;
		}
	}
	return f->end;
}
#endif

const char *
od_find_by_letter(const struct od_finder *f, const char *at, unsigned *what)
{
	for (; at < f->end; at++) {
		*what = look(f->p, at, f->end);
		if (*what)
			return at;
	}
	return f->end;
}

const char *
od_find(struct od_finder *f, const char *at, unsigned *what)
{
#if defined(__x86_64__)
	return __builtin_cpu_supports("avx2") ? find_wide(f, at, what)
	                                      : od_find_by_letter(f, at, what);
#else
	return od_find_by_letter(f, at, what);
#endif
}
