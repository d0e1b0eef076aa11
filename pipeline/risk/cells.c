#include "risk/cells.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"

struct cell {
	int64_t value;
	enum od_cell_state state;
	bool used; /* on the path that is being laid */
};

/* A cell's place in a relation: total - part - part ... = 0. */
struct link {
	size_t cell, relation;
	int sign; /* 1: the total, -1: a part */
};

/* Of a search: relation r with one person too many (2r) or too few (2r + 1). */
struct node {
	uint64_t cost; /* UINT64_MAX: not reached */
	size_t from;   /* node before it */
	size_t via;    /* cell between the two */
};
struct entry {
	uint64_t cost;
	size_t node;
};

struct od_cells {
	int64_t below;
	struct cell *cells;
	size_t n, cap;
	struct link *links; /* by relation */
	size_t n_links, cap_links;
	size_t *first; /* first link of each relation, and behind the last one */
	size_t n_relations, cap_relations;

	/* made by od_cells_protect() */
	size_t *by_cell, *first_of_cell; /* links of each cell */
	struct node *nodes;              /* two a relation, and one where paths end */
	struct entry *heap;
	size_t n_heap, cap_heap;
	size_t *touched, n_touched; /* nodes to clear after a search */
};

struct od_cells *
od_cells_open(int64_t below)
{
	struct od_cells *c = od_alloc(sizeof(*c));

	*c = (struct od_cells){.below = below, .cap_relations = 64};
	c->first = od_alloc(c->cap_relations * sizeof(*c->first));
	c->first[0] = 0;
	return c;
}

void
od_cells_close(struct od_cells *c)
{
	if (!c)
		return;
	free(c->cells);
	free(c->links);
	free(c->first);
	free(c->by_cell);
	free(c->first_of_cell);
	free(c->nodes);
	free(c->heap);
	free(c->touched);
	free(c);
}

size_t
od_cells_add(struct od_cells *c, int64_t value)
{
	bool small = value == OD_CELL_UNKNOWN || (value > 0 && value < c->below);

	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 256;
		c->cells = od_realloc(c->cells, c->cap * sizeof(*c->cells));
	}
	c->cells[c->n] =
	    (struct cell){value, small ? OD_CELL_SMALL : OD_CELL_OPEN, false};
	return c->n++;
}

static void
add_link(struct od_cells *c, size_t cell, int sign)
{
	if (c->n_links == c->cap_links) {
		c->cap_links = c->cap_links ? 2 * c->cap_links : 256;
		c->links = od_realloc(c->links, c->cap_links * sizeof(*c->links));
	}
	c->links[c->n_links++] = (struct link){cell, c->n_relations, sign};
}

void
od_cells_relate(struct od_cells *c, size_t total, const size_t *parts, size_t n)
{
	add_link(c, total, 1);
	for (size_t i = 0; i < n; i++)
		add_link(c, parts[i], -1);
	if (c->n_relations + 2 > c->cap_relations) {
		c->cap_relations *= 2;
		c->first = od_realloc(c->first, c->cap_relations * sizeof(*c->first));
	}
	c->first[++c->n_relations] = c->n_links;
}

size_t
od_cells_faults(const struct od_cells *c)
{
	size_t faults = 0;

	for (size_t r = 0; r < c->n_relations; r++) {
		int64_t sum = 0;
		bool known = true;

		for (size_t i = c->first[r]; i < c->first[r + 1]; i++) {
			int64_t value = c->cells[c->links[i].cell].value;

			known &= value != OD_CELL_UNKNOWN;
			sum += c->links[i].sign * value;
		}
		faults += known && sum != 0;
	}
	return faults;
}

/* ---- the search --------------------------------------------------------------------
 */

