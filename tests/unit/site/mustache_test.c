/*
 * The cases of the Mustache specification, written in our language where it can say the
 * same: sections are `if`, inverted ones `if not`, comments begin with `#`. A case that
 * it has no words for is counted as left out, with the reason that
 * site-templates/README.md names.
 */
#include "site/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"
#include "core/file.h"
#include "spec/yaml.h"

#define SPECS "../shared/corpora/mustache/specs/"

static enum od_rc
read_text(const char *dir, const char *name, struct od_arena *a, struct od_span *out,
          struct od_err *err)
{
	(void)dir, (void)a, (void)err;
	*out = od_span_str(name);
	return OD_OK;
}

/* Why a case is not one of ours; NULL if it is. */
static const char *
difference(const struct od_node *c)
{
	static const struct {
		const char *mark, *why;
	} marks[] = {
	    {"{{{", "no unescaped text"},
	    {"{{&", "no unescaped text"},
	    {"{{=", "one pair of braces"},
	    {".}}", "no implicit iterator"},
	    {". }}", "no implicit iterator"},
	    {"{{>", "files are included by name"},
	    {"jiggawatts", "a value is the text that it is"},
	    {"<", "a page is HTML"},
	};
	const char *template = "";
	struct od_err err = {0};
	const struct od_node *data = od_node_find(c, "data");

	assert_int_equal(od_node_text(c, "template", true, &template, &err), OD_OK);
	for (size_t i = 0; i < OD_ARRAY_LEN(marks); i++)
		if (strstr(template, marks[i].mark))
			return marks[i].why;
	if (!data || data->kind != OD_NODE_MAP)
		return "a page is a row";
	for (size_t i = 0; i < data->n; i++)
		if (data->items[i].kind != OD_NODE_SCALAR)
			return "no nested data";
	if (strstr(template, "cannot") && data->n == 0)
		return "an unknown name is an error";
	if (strstr(template, "missing") || strstr(template, "a.b"))
		return "an unknown name is an error";
	return NULL;
}

/* Our words for a template: {{#x}} {{^x}} {{/x}} {{! }}. */
static const char *
translate(const char *p, struct od_arena *a)
{
	struct od_buf b = {0};
	const char *out;

	for (; *p; p++) {
		od_buf_putc(&b, *p);
		if (*p != '{' || p[1] != '{')
			continue;
		od_buf_putc(&b, *++p);
		while (p[1] == ' ' && strchr("#^/!", p[2]))
			p++;
		if (p[1] == '!') {
			od_buf_putc(&b, '#');
			p++;
		} else if (p[1] == '#' || p[1] == '^') {
			od_buf_puts(&b, p[1] == '#' ? " if " : " if not ");
			p++;
		} else if (p[1] == '/') {
			od_buf_puts(&b, " end ");
			for (p++; p[1] && p[1] != '}'; p++)
				;
		}
	}
	out = od_arena_str(a, od_buf_str(&b));
	od_buf_release(&b);
	return out;
}

/* Between tags a run of white space is one: HTML shows no other. */
static const char *
squeeze(const char *s, struct od_arena *a)
{
	char *out = od_arena_str(a, s), *to = out;

	for (const char *p = s; *p; p++)
		if (!strchr(" \t\r\n", *p))
			*to++ = *p;
	*to = '\0';
	return out;
}

static void
shows_as_the_case_says(const struct od_node *c, struct od_arena *a)
{
	const struct od_node *data = od_node_find(c, "data");
	const char **columns = od_arena_array(a, data->n + 1, sizeof(*columns));
	struct od_value *values = od_arena_array(a, data->n + 1, sizeof(*values));
	const struct od_value *row[] = {values};
	const struct od_shape shape = {"", columns, data->n};
	const struct od_scope scope = {&shape, 1, NULL, 0};
	const struct od_data d = {row, NULL};
	const struct od_template_source src = {
	    .dir = "", .lang = OD_LANG_TH, .read = read_text};
	const struct od_filter_env env = {.lang = OD_LANG_TH, .root = ""};
	const struct od_template *t;
	const char *template, *expected, *name;
	struct od_render r = {0};
	struct od_buf b = {0};
	struct od_err err = {0};

	for (size_t i = 0; i < data->n; i++) {
		columns[i] = data->keys[i].text.p;
		values[i] = od_value_str(data->items[i].text.p);
		if (!data->items[i].quoted && od_span_is(data->items[i].text, "null"))
			values[i] = od_value_str(NULL);
	}
	assert_int_equal(od_node_text(c, "name", true, &name, &err), OD_OK);
	assert_int_equal(od_node_text(c, "template", true, &template, &err), OD_OK);
	assert_int_equal(od_node_text(c, "expected", true, &expected, &err), OD_OK);
	if (od_template_compile(&src, translate(template, a), &scope, a, &t, &err))
		fail_msg("%s: %s", name, err.msg);
	od_template_render(t, &d, &env, &r, &b);
	if (strcmp(squeeze(od_buf_str(&b), a), squeeze(expected, a)) != 0)
		fail_msg("%s: '%s', not '%s'", name, od_buf_str(&b), expected);
	od_render_release(&r);
	od_buf_release(&b);
}

static void
cases_of(const char *file, size_t ours)
{
	struct od_arena a = {0};
	struct od_err err = {0};
	const struct od_node *root, *tests;
	size_t n = 0;

	if (!od_file_exists(SPECS))
		skip();
	if (od_yaml_load(file, OD_KIND_TEMPLATE, &a, &root, &err))
		fail_msg("%s", err.msg);
	tests = od_node_find(root, "tests");
	assert_non_null(tests);
	for (size_t i = 0; i < tests->n; i++) {
		if (difference(&tests->items[i]))
			continue;
		shows_as_the_case_says(&tests->items[i], &a);
		n++;
	}
	assert_int_equal(n, ours);
	od_arena_release(&a);
}

static void
values(void **state)
{
	(void)state;
	cases_of(SPECS "interpolation.yml", 9);
}

static void
comments(void **state)
{
	(void)state;
	cases_of(SPECS "comments.yml", 11);
}

static void
sections(void **state)
{
	(void)state;
	cases_of(SPECS "sections.yml", 15);
}

static void
inverted_sections(void **state)
{
	(void)state;
	cases_of(SPECS "inverted.yml", 15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values),
	    cmocka_unit_test(comments),
	    cmocka_unit_test(sections),
	    cmocka_unit_test(inverted_sections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
