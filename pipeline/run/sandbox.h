/*
 * sandbox.h - a stage's process gives up what it does not need, before it does
 * anything.
 *
 *   stage     sockets            reads                          writes
 *   extract   of a database      everything (its credentials    state
 *             server, else none  may lie anywhere)
 *   upload    yes                output, schemas, the token,    state
 *                                certificates and resolver
 *   seal      none               schemas, the key               output, state
 *   others    none               schemas, templates             output, state
 *
 * Beside that all may read /usr and /proc and write temporary files; none may start a
 * program, trace another process, mount, or load anything into the kernel. So a fault
 * in reading rows cannot send them anywhere, and the sender of files cannot reach the
 * database's password or the signing key.
 *
 * By seccomp (libseccomp) and Landlock. A kernel without one of them is no failure: the
 * units of systemd (cron/) hold the same line from outside. It cannot be undone, and is
 * for a process that has no threads yet.
 */
#ifndef OD_RUN_SANDBOX_H
#define OD_RUN_SANDBOX_H

#include "run/options.h"
#include "stage/stage.h"

OD_CHECKED enum od_rc od_sandbox_enter(const struct od_stage *stage,
                                       const struct od_options *o, struct od_err *err);

#endif
