#include "CClock.h"

#ifdef __linux__
#include <sys/timex.h>

int staffroom_clock_is_synchronised(void) {
    struct timex time = {.modes = 0};
    int state = adjtimex(&time);
    if (state == -1) return -1;
    return state != TIME_ERROR && (time.status & STA_UNSYNC) == 0;
}
#else
int staffroom_clock_is_synchronised(void) { return -1; }
#endif
