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

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "row/cell.h"
#include "spec/spec.h"

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

/* What every marker begins with. */
#define OD_MARKER_HEAD "[ปกปิด:"

/* What stands for a withheld text where a cell must not be empty. */
#define OD_MARKER_WITHHELD OD_MARKER_HEAD "รอตรวจสอบ]"

/* What was done to one cell. */
struct od_anon_note {
	uint32_t cut[OD_PII_KINDS]; /* spans replaced, by kind */
	uint32_t cleaned;           /* 1 if cleaning changed the text */
	const char *doubt;          /* the rule of anon/doubt.h by which a redacted text
	                               should be withheld, or NULL */
};

enum { OD_ANON_KEY = 32 }; /* bytes of the key of codes */

/* A method and what its field declares beside it; made by od_anon_prepare(). */
struct od_anon_use {
	const struct od_anon_method *method;
	const char *argument;     /* as declared, or NULL */
	size_t keep;              /* generalize: leading bytes that are kept */
	bool date;                /* ... of a date; else of the code of a place */
	int64_t step;             /* grid, round: in units of 10^-step_scale */
	unsigned step_scale;      /* digits after the point */
	const unsigned char *key; /* code: OD_ANON_KEY bytes */
};

/* One anonymization method; `name` is the word of `anonymize:` in dataset.yaml. */
struct od_anon_method {
	const char *name;
	const char *help;
	const char *rule; /* name of the finding if a cell is refused */

	/*
	 * Reads use->argument for a field. NULL, or why the declaration cannot be:
	 * a constant. May be NULL: then the method takes no argument.
	 */
	const char *(*prepare)(const struct od_field *f, struct od_anon_use *use);

	/*
	 * Puts the publishable form of `in` into *out, in the row arena. Returns NULL,
	 * or why the cell is refused: a constant string, so that a finding cannot
	 * repeat personal data. A null stays null. A text that is empty after cleaning
	 * becomes null.
	 */
	const char *(*apply)(const struct od_anon_use *use, struct od_raw in,
	                     struct od_arena *row, struct od_pub *out,
	                     struct od_anon_note *note);
};

/*
 * Ends with NULL.
 *   public              the cleaned text as it is
 *   redact              cleaned and scanned
 *   drop                nothing: the column stays, and is always empty
 *   generalize: year    the year of a date (and time); month: year and month
 *   generalize: district, province    the first four or two digits of a place's code
 *   generalize: 0.01    the middle of the cell of a grid of that many degrees, counted
 *                       from 0
 *   round: 1000         the nearest multiple; a half goes away from zero
 *   code: NAME          HMAC-SHA-256 of the cleaned text under a secret key, 32 hex
 *                       digits: equal for equal values of all fields with that NAME
 */
extern const struct od_anon_method *const od_anon_methods[];
extern const struct od_anon_method od_anon_drop, od_anon_generalize, od_anon_round,
    od_anon_code;

/* NULL if there is none of that name. */
const struct od_anon_method *od_anon_method_find(struct od_span name);

/*
 * What the field declares, whose method must be known. `key` may be NULL as long as
 * nothing is applied. Returns NULL, or why the declaration cannot be: a constant.
 */
const char *od_anon_prepare(const struct od_field *f, const unsigned char *key,
                            struct od_anon_use *use);

#endif
