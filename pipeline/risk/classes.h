/*
 * classes.h - how easily a record of a table is told apart from the others.
 *
 * Records that are alike in all quasi-identifiers (what an outsider may know of a
 * person: age, sex, district) are an equivalence class. Counted as rows pass; memory
 * grows with the number of classes and of values, not of rows. Cells are compared byte
 * by byte; an empty cell is a value like any other.
 *
 * With N records, J classes of sizes f_1 .. f_J and a threshold t:
 *
 *   k            min f_j                                                   [1]
 *   highest      1 / k, the prosecutor's risk of the worst record          [2] R_b
 *   average      J / N, the prosecutor's risk of records on average        [2] R_c
 *   at risk      sum of the f_j with 1 / f_j > t, over N                   [2] R_a
 *   distinction  J / N                                                     [3]
 *   separation   1 - sum f_j (f_j - 1) / (N (N - 1))                       [3]
 *
 * Journalist and marketer risk need the population that a sample was drawn from. None
 * is given here, so the table is its own population, as in ARX: journalist risk is
 * prosecutor risk, marketer risk is the average.
 *
 * For a sensitive column, p_v the share of value v in a class, q_v in the table:
 *
 *   distinct l   least number of values in a class                         [4]
 *   entropy l    least exp(- sum p_v ln p_v)                               [4]
 *   c            greatest p_1 / (p_2 + p_3 + ...), p sorted downwards:     [4]
 *                recursively (x, 2)-diverse for every x > c
 *   t            greatest sum |p_v - q_v| / 2: all values equally far      [5]
 *
 * [1] Sweeney, k-anonymity, IJUFKS 10(5), 2002
 * [2] El Emam, Guide to the De-Identification of Personal Health Information, 2013
 * [3] Motwani and Xu, Efficient algorithms for masking and finding quasi-identifiers
 * [4] Machanavajjhala and others, l-diversity, TKDD 1(1), 2007
 * [5] Li, Li and Venkatasubramanian, t-closeness, ICDE 2007
 *
 * An empty table has risk 0 and k 0.
 */
#ifndef OD_RISK_CLASSES_H
#define OD_RISK_CLASSES_H

#include <stddef.h>
#include <stdint.h>

#include "core/span.h"

struct od_classes;

struct od_risk {
	uint64_t records, classes;
	uint64_t k, largest; /* sizes of the smallest and the largest class */
	uint64_t uniques;    /* records that are alone in their class */
	double highest, average;
	double at_risk; /* share of records whose risk is above the threshold */
	double separation;
};

struct od_diversity {
	uint64_t distinct;
	double entropy;
	double c; /* INFINITY if a class has one value only */
	double t;
};

/* Never NULL. */
struct od_classes *od_classes_open(size_t n_quasi, size_t n_sensitive);
void od_classes_close(struct od_classes *c);

/* One record: its n_quasi and n_sensitive cells. Nothing is kept of the pointers. */
void od_classes_add(struct od_classes *c, const struct od_span *quasi,
                    const struct od_span *sensitive);

/* `threshold`: 0 to 1. */
void od_classes_risk(const struct od_classes *c, double threshold, struct od_risk *out);

/* Of the sensitive column with that number, from 0. */
void od_classes_diversity(const struct od_classes *c, size_t sensitive,
                          struct od_diversity *out);

#endif
