/* Level 2 of ISA-L, as in zip.c: the highest whose bytes no processor changes. */
#include "fmt/gzip.h"

#include <stdlib.h>
#include <string.h>

#include <isa-l/igzip_lib.h>

#include "core/arena.h"

enum { HEADER_AND_TRAILER = 64, BLOCK = 65536 };

void
od_gzip(struct od_span in, struct od_buf *to)
{
	struct isal_zstream z;
	unsigned char *work = od_alloc(ISAL_DEF_LVL2_DEFAULT);

	memset(work, 0, ISAL_DEF_LVL2_DEFAULT);
	isal_deflate_init(&z);
	z.level = 2;
	z.level_buf = work;
	z.level_buf_size = ISAL_DEF_LVL2_DEFAULT;
	z.gzip_flag = IGZIP_GZIP;
	z.end_of_stream = 1;
	/* The library reads through a pointer that is not const. */
	memcpy(&z.next_in, &in.p, sizeof(in.p));
	z.avail_in = (uint32_t)in.n;
	do {
		size_t room = BLOCK + HEADER_AND_TRAILER;

		z.next_out = (unsigned char *)od_buf_room(to, room);
		z.avail_out = (uint32_t)room;
		(void)isal_deflate(&z); /* cannot fail with these settings */
		to->n += room - z.avail_out;
	} while (z.avail_out == 0);
	free(work);
}
