#include "anon/doubt.h"

#include "anon/anon.h"
#include "anon/scan.h"

enum { GROUPS = 8, LINKS = 3 };

/* Where a rule begins to look. */
enum anchor {
	AFTERWARDS, /* nowhere here: redact itself holds it */
	NUMBER,     /* digits, also in groups: `min` to `max`, after one of `words` */
	TITLE,      /* one of `words`, then what no detector takes for a name */
	MARKER, /* a name that was cut: `words`, a number, and one of `also` follow */
	WORD,   /* one of `words` itself */
};

struct rule {
	struct od_doubt told;
	enum anchor anchor;
	const char *const *words, *const *also;
	size_t within; /* bytes from the anchor to the word */
	unsigned min, max;
	bool zero; /* the number begins with 0 */
};

static const char *const id_words[] = {
    "ประจำตัวประชาชน", "บัตรประชาชน", "เลขประชาชน", "เลขบัตร",
    "citizen id",     "id card",    NULL};
static const char *const phone_words[] = {"โทร", "มือถือ", "เบอร์", "tel", "mobile", NULL};
static const char *const account_words[] = {"เลขที่บัญชี",   "เลขบัญชี", "พร้อมเพย์",
                                            "promptpay", "a/c no", NULL};
static const char *const passport_words[] = {"หนังสือเดินทาง", "พาสปอร์ต", "passport",
                                             NULL};
static const char *const titles[] = {"นางสาว", "เด็กชาย", "เด็กหญิง", "นาย",
                                     "นาง",    "น.ส.",   "ด.ช.",   "ด.ญ.",
                                     "mr.",    "mrs.",   "ms.",    NULL};
static const char *const spaced_titles[] = {"น า ย ", "น า ง ", NULL};
static const char *const mail_hosts[] = {"gmail.com",   "hotmail.com", "hotmail.co.th",
                                         "yahoo.com",   "yahoo.co.th", "outlook.com",
                                         "outlook.co.", NULL};
static const char *const age_words[] = {"อายุ", NULL};
static const char *const health_words[] = {"ทุพพลภาพ", "พิการ",  "ป่วย",   "ติดเตียง",
                                           "เป็นโรค",  "มะเร็ง", "จิตเวช", NULL};

static const struct rule remains = {
    .told = {OD_DOUBT_REMAINS, "personal data is found again after each cutting"},
    .anchor = AFTERWARDS};
static const struct rule id_mistyped = {
    .told = {"id_mistyped", "a number called that of an identity card, with a digit "
                            "too many or too few"},
    .anchor = NUMBER,
    .words = id_words,
    .within = 72,
    .min = 11,
    .max = 16};
static const struct rule phone_mistyped = {
    .told = {"phone_mistyped", "a number called that of a telephone, with a digit too "
                               "many or too few"},
    .anchor = NUMBER,
    .words = phone_words,
    .within = 30,
    .min = 8,
    .max = 12,
    .zero = true};
static const struct rule account_mistyped = {
    .told = {"account_mistyped", "a number called that of a bank account, of a length "
                                 "that none has"},
    .anchor = NUMBER,
    .words = account_words,
    .within = 64,
    .min = 7,
    .max = 20};
static const struct rule passport_mistyped = {
    .told = {"passport_mistyped", "a number called that of a passport, without its "
                                  "letters"},
    .anchor = NUMBER,
    .words = passport_words,
    .within = 80,
    .min = 7,
    .max = 10};
static const struct rule title_without_name = {
    .told = {"title_without_name", "a title before an initial, a name in quotes or "
                                   "brackets, or one in Latin letters"},
    .anchor = TITLE,
    .words = titles};
static const struct rule title_spaced = {
    .told = {"title_spaced", "a title written with a space after each letter"},
    .anchor = WORD,
    .words = spaced_titles};
static const struct rule mail_in_words = {
    .told = {"mail_in_words", "the name of a mail service, as in an address that lost "
                              "its sign"},
    .anchor = WORD,
    .words = mail_hosts};
static const struct rule health_of_person = {
    .told = {"health_of_person", "age and health of a person whose name was cut"},
    .anchor = MARKER,
    .words = age_words,
    .also = health_words,
    .within = 160};

static const struct rule *const rules[] = {
    &id_mistyped,        &phone_mistyped, &account_mistyped, &passport_mistyped,
    &title_without_name, &title_spaced,   &mail_in_words,    &health_of_person};

