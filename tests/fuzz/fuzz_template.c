/* fuzz_template.c - any text as a template, with a hostile value: no crash, no escape.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "site/lexicon.h"
#include "site/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char pwned[] = "<zz'\"&\n{{ x }}>";
static const char *const columns[] = {"x", "x_th", "y_th", "y_en"};
static const struct od_value row[] = {
    {{pwned, sizeof(pwned) - 1}, false},
    {{pwned, sizeof(pwned) - 1}, false},
    {{"1234567.89", 10}, false},
    {{"", 0}, true},
};
static const struct od_shape rows[] = {{"", columns, 4}, {"page", columns, 4}};
static const struct od_shape lists[] = {{"l", columns, 4}};
static const struct od_scope scope = {rows, 2, lists, 1};
static const struct od_value *const row_list[] = {row, row};
static const struct od_table tables[] = {{columns, 4, row, 1}};
static const struct od_data all = {row_list, tables};

static struct od_span source;

static enum od_rc
read_source(const char *dir, const char *name, struct od_arena *a, struct od_span *out,
            struct od_err *err)
{
	(void)dir, (void)name, (void)a, (void)err;
	*out = source;
	return OD_OK;
}

static void
render(const struct od_template *t, enum od_lang lang)
{
	const struct od_filter_env env = {.lang = lang, .root = "./"};
	struct od_render r = {0};
	struct od_buf b = {0};

	od_template_render(t, &all, &env, &r, &b);
	/* The value's own markup comes out only if the template itself wrote it. */
	if (b.n && memmem(b.p, b.n, "<zz", 3) &&
	    !(source.n && memmem(source.p, source.n, "<", 1)))
		abort();
	od_render_release(&r);
	od_buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct od_lexicon no_words;

	if (n > 4096)
		return 0;
	source = (struct od_span){(const char *)data, n};
	for (int lang = 0; lang < OD_LANGS; lang++) {
		const struct od_template_source src = {.dir = "",
		                                       .lexicon = &no_words,
		                                       .lang = (enum od_lang)lang,
		                                       .read = read_source};
		const struct od_template *t;
		struct od_arena a = {0};
		struct od_err err;

		if (od_template_compile(&src, "fuzz", &scope, &a, &t, &err) == OD_OK)
			render(t, (enum od_lang)lang);
		od_arena_release(&a);
	}
	return 0;
}