/* Lists the links of each cell, and makes room for searches. */
static void
prepare(struct od_cells *c)
{
	size_t nodes = 2 * c->n_relations + 1;

	c->first_of_cell = od_alloc((c->n + 2) * sizeof(*c->first_of_cell));
	memset(c->first_of_cell, 0, (c->n + 2) * sizeof(*c->first_of_cell));
	c->by_cell = od_alloc((c->n_links + 1) * sizeof(*c->by_cell));
	for (size_t i = 0; i < c->n_links; i++)
		c->first_of_cell[c->links[i].cell + 2]++;
	for (size_t i = 2; i < c->n + 2; i++)
		c->first_of_cell[i] += c->first_of_cell[i - 1];
	for (size_t i = 0; i < c->n_links; i++)
		c->by_cell[c->first_of_cell[c->links[i].cell + 1]++] = i;
	c->nodes = od_alloc(nodes * sizeof(*c->nodes));
	for (size_t i = 0; i < nodes; i++)
		c->nodes[i].cost = UINT64_MAX;
	c->touched = od_alloc(nodes * sizeof(*c->touched));
}

/* The links of a cell: their number, and the i-th one. */
static size_t
links_of(const struct od_cells *c, size_t cell)
{
	return c->first_of_cell[cell + 1] - c->first_of_cell[cell];
}

static const struct link *
link_of(const struct od_cells *c, size_t cell, size_t i)
{
	return &c->links[c->by_cell[c->first_of_cell[cell] + i]];
}

/*
 * What it costs to have a cell on the path. Hidden ones are nearly free; others cost
 * the persons they tell of and something for the cell; cells without room are avoided,
 * small ones taken only if nothing else is left: there are fewer than 1000 steps in a
 * path.
 */
static uint64_t
cost_of(const struct od_cells *c, const struct cell *cell)
{
	const uint64_t thin = 1000000000, last = 1000000000000;
	uint64_t cost = 1;

	if (cell->state == OD_CELL_SMALL)
		return last;
	if (cell->state == OD_CELL_OPEN)
		cost +=
		    1000 + (uint64_t)(cell->value < 1000000 ? cell->value : 1000000);
	return cell->value < 2 * c->below - 2 ? cost + thin : cost;
}

static void
push(struct od_cells *c, struct entry e)
{
	size_t at = c->n_heap++;

	if (c->n_heap > c->cap_heap) {
		c->cap_heap = c->cap_heap ? 2 * c->cap_heap : 256;
		c->heap = od_realloc(c->heap, c->cap_heap * sizeof(*c->heap));
	}
	for (; at && c->heap[(at - 1) / 2].cost > e.cost; at = (at - 1) / 2)
		c->heap[at] = c->heap[(at - 1) / 2];
	c->heap[at] = e;
}

static struct entry
pop(struct od_cells *c)
{
	struct entry top = c->heap[0], last = c->heap[--c->n_heap];
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < c->n_heap &&
		    c->heap[child + 1].cost < c->heap[child].cost)
			child++;
		if (child >= c->n_heap || c->heap[child].cost >= last.cost)
			break;
		c->heap[at] = c->heap[child];
		at = child;
	}
	if (c->n_heap)
		c->heap[at] = last;
	return top;
}

static void
reach(struct od_cells *c, size_t node, uint64_t cost, size_t from, size_t via)
{
	struct node *n = &c->nodes[node];

	if (cost >= n->cost)
		return;
	if (n->cost == UINT64_MAX)
		c->touched[c->n_touched++] = node;
	*n = (struct node){cost, from, via};
	push(c, (struct entry){cost, node});
}

static size_t
node_of(size_t relation, int excess)
{
	return 2 * relation + (excess < 0);
}

/* From a relation that is out of balance: each cell of it can take the excess over. */
static void
expand(struct od_cells *c, size_t node)
{
	size_t r = node / 2;
	int excess = node % 2 ? -1 : 1;

	for (size_t i = c->first[r]; i < c->first[r + 1]; i++) {
		const struct link *l = &c->links[i];
		const struct cell *cell = &c->cells[l->cell];
		uint64_t cost = c->nodes[node].cost + cost_of(c, cell);
		int change = -excess * l->sign;
		const struct link *other;

		if (cell->used || cell->value == 0 || links_of(c, l->cell) > 2)
			continue;
		if (links_of(c, l->cell) == 1) {
			reach(c, 2 * c->n_relations, cost, node, l->cell);
			continue;
		}
		other = link_of(c, l->cell, 0);
		if (other == l)
			other = link_of(c, l->cell, 1);
		reach(c, node_of(other->relation, other->sign * change), cost, node,
		      l->cell);
	}
}