const struct od_doubt *const od_doubts[] = {
    &remains.told,           &id_mistyped.told,
    &phone_mistyped.told,    &account_mistyped.told,
    &passport_mistyped.told, &title_without_name.told,
    &title_spaced.told,      &mail_in_words.told,
    &health_of_person.told,  NULL};

/* `word` stands at `p`, Latin letters in either case. */
static bool
stands(const char *p, const char *end, const char *word)
{
	for (; *word; word++, p++) {
		if (p >= end)
			return false;
		if (*p != *word && !(*p >= 'A' && *p <= 'Z' && *p + 32 == *word))
			return false;
	}
	return true;
}

/* Past the first of the words that stands at `p`, or NULL. */
static const char *
any_stands(const char *p, const char *end, const char *const *words)
{
	for (; *words; words++)
		if (stands(p, end, *words))
			return p + strlen(*words);
	return NULL;
}

/* Past the first of the words between `from` and `to`, or NULL. */
static const char *
find_word(const char *from, const char *to, const char *const *words)
{
	for (const char *p = from; p < to; p++) {
		const char *past = any_stands(p, to, words);

		if (past)
			return past;
	}
	return NULL;
}

/* Digits from `p` on, in groups with short links between. */
struct number {
	unsigned n;              /* groups */
	unsigned digits[GROUPS]; /* up to the end of each group */
	bool zero, years;        /* begins with 0; all groups have four digits */
	const char *first_end;   /* of the first group */
};

static struct number
read_number(const char *p, const char *end)
{
	struct number x = {.years = true};
	unsigned all = 0, v = 0, n = od_digit(p, end, &v);

	x.zero = v == 0;
	while (x.n < GROUPS) {
		unsigned here = 0, links = 0;

		for (; (n = od_digit(p, end, &v)) != 0; p += n)
			here++;
		if (!here)
			break;
		x.years &= here == 4;
		all += here;
		x.digits[x.n++] = all;
		if (x.n == 1)
			x.first_end = p;
		for (; links < LINKS && p < end; links++, p += n) {
			n = od_dash(p, end);
			if (!n && !strchr(" ./_()", *p))
				break;
			n = n ? n : 1;
		}
	}
	return x;
}

/* Whole groups from the first on have as many digits as the rule asks for. */
static bool
fits(const struct rule *r, const struct number *x)
{
	if ((r->zero && !x->zero) || (x->years && x->n > 1))
		return false;
	for (unsigned i = 0; i < x->n; i++)
		if (x->digits[i] >= r->min && x->digits[i] <= r->max)
			return true;
	return false;
}

/* A number does not belong to the word before another one that was cut. */
static const char *
back(const char *begin, const char *p, size_t within)
{
	const char *from = (size_t)(p - begin) > within ? p - within : begin;

	for (const char *q = p; q > from; q--)
		if (q[-1] == ']' || q[-1] == '\n')
			return q;
	return from;
}

static const struct rule *
of_number(const char *begin, const char *p, const char *end, const char **next)
{
	struct number x = read_number(p, end);

	*next = x.first_end;
	if (x.digits[x.n - 1] < 7)
		return NULL;
	for (size_t i = 0; i < OD_ARRAY_LEN(rules); i++)
		if (rules[i]->anchor == NUMBER && fits(rules[i], &x) &&
		    find_word(back(begin, p, rules[i]->within), p, rules[i]->words))
			return rules[i];
	return NULL;
}

static bool
is_consonant(const char *p, const char *end)
{
	unsigned i;

	if (end - p < 3 || (unsigned char)p[0] != 0xe0 || (unsigned char)p[1] != 0xb8)
		return false;
	i = (unsigned char)p[2] & 0x3f;
	return i >= 0x01 && i <= 0x2e;
}

/* An initial, a word in quotes or brackets, or a capital letter and a small one. */
static bool
is_no_name(const char *p, const char *end)
{
	static const char *const quotes[] = {"\"", "(", "'", "“", "‘", NULL};
	const char *inside = any_stands(p, end, quotes);

	if (inside)
		return od_is_thai(inside, end) ||
		       (inside < end && *inside >= 'A' && *inside <= 'Z');
	if (is_consonant(p, end) && p + 3 < end && p[3] == '.')
		return true;
	return end - p >= 2 && p[0] >= 'A' && p[0] <= 'Z' &&
	       ((p[1] >= 'a' && p[1] <= 'z') || p[1] == '.' || p[1] == ' ');
}

