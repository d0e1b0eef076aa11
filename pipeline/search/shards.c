#include "search/shards.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"

static const char *const endings[] = {[OD_SHARD_GZ] = "gz", [OD_SHARD_BIN] = "bin"};

void
od_shards_init(struct od_shards *w, const char *dir, const char *name,
               enum od_shard_kind kind, struct od_sha256 *hash)
{
	size_t n = strlen(dir) + 1;

	*w = (struct od_shards){
	    .dir = memcpy(od_alloc(n), dir, n), .kind = kind, .hash = hash};
	snprintf(w->name, sizeof(w->name), "%s", name);
}

static void
close_file(struct od_shards *w)
{
	struct od_err ignored;
	enum od_rc rc;

	if (!w->out)
		return;
	rc = od_out_close(w->out, NULL, w->rc ? &ignored : &w->err);
	if (!w->rc)
		w->rc = rc;
	w->out = NULL;
}

static void
open_file(struct od_shards *w, uint32_t shard)
{
	struct od_buf path = {0};

	close_file(w);
	od_buf_printf(&path, "%s/%s%u.%s", w->dir, w->name, (unsigned)shard,
	              endings[w->kind]);
	w->out = od_out_open(od_buf_str(&path), NULL);
	if (w->kind == OD_SHARD_BIN)
		od_out_put(w->out, OD_SHARD_MAGIC, OD_SHARD_HEAD);
	w->files++;
	od_buf_release(&path);
}

struct od_place_at
od_shards_put(struct od_shards *w, struct od_span item)
{
	struct od_place_at at = od_place_next(&w->end, item.n, w->kind);

	if (w->rc)
		return at;
	if (!w->out || at.offset == (w->kind == OD_SHARD_BIN ? OD_SHARD_HEAD : 0))
		open_file(w, at.shard);
	od_out_span(w->out, item);
	od_sha256_field(w->hash, item);
	w->bytes += item.n;
	return at;
}

enum od_rc
od_shards_close(struct od_shards *w, struct od_err *err)
{
	enum od_rc rc;

	close_file(w);
	rc = w->rc;
	if (rc)
		*err = w->err;
	free(w->dir);
	w->dir = NULL;
	return rc;
}

void
od_shards_in_close(struct od_shards_in *r)
{
	if (r->fd)
		(void)close(r->fd); /* opened for reading: nothing to lose */
	r->fd = 0;
}

static enum od_rc
open_shard(struct od_shards_in *r, uint32_t shard, struct od_err *err)
{
	struct od_buf path = {0};
	enum od_rc rc = OD_OK;

	if (r->fd && r->shard == shard)
		return OD_OK;
	od_shards_in_close(r);
	od_buf_printf(&path, "%s/%s%u.%s", r->dir, r->name, (unsigned)shard,
	              endings[r->kind]);
	r->fd = open(od_buf_str(&path), O_RDONLY | O_CLOEXEC);
	r->shard = shard;
	if (r->fd < 0) {
		r->fd = 0;
		rc = od_err_sys(err, OD_KIND_IO, errno, "cannot open '%s'",
		                od_buf_str(&path));
	}
	od_buf_release(&path);
	return rc;
}

enum od_rc
od_shards_get(struct od_shards_in *r, struct od_place_at at, size_t n,
              struct od_arena *a, struct od_span *item, struct od_err *err)
{
	char *p;
	size_t got = 0;
	enum od_rc rc = open_shard(r, at.shard, err);

	if (rc)
		return rc;
	p = od_arena_text(a, n + 1);
	while (got < n) {
		ssize_t k = pread(r->fd, p + got, n - got, (off_t)(at.offset + got));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return od_err_set(err, OD_KIND_VERIFY,
			                  "the search index is damaged: '%s%u.%s' is "
			                  "too short",
			                  r->name, (unsigned)at.shard,
			                  endings[r->kind]);
		got += (size_t)k;
	}
	*item = (struct od_span){p, n};
	return OD_OK;
}
