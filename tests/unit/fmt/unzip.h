/* unzip.h - a member of an archive as somebody else's reader sees it. */
#ifndef OD_TESTS_UNZIP_H
#define OD_TESTS_UNZIP_H

#include "fmt_test.h"

#include <archive.h>
#include <archive_entry.h>

/* The bytes of a member (NUL-terminated), or NULL; `i` (may be NULL): its position. */
static inline char *
unzip(const char *path, const char *name, size_t *n, size_t *position)
{
	struct archive *r = archive_read_new();
	struct archive_entry *e;
	struct od_buf b = {0};
	char *out = NULL;
	size_t at = 0;

	archive_read_support_format_zip_seekable(r);
	assert_int_equal(archive_read_open_filename(r, path, 65536), ARCHIVE_OK);
	for (; archive_read_next_header(r, &e) == ARCHIVE_OK && !out; at++) {
		ssize_t got;

		if (strcmp(archive_entry_pathname_utf8(e), name) != 0)
			continue;
		if (position)
			*position = at;
		while ((got = archive_read_data(r, od_buf_room(&b, 65536), 65536)) > 0)
			b.n += (size_t)got;
		assert_int_equal(got, 0);
		assert_int_equal(archive_entry_size(e), b.n);
		assert_int_equal(archive_entry_mode(e), S_IFREG | 0644);
		out = (char *)(uintptr_t)od_buf_str(&b);
	}
	if (n)
		*n = b.n;
	assert_int_equal(archive_read_free(r), ARCHIVE_OK);
	return out;
}

#endif
