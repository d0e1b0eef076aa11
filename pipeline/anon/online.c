#include "anon/scan.h"

#include "anon/words.h"

/* Addresses of e-mail and of LINE. */

enum { LOCAL = 64, DOMAIN = 190 };

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_local(char c)
{
	return is_alnum(c) || (c && strchr("._%+-!#$&'*=?^`{|}~", c));
}

/* The Latin character that ends at `p`; *n its bytes. */
static char
latin_before(const char *from, const char *p, unsigned *n)
{
	char c;

	*n = 1;
	if (p - from >= 3 && (unsigned char)p[-3] == 0xef) {
		c = od_latin(p - 3, p, n);
		return *n == 3 ? c : 0;
	}
	if (p <= from || (unsigned char)p[-1] >= 0x80)
		return 0;
	return od_latin(p - 1, p, n);
}

/* Where the part before the at sign begins; `p` if there is none. */
static const char *
local_back(const struct od_scan *s, const char *p)
{
	const char *from = s->done, *to = p;
	unsigned n, letters = 0;
	char c = 0;

	for (unsigned i = 0; i < 2 && p > from && p[-1] == ' '; i++)
		p--;
	while (letters < LOCAL && is_local(c = latin_before(from, p, &n))) {
		p -= n;
		letters++;
	}
	/* Quotes and dashes before the name are not part of it. */
	while (p < to && !is_alnum(od_latin(p, to, &n)) && *p != ' ' && *p != '_')
		p += n;
	return p < to && *p != ' ' ? p : to;
}

/* Past the dot of a domain, in its spellings; NULL if there is none. */
static const char *
dot(const char *p, const char *end)
{
	static const char *const spelled[] = {"(dot)", "[dot]", NULL};
	static const char *const after[] = {"com", "co",  "th",  "go",   "ac", "or",
	                                    "in",  "net", "org", "mail", NULL};
	unsigned n;
	const char *q = od_spaces(p, end, 1), *r;

	for (size_t i = 0; spelled[i]; i++) {
		r = od_scan_word(q, end, spelled[i]);
		if (r)
			return od_spaces(r, end, 1);
	}
	if (od_latin(q, end, &n) != '.')
		return NULL;
	r = od_spaces(q + n, end, 1);
	if (q == p && r == q + n)
		return r;
	for (size_t i = 0; after[i]; i++) {
		const char *t = od_scan_word(r, end, after[i]);

		if (t && !is_alnum(od_latin(t, end, &n)))
			return r;
	}
	return NULL;
}

/* Past a domain of two labels or more, or NULL. */
static const char *
domain(const char *p, const char *end)
{
	const char *from = p, *to = NULL;
	unsigned labels = 0;

	while (p && p - from < DOMAIN) {
		unsigned n, letters = 0;
		char c;

		while (letters < 63 && (is_alnum(c = od_latin(p, end, &n)) ||
		                        ((c == '-' || c == '_') && letters))) {
			p += n;
			letters++;
		}
		if (letters == 0)
			break;
		if (++labels > 1)
			to = p;
		p = dot(p, end);
	}
	return to;
}

const char *
od_scan_email(struct od_scan *s, const char *at)
{
	static const char *const signs[] = {"@", "(at)", "[at]", "(@)", "[@]", NULL};
	const char *from, *to = NULL;

	for (size_t i = 0; signs[i] && !to; i++)
		to = od_scan_word(at, s->end, signs[i]);
	if (!to)
		return at + 1;
	from = local_back(s, at);
	if (from == at)
		return to;
	to = domain(od_spaces(to, s->end, 2), s->end);
	if (!to)
		return at + 1;
	od_scan_add(s, from, to, OD_PII_EMAIL);
	return to;
}

/* What stands between LINE and the account. */
struct introduction {
	const char *at;
	bool id;   /* the word says that an id follows */
	bool sign; /* a colon or the like does */
};

