/* fuzz_markdown.c - any text as Markdown: only our own tags, only links that are
 * allowed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "site/escape.h"
#include "site/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *const tags[] = {
    "<a href=\"",
    "</a>",
    "<p>",
    "</p>",
    "<ul>",
    "</ul>",
    "<ol>",
    "</ol>",
    "<li>",
    "</li>",
    "<em>",
    "</em>",
    "<strong>",
    "</strong>",
    "<code>",
    "</code>",
    "<h2>",
    "</h2>",
    "<h3>",
    "</h3>",
    "<h4>",
    "</h4>",
    "<h5>",
    "</h5>",
    "<h6>",
    "</h6>",
    "<hr>",
    "<br>",
    "<blockquote>",
    "</blockquote>",
    "<table>",
    "</table>",
    "<thead>",
    "</thead>",
    "<tbody>",
    "</tbody>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "</th>",
    "<th scope=\"col\">",
    "</pre>",
    "</div>",
    "<pre tabindex=\"0\">",
    "<div class=\"scroll\" tabindex=\"0\">",
};

static const char *
tag_at(const char *p, const char *end)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		size_t n = strlen(tags[i]);

		if ((size_t)(end - p) >= n && !memcmp(p, tags[i], n))
			return tags[i];
	}
	return NULL;
}

/* The address that begins at p and ends at the next quote. */
static void
check_link(const char *p, const char *end)
{
	const char *quote = memchr(p, '"', (size_t)(end - p));
	size_t n;

	if (!quote || quote + 1 == end || quote[1] != '>')
		abort();
	n = (size_t)(quote - p);
	if (n == strlen("about:invalid") && !memcmp(p, "about:invalid", n))
		return;
	/* '&' is written &amp;: what stands before it decides on the scheme. */
	if (memchr(p, '&', n))
		n = (size_t)((const char *)memchr(p, '&', n) - p);
	if (memchr(p, '<', n) ||
	    (!od_url_is_allowed((struct od_span){p, n}) && memchr(p, ':', n)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct od_buf b = {0};

	if (n > 8192)
		return 0;
	od_markdown(&b, (struct od_span){(const char *)data, n}, 2, "../");
	for (size_t i = 0; i < b.n; i++) {
		const char *tag;

		if (b.p[i] != '<')
			continue;
		tag = tag_at(b.p + i, b.p + b.n);
		if (!tag)
			abort();
		if (!strcmp(tag, tags[0]))
			check_link(b.p + i + strlen(tag), b.p + b.n);
	}
	od_buf_release(&b);
	return 0;
}
