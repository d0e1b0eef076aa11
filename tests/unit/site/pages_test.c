#include "site/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/compiler.h"
#include "core/file.h"
#include "core/out.h"
#include "site/lexicon.h"

static char dir[64];

static int
make_dir(void **state)
{
	struct od_err err;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/odp-pages-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	{
		char path[96];

		snprintf(path, sizeof(path), "%s/i18n", dir);
		return od_dir_make(path, 0755, &err) == OD_OK ? 0 : -1;
	}
}

static int
remove_dir(void **state)
{
	struct od_err err;

	(void)state;
	return od_dir_remove(dir, &err) == OD_OK ? 0 : -1;
}

static void
put(const char *name, const char *text)
{
	struct od_err err;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(od_out_file(path, od_span_str(text), &err), OD_OK);
}

static const char head[] = "policy: p\npolicy_header: h\npages:\n";

static enum od_rc
load(const char *pages, struct od_arena *a, const struct od_pages **out,
     struct od_err *err)
{
	put("pages.yaml", od_arena_printf(a, "%s%s", head, pages));
	*err = (struct od_err){0};
	return od_pages_load(dir, a, out, err);
}

static void
a_declaration_is_read_whole(void **state)
{
	const struct od_pages *p;
	const struct od_page_kind *k;
	struct od_arena a = {0};
	struct od_err err;

	(void)state;
	assert_int_equal(
	    load("  - id: project\n    path: \"p/{id/1000}/{id}.html\"\n    template: "
	         "p.html\n"
	         "    lastmod: at\n    rows: {sql: select 1, key: id, order: number, "
	         "cuts: select 2}\n"
	         "    per_page: {list: l, size: 20, path: \"p/{id}/{page}.html\"}\n"
	         "    lists:\n      l: select 3\n      m: {from: fields, by: id}\n     "
	         " n: {sql: select 4, one: true}\n"
	         "  - {id: one, path: 404.html, template: x, languages: [th], sitemap: "
	         "false, absolute: true}\n",
	         &a, &p, &err),
	    OD_OK);
	assert_int_equal(p->n, 2);
	k = od_page_kind_find(p, OD_SPAN("project"));
	assert_true(k->langs[OD_LANG_TH] && k->langs[OD_LANG_EN] &&
	            !k->langs[OD_LANG_BOTH]);
	assert_true(k->numeric && k->sitemap);
	assert_int_equal(k->per_page, 20);
	assert_int_equal(k->n_lists, 3);
	assert_string_equal(k->lists[1].from, "fields");
	assert_true(k->lists[2].one);
	k = od_page_kind_find(p, OD_SPAN("one"));
	assert_true(!k->langs[OD_LANG_EN] && !k->sitemap && k->absolute);
	assert_null(od_page_kind_find(p, OD_SPAN("two")));
	od_arena_release(&a);
}

static void
paths_are_made_by_rule_and_stay_in_the_release(void **state)
{
	static const struct {
		const char *value, *path; /* NULL: refused */
	} cases[] = {
	    {"0", "p/0/0.html"}, {"274016", "p/274/274016.html"},
	    {"../x", NULL},      {"", NULL},
	    {"1a", NULL},
	};
	const struct od_pages *p;
	struct od_arena a = {0};
	struct od_buf b = {0};
	struct od_err err;

	(void)state;
	assert_int_equal(
	    load("  - {id: x, path: \"p/{id/1000}/{id}.html\", template: x}\n"
	         "  - {id: y, path: \"d/{code}/index.html\", template: x}\n",
	         &a, &p, &err),
	    OD_OK);
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		bool ok;

		b.n = 0;
		ok = od_path_put(&b, &p->kinds[0].path, NULL,
		                 od_span_str(cases[i].value), 1);
		assert_int_equal(ok, cases[i].path != NULL);
		if (ok)
			assert_string_equal(od_buf_str(&b), cases[i].path);
	}
	b.n = 0;
	assert_false(od_path_put(&b, &p->kinds[1].path, NULL, OD_SPAN("a/b"), 1));
	assert_false(od_path_put(&b, &p->kinds[1].path, NULL, OD_SPAN(".."), 1));
	assert_false(od_path_put(&b, &p->kinds[1].path, NULL, OD_SPAN("ก"), 1));
	assert_string_equal(od_path_head(&p->kinds[1].path, &a), "d");
	od_buf_release(&b);
	od_arena_release(&a);
}

