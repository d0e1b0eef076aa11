#include "anon/scan.h"

#include "anon/words.h"

/*
 * A chain is a row of groups of digits with only links between them: spaces, dashes,
 * dots, slashes, low lines, brackets or one line end. Which groups belong to one number
 * is decided by what the number is: see the recognizers below. A chain is read from
 * each of its groups anew, at most GROUPS groups far.
 */
enum { GROUPS = 14, DIGITS = 24, BANK_GROUPS = 6 };

struct group {
	const char *at, *end;
	unsigned n; /* digits; more than DIGITS are one too many */
	char link;  /* before it: 0 ' ' '-' '.' '(' '\n' */
	bool tight; /* the link is one dash or dot without spaces */
};

struct chain {
	struct group g[GROUPS];
	unsigned n;
	unsigned char d[DIGITS + 1]; /* digits of all groups */
	unsigned digits;
	const char *from; /* where it begins, with a plus sign or bracket */
	bool plus;
	char before; /* the sign that touches it on the left and a digit, or 0 */
};

/* The digits at `p` as one group; the digits are kept as long as there is room. */
static const char *
group_read(struct chain *c, const char *p, const char *end, char link, bool tight)
{
	struct group *g = &c->g[c->n++];
	unsigned v = 0, n;

	*g = (struct group){.at = p, .link = link, .tight = tight};
	while ((n = od_digit(p, end, &v)) != 0) {
		if (c->digits < DIGITS)
			c->d[c->digits++] = (unsigned char)v;
		g->n++;
		p += n;
	}
	g->end = p;
	return p;
}

/* The link at `p`, if a digit follows it; returns the digit or NULL. */
static const char *
link_read(const char *p, const char *end, char *link, bool *tight)
{
	const char *from = p;
	unsigned v;

	*link = 0;
	for (unsigned i = 0; i < 5 && p < end; i++) {
		unsigned n = od_dash(p, end);

		if (*p == ' ') {
			*link = *link ? *link : ' ';
			n = 1;
		} else if (n) {
			if (*link == '-' || *link == '.' || *link == '\n')
				return NULL;
			*link = '-';
		} else if ((*p == '.' || *p == '/' || *p == '_') && p == from) {
			/* slashes and low lines are as weak as dots: whole shapes only
			 */
			*link = '.';
			n = 1;
		} else if (*p == '(' || *p == ')') {
			*link = '(';
			n = 1;
		} else if (*p == '\n' && p == from) {
			*link = '\n';
			n = 1;
		} else {
			break;
		}
		p += n;
		*tight = i == 0 && *link != ' ' && *link != '\n';
	}
	return *link && od_digit(p, end, &v) ? p : NULL;
}

static void
chain_read(struct chain *c, const struct od_scan *s, const char *at)
{
	const char *p, *next;
	char link = 0;
	bool tight = false;

	memset(c, 0, sizeof(*c));
	c->from = at;
	if (at > s->done && at[-1] == '+') {
		c->plus = true;
		c->from = at - 1;
	} else if (at - s->done >= 3 && memcmp(at - 3, "\xef\xbc\x8b", 3) == 0) {
		c->plus = true;
		c->from = at - 3;
	} else if (at - s->p >= 2 && strchr(".,/-", at[-1])) {
		for (unsigned v, k = 1; k <= 3; k += 2)
			if (at - 1 - k >= s->p && od_digit(at - 1 - k, at - 1, &v) == k)
				c->before = at[-1];
	}
	for (p = at; c->n < GROUPS && c->digits < DIGITS; p = next) {
		p = group_read(c, p, s->end, link, tight);
		next = link_read(p, s->end, &link, &tight);
		if (!next)
			break;
	}
}

/* Whether the groups from 0 to `last` have these sizes: "35" is 3 and 5. */
static bool
is_shape(const struct chain *c, unsigned last, const char *shape)
{
	for (unsigned i = 0; i <= last; i++)
		if (shape[i] == 0 || c->g[i].n != (unsigned)(shape[i] - '0'))
			return false;
	return shape[last + 1] == 0;
}

static bool
has_shape(const struct chain *c, unsigned last, const char *const *shapes)
{
	for (; *shapes; shapes++)
		if (is_shape(c, last, *shapes))
			return true;
	return false;
}

/* Whether one of the links from group 1 to `last` is `link`. */
static bool
has_link(const struct chain *c, unsigned last, char link)
{
	for (unsigned i = 1; i <= last; i++)
		if (c->g[i].link == link)
			return true;
	return false;
}

