/*
 * find.h - where in a text personal data may begin: what the scan need not skip.
 *
 * A place is a digit, an at sign, a bracket before "at", the first letter of LINE or of
 * an English title, a letter of a run of Thai letters where a title or a leading word
 * may begin by its first three letters, and the first letter of each run. Everything
 * else is passed over, 32 bytes at a time where the processor can (AVX2).
 */
#ifndef OD_ANON_FIND_H
#define OD_ANON_FIND_H

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

/*
 * The first place in at..end, in the text that begins at `p`; `end` if there is none.
 * *what is what may begin there.
 */
const char *od_find(const char *p, const char *at, const char *end, unsigned *what);

#endif
