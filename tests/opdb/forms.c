/*
 * The ways people write numbers. A pattern holds one # for each digit, in
 * order; before it, T turns all digits into Thai ones, W into full-width ones,
 * M turns those of the second half into Thai ones.
 */
#include <string.h>

#include "plant.h"

static const char *const citizen_forms[] = {
    "#############",
    "#-####-#####-##-#",
    "# #### ##### ## #",
    "#–####–#####–##–#",
    "#.####.#####.##.#",
    "#\u00a0####\u00a0#####\u00a0##\u00a0#",
    "#####\u200b########",
    "######\u200b#######",
    "T#############",
    "T#-####-#####-##-#",
    "T# #### ##### ## #",
    "M#############",
    "W#############",
    "# ############",
    "#-############",
    "#####-########",
    "#-####-#####-###",
    "#\u2011####\u2011#####\u2011##\u2011#",
    "# - #### - ##### - ## - #",
    "#_####_#####_##_#",
    "#/####/#####/##/#",
};

static const char *const mobile_forms[] = {
    "##########",
    "###-###-####",
    "###-#######",
    "##-####-####",
    "### ### ####",
    "### #######",
    "T###-#######",
    "T##########",
    "T##-####-####",
    "###.###.####",
    "###–###–####",
    "(###) ###-####",
    "###\u00a0###\u00a0####",
    "###\u200b#######",
    "# #### #####",
    "M###-###-####",
};

/* The first digit, 0, is left out. */
static const char *const foreign_forms[] = {
    "+66#########",  "+66 ## ### ####", "+66-##-###-####", "+66(0)##-###-####",
    "0066#########", "66#########",     "T+๖๖#########",
};

static const char *const account_forms[] = {
    "###-#-#####-#", "###-#-#####-#", "###-#-#####-#",  "### # ##### #",
    "###–#–#####–#", "##########",    "T###-#-#####-#",
};

static void
put_digit(char digit, char style, struct od_text *out)
{
	char thai[3] = {'\xe0', '\xb9', (char)('\x90' + (digit - '0'))};
	char wide[3] = {'\xef', '\xbc', (char)('\x90' + (digit - '0'))};

	if (style == 'T')
		od_text_put(out, thai, 3);
	else if (style == 'W')
		od_text_put(out, wide, 3);
	else
		od_text_put(out, &digit, 1);
}

static void
fill(const char *pattern, const char *digits, struct od_text *out)
{
	char style = '\0';
	size_t used = 0, half = strlen(digits) / 2;

	if (*pattern == 'T' || *pattern == 'W' || *pattern == 'M')
		style = *pattern++;
	for (; *pattern; pattern++) {
		if (*pattern != '#') {
			od_text_put(out, pattern, 1);
			continue;
		}
		put_digit(digits[used],
		          style == 'M' ? (used < half ? '\0' : 'T') : style, out);
		used++;
	}
}

#define PICK(rng, list) (list)[od_rng_below((rng), sizeof(list) / sizeof(*(list)))]

void
od_form_citizen_id(struct od_rng *rng, const char *digits, struct od_text *out)
{
	fill(PICK(rng, citizen_forms), digits, out);
}

void
od_form_mobile(struct od_rng *rng, const char *digits, struct od_text *out)
{
	if (od_rng_chance(rng, 220))
		fill(PICK(rng, foreign_forms), digits + 1, out);
	else
		fill(PICK(rng, mobile_forms), digits, out);
}

void
od_form_account(struct od_rng *rng, const char *digits, struct od_text *out)
{
	fill(PICK(rng, account_forms), digits, out);
}

/* "71/24 หมู่ที่ 5" */
void
od_form_house(struct od_rng *rng, const char *house, struct od_text *out)
{
	uint32_t how = od_rng_below(rng, 10);
	const char *moo = strstr(house, " หมู่ที่ ");
	size_t word = strlen(" หมู่ที่ ");

	if (how == 0) { /* Thai digits */
		for (const char *p = house; *p; p++)
			if (*p >= '0' && *p <= '9')
				put_digit(*p, 'T', out);
			else
				od_text_put(out, p, 1);
		return;
	}
	od_text_put(out, house, (size_t)(moo - house));
	od_text_puts(out, how == 1   ? " หมู่ "
	                  : how == 2 ? " ม."
	                  : how == 3 ? " หมู่ที่"
	                             : " หมู่ที่ ");
	od_text_puts(out, moo + word);
}
