#include "../core/cmocka_first.h"

#include <unistd.h>

#include "core/file.h"
#include "core/out.h"
#include "spec/yaml.h"

#define CORPUS "../shared/corpora/yaml/src"

static char file[64];

static int
make_file(void **state)
{
	int fd;

	(void)state;
	strcpy(file, "/tmp/odp-yaml-XXXXXX");
	fd = mkstemp(file);
	return fd < 0 ? -1 : close(fd);
}

static int
remove_file(void **state)
{
	(void)state;
	return unlink(file);
}

static enum od_rc
load(const char *text, size_t n, struct od_arena *a, const struct od_node **root,
     struct od_err *err)
{
	struct od_err writing;

	assert_int_equal(od_out_file(file, (struct od_span){text, n}, &writing), OD_OK);
	return od_yaml_load(file, OD_KIND_SCHEMA, a, root, err);
}

/* `place` and `why` of the message, or NULL: the text is good. */
static const struct {
	const char *text, *place, *why;
} texts[] = {
    {"a: 1\n", NULL, NULL},
    {"- a\n- b\n", NULL, NULL},
    {"{a: [1, 2], b: {c: d}}\n", NULL, NULL},
    {"a: |\n  text\n  more\n", NULL, NULL},
    {"a: \"q\"\nb: 'q'\n", NULL, NULL},
    {"---\na: 1\n", NULL, NULL},
    {"ก: ข\n", NULL, NULL},
    {"", ":1:1:", ""},
    {"# only a comment\n", "", ""},
    {"a: &x 1\n", ":1:4:", "anchors"},
    {"a: &x {b: 1}\n", ":1:4:", "anchors"},
    {"a: &x [b]\n", ":1:4:", "anchors"},
    {"a: 1\nb: *x\n", ":2:4:", ""},
    {"a: !!str 1\n", ":1:4:", "tags"},
    {"a: !mine {}\n", ":1:4:", "tags"},
    {"a: !!binary AAAA\n", ":1:4:", "tags"},
    {"? [a]\n: 1\n", ":1:3:", "plain word"},
    {"? {a: 1}\n: 1\n", ":1:3:", "plain word"},
    {"a: 1\nb: 2\na: 3\n", ":3:1:", "'a' stands twice"},
    {"a: 1\n'a': 2\n", ":2:1:", "twice"},
    {"x: {a: 1, a: 2}\n", ":1:11:", "twice"},
    {"a: 1\n---\nb: 2\n", ":2:", "one document"},
    {"a: [1, 2\n", "", ""},
    {"a: 1\n b: 2\n", ":2:", ""},
    {"a:\n\t- 1\n", ":2:", ""},
    {"a: \"\\x\"\n", ":1:", ""},
    {"a: \"unclosed\n", "", ""},
    {"a: \"\\0\"\n", ":1:4:", "NUL"},
    {"a: \xff\n", ":1:1:", "UTF-8"},
    {"a: @b\n", ":1:4:", ""},
    {"%YAML 9.9\n---\na: 1\n", "", ""},
    {"%YAML 1.1\n---\na: 1\n", ":1:", "directives"},
    {"a: [b,\n  c]\n", NULL, NULL},
    {"a: [b,\nc]\n", ":2:1:", "not indented"},
    {"a: [\n  b\n]\n", ":3:1:", "not indented"},
    {"[b,\nc]\n", NULL, NULL},
    {"a: \"b\n  c\"\n", NULL, NULL},
    {"a: \"b\n\n  c\"\n", NULL, NULL},
    {"a: \"b\nc\"\n", ":1:4:", "not indented"},
    {"a: \"b\n\tc\"\n", ":1:4:", "not indented"},
    {"a: 'ก' # note\n", NULL, NULL},
    {"a: 'ก'# note\n", "", "a space before it"},
    {"a: [b] # note\n", NULL, NULL},
    {"a: [b,# note\n c]\n", "", "a space before it"},
    {"a: b#c\n", NULL, NULL},
    {"a: [-, b]\n", ":1:5:", "'-' is no word"},
    {"a: > # note\n  b\n", NULL, NULL},
    {"a: ># note\n  b\n", "", "a space before it"},
    {"a: |\n\n  b\n", NULL, NULL},
    {"a: |\n   \n  b\n", ":1:4:", "indented more"},
};

static void
a_strict_subset_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct od_arena a = {0};
		const struct od_node *root;
		struct od_err err = {0};
		enum od_rc rc =
		    load(texts[i].text, strlen(texts[i].text), &a, &root, &err);

		if ((rc == OD_OK) != !texts[i].place)
			fail_msg("%s: %s", texts[i].text, rc ? err.msg : "accepted");
		if (rc) {
			assert_int_equal(err.kind, OD_KIND_SCHEMA);
			assert_memory_equal(err.msg, file, strlen(file));
			if (!strstr(err.msg, texts[i].place) ||
			    !strstr(err.msg, texts[i].why))
				fail_msg("%s: %s", texts[i].text, err.msg);
		}
		od_arena_release(&a);
	}
}

