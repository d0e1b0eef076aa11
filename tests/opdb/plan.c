#include "plan.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ITEMS_MAX = 900, ISSUES = 24 };

struct od_plan {
	struct od_plan_item items[ITEMS_MAX];
	unsigned n;
	/* row numbers by kind and issue; issue 0 has all of the kind */
	unsigned short list[OD_PLAN_KINDS][ISSUES][ITEMS_MAX];
	unsigned short len[OD_PLAN_KINDS][ISSUES];
};

static const char *const kind_names[OD_PLAN_KINDS] = {
    "strategy",  "masterplan", "subplan",        "target_y2",   "target_y1",
    "milestone", "reform",     "fvct_component", "fvct_factor",
};

/* By master plan issue, from 1. */
static const unsigned char strategy_of[ISSUES] = {0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3,
                                                  3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 6};

static int64_t
amended(void)
{
	return od_day_of(2023, 3, 1);
}

/*
 * The strategy was announced a year later; projects of fiscal year 2561 were
 * entered afterwards and cite it nevertheless.
 */
static int64_t
first_day(void)
{
	return od_day_of(2017, 10, 1);
}

static struct od_plan_item *
add(struct od_plan *p, enum od_plan_kind kind, const char *code, unsigned parent,
    unsigned issue)
{
	struct od_plan_item *item = &p->items[p->n];

	if (p->n == ITEMS_MAX - 1) {
		fprintf(stderr, "opdb: more than %d plan items\n", ITEMS_MAX - 1);
		exit(70);
	}
	*item = (struct od_plan_item){.kind = kind,
	                              .parent = parent,
	                              .issue = issue,
	                              .from = first_day(),
	                              .to = INT64_MAX};
	snprintf(item->code, sizeof(item->code), "%s", code);
	p->n++;
	p->list[kind][0][p->len[kind][0]++] = (unsigned short)p->n;
	if (issue)
		p->list[kind][issue][p->len[kind][issue]++] = (unsigned short)p->n;
	return item;
}

static unsigned
issue_of(const char *code)
{
	return (unsigned)((code[0] - '0') * 10 + code[1] - '0');
}

/* The row number of the item of that kind whose code begins so. */
static unsigned
row_of(const struct od_plan *p, enum od_plan_kind kind, const char *code, size_t n)
{
	for (unsigned i = p->n; i; i--)
		if (p->items[i - 1].kind == kind &&
		    !strncmp(p->items[i - 1].code, code, n))
			return i;
	return 0;
}

static void
add_upper_levels(struct od_plan *p)
{
	const struct od_plan_fact *f;
	struct od_plan_item *item;

	for (f = od_plan_strategies; f->code; f++) {
		item = add(p, OD_PLAN_STRATEGY, f->code, 0, 0);
		od_text_puts(&item->name, f->name);
		item->name_en = od_plan_strategies_en[f - od_plan_strategies];
	}
	for (f = od_plan_masters; f->code; f++)
		od_text_puts(
		    &add(p, OD_PLAN_MASTER, f->code, 0, issue_of(f->code))->name,
		    f->name);
	for (f = od_plan_subs; f->code; f++) {
		unsigned issue = issue_of(f->code);

		/* the amendment renamed this one: the old row stays, with its end */
		if (!strcmp(f->code, "0902")) {
			item = add(p, OD_PLAN_SUB, f->code,
			           row_of(p, OD_PLAN_MASTER, f->code, 2), issue);
			od_text_puts(&item->name, "การพัฒนาระเบียงเศรษฐกิจภาคใต้");
			item->to = amended() - 1;
		}
		item = add(p, OD_PLAN_SUB, f->code,
		           row_of(p, OD_PLAN_MASTER, f->code, 2), issue);
		od_text_puts(&item->name, f->name);
		if (!strcmp(f->code, "0902"))
			item->from = amended();
	}
}

static bool
is_known_target(const char *code)
{
	for (const struct od_plan_fact *f = od_plan_targets; f->code; f++)
		if (!strcmp(f->code, code))
			return true;
	return false;
}

static void
add_target(struct od_plan *p, const char *code, const char *name, const char *of)
{
	bool y2 = code[2] == '0' && code[3] == '0';
	enum od_plan_kind above = y2 ? OD_PLAN_MASTER : OD_PLAN_SUB;
	struct od_plan_item *item =
	    add(p, y2 ? OD_PLAN_Y2 : OD_PLAN_Y1, code,
	        row_of(p, above, code, y2 ? 2 : 4), issue_of(code));

	if (*name == '-')
		item->to = amended() - 1;
	if (*name == '+')
		item->from = amended();
	od_text_puts(&item->name, name + (*name == '-' || *name == '+'));
	od_text_puts(&item->name, of);
}

