/*
 * file.h - reading files and handling trees.
 *
 * Paths are NUL-terminated. Directory listings are sorted by bytes, so that nothing
 * depends on the order of a directory.
 */
#ifndef OD_CORE_FILE_H
#define OD_CORE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"

/* The bytes of a whole file, NUL-terminated, at most `limit`; a larger one is an error.
 */
OD_CHECKED enum od_rc od_file_read(const char *path, size_t limit, struct od_arena *a,
                                   struct od_span *out, enum od_kind kind,
                                   struct od_err *err);

/*
 * Opens a file below the directory `root` for reading, following no symlink on the way
 * and waiting for no pipe; `path` has no "." or ".." segments. -1 and errno if it
 * fails.
 */
int od_file_open_below(int root, const char *path);

bool od_file_exists(const char *path);
bool od_file_is_dir(const char *path);

/* mkdir -p, mode 0755 or as given. */
OD_CHECKED enum od_rc od_dir_make(const char *path, unsigned mode, struct od_err *err);

/* Names of a directory (without . and ..), sorted, NULL-terminated; NULL if it cannot
 * be read. */
char **od_dir_list(const char *path, struct od_arena *a);

/*
 * Calls `fn` for every regular file below `root`, depth first in sorted order.
 * `rel` is the path relative to root. A symlink or special file is an OD_KIND_VERIFY
 * error: a release holds only files. A non-OD_OK result of `fn` ends the walk.
 */
struct od_walk_file {
	const char *rel;
	const char *path;
	uint64_t bytes;
};
OD_CHECKED enum od_rc od_dir_walk(const char *root,
                                  enum od_rc (*fn)(const struct od_walk_file *f,
                                                   void *u, struct od_err *err),
                                  void *u, struct od_err *err);

/* rm -rf; what is not there is no error. Never follows a symlink. */
OD_CHECKED enum od_rc od_dir_remove(const char *path, struct od_err *err);

/* fsync of a file or directory. */
OD_CHECKED enum od_rc od_file_sync(const char *path, struct od_err *err);

/* Makes a whole file system durable: syncfs(2) of the one that holds `path`. */
OD_CHECKED enum od_rc od_file_syncfs(const char *path, struct od_err *err);

/* rename(2) and fsync of the directory of the new name. */
OD_CHECKED enum od_rc od_file_rename(const char *from, const char *to,
                                     struct od_err *err);

#endif
