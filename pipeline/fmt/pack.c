#include "fmt/pack.h"

#include <assert.h>
#include <stdlib.h>

#define ZSTD_STATIC_LINKING_ONLY /* for the allocator */
#include <zstd.h>

#include "core/arena.h"

/* Of the release's tables, level 1 makes 9 % more bytes in 10 % less time. */
enum { LEVEL = 3 };

struct od_pack {
	ZSTD_CCtx *context;
};

static void *
allocate(void *u, size_t n)
{
	(void)u;
	return od_alloc(n);
}

static void
release(void *u, void *p)
{
	(void)u;
	free(p);
}

struct od_pack *
od_pack_open(void)
{
	struct od_pack *p = od_alloc(sizeof(*p));

	p->context =
	    ZSTD_createCCtx_advanced((ZSTD_customMem){allocate, release, NULL});
	return p;
}

/* With room for the worst case and memory that does not run out nothing can fail. */
void
od_pack_put(struct od_pack *p, struct od_span block, struct od_buf *to)
{
	size_t most = ZSTD_compressBound(block.n), n;

	n = ZSTD_compressCCtx(p->context, od_buf_room(to, most), most, block.p, block.n,
	                      LEVEL);
	assert(!ZSTD_isError(n));
	to->n += n;
}

void
od_pack_close(struct od_pack *p)
{
	ZSTD_freeCCtx(p->context);
	free(p);
}
