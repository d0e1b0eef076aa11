#include "analyze/grams.h"

#include <string.h>

#include "core/utf8.h"

/* Symbols: 1 to 26 letters, 27 to 36 digits, then two ranges of Thai without digits. */
enum { LETTERS = 1, DIGITS = 27, THAI = 37, THAI_REST = THAI + 0xE3A - 0xE01 + 1 };

static const char cut[] = "[ปกปิด";

static uint8_t
symbol_of(uint32_t c)
{
	if (c >= 'a' && c <= 'z')
		return (uint8_t)(LETTERS + c - 'a');
	if (c >= 'A' && c <= 'Z')
		return (uint8_t)(LETTERS + c - 'A');
	if (c >= '0' && c <= '9')
		return (uint8_t)(DIGITS + c - '0');
	if (c >= 0xE50 && c <= 0xE59)
		return (uint8_t)(DIGITS + c - 0xE50);
	if (c >= 0xE01 && c <= 0xE3A)
		return (uint8_t)(THAI + c - 0xE01);
	if (c >= 0xE3F && c <= 0xE4F)
		return (uint8_t)(THAI_REST + c - 0xE3F);
	return OD_SYMBOL_OTHER;
}

static void
put(struct od_buf *out, struct od_buf *at, uint8_t symbol, size_t place)
{
	uint32_t p = (uint32_t)place;

	od_buf_putc(out, (char)symbol);
	if (at)
		od_buf_put(at, &p, sizeof(p));
}

void
od_gram_symbols(struct od_buf *out, struct od_buf *at, struct od_span text)
{
	const char *p = text.p, *end = text.p + text.n;
	uint8_t last = OD_SYMBOL_OTHER;

	if (text.n)
		put(out, at, OD_SYMBOL_OTHER, 0);
	while (p < end) {
		size_t place = (size_t)(p - text.p);
		uint8_t symbol;
		uint32_t c;

		if (*p == '[' && (size_t)(end - p) >= sizeof(cut) - 1 &&
		    !memcmp(p, cut, sizeof(cut) - 1)) {
			const char *close = memchr(p, ']', (size_t)(end - p));

			p = close ? close + 1 : end;
			symbol = OD_SYMBOL_OTHER;
		} else {
			p += od_utf8_get(p, end, &c);
			symbol = symbol_of(c);
		}
		if (symbol != OD_SYMBOL_OTHER || last != OD_SYMBOL_OTHER)
			put(out, at, symbol, place);
		last = symbol;
	}
	if (text.n && last != OD_SYMBOL_OTHER)
		put(out, at, OD_SYMBOL_OTHER, text.n);
	put(out, at, OD_SYMBOL_END, text.n);
}
