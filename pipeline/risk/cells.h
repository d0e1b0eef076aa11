/*
 * cells.h - which cells of linked tables are hidden so that small counts stay hidden.
 *
 * A cell is a count of natural persons. Cells from 1 to below - 1 are small and hidden
 * (primary suppression). Where a total and its parts are published too, the small cell
 * would follow from them, so more cells are hidden (complementary suppression).
 *
 * What an outsider is taken to know: every cell that is not hidden, every relation, the
 * limit, and even which of the hidden cells are small. What is promised: for each small
 * cell p there is a path of hidden cells through the relations, closed or ended by a
 * cell that no relation holds any more, along which the persons of p can be moved: p
 * may be any number from 1 to below - 1, the cells of the path grow or shrink by as
 * much, every relation still holds and all other cells are what they are. Cells of the
 * path are at least `below`, so none becomes negative; such with room (2 below - 2) are
 * preferred, so that none even becomes small. The path with the least loss is looked
 * for (Dijkstra), one small cell after the other, as in the network heuristics of Cox
 * (JASA 90, 1995) and Kelly, Golden and Assad (Networks 22, 1992).
 *
 * The promise is weaker in two places. Where every other part and the total are small
 * or 0 the path leads through small cells, and p has the range that these leave. And
 * cells in more than two relations are on no path: if they leave none, all totals above
 * p are hidden, which p moves too.
 */
#ifndef OD_RISK_CELLS_H
#define OD_RISK_CELLS_H

#include <stddef.h>
#include <stdint.h>

struct od_cells;

enum od_cell_state {
	OD_CELL_OPEN,
	OD_CELL_SMALL,      /* hidden for what it is */
	OD_CELL_COMPLEMENT, /* hidden for another's sake */
};

enum { OD_CELL_UNKNOWN = -1 }; /* a small cell whose count nobody kept */

/* Never NULL. `below` is at least 2. */
struct od_cells *od_cells_open(int64_t below);
void od_cells_close(struct od_cells *c);

/* A count, not negative, or OD_CELL_UNKNOWN. Cells are numbered from 0. */
size_t od_cells_add(struct od_cells *c, int64_t value);

/* Cell `total` is the sum of the n cells `parts`. Not after od_cells_protect(). */
void od_cells_relate(struct od_cells *c, size_t total, const size_t *parts, size_t n);

/* Relations whose cells are all known and do not add up. */
size_t od_cells_faults(const struct od_cells *c);

void od_cells_protect(struct od_cells *c);
enum od_cell_state od_cells_state(const struct od_cells *c, size_t cell);

#endif
