/* Methods that keep less of a value: drop, generalize, round. */
#include "anon/anon.h"

enum { MOST_DIGITS = 18, MOST_SCALE = 9 };

static const char *
drop_prepare(const struct od_field *f, struct od_anon_use *use)
{
	if (use->argument)
		return "takes no argument";
	return f->required || f->unique
	           ? "leaves every cell empty, so the field can be "
	             "neither required nor unique"
	           : NULL;
}

static const char *
drop_apply(const struct od_anon_use *use, struct od_raw in, struct od_arena *row,
           struct od_pub *out, struct od_anon_note *note)
{
	(void)use, (void)in, (void)row, (void)note;
	*out = (struct od_pub){.null = true};
	return NULL;
}

const struct od_anon_method od_anon_drop = {
    .name = "drop",
    .help = "publish nothing: the column stays, and is always empty",
    .rule = "form",
    .prepare = drop_prepare,
    .apply = drop_apply,
};

/* ---- exact decimals ----------------------------------------------------------------
 */

/* value / 10^scale */
struct decimal {
	int64_t value;
	unsigned scale;
};

static bool
read_decimal(struct od_span in, struct decimal *out)
{
	size_t i = in.n && in.p[0] == '-', digits = 0;
	bool point = false;

	*out = (struct decimal){0};
	for (; i < in.n; i++) {
		if (in.p[i] == '.' && !point && digits) {
			point = true;
			continue;
		}
		if (in.p[i] < '0' || in.p[i] > '9' || ++digits > MOST_DIGITS)
			return false;
		out->value = out->value * 10 + (in.p[i] - '0');
		out->scale += point;
	}
	if (in.n && in.p[0] == '-')
		out->value = -out->value;
	return digits > 0 && in.p[in.n - 1] != '.';
}

/* The same number with that many digits after the point; false: too large. */
static bool
widen(struct decimal *d, unsigned scale)
{
	const int64_t most = INT64_MAX / 4; /* so that sums of two do not overflow */

	for (; d->scale < scale; d->scale++)
		if (__builtin_mul_overflow(d->value, 10, &d->value))
			return false;
	return d->value <= most && d->value >= -most;
}

static struct od_span
print_decimal(struct decimal d, struct od_arena *row)
{
	bool minus = d.value < 0;
	uint64_t v = minus ? 0 - (uint64_t)d.value : (uint64_t)d.value;
	char text[32], *p = text + sizeof(text);
	unsigned digits = 0;

	do {
		if (d.scale && digits == d.scale)
			*--p = '.';
		*--p = (char)('0' + v % 10);
		v /= 10;
		digits++;
	} while (v || digits <= d.scale);
	if (minus)
		*--p = '-';
	return od_arena_dup(row,
	                    (struct od_span){p, (size_t)(text + sizeof(text) - p)});
}

/*
 * The step of the declaration. `extra`: digits that a result has beyond the step's own:
 * the middle of a cell of 0.01 degrees is 0.005 from its edge.
 */
static const char *
read_step(const struct od_field *f, unsigned extra, struct od_anon_use *use)
{
	struct decimal d;

	if (!read_decimal(od_span_str(use->argument), &d) || d.value <= 0 ||
	    d.scale > MOST_SCALE)
		return "needs a number above 0 with at most 9 digits after the point";
	use->step = d.value;
	use->step_scale = d.scale;
	if (f->type == OD_TYPE_INTEGER && d.scale + extra == 0)
		return NULL;
	if (f->type != OD_TYPE_DECIMAL)
		return "needs a decimal field";
	return f->scale < d.scale + extra
	           ? "needs a field with more digits after the point (scale)"
	           : NULL;
}

/* Cells of the grid lie from n steps to n + 1 steps, also below zero. */
static bool
grid_middle(const struct od_anon_use *use, struct decimal *d)
{
	struct decimal step = {use->step, use->step_scale};
	unsigned scale = (d->scale > step.scale ? d->scale : step.scale) + 1;
	int64_t below;

	if (!widen(d, scale) || !widen(&step, scale))
		return false;
	below = d->value % step.value;
	below += below < 0 ? step.value : 0;
	d->value += step.value / 2 - below;
	/* What the value had of digits beyond the step's is gone. */
	for (; d->scale > use->step_scale + 1; d->scale--)
		d->value /= 10;
	return true;
}

