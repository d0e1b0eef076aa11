/*
 * versions.h - versions of the datasets' schemas: schema-changes.json of a release.
 *
 *   {"datasets":[{"dataset":ID,"version":"1.1.0","key":[...],"fields":[{"name":...,
 *      "type":..., what else of it binds a reader, "deprecated":{since,until,use}}]}],
 *    "history":[{"release":12,"date":...,"dataset":ID,"from":"1.0.0","to":"1.1.0",
 *      "changes":[{"field":...,"change":"added"}]}]}
 *
 * Held against the live release's file, a change is breaking if a program that reads
 * the tables may fail by it: a column gone, moved or of another type, fewer values than
 * before, another key, a guarantee less. Then the first number of the version must
 * grow. Columns that are new, and guarantees that are, ask for the second.
 */
#ifndef OD_STAGE_VERSIONS_H
#define OD_STAGE_VERSIONS_H

#include "core/json.h"
#include "stage/artefacts.h"
#include "stage/stage.h"

#define OD_VERSIONS_NAME "schema-changes.json"

/* The live release's file; NULL if there is none. */
OD_CHECKED enum od_rc od_versions_load(const struct od_stage_ctx *ctx,
                                       const struct od_json **out, struct od_err *err);

/* Its entry of a dataset, and the field of an entry; NULL if there is none. */
const struct od_json *od_versions_dataset(const struct od_json *file, const char *id);
const struct od_json *od_versions_field(const struct od_json *dataset,
                                        const char *name);

/*
 * Refuses (OD_KIND_SCHEMA) a breaking change without a new first number, a version that
 * goes back, and a column that goes before the day until which it is promised; warns
 * of additions without a new second number.
 */
OD_CHECKED enum od_rc od_versions_check(const struct od_stage_ctx *ctx,
                                        struct od_err *err);

/* Writes the file and lists it. */
OD_CHECKED enum od_rc od_versions_emit(const struct od_stage_ctx *ctx,
                                       struct od_artefacts *files, struct od_err *err);

#endif
