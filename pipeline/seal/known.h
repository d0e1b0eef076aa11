/*
 * known.h - files of the live release that need not be made, read or scanned again.
 *
 * A night changes few files. What a stage makes anew and finds equal to the live
 * release's file of that name becomes a hard link to it: it takes no room, and is
 * neither written nor made durable twice. And what the live release holds was scanned
 * and hashed when that one was sealed. A file is not read again if all of this holds:
 * it is the same inode, it has the size that the live manifest says, it was last
 * written before that manifest, and that release was sealed with the same rules of the
 * scanner. What says so is a file in the private state directory, bound to the live
 * manifest by its hash; without it, or after any change of a rule, everything is
 * scanned.
 *
 * A disk that changes bytes by itself is found by `odp verify`, not here.
 */
#ifndef OD_SEAL_KNOWN_H
#define OD_SEAL_KNOWN_H

#include "core/err.h"
#include "seal/manifest.h"

struct od_known; /* NULL: nothing is known */

/*
 * The files of the release in `live`, to be closed. `rules` identifies the scanner:
 * od_scanner_id(); NULL for who only links, and needs no `state`. Never fails: unsure
 * is NULL. Threads may ask side by side.
 */
struct od_known *od_known_load(const char *state, const char *live, const char *rules);
void od_known_close(struct od_known *k);

/* The live manifest's entry of that name, or NULL. */
const struct od_manifest_file *od_known_entry(const struct od_known *k,
                                              const char *rel);

/* The same for the file at `path`, if it need not be read; or NULL. */
const struct od_manifest_file *od_known_find(const struct od_known *k, const char *rel,
                                             const char *path);

/*
 * Makes `name` in the folder `dir` (AT_FDCWD: a path) a link to the live file `rel`, if
 * that has this hash and was not written to since it was sealed. False, and nothing
 * made, if not, or if there is something at `name`.
 */
bool od_known_link(const struct od_known *k, const char *rel, const char *sha256,
                   int dir, const char *name);

/* Remembers that the release in `dir`, whose manifest is written, passed these rules.
 */
OD_CHECKED enum od_rc od_known_save(const char *state, const char *dir,
                                    const char *rules, struct od_err *err);

#endif