static void
add_targets(struct od_plan *p)
{
	const struct od_plan_fact *f;
	char code[32];

	for (f = od_plan_targets; f->code; f++)
		add_target(p, f->code, f->name, "");
	for (f = od_plan_masters; f->code; f++)
		for (int i = 1; i <= 1 + (f - od_plan_masters) % 2; i++) {
			snprintf(code, sizeof(code), "%.2s00%02d", f->code, i);
			if (!is_known_target(code))
				add_target(p, code,
				           i == 1 ? "ระดับความสำเร็จในภาพรวมของประเด็น"
				                  : "ขีดความสามารถของประเทศในประเด็น",
				           f->name);
		}
	for (f = od_plan_subs; f->code; f++)
		for (int i = 1;
		     i <= 1 + (f - od_plan_subs) % 3 / 2 + (f->code[1] == '1'); i++) {
			snprintf(code, sizeof(code), "%.4s%02d", f->code, i);
			if (!is_known_target(code))
				add_target(p, code,
				           i == 1 ? "ผลที่ประชาชนได้รับจาก"
				           : i == 2 ? "ความพร้อมของกลไกสนับสนุน"
				                    : "ความยั่งยืนของ",
				           f->name);
		}
}

/* A component and a factor for each target: the value chain of one target. */
static void
add_value_chains(struct od_plan *p)
{
	unsigned n = p->n;
	char code[32];

	for (unsigned i = 0; i < n; i++) {
		const struct od_plan_item *y1 = &p->items[i];
		struct od_plan_item *item;
		unsigned component;

		if (y1->kind != OD_PLAN_Y1)
			continue;
		snprintf(code, sizeof(code), "%.6sV%02u", y1->code, 1 + i % 4);
		item = add(p, OD_PLAN_COMPONENT, code, i + 1, y1->issue);
		component = p->n;
		od_text_puts(&item->name,
		             i % 2 ? "กลไกการขับเคลื่อน" : "ทรัพยากรและปัจจัยนำเข้า");
		item->from = amended();
		item->to = y1->to < amended() ? amended() + 30 : y1->to;
		snprintf(code, sizeof(code), "%.6sF%02u%02u", y1->code, 1 + i % 4,
		         1 + i % 3);
		item = add(p, OD_PLAN_FACTOR, code, component, y1->issue);
		od_text_puts(&item->name,
		             i % 3 ? "ความร่วมมือของภาคีเครือข่าย" : "ฐานข้อมูลและองค์ความรู้");
		item->from = amended();
		item->to = p->items[component - 1].to;
	}
}

struct od_plan *
od_plan_load(void)
{
	struct od_plan *p = calloc(1, sizeof(*p));
	const struct od_plan_fact *f;
	struct od_plan_item *item;

	if (!p) {
		fprintf(stderr, "opdb: out of memory\n");
		exit(1);
	}
	add_upper_levels(p);
	add_targets(p);
	for (f = od_plan_milestones; f->code; f++) {
		item = add(p, OD_PLAN_MILESTONE, f->code, 0, 0);
		od_text_puts(&item->name, f->name);
		item->from = od_day_of(2022, 10, 1);
		item->to = od_day_of(2027, 9, 30);
	}
	for (f = od_plan_reforms; f->code; f++) {
		item = add(p, OD_PLAN_REFORM, f->code, 0, 0);
		od_text_puts(&item->name, "กิจกรรมปฏิรูปสำคัญ ด้าน");
		od_text_puts(&item->name, f->name);
		item->to = od_day_of(2022, 12, 31);
	}
	add_value_chains(p);
	return p;
}

void
od_plan_close(struct od_plan *p)
{
	for (unsigned i = 0; i < p->n; i++)
		od_text_release(&p->items[i].name);
	free(p);
}

unsigned
od_plan_count(const struct od_plan *p)
{
	return p->n;
}

const struct od_plan_item *
od_plan_item(const struct od_plan *p, unsigned id)
{
	return &p->items[id - 1];
}

unsigned
od_plan_pick(const struct od_plan *p, enum od_plan_kind kind, unsigned issue,
             int64_t day, uint64_t pick)
{
	unsigned n = p->len[kind][issue];

	for (unsigned i = 0; i < n; i++) {
		unsigned id = p->list[kind][issue][(pick + i) % n];

		if (p->items[id - 1].from <= day && day <= p->items[id - 1].to)
			return id;
	}
	return 0;
}

unsigned
od_plan_strategy_of(unsigned issue)
{
	return strategy_of[issue];
}

const char *
od_plan_kind_name(enum od_plan_kind kind)
{
	return kind_names[kind];
}
