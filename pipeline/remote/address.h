/* address.h - where a release is served: which addresses are taken, and followed. */
#ifndef OD_REMOTE_ADDRESS_H
#define OD_REMOTE_ADDRESS_H

#include <stdbool.h>

#include "core/err.h"

/* http or https, without password, query or fragment; else OD_KIND_CONFIG. */
OD_CHECKED enum od_rc od_address_check(const char *url, struct od_err *err);

/* May a redirect from one address to the other be followed? */
bool od_address_may_follow(const char *from, const char *to);

/* The base, `below`, and a path with its names escaped; free() it. */
char *od_address_below(const char *base, const char *below, const char *path);

#endif
