/*
 * stage.h - one step of a run: reads files, writes files.
 *
 * Each stage runs in a process of its own with only what it needs. It never hands
 * another stage a pointer, prints nothing but progress (core/log.h), and never asks
 * the clock: what a release says of its date is ctx->created.
 */
#ifndef OD_STAGE_STAGE_H
#define OD_STAGE_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "spec/spec.h"

/* Every path of a run, built once. Absolute or as given; no trailing slash. */
struct od_workdir {
	const char *output;    /* "output" */
	const char *state;     /* "state": private, 0700 */
	const char *templates; /* "site-templates" */
	const char *schemas;   /* "schemas" */
	const char *release;   /* "output/releases/12.part": the release being built */
	const char *live;      /* "output/releases/11" or "" if there is none */
	const char *snapshot;  /* "state/snapshots/12.sqlite" */
	const char *previous;  /* "state/snapshots/11.sqlite" or "" if there is none */
	const char *artefacts; /* "state/snapshots/12.artefacts.json" */
	const char *findings;  /* "state/findings/12.ndjson": private, 0600 */
};

struct od_stage_ctx {
	const struct od_spec *spec;
	struct od_workdir wd;
	uint64_t serial;
	const char *base_url; /* ends with '/' */
	const char *
	    created; /* "2026-03-02T23:00:00+07:00", from the data; "" before extract */
	unsigned jobs; /* worker threads, at least 1 */
	bool unsigned_preview;
	bool dry_run;
	const char *source;       /* extract only; may hold a password */
	const char *known_source; /* extract only: source_hash of the last run, or "" */
	const char *accept;   /* validate only: why broken gates are passed, or "" */
	const char *sign_key; /* seal only: path */
	const char *ckan, *ckan_org,
	    *ckan_token;      /* upload only: URL, name, path of the token */
	struct od_arena *run; /* lives as long as the process */

	/* What the stage tells of itself; the runner keeps it in the ledger. */
	uint64_t rows, files, bytes;
	const char *note;        /* one short clause for the summary, or NULL */
	const char *source_hash; /* extract: hash of all rows read; else NULL */
	bool unchanged; /* extract: source_hash is known_source, nothing written */
};

struct od_stage {
	const char *name;       /* subcommand, ledger and log name */
	const char *summary;    /* one line of `odp help` */
	const char *summary_th; /* the step in a message of failure */
	const char
	    *version; /* changes when the stage's output changes for equal input */
	OD_CHECKED enum od_rc (*run)(struct od_stage_ctx *ctx, struct od_err *err);
};

/* In the order of a run; ends with NULL. */
extern const struct od_stage *const od_stages[];

extern const struct od_stage od_stage_extract, od_stage_validate, od_stage_analyze,
    od_stage_emit, od_stage_portal, od_stage_seal, od_stage_upload;

#endif
