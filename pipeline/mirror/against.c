#include "mirror/against.h"

#include <string.h>

#include "mirror/head.h"

/* The signed root of one of the two; its messages say which. */
static enum od_rc
read_root(const char *url, const struct od_public_key *key, struct od_arena *a,
          struct od_head *out, struct od_err *err)
{
	struct od_origin o = {.root = -1};
	enum od_rc rc = od_origin_open(url, 3, a, &o, err);

	/* How old it is is not the question; its serial says where it lies. */
	if (!rc)
		rc = od_head_time(&o, key, true, 0, a, out, err);
	if (!rc)
		rc = od_head_root(&o, key, a, out, err);
	od_origin_close(&o);
	return rc ? od_err_wrap(err, "%s", url) : OD_OK;
}

static const char *
part_name(const char *path, struct od_arena *a)
{
	const char *name = path + strlen(OD_PARTS_DIR "/");
	size_t n = strlen(name);

	if (n > 5 && !strcmp(name + n - 5, ".json"))
		n -= 5;
	return od_arena_printf(a, "%.*s", (int)n, name);
}

static void
tell(struct od_against *x, const char *path, enum od_difference how, struct od_arena *a)
{
	x->n++;
	x->part(part_name(path, a), how, x->u);
}

/* Both lists are sorted by path. */
static void
compare(struct od_against *x, const struct od_manifest *p, const struct od_manifest *q,
        struct od_arena *a)
{
	size_t i = 0, k = 0;

	while (i < p->n_parts || k < q->n_parts) {
		int order = i == p->n_parts ? 1
		            : k == q->n_parts
		                ? -1
		                : od_manifest_file_order(&p->parts[i], &q->parts[k]);

		if (order < 0)
			tell(x, p->parts[i++].path, OD_ONLY_HERE, a);
		else if (order > 0)
			tell(x, q->parts[k++].path, OD_ONLY_THERE, a);
		else if (strcmp(p->parts[i++].sha256, q->parts[k++].sha256) != 0)
			tell(x, p->parts[i - 1].path, OD_CHANGED, a);
	}
}

enum od_rc
od_against(struct od_against *x, struct od_err *err)
{
	struct od_arena a = {0};
	struct od_public_key key;
	struct od_head here, there;
	enum od_rc rc = od_public_key_load(x->public_key, &key, err);

	x->n = 0;
	if (!rc)
		rc = read_root(x->dir, &key, &a, &here, err);
	if (!rc)
		rc = read_root(x->url, &key, &a, &there, err);
	if (rc)
		goto out;
	x->here = here.manifest.serial;
	x->there = there.manifest.serial;
	if (strcmp(here.root, there.root) != 0)
		compare(x, &here.manifest, &there.manifest, &a);
	if (strcmp(here.root, there.root) != 0)
		rc = od_err_set(err, OD_KIND_VERIFY,
		                "'%s' has release %llu, '%s' has release %llu: %llu "
		                "parts differ",
		                x->dir, (unsigned long long)x->here, x->url,
		                (unsigned long long)x->there, (unsigned long long)x->n);
out:
	od_arena_release(&a);
	return rc;
}
