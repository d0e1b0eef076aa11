/*
 * statekey.h - the secret keys of the state directory.
 *
 * Each is a file of 64 hex digits, mode 0600, made of the kernel's random bytes at
 * first use. A key is never logged, and leaves the state directory by no way of ours.
 *   code.key    of published codes (`anonymize: {code: ...}`), made when a schema first
 *               declares one. It outlives releases, so that codes stay what they are;
 *               whoever loses it, or makes another one, renames every code.
 *   review.key  of the marks of withheld texts (stage/review.h). Another one costs the
 *               decisions made under it: those texts are withheld again.
 */
#ifndef OD_STAGE_STATEKEY_H
#define OD_STAGE_STATEKEY_H

#include "core/arena.h"
#include "core/err.h"
#include "spec/spec.h"

/*
 * *out: OD_ANON_KEY bytes. `loss` says in the hint what is lost with the key. A file
 * that others may read, or that is no key, is an OD_KIND_KEY error.
 */
OD_CHECKED enum od_rc od_state_key(const char *state, const char *name,
                                   const char *loss, struct od_arena *a,
                                   const unsigned char **out, struct od_err *err);

/* The key of codes, or NULL if no field is a code: then no file is made. */
OD_CHECKED enum od_rc od_code_key(const struct od_spec *spec, const char *state,
                                  struct od_arena *a, const unsigned char **out,
                                  struct od_err *err);

#endif
