/*
 * options.h - what a run may be told, on the command line or in the environment.
 *
 * One table: parsing, `odp help`, the environment's names and the documentation test
 * walk it. `--base-url` is also ODP_BASE_URL; the command line wins.
 */
#ifndef OD_RUN_OPTIONS_H
#define OD_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

/* Text that was not given is NULL, unless the table has a default. */
struct od_options {
	const char *source, *output, *state, *schemas, *templates;
	const char *sign_key, *base_url;
	const char *ckan, *ckan_org, *ckan_token;
	const char *only, *from;
	const char *public_key, *key, *part, *accept, *against;
	const char *schema;
	const char *allow, *withdraw, *project, *match;
	const char *in, *where, *text;
	const char *metrics, *notify;
	const char *quasi, *sensitive, *threshold, *delimiter;
	int64_t jobs, limit, least_k, tries;
	bool is_unsigned, force, dry_run, count, json, man, completion, accept_stale;
	bool watch;

	/* From the runner to a stage's process: not for people. */
	int64_t serial, data_serial, emit_serial;
	const char *created, *live, *previous, *known_source;

	int64_t rollback; /* `odp rollback SERIAL`; 0: an ordinary run */

	/* What is not an option: `odp verify DIR`. */
	const char *operands[4];
	size_t n_operands;
};

enum od_option_kind { OD_OPTION_TEXT, OD_OPTION_NUMBER, OD_OPTION_FLAG };

struct od_option {
	const char *name; /* "base-url" */
	enum od_option_kind kind;
	size_t offset;        /* in struct od_options */
	const char *fallback; /* default, or NULL */
	const char *argument; /* how the help names the value; NULL for a flag */
	const char *help;
	unsigned uses; /* OD_USE_* of the commands that take it */
};

/* Groups of commands; an option belongs to one or more. */
enum {
	OD_USE_RUN = 1,          /* run, the stages, plan */
	OD_USE_STATUS = 2,       /* status */
	OD_USE_VERIFY = 4,       /* verify */
	OD_USE_INNER = 8,        /* a stage's own process */
	OD_USE_CHECK = 16,       /* check */
	OD_USE_RISK = 32,        /* risk */
	OD_USE_RELEASE = 64,     /* release */
	OD_USE_REVIEW = 128,     /* review */
	OD_USE_RETRACT = 256,    /* retract */
	OD_USE_SEARCH = 512,     /* search */
	OD_USE_DOCTOR = 2048,    /* doctor */
	OD_USE_ROLLBACK = 4096,  /* rollback */
	OD_USE_HELP = 8192,      /* help */
	OD_USE_MIRROR = 16384,   /* mirror */
	OD_USE_PORTAL = 32768,   /* portal, beside what a run takes */
	OD_USE_UPLOAD = 65536,   /* upload, beside what a run takes */
	OD_USE_SIMILAR = 131072, /* similar */
};

/* Ends with an entry whose name is NULL. */
extern const struct od_option od_options_table[];

/* The environment's name of an option: "base-url" -> "ODP_BASE_URL". */
const char *od_option_env(const struct od_option *o, struct od_arena *a);

/* Reads environment, then arguments (argv[0] is the command). */
OD_CHECKED enum od_rc od_options_read(struct od_options *o, unsigned uses, int argc,
                                      char **argv, struct od_arena *a,
                                      struct od_err *err);

#endif
