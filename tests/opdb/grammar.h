/*
 * grammar.h - sentences from phrase rules.
 *
 * A rule is a name and its alternatives, separated by `|`. In an alternative:
 *
 *	{name}       a rule
 *	{.slot}      the rule `<topic>.slot` of the scene's topic
 *	{P}          a variable of the scene: see enum od_var
 *	{9:1:40}     a whole number, both ends included, with thousands commas
 *	{8:200:9000} thousandths: 0.200 .. 9.000
 *	{7:100:999}  a whole number without commas
 *	{Y}, {Y+2}   the scene's fiscal year, in the Buddhist Era
 *	[a~b~c]      one of these, nests
 *
 * The rules are compiled once; an unknown name is a bug and ends the program.
 */
#ifndef OD_OPDB_GRAMMAR_H
#define OD_OPDB_GRAMMAR_H

#include "rng.h"
#include "text.h"

struct od_rule {
	const char *name, *alternatives;
};

/* One letter each in the rules, in this order. */
enum od_var {
	OD_VAR_PROVINCE,    /* {P} จังหวัดเชียงใหม่ */
	OD_VAR_DISTRICT,    /* {D} อำเภอแม่ริม */
	OD_VAR_SUBDISTRICT, /* {T} ตำบลหนองบัว */
	OD_VAR_VILLAGE,     /* {V} บ้านโนนสูง */
	OD_VAR_AGENCY,      /* {A} the owning division */
	OD_VAR_DEPARTMENT,  /* {M} its department */
	OD_VAR_COUNT
};

enum od_slot {
	OD_SLOT_TITLE,
	OD_SLOT_OBJECT,
	OD_SLOT_CAUSE,
	OD_SLOT_TROUBLE,
	OD_SLOT_ACTION,
	OD_SLOT_GOAL,
	OD_SLOT_OUTPUT,
	OD_SLOT_OUTCOME,
	OD_SLOT_GROUP,
	OD_SLOT_METRIC,
	OD_SLOT_STEP,
	OD_SLOT_RESULT,
	OD_SLOT_HITCH,
	OD_SLOT_ENGLISH,
	OD_SLOT_COUNT
};

/* The rules that are not of one topic and that a program asks for. */
enum od_phrase {
	OD_SAY_WHY_OPEN,
	OD_SAY_WHY_FACT,
	OD_SAY_WHY_TROUBLE,
	OD_SAY_WHY_EFFECT,
	OD_SAY_WHY_DO,
	OD_SAY_WHY_CLOSE,
	OD_SAY_AIM,
	OD_SAY_AIM_NOTE,
	OD_SAY_MADE,
	OD_SAY_MADE_MORE,
	OD_SAY_GAIN,
	OD_SAY_GROUP,
	OD_SAY_DID,
	OD_SAY_DID_MORE,
	OD_SAY_HITCH,
	OD_SAY_STEP,
	OD_SAY_SERVE,
	OD_SAY_TITLE_WIDE,
	OD_SAY_TITLE_TAIL,
	OD_SAY_COMMENT_OK,
	OD_SAY_COMMENT_BACK,
	OD_SAY_ABOUT,
	OD_SAY_COUNT,
	OD_SAY_NOTHING = OD_SAY_COUNT
};

/* What the sentences are about. */
struct od_scene {
	struct od_rng *rng;
	unsigned topic; /* index into od_topics */
	int year_be;
	struct od_slice var[OD_VAR_COUNT];
};

/* A field of public work: which plans it serves and what it costs. */
struct od_topic {
	const char *id;
	unsigned char plan[3]; /* master plan issues, 0 = none */
	unsigned char scale;   /* 1 thousands .. 5 hundreds of millions of baht */
	const char *offices;   /* beginnings of the names of its divisions */
};

extern const struct od_topic od_topics[];          /* ends with a NULL id */
extern const struct od_rule *const od_rule_sets[]; /* NULL-terminated */

struct od_grammar;

struct od_grammar *od_grammar_load(void);
void od_grammar_close(struct od_grammar *g);

/* Appends one sentence. */
void od_grammar_say(const struct od_grammar *g, enum od_phrase phrase,
                    const struct od_scene *s, struct od_text *out);

/* Appends one sentence of the topic's slot. */
void od_grammar_slot(const struct od_grammar *g, enum od_slot slot,
                     const struct od_scene *s, struct od_text *out);

#endif