static void
merge_keys_do_nothing_in_secret(void **state)
{
	struct od_arena a = {0};
	const struct od_node *root;
	struct od_err err;

	(void)state;
	/* "<<" is a word like any other: who reads the map does not know it */
	assert_int_equal(load("<<: {b: 1}\nc: 2\n", 16, &a, &root, &err), OD_OK);
	assert_null(od_node_find(root, "b"));
	assert_int_equal(
	    od_node_keys(root, (const char *const[]){"b", "c", NULL}, &err), OD_RUN);
	od_arena_release(&a);
}

static void
a_bomb_of_aliases_is_refused_at_once(void **state)
{
	static const char bomb[] =
	    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\n"
	    "c: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]\n";
	struct od_arena a = {0};
	const struct od_node *root;
	struct od_err err;

	(void)state;
	assert_int_equal(load(bomb, sizeof(bomb) - 1, &a, &root, &err), OD_RUN);
	od_arena_release(&a);
}

static enum od_rc
nested(unsigned depth, struct od_err *err)
{
	struct od_arena a = {0};
	const struct od_node *root;
	char text[4096];
	enum od_rc rc;

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	rc = load(text, 2 * (size_t)depth, &a, &root, err);
	od_arena_release(&a);
	return rc;
}

static void
depth_has_a_limit(void **state)
{
	struct od_err err;

	(void)state;
	assert_int_equal(nested(OD_YAML_DEPTH, &err), OD_OK);
	assert_int_equal(nested(OD_YAML_DEPTH + 2, &err), OD_RUN);
	assert_non_null(strstr(err.msg, "nested too deeply"));
	assert_int_equal(nested(2000, &err), OD_RUN);
}

