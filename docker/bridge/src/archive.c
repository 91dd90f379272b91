/* Zip without compression: for each file a header and its bytes, at the end a directory of them all.
 *
 * Folders are walked without following links, links to files are followed: the archive has what is behind them. */
#include "archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    READ_BYTES = 16 * 1024,
    LOCAL_HEADER = 0x04034b50,
    DIRECTORY_HEADER = 0x02014b50,
    DIRECTORY_END = 0x06054b50,
    VERSION = 20,
    MADE_ON_UNIX = 3 << 8,
    NAMES_ARE_UTF8 = 1 << 11,
    FIRST_DAY = 1 << 5 | 1, /* of 1980: when a file was written says nothing about it */
    CRC_AT = 14,
};

struct walk {
    struct bytes *zip;
    struct bytes directory;
    unsigned files;
};

static bool too_large(void)
{
    errno = EFBIG;
    return false;
}

static void put(uint8_t *at, uint32_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static bool add(struct bytes *to, uint32_t value, size_t bytes)
{
    uint8_t encoded[4];

    put(encoded, value, bytes);
    return bytes_append(to, encoded, bytes);
}

static uint32_t crc_of(const char *data, size_t bytes)
{
    uint32_t table[256];
    uint32_t crc = UINT32_MAX;

    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = (table[i] & 1) != 0 ? table[i] >> 1 ^ 0xedb88320u : table[i] >> 1;
    }
    for (size_t i = 0; i < bytes; i++)
        crc = table[(crc ^ (uint8_t)data[i]) & 0xff] ^ crc >> 8;
    return ~crc;
}

/* The fields that both headers have; checksum and sizes of the first one are filled in when the file was read. */
static void add_fields(struct bytes *to, uint32_t crc, uint32_t size, const char *name)
{
    add(to, VERSION, 2);
    add(to, NAMES_ARE_UTF8, 2);
    add(to, 0, 2);
    add(to, 0, 2);
    add(to, FIRST_DAY, 2);
    add(to, crc, 4);
    add(to, size, 4);
    add(to, size, 4);
    add(to, (uint32_t)strlen(name), 2);
    add(to, 0, 2);
}

static void add_entry(struct walk *walk, const char *name, mode_t mode, size_t start, uint32_t crc, uint32_t size)
{
    struct bytes *directory = &walk->directory;

    add(directory, DIRECTORY_HEADER, 4);
    add(directory, MADE_ON_UNIX | VERSION, 2);
    add_fields(directory, crc, size, name);
    add(directory, 0, 2);
    add(directory, 0, 2);
    add(directory, 0, 2);
    add(directory, (uint32_t)mode << 16, 4);
    add(directory, (uint32_t)start, 4);
    bytes_add(directory, text_of(name));
}

static bool read_all(struct bytes *to, int fd)
{
    char part[READ_BYTES];
    ssize_t got;

    while ((got = read(fd, part, sizeof part)) > 0) {
        if (!bytes_append(to, part, (size_t)got))
            return too_large();
    }
    return got == 0;
}

static bool add_file(struct walk *walk, int fd, const char *name, mode_t mode)
{
    struct bytes *zip = walk->zip;
    size_t start = zip->used;
    size_t body;
    uint32_t crc;
    uint32_t size;

    if (++walk->files > ARCHIVE_FILES)
        return too_large();
    add(zip, LOCAL_HEADER, 4);
    add_fields(zip, 0, 0, name);
    bytes_add(zip, text_of(name));
    body = zip->used;
    if (!read_all(zip, fd))
        return false;
    if (zip->overflowed)
        return too_large();
    size = (uint32_t)(zip->used - body);
    crc = crc_of(zip->data + body, size);
    put((uint8_t *)zip->data + start + CRC_AT, crc, 4);
    put((uint8_t *)zip->data + start + CRC_AT + 4, size, 4);
    put((uint8_t *)zip->data + start + CRC_AT + 8, size, 4);
    add_entry(walk, name, mode, start, crc, size);
    return true;
}

static bool add_folder(struct walk *walk, int fd, const char *name, int depth);

static bool add_child(struct walk *walk, int folder, const char *child, const char *name, int depth)
{
    struct stat status;
    bool well = true;
    int fd;

    if (fstatat(folder, child, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    if (S_ISDIR(status.st_mode)) {
        fd = openat(folder, child, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        return fd >= 0 && add_folder(walk, fd, name, depth + 1);
    }
    /* Of a link that leads nowhere, or to no file, there is nothing to send. */
    if (fstatat(folder, child, &status, 0) != 0 || !S_ISREG(status.st_mode))
        return true;
    fd = openat(folder, child, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    well = add_file(walk, fd, name, status.st_mode);
    close(fd);
    return well;
}

/* Closes the folder. `name` is "" for the first one, else ends without a slash. */
static bool add_folder(struct walk *walk, int fd, const char *name, int depth)
{
    DIR *folder = depth > ARCHIVE_DEPTH ? NULL : fdopendir(fd);
    char path[ARCHIVE_NAME_BYTES];
    const struct dirent *child;
    bool well = true;

    if (folder == NULL) {
        close(fd);
        return depth > ARCHIVE_DEPTH ? too_large() : false;
    }
    while (well && (child = readdir(folder)) != NULL) {
        if (strcmp(child->d_name, ".") == 0 || strcmp(child->d_name, "..") == 0)
            continue;
        if (snprintf(path, sizeof path, "%s%s%s", name, name[0] == '\0' ? "" : "/", child->d_name) >= (int)sizeof path)
            well = too_large();
        else
            well = add_child(walk, fd, child->d_name, path, depth);
    }
    closedir(folder);
    return well;
}

static bool add_directory(struct walk *walk)
{
    struct bytes *zip = walk->zip;
    uint32_t start = (uint32_t)zip->used;

    bytes_add(zip, bytes_text(&walk->directory));
    add(zip, DIRECTORY_END, 4);
    add(zip, 0, 4);
    add(zip, walk->files, 2);
    add(zip, walk->files, 2);
    add(zip, (uint32_t)walk->directory.used, 4);
    add(zip, start, 4);
    add(zip, 0, 2);
    return (!zip->overflowed && !walk->directory.overflowed) || too_large();
}

bool archive_folder(struct bytes *zip, const char *folder)
{
    struct walk walk = {.zip = zip, .directory = {.limit = zip->limit}};
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool well = fd >= 0 && add_folder(&walk, fd, "", 0) && add_directory(&walk);
    int error = errno;

    bytes_erase(&walk.directory);
    errno = error;
    return well;
}

bool archive_base64(struct bytes *to, struct text data)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < data.bytes && !to->overflowed; i += 3) {
        size_t left = data.bytes - i < 3 ? data.bytes - i : 3;
        uint32_t group = 0;
        char out[4];

        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < left ? (uint8_t)data.at[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            out[k] = k <= left ? digits[group >> (18 - 6 * k) & 63] : '=';
        bytes_append(to, out, 4);
    }
    return !to->overflowed;
}
