#include "anon/scan.h"

#include "anon/words.h"

/* Numbers of houses, with village, lane and road, up to the sub-district, which stays.
 */

/* "17", "17/1", "17/1-3", "17/ก"; returns its end, and whether it has a slash. */
static const char *
house_read(const char *p, const char *end, bool *slash)
{
	unsigned v, n, digits = 0;

	*slash = false;
	for (unsigned part = 0; part < 3; part++) {
		const char *q = p;

		digits = 0;
		while ((n = od_digit(q, end, &v)) != 0 && digits < 6) {
			q += n;
			digits++;
		}
		if (digits == 0 || od_digit(q, end, &v))
			return part ? p : NULL;
		p = q;
		if (p >= end || part == 2)
			break;
		q = od_spaces(p, end, 1);
		if (q < end && *q == '/') {
			*slash = true;
			q = od_spaces(q + 1, end, 1);
		} else if (od_dash(p, end)) {
			q = p + od_dash(p, end);
		} else {
			break;
		}
		if (!od_digit(q, end, &v))
			break;
		p = q;
	}
	return p;
}

/* Past one of the words and its number: "หมู่ที่ 4"; NULL if there is none. */
static const char *
numbered(const char *p, const char *end, const char *const *words)
{
	unsigned v, n;

	p = od_spaces(p, end, 3);
	if (p < end && *p == ',')
		p = od_spaces(p + 1, end, 2);
	for (; *words; words++) {
		const char *q = od_scan_word(p, end, *words);

		if (!q)
			continue;
		q = od_spaces(q, end, 2);
		if (!od_digit(q, end, &v))
			continue;
		for (unsigned i = 0; i < 3 && (n = od_digit(q, end, &v)) != 0; i++)
			q += n;
		return od_digit(q, end, &v) ? NULL : q;
	}
	return NULL;
}

/* Past a lane, a road, a building and its name. */
static const char *
street(const char *p, const char *end)
{
	const char *q = od_spaces(p, end, 3), *r;

	for (const char *const *w = od_words_street; *w; w++) {
		if (!od_starts(q, end, *w))
			continue;
		r = od_spaces(q + strlen(*w), end, 2);
		q = r;
		while (r < end && r - q < 90 &&
		       !strchr(" \t\n,;()[]", *r)) /* the name ends at a space */
			r++;
		while (r < end && r > q && ((unsigned char)*r & 0xc0) == 0x80)
			r--; /* a long one may have been cut within a character */
		return r > q ? r : NULL;
	}
	return NULL;
}

static const char *
find(const struct od_scan *s, const char *at)
{
	const char *back = od_scan_back(s, at, 40), *p = at, *to, *next;
	bool slash, home = false, number = false, lives = false;
	unsigned parts = 0;

	while (p > back && (p[-1] == ' ' || p[-1] == ':' || p[-1] == '.'))
		p--;
	for (const char *const *w = od_words_home; *w && !home; w++)
		home = od_ends(back, p, *w);
	number = home || od_ends(back, p, "เลขที่");
	for (const char *const *w = od_words_lives; *w && !lives; w++)
		lives = od_ends(back, p, *w);
	to = house_read(at, s->end, &slash);
	if (!to || (to < s->end && *to == '/' && !home))
		return NULL;
	while (parts < 6) {
		next = numbered(to, s->end, od_words_moo);
		if (!next && (number || parts))
			next = street(to, s->end);
		if (!next)
			break;
		to = next;
		parts++;
	}
	if (home || (number && parts))
		return to;
	/* Bare: a road is numbered like a house, and is no secret. */
	if (!(slash || lives) || parts == 0)
		return NULL;
	for (const char *const *w = od_words_not_house; *w; w++)
		if (od_ends(back, p, *w))
			return NULL;
	return to;
}

const char *
od_scan_address(struct od_scan *s, const char *at)
{
	const char *to = find(s, at);

	if (to)
		od_scan_add(s, at, to, OD_PII_ADDRESS);
	return to;
}
