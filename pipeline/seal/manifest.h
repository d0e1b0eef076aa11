/*
 * manifest.h - what a release consists of: manifest.json and the parts it names.
 *
 *   {"serial":12,"created":"2026-03-02T23:00:00+07:00",
 *    "files":[{"path","bytes","sha256","rows"?}, ...],
 *    "parts":[{"path","bytes","sha256"}, ...]}
 *
 * The root (manifest.json, signed) names parts (parts/<name>.json) by hash, a part
 * names files; every file of a release but manifest.json and its signature is named
 * once. Paths are relative to the release, sorted by bytes.
 *
 * A part whose list of files is that of the live release keeps the serial and the date
 * it has there: "serial" and "created" of a part tell when its content last changed,
 * and a night rewrites (and a mirror fetches) only the parts that did change.
 *
 * A release that was held and then published has also "accepted":{"reason","gates"}.
 *
 * Reading is strict, because a mirror reads what others wrote: OD_KIND_VERIFY errors
 * for anything that is not exactly of this form. Members not named here are ignored.
 */
#ifndef OD_SEAL_MANIFEST_H
#define OD_SEAL_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"

#define OD_MANIFEST_NAME "manifest.json"
#define OD_SIGNATURE_NAME "manifest.json.minisig"
#define OD_PARTS_DIR "parts"

enum {
	OD_MANIFEST_LIMIT = 64 << 20,     /* bytes of one manifest */
	OD_RELEASE_FILES_LIMIT = 4000000, /* files of one release */
	OD_RELEASE_PARTS_LIMIT = 100000,
	OD_PATH_LIMIT = 1024, /* bytes of a path */
	OD_PART_FILES = 5000, /* a part with more is cut further where names allow it */
};

struct od_manifest_file {
	const char *path;
	uint64_t bytes;
	int64_t rows; /* of a table; -1: not one */
	char sha256[65];
};

struct od_manifest {
	uint64_t serial;
	const char *created;
	bool preview;         /* made without a key: not to be served */
	const char *accepted; /* an operator's reason to publish it although a gate
	                         held it; or NULL */
	const char *accepted_gates; /* which gates those were; or NULL */
	const struct od_manifest_file *files;
	size_t n_files;
	const struct od_manifest_file *parts;
	size_t n_parts;
};

/*
 * NULL if the path is plain: relative, valid UTF-8, no empty, "." or ".." segment, no
 * backslash, no control character, at most OD_PATH_LIMIT bytes; else why not.
 */
const char *od_manifest_path_fault(struct od_span path);

/* `what` names the document in messages. */
OD_CHECKED enum od_rc od_manifest_parse(struct od_span text, const char *what,
                                        struct od_arena *a, struct od_manifest *out,
                                        struct od_err *err);

/* The bytes of a manifest: one line a file, so that two of them compare well. */
void od_manifest_put(struct od_buf *b, const struct od_manifest *m);

/* By path, as manifests are sorted; for qsort() and bsearch(). */
int od_manifest_file_order(const void *a, const void *b);

bool od_manifest_files_equal(const struct od_manifest_file *a, size_t n_a,
                             const struct od_manifest_file *b, size_t n_b);

/*
 * The name of the part that a file belongs to: "province-50", "dataset-projects". It
 * depends on the path alone (table in part.c).
 */
const char *od_part_name(const char *path, struct od_arena *a);

/*
 * A finer name for a file of a part that is too large: with the first `head` bytes of
 * the folder or file name at `depth` of its path. NULL if the path is not that deep.
 */
const char *od_part_finer(const char *name, const char *path, unsigned depth,
                          size_t head, struct od_arena *a);

#endif
