/* ckan_text.h - what CKAN takes as a name, a tag and a text. */
#ifndef OD_REMOTE_CKAN_TEXT_H
#define OD_REMOTE_CKAN_TEXT_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/span.h"

enum { OD_CKAN_NAME_MAX = 70 }; /* 100 in core, 70 in the government profile */

/*
 * Writes "<catalog>-<dataset>" with '_' as '-'; false if that is no name CKAN would
 * take: 2 to 70 of [a-z0-9-].
 */
bool od_ckan_name(const char *catalog, const char *dataset,
                  char to[OD_CKAN_NAME_MAX + 1]);

/*
 * Whether CKAN takes a tag: 2 to 100 characters of letters, digits, "_ -." and no space
 * at an end. Core counts the Thai vowel and tone marks as no letters and refuses the
 * whole package for them; the government profile takes them (`marks`).
 */
bool od_ckan_is_tag(struct od_span tag, bool marks);

/* Appends plain text so that CKAN, which reads Markdown, shows it as it is. */
void od_ckan_markdown(struct od_buf *b, struct od_span text);

#endif
