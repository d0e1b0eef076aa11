/*
 * verify.h - proves that a tree is the release that its publisher signed.
 *
 * Believes nothing but the public key: the signature of the root manifest, the hash of
 * each part, size and hash of each file, nothing missing, nothing extra, no symlinks or
 * special files, no path that leaves the tree, all within declared limits (manifest.h).
 * Every fault is an OD_KIND_VERIFY error that names the path.
 */
#ifndef OD_SEAL_VERIFY_H
#define OD_SEAL_VERIFY_H

#include <stdint.h>

#include "core/err.h"

struct od_verify_opts {
	const char *public_key; /* path */
	const char *part;       /* "province-50": this part alone; or NULL */
	const char *below;   /* "data/projects": only files below this path; or NULL */
	uint64_t min_serial; /* an older release is refused; 0: any */
	unsigned jobs;       /* threads; 0: one */
};

struct od_verify_fact {
	uint64_t serial;
	char created[32];
	uint64_t files, bytes, parts;
};

/*
 * `path` is a release, a symlink to one (resolved once, at the start), or one part file
 * of it ("DIR/parts/province-50.json": that part alone). Of a part alone the other
 * parts' files need not be there, so extra files are not looked for.
 */
OD_CHECKED enum od_rc od_verify(const char *path, const struct od_verify_opts *opts,
                                struct od_verify_fact *fact, struct od_err *err);

#endif
