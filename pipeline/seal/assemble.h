/* assemble.h - writes the manifests of a release: its parts, its root, its signature.
 */
#ifndef OD_SEAL_ASSEMBLE_H
#define OD_SEAL_ASSEMBLE_H

#include "core/arena.h"
#include "core/err.h"
#include "seal/manifest.h"
#include "seal/minisign.h"

struct od_assembly {
	const char *dir; /* the release being built */
	const char
	    *live; /* the live release, whose unchanged parts are taken over; or "" */
	uint64_t serial;
	const char *created;
	bool preview;                          /* made without a key */
	const char *accepted, *accepted_gates; /* as in struct od_manifest */
	const struct od_secret_key *key;       /* NULL: no signature is written */
	struct od_manifest_file *files; /* sorted here; everything but the manifests */
	size_t n_files;
};

/* Removes the manifests that a killed run may have left in `dir`. */
OD_CHECKED enum od_rc od_assemble_clean(const char *dir, struct od_err *err);

/*
 * Writes parts/, then manifest.json, then its signature. *kept counts the parts that
 * are those of the live release.
 */
OD_CHECKED enum od_rc od_assemble(struct od_assembly *as, size_t *parts, size_t *kept,
                                  struct od_err *err);

#endif
