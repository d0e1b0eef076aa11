/*
 * gate.h - whether one of a list of Thai words may begin at a place, by its first three
 * letters: a look into tables of bits that spares most places the comparison with the
 * words themselves.
 *
 * The tables are made from the lists before main() begins, and do not change after.
 */
#ifndef OD_ANON_GATE_H
#define OD_ANON_GATE_H

#include "anon/scan.h"

/* A bit for each letter of the Thai block; bit 0 is the dot of an abbreviation. */
struct od_letters {
	uint64_t in[2];
};

/* By the first letter, those that may be second and third. */
struct od_gate {
	struct od_letters second[128], third[128];
};

struct od_gates {
	struct od_gate title; /* od_titles, and the word for LINE */
	struct od_gate lead;  /* od_weak_titles, od_weak_leads */
	struct od_gate end;   /* od_guess_ends */
};

extern struct od_gates od_gates;

enum { OD_GATE_OTHER = 127 }; /* U+0E7F is no character */

/* The letter at `p`, or what stands for a dot or anything else. */
static inline unsigned
od_gate_letter(const char *p, const char *end)
{
	if (end - p >= 3 && (unsigned char)*p == 0xe0)
		return od_letter(p);
	return p < end && *p == '.' ? 0 : OD_GATE_OTHER;
}

static inline bool
od_letters_have(const struct od_letters *set, unsigned letter)
{
	return set->in[letter >> 6] >> (letter & 63) & 1;
}

/* Whether a word may begin with the Thai letter at `p`. */
static inline bool
od_gate_open(const struct od_gate *g, const char *p, const char *end)
{
	const struct od_letters *third = &g->third[od_letter(p)];
	unsigned second = od_gate_letter(p + 3, end);

	return od_letters_have(&g->second[od_letter(p)], second) &&
	       (second == 0 || od_letters_have(third, od_gate_letter(p + 6, end)));
}

#endif
