/*
 * notify.h - tells somebody how a run ended, by a command of the operator's.
 *
 * The command is a program and words, separated by blanks; no shell sees it, and no
 * value can become a word of it. What happened stands in its environment, and the whole
 * message in Thai and English on its standard input:
 *
 *   ODP_EVENT    failed, held, recovered (the run before failed) or released
 *   ODP_STATUS   exit status, ODP_STATUS_NAME its word
 *   ODP_SERIAL   the live release
 *   ODP_STEP     the step that failed, or empty; ODP_MESSAGE, ODP_HINT
 *   ODP_CAUSE, ODP_NEXT, ODP_STEP_TH, ODP_CAUSE_TH, ODP_NEXT_TH
 *
 * Beside these it has PATH, HOME and LANG, and nothing else: no secret. It may take a
 * minute. That it failed is a warning; the run's own status stays.
 */
#ifndef OD_RUN_NOTIFY_H
#define OD_RUN_NOTIFY_H

#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

struct od_notice {
	const char *event;
	int64_t serial;
	const struct od_err *err; /* NULL: the run succeeded */
	const char *summary;      /* then this is the message */
};

void od_notify(const char *command, const struct od_notice *n, struct od_arena *a);

#endif
