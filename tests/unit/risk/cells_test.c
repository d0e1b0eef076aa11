#include "../core/cmocka_first.h"

#include <stdbool.h>

#include "risk/cells.h"

enum { N = 4 }; /* a table of N x N cells, with totals of rows, columns and all */

struct grid {
	struct od_cells *c;
	size_t at[N + 1][N + 1]; /* [N]: the totals */
	int64_t value[N + 1][N + 1];
};

static void
grid_open(struct grid *g, const int64_t *inner)
{
	memset(g->value, 0, sizeof(g->value));
	for (size_t r = 0; r < N; r++)
		for (size_t k = 0; k < N; k++) {
			g->value[r][k] = inner[r * N + k];
			g->value[r][N] += inner[r * N + k];
			g->value[N][k] += inner[r * N + k];
			g->value[N][N] += inner[r * N + k];
		}
	g->c = od_cells_open(11);
	for (size_t r = 0; r <= N; r++)
		for (size_t k = 0; k <= N; k++)
			g->at[r][k] = od_cells_add(g->c, g->value[r][k]);
	for (size_t r = 0; r <= N; r++) {
		size_t column[N];

		od_cells_relate(g->c, g->at[r][N], g->at[r], N);
		for (size_t k = 0; k < N; k++)
			column[k] = g->at[k][r];
		od_cells_relate(g->c, g->at[N][r], column, N);
	}
	assert_int_equal(od_cells_faults(g->c), 0);
	od_cells_protect(g->c);
}

static bool
is_hidden(const struct grid *g, size_t r, size_t k)
{
	return od_cells_state(g->c, g->at[r][k]) != OD_CELL_OPEN;
}

static size_t
n_hidden(const struct grid *g)
{
	size_t n = 0;

	for (size_t r = 0; r <= N; r++)
		for (size_t k = 0; k <= N; k++)
			n += is_hidden(g, r, k);
	return n;
}

/* In no row and no column is a hidden cell alone. */
static void
assert_none_follows(const struct grid *g)
{
	for (size_t r = 0; r <= N; r++) {
		size_t row = 0, column = 0;

		for (size_t k = 0; k <= N; k++) {
			row += is_hidden(g, r, k);
			column += is_hidden(g, k, r);
		}
		assert_int_not_equal(row, 1);
		assert_int_not_equal(column, 1);
	}
}

static void
a_small_cell_takes_three_others_along(void **state)
{
	static const int64_t inner[N][N] = {
	    {3, 30, 90, 400}, {25, 40, 800, 90}, {70, 90, 80, 85}, {0, 99, 95, 90}};
	struct grid g;

	(void)state;
	grid_open(&g, &inner[0][0]);
	assert_int_equal(od_cells_state(g.c, g.at[0][0]), OD_CELL_SMALL);
	assert_int_equal(n_hidden(&g), 4);
	/* the cheapest rectangle; a 0 takes nothing over */
	assert_int_equal(od_cells_state(g.c, g.at[0][1]), OD_CELL_COMPLEMENT);
	assert_int_equal(od_cells_state(g.c, g.at[1][0]), OD_CELL_COMPLEMENT);
	assert_int_equal(od_cells_state(g.c, g.at[1][1]), OD_CELL_COMPLEMENT);
	od_cells_close(g.c);
}

/* 10 + 10 = 20: two hidden cells that must both be 10 are none. */
static void
two_small_cells_do_not_hide_each_other(void **state)
{
	static const int64_t inner[N][N] = {
	    {10, 10, 50, 50}, {10, 10, 50, 50}, {50, 50, 50, 50}, {50, 50, 50, 50}};
	struct grid g;
	size_t row = 0;

	(void)state;
	grid_open(&g, &inner[0][0]);
	for (size_t k = 0; k <= N; k++)
		row += is_hidden(&g, 0, k);
	assert_true(row >= 3);
	assert_none_follows(&g);
	od_cells_close(g.c);
}

static void
a_cell_with_room_is_preferred(void **state)
{
	static const int64_t inner[N][N] = {
	    {3, 12, 90, 400}, {12, 12, 90, 90}, {30, 90, 80, 85}, {0, 99, 95, 90}};
	struct grid g;

	(void)state;
	grid_open(&g, &inner[0][0]);
	assert_false(is_hidden(&g, 0, 1));
	assert_false(is_hidden(&g, 1, 0));
	assert_none_follows(&g);
	od_cells_close(g.c);
}

