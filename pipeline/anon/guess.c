#include "anon/guess.h"

#include "anon/gate.h"
#include "anon/titles.h"
#include "anon/words.h"

/* Makes `starts` and `weights`. */
#ifndef OD_GUESS_MODEL
#define OD_GUESS_MODEL "anon/model.inc"
#endif
#include OD_GUESS_MODEL

/*
 * From which score on a guess is a name; near a telephone and the words of contacts
 * less will do, and a lone word that is the whole text must be more. What the given
 * name alone must score for the rest to be looked at.
 */
enum {
	SURE = -30,
	CONTACT = -90,
	BARE = 48,
	GIVEN_MIN = -120,
};

/* Parts the features of a given name from those of the rest. */
#define GIVEN UINT32_C(0x2545f491)

struct features {
	uint16_t *v;
	unsigned n;
};

static uint32_t
mix(uint32_t h, uint32_t c)
{
	return (h ^ c) * UINT32_C(0x9e3779b1) ^ (h >> 15);
}

static void
put(struct features *f, uint32_t h)
{
	if (f->n < OD_GUESS_FEATURES)
		f->v[f->n++] =
		    (uint16_t)((h * UINT32_C(0x85ebca6b)) >> (32 - OD_GUESS_BITS));
}

/* The pieces of a name. */
static void
name_put(struct features *f, uint32_t seed, const char *at, const char *to)
{
	uint32_t h = mix(seed, 1), back = mix(seed, 2);
	unsigned n = (unsigned)(to - at) / 3;

	put(f, mix(mix(seed, 3), n));
	for (unsigned i = 0; i < n; i++) {
		h = mix(h, od_letter(at + 3 * (size_t)i));
		if (i < 5)
			put(f, h);
	}
	put(f, mix(h, 4));
	for (unsigned i = 0; i < n && i < 5; i++) {
		back = mix(back, od_letter(to - 3 - 3 * (size_t)i));
		put(f, back);
	}
	for (unsigned i = 0; i + 3 <= n; i++) {
		uint32_t in = mix(seed, 5);

		for (unsigned k = 0; k < 3; k++)
			in = mix(in, od_letter(at + 3 * (size_t)(i + k)));
		put(f, in);
		if (i + 4 <= n)
			put(f, mix(in, od_letter(at + 3 * (size_t)(i + 3))));
	}
}

/* A sign beside a name as one of a few: quotes are one, so are digits. */
static uint32_t
sign(const char *p, const char *end, unsigned *n)
{
	unsigned v, bytes;

	*n = 1;
	if (p >= end)
		return 1;
	bytes = od_digit(p, end, &v);
	if (bytes) {
		*n = bytes;
		return 2;
	}
	if (end - p >= 3 && (unsigned char)p[0] == 0xe2) {
		*n = 3;
		return (unsigned char)p[1] == 0x80 && ((unsigned)p[2] & 0x3c) == 0x18
		           ? 4
		           : 3;
	}
	if (*p == '"' || *p == '\'')
		return 4;
	if ((unsigned char)*p >= 0x80)
		return 5;
	if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z'))
		return 6;
	return 16u + (unsigned char)*p;
}

static void
before_put(struct features *f, const char *p, const char *at)
{
	uint32_t h = mix(GIVEN, 6), s = 1;
	unsigned n, signs = 0;

	while (at > p && signs < 2 && !od_is_thai_before(p, at)) {
		const char *q = at - 1;

		while (q > p && ((unsigned char)*q & 0xc0) == 0x80)
			q--;
		s = sign(q, at, &n);
		h = mix(h, s);
		put(f, h);
		at = q;
		signs++;
	}
	if (at <= p)
		put(f, mix(h, 1));
	for (unsigned i = 0; i < 8 && od_is_thai_before(p, at); i++, at -= 3) {
		h = mix(h, od_letter(at - 3));
		if (i)
			put(f, h);
	}
}

static void
after_put(struct features *f, uint32_t seed, const char *at, const char *end)
{
	uint32_t h = mix(seed, 7);
	unsigned n, signs = 0;

	while (at < end && signs < 2 && !od_is_thai(at, end)) {
		h = mix(h, sign(at, end, &n));
		put(f, h);
		at += n;
		signs++;
	}
	if (at >= end)
		put(f, mix(h, 1));
	for (unsigned i = 0; i < 8 && od_is_thai(at, end); i++, at += 3) {
		h = mix(h, od_letter(at));
		if (i)
			put(f, h);
	}
}

