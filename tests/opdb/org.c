#include "org.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "grammar.h"
#include "place.h"
#include "rng.h"

enum { DEPARTMENTS_MAX = 512, MINISTRIES = 30, GENERAL = 14 };

struct slot {
	unsigned short department, number;
};

struct od_org {
	uint64_t seed;
	struct od_department departments[DEPARTMENTS_MAX];
	unsigned ndepartments;
	struct slot slots[OD_DIVISIONS_MAX + 1];
	unsigned numbers[DEPARTMENTS_MAX]; /* slots given out by department */
};

/* Divisions nearly every department has: equal names are the rule, not the exception.
 */
static const char *const general[GENERAL] = {
    "กองแผนงาน",          "กองคลัง",
    "สำนักงานเลขานุการกรม", "กองยุทธศาสตร์และแผนงาน",
    "กองการเจ้าหน้าที่",      "ศูนย์เทคโนโลยีสารสนเทศและการสื่อสาร",
    "กลุ่มพัฒนาระบบบริหาร",   "กลุ่มตรวจสอบภายใน",
    "กองกฎหมาย",          "กองวิจัยและพัฒนา",
    "กองนโยบายและแผน",    "สำนักบริหารกลาง",
    "กองสื่อสารองค์กร",      "ศูนย์ปฏิบัติการต่อต้านการทุจริต",
};

static const char *const province_topics = "adhojkmbgu";

static void
add_department(struct od_org *o, unsigned ministry, struct od_slice name,
               const char *topics, size_t ntopics)
{
	struct od_department *d = &o->departments[o->ndepartments];
	unsigned before = o->ndepartments;

	*d = (struct od_department){.ministry = ministry,
	                            .number = 1,
	                            .name = name,
	                            .topics = topics,
	                            .ntopics = ntopics,
	                            .province = -1};
	if (before && d[-1].ministry == ministry)
		d->number = d[-1].number + 1;
	o->ndepartments++;
}

static void
add_list(struct od_org *o, unsigned ministry, const char *p)
{
	while (p && *p) {
		size_t n = strcspn(p, ":"), t = strcspn(p + n + 1, "/");

		add_department(o, ministry, (struct od_slice){p, n}, p + n + 1, t);
		p += n + 1 + t;
		p += *p == '/';
	}
}

static void
add_departments(struct od_org *o, unsigned ministry)
{
	const struct od_ministry *m = &od_ministries[ministry];

	if (ministry < 20) {
		add_department(o, ministry, od_slice_of("สำนักงานรัฐมนตรี"), "v", 1);
		add_department(o, ministry, od_slice_of("สำนักงานปลัด"), "vvl", 3);
		o->departments[o->ndepartments - 1].of_ministry = true;
	}
	add_list(o, ministry, m->departments);
	add_list(o, ministry, m->more);
	if (strcmp(m->code, "22"))
		return;
	for (int i = 0; i < OD_PROVINCES; i++) {
		add_department(o, ministry, od_slice_of(od_provinces[i].name),
		               province_topics, strlen(province_topics));
		o->departments[o->ndepartments - 1].province = i;
	}
}

/* The slots after a closed one in blocks of eight: see is_closed(). */
static bool
is_closed(const struct od_org *o, unsigned slot)
{
	return slot % 8 == 6 && od_rng_mix(o->seed ^ slot) % 4 == 0;
}

static bool
is_successor(const struct od_org *o, unsigned slot)
{
	return slot % 8 == 7 && is_closed(o, slot - 1);
}

static void
fill_slots(struct od_org *o)
{
	unsigned total = 0, stride = 131, *sum = calloc(o->ndepartments, sizeof(*sum));
	struct od_rng rng;

	if (!sum)
		exit(1);
	for (unsigned i = 0; i < o->ndepartments; i++)
		sum[i] = total += 2 + 2 * (unsigned)o->departments[i].ntopics;
	while (o->ndepartments % stride == 0)
		stride += 2;
	for (unsigned s = 0; s <= OD_DIVISIONS_MAX; s++) {
		unsigned d = 0, at;

		od_rng_init(&rng, o->seed, OD_STREAM_ORG, s);
		at = od_rng_below(&rng, total);
		while (sum[d] <= at)
			d++;
		if (s < o->ndepartments) /* everybody gets one first */
			d = (unsigned)((uint64_t)s * stride % o->ndepartments);
		if (is_successor(o, s))
			d = o->slots[s - 1].department;
		o->slots[s].department = (unsigned short)d;
		o->slots[s].number = (unsigned short)++o->numbers[d];
	}
	free(sum);
}

struct od_org *
od_org_load(uint64_t seed)
{
	struct od_org *o = calloc(1, sizeof(*o));

	if (!o) {
		fprintf(stderr, "opdb: out of memory\n");
		exit(1);
	}
	o->seed = od_rng_mix(seed ^ OD_STREAM_ORG);
	for (unsigned i = 0; od_ministries[i].code; i++)
		add_departments(o, i);
	fill_slots(o);
	return o;
}

void
od_org_close(struct od_org *o)
{
	free(o);
}

unsigned
od_org_divisions(uint64_t k)
{
	uint64_t n = 24 + k * (OD_DIVISIONS_MAX - 24) / 300000;

	return n < OD_DIVISIONS_MAX ? (unsigned)n : OD_DIVISIONS_MAX;
}

unsigned
od_org_ministries(const struct od_org *o)
{
	(void)o;
	return MINISTRIES;
}