/* Past `word`, where the account may begin. */
static struct introduction
introduce(const struct od_scan *s, const char *line, const char *p)
{
	static const char *const ids[] = {"ไอดี", "id", "account", "แอด", NULL};
	static const char *const signs[] = {":", "=", "：", NULL};
	static const char *const fillers[] = {"ที่", "คือ", NULL};
	struct introduction in = {0};
	const char *back = line;
	bool more = true;

	while (back > s->done && line - back < 3 && strchr(" -_", back[-1]))
		back--;
	for (size_t i = 0; ids[i] && !in.id; i++) {
		size_t n = strlen(ids[i]);

		in.id = (size_t)(back - s->done) >= n &&
		        od_scan_word(back - n, back, ids[i]) != NULL;
	}
	for (unsigned k = 0; more && k < 4; k++) {
		more = false;
		p = od_spaces(p, s->end, 3);
		for (size_t i = 0; ids[i] && !more; i++) {
			const char *q = od_scan_word(p, s->end, ids[i]);
			unsigned n;

			if (q && !is_alnum(od_latin(q, s->end, &n))) {
				p = q;
				in.id = more = true;
			}
		}
		for (size_t i = 0; signs[i] && !more; i++) {
			const char *q = od_scan_word(p, s->end, signs[i]);

			if (q) {
				p = q;
				in.sign = more = true;
			}
		}
		for (size_t i = 0; fillers[i] && !more; i++) {
			const char *q = od_scan_word(p, s->end, fillers[i]);

			if (q) {
				p = q;
				more = true;
			}
		}
	}
	in.at = p;
	return in;
}

/*
 * Whether the token from..to is a person's account. After "Line ID" anything is; after
 * a mere colon what is not the name of a product; after nothing only what looks like no
 * word. Accounts that begin with an at sign are those of organizations and stay.
 */
static bool
is_account(const struct introduction *in, const char *from, const char *to)
{
	bool lower = false, digit = false, sign = false;
	unsigned n, letters = 0;

	for (const char *p = from; p < to; p += n, letters++) {
		char c = od_latin(p, to, &n);

		if (c >= '0' && c <= '9')
			digit = true;
		else if (c == '_' || c == '~')
			sign = true;
		else if (n == 1 && *p >= 'a' && *p <= 'z')
			lower = true;
	}
	if (letters < 3)
		return false;
	for (const char *const *w = od_words_line_product; *w; w++)
		if (od_scan_word(from, to, *w) == to)
			return false;
	if (in->id || sign)
		return true;
	if (in->sign)
		return letters > 3 && (lower || digit);
	return letters > 3 && lower && digit;
}

const char *
od_scan_line(struct od_scan *s, const char *at)
{
	static const char *const names[] = {"line", "ไลน์", "ไลน", NULL};
	struct introduction in;
	const char *from, *to = NULL;
	unsigned n;
	char c;

	for (size_t i = 0; names[i] && !to; i++)
		to = od_scan_word(at, s->end, names[i]);
	if (!to)
		return at + 1;
	c = latin_before(s->p, at, &n);
	if ((*at == 'l' || *at == 'L') && c >= 'a' && c <= 'z' &&
	    !od_scan_word(at - (at - s->done < 2 ? 0 : 2), at, "id"))
		return to; /* online, pipeline */
	for (const char *const *w = od_words_not_line; *w; w++)
		if (od_ends(s->p, at, *w))
			return to;
	in = introduce(s, at, to);
	from = in.at;
	while (from - in.at < LOCAL &&
	       (is_alnum(c = od_latin(from, s->end, &n)) || (c && strchr("._-~", c))))
		from += n;
	to = from;
	from = in.at;
	while (to > from && (to[-1] == '.' || to[-1] == '-'))
		to--;
	if (in.at == at || !is_account(&in, from, to) || od_starts(to, s->end, "://") ||
	    (to < s->end && *to == '@'))
		return in.at;
	od_scan_add(s, from, to, OD_PII_LINE);
	return to;
}
