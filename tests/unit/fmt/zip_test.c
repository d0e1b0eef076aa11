#include "unzip.h"

#include <locale.h>

#include "core/hash.h"
#include "fmt/zip.h"

/* Text that does not compress to nothing: numbers by a fixed rule. */
static char *
noise(size_t n)
{
	char *p = malloc(n);
	uint32_t x = 1;

	assert_non_null(p);
	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		p[i] = (char)('0' + (x >> 24) % 64);
	}
	return p;
}

static void
members_read_back_in_order(void **state)
{
	const char *path = new_path("t.zip");
	struct od_zip *z = od_zip_open(path);
	struct od_err err = {0};
	struct od_out_fact fact;
	struct od_arena a = {0};
	struct stat st;
	size_t n, at;
	char hex[OD_SHA256_HEX], *text;

	(void)state;
	od_zip_add(z, "a.txt", od_span_str("first"));
	od_zip_add(z, "empty", (struct od_span){0});
	od_zip_begin(z, "จังหวัด/ไฟล์.csv");
	for (int i = 0; i < 1000; i++)
		od_zip_put(z, "ก,ข\n", 8);
	od_zip_end(z);
	assert_int_equal(od_zip_close(z, &fact, &err), OD_OK);

	text = unzip(path, "a.txt", &n, &at);
	assert_string_equal(text, "first");
	assert_int_equal(at, 0);
	free(text);
	text = unzip(path, "empty", &n, &at);
	assert_int_equal(n, 0);
	assert_int_equal(at, 1);
	free(text);
	text = unzip(path, "จังหวัด/ไฟล์.csv", &n, NULL);
	assert_int_equal(n, 8000);
	assert_memory_equal(text + 7992, "ก,ข\n", 8);
	free(text);
	assert_null(unzip(path, "b.txt", NULL, NULL));

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, fact.bytes);
	assert_int_equal(st.st_mode & 07777, 0644);
	od_sha256_hex(read_file(path, &a), hex);
	assert_string_equal(hex, fact.sha256);
	od_arena_release(&a);
	remove_path(path);
}

/* Beyond the output buffer its header is already on disk and must be mended there. */
static void
a_member_larger_than_the_buffer_reads_back(void **state)
{
	enum { N = 5 * 1024 * 1024 + 17 };
	const char *path = new_path("t.zip");
	struct od_zip *z = od_zip_open(path);
	char *text = noise(N), *back;
	struct od_err err = {0};
	size_t n;

	(void)state;
	od_zip_begin(z, "large");
	for (size_t i = 0; i < N;) {
		size_t part = 1 + i % 300000;

		part = part < N - i ? part : N - i;
		od_zip_put(z, text + i, part);
		i += part;
	}
	od_zip_end(z);
	od_zip_add(z, "after", od_span_str("x"));
	assert_int_equal(od_zip_close(z, NULL, &err), OD_OK);
	back = unzip(path, "large", &n, NULL);
	assert_int_equal(n, N);
	assert_memory_equal(back, text, N);
	free(back);
	back = unzip(path, "after", &n, NULL);
	assert_string_equal(back, "x");
	free(back);
	free(text);
	remove_path(path);
}

static void
a_file_becomes_a_member(void **state)
{
	enum { N = 700000 };
	char source[512], *text = noise(N), *back;
	const char *path;
	struct od_err err = {0};
	struct od_zip *z;
	FILE *f;
	size_t n;

	(void)state;
	snprintf(source, sizeof(source), "%s", new_path("source"));
	f = fopen(source, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, N, f), N);
	fclose(f);
	path = new_path("t.zip");
	z = od_zip_open(path);
	od_zip_file(z, "data/x.csv", source);
	assert_int_equal(od_zip_close(z, NULL, &err), OD_OK);
	back = unzip(path, "data/x.csv", &n, NULL);
	assert_int_equal(n, N);
	assert_memory_equal(back, text, N);
	free(back);
	free(text);
	remove_path(path);
	remove_path(source);
}

