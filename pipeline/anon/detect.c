#include "anon/detect.h"

#include "anon/find.h"
#include "anon/scan.h"

#include <assert.h>

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

bool
od_begins(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);
	bool whole = word[n - 1] == ' ';

	n -= whole;
	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0 &&
	       !(whole && od_is_thai(p + n, end));
}

bool
od_begins_any(const char *p, const char *end, const char *const *words)
{
	if (end - p < 3)
		return false;
	for (; words && *words; words++)
		if ((*words)[2] == p[2] && od_begins(p, end, *words))
			return true;
	return false;
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

/* At a letter that begins a title, a leading word or a run. */
static const char *
thai(struct od_scan *s, const char *p, unsigned what)
{
	const char *to;

	if (what & OD_FIND_TITLE) {
		if (od_starts(p, s->end, "ไลน"))
			return od_scan_line(s, p);
		to = od_scan_name(s, p);
		if (to > p)
			return to;
	}
	to = what & (OD_FIND_LEAD | OD_FIND_RUN) ? od_scan_guess(s, p) : p;
	return to > p ? to : p + 3;
}

struct od_hits
od_detect(struct od_span text, struct od_arena *row)
{
	struct od_scan s = {
	    .p = text.p, .end = text.p + text.n, .done = text.p, .row = row};
	struct od_finder finder = {.p = s.p, .end = s.end};
	const char *p = s.p;
	unsigned what;

	while ((p = od_find(&finder, p, &what)) < s.end) {
		if (what & OD_FIND_DIGIT)
			p = od_scan_number(&s, p);
		else if (what & OD_FIND_AT)
			p = od_scan_email(&s, p);
		else if (what & OD_FIND_LINE)
			p = od_scan_line(&s, p);
		else if (what & OD_FIND_ENGLISH)
			p = od_scan_name_en(&s, p);
		else
			p = thai(&s, p, what);
	}
	return s.hits;
}
