/* Operations as system calls. Everything but the call itself is done in prepare(), so that the faults counted around the call are its own. */
#define _GNU_SOURCE
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern int run_id;

/* Attachments of this process and, after fork, its children. */
static struct {
  uint64_t address;
  uint64_t length;
} attachments[MAX_OBJECTS];

void object_name(const Object *object, char name[64]) {
  snprintf(name, 64, "/pagewalk-%d-%.*s", run_id, MAX_NAME, object->name);
}

static int open_object(const Object *object, int flags) {
  if (object->file) return object->fd;
  char name[64];
  object_name(object, name);
  return shm_open(name, flags, 0600);
}

/* Gives a file its first contents: bytes on the disk and none in the page cache, so that the first touch of a page reads it. */
static int fill(int fd, uint64_t size) {
  static char page[PAGE];
  memset(page, 'p', sizeof page);
  for (uint64_t at = 0; at < size; at += PAGE) {
    uint64_t length = size - at < PAGE ? size - at : PAGE;
    if (pwrite(fd, page, length, (off_t)at) != (ssize_t)length) return errno;
  }
  if (fsync(fd) != 0) return errno;
  return posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

static int prepare_mapping(const Script *script, const Step *step, Call *call) {
  const uint64_t *o = step->operand;
  long fd = -1;
  if ((o[3] & MAP_ANONYMOUS) == 0) {
    const Object *object = &script->objects[o[4]];
    fd = open_object(object, (o[3] & MAP_SHARED) != 0 && (o[2] & PROT_WRITE) != 0 ? O_RDWR : O_RDONLY);
    if (fd < 0) return errno;
    if (!object->file) call->close_after = (int)fd;
  }
  *call = (Call){SYS_mmap, {(long)o[0], (long)o[1], (long)o[2], (long)o[3], fd, (long)o[5]}, call->close_after};
  return 0;
}

static int prepare_attachment(const Script *script, const Step *step, Call *call) {
  const uint64_t *o = step->operand;
  int fd = open_object(&script->objects[o[0]], (o[2] & PROT_WRITE) != 0 ? O_RDWR : O_RDONLY);
  if (fd < 0) return errno;
  long size = lseek(fd, 0, SEEK_END);
  *call = (Call){SYS_mmap, {(long)o[1], size, (long)o[2], MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0}, fd};
  return 0;
}

static int prepare_detachment(const Step *step, Call *call) {
  for (int i = 0; i < MAX_OBJECTS; i++) {
    if (attachments[i].length == 0 || attachments[i].address != step->operand[0]) continue;
    *call = (Call){SYS_munmap, {(long)attachments[i].address, (long)attachments[i].length}, -1};
    attachments[i].length = 0;
    return 0;
  }
  return EINVAL;
}

static int prepare_size(const Script *script, const Step *step, Call *call) {
  const uint64_t *o = step->operand;
  const Object *object = &script->objects[o[0]];
  int fd = open_object(object, step->action == SHM_CREATE ? O_RDWR | O_CREAT | O_EXCL : O_RDWR);
  if (fd < 0) return errno;
  if (object->file && lseek(fd, 0, SEEK_END) == 0) {
    *call = (Call){SYS_getpid, {0}, -1}; /* not ftruncate, which would read the last page if the end lies in it */
    return fill(fd, o[1]);
  }
  *call = (Call){SYS_ftruncate, {fd, (long)o[1]}, object->file ? -1 : fd};
  return 0;
}

int prepare(const Script *script, const Step *step, Call *call) {
  const uint64_t *o = step->operand;
  long address = (long)real_address(script, o[0]);
  call->close_after = -1;
  switch (step->action) {
    case MMAP:
      return prepare_mapping(script, step, call);
    case SHM_ATTACH:
      return prepare_attachment(script, step, call);
    case SHM_DETACH:
      return prepare_detachment(step, call);
    case SHM_CREATE:
    case FTRUNCATE:
      return prepare_size(script, step, call);
    case SHM_REMOVE: {
      static char name[64];
      object_name(&script->objects[o[0]], name);
      if (shm_unlink(name) != 0) return errno;
      *call = (Call){SYS_getpid, {0}, -1};
      return 0;
    }
    case MUNMAP:
      *call = (Call){SYS_munmap, {address, (long)o[1]}, -1};
      return 0;
    case MPROTECT:
      *call = (Call){SYS_mprotect, {address, (long)o[1], (long)o[2]}, -1};
      return 0;
    case MREMAP: {
      long flags = o[2] == o[0] ? 0 : MREMAP_MAYMOVE | MREMAP_FIXED;
      *call = (Call){SYS_mremap, {address, (long)o[1], (long)o[3], flags, (long)o[2]}, -1};
      return 0;
    }
    case BRK:
      *call = (Call){SYS_brk, {address}, -1};
      return 0;
    case MADVISE:
      *call = (Call){SYS_madvise, {address, (long)o[1], (long)o[2]}, -1};
      return 0;
    case MLOCK:
      *call = (Call){SYS_mlock, {address, (long)o[1]}, -1};
      return 0;
    case MUNLOCK:
      *call = (Call){SYS_munlock, {address, (long)o[1]}, -1};
      return 0;
    case MSYNC:
      *call = (Call){SYS_msync, {address, (long)o[1], MS_SYNC}, -1};
      return 0;
    default:
      return ENOSYS;
  }
}

void finish(const Step *step, const Call *call, int error) {
  if (call->close_after >= 0) close(call->close_after);
  if (step->action != SHM_ATTACH || error != 0) return;
  for (int i = 0; i < MAX_OBJECTS; i++) {
    if (attachments[i].length != 0) continue;
    attachments[i].address = (uint64_t)call->argument[0];
    attachments[i].length = (uint64_t)call->argument[1];
    return;
  }
}
