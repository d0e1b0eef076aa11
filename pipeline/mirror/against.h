/* against.h - do two public trees hold the same release, and which parts are not? */
#ifndef OD_MIRROR_AGAINST_H
#define OD_MIRROR_AGAINST_H

#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

enum od_difference { OD_ONLY_HERE, OD_ONLY_THERE, OD_CHANGED };

struct od_against {
	const char *dir, *url, *public_key;
	/* Called for each part that differs, by name ("province-50"). */
	void (*part)(const char *name, enum od_difference how, void *u);
	void *u;
	uint64_t here, there; /* serials, filled in */
	uint64_t n;           /* parts that differ, filled in */
};

/*
 * Compares the signed roots of the release in `dir` and of the one at `url`; both
 * signatures must hold. Equal roots are equal releases, byte for byte.
 */
OD_CHECKED enum od_rc od_against(struct od_against *x, struct od_err *err);

#endif
