/*
 * libdeflate only knows whole streams, so a piece that others follow is made one and
 * then reopened, as zlib's example gzjoin does with finished files: the bit that marks
 * its last block is cleared, and an empty stored block brings the end to a byte. Where
 * that block begins only a decoder knows; zlib's stops after each one (Z_BLOCK), at 600
 * MB/s.
 */
#include "core/deflate.h"

#include <stdint.h>
#include <stdlib.h>

#include <libdeflate.h>
#include <zlib.h>

#include "core/arena.h"

enum {
	GZIP_LEVEL =
	    6, /* small files, read one by one; 7 is 2 % smaller, for half more time */
	PIECE_LEVEL = 4, /* archives: 5 is 2 % smaller and costs a tenth more time */
	GZIP_MIN = 18,   /* header and trailer */
	BYTE = 8,
};

struct od_deflate {
	struct libdeflate_compressor *compressor;
	z_stream decoder;
	struct od_buf packed, plain;
};

static struct libdeflate_compressor *
new_compressor(int level)
{
	/* The same two functions each time: which call comes first does not matter. */
	libdeflate_set_memory_allocator(od_alloc, free);
	return libdeflate_alloc_compressor(level);
}

void
od_gzip(struct od_span in, struct od_buf *to)
{
	struct libdeflate_compressor *c = new_compressor(GZIP_LEVEL);
	size_t bound = libdeflate_gzip_compress_bound(c, in.n);

	to->n += libdeflate_gzip_compress(c, in.p, in.n, od_buf_room(to, bound), bound);
	libdeflate_free_compressor(c);
}

bool
od_gunzip(struct od_span in, size_t limit, struct od_buf *to)
{
	const unsigned char *end = (const unsigned char *)in.p + in.n;
	struct libdeflate_decompressor *d;
	enum libdeflate_result result;
	size_t n;

	if (in.n < GZIP_MIN)
		return false;
	n = end[-4] | (size_t)end[-3] << 8 | (size_t)end[-2] << 16 |
	    (size_t)end[-1] << 24;
	if (n > limit)
		return false;
	libdeflate_set_memory_allocator(od_alloc, free);
	d = libdeflate_alloc_decompressor();
	result =
	    libdeflate_gzip_decompress(d, in.p, in.n, od_buf_room(to, n + 1), n, NULL);
	libdeflate_free_decompressor(d);
	if (result == LIBDEFLATE_SUCCESS)
		to->n += n;
	return result == LIBDEFLATE_SUCCESS;
}

static void *
take(void *unused, unsigned n, unsigned size)
{
	(void)unused;
	return od_alloc((size_t)n * size);
}

static void
give_back(void *unused, void *p)
{
	(void)unused;
	free(p);
}

struct od_deflate *
od_deflate_new(void)
{
	struct od_deflate *d = od_alloc(sizeof(*d));

	*d = (struct od_deflate){.decoder = {.zalloc = take, .zfree = give_back}};
	d->compressor = new_compressor(PIECE_LEVEL);
	(void)inflateInit2(&d->decoder, -MAX_WBITS); /* cannot fail with this memory */
	return d;
}

void
od_deflate_free(struct od_deflate *d)
{
	if (!d)
		return;
	libdeflate_free_compressor(d->compressor);
	(void)inflateEnd(&d->decoder);
	od_buf_release(&d->packed);
	od_buf_release(&d->plain);
	free(d);
}

/* In bits of d->packed: where the last block begins, and where it ends. */
static void
find_last_block(struct od_deflate *d, size_t plain_n, size_t *from, size_t *to)
{
	enum { ENDED = 128, LAST = 64, UNUSED = 7 }; /* data_type, see inflate() */
	z_stream *z = &d->decoder;

	(void)inflateReset(z);
	z->next_in = (unsigned char *)d->packed.p;
	z->avail_in = (unsigned)d->packed.n;
	d->plain.n = 0;
	z->next_out = (unsigned char *)od_buf_room(&d->plain, plain_n + 1);
	z->avail_out = (unsigned)plain_n + 1;
	*from = *to = 0;
	while (inflate(z, Z_BLOCK) == Z_OK) {
		if (!(z->data_type & ENDED))
			continue;
		*to = (d->packed.n - z->avail_in) * BYTE -
		      ((unsigned)z->data_type & UNUSED);
		if (z->data_type & LAST)
			return;
		*from = *to;
	}
}

static void
reopen(struct od_deflate *d, size_t plain_n)
{
	static const char empty[] = {0, 0, '\xff',
	                             '\xff'}; /* length and its complement */
	enum { HEADER = 3 }; /* not the last, stored: three bits, all zero */
	size_t from, to;

	find_last_block(d, plain_n, &from, &to);
	d->packed.p[from / BYTE] &= (char)~(1u << from % BYTE);
	/* the bits that fill the last byte are zero already */
	d->packed.n = (to + BYTE - 1) / BYTE;
	if (to + HEADER > d->packed.n * BYTE)
		od_buf_putc(&d->packed, 0);
	od_buf_put(&d->packed, empty, sizeof(empty));
}

struct od_span
od_deflate_piece(struct od_deflate *d, struct od_span in, bool last)
{
	size_t bound = libdeflate_deflate_compress_bound(d->compressor, in.n);

	d->packed.n = 0;
	d->packed.n = libdeflate_deflate_compress(
	    d->compressor, in.p, in.n, od_buf_room(&d->packed, bound), bound);
	if (!last)
		reopen(d, in.n);
	return od_buf_view(&d->packed);
}
