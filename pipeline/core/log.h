/*
 * log.h - what a process says while it works.
 *
 * On a terminal: one progress line a stage, redrawn, with count, rate and time left.
 * Elsewhere: nothing but failures and warnings, unless a log is asked for on stderr:
 * ODP_LOG=json is one object a line, ODP_LOG=journal a line with its priority in front
 * ("<3>"), as journald reads it. No call here ever receives a value from the data.
 */
#ifndef OD_CORE_LOG_H
#define OD_CORE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

/* Reads ODP_LOG and whether stderr is a terminal. */
void od_log_init(void);

/* Starts a progress line: stage "extract", unit "rows"; total 0: not known. */
void od_progress_begin(const char *stage, const char *unit, uint64_t total);

/* Thread-safe and cheap: call it for every thousand rows or so. */
void od_progress_add(uint64_t n);
void od_progress_total(uint64_t total);

/* Ends the line; on a terminal it stays with the final count and time. */
void od_progress_end(void);

/* A line for people (terminal) or an event (JSON). `event` is a constant word. */
OD_PRINTF(2, 3) void od_log_event(const char *event, const char *fmt, ...);

/* One warning line on stderr in any mode. */
OD_PRINTF(1, 2) void od_log_warn(const char *fmt, ...);

/* What a failed process ends with: the lines of od_err_text(). */
void od_log_error(const struct od_err *err);

bool od_log_is_terminal(void);

#endif
