/*
 * codekey.h - the secret key of published codes (`anonymize: {code: ...}`).
 *
 * state/code.key: 64 hex digits, mode 0600, made of the kernel's random bytes when a
 * schema first declares a code. It outlives releases, so that codes stay what they are;
 * whoever loses it, or makes another one, renames every code. It is never logged, and
 * leaves the state directory by no way of ours.
 */
#ifndef OD_STAGE_CODEKEY_H
#define OD_STAGE_CODEKEY_H

#include "core/arena.h"
#include "core/err.h"
#include "spec/spec.h"

/*
 * *out: OD_ANON_KEY bytes, or NULL if no field is a code: then no file is made. A key
 * that others may read, or that is not one, is an OD_KIND_KEY error.
 */
OD_CHECKED enum od_rc od_code_key(const struct od_spec *spec, const char *state,
                                  struct od_arena *a, const unsigned char **out,
                                  struct od_err *err);

#endif
