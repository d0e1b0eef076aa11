/*
 * process.h - a stage in a process of its own.
 *
 * The runner starts its own program again with the stage's name, an environment that
 * holds only what that stage may know (the source's URL for extract alone) and the
 * paths of the secrets it may open (the key for seal alone, the token for upload
 * alone). What the stage tells comes back in state/work/<stage>.json.
 */
#ifndef OD_RUN_PROCESS_H
#define OD_RUN_PROCESS_H

#include "run/options.h"
#include "stage/stage.h"

/* What a stage told, read back. Text lives in the arena. */
struct od_stage_result {
	uint64_t rows, files, bytes;
	double seconds;
	uint64_t peak; /* bytes of memory that its process held at most */
	const char *note, *source_hash, *created;
	bool unchanged;
};

/*
 * Runs a stage and waits. What the stage failed with is returned; with an empty message
 * if the stage had to print it itself.
 */
OD_CHECKED enum od_rc od_process_run(const struct od_stage *stage,
                                     const struct od_options *o, int lock_fd,
                                     struct od_arena *a, struct od_stage_result *out,
                                     struct od_err *err);

/*
 * In the stage's own process: does the work and writes the result file. After a failure
 * *tell is false if the runner will tell it, true if this process has to.
 */
OD_CHECKED enum od_rc od_process_stage(const struct od_stage *stage,
                                       const struct od_options *o, struct od_arena *run,
                                       bool *tell, struct od_err *err);

#endif
