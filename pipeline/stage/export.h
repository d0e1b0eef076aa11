/*
 * export.h - JSON files that a declaration makes of the snapshot (schemas/exports/):
 * the programs' interface (API), OC4IDS, whatever else is JSON. A path that ends with
 * .gz is compressed.
 *
 * A file is the rows of its path, joined by commas, between `head` and `tail`; in these
 * stand, as the contents of JSON strings, {base_url}, {path} (of the file), {changed}
 * (the newest `changed` of its rows), {publisher_th}, {publisher_en},
 * {publisher_homepage} and {license_uri}. The query may use :base_url. Its rows must
 * come file by file.
 */
#ifndef OD_STAGE_EXPORT_H
#define OD_STAGE_EXPORT_H

#include "core/buf.h"
#include "stage/artefacts.h"
#include "stage/stage.h"

/* Writes the files of all exports and lists them, an export's id as their dataset. */
OD_CHECKED enum od_rc od_export_all(const struct od_stage_ctx *ctx,
                                    struct od_artefacts *files, struct od_err *err);

/*
 * OpenAPI 3.1 of the exports below api/. The examples of their parameters are those of
 * a file that is there. False if there are no such exports.
 */
bool od_export_openapi(const struct od_stage_ctx *ctx, const struct od_artefacts *files,
                       struct od_buf *b);

#endif
