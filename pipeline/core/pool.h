/*
 * pool.h - independent tasks on a few threads.
 *
 * Runs fn(i, u) for i = 0 .. n-1, each once, started in that order on at most `jobs`
 * threads. The first failure (the lowest i that failed) is returned; tasks not yet
 * started are then left out. Results must not depend on which thread ran what.
 */
#ifndef OD_CORE_POOL_H
#define OD_CORE_POOL_H

#include <stddef.h>

#include "core/err.h"

OD_CHECKED enum od_rc od_pool_run(unsigned jobs, size_t n,
                                  enum od_rc (*fn)(size_t i, void *u,
                                                   struct od_err *err),
                                  void *u, struct od_err *err);

#endif
