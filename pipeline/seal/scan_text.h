/*
 * scan_text.h - the parts of the scanner that look at a piece of text in memory.
 *
 * Internal to the scanner. A view is valid or broken UTF-8; a hit belongs to the range
 * [from, to) of its start, so that overlapping views count it once. All functions stay
 * within the view.
 */
#ifndef OD_SEAL_SCAN_TEXT_H
#define OD_SEAL_SCAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "seal/scan.h"

/* Bytes around a place that a rule may look at. */
enum { OD_SCAN_BEHIND = 512, OD_SCAN_AHEAD = 512 };

struct od_scan_view {
	const char *p;
	size_t n;
	size_t from, to; /* hits that start here count */
};

/* Citizen ids, mobiles and account numbers without context. */
void od_scan_digits(const struct od_scan_view *v, struct od_scan_hits *hits);

/*
 * What follows or surrounds an anchor that ends before `at`; true if it is a hit.
 * *start is set to where the hit begins.
 */
bool od_leak_email(const struct od_scan_view *v, size_t anchor, size_t at,
                   const char *const *allowed, size_t *start);
bool od_leak_line(const struct od_scan_view *v, size_t anchor, size_t at, bool strong);
bool od_scan_account(const struct od_scan_view *v, size_t at);
bool od_scan_house(const struct od_scan_view *v, size_t at);
bool od_leak_name(const struct od_scan_view *v, size_t anchor, size_t at, bool whole);

/*
 * Appends `p` with HTML entities, JSON \u and percent escapes undone. The offsets in
 * mark[0..n_mark), ascending, are replaced by those in the result.
 */
void od_scan_unescape(struct od_buf *to, const char *p, size_t n, size_t *mark,
                      size_t n_mark);

#endif
