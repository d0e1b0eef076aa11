/*
 * err.h - failures: how far they reach, whose problem they are, what to do.
 *
 * A failure is filled in once, by the function that detects it, and returned
 * unchanged by its callers, which may add one context with od_err_wrap(). Only
 * run/ and main.c print it. A failure never carries a value from the data.
 *
 * Bad data is not a failure but a finding: see row/findings.h.
 */
#ifndef OD_CORE_ERR_H
#define OD_CORE_ERR_H

#include "core/compiler.h"

/* How far the damage reaches. Ordered: callers may compare with `>=`. */
enum od_rc {
	OD_OK = 0,
	OD_RUN, /* nothing more can be done: stop the run */
};

/* Whose problem it is. Each kind is one exit status: see od_statuses. */
enum od_kind {
	OD_KIND_NONE,
	OD_KIND_USAGE,    /* the command line */
	OD_KIND_CONFIG,   /* an option's value, the state directory */
	OD_KIND_HELD,     /* a gate holds the release; the old one stays live */
	OD_KIND_SOURCE,   /* the operational database */
	OD_KIND_SCHEMA,   /* a declaration below schemas/ */
	OD_KIND_PRIVACY,  /* personal data in finished bytes */
	OD_KIND_IO,       /* disk */
	OD_KIND_REMOTE,   /* CKAN or another server */
	OD_KIND_BUSY,     /* another run is at work */
	OD_KIND_VERIFY,   /* a manifest, a hash or a signature does not hold */
	OD_KIND_TEMPLATE, /* a file below site-templates/ */
	OD_KIND_KEY,      /* a key file */
	OD_KIND_DATA,     /* a table that was to be checked */
	OD_KIND_INTERNAL, /* a bug */
};

struct od_err {
	enum od_rc rc;
	enum od_kind kind;
	char msg[768];  /* lower case, no final stop: "cannot open 'x': ..." */
	char hint[384]; /* a sentence on what to do, or empty */

	/* Which step of a run failed, in English and Thai: constants, set by run/ after
	 * the failure; else NULL. */
	const char *step, *step_th;
};

/* One row of the table that main.c, `odp help` and the runbook share. */
struct od_status {
	enum od_kind kind;
	int status;       /* exit status of the process */
	const char *name; /* one word */
	const char *meaning;
	const char *action; /* what an operator does */
	const char *meaning_th, *action_th;
};

/* Ends with a row whose name is NULL. The first row is success. */
extern const struct od_status od_statuses[];

/* Fills *err and returns OD_RUN. */
OD_CHECKED OD_PRINTF(3, 4) enum od_rc
    od_err_set(struct od_err *err, enum od_kind kind, const char *fmt, ...);

/* As od_err_set(), and appends ": " and the text of the errno given. */
OD_CHECKED OD_PRINTF(4, 5) enum od_rc
    od_err_sys(struct od_err *err, enum od_kind kind, int errnum, const char *fmt, ...);

/* Sets the hint; returns err->rc, so that it can end a chain of return statements. */
OD_CHECKED OD_PRINTF(2, 3) enum od_rc
    od_err_hint(struct od_err *err, const char *fmt, ...);

/* Puts a context and ": " before the message; returns err->rc. */
OD_CHECKED OD_PRINTF(2, 3) enum od_rc
    od_err_wrap(struct od_err *err, const char *fmt, ...);

/* The exit status of a kind. */
int od_err_status(enum od_kind kind);

/* The row of a failure's kind; never NULL. */
const struct od_status *od_err_row(const struct od_err *err);

/*
 * Appends the failure as people read it, a line each, the first beginning with "odp: ":
 * message and hint, and if a step failed the step, the cause and what to do next, in
 * English and Thai. Nothing without a message.
 */
struct od_buf;
void od_err_text(const struct od_err *err, struct od_buf *b);

#endif