static void
a_missing_source_is_told_at_close(void **state)
{
	const char *path = new_path("t.zip");
	struct od_zip *z = od_zip_open(path);
	struct od_err err = {0};

	(void)state;
	od_zip_file(z, "x", "/nowhere/at/all");
	od_zip_add(z, "y", od_span_str("y"));
	assert_int_equal(od_zip_close(z, NULL, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_IO);
	assert_non_null(strstr(err.msg, "/nowhere/at/all"));
	remove_path(path);
}

/* The bytes depend on the text, not on how it was handed over. */
static void
pieces_do_not_change_the_bytes(void **state)
{
	enum { N = 2500000 };
	static const size_t pieces[] = {N, 999, 1048576, 7, 1048577};
	char *text = noise(N), first[OD_SHA256_HEX] = "";

	(void)state;
	for (size_t k = 0; k < OD_ARRAY_LEN(pieces); k++) {
		const char *path = new_path("t.zip");
		struct od_zip *z = od_zip_open(path);
		struct od_err err = {0};
		struct od_out_fact fact;

		od_zip_begin(z, "x");
		for (size_t i = 0; i < N; i += pieces[k])
			od_zip_put(z, text + i, pieces[k] < N - i ? pieces[k] : N - i);
		od_zip_end(z);
		assert_int_equal(od_zip_close(z, &fact, &err), OD_OK);
		if (k)
			assert_string_equal(fact.sha256, first);
		memcpy(first, fact.sha256, sizeof(first));
		remove_path(path);
	}
	free(text);
}

static void
the_comment_is_found_without_the_members(void **state)
{
	const char *path = new_path("t.zip");
	struct od_zip *z = od_zip_open(path);
	struct od_err err = {0};
	char found[OD_ZIP_COMMENT_MAX];

	(void)state;
	od_zip_add(z, "a", od_span_str("PK\5\6 is no end"));
	od_zip_comment(z, "what it is");
	assert_int_equal(od_zip_close(z, NULL, &err), OD_OK);
	od_zip_read_comment(path, found);
	assert_string_equal(found, "what it is");
	z = od_zip_open(path);
	assert_int_equal(od_zip_close(z, NULL, &err), OD_OK);
	od_zip_read_comment(path, found);
	assert_string_equal(found, "");
	remove_path(path);
	od_zip_read_comment(path, found);
	assert_string_equal(found, "");
}

/* A live release shares files with the next one by hard links. */
static void
writing_over_a_hard_link_leaves_the_other_name_alone(void **state)
{
	const char *path = new_path("t.zip");
	char other[600];
	struct od_zip *z = od_zip_open(path);
	struct od_err err = {0};
	char *text;

	(void)state;
	od_zip_add(z, "a", od_span_str("old"));
	assert_int_equal(od_zip_close(z, NULL, &err), OD_OK);
	snprintf(other, sizeof(other), "%s.live", path);
	assert_int_equal(link(path, other), 0);
	z = od_zip_open(path);
	od_zip_add(z, "a", od_span_str("new"));
	assert_int_equal(od_zip_close(z, NULL, &err), OD_OK);
	text = unzip(other, "a", NULL, NULL);
	assert_string_equal(text, "old");
	free(text);
	unlink(other);
	remove_path(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(members_read_back_in_order),
	    cmocka_unit_test(a_member_larger_than_the_buffer_reads_back),
	    cmocka_unit_test(a_file_becomes_a_member),
	    cmocka_unit_test(a_missing_source_is_told_at_close),
	    cmocka_unit_test(pieces_do_not_change_the_bytes),
	    cmocka_unit_test(the_comment_is_found_without_the_members),
	    cmocka_unit_test(writing_over_a_hard_link_leaves_the_other_name_alone),
	};

	setlocale(LC_CTYPE,
	          "C.UTF-8"); /* libarchive names no member beyond ASCII without */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
