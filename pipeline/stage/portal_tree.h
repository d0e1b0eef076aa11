/*
 * portal_tree.h - writing very many small files quickly.
 *
 * One call of open, write and close a file, relative to a folder that stays open while
 * neighbours are written: a quarter of a million pages cost seconds. A file that is
 * equal to the live release's is a link to it (seal/known.h). Nothing is made durable
 * here: seal does that for the whole release.
 */
#ifndef OD_STAGE_PORTAL_TREE_H
#define OD_STAGE_PORTAL_TREE_H

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"
#include "seal/known.h"

/* One thread's hand. */
struct od_tree {
	const char *root;
	const struct od_known *known; /* the live release, or NULL */
	int dir;                      /* open folder, or -1 */
	struct od_buf path;           /* of that folder, with its slash */
};

void od_tree_init(struct od_tree *t, const char *root, const struct od_known *known);
void od_tree_release(struct od_tree *t);

/* Writes a file below the root, making its folders; replaces what is there. */
OD_CHECKED enum od_rc od_tree_put(struct od_tree *t, const char *path,
                                  struct od_span bytes, struct od_err *err);

#endif
