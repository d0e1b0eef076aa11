/*
 * template.h - pages with holes: compiled once, rendered many times.
 *
 * The language has values {{ a.b | filter }}, {{ if }}, {{ for }}, {{ include }}, and
 * nothing else (site-templates/README.md). A name that the page does not offer is an
 * OD_KIND_TEMPLATE error with file:line:column when the template is compiled, so a page
 * never fails while it is made. The compiler knows where in the HTML a value stands and
 * escapes it for that place; a place where no escaping would do (a tag, a script, a
 * style) is an error. Only Markdown, paragraphs and charts make markup.
 *
 * A template is compiled for one language: the words of site-templates/i18n/ are part
 * of it. Compiled templates are const and may be rendered from several threads.
 */
#ifndef OD_SITE_TEMPLATE_H
#define OD_SITE_TEMPLATE_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "site/filter.h"
#include "site/value.h"

struct od_lexicon; /* lexicon.h */
struct od_pages;   /* pages.h */
struct od_template;

/* What names mean. `rows` and `lists` are looked up in order; the first hit counts. */
struct od_scope {
	const struct od_shape *rows; /* {{ name.column }}; name "": {{ column }} */
	size_t n_rows;
	const struct od_shape *lists; /* {{ for x in name }} */
	size_t n_lists;
};

/* What stands there on one page, parallel to the scope. */
struct od_data {
	const struct od_value *const *rows;
	const struct od_table *lists;
};

/* Where templates, words and texts come from. */
struct od_template_source {
	const char *dir; /* site-templates; "" in tests */
	const struct od_lexicon *lexicon;
	const struct od_pages *pages; /* that links may lead to; or NULL */
	enum od_lang lang;
	/* Reads a file below dir; od_template_read() or a test's own. */
	OD_CHECKED enum od_rc (*read)(const char *dir, const char *name,
	                              struct od_arena *a, struct od_span *out,
	                              struct od_err *err);
};

OD_CHECKED enum od_rc od_template_read(const char *dir, const char *name,
                                       struct od_arena *a, struct od_span *out,
                                       struct od_err *err);

OD_CHECKED enum od_rc
od_template_compile(const struct od_template_source *src, const char *name,
                    const struct od_scope *scope, struct od_arena *a,
                    const struct od_template **out, struct od_err *err);

/* Scratch memory of one thread; zeroed is ready. */
struct od_render {
	struct od_buf one, two;
};

/* Appends the page to `b`. */
void od_template_render(const struct od_template *t, const struct od_data *d,
                        const struct od_filter_env *env, struct od_render *r,
                        struct od_buf *b);
void od_render_release(struct od_render *r);

#endif
