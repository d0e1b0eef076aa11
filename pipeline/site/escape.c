/* escape.c - see escape.h */
#include "site/escape.h"

#include <stdint.h>
#include <string.h>

#include "core/compiler.h"
#include "core/utf8.h"

/*
 * Bytes that need a look: markup, controls, and the first bytes of C1 controls (C2),
 * U+FDD0.. and U+FFFE (EF), the planes' last two (F0..F4) and of nothing valid. Thai
 * begins with E0 and passes in one run.
 */
static const unsigned char special[256] = {
    [0x00] = 1, [0x01] = 1, [0x02] = 1, [0x03] = 1, [0x04] = 1, [0x05] = 1, [0x06] = 1,
    [0x07] = 1, [0x08] = 1, [0x0b] = 1, [0x0c] = 1, [0x0d] = 1, [0x0e] = 1, [0x0f] = 1,
    [0x10] = 1, [0x11] = 1, [0x12] = 1, [0x13] = 1, [0x14] = 1, [0x15] = 1, [0x16] = 1,
    [0x17] = 1, [0x18] = 1, [0x19] = 1, [0x1a] = 1, [0x1b] = 1, [0x1c] = 1, [0x1d] = 1,
    [0x1e] = 1, [0x1f] = 1, ['&'] = 1,  ['<'] = 1,  ['>'] = 1,  ['"'] = 1,  [0x7f] = 1,
    [0xc0] = 1, [0xc1] = 1, [0xc2] = 1, [0xef] = 1, [0xf0] = 1, [0xf1] = 1, [0xf2] = 1,
    [0xf3] = 1, [0xf4] = 1, [0xf5] = 1, [0xf6] = 1, [0xf7] = 1, [0xf8] = 1, [0xf9] = 1,
    [0xfa] = 1, [0xfb] = 1, [0xfc] = 1, [0xfd] = 1, [0xfe] = 1, [0xff] = 1,
};

static const char replacement[] = "\xef\xbf\xbd";

/* HTML standard, 13.2.3.5: control and noncharacters are parse errors in a document. */
static bool
is_allowed(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n';
	if (c >= 0x7f && c <= 0x9f)
		return false;
	return !(c >= 0xfdd0 && c <= 0xfdef) && (c & 0xfffe) != 0xfffe;
}

static const char *
entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

void
od_escape_html(struct od_buf *b, struct od_span s)
{
	const char *p = s.p, *end = p + s.n, *run = p;

	while (p < end) {
		if (!special[(unsigned char)*p]) {
			p++;
			continue;
		}
		if (p > run)
			od_buf_put(b, run, (size_t)(p - run));
		if (entity(*p)) {
			od_buf_puts(b, entity(*p));
			p++;
		} else if (*p == '\r') {
			/* A lone or paired carriage return: a line break is one '\n'.
			 */
			if (p + 1 == end || p[1] != '\n')
				od_buf_putc(b, '\n');
			p++;
		} else {
			uint32_t c;
			unsigned n = od_utf8_get(p, end, &c);

			if (is_allowed(c) && !(c == 0xfffd && n == 1))
				od_buf_put(b, p, n);
			else
				od_buf_puts(b, replacement);
			p += n;
		}
		run = p;
	}
	if (p > run)
		od_buf_put(b, run, (size_t)(p - run));
}

void
od_escape_json(struct od_buf *b, struct od_span s)
{
	const char *p = s.p, *end = p + s.n;

	while (p < end) {
		uint32_t c;
		unsigned n = od_utf8_get(p, end, &c);

		if (c == '"' || c == '\\')
			od_buf_printf(b, "\\%c", (char)c);
		else if (c == '\n')
			od_buf_puts(b, "\\n");
		else if (c == '\t')
			od_buf_puts(b, "\\t");
		else if (c == '<' || c == '>' || c == '&' || c == '\'' || c == 0x2028 ||
		         c == 0x2029)
			od_buf_printf(b, "\\u%04x", (unsigned)c);
		else if (!is_allowed(c))
			od_buf_puts(b, "\\ufffd");
		else
			od_buf_put(b, c == 0xfffd ? replacement : p,
			           c == 0xfffd ? 3 : n);
		p += n;
	}
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

static bool
has_prefix(struct od_span s, const char *prefix)
{
	size_t n = strlen(prefix);

	if (s.n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		if (c != prefix[i])
			return false;
	}
	return true;
}

bool
od_url_is_allowed(struct od_span s)
{
	/* Browsers skip leading blanks and controls, and tabs and newlines anywhere. */
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f || s.p[i] == '\\')
			return false;
	if (has_prefix(s, "http://") || has_prefix(s, "https://") ||
	    has_prefix(s, "mailto:"))
		return true;
	if (has_prefix(s, "//"))
		return false; /* another host by the page's scheme */
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '/' || s.p[i] == '?' || s.p[i] == '#')
			return true;
		if (s.p[i] == ':' || s.p[i] == '&')
			return false;
	}
	return true;
}

/* RFC 3986: what is not unreserved and not in `keep` is written %XX. */
static void
percent(struct od_buf *b, struct od_span s, const char *keep)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_word((char)c) || (c && strchr(keep, c))) {
			od_buf_putc(b, (char)c);
		} else {
			od_buf_putc(b, '%');
			od_buf_putc(b, hex[c >> 4]);
			od_buf_putc(b, hex[c & 15]);
		}
	}
}

void
od_escape_url(struct od_buf *b, struct od_span s)
{
	if (!od_url_is_allowed(s)) {
		od_buf_puts(b, "about:invalid");
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		struct od_span one = {s.p + i, 1};

		if (s.p[i] == '&')
			od_buf_puts(b, "&amp;");
		else
			percent(b, one, "-._~:/?#[]@!$()*+,;=%");
	}
}

void
od_escape_url_path(struct od_buf *b, struct od_span s)
{
	percent(b, s, "-._~/=@!$()*+,;");
}

void
od_escape_url_query(struct od_buf *b, struct od_span s)
{
	percent(b, s, "-._~");
}