static void
size_has_a_limit(void **state)
{
	struct od_arena a = {0};
	char *text = od_arena_text(&a, OD_YAML_BYTES + 1);
	const struct od_node *root;
	struct od_err err;

	(void)state;
	memset(text, ' ', OD_YAML_BYTES + 1);
	memcpy(text, "a: 1\n#", 6);
	assert_int_equal(load(text, OD_YAML_BYTES, &a, &root, &err), OD_OK);
	assert_int_equal(load(text, OD_YAML_BYTES + 1, &a, &root, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_SCHEMA);
	od_arena_release(&a);
}

static void
values_have_types_when_asked_for(void **state)
{
	static const char text[] =
	    "t: word\nyes: true\nq: 'true'\nno: no\nn: -12\nbig: "
	    "1234567890123456789\nf: 1.5\ne: ''\nl: [a]\n";
	struct od_arena a = {0};
	const struct od_node *root;
	const char *t = "before";
	struct od_err err;
	bool b = false;
	int64_t n = 7;

	(void)state;
	assert_int_equal(load(text, sizeof(text) - 1, &a, &root, &err), OD_OK);
	assert_int_equal(od_node_text(root, "nosuch", false, &t, &err), OD_OK);
	assert_string_equal(t, "before");
	assert_int_equal(od_node_text(root, "nosuch", true, &t, &err), OD_RUN);
	assert_non_null(strstr(err.msg, "'nosuch' is missing"));
	assert_int_equal(od_node_text(root, "t", true, &t, &err), OD_OK);
	assert_string_equal(t, "word");
	assert_int_equal(od_node_text(root, "e", false, &t, &err), OD_RUN);
	assert_int_equal(od_node_text(root, "l", false, &t, &err), OD_RUN);
	assert_int_equal(od_node_bool(root, "yes", true, &b, &err), OD_OK);
	assert_true(b);
	assert_int_equal(od_node_bool(root, "q", true, &b, &err), OD_RUN);
	assert_int_equal(od_node_bool(root, "no", true, &b, &err), OD_RUN);
	assert_int_equal(od_node_int(root, "n", true, &n, &err), OD_OK);
	assert_int_equal(n, -12);
	assert_int_equal(od_node_int(root, "big", true, &n, &err), OD_RUN);
	assert_int_equal(od_node_int(root, "f", true, &n, &err), OD_RUN);
	assert_int_equal(od_node_int(root, "t", true, &n, &err), OD_RUN);
	od_arena_release(&a);
}

static void
an_unknown_key_is_told_with_the_nearest(void **state)
{
	static const char *const known[] = {"title", "description", "key", NULL};
	struct od_arena a = {0};
	const struct od_node *root;
	struct od_err err;

	(void)state;
	assert_int_equal(load("key: 1\ntitel: 2\n", 16, &a, &root, &err), OD_OK);
	assert_int_equal(od_node_keys(root, known, &err), OD_RUN);
	assert_non_null(strstr(err.msg, ":2:1: unknown key 'titel'"));
	assert_string_equal(err.hint, "did you mean 'title'?");
	assert_int_equal(load("zzzzzzzzz: 2\n", 13, &a, &root, &err), OD_OK);
	assert_int_equal(od_node_keys(root, known, &err), OD_RUN);
	assert_string_equal(err.hint, "");
	assert_string_equal(od_nearest("descripton", known), "description");
	assert_null(od_nearest("", (const char *const[]){NULL}));
	od_arena_release(&a);
}

/*
 * The suite's files hold one or several cases as items of a list: YAML in a block, with
 * marks for what cannot be seen. Nothing may crash, and what must fail is refused with
 * a place and a reason.
 */
static const struct {
	const char *mark, *means;
} marks[] = {{"␣", " "}, {"»", "\t"},           {"—", ""},
             {"↵", ""},  {"⇔", "\xef\xbb\xbf"}, {"←", "\r"}};

static size_t
put_visible(char *to, const char *p, const char *end)
{
	size_t n = 0;

	while (p < end) {
		const char *means = NULL;

		for (size_t i = 0; i < sizeof(marks) / sizeof(*marks) && !means; i++)
			if (!strncmp(p, marks[i].mark, strlen(marks[i].mark))) {
				means = marks[i].means;
				p += strlen(marks[i].mark);
			}
		if (means) {
			memcpy(to + n, means, strlen(means));
			n += strlen(means);
		} else {
			to[n++] = *p++;
		}
	}
	return n;
}

/* The block after "  yaml: |": four spaces of indentation go, as do empty last lines.
 */
static struct od_span
block(const char *p, struct od_arena *a)
{
	char *to = od_arena_text(a, strlen(p) + 1);
	size_t n = 0, end = 0;

	while (*p == '\n' || !strncmp(p, "    ", 4)) {
		size_t line = strcspn(p, "\n");

		if (line) {
			n += put_visible(to + n, p + 4, p + line);
			end = n + 1;
		}
		to[n++] = '\n';
		p += line + (p[line] == '\n');
	}
	n = end && end < n ? end : n;
	if (n >= 4 && !memcmp(to + n - 4, "∎\n", 4)) /* no end of line */
		n -= 4;
	return (struct od_span){to, n};
}

struct tally {
	unsigned cases, failing, accepted, wrong;
};

static void
judge_case(const char *name, char *item, struct od_arena *a, struct tally *t)
{
	const char *from = strstr(item, "\n  yaml: |");
	bool fails = strstr(item, "\n  fail: true") != NULL;
	const struct od_node *root;
	struct od_span yaml;
	struct od_err err;
	enum od_rc rc;

	if (!from)
		return;
	yaml = block(strchr(from + 1, '\n') + 1, a);
	rc = load(yaml.p, yaml.n, a, &root, &err);
	t->cases++;
	t->failing += fails;
	t->accepted += !rc;
	if (rc && strncmp(err.msg, file, strlen(file)) != 0)
		fail_msg("%s: no place: %s", name, err.msg);
	if (fails && !rc) {
		print_message("accepted: %s\n", name);
		t->wrong++;
	}
}

static void
the_public_corpus_is_judged_right(void **state)
{
	struct od_arena names = {0};
	char **n = od_dir_list(CORPUS, &names);
	struct tally t = {0};

	(void)state;
	if (!n) {
		od_arena_release(&names);
		skip();
	}
	for (; *n; n++) {
		struct od_arena a = {0};
		struct od_span text;
		struct od_err err;
		char *item, *next;

		if (od_file_read(od_arena_printf(&a, CORPUS "/%s", *n), 1 << 20, &a,
		                 &text, OD_KIND_IO, &err))
			fail_msg("%s", err.msg);
		/* "- name: ..." begins a case, and so does "- " alone */
		item = strstr(od_arena_printf(&a, "\n%s", text.p), "\n- ");
		for (; item; item = next) {
			next = strstr(item + 1, "\n- ");
			if (next)
				*next = '\0';
			item[1] = ' '; /* "- yaml:" is a key like the others */
			judge_case(*n, item, &a, &t);
			if (next)
				*next = '\n';
		}
		od_arena_release(&a);
	}
	od_arena_release(&names);
	assert_int_equal(t.cases, 406);
	assert_int_equal(t.failing, 94);
	assert_int_equal(t.wrong, 0);
	assert_true(t.accepted > 160);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_strict_subset_is_read, make_file,
	                                    remove_file),
	    cmocka_unit_test_setup_teardown(merge_keys_do_nothing_in_secret, make_file,
	                                    remove_file),
	    cmocka_unit_test_setup_teardown(a_bomb_of_aliases_is_refused_at_once,
	                                    make_file, remove_file),
	    cmocka_unit_test_setup_teardown(depth_has_a_limit, make_file, remove_file),
	    cmocka_unit_test_setup_teardown(size_has_a_limit, make_file, remove_file),
	    cmocka_unit_test_setup_teardown(values_have_types_when_asked_for, make_file,
	                                    remove_file),
	    cmocka_unit_test_setup_teardown(an_unknown_key_is_told_with_the_nearest,
	                                    make_file, remove_file),
	    cmocka_unit_test_setup_teardown(the_public_corpus_is_judged_right,
	                                    make_file, remove_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
