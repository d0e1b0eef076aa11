/*
 * check.h - checks of one cell against its declaration.
 *
 * A checker turns a publishable cell into its canonical form (types of spec/spec.h) and
 * says which rule it breaks, if any. It sees od_pub only, and what it returns is a
 * constant word, so that a finding cannot repeat a value. One checker a thread: it
 * keeps compiled patterns and the last code looked up.
 */
#ifndef OD_CHECK_CHECK_H
#define OD_CHECK_CHECK_H

#include "core/arena.h"
#include "row/cell.h"
#include "spec/spec.h"

struct od_checker;

/* Names of the rules that od_checker_cell() gives; ends with NULL. */
extern const char *const od_check_rules[];

/* Never NULL: patterns were tried when the schema was loaded. */
struct od_checker *od_checker_open(const struct od_dataset *d);
void od_checker_close(struct od_checker *c);

/*
 * Makes *cell canonical (new bytes in `row`) and checks it. Returns NULL or the rule
 * that it breaks: "type", "required", "minimum", "maximum", "max_length", "pattern",
 * "codelist".
 */
const char *od_checker_cell(struct od_checker *c, size_t field, struct od_arena *row,
                            struct od_pub *cell);

#endif
