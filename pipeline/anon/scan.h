/*
 * scan.h - the recognizers behind detect.h, and the letters they read.
 *
 * A recognizer is called at a character that can begin (or, for the at sign, lies
 * within) what it knows. It adds what it found and returns where the scan goes on: past
 * its `at`. It may look back at most OD_SCAN_BACK bytes and never before `done`, the
 * end of the last hit, so that hits do not overlap.
 */
#ifndef OD_ANON_SCAN_H
#define OD_ANON_SCAN_H

#include <stdint.h>

#include "anon/detect.h"

enum { OD_SCAN_BACK = 96 };

struct od_scan {
	const char *p, *end;
	const char *done;
	struct od_arena *row;
	struct od_hits hits;
	size_t room;
};

/* Adds the hit from `at`, which is not before `done`, to `to`, which is behind `at`. */
void od_scan_add(struct od_scan *s, const char *at, const char *to, enum od_pii kind);

/* At a digit that no digit stands before. */
const char *od_scan_number(struct od_scan *s, const char *at);

/* At such a digit; NULL if no house is found there. */
const char *od_scan_address(struct od_scan *s, const char *at);

/* At an at sign, or at a bracket that may hold one. */
const char *od_scan_email(struct od_scan *s, const char *at);

/* At "l" of "line", or at the Thai word. */
const char *od_scan_line(struct od_scan *s, const char *at);

/* At a character that may begin a title; returns `at` if no name is there. */
const char *od_scan_name(struct od_scan *s, const char *at);

/*
 * At the first letter of a run, or of a word that leads to a name, where no title was
 * found: a name by the model. Returns `at` if there is none.
 */
const char *od_scan_guess(struct od_scan *s, const char *at);

/* At the first letter of an English title. */
const char *od_scan_name_en(struct od_scan *s, const char *at);

/* Letters. */

/* Bytes of the digit at `p` and its value, 0 if there is none. */
static inline unsigned
od_digit(const char *p, const char *end, unsigned *v)
{
	const unsigned char *s = (const unsigned char *)p;

	if (p >= end)
		return 0;
	if (s[0] >= '0' && s[0] <= '9') {
		*v = s[0] - '0';
		return 1;
	}
	if (end - p < 3)
		return 0;
	if (s[0] == 0xe0 && s[1] == 0xb9 && s[2] >= 0x90 && s[2] <= 0x99) {
		*v = s[2] - 0x90u;
		return 3;
	}
	if (s[0] == 0xef && s[1] == 0xbc && s[2] >= 0x90 && s[2] <= 0x99) {
		*v = s[2] - 0x90u;
		return 3;
	}
	return 0;
}

/* Bytes of the hyphen, dash or minus sign at `p`, 0 if there is none. */
static inline unsigned
od_dash(const char *p, const char *end)
{
	const unsigned char *s = (const unsigned char *)p;

	if (p < end && *p == '-')
		return 1;
	if (end - p < 3)
		return 0;
	if (s[0] == 0xe2 && s[1] == 0x80 && s[2] >= 0x90 && s[2] <= 0x95)
		return 3;
	if (s[0] == 0xe2 && s[1] == 0x88 && s[2] == 0x92)
		return 3;
	if (s[0] == 0xef && s[1] == 0xbc && s[2] == 0x8d)
		return 3;
	return s[0] == 0xef && s[1] == 0xb9 && s[2] == 0xa3 ? 3 : 0;
}

/* The lower-case letter, digit or sign at `p`, full-width or not; 0 if not of ASCII. */
static inline char
od_latin(const char *p, const char *end, unsigned *n)
{
	const unsigned char *s = (const unsigned char *)p;
	unsigned c;

	*n = 1;
	if (p >= end)
		return 0;
	c = s[0];
	if (c == 0xef && end - p >= 3 && (s[1] == 0xbc || s[1] == 0xbd)) {
		*n = 3;
		c = (s[1] & 1u) << 6 | (s[2] & 0x3fu);
		c = c + 0x20;
	}
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	return c > 0x20 && c < 0x7f ? (char)c : 0;
}

/* The place of a character of the Thai block in it: U+0E00 is 0. */
static inline unsigned
od_letter(const char *p)
{
	return ((unsigned)p[1] & 1) << 6 | ((unsigned)p[2] & 0x3f);
}

/* Likewise, where three bytes can be read; no branch. */
static inline unsigned
od_is_thai_near(const char *p)
{
	/* 01 to 2e, 30 to 3a; 40 to 45, 47 to 4e */
	static const uint64_t letters[] = {0x07ff7ffffffffffe, 0x7fbf};
	unsigned i = od_letter(p);

	return (*p == '\xe0') & ((p[1] & '\xfe') == '\xb8') &
	       (unsigned)(letters[i >> 6] >> (i & 63) & 1);
}

/* A letter, vowel or mark of Thai; not a digit, not a sign such as paiyannoi. */
static inline bool
od_is_thai(const char *p, const char *end)
{
	return end - p >= 3 && od_is_thai_near(p);
}

/* Likewise for the character that ends at `p`. */
static inline bool
od_is_thai_before(const char *from, const char *p)
{
	return p - from >= 3 && od_is_thai(p - 3, p);
}

static inline bool
od_starts(const char *p, const char *end, const char *word)
{
	/* Most words differ early: no call is worth its while. */
	for (; *word; word++, p++)
		if (p >= end || *p != *word)
			return false;
	return true;
}

static inline bool
od_ends(const char *from, const char *p, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(p - from) >= n && memcmp(p - n, word, n) == 0;
}

/* A vowel or mark that needs a consonant before it. */
static inline bool
od_is_dependent(const char *p, const char *end)
{
	unsigned i;

	if (!od_is_thai(p, end))
		return false;
	i = od_letter(p);
	return (i >= 0x30 && i <= 0x3a) || i == 0x45 || (i >= 0x47 && i <= 0x4e);
}

/* A vowel that stands before its consonant: no word begins behind it. */
static inline bool
od_is_leading(const char *p)
{
	unsigned i = od_letter(p);

	return i >= 0x40 && i <= 0x44;
}

/* Past at most `max` spaces. */
static inline const char *
od_spaces(const char *p, const char *end, unsigned max)
{
	while (max-- && p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

/* `word` begins the text; a space at its end asks that no Thai letter follows. */
bool od_begins(const char *p, const char *end, const char *word);

/* Likewise one of the Thai words; NULL is a list of none. */
bool od_begins_any(const char *p, const char *end, const char *const *words);

/* The first `n` bytes of Latin text are `word` (lower case), in any width and case. */
const char *od_scan_word(const char *p, const char *end, const char *word);

/* Where the words before `p` begin: at most `max` bytes back, after any marker. */
const char *od_scan_back(const struct od_scan *s, const char *p, size_t max);

/* Whether one of the words (NULL-terminated, Latin in lower case) stands in from..to.
 */
bool od_scan_has(const char *from, const char *to, const char *const *words);

#endif
