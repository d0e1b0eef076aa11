/*
 * guess.h - persons without a title, by a small statistical model.
 *
 * A guess is a given name, or a given and a family name. It begins where a run of Thai
 * letters does, or in one behind a word that leads to a name ("น้อง", "หรือ"), and ends
 * with the run or before a word that no name contains. Its score is the sum of the
 * weights of its features: pieces of the names and of what stands before and behind
 * them, each hashed to one of OD_GUESS_WEIGHTS weights. The weights were trained by
 * tests/bench/anon_train.c, which reads features through this header; model.inc holds
 * them and nothing else of the texts they were made from.
 */
#ifndef OD_ANON_GUESS_H
#define OD_ANON_GUESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OD_GUESS_BITS = 16,
	OD_GUESS_WEIGHTS = 1 << OD_GUESS_BITS,
	OD_GUESS_START_BITS = 16,
	OD_GUESS_FEATURES = 192, /* at most of one guess */
	OD_GUESS_LETTERS = 16,   /* of a name at most */
};

/* In the text p..end. */
struct od_guess {
	const char *p, *end;
	const char *given, *given_to;
	const char *family, *family_to; /* NULL if there is none */
};

/*
 * Where a name may begin if one may begin with the character at `at`: there, or behind
 * the leading word that stands there. NULL if none may. *title is where the name is cut
 * from: `at` if the word is a title.
 */
const char *od_guess_begin(const char *p, const char *at, const char *end,
                           const char **title);

/*
 * The guess that begins at `given`, with a second run if one follows; false if no name
 * can be there.
 */
bool od_guess_read(struct od_guess *g, const char *p, const char *given,
                   const char *end);

/* The features of a guess, as places in the table of weights; returns how many. */
unsigned od_guess_features(const struct od_guess *g,
                           uint16_t features[OD_GUESS_FEATURES]);

/*
 * The beginning of a given name as a place in a table of bits: most words begin like no
 * name, and cost no more than this.
 */
unsigned od_guess_start(const char *given, const char *end);

/* Whether the model's table has the beginning. */
bool od_guess_may_start(const char *given, const char *end);

/* Likewise of the bytes from `at` on that have a bit in `runs`, those that may. */
uint64_t od_guess_sift(const char *at, const char *end, uint64_t runs);

#endif
