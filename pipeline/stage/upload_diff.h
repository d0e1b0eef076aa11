/* upload_diff.h - what is wanted as JSON, and how it differs from what CKAN holds. */
#ifndef OD_STAGE_UPLOAD_DIFF_H
#define OD_STAGE_UPLOAD_DIFF_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/hash.h"
#include "core/json.h"
#include "stage/upload_want.h"

/* A whole package_create body. */
void od_want_create(const struct od_want_package *p, bool scheming, struct od_buf *b);

/*
 * Appends the members of `update` of a package_revise that makes `have` (a
 * package_show) what is wanted, and to `names` the keys that differ, ", " between them.
 * Extras that are not ours stay. False, and nothing appended, if there is no
 * difference.
 */
bool od_want_update(const struct od_want_package *p, const struct od_json *have,
                    bool scheming, struct od_buf *b, struct od_buf *names);

/* The same for the metadata of a resource, without its file. */
bool od_want_resource_update(const struct od_want_resource *r,
                             const struct od_json *have, struct od_buf *b,
                             struct od_buf *names);

/* A hash of all that is wanted: equal means that we want what we wanted. */
void od_want_hash(const struct od_want_package *p, bool scheming,
                  char hex[OD_SHA256_HEX]);

#endif
