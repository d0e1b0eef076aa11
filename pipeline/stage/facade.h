/*
 * facade.h - the answers of CKAN's action API as files, for programs that speak to a
 * CKAN: its own harvester, ckanapi.
 *
 * api/3/action/NAME holds the answer of an action without parameters, and of a search
 * its first page. api/3/NAME/VALUE.json holds the answer for one value of `id` or of
 * `start`; a server's rule makes these paths of queries (cron/README.md). Names and ids
 * are those that upload gives.
 */
#ifndef OD_STAGE_FACADE_H
#define OD_STAGE_FACADE_H

#include "stage/artefacts.h"
#include "stage/stage.h"

/* Writes all and lists them. `files` already holds what a package consists of. */
OD_CHECKED enum od_rc od_facade(const struct od_stage_ctx *ctx,
                                struct od_artefacts *files, struct od_err *err);

#endif
