/*
 * upload_form.h - a package against the form of its server (ckanext-scheming, and
 * thai_gdc above it), as the server itself tells it, before anything is sent.
 *
 * The server takes many a wrong choice in silence, so each value of a field with
 * choices is held against them here. Where the form lacks a value, the first of
 * `gdc_alternatives` (catalog.yaml) that it has takes its place: forks of the form
 * write some values in their own way.
 */
#ifndef OD_STAGE_UPLOAD_FORM_H
#define OD_STAGE_UPLOAD_FORM_H

#include "stage/upload_want.h"

/*
 * Fails (OD_KIND_SCHEMA) for a required field without a value, a value that is no
 * choice, and "others" without its text. Replaces values by alternatives.
 */
OD_CHECKED enum od_rc od_form_check(struct od_want_package *p,
                                    const struct od_want_form *form,
                                    const struct od_catalog *catalog,
                                    struct od_err *err);

#endif
