/*
 * gate.h - which lists of Thai words have one that may begin at a place: by its first
 * four letters, so that most places are spared the comparison with the words
 * themselves.
 *
 * The table is made from the lists before main() begins, and does not change after.
 */
#ifndef OD_ANON_GATE_H
#define OD_ANON_GATE_H

#include <endian.h>

#include "anon/scan.h"

/* The lists: a bit each. */
enum {
	OD_GATE_TITLE = 1,    /* od_titles, and the word for LINE */
	OD_GATE_LEAD = 2,     /* od_weak_titles, od_weak_leads */
	OD_GATE_NO_GUESS = 4, /* od_no_guess */
};

enum { OD_GATE_BITS = 12, OD_GATE_SLOTS = 1 << OD_GATE_BITS, OD_GATE_ROWS = 512 };

/*
 * By the first three letters the slot of a row; slots are tried from the one of the key
 * up to an empty one, whose row is 0. In the row the lists by the fourth letter.
 */
struct od_gates {
	uint16_t rows[OD_GATE_SLOTS];
	uint64_t keys[OD_GATE_SLOTS];
	uint8_t lists[OD_GATE_ROWS][128];
};

extern struct od_gates od_gates;

/*
 * The three letters at `p`, where a Thai letter is: all bytes but the first, which they
 * share. A dot is a letter too; what follows it does not count, nor does what is no
 * letter in the third place.
 */
static inline uint64_t
od_gate_key(const char *p, const char *end)
{
	uint64_t key = 0;

	memcpy(&key, p + 1, end - p >= 9 ? sizeof(key) : (size_t)(end - p - 1));
	key = le64toh(key);
	if ((key >> 16 & 0xff) == '.')
		return key & 0xffffff;
	if ((key >> 40 & 0xff) == '.')
		return key & 0xffffffffffff;
	return (key >> 40 & 0xff) == 0xe0 ? key : key & 0xffffffffff;
}

static inline unsigned
od_gate_slot(uint64_t key)
{
	return (unsigned)(key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - OD_GATE_BITS));
}

enum { OD_GATE_OTHER = 127 }; /* U+0E7F is no character */

/* The letter at `p`; 0 is a dot, OTHER the end or anything else. */
static inline unsigned
od_gate_letter(const char *p, const char *end)
{
	if (end - p >= 3 && *p == '\xe0')
		return od_letter(p);
	return p < end && *p == '.' ? 0 : OD_GATE_OTHER;
}

/* The lists that have a word which may begin with the Thai letter at `p`. */
static inline unsigned
od_gate(const char *p, const char *end)
{
	uint64_t key = od_gate_key(p, end);
	unsigned slot = od_gate_slot(key), row;

	while ((row = od_gates.rows[slot]) != 0 && od_gates.keys[slot] != key)
		slot = (slot + 1) % OD_GATE_SLOTS;
	return row ? od_gates.lists[row][od_gate_letter(p + 9, end)] : 0;
}

#endif
