#include "../core/cmocka_first.h"

#include <math.h>

#include "risk/classes.h"

/* A table as one text: cells end with a comma, the last of a row with a semicolon. */
static struct od_classes *
read_table(const char *text, size_t n_quasi, size_t n_sensitive)
{
	struct od_classes *c = od_classes_open(n_quasi, n_sensitive);
	struct od_span cells[8];
	size_t n = 0;

	for (const char *p = text; *p; p++) {
		const char *end = p + strcspn(p, ",;");

		cells[n++] = (struct od_span){p, (size_t)(end - p)};
		p = end;
		if (*p == ';') {
			assert_int_equal(n, n_quasi + n_sensitive);
			od_classes_add(c, cells, cells + n_quasi);
			n = 0;
		}
	}
	return c;
}

static struct od_risk
risk_of(const char *text, size_t n_quasi, double threshold)
{
	struct od_classes *c = read_table(text, n_quasi, 0);
	struct od_risk r;

	od_classes_risk(c, threshold, &r);
	od_classes_close(c);
	return r;
}

#define NEAR(a, b) assert_true(fabs((a) - (b)) <= 1e-12)

/* The seven persons of ARX's own tests, and what ARX asserts of them. */
static void
risks_are_those_that_arx_publishes(void **state)
{
	struct od_risk r = risk_of("34,male,81667;45,female,81675;66,male,81925;"
	                           "70,female,81931;34,female,81931;70,male,81931;"
	                           "45,male,81931;",
	                           3, 0.5);

	(void)state;
	assert_int_equal(r.records, 7);
	assert_int_equal(r.k, 1);
	NEAR(r.highest, 1.0);
	NEAR(r.average, 1.0);
	NEAR(r.at_risk, 1.0);

	/* the same, 2-anonymous: age below 50 or not, no sex, three digits of the code
	 */
	r = risk_of("<50,*,816**;<50,*,816**;>=50,*,819**;>=50,*,819**;<50,*,819**;"
	            ">=50,*,819**;<50,*,819**;",
	            3, 0.4);
	assert_int_equal(r.k, 2);
	assert_int_equal(r.largest, 3);
	assert_int_equal(r.uniques, 0);
	NEAR(r.highest, 0.5);
	NEAR(r.average, 0.42857142857142855);
	NEAR(r.at_risk, 4.0 / 7);
}

/* ARX asserts distinction and separation of every choice of these three columns. */
static void
separation_is_that_of_arx(void **state)
{
	static const struct {
		const char *table;
		size_t n;
		double distinction, separation;
	} cases[] = {
	    {"F;F;F;M;M;", 1, 0.4, 0.6},
	    {"CA;CA;TX;NY;CA;", 1, 0.6, 0.7},
	    {"20;30;40;20;40;", 1, 0.6, 0.8},
	    {"F,CA;F,CA;F,TX;M,NY;M,CA;", 2, 0.8, 0.9},
	    {"20,CA;30,CA;40,TX;20,NY;40,CA;", 2, 1.0, 1.0},
	    {"F,20,CA;F,30,CA;F,40,TX;M,20,NY;M,40,CA;", 3, 1.0, 1.0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct od_risk r = risk_of(cases[i].table, cases[i].n, 1);

		NEAR(r.average, cases[i].distinction);
		NEAR(r.separation, cases[i].separation);
	}
}

static void
cells_do_not_run_together(void **state)
{
	(void)state;
	assert_int_equal(risk_of("ab,c;a,bc;", 2, 1).classes, 2);
	assert_int_equal(risk_of(",a;a,;", 2, 1).classes, 2);
	assert_int_equal(risk_of("12345678,x;12345678,x;1234567,8x;", 2, 1).classes, 2);
}

static void
many_classes_are_told_apart(void **state)
{
	struct od_classes *c = od_classes_open(1, 0);
	struct od_risk r;
	char text[16];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 50000; i++) {
			struct od_span cell = {text, 0};

			cell.n = (size_t)snprintf(text, sizeof(text), "%d", i);
			od_classes_add(c, &cell, NULL);
		}
	od_classes_risk(c, 0.5, &r);
	assert_int_equal(r.records, 100000);
	assert_int_equal(r.classes, 50000);
	assert_int_equal(r.k, 2);
	assert_int_equal(r.largest, 2);
	NEAR(r.at_risk, 0); /* a risk of one half is not above one half */
	od_classes_close(c);
}

static void
an_empty_table_has_no_risk(void **state)
{
	struct od_classes *c = od_classes_open(2, 1);
	struct od_diversity d;
	struct od_risk r;

	(void)state;
	od_classes_risk(c, 0, &r);
	assert_int_equal(r.k, 0);
	NEAR(r.highest, 0);
	NEAR(r.average, 0);
	od_classes_diversity(c, 0, &d);
	assert_int_equal(d.distinct, 0);
	od_classes_close(c);
	r = risk_of("a;", 1, 0.5);
	assert_int_equal(r.uniques, 1);
	NEAR(r.separation, 0);
	od_classes_close(NULL);
}

/*
 * By hand: class A has x x y z, class B x y y y; in all x 3/8, y 4/8, z 1/8.
 * exp(entropy) of A = 2^1.5, of B = 4^(1/4) (4/3)^(3/4); c of A = 2/2, of B = 3/1;
 * t of A = (1/8 + 2/8 + 1/8) / 2, of B = (1/8 + 2/8 + 1/8) / 2.
 */
static void
diversity_is_that_of_the_worst_class(void **state)
{
	struct od_classes *c =
	    read_table("A,x,1;B,y,1;A,x,1;B,x,2;A,y,2;B,y,2;A,z,3;B,y,3;", 1, 2);
	struct od_diversity d;

	(void)state;
	od_classes_diversity(c, 0, &d);
	assert_int_equal(d.distinct, 2);
	NEAR(d.entropy, pow(4, 0.25) * pow(4.0 / 3, 0.75));
	NEAR(d.c, 3);
	NEAR(d.t, 0.25);
	od_classes_diversity(c, 1, &d);
	assert_int_equal(d.distinct, 3);
	NEAR(d.entropy, pow(2, 1.5));
	NEAR(d.c, 1);
	od_classes_close(c);

	c = read_table("A,x;A,x;B,x;B,y;", 1, 1);
	od_classes_diversity(c, 0, &d);
	assert_int_equal(d.distinct, 1);
	NEAR(d.entropy, 1);
	assert_true(isinf(d.c));
	NEAR(d.t, 0.25);
	od_classes_close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(risks_are_those_that_arx_publishes),
	    cmocka_unit_test(separation_is_that_of_arx),
	    cmocka_unit_test(cells_do_not_run_together),
	    cmocka_unit_test(many_classes_are_told_apart),
	    cmocka_unit_test(an_empty_table_has_no_risk),
	    cmocka_unit_test(diversity_is_that_of_the_worst_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
