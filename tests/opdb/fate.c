#include "fate.h"

#include "rng.h"

static const char *const names[OD_DEFECTS] = {
    "ok",
    "end_before_start",
    "negative_amount",
    "progress_over_100",
    "date_in_be",
    "province_unknown",
    "district_elsewhere",
    "duplicate_code",
    "year_ce_in_be",
    "name_empty",
    "control_char",
};

/* Permille of all projects, in the order of enum od_class after OD_PUBLIC. */
static const uint32_t rates[] = {39, 39, 24, 10, 4, 11, 5};

/*
 * The first 500 projects have one defect of each kind at fixed places, so that
 * small databases have them all; after that 0.4 % have one of a random kind.
 */
static enum od_defect
fixed_defect(uint64_t k)
{
	if (k < 31 || k > 31 + 43 * (OD_DEFECTS - 2) || (k - 31) % 43)
		return OD_SOUND;
	return (enum od_defect)(1 + (k - 31) / 43);
}

struct od_fate
od_fate_of(uint64_t seed, uint64_t k)
{
	struct od_fate f = {.class = OD_PUBLIC};
	struct od_rng rng;
	uint32_t at;

	od_rng_init(&rng, seed, OD_STREAM_FATE, k);
	f.defect = fixed_defect(k);
	if (f.defect)
		return f;
	at = od_rng_below(&rng, 1000);
	for (unsigned i = 0; i < sizeof(rates) / sizeof(*rates); i++) {
		if (at < rates[i]) {
			f.class = (enum od_class)(i + 1);
			return f;
		}
		at -= rates[i];
	}
	if (k > 500 && od_rng_chance(&rng, 4))
		f.defect = (enum od_defect)(1 + od_rng_below(&rng, OD_DEFECTS - 1));
	else
		f.copy = k > 20 && od_rng_below(&rng, 10000) < 106;
	return f;
}

uint64_t
od_fate_origin(uint64_t seed, uint64_t k)
{
	struct od_rng rng;

	od_rng_init(&rng, seed, OD_STREAM_REWORD, k);
	for (uint64_t j = 1 + od_rng_below(&rng, (uint32_t)(k - 1)); j; j--) {
		struct od_fate f = od_fate_of(seed, j);

		if (f.class == OD_PUBLIC && !f.defect && !f.copy)
			return j;
	}
	return 0;
}

uint64_t
od_fate_before(uint64_t seed, uint64_t k)
{
	for (uint64_t j = k - 1; j; j--) {
		struct od_fate f = od_fate_of(seed, j);

		if (f.class == OD_PUBLIC && !f.defect && !f.copy)
			return j;
	}
	return 0;
}

const char *
od_defect_name(enum od_defect d)
{
	return names[d];
}
