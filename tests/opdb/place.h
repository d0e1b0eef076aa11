/*
 * place.h - provinces, districts, sub-districts and villages.
 *
 * The provinces and their codes are the official ones. Sub-districts and
 * villages are made up, and so is the order of some districts: a code says
 * which province and district it lies in, and always has the same name, but it
 * is not the code of that place in the world.
 */
#ifndef OD_OPDB_PLACE_H
#define OD_OPDB_PLACE_H

#include "rng.h"
#include "text.h"

struct od_province {
	const char *code; /* '50' */
	const char *name, *name_en;
	int lat, lon;          /* of its middle, in hundredths of a degree */
	const char *districts; /* from number 01 on, separated by blanks */
};

extern const struct od_province od_provinces[]; /* 77 */
enum { OD_PROVINCES = 77 };

struct od_place {
	const struct od_province *province; /* NULL: the whole country */
	unsigned district, subdistrict;     /* 1 .. ; 0 where not said */
	char district_code[8], subdistrict_code[8];
};

/* A place somewhere in the country; large provinces come up more often. */
void od_place_draw(struct od_rng *rng, struct od_place *out);

/* Another place in the same province. */
void od_place_within(struct od_rng *rng, const struct od_province *p,
                     struct od_place *out);

/* How many districts the province has in our list. */
unsigned od_place_districts(const struct od_province *p);

/* 'จังหวัดเชียงใหม่', 'กรุงเทพมหานคร' */
void od_place_province_name(const struct od_province *p, struct od_text *out);

/* 'อำเภอแม่ริม', 'เขตบางรัก' */
void od_place_district_name(const struct od_province *p, unsigned district,
                            struct od_text *out);

/* 'ตำบลหนองบัว', 'แขวงทุ่งแก้ว' */
void od_place_subdistrict_name(const struct od_place *place, struct od_text *out);

/* 'บ้านโนนสูง' */
void od_place_village_name(struct od_rng *rng, struct od_text *out);

#endif
