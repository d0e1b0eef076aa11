/*
 * publish.h - the switch: which release is live.
 *
 * `OUTPUT/current` is a symlink to `releases/<serial>`; it is replaced by one rename,
 * so that a reader sees the old release or the new one. Nothing else ever changes it.
 */
#ifndef OD_SEAL_PUBLISH_H
#define OD_SEAL_PUBLISH_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/err.h"

/* The name of the live release below releases/ ("12"), or "" if there is none. */
const char *od_live_name(const char *output, struct od_arena *a);

/* Does the live release carry a signature? */
bool od_live_is_signed(const char *output);

/* Points `current` to releases/<name>; durable when it returns. */
OD_CHECKED enum od_rc od_live_switch(const char *output, const char *name,
                                     struct od_err *err);

/* Modes that serve the world, whatever the umask was: files 0644, directories 0755. */
OD_CHECKED enum od_rc od_tree_fix_modes(const char *dir, struct od_err *err);

#endif