static bool
all_links(const struct chain *c, unsigned last, char link)
{
	for (unsigned i = 1; i <= last; i++)
		if (c->g[i].link != link)
			return false;
	return true;
}

/* The number of groups that hold exactly `digits`, 0 if no whole groups do. */
static unsigned
groups_of(const struct chain *c, unsigned digits)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < c->n && sum < digits; i++) {
		sum += c->g[i].n;
		if (sum == digits)
			return i + 1;
	}
	return 0;
}

/* The group after `last` goes on with the number: "-12" or ".5" without a space. */
static bool
goes_on(const struct chain *c, unsigned last)
{
	return last + 1 < c->n && c->g[last + 1].tight;
}

static bool
id_check(const unsigned char *d)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < 12; i++)
		sum += (13 - i) * d[i];
	return (11 - sum % 11) % 10 == d[12];
}

/* Digits on the left of a point or on the right of one or of a comma. */
static bool
is_amount(const struct chain *c)
{
	return c->before == '.' || c->before == ',' ||
	       (c->n > 1 && c->g[1].link == '.' && c->g[1].tight && c->g[1].n < 3);
}

/*
 * Thirteen digits. The check digit alone passes a tenth of all numbers, so the groups
 * must be as people write them. Numbers of companies begin with 0: they stay, unless
 * the text calls them the number of a person (who has no nationality).
 */
static const char *
id_find(const struct od_scan *s, const struct chain *c)
{
	unsigned n = groups_of(c, 13), last = n - 1;

	if (n == 0 || (n > 7 && n < 13))
		return NULL;
	if (has_link(c, last, '.') &&
	    !(all_links(c, last, '.') && is_shape(c, last, "14521")))
		return NULL;
	if (n > 1 && has_link(c, last, '\n') && n != 2)
		return NULL;
	if (c->d[0] >= 1 && c->d[0] <= 8 && id_check(c->d) &&
	    (n <= 2 || n == 13 || (c->g[0].n == 1 && c->g[1].n == 4)) &&
	    !(n == 1 && is_amount(c)))
		return c->g[last].end;
	return od_scan_has(od_scan_back(s, c->from, 72), c->from, od_words_id)
	           ? c->g[last].end
	           : NULL;
}

/* The number of a company or an office, in the groups of an id. */
static bool
is_company(const struct chain *c)
{
	return c->n >= 5 && c->d[0] == 0 && is_shape(c, 4, "14521");
}

static const char *const mobile_shapes[] = {
    "33",         "343",  "334",  "37",  "244", "28",   "46",   "433",  "19",   "144",
    "1333",       "1234", "1342", "235", "55",  "2422", "3322", "1441", "3223", "1432",
    "1111111111", "64",   "154",  "145", "253", "163",  "136",  NULL};
static const char *const fixed_shapes[] = {"27",  "234", "243", "144", "36", "333",
                                           "126", "135", "153", "225", NULL};

/* Digits of a national number from `d`: 0 is no number, else 'm' or 'f'. */
static char
phone_kind(const unsigned char *d, unsigned n)
{
	if (n == 10 && d[0] == 0 && (d[1] == 6 || d[1] == 8 || d[1] == 9))
		return 'm';
	if (n == 9 && d[0] == 0 && d[1] >= 2 && d[1] <= 7 && d[1] != 6)
		return 'f';
	return 0;
}

/* The same with a country code: 66, 660, 0066; how it was written is in `d`. */
static char
phone_kind_abroad(const unsigned char *d, unsigned n)
{
	unsigned char home[DIGITS];
	unsigned skip = n >= 4 && d[0] == 0 && d[1] == 0 ? 2 : 0;

	if (n < skip + 10 || d[skip] != 6 || d[skip + 1] != 6)
		return 0;
	skip += 2;
	if (d[skip] == 0)
		skip++;
	home[0] = 0;
	memcpy(home + 1, d + skip, n - skip);
	return phone_kind(home, n - skip + 1);
}

/* Groups that are all years or days are dates, not numbers of a telephone. */
static bool
looks_like_dates(const struct chain *c, unsigned last)
{
	unsigned at = 0, years = 0;

	for (unsigned i = 0; i <= last; i++) {
		unsigned v = 0;

		if (c->g[i].n == 4) {
			for (unsigned k = 0; k < 4; k++)
				v = v * 10 + c->d[at + k];
			years += (v >= 1950 && v <= 2100) || (v >= 2450 && v <= 2650);
		}
		at += c->g[i].n;
	}
	return years >= 2 || (years == 1 && last >= 2 && !is_shape(c, last, "244") &&
	                      !is_shape(c, last, "343") && !is_shape(c, last, "334") &&
	                      !is_shape(c, last, "144") && !is_shape(c, last, "234"));
}

