/*
 * uuid.h - identifiers that are the same wherever and whenever they are made.
 *
 * Version 5 of RFC 4122 (RFC 9562): the SHA-1 of a namespace and a name. SHA-1 is asked
 * for by the RFC and protects nothing here.
 */
#ifndef OD_REMOTE_UUID_H
#define OD_REMOTE_UUID_H

#include <stdbool.h>

#include "core/span.h"

struct od_uuid {
	unsigned char b[16];
};

enum { OD_UUID_TEXT = 37 };

extern const struct od_uuid od_uuid_dns, od_uuid_url; /* namespaces of the RFC */

struct od_uuid od_uuid_v5(struct od_uuid space, struct od_span name);

/* "2ed6657d-e927-568b-95e1-2665a8aea6a2" and NUL. */
void od_uuid_text(struct od_uuid id, char to[OD_UUID_TEXT]);

#endif
