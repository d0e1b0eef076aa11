#include "site/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/compiler.h"
#include "site/lexicon.h"

static const char *const row_columns[] = {"name_th", "name_en",  "url",     "amount",
                                          "empty",   "title_th", "title_en"};
static const char *const item_columns[] = {"label", "value"};
static const struct od_shape rows[] = {{"", row_columns, OD_ARRAY_LEN(row_columns)}};
static const struct od_shape lists[] = {{"items", item_columns, 2},
                                        {"none", item_columns, 2}};
static const struct od_scope scope = {rows, 1, lists, 2};

#define V(s)                                                                           \
	{                                                                              \
		{"" s, sizeof(s) - 1}, false                                           \
	}
static const struct od_value row[] = {V("ถนน <b>\"ก\"</b>"),
                                      V(""),
                                      V("javascript:alert(1)"),
                                      V("1234.50"),
                                      V(""),
                                      V("ชื่อ"),
                                      V("Title")};
static const struct od_value cells[] = {V("a"), V("1"), V("b"), V("0")};
static const struct od_value *const row_list[] = {row};
static const struct od_table tables[] = {{item_columns, 2, cells, 2},
                                         {item_columns, 2, NULL, 0}};
static const struct od_data data = {row_list, tables};

static const struct od_word words[] = {
    {"bold",
     {{"<หนา>", sizeof("<หนา>") - 1}, {"<bold>", 6}},
     {"i18n/th.yaml", "i18n/en.yaml"},
     {1, 1}},
    {"sum",
     {{"รวม {{ amount | number }}", sizeof("รวม {{ amount | number }}") - 1},
      {"sum {{ amount | number }}", 25}},
     {"i18n/th.yaml", "i18n/en.yaml"},
     {2, 2}},
    {"wrong",
     {{"{{ nothing }}", 13}, {"x", 1}},
     {"i18n/th.yaml", "i18n/en.yaml"},
     {7, 7}},
};
static const struct od_lexicon lexicon = {words, OD_ARRAY_LEN(words)};

/* The name of a template is its text; an included one is found here. */
static enum od_rc
read_text(const char *dir, const char *name, struct od_arena *a, struct od_span *out,
          struct od_err *err)
{
	(void)dir, (void)a, (void)err;
	*out = od_span_str(name);
	if (!strcmp(name, "part.html"))
		*out = od_span_str("<i>{{ amount }}</i>");
	if (!strcmp(name, "loop.html"))
		*out = od_span_str("{{ include \"loop.html\" }}");
	if (!strcmp(name, "text.th.md"))
		*out = od_span_str("## หัวข้อ\n\n[x](/about/) {{ amount }}\n");
	return OD_OK;
}

static enum od_rc
compile(const char *text, enum od_lang lang, struct od_arena *a,
        const struct od_template **t, struct od_err *err)
{
	const struct od_template_source src = {
	    .dir = "", .lexicon = &lexicon, .lang = lang, .read = read_text};

	*err = (struct od_err){0};
	return od_template_compile(&src, text, &scope, a, t, err);
}

static void
shows(const char *text, enum od_lang lang, const char *expected)
{
	const struct od_filter_env env = {.lang = lang, .root = "../"};
	const struct od_template *t;
	struct od_render r = {0};
	struct od_arena a = {0};
	struct od_buf b = {0};
	struct od_err err;

	assert_int_equal(compile(text, lang, &a, &t, &err), OD_OK);
	od_template_render(t, &data, &env, &r, &b);
	assert_string_equal(od_buf_str(&b), expected);
	od_buf_release(&b);
	od_render_release(&r);
	od_arena_release(&a);
}

static void
refuses(const char *text, const char *end)
{
	const struct od_template *t;
	struct od_arena a = {0};
	struct od_err err;
	size_t n, m = strlen(end);

	assert_int_equal(compile(text, OD_LANG_TH, &a, &t, &err), OD_RUN);
	assert_int_equal(err.kind, OD_KIND_TEMPLATE);
	n = strlen(err.msg);
	assert_true(n >= m);
	assert_string_equal(err.msg + n - m, end);
	od_arena_release(&a);
}

