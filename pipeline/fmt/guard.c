#include "fmt/guard.h"

#include <stdint.h>

#include "core/utf8.h"

static bool
is_number(struct od_span s)
{
	size_t i = s.n && (s.p[0] == '+' || s.p[0] == '-'), from = i;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	if (i == from)
		return false;
	if (i < s.n && s.p[i] == '.') {
		from = ++i;
		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if (i == from)
			return false;
	}
	return i == s.n;
}

enum part { OTHER, SKIPPED, TRIGGER };

/* Importers trim what looks like a space before they look for a formula. */
static enum part
part_of(uint32_t c)
{
	switch (c) {
	case '=':
	case '+':
	case '-':
	case '@':
	case '\t':
	case '\r':
	case '\n':
	case '|':
	case '%': /* DDE: "|cmd", "%cmd" */
	case 0xff1d:
	case 0xff0b:
	case 0xff0d:
	case 0xff20: /* full-width = + - @ */
		return TRIGGER;
	case ' ':
	case '\'':
	case '\v':
	case '\f':
	case 0x1c:
	case 0x1d:
	case 0x1e:
	case 0x1f:
	case 0x85:
	case 0xa0:
	case 0x1680:
	case 0x200b:
	case 0x2028:
	case 0x2029:
	case 0x202f:
	case 0x205f:
	case 0x3000:
	case 0xfeff:
		return SKIPPED;
	default:
		return c >= 0x2000 && c <= 0x200a ? SKIPPED : OTHER;
	}
}

bool
od_guard_is_needed(struct od_span text)
{
	const char *p = text.p, *end = text.p + text.n;

	while (p < end) {
		uint32_t c = (unsigned char)*p;
		unsigned n = 1;

		if (c >= 0x80)
			n = od_utf8_get(p, end, &c);
		switch (part_of(c)) {
		case TRIGGER:
			return !is_number(text);
		case SKIPPED:
			break;
		case OTHER:
			return false;
		}
		p += n;
	}
	return false;
}
