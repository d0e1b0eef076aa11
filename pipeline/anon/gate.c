#include "anon/gate.h"

#include "anon/titles.h"

#include <assert.h>

struct od_gates od_gates;

/* The row of a word's first three letters. */
static uint8_t *
row_of(const char *word, const char *end)
{
	static uint16_t used;
	uint64_t key = od_gate_key(word, end);
	unsigned slot = od_gate_slot(key);

	while (od_gates.rows[slot] && od_gates.keys[slot] != key)
		slot = (slot + 1) % OD_GATE_SLOTS;
	if (od_gates.rows[slot] == 0) {
		assert(used + 1 < OD_GATE_ROWS);
		od_gates.rows[slot] = ++used;
		od_gates.keys[slot] = key;
	}
	return od_gates.lists[od_gates.rows[slot]];
}

/*
 * Behind the letters of a short word anything may follow; so it may behind a dot. A
 * word of two letters would need a row for each third one: none is so short.
 */
static void
word_put(const char *word, unsigned list)
{
	const char *end = word + strlen(word);
	uint8_t *row = row_of(word, end);

	assert(end - word != 6);
	if (end - word > 9 && word[3] != '.' && word[6] != '.') {
		row[od_gate_letter(word + 9, end)] |= (uint8_t)list;
		return;
	}
	for (unsigned i = 0; i < 128; i++)
		row[i] |= (uint8_t)list;
}

static void
words_put(const char *const *words, unsigned list)
{
	for (; *words; words++)
		word_put(*words, list);
}

__attribute__((constructor)) static void
make(void)
{
	for (size_t i = 0; i < 128; i++)
		for (const struct od_title *t = od_titles[i]; t && t->word; t++)
			word_put(t->word, OD_GATE_TITLE);
	word_put("ไลน์", OD_GATE_TITLE);
	words_put(od_weak_titles, OD_GATE_LEAD);
	words_put(od_weak_leads, OD_GATE_LEAD);
	words_put(od_no_guess, OD_GATE_NO_GUESS);
}
