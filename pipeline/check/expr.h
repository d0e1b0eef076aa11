/*
 * expr.h - conditions on a row, in a small language of our own.
 *
 *	fiscal_year_be = fiscal_year_ce + 543
 *	end_date >= start_date and budget > 0
 *	starts_with(district_code, province_code)
 *	step_no = coalesce(prev.step_no, 0) + 1
 *
 * Fields by name; `prev.` is the row before in the same group, null in the first.
 * Literals: 12.50, 'text' ('' is a quote), true, false, null; a text compared with a
 * day is a day. Operators: or, and, not, = != < <= > >=, in (a, b), is [not] null,
 * + - *, and day - day, day + number. Functions: od_functions.
 *
 * Compiled once with all kinds checked; nothing is evaluated that was not compiled.
 * As in SQL, what touches a null is unknown, and an unknown condition is not broken.
 * Numbers are exact, of 18 digits with at most 9 after the point; what does not fit
 * makes the condition false, never true.
 */
#ifndef OD_CHECK_EXPR_H
#define OD_CHECK_EXPR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"
#include "spec/spec.h"

enum od_ekind { OD_E_NULL, OD_E_NUMBER, OD_E_TEXT, OD_E_DAY, OD_E_MOMENT, OD_E_BOOL };

struct od_evalue {
	enum od_ekind kind; /* OD_E_NULL: no value */
	bool wide;          /* a number that does not fit */
	unsigned scale;     /* digits after the point */
	int64_t n;          /* number, day (since 1970), moment (microseconds), bool */
	struct od_span text;
};

/* What names mean while a condition is compiled. */
struct od_escope {
	const char *const *names;
	const enum od_ekind *kinds;
	size_t n;
	const struct od_spec *codelists; /* for listed(); or NULL */
	bool *uses, *uses_prev;          /* set for each field that is looked at */
};

struct od_expr;

/* `what` begins the message: "rule 'x'". */
OD_CHECKED enum od_rc od_expr_compile(const char *text, const char *what,
                                      const struct od_escope *scope, struct od_arena *a,
                                      const struct od_expr **out, struct od_err *err);

/* Is the condition broken? `prev` is NULL in the first row of a group. */
bool od_expr_is_broken(const struct od_expr *e, const struct od_evalue *row,
                       const struct od_evalue *prev);

/* A number in decimal text; false: none. */
bool od_evalue_number(struct od_span text, struct od_evalue *out);

struct od_function {
	const char *name;
	const char *help;  /* "fiscal_year(day): ..." */
	const char *takes; /* N number, T text, D day, A anything; after '|' optional */
	enum od_ekind gives; /* OD_E_NULL: what the first argument is */
	void (*call)(const struct od_evalue *args, size_t n, const void *list,
	             struct od_evalue *out);
};
extern const struct od_function od_functions[]; /* ends with a NULL name */

#endif
