#include "CArchive.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

static struct archive *of(CArchive *archive) { return (struct archive *)archive; }

CArchive *carchive_create(const char *path) {
    struct archive *archive = archive_write_new();
    if (archive == NULL) return NULL;
    if (archive_write_set_format_zip(archive) != ARCHIVE_OK || archive_write_open_filename(archive, path) != ARCHIVE_OK) {
        archive_write_free(archive);
        return NULL;
    }
    return (CArchive *)archive;
}

int carchive_begin(CArchive *archive, const char *name, int64_t seconds) {
    struct archive_entry *entry = archive_entry_new();
    if (entry == NULL) return -1;
    archive_entry_set_pathname_utf8(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, (time_t)seconds, 0);
    int status = archive_write_header(of(archive), entry);
    archive_entry_free(entry);
    // A warning is about a name that another character set cannot write; ours are ASCII.
    return status == ARCHIVE_OK || status == ARCHIVE_WARN ? 0 : -1;
}

int carchive_write(CArchive *archive, const void *bytes, size_t count) {
    const char *rest = bytes;
    while (count > 0) {
        la_ssize_t written = archive_write_data(of(archive), rest, count);
        if (written <= 0) return -1;
        rest += written;
        count -= (size_t)written;
    }
    return 0;
}

int carchive_finish(CArchive *archive) {
    int status = archive_write_close(of(archive));
    archive_write_free(of(archive));
    return status == ARCHIVE_OK ? 0 : -1;
}

CArchive *carchive_open(const char *path) {
    struct archive *archive = archive_read_new();
    if (archive == NULL) return NULL;
    // Nothing else: each format and filter is a parser that strangers' bytes would reach.
    if (archive_read_support_format_zip(archive) != ARCHIVE_OK || archive_read_support_format_tar(archive) != ARCHIVE_OK ||
        archive_read_support_filter_gzip(archive) != ARCHIVE_OK ||
        archive_read_open_filename(archive, path, 1 << 16) != ARCHIVE_OK) {
        archive_read_free(archive);
        return NULL;
    }
    return (CArchive *)archive;
}

int carchive_next(CArchive *archive, CArchiveEntry *result) {
    struct archive_entry *entry = NULL;
    int status;
    do { status = archive_read_next_header(of(archive), &entry); } while (status == ARCHIVE_RETRY);
    if (status == ARCHIVE_EOF) return 0;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return -1;
    result->name[0] = 0;
    const char *name = archive_entry_pathname_utf8(entry);
    if (name == NULL) name = archive_entry_pathname(entry);
    if (name != NULL && strlen(name) < sizeof result->name) strcpy(result->name, name);
    result->is_file = archive_entry_filetype(entry) == AE_IFREG && archive_entry_hardlink(entry) == NULL &&
        archive_entry_symlink(entry) == NULL;
    return 1;
}

int64_t carchive_read(CArchive *archive, void *bytes, size_t count) {
    la_ssize_t read = archive_read_data(of(archive), bytes, count);
    return read < 0 ? -1 : (int64_t)read;
}

void carchive_close(CArchive *archive) { archive_read_free(of(archive)); }
