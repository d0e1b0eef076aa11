/*
 * origin.h - where a copy comes from: a web server, or a folder (file:///media/usb).
 *
 * Both are believed nothing: documents come with a limit, files with size and hash. In
 * a folder no symlink is followed below the address itself.
 */
#ifndef OD_MIRROR_ORIGIN_H
#define OD_MIRROR_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/span.h"
#include "remote/fetch.h"

struct od_origin {
	struct od_fetch *web; /* or NULL */
	int root;             /* descriptor of the folder, or -1 */
	const char *url;
};

OD_CHECKED enum od_rc od_origin_open(const char *url, unsigned tries,
                                     struct od_arena *a, struct od_origin *out,
                                     struct od_err *err);
void od_origin_close(struct od_origin *o);

/* As od_fetch_document() and od_fetch_files(). */
OD_CHECKED enum od_rc od_origin_document(const struct od_origin *o, const char *path,
                                         size_t limit, struct od_arena *a,
                                         struct od_span *out, bool *found,
                                         struct od_err *err);
OD_CHECKED enum od_rc od_origin_files(const struct od_origin *o, const char *below,
                                      const struct od_fetch_file *files, size_t n,
                                      struct od_err *err);

#endif