/*
 * Does the path end here? At a cell of one relation; or at another relation that p puts
 * out of balance the other way round, which is then settled.
 */
static bool
is_end(const struct od_cells *c, size_t node, size_t p, bool *settled)
{
	if (node == 2 * c->n_relations)
		return true;
	for (size_t i = 0; i < links_of(c, p); i++) {
		const struct link *l = link_of(c, p, i);

		if (!settled[i] && node == node_of(l->relation, -l->sign)) {
			settled[i] = true;
			return true;
		}
	}
	return false;
}

/* Marks the cells of the path; false if one stands on it twice. */
static bool
mark_path(struct od_cells *c, size_t node)
{
	for (; c->nodes[node].from != SIZE_MAX; node = c->nodes[node].from) {
		struct cell *cell = &c->cells[c->nodes[node].via];

		if (cell->used)
			return false;
		cell->used = true;
	}
	return true;
}

/* Lays the cheapest path that takes over what p does to its i-th relation. */
static bool
settle(struct od_cells *c, size_t p, size_t i, bool *settled)
{
	const struct link *l = link_of(c, p, i);
	bool found = false;

	settled[i] = true;
	reach(c, node_of(l->relation, l->sign), 0, SIZE_MAX, p);
	while (c->n_heap && !found) {
		struct entry e = pop(c);

		if (e.cost > c->nodes[e.node].cost)
			continue;
		found = is_end(c, e.node, p, settled);
		if (found)
			found = mark_path(c, e.node);
		else
			expand(c, e.node);
	}
	while (c->n_touched)
		c->nodes[c->touched[--c->n_touched]].cost = UINT64_MAX;
	c->n_heap = 0;
	return found;
}

static void
hide(struct cell *cell)
{
	if (cell->state == OD_CELL_OPEN)
		cell->state = OD_CELL_COMPLEMENT;
}

/* All totals that p is part of: they may grow and shrink with it. */
static void
hide_totals(struct od_cells *c, size_t p)
{
	for (size_t i = 0; i < links_of(c, p); i++) {
		const struct link *l = link_of(c, p, i);
		size_t total = c->links[c->first[l->relation]].cell;

		if (l->sign > 0 || c->cells[total].used)
			continue;
		hide(&c->cells[total]);
		c->cells[total].used = true;
		hide_totals(c, total);
	}
}

static void
protect_one(struct od_cells *c, size_t p, bool *settled)
{
	bool laid = true;

	memset(settled, 0, links_of(c, p) * sizeof(*settled));
	c->cells[p].used = true;
	for (size_t i = 0; i < links_of(c, p) && laid; i++)
		if (!settled[i])
			laid = settle(c, p, i, settled);
	for (size_t i = 0; i < c->n; i++) {
		if (laid && c->cells[i].used)
			hide(&c->cells[i]);
		c->cells[i].used = false;
	}
	if (!laid)
		hide_totals(c, p);
	for (size_t i = 0; i < c->n && !laid; i++)
		c->cells[i].used = false;
}

void
od_cells_protect(struct od_cells *c)
{
	bool *settled;
	size_t most = 1;

	prepare(c);
	for (size_t i = 0; i < c->n; i++)
		most = links_of(c, i) > most ? links_of(c, i) : most;
	settled = od_alloc(most * sizeof(*settled));
	for (size_t i = 0; i < c->n; i++)
		if (c->cells[i].state == OD_CELL_SMALL)
			protect_one(c, i, settled);
	free(settled);
}

enum od_cell_state
od_cells_state(const struct od_cells *c, size_t cell)
{
	return c->cells[cell].state;
}
