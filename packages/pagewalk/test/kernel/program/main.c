/* memory-script DIRECTORY < SCRIPT
 *
 * Follows a script of accesses and memory operations on real memory, at the script's addresses, with a real process for every pid, and
 * prints one JSON line per step: faults by getrusage, the signal of an access, and from /proc/PID/pagemap what became of the page's frame
 * and which other pages of the script share it. Files of the script are made in DIRECTORY. Needs to be root for frame numbers.
 * The steps are taken one after the other: the next one starts when the one before has answered. */
#define _GNU_SOURCE
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

int run_id;
uint64_t heap_start;

static Script script;
static Pipes pipes;
static int real_pids[MAX_PIDS]; /* 0: not born or gone */
static uint64_t tracked[MAX_STEPS];
static int tracked_count;
static uint64_t zero_frame;

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(3);
}

/* The frame number of a page of a process, 0 if it is not present. */
static uint64_t frame_of(int pid, uint64_t address) {
  const uint64_t present = 1ull << 63, number = (1ull << 55) - 1;
  char path[64];
  uint64_t entry = 0;
  snprintf(path, sizeof path, "/proc/%d/pagemap", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail(path);
  if (pread(fd, &entry, sizeof entry, (off_t)(address / PAGE * sizeof entry)) != sizeof entry) entry = 0;
  close(fd);
  if ((entry & present) == 0) return 0;
  if ((entry & number) == 0) {
    fprintf(stderr, "frame numbers are hidden: not root\n");
    exit(4);
  }
  return entry & number;
}

/* One page read, never written: it maps the frame of zeroes. */
static uint64_t find_zero_frame(void) {
  volatile char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) fail("mmap");
  (void)*page;
  return frame_of(getpid(), (uint64_t)page);
}

static void open_files(const char *directory) {
  for (int i = 0; i < script.object_count; i++) {
    Object *object = &script.objects[i];
    if (!object->file) continue;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, object->name);
    object->fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (object->fd < 0) fail(path);
    unlink(path);
  }
}

static void remove_objects(void) {
  char name[64];
  for (int i = 0; i < script.object_count; i++) {
    if (script.objects[i].file) continue;
    object_name(&script.objects[i], name);
    shm_unlink(name);
  }
}

/* Whether a page that was written and synced leaves the page cache when asked: not on file systems that are memory themselves. */
static bool page_cache_drops(const char *directory) {
  char path[4096], contents[PAGE] = {1};
  unsigned char resident = 0;
  snprintf(path, sizeof path, "%s/probe", directory);
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (fd < 0 || write(fd, contents, PAGE) != PAGE || fsync(fd) != 0) fail(path);
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  void *page = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED || mincore(page, PAGE, &resident) != 0) fail("mincore");
  munmap(page, PAGE);
  close(fd);
  unlink(path);
  return (resident & 1) == 0;
}

static void hear(int process, Outcome *outcome) {
  if (read(pipes.outcomes[process][0], outcome, sizeof *outcome) != sizeof *outcome) fail("a process died");
}

static void be_born(int process) {
  pid_t pid = fork();
  if (pid < 0) fail("fork");
  if (pid == 0) live(&script, &pipes, process);
  real_pids[process] = pid;
}

static void print_sharers(const Step *step, uint64_t frame) {
  const char *separator = "";
  for (int i = 0; i < script.pid_count; i++) {
    for (int j = 0; j < tracked_count && real_pids[i] != 0; j++) {
      if (i == step->process && tracked[j] == step->operand[0] / PAGE * PAGE) continue;
      if (frame_of(real_pids[i], real_address(&script, tracked[j])) != frame) continue;
      printf("%s\"%u:0x%" PRIx64 "\"", separator, script.pids[i], tracked[j]);
      separator = ",";
    }
  }
}

