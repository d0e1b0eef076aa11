/*
 * upload_retire.h - packages of datasets that are published no more.
 *
 * A package goes if the journal knows that we sent it, the live release has no dataset
 * of its name, it is in our organization, and all its resources are ours. If somebody
 * added one, that is an error: a person decides. So is a release that would take more
 * packages away than it has, for that is a wrong --schemas rather than a wish.
 * CKAN keeps a deleted package until it is purged: it can be restored there.
 */
#ifndef OD_STAGE_UPLOAD_RETIRE_H
#define OD_STAGE_UPLOAD_RETIRE_H

#include "stage/upload_send.h"

/* To be called when all datasets of the release were sent, or with ctx->dry_run told.
 */
OD_CHECKED enum od_rc od_upload_retire(struct od_upload *u, struct od_err *err);

#endif
