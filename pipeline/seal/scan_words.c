#include <string.h>

#include "seal/scan_text.h"

/* What stands around a word or sign that the pattern matcher found. */

static bool
is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool
is_number(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_thai(const struct od_scan_view *v, size_t at)
{
	const unsigned char *p = (const unsigned char *)v->p + at;

	return v->n - at >= 3 && p[0] == 0xe0 && (p[1] == 0xb8 || p[1] == 0xb9) &&
	       (p[2] & 0xc0) == 0x80;
}

/* Bytes of the blank at `at`: space, tab, no-break space; 0 if there is none. */
static size_t
blank(const struct od_scan_view *v, size_t at)
{
	if (at >= v->n)
		return 0;
	if (v->p[at] == ' ' || v->p[at] == '\t')
		return 1;
	return v->n - at >= 2 && !memcmp(v->p + at, "\xc2\xa0", 2) ? 2 : 0;
}

static size_t
skip_blanks(const struct od_scan_view *v, size_t at, unsigned most)
{
	size_t n;

	while (most-- && (n = blank(v, at)))
		at += n;
	return at;
}

/* Bytes of the digit at `at`, ASCII or Thai; 0 if there is none. */
static size_t
digit(const struct od_scan_view *v, size_t at)
{
	const unsigned char *p = (const unsigned char *)v->p + at;

	if (at >= v->n)
		return 0;
	if (p[0] >= '0' && p[0] <= '9')
		return 1;
	return is_thai(v, at) && p[1] == 0xb9 && p[2] >= 0x90 && p[2] <= 0x99 ? 3 : 0;
}

static size_t
skip_digits(const struct od_scan_view *v, size_t at, unsigned *count)
{
	size_t n;

	for (*count = 0; *count < 64 && (n = digit(v, at)); ++*count)
		at += n;
	return at;
}

static bool
is_local(char c)
{
	return is_letter(c) || is_number(c) || c == '.' || c == '_' || c == '-' ||
	       c == '+';
}

/* Names of files, not of hosts: "logo@2x.png". */
static bool
is_file_extension(const char *p, size_t n)
{
	static const char *const names[] = {"png",  "jpg", "jpeg", "gif",  "svg",
	                                    "webp", "css", "js",   "mjs",  "json",
	                                    "html", "ico", "map",  "woff", "woff2"};

	for (size_t i = 0; i < OD_ARRAY_LEN(names); i++)
		if (strlen(names[i]) == n && strncasecmp(names[i], p, n) == 0)
			return true;
	return false;
}

/* The end of a host name with at least one dot and a top level of letters, or 0. */
static size_t
host_end(const struct od_scan_view *v, size_t at)
{
	size_t label = at, end = 0, top = at, i = at;
	unsigned dots = 0;

	for (; i < v->n && i - at < 254; i++) {
		char c = v->p[i];

		if (c == '.' && i > label && i + 1 < v->n &&
		    (is_letter(v->p[i + 1]) || is_number(v->p[i + 1]))) {
			dots++;
			label = top = i + 1;
		} else if (!is_letter(c) && !is_number(c) && (c != '-' || i == label)) {
			break;
		}
	}
	end = i;
	while (end > top && v->p[end - 1] == '-')
		end--;
	if (!dots || end - top < 2)
		return 0;
	for (i = top; i < end; i++)
		if (!is_letter(v->p[i]))
			return 0;
	return is_file_extension(v->p + top, end - top) ? 0 : end;
}

static bool
is_allowed(const char *p, size_t local, size_t host, size_t end,
           const char *const *allowed)
{
	for (; allowed && *allowed; allowed++) {
		const char *at = strchr(*allowed, '@');
		size_t n = at ? (size_t)(at - *allowed) : 0;

		if (!at || strlen(at + 1) != end - host ||
		    strncasecmp(at + 1, p + host, end - host) != 0)
			continue;
		if (n == 0 ||
		    (n == local && strncasecmp(*allowed, p + host - 1 - n, n) == 0))
			return true;
	}
	return false;
}

bool
od_leak_email(const struct od_scan_view *v, size_t anchor, size_t at,
              const char *const *allowed, size_t *start)
{
	size_t from = anchor, host = at, end;
	bool sign = v->p[anchor] == '@';

	if (!sign) { /* "somchai (at) example.com" */
		if (from > 0 && v->p[from - 1] == ' ')
			from--;
		host = skip_blanks(v, host, 1);
	}
	*start = from;
	while (*start > 0 && from - *start < 64 && is_local(v->p[*start - 1]))
		--*start;
	/* JSON: "\nsomchai@..." */
	if (*start > 0 && v->p[*start - 1] == '\\' && *start < from)
		++*start;
	while (*start < from && !is_letter(v->p[*start]) && !is_number(v->p[*start]))
		++*start;
	end = host_end(v, host);
	return *start < from && end &&
	       !(sign && is_allowed(v->p, from - *start, host, end, allowed));
}

bool
od_leak_line(const struct od_scan_view *v, size_t anchor, size_t at, bool strong)
{
	unsigned letters = 0, numbers = 0, under = 0;
	size_t from;

	if (anchor > 0 && (is_letter(v->p[anchor - 1]) || v->p[anchor - 1] == '-' ||
	                   v->p[anchor - 1] == '_'))
		return false; /* online, hot-line */
	at = skip_blanks(v, at, 3);
	if (!strong && v->n - at > 2 && !strncasecmp(v->p + at, "id", 2) &&
	    !is_letter(v->p[at + 2])) {
		strong = true;
		at = skip_blanks(v, at + 2, 3);
	}
	if (at < v->n && (v->p[at] == ':' || v->p[at] == '='))
		at = skip_blanks(v, at + 1, 3);
	else if (!strong)
		return false;
	if (at < v->n && v->p[at] == '@' && strong)
		at++;
	/* A LINE id is of lower case letters, digits, dot, dash and underscore. */
	for (from = at; at < v->n && at - from < 24; at++) {
		char c = v->p[at];

		if (c >= 'a' && c <= 'z')
			letters++;
		else if (is_number(c))
			numbers++;
		else if (c == '_')
			under++;
		else if (c != '.' && c != '-')
			break;
	}
	if (at - from < 4 || at - from > 20 || letters == 0 ||
	    (at < v->n && is_letter(v->p[at])))
		return false;
	return strong || under || (numbers && letters >= 2);
}

bool
od_scan_account(const struct od_scan_view *v, size_t at)
{
	unsigned n;
	size_t end;

	at = skip_blanks(v, at, 3);
	if (at < v->n && (v->p[at] == ':' || v->p[at] == '.'))
		at = skip_blanks(v, at + 1, 3);
	end = skip_digits(v, at, &n);
	if (n == 10 || n == 12)
		return end >= v->n || !is_letter(v->p[end]);
	if (n != 3)
		return false;
	/* 123-4-56789-0; with dashes it is found without context: not to be counted
	 * twice. */
	for (unsigned i = 0; i < 3; i++) {
		static const unsigned char want[] = {1, 5, 1};

		if (end < v->n && v->p[end] == '.')
			end++;
		else if (blank(v, end))
			end += blank(v, end);
		else
			return false;
		end = skip_digits(v, end, &n);
		if (n != want[i])
			return false;
	}
	return true;
}

bool
od_scan_house(const struct od_scan_view *v, size_t at)
{
	unsigned n;

	at = skip_blanks(v, at, 3);
	at = skip_digits(v, at, &n);
	if (n < 1 || n > 4)
		return false;
	at = skip_blanks(v, at, 1);
	if (at >= v->n || v->p[at] != '/')
		return false;
	skip_digits(v, skip_blanks(v, at + 1, 1), &n);
	return n >= 1 && n <= 4;
}

/* Words of office and things that begin like a title: นายอำเภอ, นางพยาบาล. */
static const char *const not_names[] = {
    "ก",       "กเทศ", "จ้าง",    "จาง",  "อำเภอ", "ทะเบียน", "หน้า",    "ช่าง", "แพทย์",
    "สัตวแพทย์", "ทหาร", "ตำรวจ",  "สถานี", "ด่าน",   "ประกัน",  "เรือ",    "เวร", "พล",
    "ท้าย",     "ตรวจ", "ทุน",     "ท่า",   "พราน",  "ธนาคาร", "พยาบาล", "งาม", "แบบ",
    "รอง",     "เลิ้ง",  "รำ",     "ฟ้า",   "เอก",   "สนม",    "กวัก",    "สาว", "สงกรานต์",
    "นพมาศ",   "ยาย",  "ไพร",    "ร้าย",  "กอง",   "ขอ",     "คน",     "ผู้",   "และ",
    "ตลาด",    "ปลัด",  "ประธาน", "นิติกร", "ดาบ",
};

/* A place follows: "ตำบลนางลือ อำเภอเมือง". */
static const char *const not_families[] = {"อำเภอ", "ตำบล", "จังหวัด", "อ.",
                                           "ต.",    "จ.",   "หมู่",    "บ้าน"};

static bool
begins_with_any(const struct od_scan_view *v, size_t at, const char *const *words,
                size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v->n - at >= strlen(words[i]) &&
		    !memcmp(v->p + at, words[i], strlen(words[i])))
			return true;
	return false;
}

