#ifndef STAFFROOM_CMEMORY_H
#define STAFFROOM_CMEMORY_H

/// Lets each of the C library's heaps keep so many bytes that are free, rather than give them back and take them again.
void staffroom_memory_keep_free(int bytes);

/// Gives memory back to the system: what is free, and the pages of the program and its libraries, which come back from
/// the system's cache of files when they are used again.
void staffroom_memory_give_back(void);

#endif