/* What depends on whether a family name is there. */
static void
tail_put(struct features *f, const struct od_guess *g)
{
	uint32_t seed = g->family ? 0x51ed270b : 0x1b873593;
	const char *to = g->family ? g->family_to : g->given_to;
	unsigned n;
	uint32_t before = sign(g->given > g->p ? g->given - 1 : g->end, g->end, &n);

	if (g->family)
		name_put(f, seed, g->family, g->family_to);
	after_put(f, seed, to, g->end);
	put(f, mix(mix(seed, 10), before));
	put(f, mix(mix(mix(seed, 11), before), sign(to, g->end, &n)));
}

unsigned
od_guess_features(const struct od_guess *g, uint16_t features[OD_GUESS_FEATURES])
{
	struct features f = {features, 0};

	name_put(&f, GIVEN, g->given, g->given_to);
	before_put(&f, g->p, g->given);
	tail_put(&f, g);
	return f.n;
}

static int
sum(const struct features *f)
{
	int n = 0;

	for (unsigned i = 0; i < f->n; i++)
		n += weights[f->v[i]];
	return n;
}

/* The first four letters, as many as there are. */
static inline unsigned
start(const char *given, const char *end)
{
	uint32_t h = 12, is = 1;

	if (end - given >= 12) {
		for (unsigned i = 0; i < 4; i++, given += 3) {
			is &= od_is_thai_near(given);
			h ^= (h ^ mix(h, od_letter(given))) & -is;
		}
	} else {
		for (unsigned i = 0; i < 4 && od_is_thai(given, end); i++, given += 3)
			h = mix(h, od_letter(given));
	}
	return h * UINT32_C(0x85ebca6b) >> (32 - OD_GUESS_START_BITS);
}

static inline bool
may_start(const char *given, const char *end)
{
	unsigned i = start(given, end);

	return starts[i / 64] >> (i % 64) & 1;
}

unsigned
od_guess_start(const char *given, const char *end)
{
	return start(given, end);
}

bool
od_guess_may_start(const char *given, const char *end)
{
	return may_start(given, end);
}

uint64_t
od_guess_sift(const char *at, const char *end, uint64_t runs)
{
	uint64_t sifted = 0;

	for (; runs; runs &= runs - 1) {
		unsigned i = (unsigned)__builtin_ctzll(runs);

		sifted |= (uint64_t)(od_is_thai(at + i, end) & may_start(at + i, end))
		          << i;
	}
	return sifted;
}

/* Past the first of the words that stands at `at`; all have two letters or more. */
static const char *
leads(const char *at, const char *end, const char *const *words)
{
	for (; end - at >= 6 && *words; words++)
		if ((*words)[5] == at[5] && (*words)[2] == at[2] &&
		    od_starts(at, end, *words))
			return at + strlen(*words);
	return NULL;
}

const char *
od_guess_begin(const char *p, const char *at, const char *end, const char **title)
{
	const char *to;

	*title = at;
	if (!(od_gate(at, end) & OD_GATE_LEAD))
		return od_is_thai_before(p, at) ? NULL : at;
	to = leads(at, end, od_weak_titles);
	if (to && od_is_thai(to, end) && !od_is_dependent(to, end))
		return to;
	to = leads(at, end, od_weak_leads);
	if (to && od_is_thai(to, end) && !od_is_dependent(to, end)) {
		*title = to;
		return to;
	}
	return od_is_thai_before(p, at) ? NULL : at;
}

/* The first two letters of the words that end a name: few places have such a pair. */
static uint64_t end_pairs[128][2];

__attribute__((constructor)) static void
make(void)
{
	for (const char *const *w = od_guess_ends; *w; w++) {
		unsigned second = od_letter(*w + 3);

		end_pairs[od_letter(*w)][second >> 6] |= UINT64_C(1) << (second & 63);
	}
}

/* Whether one of them may begin with the two letters at `p`. */
static inline bool
may_end(const char *p)
{
	unsigned second = od_letter(p + 3);

	return end_pairs[od_letter(p)][second >> 6] >> (second & 63) & 1;
}

