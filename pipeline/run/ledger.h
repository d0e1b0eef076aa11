/*
 * ledger.h - what was done: runs, releases, and what each stage was made from.
 *
 * A SQLite file in the state directory. A row is written after the files it speaks of
 * are durable; so a killed run leaves at worst work that is done again.
 */
#ifndef OD_RUN_LEDGER_H
#define OD_RUN_LEDGER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/err.h"

struct od_ledger;

/* States of a release: "building", "live" (also those before it), "held". */
struct od_release {
	int64_t serial; /* 0: none */
	const char *state;
	const char *created, *source_hash;
	int64_t data_serial; /* whose snapshot it is made of */
	int64_t emit_serial; /* whose list of files */
	const char *root;    /* SHA-256 of manifest.json */
	const char *reason;  /* why it is held */
};

OD_CHECKED enum od_rc od_ledger_open(const char *state, struct od_ledger **out,
                                     struct od_err *err);
void od_ledger_close(struct od_ledger *l);

/* *out has serial 0 if there is none. Text lives in the arena. */
OD_CHECKED enum od_rc od_ledger_release(struct od_ledger *l, int64_t serial,
                                        struct od_arena *a, struct od_release *out,
                                        struct od_err *err);

/* The newest release in a state. */
OD_CHECKED enum od_rc od_ledger_newest(struct od_ledger *l, const char *state,
                                       struct od_arena *a, struct od_release *out,
                                       struct od_err *err);
OD_CHECKED enum od_rc od_ledger_highest(struct od_ledger *l, int64_t *serial,
                                        struct od_err *err);

/* Inserts or replaces. */
OD_CHECKED enum od_rc od_ledger_put(struct od_ledger *l, const struct od_release *r,
                                    struct od_err *err);

/*
 * What a stage of a release was made from: words "name:hash" separated by spaces; ""
 * if it was not done.
 */
OD_CHECKED enum od_rc od_ledger_stage(struct od_ledger *l, int64_t serial,
                                      const char *stage, struct od_arena *a,
                                      const char **input, struct od_err *err);

/*
 * Forgets that a stage of a release was done: before its files are touched again. With
 * stage NULL the whole release.
 */
OD_CHECKED enum od_rc od_ledger_forget(struct od_ledger *l, int64_t serial,
                                       const char *stage, struct od_err *err);

/* What the stages of one release were made from is true of another with its files too.
 */
OD_CHECKED enum od_rc od_ledger_copy_stages(struct od_ledger *l, int64_t from,
                                            int64_t to, struct od_err *err);

struct od_stage_done {
	const char *stage, *input, *note;
	uint64_t rows, files, bytes;
	uint64_t peak; /* bytes of memory */
	double seconds;
};
OD_CHECKED enum od_rc od_ledger_done(struct od_ledger *l, int64_t serial,
                                     const struct od_stage_done *d, struct od_err *err);

/* Runs, for `odp status`: began and ended are told by the clock, as only here. */
OD_CHECKED enum od_rc od_ledger_begin_run(struct od_ledger *l, int64_t *run,
                                          struct od_err *err);
/* `step` is the one that failed, or NULL. */
OD_CHECKED enum od_rc od_ledger_end_run(struct od_ledger *l, int64_t run, int status,
                                        int64_t serial, const char *summary,
                                        const char *step, struct od_err *err);

/* *status is that of the run before `run`; 0 if there was none or it did not end. */
OD_CHECKED enum od_rc od_ledger_status_before(struct od_ledger *l, int64_t run,
                                              int *status, struct od_err *err);

/*
 * Calls `fn` with the text of each row's columns, "" for null. `sql` only reads, has at
 * most 8 columns, and ?1 in it is `serial`.
 */
OD_CHECKED enum od_rc od_ledger_rows(struct od_ledger *l, const char *sql,
                                     int64_t serial,
                                     void (*fn)(const char *const *columns, void *u),
                                     void *u, struct od_err *err);

/* Prints the last runs, what the newest release cost, and what is live or held. */
OD_CHECKED enum od_rc od_ledger_print(struct od_ledger *l, FILE *to,
                                      struct od_err *err);

/* Serials whose snapshots must be kept, newest first; at most `n`. */
OD_CHECKED enum od_rc od_ledger_wanted(struct od_ledger *l, int64_t *serials, size_t *n,
                                       struct od_err *err);

#endif
