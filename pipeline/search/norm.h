/*
 * norm.h - the form in which a query and a text are compared.
 *
 * Two texts that people would call the same are made the same, in this order: NFC;
 * U+200B, U+2060 and U+FEFF go; sara am becomes its two halves; the marks on a
 * consonant are put in order (vowels, tones, thanthakhat) and a repeated one goes; Thai
 * digits become 0 to 9; capitals become small; white space, paiyan noi, mai yamok and
 * full stops become one space, none at the ends. site-templates/assets/search.js does
 * the same; tests/integration/search.sh holds the two together.
 *
 * The result is a string of symbols, one byte a character: ASCII as it is, U+0E00 to
 * U+0E7F as 0x80 to 0xff, any other as 0x02 and six symbols 0x10 to 0x1f, which occur
 * nowhere else. A text is part of another if and only if its symbols are. 0 never
 * occurs: it ends a text in the index.
 */
#ifndef OD_SEARCH_NORM_H
#define OD_SEARCH_NORM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

/* Memory that is used again. Zeroed is empty. */
struct od_norm {
	struct {
		uint32_t *p;
		size_t n, cap;
	} c;
};

/* Appends the symbols of valid UTF-8. */
void od_norm_put(struct od_norm *m, struct od_buf *to, struct od_span text);
void od_norm_release(struct od_norm *m);

/* White space as \s of JavaScript has it. */
bool od_norm_is_space(uint32_t c);

/* The same bytes a character for a text that is not compared but shown. */
void od_symbols_put(struct od_buf *to, struct od_span text);
void od_symbols_text(struct od_buf *to, struct od_span symbols);

#endif
