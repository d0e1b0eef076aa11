/*
 * truth.h - what was planted, as tab-separated files for the tests to compare.
 *
 * published.tsv         project_id, project_code, `ok` or the kind of defect
 * approved_reports.tsv  project_id, fiscal_year_be, quarter of what may be shown
 * canary.tsv            kind, plain form, form as typed, table.column, key
 * defect.tsv            project_id, kind
 * duplicate.tsv         the earlier project_id, the later one made from it
 *
 * The key of a canary is the person_id for the table person, else the project_id.
 */
#ifndef OD_OPDB_TRUTH_H
#define OD_OPDB_TRUTH_H

#include <stdbool.h>

#include "text.h"

enum od_truth_file {
	OD_TRUTH_PUBLISHED,
	OD_TRUTH_REPORTS,
	OD_TRUTH_CANARY,
	OD_TRUTH_DEFECT,
	OD_TRUTH_DUPLICATE,
	OD_TRUTH_FILES
};

struct od_truth;

/* `dir` NULL: nothing is written. NULL after a line on stderr. */
struct od_truth *od_truth_open(const char *dir);

void od_truth_published(struct od_truth *t, uint64_t id, struct od_slice code,
                        const char *verdict);
void od_truth_report(struct od_truth *t, uint64_t id, int year_be, int quarter);
void od_truth_canary(struct od_truth *t, const char *kind, struct od_slice plain,
                     struct od_slice typed, const char *column, uint64_t key);
void od_truth_defect(struct od_truth *t, uint64_t id, const char *kind);
void od_truth_duplicate(struct od_truth *t, uint64_t earlier, uint64_t later);

/* False after a line on stderr. */
bool od_truth_close(struct od_truth *t);

#endif
