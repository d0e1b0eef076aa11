#include "anon/gate.h"

#include "anon/titles.h"

#include <assert.h>

/*
 * Names of persons: a title, then a given name, then a family name.
 *
 * The given name is the word behind the title up to a space, the family name the word
 * after it. Thai has no spaces between words, so either may run on into prose: a name
 * of more than MAX letters ends at the first word that no name contains, or at MAX.
 */
enum {
	GIVEN_MAX = 20,
	FAMILY_MAX = 22,
	RUN_MAX = 64, /* letters of a run that are looked at */
	PROSE_MIN = 13,
	SURE_MAX = 12,
	TITLES_MAX = 6,
	HEADS = 400, /* of all titles, and one for each letter */
};

/* A run of Thai letters. */
struct run {
	const char *at, *to;
	unsigned letters;
};

static bool
is_nai(const struct od_title *t)
{
	return strcmp(t->word, "นาย") == 0;
}

static bool
is_nai_or_nang(const struct od_title *t)
{
	return is_nai(t) || strcmp(t->word, "นาง") == 0;
}

static struct run
run_read(const char *p, const char *end)
{
	struct run r = {p, p, 0};

	if (od_is_dependent(p, end))
		return r;
	while (r.letters < RUN_MAX && od_is_thai(r.to, end)) {
		r.to += 3;
		r.letters++;
	}
	return r;
}

static bool
ends_any(const char *from, const char *p, const char *const *words)
{
	for (; *words; words++)
		if (od_ends(from, p, *words))
			return true;
	return false;
}

/* Where the first of the words stands in the run, `skip` letters in or later. */
static const char *
find_any(const struct run *r, unsigned skip, const char *const *words)
{
	uint64_t first[2] = {0, 0};

	if (r->letters <= skip)
		return NULL;
	for (const char *const *w = words; *w; w++)
		first[od_letter(*w) >> 6] |= UINT64_C(1) << (od_letter(*w) & 63);
	for (const char *p = r->at + 3 * (size_t)skip; p < r->to; p += 3) {
		unsigned i = od_letter(p);

		if ((first[i >> 6] >> (i & 63) & 1) && !od_is_leading(p - 3) &&
		    od_begins_any(p, r->to, words))
			return p;
	}
	return NULL;
}

/*
 * Past the title's word: a space may stand after its dots but the last, which may be
 * missing before a space. NULL if it is another word.
 */
static const char *
word_read(const char *p, const char *end, const char *word)
{
	bool dotted = false;

	for (const char *w = word; *w; w++) {
		if (*w == '.' && dotted && w[1] == 0 && p < end && *p == ' ')
			return p;
		if (p >= end || *p != *w)
			return NULL;
		p++;
		if (*w == '.') {
			dotted = true;
			if (w[1])
				p = od_spaces(p, end, 1);
		} else if (*w == ' ') {
			p = od_spaces(p, end, 2);
		}
	}
	return od_is_dependent(p, end) ? NULL : p;
}

/*
 * The titles by their first letter as the sixteen bytes behind it, up to a dot or space
 * that more spaces may follow: nearly all differ there. Made before main() begins.
 */
static struct head {
	uint64_t bytes[2], mask[2];
	const struct od_title *title; /* NULL behind the last of a letter */
} heads[HEADS];

static const struct head *heads_of[128];

/* Up to eight bytes at `p`; 0 behind the end. */
static uint64_t
eight(const char *p, const char *end)
{
	uint64_t v = 0;

	if (end - p >= 8)
		memcpy(&v, p, 8);
	else if (end > p)
		memcpy(&v, p, (size_t)(end - p));
	return v;
}

__attribute__((constructor)) static void
make(void)
{
	struct head *h = heads;

	for (unsigned first = 0; first < 128; first++) {
		heads_of[first] = h;
		for (const struct od_title *t = od_titles[first]; t && t->word; t++) {
			const char *from = t->word + 3, *to = from;

			while (*to && to - from < 16 && to[-1] != '.' && to[-1] != ' ')
				to++;
			assert(h < heads + HEADS - 1);
			memset(h->mask, 0xff, (size_t)(to - from));
			memcpy(h->bytes, from, (size_t)(to - from));
			h++->title = t;
		}
		assert(h < heads + HEADS - 1);
		h++;
	}
}

