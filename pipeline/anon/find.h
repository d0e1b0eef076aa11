/*
 * find.h - where in a text personal data may begin: what the scan need not skip.
 *
 * A place is a digit, an at sign, a bracket before "at", the first letter of LINE or of
 * an English title, a letter of a run of Thai letters where a title or a leading word
 * may begin by its first four letters, and the first letter of each run that a name may
 * begin with. Everything else is passed over, 64 bytes at a time where the processor
 * can (AVX2).
 */
#ifndef OD_ANON_FIND_H
#define OD_ANON_FIND_H

#include <stdint.h>

/* What may begin; a Thai letter may be several. */
enum {
	OD_FIND_DIGIT = 1,
	OD_FIND_AT = 2,
	OD_FIND_LINE = 4,
	OD_FIND_ENGLISH = 8,
	OD_FIND_TITLE = 16, /* or the Thai word for LINE */
	OD_FIND_LEAD = 32,
	OD_FIND_RUN = 64,
};

/* A text p..end being looked through; the rest, which is 0 at first, is od_find()'s. */
struct od_finder {
	const char *p, *end;
	const char *block;                    /* the last bytes that were looked at */
	uint64_t others, titles, leads, runs; /* a bit for each that may be a place */
};

/*
 * The first place from `at` on, or the end if there is none; *what is what may begin
 * there. `at` does not go back from call to call.
 */
const char *od_find(struct od_finder *f, const char *at, unsigned *what);

/* The same in any processor. */
const char *od_find_by_letter(const struct od_finder *f, const char *at,
                              unsigned *what);

#endif
