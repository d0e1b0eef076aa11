/*
 * mirror.h - keeps a provincial centre's copy of a release, or of one part of it.
 *
 * In this order, so that a mirror that is killed or cut anywhere serves what it served:
 *   1. timestamp.json: signed, in time, not of an older release than the one held
 *   2. retractions.json: what was taken back goes from all trees that are not served
 *   3. manifest.json: signed, and the one that the timestamp names
 *   4. parts and files that no local file has the hash of are fetched
 *   5. a tree is built of links, and verified as `odp verify` does
 *   6. `current` is switched by one rename; the tree before the last one goes
 *
 * Errors: OD_KIND_VERIFY for all that is not what the publisher signed, or not new;
 * OD_KIND_REMOTE if the server does not answer; OD_KIND_IO of the disk.
 */
#ifndef OD_MIRROR_MIRROR_H
#define OD_MIRROR_MIRROR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

struct od_mirror_opts {
	const char *url, *dir;
	const char *public_key; /* path */
	const char *part;       /* "province-50", or NULL: the whole release */
	bool accept_stale;      /* do not ask the clock: a stick long on its way */
	unsigned tries, jobs;
	int64_t now; /* seconds since 1970 */
};

struct od_mirror_fact {
	uint64_t serial;
	char created[32];
	bool changed; /* another tree is live than before */
	bool has_time;
	int64_t confirmed, expires; /* of timestamp.json */
	uint64_t files, fetched, bytes;
};

/* The caller holds the lock of DIR/.mirror. */
OD_CHECKED enum od_rc od_mirror(const struct od_mirror_opts *opts,
                                struct od_mirror_fact *fact, struct od_err *err);

#endif
