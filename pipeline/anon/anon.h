/*
 * anon.h - what may be published of a cell: the only maker of od_pub from od_raw.
 *
 * Every text, published whole or redacted, is first cleaned (anon/clean.h: NFC, one
 * form of sara am, no zero-width, bidi or control characters, one kind of space).
 * A redacted text is then scanned (anon/detect.h) on a normalized view, and what was
 * found is cut out of the cleaned original and replaced by a marker that names the
 * kind.
 *
 * All functions are pure: same input, same output; no global state; linear time.
 * They may be called from several threads with different arenas.
 */
#ifndef OD_ANON_ANON_H
#define OD_ANON_ANON_H

#include <stdint.h>

#include "core/arena.h"
#include "row/cell.h"

/* Kinds of personal data. The order is that of reports. */
enum od_pii {
	OD_PII_CITIZEN_ID,
	OD_PII_PHONE,
	OD_PII_EMAIL,
	OD_PII_LINE,
	OD_PII_BANK,
	OD_PII_PASSPORT,
	OD_PII_NAME,
	OD_PII_ADDRESS,
	OD_PII_KINDS,
};

struct od_pii_kind {
	const char *name;     /* in findings and reports: "citizen_id" */
	const char *marker;   /* what replaces it in a published text */
	const char *title_th; /* for people */
	const char *title_en;
};
extern const struct od_pii_kind od_pii_kinds[OD_PII_KINDS];

/* What was done to one cell. */
struct od_anon_note {
	uint32_t cut[OD_PII_KINDS]; /* spans replaced, by kind */
	uint32_t cleaned;           /* 1 if cleaning changed the text */
};

/* One anonymization method; `name` is the word of `anonymize:` in dataset.yaml. */
struct od_anon_method {
	const char *name;
	const char *help;

	/*
	 * Puts the publishable form of `in` into *out, in the row arena. Returns NULL,
	 * or why the cell is refused: a constant string, so that a finding cannot
	 * repeat personal data. A null stays null. A text that is empty after cleaning
	 * becomes null.
	 */
	const char *(*apply)(struct od_raw in, struct od_arena *row, struct od_pub *out,
	                     struct od_anon_note *note);
};

/*
 * Ends with NULL. "public": the cleaned text as it is; "redact": cleaned and scanned;
 * "year": the year of an ISO date.
 */
extern const struct od_anon_method *const od_anon_methods[];

/* NULL if there is none of that name. */
const struct od_anon_method *od_anon_method_find(struct od_span name);

#endif
