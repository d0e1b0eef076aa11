/*
 * review.h - doubtful texts: which an officer has allowed.
 *
 * A text that a rule of anon/doubt.h holds is withheld. It is told by a reference, its
 * HMAC-SHA-256 under state/review.key: equal texts have equal references, and nobody
 * without the key can try out texts. An officer looks the row up in the operational
 * database, and allows the reference; state/review.allow (0600) holds those that are
 * allowed, one a line, sorted. So no text is ever stored. An allowed text is published
 * as redaction left it.
 */
#ifndef OD_STAGE_REVIEW_H
#define OD_STAGE_REVIEW_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"

enum { OD_REVIEW_REF = 33 }; /* 32 hex digits and NUL */

struct od_retraction;
struct od_review; /* read by many threads */

/* Key and decisions, also what was retracted. Lives in the arena. */
OD_CHECKED enum od_rc od_review_open(const char *state, struct od_arena *a,
                                     const struct od_review **out, struct od_err *err);

/* The reference of a text, as it stands in the operational database. */
void od_review_ref(const struct od_review *r, struct od_span text,
                   char ref[OD_REVIEW_REF]);

bool od_review_allows(const struct od_review *r, const char *ref);

const struct od_retraction *od_review_retraction(const struct od_review *r);

/* 32 lower-case hex digits? */
bool od_review_is_ref(struct od_span s);

/* The references that are allowed, NULL-terminated, sorted. */
OD_CHECKED enum od_rc od_review_load(const char *state, struct od_arena *a,
                                     const char ***refs, size_t *n, struct od_err *err);

/* Replaces them; sorts `refs`, which may hold some twice. */
OD_CHECKED enum od_rc od_review_save(const char *state, const char **refs, size_t n,
                                     struct od_err *err);

/* What changes with every decision and retraction: a word, or "" without any. */
OD_CHECKED enum od_rc od_review_state(const char *state, struct od_arena *a,
                                      const char **out, struct od_err *err);

#endif
