/*
 * escape.h - making text harmless for the place where it goes.
 *
 * Input is valid UTF-8 from the snapshot; whatever else comes in cannot leave its
 * place either. Characters that no HTML page may hold (controls, noncharacters) become
 * U+FFFD.
 */
#ifndef OD_SITE_ESCAPE_H
#define OD_SITE_ESCAPE_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/span.h"

/* Element text and attribute values in double quotes (site/place.c knows no others). */
void od_escape_html(struct od_buf *b, struct od_span s);

/* The inside of a JSON string within a script element. */
void od_escape_json(struct od_buf *b, struct od_span s);

/*
 * A whole URL, or its beginning, in an attribute: http, https, mailto or relative;
 * anything else becomes "about:invalid".
 */
void od_escape_url(struct od_buf *b, struct od_span s);

/* A piece within the path of a URL: '/' stays, ':' and '?' do not. */
void od_escape_url_path(struct od_buf *b, struct od_span s);

/* A piece within the query or fragment of a URL. */
void od_escape_url_query(struct od_buf *b, struct od_span s);

/* Whether a link may lead there: the rule of od_escape_url(). */
bool od_url_is_allowed(struct od_span s);

#endif
