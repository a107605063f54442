#ifndef STAFFROOM_CCLOCK_H
#define STAFFROOM_CCLOCK_H

/// Tells whether a program such as chrony or systemd-timesyncd keeps the system's clock right.
///
/// Returns 1 when the kernel says so, 0 when it says not, -1 when it cannot be asked. Changes nothing.
int staffroom_clock_is_synchronised(void);

#endif
