/*
 * retain.h - which releases are kept.
 *
 * The live one, the newest few before it, and the newest of each of the last months (by
 * the date in the manifest, counted back from the live one); of these none that is
 * older than `days`, and the oldest go until all together take at most `bytes`: a file
 * that releases share is counted once. What was never finished
 * (<serial>.part, .held, .preview) goes once a later release is live. The target of
 * `current` is never removed, nor anything newer than it.
 */
#ifndef OD_SEAL_RETAIN_H
#define OD_SEAL_RETAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct od_retention {
	unsigned newest; /* before the live one */
	unsigned months;
	unsigned days;  /* between its date and the live one's; 0: of any age */
	uint64_t bytes; /* 0: no limit */
};

/* `retention` of schemas/catalog.yaml; this is what the project's own file says. */
#define OD_RETENTION_DEFAULT ((struct od_retention){.newest = 7, .months = 12})

struct od_retained {
	const char *name;    /* below releases/: "12", "13.part" */
	const char *created; /* of its manifest, or "" */
	uint64_t serial;
	bool finished; /* the name is the serial alone */
	bool keep;     /* set by od_retain_mark() */
};

/* Decides; pure. `v` is sorted by falling serial, `live` is the live one's serial. */
void od_retain_mark(struct od_retained *v, size_t n, uint64_t live,
                    const struct od_retention *r);

/* Removes what the rule does not keep; *removed counts them. */
OD_CHECKED enum od_rc od_retain_prune(const char *output, const struct od_retention *r,
                                      size_t *removed, struct od_err *err);

#endif
