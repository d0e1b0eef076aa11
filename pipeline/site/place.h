/*
 * place.h - where in a page a value would stand.
 *
 * A small reader of the literal text of templates: enough of HTML's tokenizer to know
 * whether we are in text, in an attribute's value, in a URL, in JSON for machines, or
 * where no value may stand.
 */
#ifndef OD_SITE_PLACE_H
#define OD_SITE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

enum od_place {
	OD_PLACE_TEXT,      /* between tags: the only place for markup */
	OD_PLACE_PLAIN,     /* in <title> or <textarea>: text alone */
	OD_PLACE_ATTRIBUTE, /* within double quotes */
	OD_PLACE_URL,       /* the whole of a URL, or its beginning */
	OD_PLACE_URL_PATH,  /* further on in a URL */
	OD_PLACE_URL_QUERY, /* after its '?' or '#' */
	OD_PLACE_JSON,      /* in a string of a JSON script */
	OD_PLACE_NONE,      /* no value can be made safe here */
};

enum od_place_state {
	OD_AT_TEXT,
	OD_AT_LT,
	OD_AT_DECL,
	OD_AT_COMMENT,
	OD_AT_TAG_NAME,
	OD_AT_TAG,
	OD_AT_ATTR_NAME,
	OD_AT_ATTR_AFTER,
	OD_AT_ATTR_EQ,
	OD_AT_VALUE,  /* within double quotes */
	OD_AT_BARE,   /* within a value without quotes: fixed text alone */
	OD_AT_SCRIPT, /* content of a script element */
};

struct od_reader {
	enum od_place_state state;
	char tag[16]; /* lower case; "/p" for a closing one */
	char attr[24];
	bool plain;             /* in title or textarea */
	bool pre;               /* in pre: white space counts */
	bool json;              /* the script holds JSON */
	bool string, backslash; /* within a JSON string */
	bool begun, query;      /* of the attribute's value */
	bool cut;               /* a block began or ended right after a name */
};

/*
 * Takes the next byte of literal text; `left` bytes of it can be seen ahead. Returns
 * NULL, or what is wrong here.
 */
const char *od_reader_step(struct od_reader *r, const char *p, size_t left);

/* Where a value would stand now. */
enum od_place od_reader_place(const struct od_reader *r);

/* A value has been put here. */
void od_reader_value(struct od_reader *r);

/* A block begins or ends here: a name that stands before it is complete. */
void od_reader_block(struct od_reader *r);

/* Whether two branches left the page in the same place; *to takes what both know. */
bool od_reader_join(struct od_reader *to, const struct od_reader *other);

#endif
