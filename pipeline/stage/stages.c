#include <stddef.h>

#include "stage/stage.h"

const struct od_stage *const od_stages[] = {
    &od_stage_extract, &od_stage_validate, &od_stage_analyze, &od_stage_emit,
    &od_stage_portal,  &od_stage_seal,     &od_stage_upload,  NULL};
