/*
 * news.h - the deltas of a release as tables that pages can query: what feeds and the
 * page of updates are made of.
 *
 *   releases(release, since, at, dataset, title_th, title_en, added, changed, removed,
 *            whole)              a row for each table that a delta tells of
 *   changes(dataset, id, release, at, change, what_th, what_en)
 *                                a row for each record of a table that hangs on no
 *                                other, such as a project, and each release that
 *                                changed it or a row that belongs to it. `change` is
 *                                added, changed or removed; `what` names the columns,
 *                                or the tables below it
 *
 * `at` is the release's date. Read from changes/ as it is published: what was taken out
 * there is not told here. Derived tables are left out, they follow from the others; and
 * so are tables whose records are not numbered.
 */
#ifndef OD_STAGE_NEWS_H
#define OD_STAGE_NEWS_H

#include "stage/stage.h"

/* A SQLite file at `path`; empty tables if nothing was compared. */
OD_CHECKED enum od_rc od_news_make(const struct od_stage_ctx *ctx, const char *path,
                                   struct od_err *err);

#endif
