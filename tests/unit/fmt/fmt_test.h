/* fmt_test.h - what the tests of formats share: a dataset from a line, files in a
 * directory. */
#ifndef OD_TESTS_FMT_TEST_H
#define OD_TESTS_FMT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "fmt/format.h"

enum { MAX_CELLS = 16 };

/* A dataset "table" whose fields are named a, b, c … and have the types given. */
static inline struct od_dataset
dataset_of(const enum od_type *types, size_t n)
{
	static const char *const names[MAX_CELLS] = {"a", "b", "c", "d", "e", "f",
	                                             "g", "h", "i", "j", "k", "l",
	                                             "m", "n", "o", "p"};
	static struct od_field fields[MAX_CELLS];

	for (size_t i = 0; i < n; i++)
		fields[i] = (struct od_field){.name = names[i],
		                              .type = types[i],
		                              .title = {"ชื่อ", "Title"},
		                              .description = {"ความหมาย", "Meaning"}};
	return (struct od_dataset){.id = "table",
	                           .title = {"ตาราง & <อื่น>", "Table"},
	                           .fields = fields,
	                           .n_fields = n};
}

/* NULL: no value. */
static inline struct od_pub
cell(const char *text)
{
	return (struct od_pub){.v = od_span_str(text), .null = !text};
}

/* A new directory, and the name of a file in it. */
static inline const char *
new_path(const char *name)
{
	static char path[512];
	char dir[] = "/tmp/odp-fmt-XXXXXX";

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static inline void
remove_path(const char *path)
{
	char dir[512];

	snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	unlink(path);
	rmdir(dir);
}

static inline struct od_span
read_file(const char *path, struct od_arena *a)
{
	struct od_err err = {0};
	struct od_span text = {0};

	if (od_file_read(path, (size_t)1 << 32, a, &text, OD_KIND_IO, &err))
		fail_msg("%s", err.msg);
	return text;
}

/* The text of a row in a format of lines. */
static inline const char *
encoded(const struct od_format *f, const struct od_dataset *d,
        const struct od_pub *cells)
{
	static struct od_buf b;

	b.n = 0;
	f->encode(d, cells, &b);
	return od_buf_str(&b);
}

#endif
