/* A folder as a zip archive, for programs that take code in no other way. */
#ifndef HEARTH_ARCHIVE_H
#define HEARTH_ARCHIVE_H

#include "bytes.h"

#include <stdbool.h>

enum {
    ARCHIVE_FILES = 16 * 1024,
    ARCHIVE_DEPTH = 32,
    ARCHIVE_NAME_BYTES = 1024,
};

/* Appends the archive of all files below the folder, uncompressed, to an empty buffer. False with errno: EFBIG is the
 * buffer's limit, or a bound of above. */
bool archive_folder(struct bytes *zip, const char *folder);

/* Appends base64. */
bool archive_base64(struct bytes *to, struct text data);

#endif
