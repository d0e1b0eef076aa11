/* cmocka_first.h - cmocka, behind the headers that it expects to come first. */
#ifndef OD_TEST_CMOCKA_FIRST_H
#define OD_TEST_CMOCKA_FIRST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#endif
