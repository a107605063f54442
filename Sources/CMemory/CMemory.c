#define _GNU_SOURCE
#include "CMemory.h"

// Says whether this is the GNU C library.
#include <stdint.h>

#ifdef __GLIBC__
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

/// Lets go the pages of one library that cannot have been written to.
static int give_back_code(struct dl_phdr_info *library, size_t size, void *data) {
    (void)size;
    (void)data;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < library->dlpi_phnum; index++) {
        const ElfW(Phdr) *segment = &library->dlpi_phdr[index];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) continue;
        uintptr_t start = (library->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = library->dlpi_addr + segment->p_vaddr + segment->p_memsz;
        madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void staffroom_memory_keep_free(int bytes) { mallopt(M_TRIM_THRESHOLD, bytes); }

void staffroom_memory_give_back(void) {
    malloc_trim(0);
    dl_iterate_phdr(give_back_code, NULL);
}
#else
void staffroom_memory_keep_free(int bytes) { (void)bytes; }
void staffroom_memory_give_back(void) {}
#endif
