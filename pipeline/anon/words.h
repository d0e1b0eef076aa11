/*
 * words.h - the word lists of the recognizers: data, no code.
 *
 * All lists end with NULL. Latin words stand in lower case. Why a word is listed stands
 * beside it in words.c.
 */
#ifndef OD_ANON_WORDS_H
#define OD_ANON_WORDS_H

/* Before a number. */
extern const char *const od_words_id[];
extern const char *const od_words_phone[];
extern const char *const od_words_bank[];
extern const char *const od_words_passport[];

/* After the number of a telephone. */
extern const char *const od_words_extension[];

/* Before a person to be called or written to. */
extern const char *const od_words_contact[];

/* Around the number of a house. */
extern const char *const od_words_home[];
extern const char *const od_words_lives[];
extern const char *const od_words_moo[];
extern const char *const od_words_street[];
extern const char *const od_words_not_house[];

/* Before ไลน์ in other words. */
extern const char *const od_words_not_line[];

/* Words after "LINE" that are the name of a product, not of an account. */
extern const char *const od_words_line_product[];

#endif
