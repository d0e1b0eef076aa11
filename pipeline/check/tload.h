/* tload.h - what the parts of tschema.h share with each other, and nobody else. */
#ifndef OD_CHECK_TLOAD_H
#define OD_CHECK_TLOAD_H

#include "check/tschema.h"
#include "spec/yaml.h"

/* An OD_KIND_SCHEMA error at a field. */
OD_CHECKED OD_PRINTF(3, 4) enum od_rc
    od_tfield_error(const struct od_tfield *f, struct od_err *err, const char *fmt,
                    ...);

/* A list of texts in the field's description; a missing one leaves *out alone. */
OD_CHECKED enum od_rc od_tfield_words(const struct od_tfield *f,
                                      const struct od_json *j, const char *name,
                                      struct od_arena *a, struct od_words *out,
                                      struct od_err *err);

/* YAML as the JSON that says the same: plain words that are numbers, true, false or
 * null are those, all else is text. */
const struct od_json *od_json_of_yaml(const struct od_node *n, struct od_arena *a);

/* One field of `fields`; schema-wide missing values are already in f->missing. */
OD_CHECKED enum od_rc od_tfield_load(const struct od_json *j, struct od_arena *a,
                                     struct od_tfield *f, struct od_err *err);
void od_tfield_release(struct od_tfield *f);

/* `checks`: the fields must be there already. */
OD_CHECKED enum od_rc od_checks_load(const struct od_json *list,
                                     const struct od_spec *codelists,
                                     struct od_arena *a, struct od_tschema *s,
                                     struct od_err *err);

/* The fields of a name or a list of names; an unknown name is an error. */
OD_CHECKED enum od_rc od_tkey_load(const struct od_json *names, const char *what,
                                   const struct od_tschema *s, struct od_arena *a,
                                   struct od_tkey *out, struct od_err *err);

/* NULL if there is none. */
const struct od_ttype *od_ttype_find(const char *name);

/* Cells of our own datasets, by check.h. */
extern const struct od_ttype od_ttype_own;

/* By bytes, then by length. */
int od_tkey_compare(struct od_span a, struct od_span b);

#endif