static bool
of_title(const struct rule *r, const char *begin, const char *p, const char *end)
{
	const char *past = any_stands(p, end, r->words);

	if (!past || (p > begin &&
	              (od_is_thai_before(begin, p) || (p[-1] >= 'A' && p[-1] <= 'z'))))
		return false;
	return is_no_name(od_spaces(past, end, 2), end);
}

/* A space follows the words of WORD themselves; a host may stand behind any letter. */
static bool
of_word(const struct rule *r, const char *begin, const char *p, const char *end)
{
	return any_stands(p, end, r->words) &&
	       !((unsigned char)*p == 0xe0 && od_is_thai_before(begin, p));
}

static bool
of_marker(const struct rule *r, const char *p, const char *end)
{
	const char *marker = od_pii_kinds[OD_PII_NAME].marker, *stop;
	unsigned v;

	if (!stands(p, end, marker))
		return false;
	p += strlen(marker);
	stop = (size_t)(end - p) > r->within ? p + r->within : end;
	p = find_word(p, stop, r->words);
	return p && od_digit(od_spaces(p, end, 2), end, &v) &&
	       find_word(p, stop, r->also) != NULL;
}

/* What a byte may begin: most begin nothing, and are passed over. */
enum { NOTHING, THAI, DIGIT, LETTER };

static const unsigned char begins[256] = {
    ['0'] = DIGIT,  DIGIT,          DIGIT,          DIGIT,          DIGIT,
    DIGIT,          DIGIT,          DIGIT,          DIGIT,          DIGIT,
    ['['] = LETTER, ['M'] = LETTER, ['m'] = LETTER, ['G'] = LETTER, ['g'] = LETTER,
    ['H'] = LETTER, ['h'] = LETTER, ['Y'] = LETTER, ['y'] = LETTER, ['O'] = LETTER,
    ['o'] = LETTER, [0xe0] = THAI,  [0xef] = DIGIT};

/*
 * A title's first two letters by a bit each: NA is no nu and sara aa, DOT an
 * abbreviation, GAP a title in spaced letters, DEK sara e and do dek, ANY a Thai digit.
 * Two look-ups without a branch pass over most of a Thai text.
 */
enum { NA = 1, DOT = 2, GAP = 4, DEK = 8, ANY = 16 };

static const unsigned char firsts[128] = {[0x14] = DOT, [0x19] = NA | DOT | GAP,
                                          [0x40] = DEK, [0x50] = ANY,
                                          ANY,          ANY,
                                          ANY,          ANY,
                                          ANY,          ANY,
                                          ANY,          ANY,
                                          ANY};
static const unsigned char seconds[128] = {[0x14] = DEK, [0x32] = NA};

static unsigned
thai_index(const char *p)
{
	return ((unsigned)p[1] & 1) << 6 | ((unsigned)p[2] & 0x3f);
}

/* Whether something may begin at the Thai letter; nine bytes can be read. */
static bool
thai_begins(const char *p)
{
	unsigned next = p[3] == '.' ? DOT : p[3] == ' ' ? GAP : 0;
	unsigned letter = seconds[thai_index(p + 3)];

	next |= (unsigned char)p[3] == 0xe0 ? letter : 0;
	next = firsts[thai_index(p)] & (next | ANY);
	/* Many words have this syllable; only two titles go on so. */
	return next == NA ? p[8] == '\xa2' || p[8] == '\x87' : next != 0;
}

static const struct rule *
of_letter(const char *begin, const char *p, const char *end)
{
	for (size_t i = 0; i < OD_ARRAY_LEN(rules); i++) {
		const struct rule *r = rules[i];

		if ((r->anchor == TITLE && of_title(r, begin, p, end)) ||
		    (r->anchor == WORD && of_word(r, begin, p, end)) ||
		    (r->anchor == MARKER && of_marker(r, p, end)))
			return r;
	}
	return NULL;
}

const struct od_doubt *
od_doubt_find(struct od_span text)
{
	const char *p = text.p, *end = text.p + text.n;

	for (const char *next; p < end; p = next) {
		const struct rule *r = NULL;
		unsigned v, kind = begins[(unsigned char)*p];

		next = p + 1;
		if (kind == NOTHING)
			continue;
		if (kind == THAI) {
			next = end - p >= 3 ? p + 3 : end;
			if (end - p >= 9 && !thai_begins(p))
				continue;
		}
		if (od_digit(p, end, &v))
			r = of_number(text.p, p, end, &next);
		else if (kind != DIGIT)
			r = of_letter(text.p, p, end);
		if (r)
			return &r->told;
	}
	return NULL;
}
