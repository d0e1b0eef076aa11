#include "search/blocks.h"

#include <stdlib.h>
#include <string.h>

#include "core/deflate.h"
#include "core/file.h"
#include "core/out.h"

enum { ROOT_LIMIT = 64 << 20, BLOCK_LIMIT = 256 << 20 };

void
od_blocks_init(struct od_blocks *w, const char *dir, const char *name,
               struct od_sha256 *hash)
{
	struct od_buf b = {0};

	*w = (struct od_blocks){.hash = hash};
	od_shards_init(&w->out, dir, name, OD_SHARD_GZ, hash);
	od_buf_printf(&b, "%s/%s.root", dir, name);
	w->path = memcpy(od_alloc(b.n + 1), od_buf_str(&b), b.n + 1);
	od_buf_release(&b);
}

void
od_blocks_put(struct od_blocks *w, struct od_span squeezed)
{
	od_shards_put(&w->out, squeezed);
	od_rice_gamma(&w->lengths, (uint32_t)squeezed.n);
	w->n++;
}

enum od_rc
od_blocks_close(struct od_blocks *w, struct od_err *err)
{
	enum od_rc rc = od_shards_close(&w->out, err);
	struct od_rice root = {0};
	struct od_buf small = {0};
	struct od_out *out;

	od_rice_flush(&w->lengths);
	od_rice_gamma(&root, w->n + 1);
	for (size_t i = 0; i < w->lengths.b.n; i++)
		od_rice_put(&root, (unsigned char)w->lengths.b.p[i], 8);
	od_rice_flush(&root);
	od_gzip(od_buf_view(&root.b), &small);
	od_sha256_field(w->hash, od_buf_view(&small));
	w->root_bytes = small.n;
	if (!rc) {
		out = od_out_open(w->path, NULL);
		od_out_put(out, OD_SHARD_MAGIC, OD_SHARD_HEAD);
		od_out_span(out, od_buf_view(&small));
		rc = od_out_close(out, NULL, err);
	}
	od_buf_release(&small);
	od_buf_release(&root.b);
	od_buf_release(&w->lengths.b);
	free(w->path);
	return rc;
}

void
od_block_value(struct od_buf *b, struct od_span value)
{
	while (value.n) {
		const char *cut = memchr(value.p, OD_MANY, value.n);
		size_t n = cut ? (size_t)(cut - value.p) : value.n;

		od_buf_put(b, value.p, n);
		if (cut)
			od_buf_putc(b, OD_NEXT_VALUE);
		n += cut != NULL;
		value.p += n;
		value.n -= n;
	}
	od_buf_putc(b, OD_END_VALUE);
}

/* ---- reading */

struct od_blocks_in {
	struct od_shards_in in;
	struct od_place_at *at;
	uint32_t *bytes;
	uint32_t n;
};

enum od_rc
od_blocks_open(const char *dir, const char *name, struct od_arena *a,
               struct od_blocks_in **out, struct od_err *err)
{
	struct od_blocks_in *r = od_arena_alloc(a, sizeof(*r));
	struct od_place_at end = {0};
	struct od_buf plain = {0};
	struct od_rice_in in;
	struct od_span file;
	bool good;
	enum od_rc rc = od_file_read(od_arena_printf(a, "%s/%s.root", dir, name),
	                             ROOT_LIMIT, a, &file, OD_KIND_IO, err);

	if (rc)
		return rc;
	r->in = (struct od_shards_in){.dir = dir, .name = name, .kind = OD_SHARD_GZ};
	good =
	    file.n > OD_SHARD_HEAD &&
	    od_gunzip((struct od_span){file.p + OD_SHARD_HEAD, file.n - OD_SHARD_HEAD},
	              ROOT_LIMIT, &plain);
	in = (struct od_rice_in){(const unsigned char *)plain.p, plain.n, 0, false};
	if (good) {
		r->n = od_rice_get_gamma(&in) - 1;
		good = !in.bad && r->n <= plain.n * 8;
	}
	if (good) {
		r->at = od_arena_array(a, r->n + 1, sizeof(*r->at));
		r->bytes = od_arena_array(a, r->n + 1, sizeof(*r->bytes));
		for (uint32_t i = 0; i < r->n; i++) {
			r->bytes[i] = od_rice_get_gamma(&in);
			r->at[i] = od_place_next(&end, r->bytes[i], OD_SHARD_GZ);
		}
		good = !in.bad;
	}
	od_buf_release(&plain);
	*out = r;
	return good ? OD_OK
	            : od_err_set(err, OD_KIND_VERIFY, "the search index is damaged");
}

uint32_t
od_blocks_count(const struct od_blocks_in *r)
{
	return r->n;
}

enum od_rc
od_blocks_get(struct od_blocks_in *r, uint32_t block, struct od_arena *a,
              struct od_span *out, struct od_err *err)
{
	struct od_buf plain = {0};
	struct od_span item;
	enum od_rc rc =
	    od_shards_get(&r->in, r->at[block], r->bytes[block], a, &item, err);

	if (rc)
		return rc;
	if (!od_gunzip(item, BLOCK_LIMIT, &plain))
		rc = od_err_set(err, OD_KIND_VERIFY, "the search index is damaged");
	else
		*out = od_arena_dup(a, od_buf_view(&plain));
	od_buf_release(&plain);
	return rc;
}

void
od_blocks_in_close(struct od_blocks_in *r)
{
	if (r)
		od_shards_in_close(&r->in);
}

bool
od_block_next(struct od_span *rest, struct od_span *values, size_t most, size_t *n)
{
	*n = 0;
	while (rest->n) {
		const char *p = rest->p, *end = rest->p + rest->n;

		if (*p == OD_END_RECORD) {
			rest->p++;
			rest->n--;
			return true;
		}
		while (p < end && *p != OD_END_VALUE)
			p++;
		if (*n < most)
			values[(*n)++] =
			    (struct od_span){rest->p, (size_t)(p - rest->p)};
		p += p < end;
		rest->n -= (size_t)(p - rest->p);
		rest->p = p;
	}
	return false;
}