static void
a_faulty_declaration_is_told_with_its_place(void **state)
{
	static const struct {
		const char *pages, *message;
	} cases[] = {
	    {"  - {id: a, path: x, template: t, tempalte: u}\n", "tempalte"},
	    {"  - {id: a, template: t}\n", "path"},
	    {"  - {id: a, path: /x, template: t}\n",
	     "a path is relative and stays in the release"},
	    {"  - {id: a, path: ../x, template: t}\n",
	     "a path is relative and stays in the release"},
	    {"  - {id: a, path: \"x{y\", template: t}\n", "unpaired brace"},
	    {"  - {id: a, path: \"x{y/0}\", template: t}\n", "cannot divide by '0'"},
	    {"  - {id: a, path: x, template: t, languages: [de]}\n",
	     "languages are th, en, or both"},
	    {"  - {id: a, path: x, template: t, languages: [both, th]}\n",
	     "stands alone"},
	    {"  - {id: a, path: x, template: t, lists: {l: {by: x}}}\n",
	     "needs either 'sql' or 'from'"},
	    {"  - {id: a, path: x, template: t, lists: {l: {sql: s, from: f}}}\n",
	     "needs either"},
	    {"  - {id: a, path: x, template: t, rows: {sql: s}}\n", "key"},
	    {"  - {id: a, path: x, template: t, rows: {sql: s, key: k, order: up}}\n",
	     "order is text or number"},
	    {"  - {id: a, path: x, template: t, per_page: {list: l, size: 0, path: "
	     "y}}\n",
	     "1 to 10000"},
	    {"  - {id: a, path: x, template: t}\n  - {id: a, path: y, template: t}\n",
	     "declared twice"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		const struct od_pages *p;
		struct od_arena a = {0};
		struct od_err err;

		assert_int_equal(load(cases[i].pages, &a, &p, &err), OD_RUN);
		assert_int_equal(err.kind, OD_KIND_TEMPLATE);
		assert_non_null(strstr(err.msg, cases[i].message));
		assert_non_null(strstr(err.msg, "pages.yaml:"));
		od_arena_release(&a);
	}
}

static void
words_are_the_same_in_both_languages(void **state)
{
	static const struct {
		const char *th, *en, *message; /* NULL: good */
	} cases[] = {
	    {"a: ก\nb: {c: ข}\n", "b: {c: y}\na: x\n", NULL},
	    {"a: ก\n", "a: x\nb: y\n", "word 'b' has no Thai form"},
	    {"a: ก\nb: {c: ข}\n", "a: x\n", "word 'b.c' has no English form"},
	    {"a: \"\"\n", "a: x\n", "word 'a' is empty"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++) {
		const struct od_lexicon *w;
		struct od_arena a = {0};
		struct od_err err = {0};
		enum od_rc rc;

		put("i18n/th.yaml", cases[i].th);
		put("i18n/en.yaml", cases[i].en);
		rc = od_lexicon_load(dir, &a, &w, &err);
		if (cases[i].message) {
			assert_int_equal(rc, OD_RUN);
			assert_non_null(strstr(err.msg, cases[i].message));
		} else {
			assert_int_equal(rc, OD_OK);
			assert_true(od_span_is(
			    od_lexicon_find(w, OD_SPAN("b.c"))->text[OD_LANG_EN], "y"));
			assert_null(od_lexicon_find(w, OD_SPAN("b")));
			assert_null(od_lexicon_find(w, OD_SPAN("b.cc")));
		}
		od_arena_release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_declaration_is_read_whole),
	    cmocka_unit_test(paths_are_made_by_rule_and_stay_in_the_release),
	    cmocka_unit_test(a_faulty_declaration_is_told_with_its_place),
	    cmocka_unit_test(words_are_the_same_in_both_languages),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