static void take_access(const Step *step) {
  Outcome outcome;
  int pid = real_pids[step->process];
  uint64_t address = real_address(&script, step->operand[0]);
  uint64_t before = frame_of(pid, address);
  if (write(pipes.commands[step->process][1], step, sizeof *step) != sizeof *step) fail("command");
  hear(step->process, &outcome);
  uint64_t after = frame_of(pid, address);
  const char *frame = after == 0            ? "none"
                      : after == zero_frame ? "zero"
                      : before == 0         ? "new"
                      : before == after     ? "same"
                                            : "other";
  const char *signal = outcome.signal == SIGSEGV ? "SIGSEGV" : outcome.signal == SIGBUS ? "SIGBUS" : "";
  printf("{\"line\":%d,\"minor\":%ld,\"major\":%ld,\"signal\":\"%s\",\"frame\":\"%s\",\"shares\":[", step->line,
         outcome.minor, outcome.major, signal, frame);
  if (after != 0 && after != zero_frame) print_sharers(step, after);
  printf("]}\n");
}

static void take_operation(const Step *step) {
  Outcome outcome = {0};
  if (write(pipes.commands[step->process][1], step, sizeof *step) != sizeof *step) fail("command");
  if (step->action == EXIT) {
    waitpid(real_pids[step->process], NULL, 0);
    real_pids[step->process] = 0;
  } else {
    hear(step->process, &outcome);
  }
  if (step->action == FORK && outcome.error == 0) {
    Outcome of_child;
    int child = (int)step->operand[0];
    hear(child, &of_child);
    real_pids[child] = outcome.child;
  }
  printf("{\"line\":%d,\"minor\":%ld,\"major\":%ld,\"operation\":\"%s\",\"error\":\"%s\"}\n", step->line, outcome.minor,
         outcome.major, action_name(step->action), outcome.error == 0 ? "" : strerrorname_np(outcome.error));
}

/* The kernel keeps new pages on a list per cpu for a while, with a reference: a page that waits on another cpu's list looks shared, and a
 * write copies it although nobody else has it. On one cpu the lists are emptied before the kernel looks. */
static void stay_on_one_cpu(void) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) fail("sched_setaffinity");
}

static void track(uint64_t page) {
  for (int i = 0; i < tracked_count; i++)
    if (tracked[i] == page) return;
  tracked[tracked_count++] = page;
}

int main(int argc, char **argv) {
  static char buffer[1 << 16], input[1 << 16];
  if (argc != 2) {
    fprintf(stderr, "usage: memory-script DIRECTORY < SCRIPT\n");
    return 2;
  }
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer); /* no malloc: the heap belongs to the script */
  setvbuf(stdin, input, _IOFBF, sizeof input);
  run_id = getpid();
  heap_start = ((uint64_t)sbrk(0) + PAGE - 1) / PAGE * PAGE;
  stay_on_one_cpu();
  read_script(&script);
  if (!script.large_pages) prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  open_files(argv[1]);
  for (int i = 0; i < script.pid_count; i++)
    if (pipe(pipes.commands[i]) != 0 || pipe(pipes.outcomes[i]) != 0) fail("pipe");
  for (int i = 0; i < script.step_count; i++)
    if (script.steps[i].action <= WRITE) track(script.steps[i].operand[0] / PAGE * PAGE);
  zero_frame = find_zero_frame();

  struct utsname system;
  uname(&system);
  printf("{\"kernel\":\"%s\",\"page_cache_drops\":%s}\n", system.release, page_cache_drops(argv[1]) ? "true" : "false");
  fflush(stdout);
  for (int i = 0; i < script.step_count; i++) {
    const Step *step = &script.steps[i];
    if (real_pids[step->process] == 0) be_born(step->process);
    if (step->action <= WRITE) take_access(step);
    else take_operation(step);
    fflush(stdout); /* a process born later must not inherit unwritten lines */
  }
  for (int i = 0; i < script.pid_count; i++) close(pipes.commands[i][1]);
  while (wait(NULL) > 0) continue;
  remove_objects();
  return 0;
}
