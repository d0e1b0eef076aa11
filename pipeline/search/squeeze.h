/*
 * squeeze.h - texts as gzip members (RFC 1952) without name and time, as browsers take
 * them apart (DecompressionStream) and zcat does. Equal bytes give equal bytes.
 */
#ifndef OD_SEARCH_SQUEEZE_H
#define OD_SEARCH_SQUEEZE_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/span.h"

/* Appends the compressed form of a text shorter than 1 GiB. */
void od_squeeze(struct od_span in, struct od_buf *to);

/* Appends what was compressed, at most `limit` bytes; false: damaged. */
bool od_unsqueeze(struct od_span in, size_t limit, struct od_buf *to);

#endif