static const char *
title_read(const char *p, const char *end, const struct od_title **title)
{
	uint64_t bytes[2];

	if (!od_is_thai(p, end) || !(od_gate(p, end) & OD_GATE_TITLE))
		return NULL;
	bytes[0] = eight(p + 3, end);
	bytes[1] = eight(p + 11, end);
	for (const struct head *h = heads_of[od_letter(p)]; h->title; h++) {
		const char *to;

		if (((bytes[0] ^ h->bytes[0]) & h->mask[0]) |
		    ((bytes[1] ^ h->bytes[1]) & h->mask[1]))
			continue;
		to = word_read(p, end, h->title->word);
		if (to) {
			*title = h->title;
			return to;
		}
	}
	return NULL;
}

/* Takes the first letters of a title with dots off the end of a run: "ใจดีพ.ต.ท." */
static void
run_trim(struct run *r, const char *end)
{
	const struct od_title *t;

	if (r->to >= end || *r->to != '.')
		return;
	for (unsigned back = 3; back >= 1; back--) {
		const char *p = r->to - 3 * (size_t)back;
		const char *to;

		if (back + 2 > r->letters)
			continue;
		to = title_read(p, end, &t);
		if (to && to[-1] == '.') {
			r->to = p;
			r->letters -= back;
			return;
		}
	}
}

/* Past one "(พิเศษ)", "หญิง" and the like. */
static const char *
addition_read(const char *p, const char *end)
{
	static const char *const words[] = {"(พิเศษ)", "(หญิง)", "หญิง ",     "(เกียรติคุณ)",
	                                    "(คลินิก)", "พิเศษ ", "เกียรติคุณ ", "กิตติคุณ ",
	                                    "คลินิก ",  "(ป)",   "(ญ)",      NULL};
	const char *q = od_spaces(p, end, 1);

	for (size_t i = 0; words[i]; i++)
		if (od_begins(q, end, words[i]))
			return q + strlen(words[i]) -
			       (words[i][strlen(words[i]) - 1] == ' ');
	return p;
}

/* Past those between titles: "ศ.คลินิก เกียรติคุณ นพ." has two. */
static const char *
title_addition(const char *p, const char *end)
{
	return addition_read(addition_read(p, end), end);
}

/* All titles from `p`: "พล.ต.ท. ดร."; *last is the one before the name. */
static const char *
titles_read(const char *p, const char *end, const struct od_title **last)
{
	const char *to = title_read(p, end, last), *next;
	const struct od_title *t;

	for (unsigned i = 0; to && i < TITLES_MAX; i++) {
		to = title_addition(to, end);
		next = title_read(od_spaces(to, end, 2), end, &t);
		if (!next || (t->glue == OD_GLUE_NEVER && !t->alone))
			break;
		/* A title behind นาย or นาง is part of the name, if it has no dot. */
		if (!(*last)->spaced && next[-1] != '.' && !t->spaced)
			break;
		*last = t;
		to = next;
	}
	return to;
}

/* "ป." of a monk's or a boy's given name. */
static const char *
initial_read(const char *p, const char *end)
{
	if (od_is_thai(p, end) && od_letter(p) <= 0x2e && end - p > 4 && p[3] == '.' &&
	    od_is_thai(p + 4, end) && !od_is_dependent(p + 4, end))
		return p + 4;
	return p;
}

/*
 * Whether the run cannot be a given name, whatever follows it; `apart` if a space
 * stands before it, where นาง and นวล are no bird.
 */
static bool
is_trap(const struct run *r, const char *end, const struct od_title *t, bool apart)
{
	if (r->letters < 2 || (!apart && od_begins_any(r->at, end, t->traps)))
		return true;
	/* Letters of an abbreviation: "นพ.สสจ." */
	if (r->letters <= 4 && r->to < end && *r->to == '.')
		return true;
	/* "นาย" and "ก": a president, but for the names on the list. */
	return is_nai(t) && od_begins(r->at, end, "ก") &&
	       !od_is_dependent(r->at + 3, end) &&
	       !od_begins_any(r->at, end, od_given_ko);
}

/* A short one may begin like anything when a family name follows. */
static bool
is_given(const struct run *r, const char *end, const struct od_title *t, bool family)
{
	return (family && t->alone && r->letters <= SURE_MAX) ||
	       !od_begins_any(r->at, end, od_not_given);
}

/*
 * Where another person begins in the run: a title that may stand anywhere and has some
 * letters behind it, with the "and" before it. NULL if nowhere.
 */