unsigned
od_org_departments(const struct od_org *o)
{
	return o->ndepartments;
}

const struct od_department *
od_org_department(const struct od_org *o, unsigned i)
{
	return &o->departments[i];
}

unsigned
od_org_department_of(const struct od_org *o, unsigned slot)
{
	return o->slots[slot].department;
}

unsigned
od_org_ministry_id(unsigned i)
{
	return 1 + i;
}

unsigned
od_org_department_id(const struct od_org *o, unsigned i)
{
	(void)o;
	return 1 + MINISTRIES + i;
}

unsigned
od_org_division_id(const struct od_org *o, unsigned slot)
{
	return 1 + MINISTRIES + o->ndepartments + slot;
}

void
od_org_department_code(const struct od_org *o, unsigned i, struct od_text *out)
{
	od_text_puts(out, od_ministries[o->departments[i].ministry].code);
	od_text_pad(out, o->departments[i].number, 2);
}

void
od_org_division_code(const struct od_org *o, unsigned slot, struct od_text *out)
{
	od_org_department_code(o, o->slots[slot].department, out);
	od_text_pad(out, o->slots[slot].number, 4);
}

void
od_org_department_name(const struct od_org *o, unsigned i, struct od_text *out)
{
	const struct od_department *d = &o->departments[i];

	if (d->province >= 0) {
		od_place_province_name(&od_provinces[d->province], out);
		return;
	}
	od_text_slice(out, d->name);
	if (d->of_ministry)
		od_text_puts(out, od_ministries[d->ministry].name);
}

/* An office of the topic and where it sits: the end of its name says how it goes on. */
static int
office_name(const struct od_department *d, uint64_t x, struct od_text *out)
{
	unsigned topic = (unsigned)(d->topics[x % d->ntopics] - 'a');
	const char *p = od_topics[topic].offices;
	unsigned n = 1, pick;
	int at =
	    d->province >= 0 ? d->province : (int)(x >> 20 & 0xffff) % OD_PROVINCES;
	const struct od_province *province = &od_provinces[at];
	size_t len;

	for (const char *q = p; *q; q++)
		n += *q == '/';
	for (pick = (unsigned)(x >> 8) % n; pick; pick--)
		p = strchr(p, '/') + 1;
	len = strcspn(p, "/");
	if (p[len - 1] == '#') { /* a number follows, and no place */
		od_text_put(out, p, len - 1);
		od_text_int(out, (int64_t)(1 + (x >> 40) % 24));
		return -1;
	}
	if (p[len - 1] == '@') { /* a district follows */
		struct od_text name = {0};
		unsigned skip = (unsigned)(x >> 40) % od_place_districts(province);

		od_place_district_name(province, skip + 1, &name);
		od_text_put(out, p, len - 1);
		/* without the word for district */
		len = strcmp(province->code, "10") ? strlen("อำเภอ") : strlen("เขต");
		od_text_put(out, name.p + len, name.n - len);
		od_text_release(&name);
		return at;
	}
	od_text_put(out, p, len);
	od_text_puts(out, province->name);
	return at;
}

int
od_org_division_name(const struct od_org *o, unsigned slot, struct od_text *out)
{
	const struct slot *s = &o->slots[slot];
	const struct od_department *d = &o->departments[s->department];
	uint64_t x = od_rng_mix(o->seed + slot);

	if (is_successor(o, slot)) {
		int at = od_org_division_name(o, slot - 1, out);

		if (x % 3) /* renamed, not only re-founded under the same name */
			od_text_puts(out, x % 3 == 1 ? "และนวัตกรรม" : " (จัดตั้งใหม่)");
		return at;
	}
	if (s->number == 1 || (s->number <= GENERAL && x % 5 < 2)) {
		od_text_puts(out, general[s->number - 1]);
		return d->province;
	}
	return office_name(d, x, out);
}

int64_t
od_org_department_end(const struct od_org *o, unsigned i)
{
	int64_t end = od_ministries[o->departments[i].ministry].active_to;

	if (!end)
		return INT64_MAX;
	return od_day_of(end / 10000, (int)(end / 100 % 100), (int)(end % 100));
}

void
od_org_division_life(const struct od_org *o, unsigned slot, int64_t *from, int64_t *to)
{
	int64_t year, closed;

	*from = od_day_of(2002, 10, 3);
	*to = od_org_department_end(o, o->slots[slot].department);
	if (!is_closed(o, slot) && !is_successor(o, slot))
		return;
	year = 2018 + (int64_t)(od_rng_mix(o->seed ^ (slot & ~1U)) % 97 % 7);
	closed = od_day_of(year, 9, 30);
	if (is_closed(o, slot))
		*to = closed < *to ? closed : *to;
	else if (closed < *to)
		*from = closed + 1;
}

unsigned
od_org_division_on(const struct od_org *o, unsigned slot, unsigned slots, int64_t day)
{
	for (unsigned i = 0; i < slots; i++) {
		unsigned s = (slot + i) % slots;
		int64_t from, to;

		od_org_division_life(o, s, &from, &to);
		if (from <= day && day <= to)
			return s;
	}
	return slot;
}

unsigned
od_org_topic(const struct od_org *o, unsigned slot, uint64_t pick)
{
	const struct od_department *d = &o->departments[o->slots[slot].department];

	if (pick % 8 == 0) /* now and then something quite different */
		return (unsigned)(pick >> 8) % 26;
	return (unsigned)(d->topics[(pick >> 8) % d->ntopics] - 'a');
}