static void
nothing_is_hidden_without_small_cells(void **state)
{
	static const int64_t inner[N][N] = {
	    {0, 11, 0, 0}, {0, 0, 0, 11}, {11, 0, 0, 0}, {0, 0, 0, 0}};
	struct grid g;

	(void)state;
	grid_open(&g, &inner[0][0]);
	assert_int_equal(n_hidden(&g), 0);
	od_cells_close(g.c);
}

static void
in_random_tables_no_hidden_cell_is_alone(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		int64_t inner[N][N];
		struct grid g;

		for (size_t r = 0; r < N; r++)
			for (size_t k = 0; k < N; k++) {
				seed = seed * 1664525 + 1013904223;
				inner[r][k] =
				    (seed >> 20) % ((seed >> 10) % 3 ? 60 : 6);
			}
		grid_open(&g, &inner[0][0]);
		assert_none_follows(&g);
		od_cells_close(g.c);
	}
}

static void
a_small_cell_without_relations_is_hidden_alone(void **state)
{
	struct od_cells *c = od_cells_open(11);
	size_t a = od_cells_add(c, 10), b = od_cells_add(c, 11),
	       d = od_cells_add(c, OD_CELL_UNKNOWN), e = od_cells_add(c, 0);

	(void)state;
	od_cells_protect(c);
	assert_int_equal(od_cells_state(c, a), OD_CELL_SMALL);
	assert_int_equal(od_cells_state(c, b), OD_CELL_OPEN);
	assert_int_equal(od_cells_state(c, d), OD_CELL_SMALL);
	assert_int_equal(od_cells_state(c, e), OD_CELL_OPEN);
	od_cells_close(c);
	od_cells_close(NULL);
}

/* The only part of a total that is not 0: the path goes up through the totals. */
static void
a_lone_part_goes_up_with_its_totals(void **state)
{
	struct od_cells *c = od_cells_open(11);
	size_t part[2] = {od_cells_add(c, OD_CELL_UNKNOWN), od_cells_add(c, 0)};
	size_t total[2] = {od_cells_add(c, OD_CELL_UNKNOWN), od_cells_add(c, 500)};
	size_t all = od_cells_add(c, 507);

	(void)state;
	od_cells_relate(c, total[0], part, 2);
	od_cells_relate(c, all, total, 2);
	od_cells_protect(c);
	assert_int_equal(od_cells_state(c, part[1]), OD_CELL_OPEN);
	assert_int_equal(od_cells_state(c, total[0]), OD_CELL_SMALL);
	/* and ends there: its neighbour costs less than the total of both */
	assert_int_equal(od_cells_state(c, total[1]), OD_CELL_COMPLEMENT);
	assert_int_equal(od_cells_state(c, all), OD_CELL_OPEN);
	od_cells_close(c);
}

/* Two pairs in a cube: each cell is part of three sums, which no path can follow. */
static void
in_a_cube_all_totals_above_are_hidden(void **state)
{
	struct od_cells *c = od_cells_open(11);
	size_t cell[2], sum[3], top;

	(void)state;
	cell[0] = od_cells_add(c, 4);
	cell[1] = od_cells_add(c, 40);
	for (int i = 0; i < 3; i++) {
		sum[i] = od_cells_add(c, 44);
		od_cells_relate(c, sum[i], cell, 2);
	}
	top = od_cells_add(c, 132);
	od_cells_relate(c, top, sum, 3);
	od_cells_protect(c);
	for (int i = 0; i < 3; i++)
		assert_int_equal(od_cells_state(c, sum[i]), OD_CELL_COMPLEMENT);
	od_cells_close(c);
}

static void
sums_that_do_not_add_up_are_counted(void **state)
{
	struct od_cells *c = od_cells_open(11);
	size_t part[2] = {od_cells_add(c, 20), od_cells_add(c, 30)};

	(void)state;
	od_cells_relate(c, od_cells_add(c, 50), part, 2);
	od_cells_relate(c, od_cells_add(c, 51), part, 2);
	od_cells_relate(c, od_cells_add(c, OD_CELL_UNKNOWN), part, 2);
	assert_int_equal(od_cells_faults(c), 1);
	od_cells_close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_small_cell_takes_three_others_along),
	    cmocka_unit_test(two_small_cells_do_not_hide_each_other),
	    cmocka_unit_test(a_cell_with_room_is_preferred),
	    cmocka_unit_test(nothing_is_hidden_without_small_cells),
	    cmocka_unit_test(in_random_tables_no_hidden_cell_is_alone),
	    cmocka_unit_test(a_small_cell_without_relations_is_hidden_alone),
	    cmocka_unit_test(a_lone_part_goes_up_with_its_totals),
	    cmocka_unit_test(in_a_cube_all_totals_above_are_hidden),
	    cmocka_unit_test(sums_that_do_not_add_up_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
