/*
 * purge.h - finds and removes what was retracted (stage/retract.h) in all that is kept.
 *
 * A release is one signed whole, so one that holds retracted text goes as a whole. What
 * anybody who has copies must do is told by OUTPUT/retractions.json, signed like a
 * manifest (retractions.json.minisig):
 *
 *   {"serial":12,"retractions":[{"serial":12,"rows":["1042"],"texts":1}, ...],
 *    "withdrawn":[{"serial":9,"created":"2026-..."}, ...],
 *    "files":["<sha256>", ...]}
 *
 * A mirror reads it before it serves: no release below the last "serial" of a
 * retraction that is among "withdrawn", and no file with one of these hashes. Texts are
 * not told.
 */
#ifndef OD_STAGE_PURGE_H
#define OD_STAGE_PURGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"
#include "seal/timestamp.h" /* OD_RETRACTIONS_NAME */

/* A file that holds one of the texts. */
struct od_held {
	const char *release; /* its name below releases/ */
	const char *path;    /* in it */
	char sha256[65];
};

/* What was looked through. */
struct od_purge {
	struct od_arena *a;
	const char *output;
	struct od_held *held; /* by release, then path */
	size_t n_held, cap;
	uint64_t files, releases;
};

/* Looks for the texts in every file of every release, also inside archives. */
OD_CHECKED enum od_rc od_purge_find(struct od_purge *p, const struct od_span *texts,
                                    size_t n, struct od_err *err);

/* The date of a release's manifest, or "". */
const char *od_purge_created(const struct od_purge *p, const char *release);

/* Removes the releases that hold something; the live one is an error. */
OD_CHECKED enum od_rc od_purge_releases(const struct od_purge *p, struct od_err *err);

/* Removes private snapshots that hold one of the texts; *removed counts them. */
OD_CHECKED enum od_rc od_purge_snapshots(const char *state, const struct od_span *texts,
                                         size_t n, size_t *removed, struct od_err *err);

/*
 * Adds this retraction to the public list. `key` NULL: not signed, and an old signature
 * goes.
 */
struct od_secret_key;
OD_CHECKED enum od_rc od_purge_tell(const struct od_purge *p, uint64_t serial,
                                    const struct od_span *rows, size_t n_rows,
                                    size_t n_texts, const struct od_secret_key *key,
                                    struct od_err *err);

#endif