/* Past what is dialled after the number: a range "-39" and "ต่อ 123". */
static const char *
phone_tail(const struct od_scan *s, const struct chain *c, unsigned last)
{
	const char *p = c->g[last].end, *q, *to = p;
	unsigned v, n;

	if (last + 1 < c->n && c->g[last + 1].link == '-' && c->g[last + 1].tight &&
	    c->g[last + 1].n <= 4)
		to = p = c->g[last + 1].end;
	q = od_spaces(p, s->end, 3);
	for (const char *const *w = od_words_extension; *w; w++) {
		const char *r = od_scan_word(q, s->end, *w);

		if (!r)
			continue;
		for (;;) {
			unsigned digits = 0;

			while (r < s->end && strchr(" .:-,", *r) && r - to < 24)
				r++;
			while ((n = od_digit(r, s->end, &v)) != 0 && digits < 6) {
				r += n;
				digits++;
			}
			if (digits == 0 || digits > 5 || od_digit(r, s->end, &v))
				break;
			to = r;
		}
		break;
	}
	return to;
}

static bool
phone_fits(const struct chain *c, unsigned last, char kind, bool near)
{
	if (near)
		return true;
	if (has_link(c, last, '\n'))
		return false;
	if (has_link(c, last, '.') && (last < 2 || !all_links(c, last, '.')))
		return false;
	if (kind == 'm' && last == 0)
		return !(c->before == '.' && c->from[0] == '0' && goes_on(c, 0));
	if (c->before && kind == 'f')
		return false;
	if (!all_links(c, last, '-') && looks_like_dates(c, last))
		return false;
	return has_shape(c, last, kind == 'm' ? mobile_shapes : fixed_shapes) &&
	       !(goes_on(c, last) && c->g[last + 1].n > 4);
}

/*
 * A decimal such as 100.0812345678 is not a number of a telephone; "3.0812345678" in a
 * numbered list is one.
 */
static bool
is_decimal(const struct od_scan *s, const struct chain *c)
{
	const char *p = c->from - 1;
	unsigned digits = 0, v = 0;

	if (c->before == ',')
		return true;
	if (c->before != '.')
		return false;
	while (p > s->p && p[-1] >= '0' && p[-1] <= '9' && digits < 4) {
		p--;
		digits++;
	}
	if (digits == 2 && p[0] == '9' && p[1] >= '7')
		return true; /* a longitude */
	return digits >= 3 || (digits == 1 && *p == '0') ||
	       (c->g[0].end < s->end && *c->g[0].end == ',') ||
	       (od_digit(c->g[0].end, s->end, &v) != 0);
}

/* What a number of a telephone begins with; it spares most numbers the look back. */
static bool
may_be_phone(const struct chain *c)
{
	const unsigned char *d = c->d;
	unsigned sum = 0;

	if (c->plus || (d[0] == 0 && d[1] > 1) || (d[0] == 6 && d[1] == 6) ||
	    (d[0] == 0 && d[1] == 0 && d[2] == 6 && d[3] == 6))
		return true;
	for (unsigned i = 0; i < c->n && i < 2; i++) {
		sum += c->g[i].n;
		if (sum == 7)
			return true;
	}
	return false;
}

/* A number with a country code that nothing announces. */
static bool
abroad_fits(const struct chain *c, unsigned last, char kind)
{
	if (has_link(c, last, '\n') ||
	    (has_link(c, last, '.') && (last < 2 || !all_links(c, last, '.'))))
		return false;
	if (c->plus)
		return true;
	return kind == 'm' && last <= 3 && !c->before &&
	       (last == 0 || c->g[0].n == 2 || c->g[0].n == 4);
}

