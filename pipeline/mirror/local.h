/*
 * local.h - a mirror's own folder.
 *
 *   DIR/current -> releases/12      what is served; replaced by one rename
 *   DIR/releases/12/                whole and verified; the one before it stays, too
 *   DIR/timestamp.json, retractions.json, and their signatures
 *   DIR/.mirror/                    private: the lock; objects/ab/cd...: files that
 * came, by hash; cd....part: files that are coming
 *
 * So a mirror can be mirrored. What is in objects/ is only ever linked into a tree that
 * is then verified as a whole, so that nothing in there is believed.
 */
#ifndef OD_MIRROR_LOCAL_H
#define OD_MIRROR_LOCAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "seal/manifest.h"

struct od_have {
	char sha256[65];
	const char *path; /* on this machine */
};

struct od_local {
	struct od_arena *a;
	const char *dir;
	const char *live;      /* "12", or "" */
	const char *live_root; /* hash of its manifest.json, or "" */
	uint64_t serial;       /* of the live release, 0: none */
	bool distrust;         /* files are hashed before they are linked */
	struct od_have *have;  /* files of the live release, by hash */
	size_t n, cap;
};

/* Looks at what is live; the folder is there. A live tree that cannot be read counts as
 * none. */
void od_local_open(struct od_local *l, const char *dir, struct od_arena *a);

/* Has the live tree exactly these parts? */
bool od_local_has_parts(const struct od_local *l, const struct od_manifest_file *parts,
                        size_t n, bool whole);

/* Paths of an object, and of its beginning. */
const char *od_local_object(const struct od_local *l, const char *sha256);
const char *od_local_partial(const struct od_local *l, const char *sha256);

/* Where a file with this hash and size lies already, or NULL. */
const char *od_local_find(const struct od_local *l, const struct od_manifest_file *f);

/* Links (or copies, where links are not possible) a file into a tree. */
OD_CHECKED enum od_rc od_local_link(const char *from, const char *to,
                                    struct od_err *err);

/* Bytes free on the disk. */
uint64_t od_local_room(const struct od_local *l);

/* Removes objects that no fetch needs any more, and trees but the live one and `keep`.
 */
OD_CHECKED enum od_rc od_local_tidy(const struct od_local *l, const char *live,
                                    const char *keep, struct od_err *err);

/* Removes a tree, under another name first: half a release must not look like one. */
OD_CHECKED enum od_rc od_local_remove_tree(const struct od_local *l, const char *name,
                                           struct od_err *err);

#endif
