#include "remote/ckan_text.h"

#include <stdint.h>
#include <string.h>

#include "core/compiler.h"
#include "core/utf8.h"

bool
od_ckan_name(const char *catalog, const char *dataset, char to[OD_CKAN_NAME_MAX + 1])
{
	const char *const parts[] = {catalog, "-", dataset};
	size_t n = 0;

	to[0] = '\0';
	for (size_t i = 0; i < OD_ARRAY_LEN(parts); i++) {
		if (!parts[i][0])
			return false;
		for (const char *p = parts[i]; *p; p++) {
			char c = *p == '_' ? '-' : *p;

			if (n == OD_CKAN_NAME_MAX)
				return false;
			if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			      c == '-'))
				return false;
			to[n++] = c;
			to[n] = '\0';
		}
	}
	return true;
}

static bool
is_ascii_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* Thai letters and digits that Python's \w takes, and the marks that it does not. */
static bool
is_thai_letter(uint32_t c)
{
	return (c >= 0x0e01 && c <= 0x0e30) || c == 0x0e32 || c == 0x0e33 ||
	       (c >= 0x0e40 && c <= 0x0e46) || (c >= 0x0e50 && c <= 0x0e59);
}

static bool
is_thai_mark(uint32_t c)
{
	return c == 0x0e31 || (c >= 0x0e34 && c <= 0x0e3a) ||
	       (c >= 0x0e47 && c <= 0x0e4e);
}

bool
od_ckan_is_tag(struct od_span tag, bool marks)
{
	const char *p = tag.p, *end = tag.p + tag.n;
	size_t n = 0;

	if (tag.n == 0 || tag.p[0] == ' ' || end[-1] == ' ' || !od_utf8_is_valid(tag))
		return false;
	for (; p < end; n++) {
		uint32_t c;

		p += od_utf8_get(p, end, &c);
		if (!is_ascii_letter(c) && c != ' ' && c != '-' && c != '.' &&
		    !is_thai_letter(c) && !(marks && is_thai_mark(c)))
			return false;
	}
	return n >= 2 && n <= 100;
}

static bool
is_word(char c)
{
	return is_ascii_letter((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Characters that mean something only where a line begins. */
static bool
is_line_mark(struct od_span s, size_t i)
{
	size_t k = i;

	while (k > 0 && (s.p[k - 1] == ' ' || (s.p[k - 1] >= '0' && s.p[k - 1] <= '9')))
		k--;
	if (k > 0 && s.p[k - 1] != '\n')
		return false;
	if (s.p[i] == '.' || s.p[i] == ')')
		return i > k && s.p[i - 1] != ' ';
	return strchr("#+-", s.p[i]) != NULL;
}

void
od_ckan_markdown(struct od_buf *b, struct od_span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool inside;

		if (c == '<' || c == '>' || c == '&') {
			od_buf_puts(b, c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;");
			continue;
		}
		/* fiscal_year_be stays readable for those who read the text itself */
		inside = c == '_' && i > 0 && i + 1 < s.n && is_word(s.p[i - 1]) &&
		         is_word(s.p[i + 1]);
		if (c && (strchr("\\`*[]!", c) || (c == '_' && !inside) ||
		          (strchr("#+-.)", c) && is_line_mark(s, i))))
			od_buf_putc(b, '\\');
		if (c)
			od_buf_putc(b, c);
	}
}
