/*
 * bundle.h - zip archives of files that emit has written: one a dataset, one a fiscal
 * year, one a province.
 *
 * A bundle holds the loose files under their paths, their dictionaries and codelists,
 * datapackage.json, README in Thai and English, LICENSE.txt, CITATION.cff and
 * SHA256SUMS. Its bytes depend on its contents alone; one whose contents have not
 * changed since the live release is linked from there, not made again.
 */
#ifndef OD_STAGE_BUNDLE_H
#define OD_STAGE_BUNDLE_H

#include "stage/artefacts.h"
#include "stage/stage.h"

/* LICENSE.txt and CITATION.cff of the release. */
OD_CHECKED enum od_rc od_bundle_documents(const struct od_stage_ctx *ctx,
                                          struct od_artefacts *files,
                                          struct od_err *err);

/*
 * Makes all bundles and lists them; then removes, from the release and from the list,
 * the files in forms that a dataset names in `bundle` and not in `formats`. `before`:
 * the files of the live release, as its run noted them. `newest[i]`: the newest change
 * in the rows of files->v[i], or "", for the first n_newest files.
 */
OD_CHECKED enum od_rc od_bundle_all(const struct od_stage_ctx *ctx,
                                    struct od_artefacts *files,
                                    const struct od_artefacts *before,
                                    const char *const *newest, size_t n_newest,
                                    struct od_err *err);

#endif
