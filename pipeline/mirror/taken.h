/*
 * taken.h - what a publisher took back, and a mirror must not keep: retractions.json.
 *
 * Its form is told in stage/purge.h. Reading is strict: OD_KIND_VERIFY errors.
 */
#ifndef OD_MIRROR_TAKEN_H
#define OD_MIRROR_TAKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"
#include "mirror/local.h"

/* Zeroed is: nothing was taken back. */
struct od_taken {
	const char **files; /* hashes, sorted */
	size_t n_files;
	uint64_t *releases;
	size_t n_releases;
};

OD_CHECKED enum od_rc od_taken_parse(struct od_span text, struct od_arena *a,
                                     struct od_taken *out, struct od_err *err);

bool od_taken_has_file(const struct od_taken *t, const char *sha256);
bool od_taken_has_release(const struct od_taken *t, uint64_t serial);

/*
 * Removes every tree that is not live and holds something of it, and every such object.
 * *live tells whether the live tree does.
 */
OD_CHECKED enum od_rc od_taken_obey(const struct od_taken *t, const struct od_local *l,
                                    bool *live, struct od_err *err);

/* Removes such files from the live tree: for when no release can take its place. */
OD_CHECKED enum od_rc od_taken_cut_live(const struct od_taken *t,
                                        const struct od_local *l, size_t *removed,
                                        struct od_err *err);

#endif