static const char *
find_title(const struct run *r)
{
	const struct od_title *t;

	for (const char *p = r->at + 6; p + 15 <= r->to; p += 3) {
		const char *to = od_is_leading(p - 3) ? NULL : title_read(p, r->to, &t);

		if (!to || t->glue != OD_GLUE_ALWAYS ||
		    (to + 6 > r->to && !(to == r->to && t->spaced)))
			continue;
		return od_ends(r->at + 6, p, "และ") ? p - 9 : p;
	}
	return NULL;
}

/* Where the family name in the run ends; NULL if the run is none. */
static const char *
family_end(const struct run *r, const char *end)
{
	const struct od_title *t;
	const char *to = r->to, *stop;
	bool known = od_begins_any(r->at, end, od_families);
	unsigned letters = r->letters;

	if (r->letters < 2 || (!known && od_begins_any(r->at, end, od_not_family)))
		return NULL;
	if (r->letters <= 4 && r->to < end && *r->to == '.')
		return NULL;
	stop = title_read(r->at, end, &t);
	if (stop && !known &&
	    (stop[-1] == '.' || is_nai_or_nang(t) || t->glue == OD_GLUE_ALWAYS ||
	     (t->glue == OD_GLUE_FAMILY && r->letters > 6)))
		return NULL;
	stop = find_any(r, 2, od_name_ends);
	if (!stop)
		stop = find_title(r);
	if (stop)
		letters = (unsigned)(stop - r->at) / 3;
	if (!known && letters >= PROSE_MIN && od_begins_any(r->at, end, od_prose))
		return NULL;
	if (stop)
		return stop;
	if (r->letters <= FAMILY_MAX)
		return to;
	stop = find_any(r, 3, od_prose);
	to = stop ? stop : r->at + 3 * (size_t)FAMILY_MAX;
	while (od_is_dependent(to, r->to))
		to += 3;
	return to;
}

/* Past a third short name: "ลี เซียน ลุง"; `to` if there is none. */
static const char *
third_read(const char *to, const char *end)
{
	const char *q = od_spaces(to, end, 1);
	struct run r = run_read(q, end);
	const struct od_title *t;

	if (q == to || r.letters < 2 || r.letters > 7 ||
	    od_begins_any(q, end, od_not_family) || od_begins_any(q, end, od_prose) ||
	    od_begins_any(q, end, od_not_given) || title_read(q, end, &t) ||
	    (r.to < end && *r.to == '.'))
		return to;
	return r.to;
}

/* Past "ณ อยุธยา" or "บิน อิบราฮีม"; NULL if there is none. */
static const char *
particle_read(const char *p, const char *end)
{
	for (const char *const *w = od_particles; *w; w++) {
		struct run r;

		if (!od_begins(p, end, *w))
			continue;
		r = run_read(od_spaces(p + strlen(*w) - 1, end, 2), end);
		return r.letters > 1 && r.letters <= GIVEN_MAX ? r.to : NULL;
	}
	return NULL;
}

/* Past a short word in brackets, as of a name by which one is called; `p` if there is
 * none. */
static const char *
nickname_read(const char *p, const char *end)
{
	const char *q = od_spaces(p, end, 1);
	struct run r;

	if (q >= end || *q != '(')
		return p;
	r = run_read(q + 1, end);
	return r.letters >= 2 && r.letters <= 6 && r.to < end && *r.to == ')' &&
	               !od_begins_any(r.at, end, od_not_family)
	           ? r.to + 1
	           : p;
}

/* Past the family name behind `p`, with "ณ อยุธยา" and "-ใจดี"; NULL if there is none. */
static const char *
family_read(const char *p, const char *end)
{
	const char *given = nickname_read(p, end), *q = od_spaces(given, end, 8), *to,
		   *next;
	bool short_one;
	struct run r;

	if (q == given)
		return NULL;
	to = particle_read(q, end);
	if (to)
		return to;
	r = run_read(q, end);
	run_trim(&r, end);
	to = family_end(&r, end);
	if (!to || to < r.to)
		return to;
	short_one = r.letters <= 5;
	if (to < end && *to == '-') {
		r = run_read(to + 1, end);
		if (r.letters > 1 && r.letters <= GIVEN_MAX)
			to = r.to;
	}
	next = od_spaces(to, end, 2);
	if (next > to && particle_read(next, end))
		return particle_read(next, end);
	return short_one ? third_read(to, end) : to;
}

