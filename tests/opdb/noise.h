/*
 * noise.h - what happens to text on its way through offices and programs.
 *
 * Applied before personal data is planted, so that what is planted stays as it
 * was recorded. Never makes a control character: that is a defect of its own.
 */
#ifndef OD_OPDB_NOISE_H
#define OD_OPDB_NOISE_H

#include "rng.h"
#include "text.h"

enum od_noise {
	OD_NOISE_TITLE, /* one line */
	OD_NOISE_LABEL, /* one line, a child row's */
	OD_NOISE_PROSE, /* line breaks too */
};

/* `spare` is scratch. */
void od_noise_apply(struct od_rng *rng, enum od_noise kind, struct od_text *t,
                    struct od_text *spare);

#endif
