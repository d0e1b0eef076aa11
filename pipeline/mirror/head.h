/*
 * head.h - what a publisher's server says of itself: the signed top of a release.
 *
 * An address is either that of a release (manifest.json lies there) or that of the
 * folder above it (OUTPUT: releases/<serial>/ or current/ below it). timestamp.json and
 * retractions.json lie at the address itself in both cases.
 */
#ifndef OD_MIRROR_HEAD_H
#define OD_MIRROR_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"
#include "mirror/origin.h"
#include "seal/manifest.h"
#include "seal/minisign.h"
#include "seal/timestamp.h"

struct od_head {
	bool has_time; /* only if asked to do without may it be absent */
	struct od_timestamp time;
	struct od_span time_text, time_signature;
	struct od_span retractions, retractions_signature; /* n 0: there are none */
	const char *below; /* where the release lies: "", "current/", "releases/12/" */
	struct od_span text, signature; /* of manifest.json */
	char root[65];
	struct od_manifest manifest;
};

/*
 * timestamp.json and retractions.json, checked: signatures, and that the clock is
 * between created and expires. With `stale` the clock is not asked and timestamp.json
 * may be missing.
 */
OD_CHECKED enum od_rc od_head_time(const struct od_origin *o,
                                   const struct od_public_key *key, bool stale,
                                   int64_t now, struct od_arena *a, struct od_head *out,
                                   struct od_err *err);

/* manifest.json: signed, no preview, and the one that the timestamp names. */
OD_CHECKED enum od_rc od_head_root(const struct od_origin *o,
                                   const struct od_public_key *key, struct od_arena *a,
                                   struct od_head *out, struct od_err *err);

/* "3 days", "5 hours", "2 minutes": for messages. */
const char *od_head_span(int64_t seconds, struct od_arena *a);

#endif
