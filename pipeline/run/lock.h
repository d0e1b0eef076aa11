/*
 * lock.h - one run at a time on a state directory.
 *
 * flock(2) on an open file: the kernel frees it when the last process that holds the
 * descriptor ends, however it ends. A stage's process inherits it, so that a killed
 * runner's orphan cannot work beside the next run.
 */
#ifndef OD_RUN_LOCK_H
#define OD_RUN_LOCK_H

#include "core/err.h"

/* OD_KIND_BUSY if another run is at work. Makes the directory, mode 0700. */
OD_CHECKED enum od_rc od_lock_take(const char *state, int *fd, struct od_err *err);
void od_lock_release(int fd);

#endif
