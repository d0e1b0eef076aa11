/*
 * pack.h - blocks compressed with zstd, each a frame of its own (RFC 8878).
 *
 * Equal blocks give equal bytes, whatever was packed before them.
 */
#ifndef OD_FMT_PACK_H
#define OD_FMT_PACK_H

#include "core/buf.h"
#include "core/span.h"

struct od_pack; /* for one thread */

/* Never NULL. */
struct od_pack *od_pack_open(void);

/* Appends the frame of a block. */
void od_pack_put(struct od_pack *p, struct od_span block, struct od_buf *to);

void od_pack_close(struct od_pack *p);

#endif
