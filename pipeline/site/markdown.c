/* markdown.c - see markdown.h */
#include "site/markdown.h"

#include <md4c.h>

#include "site/escape.h"

/* Zero bytes behind the copy of a text: md4c reads a little too far. */
enum { PADDING = 16 };

struct out {
	struct od_buf *b;
	unsigned level;
	const char *root;
	unsigned images; /* depth: text within an image is its description */
	struct od_span in;
};

static unsigned
heading(const struct out *o, unsigned level)
{
	unsigned n = o->level + level - 1;

	return n > 6 ? 6 : n;
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *u)
{
	struct out *o = u;
	struct od_buf *b = o->b;

	switch (type) {
	case MD_BLOCK_QUOTE:
		od_buf_puts(b, "<blockquote>\n");
		break;
	case MD_BLOCK_UL:
		od_buf_puts(b, "<ul>\n");
		break;
	case MD_BLOCK_OL:
		od_buf_puts(b, "<ol>\n");
		break;
	case MD_BLOCK_LI:
		od_buf_puts(b, "<li>");
		break;
	case MD_BLOCK_HR:
		od_buf_puts(b, "<hr>\n");
		break;
	case MD_BLOCK_H:
		od_buf_printf(b, "<h%u>",
		              heading(o, ((MD_BLOCK_H_DETAIL *)detail)->level));
		break;
	case MD_BLOCK_CODE:
		/* Long lines scroll in their own box, which the keyboard must reach. */
		od_buf_puts(b, "<pre tabindex=\"0\"><code>");
		break;
	case MD_BLOCK_P:
		od_buf_puts(b, "<p>");
		break;
	case MD_BLOCK_TABLE:
		od_buf_puts(b, "<div class=\"scroll\" tabindex=\"0\"><table>\n");
		break;
	case MD_BLOCK_THEAD:
		od_buf_puts(b, "<thead>\n");
		break;
	case MD_BLOCK_TBODY:
		od_buf_puts(b, "<tbody>\n");
		break;
	case MD_BLOCK_TR:
		od_buf_puts(b, "<tr>");
		break;
	case MD_BLOCK_TH:
		od_buf_puts(b, "<th scope=\"col\">");
		break;
	case MD_BLOCK_TD:
		od_buf_puts(b, "<td>");
		break;
	case MD_BLOCK_DOC:
	case MD_BLOCK_HTML:
		break;
	}
	return 0;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *u)
{
	struct out *o = u;
	struct od_buf *b = o->b;

	switch (type) {
	case MD_BLOCK_QUOTE:
		od_buf_puts(b, "</blockquote>\n");
		break;
	case MD_BLOCK_UL:
		od_buf_puts(b, "</ul>\n");
		break;
	case MD_BLOCK_OL:
		od_buf_puts(b, "</ol>\n");
		break;
	case MD_BLOCK_LI:
		od_buf_puts(b, "</li>\n");
		break;
	case MD_BLOCK_H:
		od_buf_printf(b, "</h%u>\n",
		              heading(o, ((MD_BLOCK_H_DETAIL *)detail)->level));
		break;
	case MD_BLOCK_CODE:
		od_buf_puts(b, "</code></pre>\n");
		break;
	case MD_BLOCK_P:
		od_buf_puts(b, "</p>\n");
		break;
	case MD_BLOCK_TABLE:
		od_buf_puts(b, "</table></div>\n");
		break;
	case MD_BLOCK_THEAD:
		od_buf_puts(b, "</thead>\n");
		break;
	case MD_BLOCK_TBODY:
		od_buf_puts(b, "</tbody>\n");
		break;
	case MD_BLOCK_TR:
		od_buf_puts(b, "</tr>\n");
		break;
	case MD_BLOCK_TH:
		od_buf_puts(b, "</th>");
		break;
	case MD_BLOCK_TD:
		od_buf_puts(b, "</td>");
		break;
	case MD_BLOCK_DOC:
	case MD_BLOCK_HTML:
	case MD_BLOCK_HR:
		break;
	}
	return 0;
}

/* A link's address: its entities are decoded by md4c piece by piece; we take plain
 * ones. */
