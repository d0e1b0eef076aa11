/* bundle_text.h - the documents inside a bundle. */
#ifndef OD_STAGE_BUNDLE_TEXT_H
#define OD_STAGE_BUNDLE_TEXT_H

#include "core/buf.h"
#include "stage/artefacts.h"
#include "stage/stage.h"

struct od_bundle_readme {
	struct od_text2 title, description;
	const char *newest; /* newest change in the tables, or "" */
	const struct od_artefact *const *tables;
	size_t n;
};

void od_bundle_readme_th(const struct od_stage_ctx *ctx,
                         const struct od_bundle_readme *r, struct od_buf *b);
void od_bundle_readme_en(const struct od_stage_ctx *ctx,
                         const struct od_bundle_readme *r, struct od_buf *b);
void od_bundle_license(const struct od_catalog *c, struct od_buf *b);
void od_bundle_citation(const struct od_stage_ctx *ctx, struct od_buf *b);

#endif
