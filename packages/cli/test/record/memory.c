// A program that forks, maps a file privately and shared, changes rights and writes, and prints what the kernel says of each step: faults by
// getrusage, copies by the frame numbers in /proc/self/pagemap, what is resident by /proc/self/smaps.
//
//   step NAME minor major copies        of the touches of the step
//   smaps NAME rss pss private          in pages; pss times 1000, of the regions at REGIONS on
//
// Each step ends with madvise(MARK, n pages, MADV_NORMAL), which a recording shows as an operation. Touches of the step are those of the regions; the
// program's own stack, data and code are elsewhere.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define REGIONS 0x30000000UL
#define REGIONS_END 0x40000000UL
#define ANON 0x30000000UL
#define PRIVATE 0x31000000UL
#define SHARED 0x32000000UL
#define SHM 0x33000000UL
#define MARK 0x3f000000UL
// Pages of the files are so far apart that no fault maps two.
#define APART 0x10000UL

static int pagemap;
static int steps;
static char line[256];
static long minor, major, copies;

static void check(int ok, const char *what) {
  if (ok) return;
  perror(what);
  exit(99);
}

static uint64_t frame(unsigned long address) {
  uint64_t entry = 0;
  if (pread(pagemap, &entry, 8, address / PAGE * 8) != 8) return 0;
  return (entry >> 63) ? entry & ((1UL << 55) - 1) : 0;
}

static void touch(unsigned long address, int write) {
  struct rusage before, after;
  uint64_t from = frame(address);
  getrusage(RUSAGE_SELF, &before);
  if (write) *(volatile char *)address = 1;
  else (void)*(volatile char *)address;
  getrusage(RUSAGE_SELF, &after);
  minor += after.ru_minflt - before.ru_minflt;
  major += after.ru_majflt - before.ru_majflt;
  uint64_t to = frame(address);
  copies += from != 0 && to != from;
}

// The stack and the data of a new process are the parent's until they are written.
static void warm(void) {
  static char page[2 * PAGE];
  close(pagemap);
  pagemap = open("/proc/self/pagemap", O_RDONLY);
  for (int i = 0; i < 3; i++) touch((unsigned long)page + PAGE, 1);
  minor = major = copies = 0;
}

static void reads(unsigned long start, int from, int to, unsigned long apart) {
  for (int i = from; i < to; i++) touch(start + i * apart, 0);
}

static void writes(unsigned long start, int from, int to, unsigned long apart) {
  for (int i = from; i < to; i++) touch(start + i * apart, 1);
}

static void put(int length) { check(write(1, line, length) == length, "write"); }

static void step(const char *name) {
  put(snprintf(line, sizeof line, "step %s %ld %ld %ld\n", name, minor, major, copies));
  madvise((void *)MARK, ++steps * PAGE, MADV_NORMAL);
  minor = major = copies = 0;
}

// Under valgrind every byte that is looked at costs: regions elsewhere are passed without a look at their lines.
static void smaps(const char *name) {
  static char text[1 << 17];
  static const char *const fields[] = {"Rss:", "Pss:", "Private_Clean:", "Private_Dirty:"};
  long sums[4] = {0};
  int fd = open("/proc/self/smaps", O_RDONLY), length = 0, n, inside = 0;
  while ((n = read(fd, text + length, sizeof text - 1 - length)) > 0) length += n;
  close(fd);
  text[length] = 0;
  for (char *at = text; *at; at = strchr(at, '\n') + 1) {
    if ((*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'f')) {
      unsigned long start = strtoul(at, NULL, 16);
      inside = start >= REGIONS && start < REGIONS_END;
    } else if (inside && (*at == 'R' || *at == 'P'))
      for (int i = 0; i < 4; i++)
        if (strncmp(at, fields[i], strlen(fields[i])) == 0) sums[i] += strtoul(at + strlen(fields[i]), NULL, 10);
  }
  put(snprintf(line, sizeof line, "smaps %s %ld %ld %ld\n", name, sums[0] / 4, sums[1] * 250, (sums[2] + sums[3]) / 4));
  madvise((void *)MARK, ++steps * PAGE, MADV_NORMAL);
}

static void map(unsigned long at, unsigned long length, int flags, int fd) {
  void *got = mmap((void *)at, length, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0);
  check(got == (void *)at, "mmap");
  madvise(got, length, MADV_NOHUGEPAGE);
}

