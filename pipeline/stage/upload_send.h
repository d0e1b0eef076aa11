/*
 * upload_send.h - one package brought up to date, write by write.
 *
 * Looks before every write, and after a write without a clear answer looks again
 * instead of repeating it: a name that is taken, a resource that stands, bytes that
 * differ.
 */
#ifndef OD_STAGE_UPLOAD_SEND_H
#define OD_STAGE_UPLOAD_SEND_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "remote/ckan.h"
#include "stage/stage.h"
#include "stage/upload_journal.h"
#include "stage/upload_want.h"

/* An upload on its way. */
struct od_upload {
	struct od_stage_ctx *ctx;
	struct od_ckan *ckan;
	const char *live; /* the release that is sent: "output/current" */
	struct od_want_frame frame;
	struct od_journal journal;
	uint64_t steps; /* writes wanted, done or only planned */
	uint64_t packages;
	uint64_t loading; /* tables that the server still fills */
	bool ill;         /* the server gives no clear answers: no dataset can go on */
};

/* One read with one argument (or none: key NULL). */
OD_CHECKED enum od_rc od_upload_ask(struct od_upload *u, enum od_ckan_verb verb,
                                    const char *key, const char *value,
                                    struct od_arena *a, struct od_ckan_reply *r,
                                    struct od_err *err);

/* The error of a reply that ends the work on `what`. */
OD_CHECKED enum od_rc od_upload_refuse(struct od_upload *u, enum od_ckan_verb verb,
                                       const char *what, const struct od_ckan_reply *r,
                                       struct od_err *err);

/* A write that is wanted: counted, and with ctx->dry_run a line of the plan. */
OD_PRINTF(2, 3) void od_upload_tell(struct od_upload *u, const char *fmt, ...);

/* Waits before another look at what became of a write. */
OD_CHECKED enum od_rc od_upload_pause(struct od_upload *u, unsigned next,
                                      const struct od_ckan_reply *r,
                                      struct od_err *err);

/* Sends one dataset, or with ctx->dry_run prints on stdout what would be sent. */
OD_CHECKED enum od_rc od_upload_dataset(struct od_upload *u, const struct od_dataset *d,
                                        struct od_err *err);

#endif
