/*
 * markdown.h - our own texts, from Markdown to HTML (md4c).
 *
 * For texts of site-templates/texts/ and schemas/, never for data. Raw HTML is shown as
 * text, images as their description; links pass od_url_is_allowed() or lose their
 * address. A link that begins with '/' is meant from the root of the release.
 */
#ifndef OD_SITE_MARKDOWN_H
#define OD_SITE_MARKDOWN_H

#include "core/buf.h"
#include "core/span.h"

/* `level` is that of the text's first-level headings; `root` takes the place of '/'. */
void od_markdown(struct od_buf *b, struct od_span text, unsigned level,
                 const char *root);

#endif
