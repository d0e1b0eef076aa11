/*
 * titles.h - titles of persons and the words around names: data, no code.
 *
 * What a title word must bring along before the words after it are taken for a name
 * depends on how often the word is something else: see `glue` and `alone`.
 */
#ifndef OD_ANON_TITLES_H
#define OD_ANON_TITLES_H

#include <stdbool.h>
#include <stdint.h>

/* May the title stand right behind another Thai word? Thai has no spaces between words.
 */
enum od_title_glue {
	OD_GLUE_NEVER,  /* too often the end of a longer word */
	OD_GLUE_FAMILY, /* if a given and a family name follow, or a word that leads to
	                   one */
	OD_GLUE_ALWAYS,
};

struct od_title {
	const char *word;
	enum od_title_glue glue;
	bool alone;  /* a given name alone will do */
	bool spaced; /* a space may stand between title and name, also if alone */
	bool prefix; /* no name follows directly, another title must */
	const char *const *traps; /* what may not follow: the title is part of a word */
};

/*
 * By the place of the first letter in the Thai block, U+0E00 to U+0E7F; longer words
 * before those they begin with; each list ends with a NULL word.
 */
extern const struct od_title *const od_titles[128];

/* Begin what follows a title where it is no name. */
extern const char *const od_not_given[];

/* Of what begins with the k of "นายก…": these are names, the rest is a president. */
extern const char *const od_given_ko[];

/* End a name they are glued to; they do not occur within names. */
extern const char *const od_name_ends[];

/* Before the family or the father; each ends with a space. */
extern const char *const od_particles[];

/* Begin what follows a given name where it is no family name. */
extern const char *const od_not_family[];

/* Families that begin like those: looked at first. */
extern const char *const od_families[];

/* Likewise if much follows; short, they may begin a family name. */
extern const char *const od_prose[];

/* Before a title glued to them: a person follows. */
extern const char *const od_leads[];

/* Before นาย and นาง glued to them: these are part of a longer word. */
extern const char *const od_misleads[];

/* Before นาย and นาง: a place, unless a family name follows. */
extern const char *const od_place_heads[];

/*
 * What people are called by that is too often something else to be a title: the model
 * of anon/guess.h decides whether a name follows. Then a name may follow glued to it.
 */
extern const char *const od_weak_titles[];

/* Begin what is no name for the model; a space asks that no letter follows. */
extern const char *const od_no_guess[];

/* End a name of the model that they are glued to. */
extern const char *const od_guess_ends[];

/* Likewise words before a name that are not a part of it. */
extern const char *const od_weak_leads[];

/* Places that look like a title and a given name: what follows the title. */
extern const char *const od_places[];

#endif