/* Where the given name ends: the run, or before the prose it runs on into. */
static const char *
given_end(const struct run *r)
{
	const char *stop = find_any(r, 2, od_name_ends), *to;

	if (!stop && r->letters > SURE_MAX)
		stop = find_title(r);
	if (stop)
		return stop;
	if (r->letters <= GIVEN_MAX)
		return r->to;
	stop = find_any(r, 3, od_prose);
	to = stop ? stop : r->at + 3 * (size_t)GIVEN_MAX;
	while (od_is_dependent(to, r->to))
		to += 3;
	return to;
}

/* Before the digit that ends at `q`, or `q` itself. */
static const char *
digit_back(const char *from, const char *q)
{
	unsigned v;

	if (q - from >= 3 && od_digit(q - 3, q, &v) == 3)
		return q - 3;
	return q > from && od_digit(q - 1, q, &v) == 1 ? q - 1 : q;
}

/*
 * "45 นาย": so many officers. In a list a name follows at once, and a family name; a
 * number with a hyphen or a slash in it counts nothing.
 */
static bool
is_counted(const struct od_scan *s, const char *at, const char *p, bool family)
{
	bool spaced = at > s->p && at[-1] == ' ';
	const char *to = at - (spaced ? 1 : 0), *q = to;

	while (digit_back(s->p, q) < q)
		q = digit_back(s->p, q);
	if (q == to || (q > s->p && strchr("-/", q[-1])))
		return false;
	return !spaced || !family || *p == ' ';
}

static bool
is_place_head(const struct od_scan *s, const char *at)
{
	return ends_any(at - s->p > 40 ? at - 40 : s->p, at, od_place_heads);
}

/* Whether the words before `at` let a title begin there. */
static bool
is_begin(const struct od_scan *s, const char *at, const struct od_title *t, bool family)
{
	const char *back = at - s->p > 40 ? at - 40 : s->p;

	/* In the middle of an abbreviation, unless a whole name follows: "น.ศ." */
	if (at - s->p >= 4 && at[-1] == '.' && t->word[strlen(t->word) - 1] == '.' &&
	    od_is_thai_before(s->p, at - 1) && !(family && t->glue != OD_GLUE_NEVER))
		return false;
	if (is_nai_or_nang(t) && !family && is_place_head(s, at))
		return false;
	if (!od_is_thai_before(s->p, at))
		return true;
	/* With one letter before it: "สดร.", an institute. */
	if (t->word[strlen(t->word) - 1] == '.' && !od_is_thai_before(s->p, at - 3))
		return false;
	if (t->glue == OD_GLUE_NEVER)
		return family && ends_any(back, at, od_leads);
	if (is_nai_or_nang(t)) {
		if (ends_any(back, at, od_misleads))
			return false;
		/* ทนาย, but not บาทนาย */
		return !od_ends(back, at, "ท") || od_ends(back, at, "าท");
	}
	if (od_ends(back, at, "อุ") && od_starts(at, s->end, "ดร."))
		return false;
	return t->glue == OD_GLUE_ALWAYS || family || ends_any(back, at, od_leads);
}

/* What stands in places such as นางรอง or บ้านนางแล. */
static bool
is_place(const struct run *r)
{
	for (const char *const *w = od_places; *w; w++)
		if ((size_t)(r->to - r->at) == strlen(*w) &&
		    memcmp(r->at, *w, strlen(*w)) == 0)
			return true;
	return false;
}

static bool
is_upper(const char *p, const char *end)
{
	return p < end && *p >= 'A' && *p <= 'Z';
}

static bool
is_latin_letter(const char *p, const char *end)
{
	return p < end &&
	       ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || *p == '\'' ||
	        *p == '-' || (unsigned char)*p == 0xc3 ||
	        (((unsigned char)*p & 0xc0) == 0x80 && (unsigned char)p[-1] == 0xc3));
}

/* Past up to five words that begin with capitals, or initials. */
static const char *
words_read(const char *p, const char *end)
{
	const char *to = p;

	for (unsigned i = 0; i < 5; i++) {
		const char *q = od_spaces(to, end, 2);

		if ((i && q == to) || !is_upper(q, end))
			break;
		while (is_latin_letter(q, end))
			q++;
		if (q < end && *q == '.' && (q - to) <= 4)
			q++;
		to = q;
	}
	return to;
}

/*
 * Whether the Latin words behind a title are a name. What leads to an account or a
 * number is none; capitals alone may be a subject.
 */
