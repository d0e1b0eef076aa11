#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "seal/scan_text.h"

/*
 * Undoes, in one pass, the escapes that HTML, JSON and URLs put in the way of a reader.
 * What is no whole escape stays as it is.
 */

static int
hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	                              : -1;
}

/* "&nbsp;", "&#3664;", "&#xe50;": the bytes it takes, or 0. */
static size_t
entity(const char *p, size_t n, uint32_t *c)
{
	static const struct {
		const char *name;
		uint32_t c;
	} names[] = {{"nbsp;", 0xa0},    {"commat;", '@'},   {"period;", '.'},
	             {"shy;", 0xad},     {"zwnj;", 0x200c},  {"zwj;", 0x200d},
	             {"ndash;", 0x2013}, {"mdash;", 0x2014}, {"ensp;", ' '},
	             {"emsp;", ' '},     {"plus;", '+'},     {"lowbar;", '_'}};
	size_t i = 2;
	bool is_hex;

	for (size_t k = 0; k < OD_ARRAY_LEN(names); k++) {
		size_t len = strlen(names[k].name);

		if (n > len && !memcmp(p + 1, names[k].name, len)) {
			*c = names[k].c;
			return len + 1;
		}
	}
	if (n < 4 || p[1] != '#')
		return 0;
	is_hex = (p[2] | 32) == 'x';
	i += is_hex;
	for (*c = 0; i < n && i < 10 && p[i] != ';'; i++) {
		int d = hex(p[i]);

		if (d < 0 || (!is_hex && d > 9))
			return 0;
		*c = *c * (is_hex ? 16 : 10) + (uint32_t)d;
	}
	return i < n && p[i] == ';' && *c > 0 && *c <= 0x10ffff ? i + 1 : 0;
}

/* "\u0e50": the bytes it takes, or 0. */
static size_t
json_escape(const char *p, size_t n, uint32_t *c)
{
	*c = 0;
	if (n < 6 || p[1] != 'u')
		return 0;
	for (size_t i = 2; i < 6; i++) {
		int d = hex(p[i]);

		if (d < 0)
			return 0;
		*c = *c << 4 | (uint32_t)d;
	}
	return *c && !(*c >= 0xd800 && *c <= 0xdfff) ? 6 : 0;
}

/* "%E0%B9%90", "%40": not "100%20", so only what a URL has to escape. */
static size_t
percent(const char *p, size_t n, char *byte)
{
	int hi = n >= 3 ? hex(p[1]) : -1, lo = n >= 3 ? hex(p[2]) : -1;

	if (hi < 0 || lo < 0)
		return 0;
	*byte = (char)(hi << 4 | lo);
	return hi >= 8 || *byte == '@' || *byte == '+' || *byte == ':' ? 3 : 0;
}

void
od_scan_unescape(struct od_buf *to, const char *p, size_t n, size_t *mark,
                 size_t n_mark)
{
	size_t at = 0, copied = 0, k = 0;

	/* An escape is never shorter than what it stands for. */
	od_buf_room(to, n + 1);
	while (at < n) {
		size_t len = 0;
		uint32_t c = 0;
		char text[4];
		unsigned text_n = 0;

		for (; k < n_mark && mark[k] <= at; k++)
			mark[k] = to->n + (mark[k] > copied ? mark[k] - copied : 0);
		if (p[at] == '&' && (len = entity(p + at, n - at, &c)))
			text_n = od_utf8_put(text, c);
		else if (p[at] == '\\' && (len = json_escape(p + at, n - at, &c)))
			text_n = od_utf8_put(text, c);
		else if (p[at] == '%' && (len = percent(p + at, n - at, text)))
			text_n = 1;
		if (!len) {
			at++;
			continue;
		}
		od_buf_put(to, p + copied, at - copied);
		od_buf_put(to, text, text_n);
		at += len;
		copied = at;
	}
	for (; k < n_mark; k++)
		mark[k] = to->n + (mark[k] > copied ? mark[k] - copied : 0);
	od_buf_put(to, p + copied, n - copied);
}