/* Thai letters from `at` on; *letters counts consonants and leading vowels. */
static size_t
thai_word(const struct od_scan_view *v, size_t at, unsigned *letters)
{
	*letters = 0;
	while (is_thai(v, at) && !digit(v, at)) {
		const unsigned char *p = (const unsigned char *)v->p + at;

		if (p[1] == 0xb8 && p[2] >= 0x81 && p[2] <= 0xae)
			++*letters;
		at += 3;
	}
	return at;
}

bool
od_leak_name(const struct od_scan_view *v, size_t anchor, size_t at, bool whole)
{
	unsigned given, family;
	size_t end;

	/* A title within a word is none: เจ้านาย, ขุนนาง, ทนาย. */
	if (anchor >= 3 && is_thai(v, anchor - 3) && !digit(v, anchor - 3))
		return false;
	at = skip_blanks(v, at, 1);
	if (!whole && begins_with_any(v, at, not_names, OD_ARRAY_LEN(not_names)))
		return false;
	end = thai_word(v, at, &given);
	if (given < 2 || given > 10)
		return false;
	at = skip_blanks(v, end, 1);
	if (at == end ||
	    begins_with_any(v, at, not_families, OD_ARRAY_LEN(not_families)))
		return false;
	thai_word(v, at, &family);
	return family >= 2 && family <= 16;
}
