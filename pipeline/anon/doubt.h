/*
 * doubt.h - what a redacted text may still tell of a person, by rules.
 *
 * The detector cuts what it is sure of. Some texts show that there was more: a number
 * of an identity card that lacks a digit, a title before something that is written like
 * no name. Such a text is withheld until an officer has looked at it (stage/review.h):
 * its cell is published empty, its row stays. The rules ask for the word before the
 * number, so that they hold few texts: they are not to be a second detector.
 *
 * One pass; what is looked at around a place is bounded by constants. Pure.
 */
#ifndef OD_ANON_DOUBT_H
#define OD_ANON_DOUBT_H

#include "core/span.h"

struct od_doubt {
	const char *name; /* in findings, lists and reports: "id_mistyped" */
	const char *help;
};

/* The name of the rule for a text that still holds personal data after cutting. */
#define OD_DOUBT_REMAINS "data_remains"

/* Ends with NULL. */
extern const struct od_doubt *const od_doubts[];

/* The first rule that holds for a text after redaction; NULL: publish it. */
const struct od_doubt *od_doubt_find(struct od_span text);

#endif