/* Where a name of 2 to OD_GUESS_LETTERS letters ends that begins at `p`, or NULL. */
static const char *
name_end(const char *p, const char *end)
{
	const char *to = p;

	if (!od_is_thai(p, end) || od_is_dependent(p, end) ||
	    ((od_gate(p, end) & OD_GATE_NO_GUESS) &&
	     od_begins_any(p, end, od_no_guess)))
		return NULL;
	for (unsigned n = 0; od_is_thai(to, end); n++, to += 3) {
		if (n >= 2 && end - to >= 6 && may_end(to) && !od_is_leading(to - 3) &&
		    leads(to, end, od_guess_ends))
			break;
		if (n == OD_GUESS_LETTERS)
			return NULL;
	}
	return to - p >= 6 ? to : NULL;
}

/* Likewise the given name alone. */
static bool
given_read(struct od_guess *g, const char *p, const char *given, const char *end)
{
	*g = (struct od_guess){.p = p, .end = end, .given = given};
	g->given_to = name_end(given, end);
	return g->given_to != NULL;
}

static void
family_read(struct od_guess *g)
{
	const char *next = od_spaces(g->given_to, g->end, 2);

	g->family_to = next == g->given_to ? NULL : name_end(next, g->end);
	if (g->family_to)
		g->family = next;
}

bool
od_guess_read(struct od_guess *g, const char *p, const char *given, const char *end)
{
	if (!given_read(g, p, given, end))
		return false;
	family_read(g);
	return true;
}

static bool
is_contact(const struct od_scan *s, const char *title, const char *to)
{
	const char *next = od_spaces(to, s->end, 3);

	if (next < s->end && strchr("(:,", *next))
		next = od_spaces(next + 1, s->end, 1);
	for (const char *const *w = od_words_phone; *w; w++)
		if (od_scan_word(next, s->end, *w))
			return true;
	return od_scan_has(od_scan_back(s, title, 60), title, od_words_contact);
}

static bool
is_name(const struct od_scan *s, const char *title, const char *to, int score)
{
	return score >= SURE || (score >= CONTACT && is_contact(s, title, to));
}

/* The letter of an abbreviation of one letter that touches `at`, as in "ต.หนองขาม". */
static unsigned
abbreviation(const char *p, const char *at)
{
	const char *letter = at - p >= 4 && at[-1] == '.' ? at - 4 : NULL;

	if (!letter || !od_is_thai(letter, at) || od_is_thai_before(p, letter) ||
	    (letter > p && letter[-1] == '.'))
		return 0;
	return 0xe00 + od_letter(letter);
}

/* Whether a place follows: the one of a teacher is that of a district, too. */
static bool
is_place(const struct od_guess *g)
{
	switch (abbreviation(g->p, g->given)) {
	case U'ต':
	case U'จ':
	case U'ซ':
	case U'ถ':
	case U'ม':
	case U'บ':
		return true;
	case U'อ':
		return !g->family;
	default:
		return false;
	}
}

const char *
od_scan_guess(struct od_scan *s, const char *at)
{
	uint16_t v[OD_GUESS_FEATURES];
	struct features f = {v, 0};
	const char *title,
	    *given = at < s->done ? NULL : od_guess_begin(s->p, at, s->end, &title);
	struct od_guess g, one;
	int head, alone, both;

	if (!given)
		return at;
	if (!may_start(given, s->end) || !given_read(&g, s->p, given, s->end))
		return at;
	name_put(&f, GIVEN, g.given, g.given_to);
	head = sum(&f);
	if (head < GIVEN_MIN)
		return at;
	family_read(&g);
	if (is_place(&g))
		return at;
	f.n = 0;
	before_put(&f, g.p, g.given);
	head += sum(&f);
	one = g;
	one.family = one.family_to = NULL;
	f.n = 0;
	tail_put(&f, &one);
	alone = head + sum(&f);
	if (g.family) {
		f.n = 0;
		tail_put(&f, &g);
		both = head + sum(&f);
		if (both >= alone && is_name(s, title, g.family_to, both)) {
			od_scan_add(s, title, g.family_to, OD_PII_NAME);
			return g.family_to;
		}
	}
	if (!is_name(s, title, g.given_to, alone) ||
	    (alone < BARE && given == s->p && g.given_to == s->end))
		return at;
	od_scan_add(s, title, g.given_to, OD_PII_NAME);
	return g.given_to;
}
