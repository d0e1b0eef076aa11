/*
 * analyze.h - the parts of the stage `analyze`.
 *
 * A dataset says in dataset.yaml how it is made (`analysis:`), and in analyze.sql from
 * what. All reads the snapshot alone: what is published already, nothing else.
 *
 * similar  analyze.sql gives a row a project, `:from` to `:to` by its first column, the
 *          id. Its other columns have these names: the texts that are compared (those
 * of `texts:`); `agency`, codes from the top down with '/' between; `places` and
 *          `targets`, codes with blanks between; `start_day` and `end_day`, numbers;
 *          `satang`. The dataset's fields are those of the table in analyze_similar.c.
 * groups   analyze.sql is a query on the snapshot and on the table
 * temp._groups(group_id, project_id, score, near_id): projects that one or more pairs
 * of a likeness of at least `threshold`, between different departments, link together.
 */
#ifndef OD_STAGE_ANALYZE_H
#define OD_STAGE_ANALYZE_H

#include "analyze/vectors.h"
#include "core/buf.h"
#include "row/snapshot.h"
#include "stage/stage.h"

/* What is known of a project besides its texts. Strings live as long as the texts. */
struct od_subject {
	int64_t id;
	const uint8_t *symbols; /* its texts (analyze/grams.h) */
	const char *agency, *places, *targets;
	int64_t start_day, end_day; /* 0: not known */
	int64_t satang;
};

struct od_subjects {
	const struct od_dataset *d; /* whose analyze.sql tells of them */
	struct od_subject *v;       /* ordered by id */
	size_t n;
	struct od_arena *arenas; /* one a slice that was read apart */
	size_t n_arenas;
};

/* Two projects of different departments that are more alike than the threshold. */
struct od_likeness {
	uint32_t a, b; /* numbers of subjects, a < b */
	double score;
};

/* A row of analyze.sql: where each column is that the stage knows by name. */
struct od_subject_row {
	struct od_query *q;
	size_t texts[16];
	size_t agency, places, targets, start_day, end_day, satang;
};

OD_CHECKED enum od_rc od_subject_row_open(struct od_snapshot *s,
                                          const struct od_dataset *d, int64_t from,
                                          int64_t to, struct od_subject_row *row,
                                          struct od_err *err);

/* Reads all projects, on ctx->jobs threads. */
OD_CHECKED enum od_rc od_subjects_load(const struct od_stage_ctx *ctx,
                                       const struct od_dataset *d,
                                       struct od_subjects *out, struct od_err *err);
void od_subjects_release(struct od_subjects *s);

/*
 * Fills the table of s->d through `to`, row by row in the order of the key. Pairs with
 * a score of at least `threshold` are appended to `pairs` as struct od_likeness.
 */
OD_CHECKED enum od_rc od_similar_make(const struct od_stage_ctx *ctx,
                                      const struct od_subjects *s,
                                      struct od_snapshot *to, double threshold,
                                      struct od_buf *pairs, int64_t *rows,
                                      struct od_err *err);

/*
 * Fills the tables of the finder for drafts (search/like.h):
 *   _grams(gram, term, weight)   grams that two projects or more have, by number
 *                                (analyze/grams.h); 1 to 255
 *   _terms(project_id, terms)    a project's most telling terms, ascending: gaps in
 *                                digits of 5 bits, the low ones first, '?' for 0;
 *                                32 more if another digit follows
 */
OD_CHECKED enum od_rc od_terms_put(const struct od_subjects *s,
                                   const struct od_vectors *v, struct od_snapshot *to,
                                   struct od_err *err);

/* Fills the table of d from the pairs. */
OD_CHECKED enum od_rc od_groups_make(const struct od_dataset *d,
                                     const struct od_subjects *s,
                                     const struct od_buf *pairs, struct od_snapshot *to,
                                     struct od_err *err);

#endif
