/* place.c - see place.h */
#include "site/place.h"

#include <string.h>

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_letter(char c)
{
	c = lower(c);
	return c >= 'a' && c <= 'z';
}

/* Characters that a value without quotes may have here: a few of those HTML allows. */
static bool
is_bare(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
	       c == '.' || c == '#';
}

static void
append(char *name, size_t size, char c)
{
	size_t n = strlen(name);

	if (n + 1 < size) {
		name[n] = lower(c);
		name[n + 1] = 0;
	}
}

static bool
is_one_of(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(name, *list))
			return true;
	return false;
}

static bool
is_url(const struct od_reader *r)
{
	static const char *const names[] = {
	    "href", "src",  "action",     "formaction", "poster", "cite",
	    "data", "ping", "xlink:href", "srcset",     NULL};

	return is_one_of(r->attr, names);
}

/* A tag has ended: what its content is. */
static void
open_content(struct od_reader *r)
{
	r->state = OD_AT_TEXT;
	if (!strcmp(r->tag, "script") || !strcmp(r->tag, "style"))
		r->state = OD_AT_SCRIPT;
	else if (!strcmp(r->tag, "title") || !strcmp(r->tag, "textarea"))
		r->plain = true;
	else if (!strcmp(r->tag, "/title") || !strcmp(r->tag, "/textarea"))
		r->plain = false;
	else if (!strcmp(r->tag, "pre"))
		r->pre = true;
	else if (!strcmp(r->tag, "/pre"))
		r->pre = false;
	r->string = r->backslash = false;
}

static void
in_script(struct od_reader *r, const char *p, size_t left)
{
	char c = *p;

	if (c == '<' && left > 2 && p[1] == '/' && lower(p[2]) == 's') {
		r->state = OD_AT_LT;
		r->json = false;
	} else if (r->backslash) {
		r->backslash = false;
	} else if (r->string && c == '\\') {
		r->backslash = true;
	} else if (c == '"') {
		r->string = !r->string;
	}
}

static const char *
attribute_begun(struct od_reader *r)
{
	if (!strcmp(r->attr, "style"))
		return "a style attribute: the pages' policy forbids it, use a class";
	if (r->attr[0] == 'o' && r->attr[1] == 'n')
		return "an event handler: the pages' policy forbids it";
	if (!strcmp(r->attr, "srcdoc"))
		return "an attribute that holds a whole page";
	r->begun = r->query = false;
	return NULL;
}

const char *
od_reader_step(struct od_reader *r, const char *p, size_t left)
{
	char c = *p;

	switch (r->state) {
	case OD_AT_TEXT:
		if (c == '<')
			r->state = OD_AT_LT;
		break;
	case OD_AT_LT:
		r->tag[0] = 0;
		r->attr[0] = 0;
		if (c == '!' && left > 2 && p[1] == '-' && p[2] == '-')
			r->state = OD_AT_COMMENT;
		else if (c == '!')
			r->state = OD_AT_DECL;
		else if (c == '/' || c == '?' || is_letter(c)) {
			append(r->tag, sizeof(r->tag), c);
			r->state = OD_AT_TAG_NAME;
		} else
			return "a '<' that begins no tag: write &lt;";
		break;
	case OD_AT_DECL:
		if (c == '>')
			r->state = OD_AT_TEXT;
		break;
	case OD_AT_COMMENT:
		if (c == '-' && left > 2 && p[1] == '-' && p[2] == '>')
			r->state = OD_AT_DECL;
		break;
	case OD_AT_TAG_NAME:
		if (is_space(c) || (c == '/' && r->tag[1]))
			r->state = OD_AT_TAG;
		else if (c == '>')
			open_content(r);
		else
			append(r->tag, sizeof(r->tag), c);
		break;
	case OD_AT_TAG:
		if (r->cut && !is_space(c) && c != '>' && c != '/' && c != '?')
			return "a name that goes on after a block";
		r->cut = false;
		if (c == '>') {
			open_content(r);
		} else if (!is_space(c) && c != '/' && c != '?') {
			r->attr[0] = 0;
			append(r->attr, sizeof(r->attr), c);
			r->state = OD_AT_ATTR_NAME;
		}
		break;
	case OD_AT_ATTR_NAME:
	case OD_AT_ATTR_AFTER:
		if (c == '=') {
			r->state = OD_AT_ATTR_EQ;
		} else if (c == '>') {
			open_content(r);
		} else if (is_space(c)) {
			r->state = OD_AT_ATTR_AFTER;
		} else if (r->state == OD_AT_ATTR_AFTER) {
			r->attr[0] = 0;
			append(r->attr, sizeof(r->attr), c);
			r->state = OD_AT_ATTR_NAME;
		} else {
			append(r->attr, sizeof(r->attr), c);
		}
		break;
	case OD_AT_ATTR_EQ:
		if (c == '"') {
			r->state = OD_AT_VALUE;
			return attribute_begun(r);
		}
		if (is_bare(c)) {
			r->state = OD_AT_BARE;
			return attribute_begun(r);
		}
		if (!is_space(c))
			return "an attribute without double quotes";
		break;
	case OD_AT_BARE:
		if (c == '>')
			open_content(r);
		else if (is_space(c))
			r->state = OD_AT_TAG;
		else if (!is_bare(c))
			return "an attribute without double quotes";
		break;
	case OD_AT_VALUE:
		if (c == '"') {
			r->state = OD_AT_TAG;
			break;
		}
		r->begun = true;
		if (c == '?' || c == '#')
			r->query = true;
		if (!strcmp(r->tag, "script") && !strcmp(r->attr, "type") && left > 4 &&
		    !memcmp(p, "json", 4) && p[4] == '"')
			r->json = true; /* application/ld+json, application/json */
		break;
	case OD_AT_SCRIPT:
		in_script(r, p, left);
		break;
	}
	return NULL;
}

enum od_place
od_reader_place(const struct od_reader *r)
{
	switch (r->state) {
	case OD_AT_TEXT:
		return r->plain ? OD_PLACE_PLAIN : OD_PLACE_TEXT;
	case OD_AT_VALUE:
		if (!is_url(r))
			return OD_PLACE_ATTRIBUTE;
		if (!strcmp(r->attr, "srcset"))
			return OD_PLACE_NONE;
		if (!r->begun)
			return OD_PLACE_URL;
		return r->query ? OD_PLACE_URL_QUERY : OD_PLACE_URL_PATH;
	case OD_AT_SCRIPT:
		return r->json && r->string ? OD_PLACE_JSON : OD_PLACE_NONE;
	default:
		return OD_PLACE_NONE;
	}
}

void
od_reader_value(struct od_reader *r)
{
	r->begun = true;
}

void
od_reader_block(struct od_reader *r)
{
	if (r->state == OD_AT_TAG_NAME || r->state == OD_AT_ATTR_NAME ||
	    r->state == OD_AT_BARE) {
		r->state = OD_AT_TAG;
		r->cut = true;
	}
}

bool
od_reader_join(struct od_reader *to, const struct od_reader *other)
{
	if (to->state != other->state || to->plain != other->plain ||
	    to->string != other->string)
		return false;
	if (to->state == OD_AT_VALUE && strcmp(to->attr, other->attr) != 0)
		return false;
	to->begun = to->begun && other->begun;
	to->cut = to->cut || other->cut;
	to->query = to->query || other->query;
	return true;
}
