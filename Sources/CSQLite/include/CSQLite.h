#ifndef STAFFROOM_CSQLITE_H
#define STAFFROOM_CSQLITE_H

/// Has SQLite keep no statistics of its memory, which it would guard by one lock for all connections.
///
/// Call it before the first connection of the process is opened. Returns SQLITE_OK, or SQLITE_MISUSE when that is too
/// late; nothing is changed then, and nothing is slower than before.
int staffroom_sqlite_keep_no_memory_statistics(void);

#endif
