/*
 * retract.h - what was taken back, and must never be published again.
 *
 * state/retract.list (0600), one a line, in the order in which it was retracted:
 *   row 1042          the row of the catalogue's main dataset (the one that dates a
 *                     release, `created` of catalog.yaml) with that key, and with it
 * all that hangs on it text ...          every cell that holds the text: it becomes
 * empty, or its row goes where it is a code extract applies it to what it reads; seal
 * looks for it in every byte of the finished files and holds the release. The list
 * stays private: it has what nobody may read.
 */
#ifndef OD_STAGE_RETRACT_H
#define OD_STAGE_RETRACT_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"
#include "spec/spec.h"

/* Name of the finding. */
#define OD_RETRACTED "retracted"

enum { OD_RETRACT_LEAST = 6, OD_RETRACT_MOST = 400 }; /* bytes of a text */

struct od_retraction {
	const struct od_span *rows, *texts;
	size_t n_rows, n_texts;
};

OD_CHECKED enum od_rc od_retract_load(const char *state, struct od_arena *a,
                                      struct od_retraction *out, struct od_err *err);

/* Adds what is not there yet. */
OD_CHECKED enum od_rc
od_retract_add(const char *state, const struct od_retraction *more, struct od_err *err);

bool od_retract_has_row(const struct od_retraction *r, struct od_span key);
bool od_retract_has_text(const struct od_retraction *r, struct od_span cell);

/* What changes with every retraction: a hash, or "" without any. */
OD_CHECKED enum od_rc od_retract_state(const char *state, struct od_arena *a,
                                       const char **out, struct od_err *err);

/*
 * A record is known in files by its unique codes: whoever holds the code holds the
 * record. Appends those of the main dataset's row to `texts`, as the private snapshots
 * have them.
 */
OD_CHECKED enum od_rc od_retract_codes(const struct od_spec *spec, const char *state,
                                       const char *key, struct od_arena *a,
                                       struct od_span *texts, size_t *n,
                                       struct od_err *err);

/* NULL if the text can be looked for in every form that a release gives it, or why not.
 */
const char *od_retract_fault(struct od_span text);

#endif
