/* compiler.h - what we ask of the compiler, in words. */
#ifndef OD_CORE_COMPILER_H
#define OD_CORE_COMPILER_H

/* The result must be looked at: the function can fail. */
#define OD_CHECKED __attribute__((warn_unused_result))

/* Argument `fmt` is a printf format for the arguments from `first` on. */
#define OD_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

#define OD_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