int main(int count, char **words) {
  check(count == 2, "a file");
  prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  static char block[APART];
  int file = open(words[1], O_RDWR | O_CREAT | O_TRUNC, 0600), back[2], forth[2];
  for (int i = 0; i < 8; i++) check(write(file, block, APART) == APART, words[1]);
  fsync(file);
  posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  close(file);
  file = open(words[1], O_RDWR);
  check(file >= 0 && pipe(back) == 0 && pipe(forth) == 0, "pipe");
  map(ANON, 16 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  map(PRIVATE, 8 * APART, MAP_PRIVATE, file);
  map(SHARED, 8 * APART, MAP_SHARED, file);
  map(SHM, 8 * PAGE, MAP_SHARED | MAP_ANONYMOUS, -1);
  map(MARK, 256 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  madvise((void *)PRIVATE, 8 * APART, MADV_RANDOM);
  madvise((void *)SHARED, 8 * APART, MADV_RANDOM);
  close(file);
  pagemap = open("/proc/self/pagemap", O_RDONLY);
  warm();
  step("begin");

  writes(ANON, 0, 8, PAGE), step("anon-write");
  reads(ANON, 8, 12, PAGE), step("anon-read");
  writes(ANON, 8, 10, PAGE), step("zero-page-write");
  reads(PRIVATE, 0, 4, APART), step("file-read");
  writes(PRIVATE, 1, 3, APART), step("file-private-write");
  writes(PRIVATE, 4, 5, APART), step("file-private-write-absent");
  reads(SHARED, 0, 3, APART), step("file-shared-read");
  writes(SHARED, 0, 1, APART), step("file-shared-write-notify");
  writes(SHARED, 5, 7, APART), step("file-shared-write-absent");
  writes(SHM, 0, 4, PAGE), step("shm-write");
  mprotect((void *)ANON, 4 * PAGE, PROT_READ);
  reads(ANON, 0, 4, PAGE), step("protected-read");
  mprotect((void *)ANON, 4 * PAGE, PROT_READ | PROT_WRITE);
  writes(ANON, 0, 2, PAGE), step("protected-write");
  msync((void *)SHARED, 8 * APART, MS_SYNC);
  writes(SHARED, 0, 1, APART), step("synced-write");
  smaps("before-fork");

  char byte = 0;
  pid_t child = fork();
  if (child == 0) {
    warm();
    writes(ANON, 0, 4, PAGE), step("child-anon-write");
    reads(ANON, 4, 6, PAGE), step("child-anon-read");
    writes(PRIVATE, 1, 2, APART), step("child-private-copy");
    reads(SHARED, 0, 1, APART), step("child-shared-read");
    writes(SHM, 0, 6, PAGE), step("child-shm-write");
    check(write(back[1], &byte, 1) == 1 && read(forth[0], &byte, 1) == 1, "child");
    smaps("child");
    munmap((void *)ANON, 2 * PAGE);
    smaps("child-unmapped");
    check(write(back[1], &byte, 1) == 1 && read(forth[0], &byte, 1) == 1, "child");
    _exit(0);
  }
  check(read(back[0], &byte, 1) == 1, "parent");
  warm();
  smaps("parent");
  writes(ANON, 0, 1, PAGE), step("parent-reuse");
  writes(ANON, 4, 6, PAGE), step("parent-copy");
  reads(SHM, 4, 6, PAGE), step("parent-shm-read");
  check(write(forth[1], &byte, 1) == 1 && read(back[0], &byte, 1) == 1, "parent");
  smaps("parent-after");
  check(write(forth[1], &byte, 1) == 1, "parent");
  waitpid(child, 0, 0);
  writes(ANON, 6, 8, PAGE), step("parent-alone");
  madvise((void *)ANON, 2 * PAGE, MADV_DONTNEED);
  reads(ANON, 0, 1, PAGE), step("dontneed-read");
  mremap((void *)(ANON + 2 * PAGE), 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)(REGIONS + 0x8000000));
  reads(REGIONS + 0x8000000, 0, 2, PAGE), step("moved-read");
  writes(REGIONS + 0x8000000, 2, 4, PAGE), step("moved-write");
  smaps("end");
  return 0;
}