static bool
round_to_step(const struct od_anon_use *use, struct decimal *d)
{
	struct decimal step = {use->step, use->step_scale};
	unsigned scale = d->scale > step.scale ? d->scale : step.scale;
	int64_t rest;

	if (!widen(d, scale) || !widen(&step, scale))
		return false;
	rest = d->value % step.value;
	d->value -= rest;
	if (2 * rest >= step.value)
		d->value += step.value;
	if (2 * rest <= -step.value)
		d->value -= step.value;
	for (; d->scale > use->step_scale; d->scale--)
		d->value /= 10;
	return true;
}

static const char *
coarsen(const struct od_anon_use *use, struct od_raw in, struct od_arena *row,
        bool (*to)(const struct od_anon_use *use, struct decimal *d),
        struct od_pub *out)
{
	struct decimal d;

	if (!read_decimal(in.v, &d) || !to(use, &d))
		return "not a number of at most 18 digits";
	*out = (struct od_pub){.v = print_decimal(d, row)};
	return NULL;
}

/* ---- generalize --------------------------------------------------------------------
 */

static const struct {
	const char *name;
	size_t keep;
	bool date;
} levels[] = {
    {"year", 4, true},      /* of 2024-05-17 */
    {"month", 7, true},     /* */
    {"province", 2, false}, /* of 500107 */
    {"district", 4, false}, /* */
};

static const char *
generalize_prepare(const struct od_field *f, struct od_anon_use *use)
{
	if (!use->argument)
		return "needs an argument: year, month, province, district or a size "
		       "of cells in degrees";
	for (size_t i = 0; i < OD_ARRAY_LEN(levels); i++) {
		if (strcmp(levels[i].name, use->argument) != 0)
			continue;
		use->keep = levels[i].keep;
		use->date = levels[i].date;
		return f->type == OD_TYPE_CODE || (f->type == OD_TYPE_INTEGER &&
		                                   use->keep == 4 && use->date)
		           ? NULL
		           : "makes a code (a year may be an integer): set the type";
	}
	return read_step(f, 1, use);
}

/* A date, or a date and a time. */
static bool
is_date(struct od_span s)
{
	static const char shape[] = "dddd-dd-dd";

	if (s.n < sizeof(shape) - 1 ||
	    (s.n > sizeof(shape) - 1 && s.p[sizeof(shape) - 1] != 'T' &&
	     s.p[sizeof(shape) - 1] != ' '))
		return false;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' : s.p[i] != '-')
			return false;
	return true;
}

/* Of a province (2 digits), district (4), sub-district (6) or village (8). */
static bool
is_place(struct od_span s, size_t keep)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n >= keep && s.n <= 8 && s.n % 2 == 0;
}

static const char *
generalize_apply(const struct od_anon_use *use, struct od_raw in, struct od_arena *row,
                 struct od_pub *out, struct od_anon_note *note)
{
	(void)note;
	*out = (struct od_pub){.null = true};
	if (in.null)
		return NULL;
	if (!use->keep)
		return coarsen(use, in, row, grid_middle, out);
	if (use->date && !is_date(in.v))
		return "not an ISO 8601 date";
	if (!use->date && !is_place(in.v, use->keep))
		return "not the code of such a place";
	*out = (struct od_pub){
	    .v = od_arena_dup(row, (struct od_span){in.v.p, use->keep})};
	return NULL;
}

const struct od_anon_method od_anon_generalize = {
    .name = "generalize",
    .help = "keep the year or month of a date, the province or district of a place, "
	    "the cell of a grid of coordinates",
    .rule = "form",
    .prepare = generalize_prepare,
    .apply = generalize_apply,
};

/* ---- round -------------------------------------------------------------------------
 */

static const char *
round_prepare(const struct od_field *f, struct od_anon_use *use)
{
	return use->argument ? read_step(f, 0, use)
	                     : "needs an argument: the number to round to";
}

static const char *
round_apply(const struct od_anon_use *use, struct od_raw in, struct od_arena *row,
            struct od_pub *out, struct od_anon_note *note)
{
	(void)note;
	*out = (struct od_pub){.null = true};
	return in.null ? NULL : coarsen(use, in, row, round_to_step, out);
}

const struct od_anon_method od_anon_round = {
    .name = "round",
    .help = "the nearest multiple of a number",
    .rule = "form",
    .prepare = round_prepare,
    .apply = round_apply,
};
