#ifndef STAFFROOM_CARCHIVE_H
#define STAFFROOM_CARCHIVE_H

#include <stddef.h>
#include <stdint.h>

/// A ZIP archive that is being written, or a ZIP or tar archive that is being read: libarchive's `struct archive`.
typedef struct CArchive CArchive;

/// What comes next in an archive that is read.
typedef struct {
    /// Its name as it stands there, of at most 1023 bytes and a zero; empty when it has none or a longer one.
    char name[1024];
    /// Whether it is a plain file: no folder, link or device.
    int is_file;
} CArchiveEntry;

/// Creates a file and begins a ZIP archive in it. NULL when the file cannot be made.
CArchive *_Nullable carchive_create(const char *_Nonnull path);
/// Begins an entry whose size is not known yet; ends the one before. Seconds since 1970. 0 when it went well.
int carchive_begin(CArchive *_Nonnull archive, const char *_Nonnull name, int64_t seconds);
/// Writes bytes of the entry. 0 when all were taken.
int carchive_write(CArchive *_Nonnull archive, const void *_Nonnull bytes, size_t count);
/// Ends the archive and frees it, whole or not. 0 when all of it is in the file.
int carchive_finish(CArchive *_Nonnull archive);

/// Opens a file to read it as ZIP or tar, the latter gzipped or not, and as nothing else. NULL when it is none of them.
CArchive *_Nullable carchive_open(const char *_Nonnull path);
/// Goes to the next entry. 1 when there is one, 0 at the end, -1 when it cannot be read.
int carchive_next(CArchive *_Nonnull archive, CArchiveEntry *_Nonnull entry);
/// Reads bytes of the entry. How many; 0 at its end, -1 when it cannot be read (damaged, encrypted).
int64_t carchive_read(CArchive *_Nonnull archive, void *_Nonnull bytes, size_t count);
/// Closes it and frees it.
void carchive_close(CArchive *_Nonnull archive);

#endif
