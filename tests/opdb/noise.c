#include "noise.h"

#include <stdbool.h>

/* What a text has caught; several at once. */
struct dirt {
	bool nbsp, zwsp, sara_am, thai_digits, blanks, breaks, crlf, double_e, marks;
};

static const char *const junk[] = {
    "<b>ด่วนที่สุด</b>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[รายละเอียด](javascript:alert(document.domain))",
    "[แผนที่](https://www.example.go.th/map?q=1&z=2)",
    "![ภาพ](data:text/html,<script>1</script>)",
    "{{7*7}} ${HOME} %s%n",
    "<!-- คัดลอกจาก Word -->",
    "&nbsp;&amp;&#x27;",
    "'; drop table project; --",
    "\\N \\. \"\" ''",
    "😀 ✅ 🌾",
    "👨‍👩‍👧‍👦 🇹🇭",
    "“ตามมติ” ‘ครม.’ – ๒๐๑๙",
    "a|b;c,d",
    "𝒙𝟙 ﬁ ½ №",
};

/* Spreadsheets take a cell that begins so for a formula. */
static const char *const triggers[] = {
    "=HYPERLINK(\"http://x.invalid\",\"คลิก\") ",
    "=1+1 ",
    "+",
    "-",
    "@SUM(A1) ",
    "-2+3 ",
    "=",
    "@",
};

static struct dirt
catch_dirt(struct od_rng *rng, enum od_noise kind)
{
	bool prose = kind == OD_NOISE_PROSE;
	struct dirt d;

	/* one statement each: in an initializer the order would be the compiler's */
	d.nbsp = od_rng_chance(rng, prose ? 300 : 60);
	d.zwsp = od_rng_chance(rng, prose ? 80 : 25);
	d.sara_am = od_rng_chance(rng, 34);
	d.thai_digits = od_rng_chance(rng, 60);
	d.blanks = od_rng_chance(rng, prose ? 200 : 60);
	d.breaks = od_rng_chance(rng, prose ? 150 : 0);
	d.crlf = od_rng_chance(rng, 200);
	d.double_e = od_rng_chance(rng, 2);
	d.marks = od_rng_chance(rng, prose ? 40 : 10);
	return d;
}

static void
put_blank(struct od_rng *rng, const struct dirt *d, struct od_text *out)
{
	uint32_t at = od_rng_below(rng, 40);

	if (d->breaks && at < 6)
		od_text_puts(out, d->crlf ? "\r\n" : "\n");
	else if (d->nbsp && at < 16)
		od_text_puts(out, "\u00a0");
	else if (d->blanks && at < 20)
		od_text_puts(out, "  ");
	else if (d->marks && at < 23)
		od_text_puts(out, at == 20 ? " ; " : at == 21 ? " | " : ", ");
	else
		od_text_put(out, " ", 1);
}

/* The character of three bytes at `p`, spoilt or not. */
static void
put_thai(struct od_rng *rng, const struct dirt *d, const char *p, struct od_text *out)
{
	bool leading_vowel = p[1] == '\xb9' && p[2] <= '\x84';

	if (d->zwsp && leading_vowel && od_rng_below(rng, 12) == 0)
		od_text_puts(out, "\u200b");
	if (d->sara_am && !memcmp(p, "ำ", 3))
		od_text_puts(out, "ํา");
	else if (d->double_e && !memcmp(p, "แ", 3))
		od_text_puts(out, "เเ");
	else
		od_text_put(out, p, 3);
}

static void
spoil(struct od_rng *rng, const struct dirt *d, const struct od_text *in,
      struct od_text *out)
{
	for (size_t i = 0; i < in->n;) {
		const char *p = in->p + i;

		if (*p == ' ') {
			put_blank(rng, d, out);
			i++;
		} else if (*p == '\xe0' && p[1] >= '\xb8' && p[1] <= '\xb9') {
			put_thai(rng, d, p, out);
			i += 3;
		} else if (d->thai_digits && *p >= '0' && *p <= '9') {
			char c[3] = {'\xe0', '\xb9', (char)('\x90' + (*p - '0'))};

			od_text_put(out, c, 3);
			i++;
		} else {
			od_text_put(out, p, 1);
			i++;
		}
	}
}

static void
make_extreme(struct od_rng *rng, struct od_text *t)
{
	static const char *const tiny[] = {"ฝาย", "ถนน", "ก",  "อบรม",
	                                   "X",   "๑",   "น้ำ", "ปูน"};
	size_t once = t->n;

	if (od_rng_chance(rng, 400)) {
		od_text_clear(t);
		od_text_puts(t, tiny[od_rng_below(rng, 8)]);
		return;
	}
	for (unsigned i = 4 + od_rng_below(rng, 16); i; i--) {
		od_text_puts(t, " และ");
		od_text_grow(t, once);
		od_text_put(t, t->p, once);
	}
}

void
od_noise_apply(struct od_rng *rng, enum od_noise kind, struct od_text *t,
               struct od_text *spare)
{
	struct dirt d = catch_dirt(rng, kind);
	struct od_text swap;

	if (kind == OD_NOISE_TITLE && od_rng_below(rng, 2000) == 0)
		make_extreme(rng, t);
	if (d.nbsp || d.zwsp || d.sara_am || d.thai_digits || d.blanks || d.breaks ||
	    d.double_e || d.marks) {
		od_text_clear(spare);
		spoil(rng, &d, t, spare);
		swap = *t;
		*t = *spare;
		*spare = swap;
	}
	if (od_rng_chance(rng, 4)) {
		od_text_put(t, " ", 1);
		od_text_puts(t, junk[od_rng_below(rng, sizeof(junk) / sizeof(*junk))]);
	}
	if (od_rng_below(rng, 10000) < (kind == OD_NOISE_TITLE ? 14 : 6)) {
		const char *s =
		    triggers[od_rng_below(rng, sizeof(triggers) / sizeof(*triggers))];

		od_text_insert(t, 0, s, strlen(s));
	} else if (kind != OD_NOISE_TITLE && od_rng_below(rng, 10000) < 3) {
		od_text_insert(t, 0, "\t", 1);
	}
}