static const char *
phone_find(const struct od_scan *s, const struct chain *c)
{
	const char *best = NULL;
	unsigned sum = 0;
	bool near;

	if (is_decimal(s, c) || !may_be_phone(c))
		return NULL;
	near = od_scan_has(od_scan_back(s, c->from, 48), c->from, od_words_phone);
	for (unsigned i = 0; i < c->n && i < 10; i++) {
		char kind;

		sum += c->g[i].n;
		if (sum > 15)
			break;
		kind = phone_kind(c->d, sum);
		if (kind && phone_fits(c, i, kind, near))
			return phone_tail(s, c, i);
		kind = phone_kind_abroad(c->d, sum);
		if (kind && (near || abroad_fits(c, i, kind)))
			return phone_tail(s, c, i);
		if (c->plus && sum >= 9 && !has_link(c, i, '\n') &&
		    !has_link(c, i, '.'))
			best = c->g[i].end;
		/* Without an area code: "โทร. 234 5678". */
		if (near && i <= 1 && sum == 7 && c->d[0] > 1 && !goes_on(c, i) &&
		    !c->before &&
		    od_scan_has(od_scan_back(s, c->from, 20), c->from, od_words_phone))
			best = phone_tail(s, c, i);
	}
	return best;
}

/* Three, one, five, one: no other number is written so. The rest needs the word. */
static const char *
bank_find(const struct od_scan *s, const struct chain *c)
{
	unsigned sum = 0;
	const char *best = NULL;

	if (c->n >= 4 && all_links(c, 3, '-') && is_shape(c, 3, "3151") && !c->before &&
	    !(c->n > 4 && c->g[4].tight))
		return c->g[3].end;
	for (unsigned i = 0; i < c->n && i < BANK_GROUPS; i++)
		sum += c->g[i].n;
	if (sum < 9 ||
	    !od_scan_has(od_scan_back(s, c->from, 72), c->from, od_words_bank))
		return NULL;
	sum = 0;
	for (unsigned i = 0; i < c->n && i < BANK_GROUPS; i++) {
		sum += c->g[i].n;
		if (sum > 15 || (i && c->g[i].link == '\n'))
			break;
		if (i && c->g[i].link == '.' && c->g[i].n < 3)
			break;
		if (sum >= 9 && !goes_on(c, i) &&
		    (!best || sum == 10 || sum == 12 || sum == 15))
			best = c->g[i].end;
	}
	return best;
}

/* One or two letters and six or seven digits, after the word. */
static const char *
passport_find(const struct od_scan *s, const struct chain *c, const char **from)
{
	const char *p = c->from;
	unsigned n, letters = 0;

	if (c->g[0].n < 6 || c->g[0].n > 8)
		return NULL;
	if (p > s->done && p[-1] == ' ')
		p--;
	while (letters < 3 && p > s->done &&
	       ((p[-1] >= 'A' && p[-1] <= 'Z') || (p[-1] >= 'a' && p[-1] <= 'z'))) {
		p--;
		letters++;
	}
	n = letters;
	if (n == 0 || n > 2 ||
	    !od_scan_has(od_scan_back(s, p, OD_SCAN_BACK), p, od_words_passport))
		return NULL;
	*from = p;
	return c->g[0].end;
}

/*
 * Years, amounts and counts: fewer than six digits that no other group follows, and no
 * house. They are most of the numbers of a text; returns their end, or NULL.
 */
static const char *
plain_end(const struct od_scan *s, const char *at)
{
	const char *p = at, *back = at;
	unsigned v, n, digits = 0;
	bool tight;
	char link;

	for (; (n = od_digit(p, s->end, &v)) != 0; p += n)
		digits++;
	if (digits >= 6 || link_read(p, s->end, &link, &tight))
		return NULL;
	while (back > s->p && (back[-1] == ' ' || back[-1] == ':' || back[-1] == '.'))
		back--;
	if (od_ends(s->p, back, "ที่"))
		return NULL;
	back = od_spaces(p, s->end, 1);
	return back < s->end && *back == '/' ? NULL : p;
}

const char *
od_scan_number(struct od_scan *s, const char *at)
{
	struct chain c;
	const char *to = plain_end(s, at), *from;
	enum od_pii kind = OD_PII_CITIZEN_ID;

	if (to)
		return to;
	chain_read(&c, s, at);
	from = c.from;
	if (c.digits >= 6) {
		to = id_find(s, &c);
		if (!to && is_company(&c))
			return c.g[4].end;
		if (!to) {
			kind = OD_PII_PHONE;
			to = phone_find(s, &c);
		}
		if (!to) {
			kind = OD_PII_BANK;
			to = bank_find(s, &c);
		}
		if (!to) {
			kind = OD_PII_PASSPORT;
			to = passport_find(s, &c, &from);
		}
		if (to) {
			od_scan_add(s, from, to, kind);
			return to;
		}
	}
	to = od_scan_address(s, at);
	return to ? to : c.g[0].end;
}
