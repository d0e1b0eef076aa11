#include "search/squeeze.h"

#include <stdlib.h>
#include <zlib.h>

enum { GZIP = 15 + 16, MEMORY = 9, LEVEL = 6, STEP = 64 * 1024 };

void
od_squeeze(struct od_span in, struct od_buf *to)
{
	z_stream z = {0};
	char *room;

	if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		abort(); /* memory ran out: od_alloc() would end the process too */
	room = od_buf_room(to, deflateBound(&z, in.n));
	z.next_in = (unsigned char *)(uintptr_t)in.p; /* is not written to */
	z.avail_in = (unsigned)in.n;
	z.next_out = (unsigned char *)room;
	z.avail_out = (unsigned)(to->cap - to->n);
	(void)deflate(&z, Z_FINISH); /* the bound is enough for one call */
	to->n += z.total_out;
	deflateEnd(&z);
}

bool
od_unsqueeze(struct od_span in, size_t limit, struct od_buf *to)
{
	z_stream z = {0};
	size_t from = to->n;
	int rc;

	if (inflateInit2(&z, GZIP) != Z_OK)
		abort();
	z.next_in = (unsigned char *)(uintptr_t)in.p;
	z.avail_in = (unsigned)in.n;
	do {
		z.next_out = (unsigned char *)od_buf_room(to, STEP);
		z.avail_out = STEP;
		rc = inflate(&z, Z_NO_FLUSH);
		to->n += STEP - z.avail_out;
	} while (rc == Z_OK && to->n - from <= limit);
	inflateEnd(&z);
	return rc == Z_STREAM_END && to->n - from <= limit;
}
