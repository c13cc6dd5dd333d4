/* Loaded before libc: while the file named by FAULT_FILE holds a letter, writes to store files fail as it says.
   s: fsync fails; w: write fails; f: the disk is full; t: half of a write arrives, then the disk fails. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char fault(int fd) {
  char link[64], path[512], letter = 0;
  ssize_t length;
  const char *file = getenv("FAULT_FILE");
  if (!file) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  if (!strstr(path, "fairlead.db")) return 0;
  int control = open(file, O_RDONLY);
  if (control < 0) return 0;
  if (read(control, &letter, 1) != 1) letter = 0;
  close(control);
  return letter;
}

static ssize_t refuse(char letter, ssize_t (*real)(int, const void *, size_t, off_t), int fd, const void *data,
                      size_t size, off_t at) {
  if (letter == 't' && size > 1) real(fd, data, size / 2, at);
  errno = letter == 'f' ? ENOSPC : EIO;
  return -1;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) {
  static ssize_t (*real)(int, const void *, size_t, off_t);
  if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
  char letter = fault(fd);
  return letter && letter != 's' ? refuse(letter, real, fd, data, size, at) : real(fd, data, size, at);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

static int sync_or_fail(const char *name, int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, name);
  if (fault(fd) == 's') {
    errno = EIO;
    return -1;
  }
  return real(fd);
}

int fsync(int fd) { return sync_or_fail("fsync", fd); }
int fdatasync(int fd) { return sync_or_fail("fdatasync", fd); }
