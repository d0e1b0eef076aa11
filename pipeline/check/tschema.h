/*
 * tschema.h - a Table Schema (Data Package 2), ready to judge cells.
 *
 * Loaded from JSON or YAML: a Table Schema, a resource or a data package; or made of
 * one of our own datasets (spec/spec.h). What the standard's implementation refuses in
 * a schema is refused here: unknown types, constraints that a type does not have,
 * bounds that are no values of the type, keys that name no field.
 *
 * Beyond the standard: `checks`, `sums` and `valid` of a foreign key; see
 * schemas/README.md.
 */
#ifndef OD_CHECK_TSCHEMA_H
#define OD_CHECK_TSCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "check/check.h"
#include "check/expr.h"
#include "check/pattern.h"
#include "check/reader.h"
#include "check/temporal.h"
#include "core/arena.h"
#include "core/err.h"
#include "core/json.h"
#include "spec/spec.h"

struct od_tfield;

/* A cell as a value. */
struct od_value {
	struct od_span key; /* equal values of a type have equal bytes, in order */
	size_t length;      /* characters, items or members */
	bool unordered;     /* NaN: within no bounds */
};

/* What a type is. The table is od_ttypes. */
struct od_ttype {
	const char *name;
	unsigned constraints; /* OD_ON_* that it takes */
	char kin;             /* values of types of one kin may be equal */
	/* Reads options of the field; may be NULL. */
	OD_CHECKED enum od_rc (*prepare)(struct od_tfield *f, const struct od_json *j,
	                                 struct od_arena *a, struct od_err *err);
	/* Makes a value of a cell. NULL, or the rule that it breaks. */
	const char *(*read)(const struct od_tfield *f, struct od_span cell,
	                    struct od_arena *row, struct od_value *v);
};
extern const struct od_ttype *const od_ttypes[]; /* NULL-terminated */

enum {
	OD_ON_LENGTH = 1,
	OD_ON_BOUNDS = 2,
	OD_ON_PATTERN = 4,
	OD_ON_ENUM = 8,
};

struct od_words {
	const struct od_span *items;
	size_t n;
};

struct od_bound {
	const char *rule; /* "minimum" ... */
	bool set, exclusive, upper;
	struct od_span key;
};
enum { OD_BOUNDS = 4 };

struct od_tfield {
	const char *name;
	const struct od_ttype *type;
	const struct od_ttype
	    *as;            /* reads cells of that format; NULL: the type itself */
	const char *format; /* "default" if none is given */
	bool required, unique;
	bool valued; /* the key is needed: a bound, an enum, a key, a check */
	struct od_words missing;
	struct od_bound bounds[OD_BOUNDS];
	size_t min_length, max_length; /* SIZE_MAX: no limit */
	struct od_pattern *pattern;
	const struct od_span *allowed; /* enum, as keys; sorted */
	size_t n_allowed;

	/* options of types */
	struct od_span decimal_char, group_char;
	bool processed, bare;
	struct od_words true_values, false_values;
	struct od_span delimiter;          /* list */
	struct od_tfield *item;            /* list */
	struct od_strptime *strptime;      /* date, time, datetime with a pattern */
	struct od_strptime *const *others; /* format "any" */
	size_t n_others;
	struct od_pattern *shape;   /* string formats */
	const struct od_field *own; /* a field of one of our datasets */
	struct od_checker *checker;
	size_t index;
};

/* A list of fields that stands for a row: by number. */
struct od_tkey {
	const size_t *fields;
	size_t n;
};

/* A table that a rule looks into. */
struct od_tother {
	const char *resource; /* "" is the table itself */
	const char *path;     /* its file */
	const struct od_tschema *schema;
	struct od_tkey key;
};

struct od_tforeign {
	struct od_tkey key;
	struct od_tother other;
	/* The row's day lies within the other row's; SIZE_MAX: no such demand. */
	size_t on, from, to;
};

/* The field is the sum of the other table's field over the rows with the same key. */
struct od_tsum {
	const char *name;
	size_t field;
	struct od_tkey key;
	struct od_tother other;
	size_t addend;
};

enum od_match_mode {
	OD_MATCH_EXACT,
	OD_MATCH_EQUAL,
	OD_MATCH_SUBSET,
	OD_MATCH_SUPERSET,
	OD_MATCH_PARTIAL
};

/* A condition that every row fulfils. */
struct od_check {
	const char *name;
	const struct od_expr *expr;
	struct od_tkey by; /* the group of `prev`; its rows stand together */
};

struct od_tschema {
	struct od_tfield *fields;
	size_t n;
	enum od_match_mode match;
	struct od_dialect dialect;
	struct od_tkey primary;
	const struct od_tkey *uniques;
	size_t n_uniques;
	const struct od_tforeign *foreigns;
	size_t n_foreigns;
	const struct od_tsum *sums;
	size_t n_sums;
	const struct od_check *checks;
	size_t n_checks;
	bool *uses, *uses_prev; /* one a field: what checks look at */
	const char *unseen[8];  /* what is declared and not checked */
	size_t n_unseen;
	struct od_tschema *loaded;  /* others that were loaded for this one, a list */
	struct od_checker *checker; /* of our own datasets */
};

/*
 * `file` is the table that will be checked: it picks the resource of a package, unless
 * `source` ends in "#name". `codelists` may be NULL.
 */
OD_CHECKED enum od_rc od_tschema_load(const char *source, const char *file,
                                      const struct od_spec *codelists,
                                      struct od_arena *a, struct od_tschema **out,
                                      struct od_err *err);

/* From the text of a JSON file at `path`, which names it in messages. */
OD_CHECKED enum od_rc od_tschema_parse(struct od_span text, const char *path,
                                       const char *file,
                                       const struct od_spec *codelists,
                                       struct od_arena *a, struct od_tschema **out,
                                       struct od_err *err);

/* One of our datasets; tables that it refers to are looked for beside `file`. */
OD_CHECKED enum od_rc od_tschema_of(const struct od_spec *spec,
                                    const struct od_dataset *d, const char *file,
                                    struct od_arena *a, struct od_tschema **out,
                                    struct od_err *err);

/* Patterns and checkers; all else is the arena's. */
void od_tschema_release(struct od_tschema *s); /* NULL is nothing */

/* NULL, or the rule that a cell that is not missing breaks. */
const char *od_tfield_judge(const struct od_tfield *f, struct od_span cell,
                            struct od_arena *row, struct od_value *v);

/* What conditions see of a field: its kind, and a value of it. */
enum od_ekind od_tfield_kind(const struct od_tfield *f);
void od_tfield_evalue(const struct od_tfield *f, struct od_span cell,
                      const struct od_value *v, struct od_evalue *out);

bool od_tfield_is_missing(const struct od_tfield *f, struct od_span cell);

#endif