static bool
is_latin_name(const char *p, const char *to, const struct od_title *t, bool spaced)
{
	static const char *const others[] = {
	    "line",  "id",     "email",    "e-mail", "mail", "tel", "fax",
	    "phone", "mobile", "facebook", "fb",     "http", "www", NULL};

	if (to - p < 3 || !t->alone)
		return false;
	for (size_t i = 0; others[i]; i++)
		if (od_scan_word(p, to, others[i]))
			return false;
	return (p[1] >= 'a' && p[1] <= 'z') || (is_nai_or_nang(t) && !spaced) ||
	       memchr(p, ' ', (size_t)(to - p));
}

const char *
od_scan_name(struct od_scan *s, const char *at)
{
	const struct od_title *t = NULL, *first = NULL;
	const char *p, *name, *to, *family;
	struct run r;

	if (at < s->done || !title_read(at, s->end, &first))
		return at;
	p = titles_read(at, s->end, &t);
	if (t->prefix)
		return at;
	name = od_spaces(p, s->end, 3);
	to = words_read(name, s->end);
	if (is_latin_name(name, to, t, name > p) && is_begin(s, at, first, true)) {
		od_scan_add(s, at, to, OD_PII_NAME);
		return to;
	}
	r = run_read(t->word[strlen(t->word) - 1] == '.' ? name
	                                                 : initial_read(name, s->end),
	             s->end);
	run_trim(&r, s->end);
	to = given_end(&r);
	family = to == r.to ? family_read(to, s->end) : NULL;
	if (is_trap(&r, s->end, t, name > p && family && is_nai_or_nang(t)))
		return at;
	if (!is_given(&r, s->end, t, family != NULL))
		return at;
	if (!family && !t->alone)
		return at;
	if (is_nai_or_nang(t) && (!family || is_place_head(s, at)) && is_place(&r))
		return at;
	if (name > p && !t->alone && !t->spaced)
		return at;
	if (!family && name > p && !t->spaced && to == r.to &&
	    od_is_thai_before(s->p, at))
		return at;
	if (is_nai(first) && is_counted(s, at, p, family != NULL))
		return at;
	if (!is_begin(s, at, first, family != NULL))
		return at;
	if (family)
		to = family;
	if (od_starts(to, s->end, "ฯ"))
		to += 3;
	od_scan_add(s, at, to, OD_PII_NAME);
	return to;
}

const char *
od_scan_name_en(struct od_scan *s, const char *at)
{
	static const char *const titles[] = {
	    "Mr.",  "Mrs.",  "Ms.",   "Miss.", "Dr.",    "Prof.",      "H.E.", "Mr ",
	    "Mrs ", "Ms ",   "Miss ", "Dr ",   "Assoc.", "Asst.",      "Gen.", "Maj.",
	    "Col.", "Capt.", "Lt.",   "Sgt.",  "Adm.",   "Pol.",       "Rev.", "MR.",
	    "MRS.", "MS.",   "MISS ", "DR.",   "PROF.",  "Professor ", NULL};
	static const char *const queens[] = {"Universe", "World", "Grand",
	                                     "Thailand", "Earth", "International",
	                                     "Queen",    NULL};
	const char *p = at, *to;
	bool any = true, titled = false;

	if (at > s->p &&
	    ((at[-1] >= 'A' && at[-1] <= 'Z') || (at[-1] >= 'a' && at[-1] <= 'z')))
		return at + 1;
	for (unsigned k = 0; any && k < TITLES_MAX; k++) {
		any = false;
		for (size_t i = 0; titles[i] && !any; i++) {
			if (od_starts(p, s->end, titles[i])) {
				p = od_spaces(p + strlen(titles[i]), s->end, 2);
				any = titled = true;
			}
		}
	}
	if (!titled)
		return at + 1;
	to = words_read(p, s->end);
	if (to - p == 1) /* "Rev. B" */
		return at + 1;
	for (size_t i = 0; queens[i]; i++)
		if (od_starts(p, s->end, queens[i]))
			return at + 1;
	if (to == p) {
		struct run r = run_read(p, s->end);
		const char *family;

		if (r.letters < 2 || od_begins_any(r.at, s->end, od_not_given))
			return at + 1;
		to = given_end(&r);
		family = to == r.to ? family_read(to, s->end) : NULL;
		if (family)
			to = family;
	}
	od_scan_add(s, at, to, OD_PII_NAME);
	return to;
}
