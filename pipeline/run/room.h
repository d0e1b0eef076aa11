/*
 * room.h - is there room on the disks for another release like the last one?
 *
 * Asked before a run begins, so that a full disk costs a message and not an hour. The
 * estimate is the live release as if none of its files could be linked: its bytes, half
 * a block lost a file, and its private snapshot. What an interrupted run left is used
 * again or removed first, so it counts as free. Without a live release nothing is known
 * and nothing is asked for; nor is it of a run that an operator begins with --from or
 * --force, who may know better.
 */
#ifndef OD_RUN_ROOM_H
#define OD_RUN_ROOM_H

#include "run/ledger.h"
#include "run/options.h"

/* Bytes; a directory that cannot be asked has 0 free. */
struct od_room {
	uint64_t needed, free;
	uint64_t needed_files, free_files; /* inodes; both 0 where there is no limit */
};

OD_CHECKED enum od_rc od_room_measure(const struct od_options *o, struct od_ledger *l,
                                      int64_t live, struct od_room *output,
                                      struct od_room *state, struct od_arena *a,
                                      struct od_err *err);

/* OD_KIND_IO if a run would not fit. */
OD_CHECKED enum od_rc od_room_check(const struct od_options *o, struct od_ledger *l,
                                    int64_t live, struct od_arena *a,
                                    struct od_err *err);

#endif
