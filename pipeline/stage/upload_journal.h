/*
 * upload_journal.h - what the server held when we last left it: state/upload.json.
 *
 *   {"server":"HOST","packages":{"open-d-x":{"modified":"2026-…","want":"<sha256>"}}}
 *
 * A shortcut, not a truth: when neither what we want nor the server's date of change
 * has moved, nothing needs to be compared, also on a server that writes our values in a
 * way of its own and so never shows what it was sent. Lost or unreadable it costs one
 * comparison; it is never an error.
 */
#ifndef OD_STAGE_UPLOAD_JOURNAL_H
#define OD_STAGE_UPLOAD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"

struct od_journal_entry {
	const char *package, *modified;
	char want[OD_SHA256_HEX];
	bool kept; /* the release that is sent has it too */
};

struct od_journal {
	const char *path, *server;
	struct od_arena *a;
	struct od_journal_entry *v; /* in the order they were added */
	size_t n, cap;
};

/* Empty if there is none, or if it tells of another server. */
void od_journal_load(struct od_journal *j, const char *path, const char *server,
                     struct od_arena *a);

bool od_journal_has(const struct od_journal *j, const char *package,
                    const char *modified, const char *want);

/* Marks a package, if it is there, as one that the release still has. */
void od_journal_keep(struct od_journal *j, const char *package);

/* Forgets a package, in memory and on disk. */
OD_CHECKED enum od_rc od_journal_drop(struct od_journal *j, const char *package,
                                      struct od_err *err);

/* Notes a package, which is kept, in memory and on disk. */
OD_CHECKED enum od_rc od_journal_put(struct od_journal *j, const char *package,
                                     const char *modified, const char *want,
                                     struct od_err *err);

#endif
