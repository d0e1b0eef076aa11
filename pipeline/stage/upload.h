/*
 * upload.h - the live release on a CKAN server, one package a dataset.
 *
 * Sends the difference between what the release holds and what the server has, and
 * nothing if there is none. Goes on where an earlier run was cut, since it looks before
 * it writes. Deletes only resources that it made itself; packages and resources of
 * others are left as they are. A dataset that fails does not keep the others from being
 * sent.
 */
#ifndef OD_STAGE_UPLOAD_H
#define OD_STAGE_UPLOAD_H

#include <stdint.h>

#include "core/err.h"
#include "stage/stage.h"

/* What a test puts in place of time and chance; NULL members mean the real ones. */
struct od_upload_services {
	void (*sleep_ms)(unsigned ms, void *u);
	uint32_t (*random)(void *u);
	void *u;
	unsigned stall_seconds; /* 0: see remote/http.h */
};

/* od_stage_upload.run with services of the caller's choice. */
OD_CHECKED enum od_rc od_upload_run(struct od_stage_ctx *ctx,
                                    const struct od_upload_services *services,
                                    struct od_err *err);

/*
 * Would an upload be let in? Asks the server as an upload begins: is it there, does it
 * know the organization, does the token hold. Writes nothing.
 */
OD_CHECKED enum od_rc od_upload_check(struct od_stage_ctx *ctx, struct od_err *err);

#endif
