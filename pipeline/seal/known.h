/*
 * known.h - files that were scanned and hashed when the live release was sealed.
 *
 * A night changes few files; the others are hard links to those of the live release.
 * Such a file is not read again if all of this holds: it is the same inode, it has the
 * size that the live manifest says, it was last written before that manifest, and that
 * release was sealed with the same rules of the scanner. What says so is a file in the
 * private state directory, bound to the live manifest by its hash; without it, or
 * after any change of a rule, everything is read.
 *
 * A disk that changes bytes by itself is found by `odp verify`, not here.
 */
#ifndef OD_SEAL_KNOWN_H
#define OD_SEAL_KNOWN_H

#include "core/arena.h"
#include "core/err.h"
#include "seal/manifest.h"

struct od_known; /* NULL: nothing is known */

/* `rules` identifies the scanner: od_scanner_id(). Never fails: unsure is NULL. */
const struct od_known *od_known_load(const char *state, const char *live,
                                     const char *rules, struct od_arena *a);

/* The live manifest's entry for the file at `path`, if it need not be read; or NULL. */
const struct od_manifest_file *od_known_find(const struct od_known *k, const char *rel,
                                             const char *path);

/* Remembers that the release in `dir`, whose manifest is written, passed these rules.
 */
OD_CHECKED enum od_rc od_known_save(const char *state, const char *dir,
                                    const char *rules, struct od_err *err);

#endif
