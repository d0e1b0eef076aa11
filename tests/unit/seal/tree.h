/* tree.h - a small release in a directory of its own, for the tests of this folder. */
#ifndef OD_TEST_SEAL_TREE_H
#define OD_TEST_SEAL_TREE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/file.h"
#include "core/out.h"
#include "seal/assemble.h"
#include "seal/minisign.h"
#include "seal/scan.h"
#include "seal/verify.h"

struct tree {
	struct od_arena a;
	const char *top; /* removed by tree_close() */
	const char *key, *pub;
};

static inline const char *
tree_path(struct tree *t, const char *rel)
{
	return od_arena_printf(&t->a, "%s/%s", t->top, rel);
}

static inline void
tree_open(struct tree *t)
{
	struct od_err err;
	char top[] = "/tmp/odp-seal-XXXXXX";

	*t = (struct tree){0};
	assert_non_null(mkdtemp(top));
	t->top = od_arena_str(&t->a, top);
	assert_int_equal(od_keygen(tree_path(t, "keys"), &err), OD_OK);
	t->key = tree_path(t, "keys/odp.key");
	t->pub = tree_path(t, "keys/odp.pub");
}

static inline void
tree_close(struct tree *t)
{
	struct od_err err;

	assert_int_equal(od_dir_remove(t->top, &err), OD_OK);
	od_arena_release(&t->a);
}

static inline void
tree_put(struct tree *t, const char *rel, const char *text)
{
	struct od_out *o = od_out_open(tree_path(t, rel), NULL);
	struct od_err err;

	od_out_puts(o, text);
	assert_int_equal(od_out_close(o, NULL, &err), OD_OK);
}

static inline struct od_span
tree_get(struct tree *t, const char *rel)
{
	struct od_span s = {0};
	struct od_err err;

	assert_int_equal(
	    od_file_read(tree_path(t, rel), 1 << 24, &t->a, &s, OD_KIND_IO, &err),
	    OD_OK);
	return s;
}

/* Changes one bit of a file. */
static inline void
tree_flip(struct tree *t, const char *rel, size_t bit)
{
	FILE *f = fopen(tree_path(t, rel), "r+b");
	int c;

	assert_non_null(f);
	fseek(f, (long)(bit / 8), SEEK_SET);
	c = fgetc(f);
	fseek(f, (long)(bit / 8), SEEK_SET);
	fputc(c ^ 1 << bit % 8, f);
	assert_int_equal(fclose(f), 0);
}

struct tree_list {
	struct tree *t;
	struct od_manifest_file v[32];
	size_t n;
};

static inline enum od_rc
tree_add(const struct od_walk_file *f, void *u, struct od_err *err)
{
	struct tree_list *l = u;
	struct od_manifest_file *one = &l->v[l->n++];

	assert_true(l->n <= 32);
	one->path = od_arena_str(&l->t->a, f->rel);
	one->rows = -1;
	return od_sha256_file(f->path, one->sha256, &one->bytes, err);
}

/* Seals the files below `rel` as the stage does. */
static inline void
tree_seal(struct tree *t, const char *rel, const char *live, uint64_t serial,
          const char *created)
{
	struct tree_list l = {.t = t};
	struct od_assembly as = {.dir = tree_path(t, rel),
	                         .live = live[0] ? tree_path(t, live) : "",
	                         .serial = serial,
	                         .created = created};
	struct od_secret_key *key;
	size_t parts, kept;
	struct od_err err;

	assert_int_equal(od_assemble_clean(as.dir, &err), OD_OK);
	assert_int_equal(od_dir_walk(as.dir, tree_add, &l, &err), OD_OK);
	assert_int_equal(od_secret_key_open(t->key, &key, &err), OD_OK);
	as.key = key;
	as.files = l.v;
	as.n_files = l.n;
	assert_int_equal(od_assemble(&as, &parts, &kept, &err), OD_OK);
	od_secret_key_close(key);
}

/* A release with two provinces, in "r". */
static inline void
tree_release(struct tree *t)
{
	tree_put(t, "r/index.html", "<p>home</p>\n");
	tree_put(t, "r/data/projects/projects.csv", "id,name\n1,a\n2,b\n");
	tree_put(t, "r/data/projects/province_code=50/projects.csv", "id,name\n1,a\n");
	tree_put(t, "r/data/projects/province_code=10/projects.csv", "id,name\n2,b\n");
	tree_put(t, "r/bundles/province-50.zip", "not a real one");
	tree_put(t, "r/p/12/1.html", "<p>one</p>\n");
	tree_put(t, "r/empty.txt", "");
	tree_seal(t, "r", "", 7, "2026-03-02T23:00:00+07:00");
}

static inline enum od_rc
tree_verify(struct tree *t, const char *rel, const char *part, struct od_err *err)
{
	struct od_verify_opts opts = {.public_key = t->pub, .part = part, .jobs = 2};
	struct od_verify_fact fact;

	return od_verify(tree_path(t, rel), &opts, &fact, err);
}

#endif
