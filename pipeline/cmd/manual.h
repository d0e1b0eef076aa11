/* manual.h - the manual page and the completion of bash, made of the tables. */
#ifndef OD_CMD_MANUAL_H
#define OD_CMD_MANUAL_H

/* odp(1), for man: commands, options, exit statuses, environment. */
void od_manual_print(void);

/* A script for bash that completes commands, their options and their values. */
void od_completion_print(void);

#endif
