#include "anon/detect.h"

#include "anon/scan.h"
#include "anon/titles.h"

#include <assert.h>

/*
 * What the first byte of a character may begin. Most bytes of a Thai text begin
 * nothing: they are passed over by this table and by the table of the titles' first two
 * letters.
 */
enum {
	NOTHING,
	THAI,    /* 0xe0 */
	DIGIT,   /* also a full-width character */
	AT_SIGN, /* an at sign, or a bracket before "at" */
	LINE,    /* l of "line" */
	TITLE,   /* M, D, P, H, A of an English title */
};

#define R4(x) x, x, x, x
#define R8(x) R4(x), R4(x)

static const uint8_t begin[256] = {
    ['('] = AT_SIGN, ['0'] = DIGIT,   DIGIT,         R8(DIGIT),     ['@'] = AT_SIGN,
    ['A'] = TITLE,   ['D'] = TITLE,   ['H'] = TITLE, ['L'] = LINE,  ['M'] = TITLE,
    ['P'] = TITLE,   ['['] = AT_SIGN, ['l'] = LINE,  [0xe0] = THAI, [0xef] = DIGIT,
};

void
od_scan_add(struct od_scan *s, const char *at, const char *to, enum od_pii kind)
{
	assert(at >= s->done && to > at);
	if (s->hits.n == s->room) {
		size_t room = s->room ? 2 * s->room : 16;
		struct od_hit *v = od_arena_array(s->row, room, sizeof(*v));

		if (s->hits.n)
			memcpy(v, s->hits.v, s->hits.n * sizeof(*v));
		s->hits.v = v;
		s->room = room;
	}
	s->hits.v[s->hits.n++] =
	    (struct od_hit){(size_t)(at - s->p), (size_t)(to - at), kind};
	s->done = to;
}

const char *
od_scan_word(const char *p, const char *end, const char *word)
{
	unsigned n;

	for (; *word; word++) {
		if ((unsigned char)*word >= 0x80 || *word == ' ') {
			if (p >= end || *p != *word)
				return NULL;
			p++;
			continue;
		}
		if (od_latin(p, end, &n) != *word)
			return NULL;
		p += n;
	}
	return p;
}

const char *
od_scan_back(const struct od_scan *s, const char *p, size_t max)
{
	const char *from = (size_t)(p - s->p) > max ? p - max : s->p;

	for (const char *q = p; q > from; q--)
		if (q[-1] == ']' || q[-1] == '\n')
			return q;
	return from;
}

bool
od_scan_has(const char *from, const char *to, const char *const *words)
{
	char first[16]; /* of the first letter the last byte, where letters differ */
	size_t n = 0;

	for (; words[n]; n++)
		first[n] = words[n][(unsigned char)words[n][0] == 0xe0 ? 2 : 0];
	for (const char *p = from; p < to; p++) {
		unsigned bytes;
		char c = (unsigned char)*p == 0xe0 && to - p >= 3
		             ? p[2]
		             : od_latin(p, to, &bytes);

		if (((unsigned char)*p & 0xc0) == 0x80)
			continue;
		for (size_t i = 0; i < n; i++)
			if (first[i] == c && od_scan_word(p, to, words[i]))
				return true;
	}
	return false;
}

static unsigned
thai_index(const char *p)
{
	return ((unsigned)p[1] & 1) << 6 | ((unsigned)p[2] & 0x3f);
}

/* The place of the letter in the Thai block, 0 for what is not Thai. */
static unsigned
letter(const char *p, const char *end)
{
	return end - p >= 3 && (unsigned char)*p == 0xe0 ? thai_index(p) : 0;
}

static bool
has_letter(const uint64_t set[2], unsigned i)
{
	return set[i >> 6] >> (i & 63) & 1;
}

/* Digits and the word for LINE, beside the titles. */
static bool
is_other_begin(unsigned first)
{
	return (first >= 0x50 && first <= 0x59) || first == 0x44;
}

/* At a Thai character that may begin a number, LINE or a title. */
static const char *
thai(struct od_scan *s, const char *p)
{
	unsigned first = thai_index(p), v;
	const char *next = p + 3;

	if (od_digit(p, s->end, &v))
		return od_scan_number(s, p);
	if (od_starts(p, s->end, "ไลน"))
		return od_scan_line(s, p);
	if (!has_letter(od_title_seconds[first], letter(next, s->end)))
		return next;
	next += letter(next, s->end) ? 3 : 1;
	if (!has_letter(od_title_thirds[first], letter(next, s->end)))
		return p + 3;
	return od_scan_name(s, p);
}

/*
 * The next place where something may begin. For a Thai letter its successor is looked
 * up without a branch: letters follow each other too freely for the processor to guess.
 */
static const char *
skip(const char *p, const char *end)
{
	while (end - p >= 6) {
		unsigned char c = (unsigned char)*p;

		if (c == 0xe0) {
			unsigned first = thai_index(p);
			unsigned second = thai_index(p + 3);

			second &= 0u - ((unsigned char)p[3] == 0xe0);
			if (has_letter(od_title_seconds[first], second) ||
			    is_other_begin(first))
				return p;
			p += 3;
		} else if (begin[c] != NOTHING) {
			return p;
		} else {
			p++;
		}
	}
	return p;
}

struct od_hits
od_detect(struct od_span text, struct od_arena *row)
{
	struct od_scan s = {
	    .p = text.p, .end = text.p + text.n, .done = text.p, .row = row};
	const char *p;
	unsigned v;

	for (p = skip(s.p, s.end); p < s.end; p = skip(p, s.end)) {
		switch (begin[(unsigned char)*p]) {
		case THAI:
			p = s.end - p < 3 ? p + 1 : thai(&s, p);
			break;
		case DIGIT:
			if (od_digit(p, s.end, &v))
				p = od_scan_number(&s, p);
			else if (od_starts(p, s.end, "\xef\xbc\xa0"))
				p = od_scan_email(&s, p);
			else
				p++;
			break;
		case AT_SIGN:
			p = od_scan_email(&s, p);
			break;
		case LINE:
			p = od_scan_line(&s, p);
			break;
		case TITLE:
			p = od_scan_name_en(&s, p);
			break;
		default:
			p++;
		}
	}
	return s.hits;
}