static void
values_blocks_and_filters(void **state)
{
	static const struct {
		const char *text, *out;
	} cases[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"{{ amount }}", "1234.50"},
	    {"{{amount|number}}", "1,234.5"},
	    {"{{ empty | default:\"–\" }}", "–"},
	    {"{{ amount | number | truncate:2 }}", "1,…"},
	    {"{{ if amount }}yes{{ end }}", "yes"},
	    {"{{ if empty }}yes{{ else }}no{{ end }}", "no"},
	    {"{{ if empty }}a{{ else if amount }}b{{ else }}c{{ end }}", "b"},
	    {"{{ if not empty and amount }}x{{ end }}", "x"},
	    {"{{ if empty or amount }}x{{ end }}", "x"},
	    {"{{ if amount == \"1234.50\" }}x{{ end }}", "x"},
	    {"{{ if amount != \"1234.50\" }}x{{ end }}", ""},
	    {"{{ if items }}x{{ end }}{{ if none }}y{{ end }}", "x"},
	    {"{{ for i in items }}{{ i.label }}={{ i.value }};{{ end }}", "a=1;b=0;"},
	    {"{{ for i in none }}x{{ else }}empty{{ end }}", "empty"},
	    {"{{ for i in items }}{{ loop.index }}/{{ loop.count }}{{ if not loop.last "
	     "}},{{ end }}{{ end }}",
	     "1/2,2/2"},
	    {"{{ for i in items }}{{ for k in items }}{{ i.label }}{{ k.label }} {{ "
	     "end }}{{ end }}",
	     "aa ab ba bb "},
	    {"{{ for i in items }}{{ if i.value }}{{ i.label }}{{ end }}{{ end }}",
	     "a"},
	    {"{{ items | count }}", "2"},
	    {"{{# nothing to see }}x", "x"},
	    {"{{ include \"part.html\" }}", "<i>1234.50</i>"},
	    {"a\n  {{ if amount }}\n  b\n  {{ end }}\nc\n", "a\nb\nc\n"},
	    {"a   b\n\n\n   c", "a b\nc"},
	    {"<pre>a   b\n\n  c</pre>", "<pre>a   b\n\n  c</pre>"},
	    {"{{ t.sum }}", "รวม 1,234.5"},
	    {"{{ t.bold }}", "&lt;หนา&gt;"},
	    {"{{ title }}", "ชื่อ"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		shows(cases[i].text, OD_LANG_TH, cases[i].out);
}

static void
a_value_is_escaped_for_the_place_where_it_stands(void **state)
{
	static const struct {
		const char *text, *out;
	} cases[] = {
	    {"<p>{{ name_th }}</p>", "<p>ถนน &lt;b&gt;&quot;ก&quot;&lt;/b&gt;</p>"},
	    {"<p title=\"{{ name_th }}\">",
	     "<p title=\"ถนน &lt;b&gt;&quot;ก&quot;&lt;/b&gt;\">"},
	    {"<title>{{ name_th }}</title>",
	     "<title>ถนน &lt;b&gt;&quot;ก&quot;&lt;/b&gt;</title>"},
	    {"<a href=\"{{ url }}\">", "<a href=\"about:invalid\">"},
	    {"<a href=\"./{{ url }}\">", "<a href=\"./javascript%3Aalert(1)\">"},
	    {"<a href=\"?q={{ url }}\">", "<a href=\"?q=javascript%3Aalert%281%29\">"},
	    {"<a href=\"{{ empty }}{{ url }}\">", "<a href=\"javascript%3Aalert(1)\">"},
	    {"<script type=\"application/ld+json\">{\"n\":\"{{ name_th }}\"}</script>",
	     "<script type=\"application/ld+json\">{\"n\":\"ถนน "
	     "\\u003cb\\u003e\\\"ก\\\"\\u003c/b\\u003e\"}</script>"},
	    {"<?xml-stylesheet href=\"./{{ url }}\"?><a>{{ amount }}</a>",
	     "<?xml-stylesheet href=\"./javascript%3Aalert(1)\"?><a>1234.50</a>"},
	    {"<td{{ if amount }} class=\"n\"{{ end }}>x</td>",
	     "<td class=\"n\">x</td>"},
	    {"<i lang=en class=n>{{ amount }}</i>", "<i lang=en class=n>1234.50</i>"},
	    {"<td{{ if amount }} class=n{{ end }}>x", "<td class=n>x"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		shows(cases[i].text, OD_LANG_TH, cases[i].out);
}

static void
thai_text_on_an_english_page_says_so(void **state)
{
	(void)state;
	shows("<p>{{ name_th | truncate:2 }}</p>", OD_LANG_EN,
	      "<p><span lang=\"th\">ถน…</span></p>");
	shows("<p>{{ title }}</p>", OD_LANG_EN, "<p>Title</p>");
	shows("<p title=\"{{ name_th | truncate:2 }}\">", OD_LANG_EN,
	      "<p title=\"ถน…\">");
	shows("<title>{{ name_th | truncate:2 }}</title>", OD_LANG_EN,
	      "<title>ถน…</title>");
	shows("{{ name | truncate:2 }}", OD_LANG_EN, "<span lang=\"th\">ถน…</span>");
}

static void
a_bilingual_page_shows_both(void **state)
{
	(void)state;
	shows("{{ t.bold }}", OD_LANG_BOTH,
	      "&lt;หนา&gt; <span lang=\"en\">&lt;bold&gt;</span>");
	shows("<p title=\"{{ t.bold }}\">", OD_LANG_BOTH,
	      "<p title=\"&lt;หนา&gt; / &lt;bold&gt;\">");
	shows("{{ title }}", OD_LANG_BOTH, "ชื่อ <span lang=\"en\">Title</span>");
	shows("{{ name | truncate:2 }}", OD_LANG_BOTH, "ถน…");
}

static void
a_fault_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
	    {"a\nbb {{ nme_th }}", ":2:7: unknown name 'nme_th'"},
	    {"ก{{ x }}", ":1:5: unknown name 'x'"},
	    {"{{ i.label }}", ": unknown name 'i.label'"},
	    {"{{ for i in items }}{{ i.lable }}{{ end }}", ": unknown name 'i.lable'"},
	    {"{{ for i in item }}{{ end }}", ": unknown list 'item'"},
	    {"{{ t.nothing }}", ": unknown word 't.nothing'"},
	    {"{{ t.wrong }}", "i18n/th.yaml:7:4: unknown name 'nothing'"},
	    {"{{ amount | raw }}", ": unknown filter 'raw'"},
	    {"{{ amount | truncate }}", ": wrong number of arguments for 'truncate'"},
	    {"{{ amount | number:2 }}", ": wrong number of arguments for 'number'"},
	    {"{{ amount | paragraphs | number }}",
	     ": nothing may follow markup, not 'number'"},
	    {"{{ amount | count }}", ": only for a list: 'count'"},
	    {"{{ items | number }}", ": not for a list: 'number'"},
	    {"{{ items }}", ": a list is shown by 'for' or a filter: 'items'"},
	    {"{{ amount", ":1:1: '{{' without '}}'"},
	    {"{{ if amount }}x", ": this block has no 'end'"},
	    {"{{ end }}", ": 'end' without 'if' or 'for'"},
	    {"{{ else }}", ": 'else' without 'if'"},
	    {"{{ if amount }}{{ else }}{{ else }}{{ end }}", ": 'else' after 'else'"},
	    {"{{ if amount and empty or amount }}{{ end }}",
	     ": 'and' and 'or' in one condition"},
	    {"{{ amount + 1 }}", ": cannot read this part: '+ 1 '"},
	    {"{{ amount == \"1\" }}", ": cannot read this part: '== \"1\" '"},
	    {"{{ }}", ": a name is missing"},
	    {"{{ include \"loop.html\" }}",
	     ": files include each other too deeply at 'loop.html'"},
	    /* places where nothing is safe */
	    {"<{{ amount }}>", ": no value may stand here: 'amount'"},
	    {"<p {{ amount }}>", ": no value may stand here: 'amount'"},
	    {"<p {{ amount }}=\"\">", ": no value may stand here: 'amount'"},
	    {"<script>{{ amount }}</script>", ": no value may stand here: 'amount'"},
	    {"<script type=\"text/javascript\">\"{{ amount }}\"</script>",
	     ": no value may stand here: 'amount'"},
	    {"<style>{{ amount }}</style>", ": no value may stand here: 'amount'"},
	    {"<!-- {{ amount }} -->", ": no value may stand here: 'amount'"},
	    {"<img srcset=\"{{ url }}\">", ": no value may stand here: 'url'"},
	    {"<p title={{ amount }}>", ": no value may stand here: 'amount'"},
	    {"<script type=\"application/ld+json\">{{ amount }}</script>",
	     ": no value may stand here: 'amount'"},
	    {"<p title='{{ amount }}'>", ": an attribute without double quotes"},
	    {"<p title=a{{ amount }}>", ": no value may stand here: 'amount'"},
	    {"<p title=a\">", ": an attribute without double quotes"},
	    {"<a href=a/b>", ": an attribute without double quotes"},
	    {"<p onclick=x>", ": an event handler: the pages' policy forbids it"},
	    {"<p style=x>",
	     ": a style attribute: the pages' policy forbids it, use a class"},
	    {"<p class=a{{ if amount }}b{{ end }}>",
	     ": a name that goes on after a block"},
	    {"<p style=\"x\">",
	     ": a style attribute: the pages' policy forbids it, use a class"},
	    {"<p onclick=\"x\">", ": an event handler: the pages' policy forbids it"},
	    {"<iframe srcdoc=\"x\">", ": an attribute that holds a whole page"},
	    {"1 < 2", ": a '<' that begins no tag: write &lt;"},
	    {"<p title=\"{{ items | bars:\"x\" }}\">",
	     ": markup may stand between tags only: 'items'"},
	    {"<title>{{ amount | paragraphs }}</title>",
	     ": markup may stand between tags only: 'amount'"},
	    {"{{ if amount }}<p title=\"{{ end }}",
	     ": the parts of this block end in different places of the page"},
	    {"<scr{{ if amount }}{{ end }}ipt>", ": a name that goes on after a block"},
	    {"<p title=\"x", ": the page ends within a tag or script"},
	};

	(void)state;
	for (size_t i = 0; i < OD_ARRAY_LEN(cases); i++)
		refuses(cases[i].text, cases[i].message);
}

static void
a_near_name_is_offered(void **state)
{
	const struct od_template *t;
	struct od_arena a = {0};
	struct od_err err;

	(void)state;
	assert_int_equal(compile("{{ amuont }}", OD_LANG_TH, &a, &t, &err), OD_RUN);
	assert_string_equal(err.hint, "Did you mean 'amount'?");
	od_arena_release(&a);
}

static void
markdown_is_included_with_its_holes_filled(void **state)
{
	static const char *const page_columns[] = {"root"};
	static const struct od_value root[] = {V("../")};
	const struct od_shape with_page[] = {rows[0], {"page", page_columns, 1}};
	const struct od_scope wide = {with_page, 2, lists, 2};
	const struct od_value *const both[] = {row, root};
	const struct od_data wide_data = {both, tables};
	const struct od_template_source src = {
	    .dir = "", .lexicon = &lexicon, .lang = OD_LANG_TH, .read = read_text};
	const struct od_filter_env env = {.lang = OD_LANG_TH, .root = "../"};
	const struct od_template *t;
	struct od_render r = {0};
	struct od_arena a = {0};
	struct od_buf b = {0};
	struct od_err err = {0};

	(void)state;
	assert_int_equal(
	    od_template_compile(&src, "{{ include \"text.md\" }}", &wide, &a, &t, &err),
	    OD_OK);
	od_template_render(t, &wide_data, &env, &r, &b);
	assert_string_equal(
	    od_buf_str(&b),
	    "<h2>หัวข้อ</h2>\n<p><a href=\"../about/\">x</a> 1234.50</p>\n");
	od_buf_release(&b);
	od_render_release(&r);
	od_arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_blocks_and_filters),
	    cmocka_unit_test(a_value_is_escaped_for_the_place_where_it_stands),
	    cmocka_unit_test(thai_text_on_an_english_page_says_so),
	    cmocka_unit_test(a_bilingual_page_shows_both),
	    cmocka_unit_test(a_fault_is_told_with_its_place),
	    cmocka_unit_test(a_near_name_is_offered),
	    cmocka_unit_test(markdown_is_included_with_its_holes_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
