#include "anon/detect.h"

#include "anon/scan.h"
#include "anon/titles.h"

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
	if (at < s->done || to <= at)
		return;
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
	for (; *words; words++)
		for (const char *p = from; p < to; p++)
			if (((unsigned char)*p & 0xc0) != 0x80 &&
			    od_scan_word(p, to, *words))
				return true;
	return false;
}

/* At a Thai character that may begin a number, LINE or a title. */
static const char *
thai(struct od_scan *s, const char *p)
{
	const unsigned char *c = (const unsigned char *)p;
	unsigned first = (c[1] & 1u) << 6 | (c[2] & 0x3fu), second = 0;
	unsigned v;

	if (od_digit(p, s->end, &v))
		return od_scan_number(s, p);
	if (od_starts(p, s->end, "ไลน"))
		return od_scan_line(s, p);
	if (s->end - p >= 6 && c[3] == 0xe0)
		second = (c[4] & 1u) << 6 | (c[5] & 0x3fu);
	else if (s->end - p < 4 || (c[3] != '.' && c[3] != ' '))
		return p + 3;
	if (od_title_seconds[first][second >> 6] >> (second & 63) & 1)
		return od_scan_name(s, p);
	return p + 3;
}

/* First Thai letters that are worth a second look: those of titles, of ไลน์, digits. */
static bool
is_thai_begin(const char *p)
{
	unsigned i = ((unsigned)p[1] & 1) << 6 | ((unsigned)p[2] & 0x3f);

	return od_titles[i] != NULL || (i >= 0x50 && i <= 0x59) || i == 0x44;
}

struct od_hits
od_detect(struct od_span text, struct od_arena *row)
{
	struct od_scan s = {
	    .p = text.p, .end = text.p + text.n, .done = text.p, .row = row};
	const char *p = s.p;
	unsigned v;

	while (p < s.end) {
		switch (begin[(unsigned char)*p]) {
		case NOTHING:
			p++;
			break;
		case THAI:
			if (s.end - p < 3)
				p++;
			else if (!is_thai_begin(p))
				p += 3;
			else
				p = thai(&s, p);
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
		}
	}
	return s.hits;
}