static void
put_href(struct out *o, const MD_ATTRIBUTE *href)
{
	struct od_span s = {href->text, href->size};

	for (size_t i = 0; href->substr_offsets[i] < href->size; i++)
		if (href->substr_types[i] != MD_TEXT_NORMAL) {
			od_buf_puts(o->b, "about:invalid");
			return;
		}
	if (s.n && s.p[0] == '/' && (s.n == 1 || s.p[1] != '/')) {
		od_buf_puts(o->b, o->root);
		od_escape_url(o->b, s.n == 1 ? OD_SPAN("index.html")
		                             : (struct od_span){s.p + 1, s.n - 1});
		return;
	}
	od_escape_url(o->b, s);
}

static int
enter_span(MD_SPANTYPE type, void *detail, void *u)
{
	struct out *o = u;

	if (type == MD_SPAN_IMG)
		o->images++;
	if (o->images)
		return 0;
	switch (type) {
	case MD_SPAN_EM:
		od_buf_puts(o->b, "<em>");
		break;
	case MD_SPAN_STRONG:
		od_buf_puts(o->b, "<strong>");
		break;
	case MD_SPAN_CODE:
		od_buf_puts(o->b, "<code>");
		break;
	case MD_SPAN_A:
		od_buf_puts(o->b, "<a href=\"");
		put_href(o, &((MD_SPAN_A_DETAIL *)detail)->href);
		od_buf_puts(o->b, "\">");
		break;
	default:
		break;
	}
	return 0;
}

static int
leave_span(MD_SPANTYPE type, void *detail, void *u)
{
	struct out *o = u;

	(void)detail;
	if (type == MD_SPAN_IMG) {
		o->images--;
		return 0;
	}
	if (o->images)
		return 0;
	switch (type) {
	case MD_SPAN_EM:
		od_buf_puts(o->b, "</em>");
		break;
	case MD_SPAN_STRONG:
		od_buf_puts(o->b, "</strong>");
		break;
	case MD_SPAN_CODE:
		od_buf_puts(o->b, "</code>");
		break;
	case MD_SPAN_A:
		od_buf_puts(o->b, "</a>");
		break;
	default:
		break;
	}
	return 0;
}

static int
text(MD_TEXTTYPE type, const MD_CHAR *p, MD_SIZE n, void *u)
{
	struct out *o = u;

	switch (type) {
	case MD_TEXT_NULLCHAR:
		od_buf_puts(o->b, "\xef\xbf\xbd");
		break;
	case MD_TEXT_BR:
		od_buf_puts(o->b, "<br>\n");
		break;
	case MD_TEXT_SOFTBR:
		od_buf_putc(o->b, '\n');
		break;
	default:
		/*
		 * Entities too: "&copy;" in our texts shows as written. md4c 0.4.8 can
		 * hand out a piece that ends, or even begins, behind the text.
		 */
		if (p >= o->in.p && p <= o->in.p + o->in.n + PADDING) {
			size_t left =
			    p < o->in.p + o->in.n ? (size_t)(o->in.p + o->in.n - p) : 0;

			n = n < left ? n : (MD_SIZE)left;
		}
		od_escape_html(o->b, (struct od_span){p, n});
		break;
	}
	return 0;
}

void
od_markdown(struct od_buf *b, struct od_span in, unsigned level, const char *root)
{
	static const char padding[PADDING];
	struct out o = {.b = b, .level = level, .root = root};
	struct od_buf copy = {0};
	const MD_PARSER parser = {
	    .flags = MD_FLAG_NOHTML | MD_FLAG_TABLES,
	    .enter_block = enter_block,
	    .leave_block = leave_block,
	    .enter_span = enter_span,
	    .leave_span = leave_span,
	    .text = text,
	};

	if (in.n >= 0x7fffffff - PADDING)
		return;
	if (in.n)
		od_buf_span(&copy, in);
	od_buf_putc(&copy, '\n');
	o.in = (struct od_span){copy.p, copy.n};
	od_buf_put(&copy, padding, sizeof(padding));
	o.in.p = copy.p;
	(void)md_parse(o.in.p, (MD_SIZE)o.in.n, &parser, &o);
	od_buf_release(&copy);
}
